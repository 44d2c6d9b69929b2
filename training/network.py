"""The network that is trained: base weights, a LoRA adapter over some layers, the loss of answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM

from models import _hf
from models.adapter import MATRICES
from models.cache import sha256_of
from models.gguf_convert import Weights
from models.registry import load_registry
from training.batches import IGNORED

LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# transformers' names of a network's parts, and GGUF's.
LAYER = {**MATRICES, "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
# Rows of logits computed at once: 256 of 151,936 numbers are 160 MB, all of a batch would be 1 GB.
ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterShape:
    """Rank, scale, and the share of layers, counted from the top, that learn."""

    rank: int = 16
    alpha: int = 32
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Base:
    """The weights that an adapter belongs to: a name of the registry and the revision it gives them."""

    name: str
    revision: str


def base_of(folder: Path) -> Base:
    """What the weights of a folder are, by their checksum."""
    file = next(iter(sorted([*folder.glob("*.gguf"), *folder.glob("*.safetensors")])), None)
    if file is None:
        raise ValueError(f"{folder} holds no weights; run: python -m training.base NAME {folder}")
    checksum = sha256_of(file)
    names = [
        name for name, entry in load_registry().items() if entry.sha256 == checksum and not entry.adapter
    ]
    return Base(names[0] if names else file.stem, checksum[:12])


def load_base(folder: Path, *, device: str) -> Any:
    """The base network in bfloat16, frozen: a folder with a GGUF file or a repository's files."""
    file = next(iter(sorted(folder.glob("*.gguf"))), None)
    network = _from_gguf(file) if file else _hf.load_model(folder, "causal", device=device)[0]
    network.requires_grad_(False)
    return network.to(device).eval()


@torch.no_grad()
def _from_gguf(file: Path) -> Any:
    """A network of the Qwen2 family, matrix by matrix.

    transformers reads the same file, but holds all of it in float32 for a while: 6 GB for the 0.5B, where
    this takes 2.
    """
    config = AutoConfig.from_pretrained(str(file.parent), gguf_file=file.name)
    config.tie_word_embeddings = False
    network = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    weights = Weights(file, quantise=False)
    names = {
        f"model.layers.{n}.{long}": f"blk.{n}.{short}"
        for n in range(config.num_hidden_layers)
        for long, short in LAYER.items()
    } | OUTER
    for name, weight in network.named_parameters():
        stem, _, kind = name.rpartition(".")
        stored = f"{names[stem]}.{kind}"
        if stored == "output.weight" and stored not in weights.tensors:
            stored = "token_embd.weight"
        weight.copy_(torch.from_numpy(weights.read(stored)))
    return network


def with_adapter(network: Any, shape: AdapterShape, *, base: Base, seed: int) -> Any:
    """The network with an untrained adapter, which changes nothing yet.

    Its weights are bfloat16 like the base's: a cast in every layer costs more than it is worth,
    and the optimizer keeps its own copy in float32.
    """
    torch.manual_seed(seed)
    n_layers = network.config.num_hidden_layers
    config = LoraConfig(
        r=shape.rank,
        lora_alpha=shape.alpha,
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
        target_modules=list(LINEAR),
        layers_to_transform=list(range(n_layers - round(n_layers * shape.share), n_layers)),
    )
    tuned = get_peft_model(network, config, autocast_adapter_dtype=False)
    # peft would write the folder that the weights were read from.
    config.base_model_name_or_path, config.revision = base.name, base.revision
    return tuned


def trained_weights(network: Any) -> dict[str, nn.Parameter]:
    """The weights that learn, by name."""
    return {name: weight for name, weight in network.named_parameters() if weight.requires_grad}


def answer_loss(network: Any, ids: Tensor, wanted: Tensor) -> tuple[Tensor, int]:
    """The summed loss of the pieces of answers, and how many there are.

    Logits are computed only where a piece is wanted: with 151,936 pieces to choose from, those of
    the requests would take a fifth of all the work.

    Shapes:  ids, wanted (batch, length) int64; wanted is IGNORED where there is no loss.
    """
    inner = network.get_base_model() if hasattr(network, "get_base_model") else network
    hidden = inner.model(input_ids=ids, use_cache=False).last_hidden_state
    asked = wanted != IGNORED
    loss: Tensor = _Loss.apply(hidden[asked], inner.lm_head.weight, wanted[asked])  # type: ignore[no-untyped-call]
    return loss, int(asked.sum())


class _Loss(torch.autograd.Function):
    """Cross-entropy over a frozen output matrix, some rows at a time.

    The gradient for the hidden states is made along with the loss, so that no logits are kept.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, matrix: Tensor, wanted: Tensor) -> Tensor:
        gradient = torch.empty_like(hidden) if hidden.requires_grad else None
        total = hidden.new_zeros((), dtype=torch.float32)
        for first in range(0, len(hidden), ROWS):
            rows = slice(first, first + ROWS)
            logits = nn.functional.linear(hidden[rows], matrix).float()
            logits -= logits.logsumexp(dim=-1, keepdim=True)
            at = torch.arange(len(logits), device=logits.device), wanted[rows]
            total -= logits[at].sum()
            if gradient is not None:
                shares = logits.exp_()
                shares[at] -= 1.0
                gradient[rows] = shares.to(matrix.dtype) @ matrix
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, scale: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        (gradient,) = ctx.saved_tensors
        return gradient * scale.to(gradient.dtype), None, None
