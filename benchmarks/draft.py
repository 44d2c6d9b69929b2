"""Does a small model that drafts for the large one save time? Greedy answers with and without it.

    python benchmarks/draft.py SET [--model NAME] [--draft NAME] [--ahead 4] [--limit 20]

Both must be installed for OpenVINO and share one tokenizer. Seconds are of one run and one machine: only
their ratio says something. Where answers differ, a near tie turned: both are the large model's own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import transformers

from models.base import Limits
from models.chat import END, END_OF_TEXT
from models.conversation import ConversationEncoder
from models.fetch import installed
from models.openvino_causal import BLOCKS, PRECISION, STEP_PIECES
from models.openvino_convert import ENGLISH
from models.openvino_runtime import import_openvino
from models.prompt import load_prompt
from models.registry import find_entry, load_registry
from pipeline.config import load_config
from pipeline.evaluate import load_set, selected
from pipeline.prepare.script import convert
from pipeline.prepare.terms import Glossary
from pipeline.translate.requests import make_unit


def main() -> None:
    args = _arguments()
    folders = {name: folder_of(name) for name in (args.model, args.draft)}
    entry = find_entry(args.model, load_registry())
    tokenizer = folders[args.model] / "tokenizer.json"
    encoder = ConversationEncoder(args.model, tokenizer, load_prompt(entry.prompt), Limits(
        max_source_pieces=1024, max_target_pieces=1024,
    ))  # fmt: skip
    asked = requests(args, encoder)
    plain, alone = answered(folders[args.model], None, asked, encoder, args.ahead)
    drafted, helped = answered(folders[args.model], folders[args.draft], asked, encoder, args.ahead)
    same = sum(a == b for a, b in zip(plain, drafted, strict=True))
    print(f"{args.model} alone {alone:.1f} s; with {args.draft} drafting {args.ahead} pieces {helped:.1f} s")
    print(f"{helped / alone:.2f} of the time; {same} of {len(asked)} answers are the same")


def folder_of(name: str) -> Path:
    """The graph of an installed model without Chinese."""
    folder = installed(name)
    if folder is None or not (folder / ENGLISH).is_dir():
        raise SystemExit(f"{name} is not installed for OpenVINO; run: duizhao models fetch {name}")
    return folder


def requests(args: argparse.Namespace, encoder: ConversationEncoder) -> list[tuple[list[int], int]]:
    """Ids of each line's request, and how many pieces its answer may take."""
    chosen = selected(load_set(args.set), limit=args.limit, sample=args.sample)
    glossary = Glossary.load(load_config().translate.glossaries)
    out = []
    for text in (convert(line, "t2s") for line in chosen.sources):
        unit = make_unit(text, kind="sentence", glossary=glossary, terms=glossary.hits(text))
        one = encoder.encode([unit.request])[0]
        out.append(([*encoder.prefix(one.kind), *one.ids], 48 + 3 * one.n_pieces))
    return out


def answered(
    folder: Path, draft: Path | None, asked: list[tuple[list[int], int]], encoder: Any, ahead: int
) -> tuple[list[str], float]:
    """One answer after the other, and the seconds they took."""
    openvino, genai = import_openvino()
    scheduler = genai.SchedulerConfig()
    scheduler.num_kv_blocks, scheduler.max_num_batched_tokens = BLOCKS, STEP_PIECES
    options: dict[str, Any] = dict(PRECISION)
    with tempfile.TemporaryDirectory() as scratch:
        if draft is not None:
            options["draft_model"] = genai.draft_model(
                str(with_tokenizer(draft, Path(scratch) / "draft")), "CPU"
            )
        main_folder = with_tokenizer(folder, Path(scratch) / "main")
        pipeline = genai.ContinuousBatchingPipeline(str(main_folder), scheduler, "CPU", options)
    ends = {encoder.tokenizer.token_to_id(token) for token in (END, END_OF_TEXT)}
    texts, begin = [], time.perf_counter()
    for number, (ids, limit) in enumerate(asked):
        config = genai.GenerationConfig()
        config.max_new_tokens, config.stop_token_ids = limit, ends
        config.eos_token_id, config.apply_chat_template = min(ends), False
        if draft is not None:
            config.num_assistant_tokens = ahead
        handle = pipeline.add_request(number, openvino.Tensor(np.array([ids], np.int64)), config)
        while pipeline.has_non_finished_requests():
            pipeline.step()
        texts.append(encoder.decode(handle.read_all()[0].generated_ids))
    return texts, time.perf_counter() - begin


def with_tokenizer(model: Path, folder: Path) -> Path:
    """The model's graph beside a tokenizer in OpenVINO's form, without which it drafts for nobody."""
    import_openvino()
    from openvino import save_model
    from openvino_tokenizers import convert_tokenizer

    folder.mkdir()
    for file in (model / ENGLISH).iterdir():
        (folder / file.name).symlink_to(file.resolve())
    fast = transformers.PreTrainedTokenizerFast(tokenizer_file=str(model / "tokenizer.json"), eos_token=END)
    for name, graph in zip(
        ("tokenizer", "detokenizer"), convert_tokenizer(fast, with_detokenizer=True), strict=True
    ):
        save_model(graph, folder / f"openvino_{name}.xml")
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path, help="a folder with a source and a reference, or a TSV file")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--draft", default="qwen2.5-coder-0.5b")
    parser.add_argument("--ahead", type=int, default=4)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--sample", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
