"""Label spaces known by name.

Descriptions are our own words for what the field's annotation guides ask for; scorers may read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from affekt.core.errors import LabelError
from affekt.core.labels import Kind, Label, LabelSpace


def _space(
    name: str,
    kind: Kind,
    labels: dict[str, tuple[str, ...]],
    bounds: tuple[float, float] | None = None,
    levels: int | None = None,
) -> LabelSpace:
    """Build a space from name → (description, paraphrases…)."""
    made = tuple(Label(label, forms[0] if forms else "", tuple(forms[1:])) for label, forms in labels.items())
    return LabelSpace(name, made, kind, levels, bounds)


_WIDE: Final[dict[str, tuple[str, ...]]] = {
    "admiration": (
        "looking up to someone or finding something impressive",
        "admiring",
        "respect",
        "impressed",
    ),
    "affection": ("warm fondness for someone", "affectionate", "fondness"),
    "amusement": ("finding something funny or being entertained", "amused", "fun", "laughing"),
    "anger": ("strong displeasure or hostility about a wrong", "angry", "mad", "furious", "rage"),
    "annoyance": ("mild anger, irritation", "annoyed", "irritation", "irritated"),
    "anticipation": (
        "looking forward to or expecting something",
        "expectation",
        "eager to see what comes",
        "expectant",
    ),
    "anxiety": ("uneasy fear of what may come", "anxious", "apprehension"),
    "approval": ("having or expressing a favourable opinion", "approving", "agreement"),
    "awe": ("overwhelmed wonder at something great", "awestruck", "amazement", "wonder"),
    "boredom": ("tired of something dull", "bored", "uninterested"),
    "calm": ("at peace, without agitation", "calmness", "peaceful", "serenity", "relaxed"),
    "caring": ("kindness and concern for others", "kindness", "concern for someone"),
    "compassion": ("feeling for those who suffer and wishing to help", "compassionate"),
    "confidence": ("being sure of oneself or of an outcome", "confident", "self-assured"),
    "confusion": ("lack of understanding, uncertainty", "confused", "puzzled", "bewildered"),
    "contempt": ("looking down on someone as worthless", "contemptuous", "scorn", "disdain"),
    "contentment": ("quiet happiness with how things are", "content", "contented"),
    "curiosity": ("wanting to know or learn something", "curious", "interest", "interested"),
    "desire": ("wanting something or wishing that it happens", "wanting", "craving"),
    "despair": ("having lost all hope", "desperate", "hopelessness", "hopeless"),
    "determination": ("firm will to do something", "determined", "resolve"),
    "disappointment": ("sadness or displeasure that a hope was not met", "disappointed", "let down"),
    "disapproval": ("having or expressing an unfavourable opinion", "disapproving", "disagreement"),
    "disgust": ("revulsion at something unpleasant or offensive", "disgusted", "revulsion", "repelled"),
    "distrust": ("not trusting someone or something", "distrustful", "mistrust"),
    "embarrassment": ("self-consciousness, shame or awkwardness", "embarrassed", "awkwardness"),
    "enthusiasm": ("lively, eager interest", "enthusiastic", "eagerness"),
    "envy": ("wanting what somebody else has", "envious"),
    "excitement": ("great enthusiasm and eagerness", "excited", "thrilled"),
    "fear": ("being afraid or worried about a danger", "afraid", "scared", "terror"),
    "frustration": ("being annoyed because something is blocked or fails", "frustrated", "exasperation"),
    "gratitude": ("thankfulness and appreciation", "grateful", "thankful", "appreciation"),
    "grief": ("intense sorrow, mostly over a death", "grieving", "mourning", "bereaved"),
    "guilt": ("feeling responsible for having done wrong", "guilty", "feeling to blame"),
    "hate": ("intense dislike of someone or something", "hatred", "hateful", "loathing"),
    "hope": ("wishing and believing that something good may happen", "hopeful", "hoping"),
    "humiliation": ("being made to feel small before others", "humiliated", "degraded"),
    "hurt": ("emotional pain that somebody caused", "hurt feelings", "wounded"),
    "indignation": ("anger at an injustice", "indignant", "outrage", "outraged"),
    "jealousy": ("fear of losing someone to a rival, or resentment of another's luck", "jealous"),
    "joy": ("pleasure and happiness", "happy", "happiness", "joyful", "delight"),
    "loneliness": ("sadness at being alone", "lonely", "isolated"),
    "longing": ("yearning for someone or something out of reach", "yearning", "missing someone"),
    "love": ("strong affection or attachment", "loving", "adoration"),
    "nervousness": ("being jittery and tense before something", "nervous", "tense", "jittery"),
    "nostalgia": ("wistful affection for the past", "nostalgic"),
    "optimism": ("hopefulness and confidence about the future", "optimistic", "positive outlook"),
    "pessimism": (
        "expecting the worst, no confidence in the future",
        "pessimistic",
        "cynicism",
        "gloomy outlook",
    ),
    "pity": ("feeling sorry for someone", "pitying", "feeling sorry"),
    "pride": ("pleasure in one's own achievements or those of near ones", "proud"),
    "realization": ("becoming aware of something", "insight", "suddenly understanding"),
    "regret": ("wishing that one had acted otherwise", "regretful"),
    "relief": ("reassurance after anxiety or distress", "relieved"),
    "remorse": ("deep regret for a wrong that one did", "remorseful", "feeling sorry for what one did"),
    "resignation": ("accepting something bad that cannot be changed", "resigned", "giving up"),
    "sadness": ("emotional pain, sorrow", "sad", "unhappy", "sorrow", "depressed"),
    "satisfaction": ("pleasure that a wish or need is met", "satisfied", "pleased"),
    "shame": ("feeling exposed and small because of one's own act", "ashamed", "disgraced"),
    "surprise": ("being astonished by something unexpected", "surprised", "astonishment", "shocked"),
    "suspicion": ("a feeling that something is wrong or someone is dishonest", "suspicious"),
    "sympathy": ("sharing and understanding someone's trouble", "sympathetic", "condolence"),
    "tenderness": ("gentle, loving softness", "tender"),
    "tiredness": ("lack of energy, exhaustion", "tired", "exhausted", "fatigue"),
    "trust": ("relying on someone or something, acceptance", "trusting", "faith in someone"),
    "worry": ("troubled thoughts about what may happen", "worried", "concern"),
    "neutral": ("no emotion is expressed", "matter-of-fact", "no emotion", "factual"),
}

_ANGER = _WIDE["anger"]
_DISGUST = _WIDE["disgust"]
_FEAR = _WIDE["fear"]
_JOY = _WIDE["joy"]
_SADNESS = _WIDE["sadness"]
_SURPRISE = _WIDE["surprise"]
_TRUST = _WIDE["trust"]
_ANTICIPATION = _WIDE["anticipation"]
_NEUTRAL = _WIDE["neutral"]
_SHAME = _WIDE["shame"]
_GUILT = _WIDE["guilt"]

_GOEMOTIONS = {
    name: _WIDE[name]
    for name in (
        "admiration",
        "amusement",
        "anger",
        "annoyance",
        "approval",
        "caring",
        "confusion",
        "curiosity",
        "desire",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "excitement",
        "fear",
        "gratitude",
        "grief",
        "joy",
        "love",
        "nervousness",
        "optimism",
        "pride",
        "realization",
        "relief",
        "remorse",
        "sadness",
        "surprise",
        "neutral",
    )
}

_EKMAN: Final[dict[str, tuple[str, ...]]] = {
    "anger": _ANGER,
    "disgust": _DISGUST,
    "fear": _FEAR,
    "joy": _JOY,
    "sadness": _SADNESS,
    "surprise": _SURPRISE,
}
# What a label includes by the definitions that its annotators worked with (Mohammad et al. 2018, table of emotions).
_E_C: Final[dict[str, tuple[str, ...]]] = {
    "anger": ("annoyance", "rage"),
    "anticipation": ("interest", "vigilance"),
    "disgust": ("disinterest", "dislike", "loathing"),
    "fear": ("apprehension", "anxiety", "concern", "terror"),
    "joy": ("serenity", "ecstasy"),
    "love": ("affection",),
    "optimism": ("hopefulness", "confidence"),
    "pessimism": ("cynicism", "lack of confidence"),
    "sadness": ("pensiveness", "grief"),
    "surprise": ("distraction", "amazement"),
    "trust": ("acceptance", "liking", "admiration"),
}
_VALENCE = ("how pleasant the expressed feeling is, from unpleasant to pleasant",)
_AROUSAL = ("how much energy the expressed feeling has, from calm to excited",)

SPACES: Final[dict[str, LabelSpace]] = {
    space.name: space
    for space in (
        _space("goemotions", "multi", _GOEMOTIONS),
        _space("wide", "multi", _WIDE),
        _space("ekman", "multi", _EKMAN),
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
            {name: (*dict.fromkeys((*_WIDE[name], *included)),) for name, included in _E_C.items()},
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
        _space("brighter", "multi", _EKMAN),
        _space("brighter-intensity", "ordinal", _EKMAN, levels=4),
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


OPEN: Final = LabelSpace("open", (), "open")
"""Free descriptors: those of a model's own vocabulary."""


def grouped_by_space(spaces: Sequence[LabelSpace]) -> dict[LabelSpace, list[int]]:
    """Positions of items by the space that each is judged in: a scorer judges in one space at a time.

    Args:
        spaces: one an item.

    Returns:
        Space → positions, in the order in which spaces and items come.
    """
    groups: dict[LabelSpace, list[int]] = {}
    last: LabelSpace | None = None
    rows: list[int] = []
    for i, space in enumerate(spaces):
        if space is not last:  # most often the same one: its hash is not made again
            last, rows = space, groups.setdefault(space, [])
        rows.append(i)
    return groups


def named_space(name: str) -> LabelSpace:
    """The space of that name.

    Args:
        name: of `SPACES`, in any case.

    Returns:
        The space.

    Raises:
        LabelError: if no space has that name.
    """
    try:
        return SPACES[name.casefold()]
    except KeyError:
        from difflib import get_close_matches

        near = get_close_matches(name.casefold(), SPACES, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise LabelError(f"space {name!r} is unknown{hint}: use one of {', '.join(SPACES)}") from None
