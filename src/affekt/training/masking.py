"""A first stage: masked language modelling that prefers emotion words (LEIA, Aroyehun et al. 2023)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import nn
from torch.nn import functional

from affekt.core import LabelSpace, RecipeError
from affekt.training.backbone import token_states
from affekt.training.settings import Masking

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MASK: Final = "[MASK]"
_CONTINUES: Final = "##"
# Of the masked tokens, as in BERT (Devlin et al. 2019, 3.1): the rest stays as it is.
_HIDDEN, _RANDOM = 0.8, 0.1


def emotion_words(descriptors: Iterable[str], spaces: Iterable[LabelSpace]) -> tuple[str, ...]:
    """Descriptors and label wordings of one word; those of several hold words that are no emotions.

    Args:
        descriptors: of the texts.
        spaces: of the recipe.

    Returns:
        Different words, sorted.
    """
    forms = (form for space in spaces for label in space.labels for form in label.forms)
    return tuple(sorted({word.casefold() for word in (*descriptors, *forms) if len(word.split()) == 1}))


class Masker:
    """Hides tokens of texts.

    Args:
        tokenizer: of the backbone.
        words: that are hidden more often, whole.
        settings: how often.

    Raises:
        RecipeError: if the tokenizer has no token to mask with.
    """

    def __init__(self, tokenizer: Tokenizer, words: Sequence[str], settings: Masking) -> None:
        mask = tokenizer.token_to_id(_MASK)
        if mask is None:
            raise RecipeError(f"the backbone's tokenizer has no {_MASK}: set masking.epochs = 0")
        self._mask, self._settings = mask, settings
        self._size = tokenizer.get_vocab_size()
        self._continues = {i for token, i in tokenizer.get_vocab().items() if token.startswith(_CONTINUES)}
        pieces = tokenizer.encode_batch(list(words), add_special_tokens=False)
        self._words = {tuple(piece.ids) for piece in pieces if piece.ids}

    def emotional(self, ids: Sequence[int]) -> list[bool]:
        """Which tokens of a framed text belong to an emotion word."""
        found = [False] * len(ids)
        starts = [i for i in range(1, len(ids) - 1) if ids[i] not in self._continues]
        for start, stop in zip(starts, [*starts[1:], len(ids) - 1], strict=True):
            if tuple(ids[start:stop]) in self._words:
                found[start:stop] = [True] * (stop - start)
        return found

    def hide(self, ids: Sequence[int], generator: torch.Generator) -> tuple[list[int], list[int]]:
        """A text with some tokens hidden.

        Args:
            ids: of the framed text; the frame stays.
            generator: of the draws.

        Returns:
            The ids to read, and the places whose tokens are to be found, at least one where there is a token.
        """
        if len(ids) <= 2:
            return list(ids), []
        draws = torch.rand(len(ids), generator=generator).tolist()
        emotional = self.emotional(ids)
        chosen = [
            i
            for i in range(1, len(ids) - 1)
            # A word of several tokens is hidden whole: its first token's draw decides.
            if draws[self._first(ids, i) if emotional[i] else i]
            < (self._settings.emotion_rate if emotional[i] else self._settings.rate)
        ]
        chosen = chosen or [min(range(1, len(ids) - 1), key=lambda i: draws[i])]
        fates = torch.rand(len(chosen), generator=generator).tolist()
        others = torch.randint(self._size, (len(chosen),), generator=generator).tolist()
        read = list(ids)
        for place, fate, other in zip(chosen, fates, others, strict=True):
            if fate < _HIDDEN + _RANDOM:
                read[place] = self._mask if fate < _HIDDEN else other
        return read, chosen

    def _first(self, ids: Sequence[int], place: int) -> int:
        while ids[place] in self._continues and place > 1:
            place -= 1
        return place


class MaskedHead(nn.Module):
    """Finds hidden tokens; its last matrix is the encoder's word embeddings. It is thrown away afterwards.

    Args:
        encoder: of the text tower.
    """

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=encoder.config.layer_norm_eps)
        self.bias = nn.Parameter(torch.zeros(encoder.config.vocab_size))
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def forward(self, states: torch.Tensor, embeddings: torch.Tensor) -> torch.Tensor:
        """Logits of every word piece, `[hidden tokens, vocabulary]`."""
        rows: torch.Tensor = self.norm(functional.gelu(self.dense(states)))
        return rows @ embeddings.T + self.bias


class MaskedEncoder(nn.Module):
    """An encoder with a head that finds hidden tokens.

    Args:
        encoder: of the text tower; it is trained in place.
    """

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = MaskedHead(encoder)

    def loss(self, ids: Sequence[Sequence[int]], masker: Masker, generator: torch.Generator) -> torch.Tensor:
        """Mean cross-entropy of the hidden tokens of some texts, in nats."""
        hidden = [masker.hide(text, generator) for text in ids]
        rows = torch.tensor([i for i, (_, places) in enumerate(hidden) for _ in places], dtype=torch.long)
        columns = torch.tensor([place for _, places in hidden for place in places], dtype=torch.long)
        gold = torch.tensor(
            [text[place] for text, (_, places) in zip(ids, hidden, strict=True) for place in places]
        )
        states, _ = token_states(self.encoder, [read for read, _ in hidden])
        logits = self.head(states[rows, columns], self.encoder.embeddings.word_embeddings.weight)
        return functional.cross_entropy(logits, gold) if len(gold) else logits.sum()
