"""Encoders of BERT's relatives as BERT: other names, a later first position, a bias of attention by distance.

RoBERTa, XLM-R and CamemBERT count positions from 2 on, DistilBERT calls its layers otherwise, and MPNet adds to attention what
two tokens' distance says (Song et al. 2020; the buckets are those of Raffel et al. 2020, T5, section 2.1). What they compute is the
same for the rest, so that one network and one graph serve all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn
from transformers import BertConfig, BertModel

from affekt.training.graph import RELATIVE, relative_buckets

Renamings = tuple[tuple[str, str], ...]

_DISTILBERT: Final[Renamings] = (
    (r"^transformer\.", "encoder."),
    (r"\.attention\.q_lin\.", ".attention.self.query."),
    (r"\.attention\.k_lin\.", ".attention.self.key."),
    (r"\.attention\.v_lin\.", ".attention.self.value."),
    (r"\.attention\.out_lin\.", ".attention.output.dense."),
    (r"\.sa_layer_norm\.", ".attention.output.LayerNorm."),
    (r"\.ffn\.lin1\.", ".intermediate.dense."),
    (r"\.ffn\.lin2\.", ".output.dense."),
    (r"\.output_layer_norm\.", ".output.LayerNorm."),
)
_MPNET: Final[Renamings] = (
    (r"\.attention\.attn\.q\.", ".attention.self.query."),
    (r"\.attention\.attn\.k\.", ".attention.self.key."),
    (r"\.attention\.attn\.v\.", ".attention.self.value."),
    (r"\.attention\.attn\.o\.", ".attention.output.dense."),
    (r"\.attention\.LayerNorm\.", ".attention.output.LayerNorm."),
)
_POSITIONS: Final = "embeddings.position_embeddings.weight"
_TYPES: Final = "embeddings.token_type_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Family:
    """How a kind of encoder differs from BERT.

    Args:
        renamed: patterns in the names of its tensors, and what BERT has there.
        first_position: row of the position table that a text's first token gets.
        sizes: names in its configuration of the longest input, the width, the heads and the activation.
    """

    renamed: Renamings = ()
    first_position: int = 0
    sizes: tuple[str, str, str, str] = (
        "max_position_embeddings",
        "hidden_size",
        "num_attention_heads",
        "hidden_act",
    )

    def bert_name(self, name: str) -> str:
        """What BERT calls a tensor of this family."""
        for pattern, there in self.renamed:
            name = re.sub(pattern, there, name)
        return name


_OFFSET: Final = Family(first_position=2)
FAMILIES: Final[Mapping[str, Family]] = {
    "bert": Family(),
    "roberta": _OFFSET,
    "xlm-roberta": _OFFSET,
    "camembert": _OFFSET,
    "distilbert": Family(_DISTILBERT, sizes=("max_position_embeddings", "dim", "n_heads", "activation")),
    "mpnet": Family(_MPNET, first_position=2),
}
"""`model_type` in a configuration → its family."""


class RelativeBert(BertModel):  # type: ignore[misc]  # transformers has no types here
    """A BERT whose attention also hears how far two tokens are apart.

    Args:
        config: of the BERT.
        buckets: of distances, half of them for each direction.
    """

    def __init__(self, config: BertConfig, buckets: int) -> None:
        super().__init__(config, add_pooling_layer=False)
        self.encoder.relative_attention_bias = nn.Embedding(buckets, config.num_attention_heads)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **named: Any) -> Any:
        """As BERT's; `attention_mask` is 1 for tokens, 0 for padding, `[texts, length]`."""
        table = self.encoder.relative_attention_bias
        assert isinstance(table, nn.Embedding)
        places = torch.from_numpy(relative_buckets(input_ids.shape[1], table.num_embeddings))
        bias = table(places).permute(2, 0, 1).unsqueeze(0)
        padding = attention_mask[:, None, None, :] == 0
        heard = bias.expand(len(input_ids), -1, -1, -1).masked_fill(padding, torch.finfo(bias.dtype).min)
        return super().forward(input_ids=input_ids, attention_mask=heard, **named)


@torch.no_grad()
def as_bert(encoder: Any) -> Any:
    """The same encoder as a `BertModel`.

    Args:
        encoder: transformers' model of one of `FAMILIES`; a `BertModel` is given back as it is.

    Returns:
        What reads texts of one length as it did, and padded ones as it did with its own padding.
    """
    kind = encoder.config.model_type
    if kind == "bert":
        return encoder
    family, old = FAMILIES[kind], encoder.config
    weights = {}
    for name, tensor in encoder.state_dict().items():
        weights[family.bert_name(name)] = tensor
    weights[_POSITIONS] = weights[_POSITIONS][family.first_position :]
    weights.setdefault(_TYPES, torch.zeros(1, old.hidden_size))
    config = BertConfig(
        vocab_size=old.vocab_size,
        hidden_size=old.hidden_size,
        num_hidden_layers=old.num_hidden_layers,
        num_attention_heads=old.num_attention_heads,
        intermediate_size=getattr(old, "intermediate_size", 0) or old.hidden_dim,
        max_position_embeddings=len(weights[_POSITIONS]),
        type_vocab_size=len(weights[_TYPES]),
        layer_norm_eps=getattr(old, "layer_norm_eps", 1e-12),
    )
    biased = weights.get(f"{RELATIVE}.weight")
    made = BertModel(config, add_pooling_layer=False) if biased is None else RelativeBert(config, len(biased))
    made.load_state_dict({name: weights[name] for name in made.state_dict()})
    return made
