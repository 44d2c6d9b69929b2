"""Where a training stands, on the disk: written whole or not at all, and exact to the last bit."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from training.batches import Place

STATE, ADAPTER = "state.pt", "adapter"
KEPT = 3


@dataclass(slots=True, kw_only=True)
class Progress:
    """Counters of a training. `cooling` is the first step of the fall to a rate of 0, and its length."""

    step: int = 0
    place: Place = field(default_factory=Place)
    pieces: int = 0
    seconds: float = 0.0
    cooling: tuple[int, int] | None = None


def write_checkpoint(
    folder: Path, progress: Progress, *, recipe: Mapping[str, Any], tensors: Mapping[str, Any], network: Any
) -> Path:
    """Write `step-N` beside the others and drop the oldest; a crash leaves the one before.

    Args:  tensors: what the optimizer and the trained weights need to go on exactly.
    """
    target, fresh = folder / f"step-{progress.step:06}", folder / f".new-{progress.step:06}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    network.save_pretrained(str(fresh / ADAPTER), save_embedding_layers=False)
    state = {"progress": asdict(progress), "recipe": dict(recipe), "rng": torch.get_rng_state(), **tensors}
    with (fresh / STATE).open("wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    if target.exists():
        shutil.rmtree(target)
    fresh.rename(target)
    for old in checkpoints(folder)[:-KEPT]:
        shutil.rmtree(old)
    return target


def checkpoints(folder: Path) -> list[Path]:
    """All whole checkpoints, oldest first."""
    found = [f for f in folder.glob("step-*") if re.fullmatch(r"step-\d+", f.name)] if folder.exists() else []
    return sorted(found, key=lambda f: int(f.name[5:]))


# What two runs must share for one to begin with the other's weights.
SHAPE = ("base", "prompt", "rank", "alpha", "share")


def last_checkpoint(folder: Path, *, needed: Mapping[str, Any]) -> tuple[Progress, dict[str, Any]]:
    """The last checkpoint of another run, whatever pairs and rate it had.

    Raises:  ValueError: there is none, or its adapter does not fit the one that `needed` describes.
    """
    recipe = {key: needed[key] for key in SHAPE}
    found = read_checkpoint(folder, recipe)
    if found is None:
        raise ValueError(f"{folder} holds no checkpoint to begin with")
    return found


def read_checkpoint(folder: Path, recipe: Mapping[str, Any]) -> tuple[Progress, dict[str, Any]] | None:
    """The last checkpoint's counters and state; None where there is none.

    Raises:  ValueError: it was trained by another recipe, so that going on would mix two.
    """
    found = checkpoints(folder)
    if not found:
        return None
    state = torch.load(found[-1] / STATE, map_location="cpu", weights_only=True)
    other = [key for key in recipe if state["recipe"].get(key) != recipe[key]]
    if other:
        was = ", ".join(f"{key} {state['recipe'].get(key)!r} (now {recipe[key]!r})" for key in other)
        raise ValueError(f"{found[-1]} was trained with {was}: choose another folder or the same recipe")
    values = dict(state["progress"])
    values["place"] = Place(**values["place"])
    values["cooling"] = tuple(values["cooling"]) if values["cooling"] else None
    torch.set_rng_state(state["rng"])
    return Progress(**values), state
