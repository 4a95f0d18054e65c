"""The encoder as it was before training reads many texts: by ONNX Runtime, faster than by torch in float32."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from affekt.encoder import Tower, open_session, read_tokenizer, unit
from affekt.training.backbone import Backbone
from affekt.training.export import encoder_shape, encoder_weights
from affekt.training.graph import bert_graph

_POSITIONS = 96


def read_frozen(backbone: Backbone, frozen: Any, texts: Sequence[str]) -> torch.Tensor:
    """Unit vectors of texts by a frozen encoder, 8 bits a weight (mean cosine to float32 .998).

    Args:
        backbone: gives the tokenizer.
        frozen: its encoder.
        texts: normalised.

    Returns:
        `[texts, width]`, in order.
    """
    positions = min(_POSITIONS, backbone.positions)
    words = backbone.words(frozen)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frozen.onnx"
        path.write_bytes(bert_graph(encoder_weights(frozen), encoder_shape(frozen, positions), "int8-rows"))
        session = open_session(path, torch.get_num_threads())
        tower = Tower(read_tokenizer(backbone.folder / "tokenizer.json"), words, session, positions)
        return torch.from_numpy(unit(tower.encode(texts).states))
