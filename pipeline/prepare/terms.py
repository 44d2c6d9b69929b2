"""Glossaries: loading them, finding their entries in Simplified text, and checking them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

from pipeline.document import Document, Issue, Segment, TermHit
from pipeline.errors import GlossaryError
from pipeline.prepare.phrases import PhraseIndex
from pipeline.prepare.renderings import rendering_span
from pipeline.prepare.script import convert

__all__ = ["Entry", "Glossary", "check_glossary", "find_terms", "is_word", "rendering_span"]

_COLUMNS = ("zh", "en", "alternatives", "forbidden", "note")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_NUMERAL = "0-9〇零一二三四五六七八九十百千万亿两第几"
_STARTS_WITH_NUMERAL = re.compile(f"[{_NUMERAL}]")
# Frequent words that begin with the last character of a short term, or hold a term and one more.
_COMMON_WORDS = frozenset(
    """
    任务 任何 任期 任命 任职 任用 长期 长远 长大 长江 长春 长沙 长城 长效 长足 长度 长征 长短 委员
    委托 委派 委会 记者 记录 记忆 记得 协调 协议 协同 协作 协会 协助 协定 协商 制度 制定 制造 制约
    制品 制止 制裁 知道 知识 知名 点头 点名 点击 点评 改善 改变 改进 改正 核心 核实 核查 核对 核定
    传统 传播 传达 传承 传染 传递 办法 办理 办公 办事 办案 政府 政策 政治 政权 政务 法律 法院 法规
    法治 法人 法官 部门 部署 部分 部队 部长 部委 局长 局面 局势 局部 厅长 处长 处理 处置 处分 处罚
    处于 务必 务实 大会 大学 大家 大量 大幅 大力 大型 人民 人员 人才 人口 人类 人均 人士 人工 工人
    工作 工程 工业 工资 书记 书面 员工 员会 会议 会见 会谈 会计 代表 代理 表示 表明 表现 表彰 生产
    生活 生态 生命 生育 生存 合作 合同 合法 合理 合格 案件 案例 方案 方面 方式 方法 方向 领导 导致
    导向 报告 报道 报名 告诉 告知 定期 定点 定位 定价 设立 设备 设施 设计 设置 备用 备忘 案卷 查处
    查询 查找 行政 行为 行业 行动 行使 转变 转移 转型 转让 编写 编码 编辑 复制 复印 复杂 批发 批准
    批评 批判 例如 例外 例会 规定 规模 规范 规律 规划 划分 划定 民族 民主 民间 民众 民政 公司 公开
    公布 公共 公民 公平 公安 国家 国际 国内 国民 家庭 家长 农业 农民 农场 农户 农村 镇压 乡村 区域
    区别 区分 县城 县级 市场 市民 市区 省级 省份 党员 党派 组成 组织 织造 建设 建立 建议 建筑 宣布
    宣传 地区 社区 校区 好处 到处 用处 坏处 组织部 组织法 组织者 宣传部 宣传片 宣传册 书记处 书记员
    主席团 主席台 通知书 通知单 编制外 编制部 考核期 批复函 条例草案
    """.split()
)
_MAX_WORD = 4  # longer entries of the word list are sayings; they decide nothing about boundaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a glossary. `alternatives` are allowed beside `en`, `forbidden` must not appear."""

    zh: str
    en: str
    alternatives: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    note: str = ""
    glossary: str = ""
    line: int = 0


class Glossary:
    """Entries by their Chinese term; where files disagree the later one wins.

    `rows` keeps every line as it was read, also those that lost, for `check_glossary`.
    """

    def __init__(self, rows: Iterable[Entry] = ()) -> None:
        self.rows = tuple(rows)
        self._entries: dict[str, Entry] = {}
        for entry in self.rows:
            self._entries[entry.zh] = entry
        self._index = PhraseIndex(self._entries)

    @classmethod
    def load(cls, names: Sequence[str | Path]) -> Glossary:
        """Read TSV files: shipped ones by name, others by path.

        Raises:  GlossaryError: the file or line is wrong; the message names both.
        """
        return cls(entry for name in names for entry in _read(str(name)))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, zh: str) -> Entry:
        return self._entries[zh]

    def __contains__(self, zh: object) -> bool:
        return zh in self._entries

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries in force, in the order of the files."""
        return tuple(self._entries.values())

    @property
    def sha256(self) -> str:
        """Identifies the entries in force: equal glossaries have equal hashes, whatever their files."""
        rows = sorted((e.zh, e.en, *e.alternatives, "\0", *e.forbidden) for e in self._entries.values())
        return hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()

    def hits(self, text: str) -> tuple[TermHit, ...]:
        """The terms of a Simplified text: leftmost, longest, apart, and not across other words."""
        return tuple(self._hit(start, end, text) for start, end in self._spans(text))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Longest matches; after a false one the search goes on at the next character."""
        at = 0
        while at < len(text):
            span = next(self._index.spans(text, at), None)
            if span is None:
                return
            start, end = span
            true_end = self._longest_true(text, start, end)
            if true_end is not None:
                yield start, true_end
            at = true_end if true_end is not None else start + 1

    def _longest_true(self, text: str, start: int, end: int) -> int | None:
        """The longest entry here that respects the words around it, be it shorter than the longest."""
        while end > start + 1:
            if text[start:end] in self._entries and not _false_hit(text, start, end):
                return end
            end -= 1
        return end if text[start:end] in self._entries and not _false_hit(text, start, end) else None

    def _hit(self, start: int, end: int, text: str) -> TermHit:
        entry = self._entries[text[start:end]]
        return TermHit(zh=entry.zh, en=entry.en, start=start, end=end, glossary=entry.glossary)

    def slice(self, hits: Iterable[TermHit]) -> tuple[tuple[str, str], ...]:
        """The (zh, en) pairs for a request, each once, in the order of the text."""
        return tuple(dict.fromkeys((hit.zh, hit.en) for hit in hits))

    def rendering_span(self, target: str, hit: TermHit) -> tuple[int, int] | None:
        """Where the target renders the hit, by its required rendering or an alternative."""
        entry = self._entries.get(hit.zh)
        return rendering_span(target, hit, entry.alternatives if entry else ())

    def forbidden_span(self, target: str, hit: TermHit) -> tuple[int, int] | None:
        """Where the target uses a rendering that the glossary forbids for this term."""
        entry = self._entries.get(hit.zh)
        found = (rendering_span(target, replace(hit, en=bad)) for bad in (entry.forbidden if entry else ()))
        return next((span for span in found if span), None)


def find_terms(document: Document, glossary: Glossary) -> Document:
    """The document with the glossary hits of each segment's text."""
    segments = tuple(_with_terms(segment, glossary) for segment in document.segments)
    return replace(document, segments=segments)


def _with_terms(segment: Segment, glossary: Glossary) -> Segment:
    return replace(segment, terms=glossary.hits(segment.text))


def _read(name: str) -> Iterator[Entry]:
    """The entries of one file, Traditional terms in Simplified characters."""
    label, data = _bytes(name)
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise GlossaryError(f"glossary {label} is not UTF-8: byte {error.start} does not fit") from error
    if not lines:
        raise GlossaryError(f"glossary {label} is empty; its first line must be zh<tab>en")
    header = [column.strip().lower() for column in lines[0].split("\t")]
    unknown = [column for column in header if column not in _COLUMNS]
    if header[:2] != ["zh", "en"] or unknown or len(set(header)) < len(header):
        allowed = "zh, en, then any of alternatives, forbidden, note"
        raise GlossaryError(f"glossary {label}, line 1: columns must be {allowed}, not {', '.join(header)}")
    for number, line in enumerate(lines[1:], 2):
        if line.strip() and not line.startswith("#"):
            yield _entry(line, number, header, label)


def _entry(line: str, number: int, header: list[str], label: str) -> Entry:
    cells = [cell.strip() for cell in line.split("\t")]
    where = f"glossary {label}, line {number}"
    if len(cells) > len(header):
        raise GlossaryError(f"{where}: {len(cells)} columns, but the header names {len(header)}")
    row = dict(zip(header, cells, strict=False))
    if not row.get("zh") or not row.get("en"):
        raise GlossaryError(f"{where}: zh and en must both be given")
    return Entry(
        zh=convert(row["zh"], "t2s"),
        en=row["en"],
        alternatives=_several(row.get("alternatives", "")),
        forbidden=_several(row.get("forbidden", "")),
        note=row.get("note", ""),
        glossary=label,
        line=number,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _bytes(name: str) -> tuple[str, bytes]:
    """A shipped glossary by its name, any other file by its path; with the name for messages."""
    shipped = resources.files("configs") / "glossaries"
    names = sorted(entry.name[:-4] for entry in shipped.iterdir() if entry.name.endswith(".tsv"))
    if name in names:
        return name, (shipped / f"{name}.tsv").read_bytes()
    try:
        return Path(name).name, Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise GlossaryError(
            f"cannot read glossary {name} ({reason}); shipped are {', '.join(names)}"
        ) from error


def _false_hit(text: str, start: int, end: int) -> bool:
    return _in_number(text, start, end) or _deputy(text, start) or _across_words(text, start, end)


def _deputy(text: str, start: int) -> bool:
    """秘书长 in 副秘书长: somebody else, whom this entry does not render."""
    return start > 0 and text[start - 1] == "副"


def _in_number(text: str, start: int, end: int) -> bool:
    """三农 in 二十三农户, 六保 in 第六保险: the numeral belongs to what stands before."""
    return bool(
        start and _STARTS_WITH_NUMERAL.match(text[start]) and _STARTS_WITH_NUMERAL.match(text[start - 1])
    )


def _across_words(text: str, start: int, end: int) -> bool:
    """Whether the words around show that these characters are not this term.

    组织 in 组织部: a known word one character longer. 人大 in 工人大会: known words cross both ends.
    主任 in 主任务: a common word crosses the end, and what the term would leave over (务) begins no
    word. Rare words prove nothing there: 政协和, 省长毛, 宣传教育 hold 协和, 长毛 and 传教.
    """
    if end - start > 3:
        return False
    known = _known_words()
    if text[start : end + 1] in known and end + 1 <= len(text) and _HAN.match(text[end : end + 1] or " "):
        return True
    if _crosses(text, start, end, known) and _crosses_left(text, start, end, known):
        return True
    return _crosses(text, start, end, _COMMON_WORDS) and not any(
        text[end : end + n] in known for n in range(2, _MAX_WORD + 1)
    )


def _crosses(text: str, start: int, end: int, known: frozenset[str]) -> bool:
    return any(
        text[a:b] in known
        for a in range(start + 1, end)
        for b in range(end + 1, min(a + _MAX_WORD, len(text)) + 1)
    )


def _crosses_left(text: str, start: int, end: int, known: frozenset[str]) -> bool:
    first = max(0, start - _MAX_WORD + 1)
    return any(
        text[a:b] in known for a in range(first, start) for b in range(start + 1, min(end, a + _MAX_WORD + 1))
    )


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    """The common words and pypinyin's phrases of two to four characters, loaded with it anyway."""
    from pypinyin.phrases_dict import phrases_dict

    return frozenset(word for word in phrases_dict if 2 <= len(word) <= _MAX_WORD) | _COMMON_WORDS


def is_word(text: str) -> bool:
    """True for a common word or phrase of two to four characters."""
    return text in _known_words()


def check_glossary(glossary: Glossary) -> list[Issue]:
    """What is wrong or doubtful in the glossary files, each with its file and line."""
    findings = [finding for entry in glossary.rows for finding in _check_entry(entry)]
    seen: dict[str, Entry] = {}
    for entry in glossary.rows:
        earlier = seen.get(entry.zh)
        if earlier is not None:
            findings.append(_repeated(entry, earlier))
        seen[entry.zh] = entry
    return findings + list(_same_english(glossary))


def _finding(entry: Entry, check: str, severity: str, message: str) -> Issue:
    where = f"{entry.glossary}, line {entry.line}: {entry.zh}"
    return Issue(check=check, severity=severity, message=f"{where} {message}")  # type: ignore[arg-type]


def _check_entry(entry: Entry) -> Iterator[Issue]:
    for rendering in (entry.en, *entry.alternatives):
        if _HAN.search(rendering):
            yield _finding(
                entry, "glossary_chinese_in_english", "error", f"is rendered in Chinese: {rendering}"
            )
    if not _HAN.search(entry.zh):
        yield _finding(entry, "glossary_no_chinese", "warning", "has no Chinese character")
    if len(entry.zh) == 1:
        yield _finding(
            entry, "glossary_single_character", "warning", "is one character and will be found inside words"
        )
    for bad in entry.forbidden:
        if rendering_span(entry.en, TermHit(zh=entry.zh, en=bad, start=0, end=0)):
            yield _finding(
                entry, "glossary_forbids_itself", "error", f"forbids {bad}, which its own rendering contains"
            )
    if entry.en.count("(") != entry.en.count(")"):
        yield _finding(entry, "glossary_brackets", "warning", f"has an odd bracket: {entry.en}")


def _repeated(entry: Entry, earlier: Entry) -> Issue:
    where = f"{earlier.glossary}, line {earlier.line}"
    if entry.en == earlier.en:
        return _finding(entry, "glossary_duplicate", "info", f"stands in {where} too")
    return _finding(entry, "glossary_conflict", "warning", f"{entry.en} replaces {earlier.en} of {where}")


def _same_english(glossary: Glossary) -> Iterator[Issue]:
    counts = Counter(entry.en.lower() for entry in glossary.entries)
    for entry in glossary.entries:
        if counts[entry.en.lower()] > 1:
            others = [e.zh for e in glossary.entries if e.en.lower() == entry.en.lower() and e.zh != entry.zh]
            yield _finding(
                entry, "glossary_same_rendering", "info", f"shares {entry.en} with {'、'.join(others)}"
            )
