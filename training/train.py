"""Tune a model on the pipeline's own requests; go on after any interruption.

    python -m training.train --base FOLDER --out FOLDER [--pairs FILE]… [--steps N] [--after FOLDER]

FOLDER of --base holds the published GGUF file (`python -m training.base NAME FOLDER` fetches it) or a
repository's files. Called again with the same options, it goes on from its last checkpoint; --after
begins with what another run learnt, on other pairs or after its cooling. docs: training/README.md
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from gguf import GGUFReader
from tokenizers import Tokenizer
from torch import Tensor

from models.gguf_tokenizer import build_tokenizer
from models.prompt import load_prompt
from training.batches import Course, Encoded, batched, encode, rows
from training.checkpoint import Progress, last_checkpoint, read_checkpoint, write_checkpoint
from training.examples import Lesson, example_of
from training.material import Material, Sources
from training.network import AdapterShape, answer_loss, base_of, load_base, trained_weights, with_adapter
from training.pairs import AUTHORED, GENERAL, REPORTS

FILLER = 0
LOGGED_EVERY = 10
N_WATCHED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How weights are changed. `max_pieces` bounds a batch, its padding included."""

    rate: float = 2e-4
    warmup: int = 30
    max_pieces: int = 2048
    clip: float = 1.0
    seed: int = 0

    def rate_at(self, step: int, cooling: tuple[int, int] | None) -> float:
        """Up to the full rate in `warmup` steps; in the end, if it is told to cool, down to nothing."""
        rate = self.rate * min(1.0, (step + 1) / self.warmup)
        if cooling is None:
            return rate
        first, length = cooling
        return rate * max(0.0, 1 - (step - first) / length)


class Trainer:
    """A network in training, and all that must be kept to go on with it.

    The weights that learn are kept twice: in the network's bfloat16 and in float32, where small
    changes add up.
    """

    def __init__(self, network: Any, schedule: Schedule, *, device: str) -> None:
        self.network = network
        self.schedule = schedule
        self.device = device
        self.weights = trained_weights(network)
        self.exact = {name: weight.detach().float().clone() for name, weight in self.weights.items()}
        self.optimizer = torch.optim.AdamW(list(self.exact.values()), betas=(0.9, 0.98), weight_decay=0.0)

    def step(self, batch: Sequence[Encoded], rate: float) -> tuple[float, int, int]:
        """Learn from a batch; returns its summed loss, the pieces of its answers and all its places."""
        ids, wanted = self._tensors(batch)
        loss, count = answer_loss(self.network, ids, wanted)
        (loss / count).backward()  # type: ignore[no-untyped-call]
        for name, weight in self.weights.items():
            if weight.grad is None:
                raise ValueError(f"{name} has no part in the loss")
            self.exact[name].grad = weight.grad.float()
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(list(self.exact.values()), self.schedule.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad()
        self._copy()
        return loss.item(), count, ids.numel()

    @torch.no_grad()
    def loss(self, batches: Sequence[Sequence[Encoded]]) -> float:
        """The mean loss of a piece, nothing learnt."""
        total, count = 0.0, 0
        for batch in batches:
            loss, n = answer_loss(self.network, *self._tensors(batch))
            total, count = total + loss.item(), count + n
        return total / max(1, count)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"exact": self.exact, "optimizer": self.optimizer.state_dict()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state, exactly."""
        for name, weight in state["exact"].items():
            self.exact[name].copy_(weight)
        self.optimizer.load_state_dict(state["optimizer"])
        self._copy()

    @torch.no_grad()
    def _copy(self) -> None:
        for name, weight in self.weights.items():
            weight.copy_(self.exact[name])

    def _tensors(self, batch: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
        ids, wanted = rows(batch, filler=FILLER)
        return torch.tensor(ids, device=self.device), torch.tensor(wanted, device=self.device)


class Log:
    """Lines of JSON; what was logged after the checkpoint that a run goes on from is taken back."""

    def __init__(self, file: Path, step: int) -> None:
        self.file = file
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= step]
        file.write_text("".join(f"{line}\n" for line in kept), "utf-8")

    def write(self, **values: Any) -> None:
        line = json.dumps(values)
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
        print(line, file=sys.stderr, flush=True)


def train(args: argparse.Namespace) -> Progress:
    """Train until the step that was asked for, a signal, or the end of the cooling.

    Raises:  ValueError: the folder is in use by another training, or holds one of another recipe.
    """
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(args.out / ".lock", timeout=0):
            return _train(args)
    except Timeout as error:
        raise ValueError(f"another training writes to {args.out}") from error


def _train(args: argparse.Namespace) -> Progress:
    device = args.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if args.threads:
        torch.set_num_threads(args.threads)
    prompt, tokenizer, base = load_prompt(args.prompt), tokenizer_of(args.base), base_of(args.base)
    sources = Sources(
        authored=tuple(args.authored or (AUTHORED, GENERAL, REPORTS)),
        files=tuple(args.pairs),
        templates=args.templates,
        headings=args.templates // 6,
        seed=args.seed,
    )
    schedule = Schedule(rate=args.rate, max_pieces=args.max_pieces, seed=args.seed, warmup=args.warmup)
    shape = AdapterShape(rank=args.rank, alpha=args.alpha, share=args.share)
    recipe = {
        **asdict(schedule),
        "rank": shape.rank,
        "alpha": shape.alpha,
        "share": shape.share,
        "prompt": prompt.sha256,
        "material": sources.fingerprint(),
        "base": base.revision,
    }
    before = last_checkpoint(args.after, needed=recipe) if args.after else None
    recipe["after"] = None
    if before is not None:
        was, past = before
        recipe["after"] = {"material": past["recipe"]["material"], "steps": was.step, "pieces": was.pieces}
    found = read_checkpoint(args.out, recipe)
    material = Material(sources)
    course = Course(
        material, prompt=prompt, tokenizer=tokenizer, max_pieces=schedule.max_pieces, seed=args.seed
    )
    network = with_adapter(load_base(args.base, device=device), shape, base=base, seed=args.seed)
    trainer = Trainer(network, schedule, device=device)
    progress = Progress()
    if found is not None:
        progress, state = found
        trainer.restore(state)
    elif before is not None:
        trainer.restore(before[1])
    if args.cooldown and progress.cooling is None:
        progress.cooling = (progress.step, args.cooldown)
    log = Log(args.out / "log.jsonl", progress.step)
    print(f"from step {progress.step}; left out: {dict(material.left_out)}", file=sys.stderr, flush=True)
    watched = {
        name: watched_batches(lessons, course) for name, lessons in material.watched.items() if lessons
    }
    _run(trainer, course, progress, watched, log, recipe, args)
    return progress


def tokenizer_of(base: Path) -> Any:
    """The tokenizer that the backends use for these weights."""
    file = next(iter(sorted(base.glob("*.gguf"))), None)
    if file is not None:
        return build_tokenizer(GGUFReader(file))
    if (base / "tokenizer.json").exists():
        return Tokenizer.from_file(str(base / "tokenizer.json"))
    raise ValueError(f"{base} holds no weights; run: python -m training.base NAME {base}")


def watched_batches(lessons: Sequence[Lesson], course: Course) -> list[list[Encoded]]:
    """The same requests every time, with all that a request may hold."""
    lessons = lessons[:N_WATCHED]
    examples = [example_of(lesson, random.Random(number)) for number, lesson in enumerate(lessons)]
    encoded = [encode(example, course.prompt, course.tokenizer) for example in examples]
    return batched(encoded, max_pieces=course.max_pieces)


class _Stop:
    """Set by SIGTERM and SIGINT: the step is finished and a checkpoint written before the end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def _run(
    trainer: Trainer,
    course: Course,
    progress: Progress,
    watched: Mapping[str, Sequence[Sequence[Encoded]]],
    log: Log,
    recipe: Mapping[str, Any],
    args: argparse.Namespace,
) -> None:
    stop, saved, begin = _Stop(), time.monotonic(), time.monotonic()
    past = progress.seconds
    total, count, places, real = 0.0, 0, 0, 0
    since = time.monotonic()

    def watch() -> None:
        losses = {name: round(trainer.loss(batches), 4) for name, batches in watched.items()}
        log.write(step=progress.step, watched=losses)

    def save() -> None:
        progress.seconds = past + time.monotonic() - begin
        write_checkpoint(args.out, progress, recipe=recipe, tensors=trainer.state(), network=trainer.network)
        watch()

    if progress.step == 0:
        watch()
    for place, batch in course.batches(progress.place):
        last = progress.cooling[0] + progress.cooling[1] if progress.cooling else None
        if stop.asked or progress.step == args.steps or progress.step == last:
            break
        rate = trainer.schedule.rate_at(progress.step, progress.cooling)
        loss, n, cells = trainer.step(batch, rate)
        progress.step += 1
        progress.place = place
        progress.pieces += sum(len(one.ids) for one in batch)
        total, count, places = total + loss, count + n, places + cells
        real += sum(len(one.ids) for one in batch)
        if progress.step % LOGGED_EVERY == 0:
            now = time.monotonic()
            log.write(
                step=progress.step,
                epoch=place.epoch,
                window=place.window,
                loss=round(total / count, 4),
                rate=rate,
                pieces=progress.pieces,
                pieces_per_second=round(real / (now - since), 1),
                padding=round(1 - real / places, 3),
            )
            total, count, places, real, since = 0.0, 0, 0, 0, now
        if time.monotonic() - saved >= args.checkpoint_s:
            save()
            saved = time.monotonic()
    save()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    out = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    out.add_argument("--base", type=Path, required=True, help="folder with the published weights")
    out.add_argument("--out", type=Path, required=True, help="folder of checkpoints and log")
    out.add_argument(
        "--after", type=Path, help="folder of a run whose adapter and optimizer this one begins with"
    )
    out.add_argument(
        "--authored", type=Path, action="append", help="a TSV file of pairs, a few of which watch the loss"
    )
    out.add_argument("--pairs", type=Path, action="append", default=[], help="a private TSV file of pairs")
    out.add_argument("--templates", type=int, default=1_200, help="pairs made by templates in each epoch")
    out.add_argument("--prompt", default="qwen-tuned")
    out.add_argument("--rank", type=int, default=16)
    out.add_argument("--alpha", type=int, default=32)
    out.add_argument("--share", type=float, default=1.0, help="of the layers, from the top, that learn")
    out.add_argument("--rate", type=float, default=2e-4)
    out.add_argument("--warmup", type=int, default=30)
    out.add_argument("--max-pieces", type=int, default=2048, help="of a batch, padding included")
    out.add_argument("--seed", type=int, default=0)
    out.add_argument("--steps", type=int, help="stop after so many steps in all")
    out.add_argument("--cooldown", type=int, help="end within so many steps, the rate falling to 0")
    out.add_argument("--checkpoint-s", type=float, default=600.0)
    out.add_argument("--threads", type=int, default=0)
    out.add_argument("--device", default="")
    return out


def main() -> int:
    args = parser().parse_args()
    try:
        progress = train(args)
    except ValueError as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: step {progress.step}, {progress.pieces} pieces")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
