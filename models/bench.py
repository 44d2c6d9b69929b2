"""What a model costs: seconds, pieces a second, memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.base import Request, Translator
from models.load import load_translator
from models.registry import Entry

# Sentences of a report, of unlike lengths, written for this purpose.
SENTENCES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("改革后，县级执法队伍由原来的11支减少到5支。", (("执法队伍", "law enforcement team"),)),
    ("各级党委要把机构改革摆上重要议事日程，主要负责同志亲自抓、负总责。", (("机构改革", "institutional reform"),)),
    ("坚持先立后破、不立不破，确保改革期间思想不乱、工作不断、队伍不散、干劲不减。", ()),
    ("全市共整合事业单位1,260家，精简编制8,400名，精简比例达到23.5%。", (("事业单位", "public institution"),)),
    ("市编办会同财政、人社等部门，逐一审核各县区方案，提出修改意见96条。", (("市编办", "municipal staffing office"),)),
    ("在推进步骤上，先省后市、先机关后基层，做到一批方案成熟、一批组织实施。", ()),
    ("严肃机构编制纪律，对违规设置机构、超职数配备领导干部的，坚决予以纠正。", (("领导干部", "leading officials"),)),
    ("改革不是做减法那么简单，而是要让公益服务更优质、资源配置更合理、群众办事更方便。", ()),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured. Seconds are wall time, without loading; memory is the process's peak."""

    name: str
    revision: str
    segments: int
    load_seconds: float
    seconds: float
    cpu_seconds: float
    source_pieces: int
    target_pieces: int
    unfinished: int
    peak_memory_mb: int

    def line(self) -> str:
        """All of it in one line."""
        seconds = max(self.seconds, 1e-9)
        return (
            f"{self.name} ({self.revision}): {self.segments / seconds:.2f} segments/s, "
            f"{self.source_pieces / seconds:.0f} pieces/s in, {self.target_pieces / seconds:.1f} out; "
            f"{self.segments} segments in {self.seconds:.1f} s ({self.cpu_seconds:.1f} s of processor), "
            f"loaded in {self.load_seconds:.1f} s, peak memory {self.peak_memory_mb} MB, "
            f"unfinished {self.unfinished}"
        )


def bench(
    name: str,
    requests: Sequence[Request] | None = None,
    *,
    threads: int = 0,
    home: Path | None = None,
    registry: Mapping[str, Entry] | None = None,
) -> Figures:
    """Load a model of the registry and time it on the requests, by default on shipped sentences."""
    translator = load_translator(name, threads=threads, home=home, registry=registry)
    return measure(translator, shipped_requests() if requests is None else requests)


def shipped_requests() -> list[Request]:
    """Sixteen requests: each sentence as it is and as an item of a list."""
    plain = [Request(text=text, terms=terms) for text, terms in SENTENCES]
    items = [Request(text=f"一是{text}", terms=terms, kind="item") for text, terms in SENTENCES]
    return plain + items


def measure(translator: Translator, requests: Sequence[Request]) -> Figures:
    """Time loading and translating."""
    started = time.perf_counter()
    translator.load()
    loaded, cpu = time.perf_counter(), time.process_time()
    answers = translator.translate(requests)
    return Figures(
        name=translator.name,
        revision=translator.revision,
        segments=len(requests),
        load_seconds=loaded - started,
        seconds=time.perf_counter() - loaded,
        cpu_seconds=time.process_time() - cpu,
        source_pieces=sum(answer.n_source_pieces for answer in answers),
        target_pieces=sum(answer.n_target_pieces for answer in answers),
        unfinished=sum(not answer.finished for answer in answers),
        peak_memory_mb=_peak_memory() // 1_000_000,
    )


def _peak_memory() -> int:
    """Bytes. Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
