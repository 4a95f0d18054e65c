"""Label spaces known by name.

Descriptions are our own words for what the field's annotation guides ask for; scorers may read them.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from affekt.core.errors import LabelError
from affekt.core.labels import Kind, Label, LabelSpace


def _space(
    name: str, kind: Kind, labels: dict[str, tuple[str, ...]], bounds: tuple[float, float] | None = None
) -> LabelSpace:
    """Build a space from name → (description, paraphrases…)."""
    made = tuple(Label(label, forms[0] if forms else "", tuple(forms[1:])) for label, forms in labels.items())
    return LabelSpace(name, made, kind, range=bounds)


_ANGER = ("strong displeasure or hostility about a wrong", "angry")
_DISGUST = ("revulsion at something unpleasant or offensive", "disgusted")
_FEAR = ("being afraid or worried about a danger", "afraid")
_JOY = ("pleasure and happiness", "happy", "happiness")
_SADNESS = ("emotional pain, sorrow", "sad")
_SURPRISE = ("being astonished by something unexpected", "surprised")
_TRUST = ("relying on someone or something, acceptance", "trusting")
_ANTICIPATION = ("looking forward to or expecting something", "expectation")
_LOVE = ("strong affection or attachment", "loving")
_OPTIMISM = ("hopefulness and confidence about the future", "hopeful")
_PESSIMISM = ("expecting the worst, no confidence in the future", "hopeless")
_NEUTRAL = ("no emotion is expressed", "matter-of-fact")
_SHAME = ("feeling exposed and small because of one's own act", "ashamed")
_GUILT = ("remorse for having done wrong to others", "guilty")

_GOEMOTIONS = {
    "admiration": ("finding something impressive or worthy of respect",),
    "amusement": ("finding something funny or being entertained",),
    "anger": _ANGER[:1],
    "annoyance": ("mild anger, irritation",),
    "approval": ("having or expressing a favourable opinion",),
    "caring": ("kindness and concern for others",),
    "confusion": ("lack of understanding, uncertainty",),
    "curiosity": ("wanting to know or learn something",),
    "desire": ("wanting something or wishing that it happens",),
    "disappointment": ("sadness or displeasure that a hope was not met",),
    "disapproval": ("having or expressing an unfavourable opinion",),
    "disgust": _DISGUST[:1],
    "embarrassment": ("self-consciousness, shame or awkwardness",),
    "excitement": ("great enthusiasm and eagerness",),
    "fear": _FEAR[:1],
    "gratitude": ("thankfulness and appreciation",),
    "grief": ("intense sorrow, mostly over a death",),
    "joy": _JOY[:1],
    "love": _LOVE[:1],
    "nervousness": ("apprehension, anxiety",),
    "optimism": _OPTIMISM[:1],
    "pride": ("pleasure in one's own achievements or those of near ones",),
    "realization": ("becoming aware of something",),
    "relief": ("reassurance after anxiety or distress",),
    "remorse": ("regret or guilt",),
    "sadness": _SADNESS[:1],
    "surprise": _SURPRISE[:1],
    "neutral": _NEUTRAL[:1],
}

_WIDE = [
    "admiration",
    "affection",
    "amusement",
    "anger",
    "annoyance",
    "anticipation",
    "anxiety",
    "approval",
    "awe",
    "boredom",
    "calm",
    "caring",
    "compassion",
    "confidence",
    "confusion",
    "contempt",
    "contentment",
    "curiosity",
    "desire",
    "despair",
    "determination",
    "disappointment",
    "disapproval",
    "disgust",
    "distrust",
    "embarrassment",
    "enthusiasm",
    "envy",
    "excitement",
    "fear",
    "frustration",
    "gratitude",
    "grief",
    "guilt",
    "hate",
    "hope",
    "humiliation",
    "hurt",
    "indignation",
    "jealousy",
    "joy",
    "loneliness",
    "longing",
    "love",
    "nervousness",
    "nostalgia",
    "optimism",
    "pessimism",
    "pity",
    "pride",
    "realization",
    "regret",
    "relief",
    "remorse",
    "resignation",
    "sadness",
    "satisfaction",
    "shame",
    "surprise",
    "suspicion",
    "sympathy",
    "tenderness",
    "tiredness",
    "trust",
    "worry",
    "neutral",
]

_VALENCE = ("how pleasant the expressed feeling is, from unpleasant to pleasant",)
_AROUSAL = ("how much energy the expressed feeling has, from calm to excited",)

SPACES: Final[dict[str, LabelSpace]] = {
    space.name: space
    for space in (
        _space("goemotions", "multi", _GOEMOTIONS),
        _space("wide", "multi", dict.fromkeys(_WIDE, ())),
        _space(
            "ekman",
            "multi",
            {
                "anger": _ANGER,
                "disgust": _DISGUST,
                "fear": _FEAR,
                "joy": _JOY,
                "sadness": _SADNESS,
                "surprise": _SURPRISE,
            },
        ),
        _space(
            "plutchik",
            "multi",
            {
                "anger": _ANGER,
                "anticipation": _ANTICIPATION,
                "disgust": _DISGUST,
                "fear": _FEAR,
                "joy": _JOY,
                "sadness": _SADNESS,
                "surprise": _SURPRISE,
                "trust": _TRUST,
            },
        ),
        _space(
            "semeval2018",
            "multi",
            {
                "anger": _ANGER,
                "anticipation": _ANTICIPATION,
                "disgust": _DISGUST,
                "fear": _FEAR,
                "joy": _JOY,
                "love": _LOVE,
                "optimism": _OPTIMISM,
                "pessimism": _PESSIMISM,
                "sadness": _SADNESS,
                "surprise": _SURPRISE,
                "trust": _TRUST,
            },
        ),
        _space(
            "isear",
            "single",
            {
                "joy": _JOY,
                "fear": _FEAR,
                "anger": _ANGER,
                "sadness": _SADNESS,
                "disgust": _DISGUST,
                "shame": _SHAME,
                "guilt": _GUILT,
            },
        ),
        _space(
            "brighter",
            "multi",
            {
                "anger": _ANGER,
                "disgust": _DISGUST,
                "fear": _FEAR,
                "joy": _JOY,
                "sadness": _SADNESS,
                "surprise": _SURPRISE,
            },
        ),
        _space(
            "emorynlp",
            "single",
            {
                "Neutral": _NEUTRAL,
                "Joyful": ("full of joy, cheerful, excited",),
                "Peaceful": ("calm, content, loving, thoughtful",),
                "Powerful": ("proud, confident, respected",),
                "Scared": ("afraid, anxious, insecure, confused",),
                "Mad": ("angry, hurt, hateful, critical",),
                "Sad": ("sad, guilty, ashamed, lonely, bored",),
            },
        ),
        _space(
            "sentiment",
            "single",
            {
                "positive": ("a pleasant feeling is expressed",),
                "neutral": _NEUTRAL,
                "negative": ("an unpleasant feeling is expressed",),
            },
        ),
        _space("valence-arousal", "dimensional", {"valence": _VALENCE, "arousal": _AROUSAL}, (1.0, 9.0)),
    )
}


def named_space(name: str) -> LabelSpace:
    """The space of that name.

    Raises:
        LabelError: if no space has that name.
    """
    try:
        return SPACES[name.casefold()]
    except KeyError:
        near = get_close_matches(name.casefold(), SPACES, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise LabelError(f"space {name!r} is unknown{hint}: use one of {', '.join(SPACES)}") from None
