"""Make a folder that the registry can name from a checkpoint: half precision, and a card to fill in.

    python -m training.export RUN models/adapters/NAME [--step N]

RUN is the --out of training.train. The average of several checkpoints is not taken: finish a run with
--cooldown instead.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from models.adapter import CONFIG, WEIGHTS, load_adapter
from training.base import reported
from training.checkpoint import ADAPTER, STATE, checkpoints

CARD = Path(__file__).with_name("MODEL_CARD.md")
# Settings of peft that say something; its file has thirty more that are off.
SAID = (
    "peft_type", "task_type", "base_model_name_or_path", "revision", "r", "lora_alpha", "lora_dropout", "bias",
    "target_modules", "layers_to_transform", "inference_mode", "peft_version",
)  # fmt: skip
MOST_BYTES = 40_000_000


def export(checkpoint: Path, folder: Path) -> None:
    """Write adapter and card; the card keeps what a person has written, if there is one already.

    Raises:  ValueError: the adapter is larger than the repository should hold.
    """
    state = torch.load(checkpoint / STATE, map_location="cpu", weights_only=True)
    config = json.loads((checkpoint / ADAPTER / CONFIG).read_text("utf-8"))
    config["target_modules"] = sorted(config["target_modules"])
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {saved_name(name): weight.half() for name, weight in state["exact"].items()}
    size = sum(weight.numel() * 2 for weight in tensors.values())
    if size > MOST_BYTES:
        raise ValueError(
            f"the adapter takes {size / 1e6:.0f} MB, at most {MOST_BYTES / 1e6:.0f}: lower the rank"
        )
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    text = json.dumps({key: config[key] for key in SAID if key in config}, indent=1)
    (folder / CONFIG).write_text(text + "\n", "utf-8")
    if not (folder / "README.md").exists():
        (folder / "README.md").write_text(card(state, config), "utf-8")
    load_adapter(str(folder))


def saved_name(name: str) -> str:
    """The name that peft gives a weight in its files."""
    return name.replace(".default.weight", ".weight")


def card(state: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """The template with what the checkpoint knows."""
    progress, recipe = state["progress"], state["recipe"]
    return CARD.read_text("utf-8").format(
        base=config["base_model_name_or_path"],
        base_revision=config["revision"],
        rank=config["r"],
        alpha=config["lora_alpha"],
        steps=progress["step"],
        epochs=progress["place"]["epoch"],
        pieces=progress["pieces"],
        hours=f"{progress['seconds'] / 3600:.1f}",
        recipe=json.dumps(recipe, indent=1),
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--step", type=int, help="of the checkpoint; the last one by default")
    args = parser.parse_args()
    return reported(lambda: export(_chosen(args.run, args.step), args.folder), args.folder)


def _chosen(run: Path, step: int | None) -> Path:
    """The checkpoint of that step, or the last."""
    found = [f for f in checkpoints(run) if step is None or f.name == f"step-{step:06}"]
    if not found:
        raise ValueError(f"{run} has no such checkpoint")
    return found[-1]


if __name__ == "__main__":
    raise SystemExit(main())
