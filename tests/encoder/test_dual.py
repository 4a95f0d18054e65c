"""The dual encoder: any text read whole, any label set, axes, and the prior of sets that nobody trained."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affekt.core import SPACES, Item, Label, LabelError, LabelSpace, named_space
from affekt.encoder import Heads, Prior, SpaceHead
from affekt.text import LanguageGuard

PATIENT = settings(max_examples=25, deadline=None)
NAMES = ("joy", "anger", "fear", "guilt", "calm", "love")
MULTI = LabelSpace.of(NAMES)
AXES = (Label("arousal"), Label("Valence"))


@pytest.fixture(scope="module")
def encoder(tiny, english):
    return tiny.encoder(guard=english)


def _score(encoder, texts, space=MULTI):
    return encoder.score([Item(text) for text in texts], space)


def _sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))


def _axes(low=1.0, high=9.0):
    return LabelSpace("axes", AXES, "dimensional", range=(low, high))


def _never():
    raise AssertionError("the label tower was opened")


# Texts


def test_nothing_is_dropped_or_reordered(encoder, texts):
    scores = _score(encoder, texts)
    assert scores.values.shape == (len(texts), len(NAMES))
    assert scores.values.dtype == np.float32
    for text, row, reason, flags in zip(texts, scores.values, scores.abstained, scores.flags, strict=True):
        alone = _score(encoder, [text])
        np.testing.assert_allclose(row, alone.values[0], atol=1e-6)
        assert (reason, flags) == (alone.abstained[0], alone.flags[0])
        assert np.isnan(row).all() == (reason is not None)


def test_empty_texts_and_other_languages_abstain_with_a_reason(encoder):
    texts = ["so sad", "", " \t\n", "\u200b", "Я так счастлив сегодня, спасибо вам большое", "🙃", "so sad"]
    scores = _score(encoder, texts)
    assert scores.flags == ((), ("empty",), ("empty",), ("empty",), ("language",), (), ())
    assert scores.abstained[1:4] == ("the text is empty",) * 3
    assert "Cyrillic" in scores.abstained[4]
    assert np.isnan(scores.values[1:5]).all()
    assert (scores.values[0] == scores.values[6]).all()
    assert np.isfinite(scores.values[[0, 5, 6]]).all()


def test_texts_in_unmeasured_languages_are_judged_and_flagged(tiny):
    guard = LanguageGuard(("en", "fr"), pieces_per_word=50, unknown_share=1.0, tell_unmeasured=True)
    scores = _score(
        tiny.encoder(guard=guard), ["Je suis tellement heureux de te revoir", "I am so glad to see you"]
    )
    assert scores.flags == (("language",), ())
    assert scores.abstained == (None, None)
    assert np.isfinite(scores.values).all()


def test_without_a_guard_every_language_is_judged(tiny):
    scores = _score(tiny.encoder(), ["Я так счастлив сегодня, спасибо вам большое"])
    assert scores.abstained == (None,)
    assert np.isfinite(scores.values).all()


def test_no_text_at_all(encoder):
    assert _score(encoder, []).values.shape == (0, len(NAMES))
    assert encoder.embed([]).shape[0] == 0


def test_a_long_text_is_read_to_its_end(encoder):
    middle = "it was a long day on the train and the rain was there again . " * 9
    good, bad, short = middle + "i am so happy now !", middle + "i hate you all !", "i am so happy now !"
    scores = _score(encoder, [good, bad, "i hate it . " + middle, "i love it . " + middle, short])
    assert scores.flags == (("long",),) * 4 + ((),)
    assert scores.abstained == (None,) * 5
    assert np.abs(scores.values[0] - scores.values[1]).max() > 1e-4
    assert np.abs(scores.values[2] - scores.values[3]).max() > 1e-4


def test_half_a_surrogate_pair_is_a_character_like_any_other(encoder):
    lone, replaced, pair = _score(encoder, ["so sad \ud83d", "so sad \ufffd", "so sad \ud83d\ude22"]).values
    assert (lone == replaced).all()
    assert np.isfinite(pair).all()


# Labels


def test_known_wordings_are_where_the_label_tower_puts_them(encoder):
    labels = [label for space in SPACES.values() for label in space.labels]
    forms = list(dict.fromkeys(form for label in labels for form in label.forms))
    vectors = encoder.embed_labels([Label(form, form) for form in forms])  # `neutral` alone means more
    known = {form: v.astype(np.float16).astype(np.float32) for form, v in zip(forms, vectors, strict=True)}
    informed = replace(encoder, known=known, open_labels=_never)
    np.testing.assert_allclose(informed.embed_labels(labels), encoder.embed_labels(labels), atol=2e-3)
    texts = ["so sad", "i love you all"]
    for space in SPACES.values():
        expected = _score(encoder, texts, space).values
        np.testing.assert_allclose(_score(informed, texts, space).values, expected, atol=0.02)
    with pytest.raises(AssertionError, match="opened"):
        _score(informed, texts, LabelSpace.of(["overwhelmed"]))


def test_case_makes_no_other_label(encoder):
    rows = np.eye(2, encoder.text.width, dtype=np.float32)
    vector = rows[0]
    informed = replace(encoder, known={"joy": vector}, open_labels=_never)
    spellings = [Label("joy"), Label("Joy"), Label("JOY")]
    assert (informed.embed_labels(spellings) == informed.embed_labels([Label("joy")])).all()

    head = SpaceHead(("joy", "Fear"), rows, 4.0, np.array([0.5, -0.5], np.float32), "multi", own=True)
    trained = replace(encoder, heads=replace(encoder.heads, spaces={"mine": head}))
    one, other = (LabelSpace.of(names) for names in (["joy", "Fear"], ["fear", "JOY"]))
    texts = ["so sad", "i love you all"]
    assert (_score(trained, texts, one).values == _score(trained, texts, other).values[:, ::-1]).all()


def test_a_name_in_another_language_stands_for_the_english_one_unless_it_is_described(encoder):
    def scores(*labels):
        return _score(encoder, ["so sad", "i love you all"], LabelSpace.of(labels)).values

    assert (scores("Freude", "tristeza", "neutro") == scores("joy", "sadness", "neutral")).all()
    described = scores("joy", Label("tristeza", "to be let down"), "neutral")
    assert (described[:, 1] != scores("joy", "sadness", "neutral")[:, 1]).all()


def test_the_label_tower_is_opened_once_and_labels_are_embedded_once(encoder):
    opened, encoded = [], []

    class Watched:
        def __init__(self, tower):
            self._tower = tower

        def encode(self, texts):
            encoded.extend(texts)
            return self._tower.encode(texts)

    def labels():
        opened.append(True)
        return Watched(encoder.open_labels())

    watched = replace(encoder, open_labels=labels)
    for _ in range(3):
        _score(watched, ["so sad"])
    assert encoded == list(NAMES)
    _score(watched, ["so sad"], LabelSpace.of(["shame"]))
    assert encoded == [*NAMES, "shame"]
    assert len(opened) == 1


def test_a_description_is_read(encoder):
    bare, described, twin = encoder.embed_labels(
        [Label.parse("overwhelmed"), Label.parse("overwhelmed=too much at once"), Label("too much at once")]
    )
    assert np.linalg.norm(bare - described) > 1e-2
    mean = bare + twin
    np.testing.assert_allclose(described, mean / np.linalg.norm(mean), atol=1e-6)


@PATIENT
@given(st.permutations(NAMES), st.sampled_from(["multi", "single"]))
def test_the_order_of_labels_is_the_order_of_columns(encoder, names, kind):
    texts = ["so sad", "i love you all", "what a day"]
    given_order = _score(encoder, texts, LabelSpace.of(NAMES, kind)).values
    permuted = _score(encoder, texts, LabelSpace.of(names, kind)).values
    np.testing.assert_allclose(permuted, given_order[:, [NAMES.index(x) for x in names]], atol=1e-6)


def test_every_kind_keeps_its_promise(encoder):
    texts = ["so sad", "i love you all", "what a day"]
    multi = _score(encoder, texts).values
    assert ((multi > 0) & (multi < 1)).all()
    single = _score(encoder, texts, LabelSpace.of(NAMES, "single")).values
    np.testing.assert_allclose(single.sum(axis=1), 1, atol=1e-6)
    ordinal = _score(encoder, texts, LabelSpace("levels", MULTI.labels, "ordinal", levels=4)).values
    np.testing.assert_allclose(ordinal, 3 * multi, rtol=1e-6)
    assert len({tuple(row) for row in multi.tolist()}) == 3


def test_an_open_space_needs_a_vocabulary(encoder):
    with pytest.raises(LabelError, match="'anything' is open, and the model has no vocabulary"):
        _score(encoder, [], LabelSpace("anything", (), "open"))


# Axes


@PATIENT
@given(st.floats(-100, 100), st.floats(0.5, 100))
def test_axes_are_the_same_in_any_range(encoder, low, span):
    texts = ["so sad", "i love you all", "what a day", "i hate this awful train", "ok"]
    high = low + span
    own = _score(encoder, texts, _axes()).values
    asked = _score(encoder, texts, _axes(low, high)).values
    slack = 1e-5 * max(abs(low), abs(high))
    assert ((asked >= low - slack) & (asked <= high + slack)).all()
    np.testing.assert_allclose((asked - low) / span, (own - 1) / 8, atol=1e-4 + 2 * slack / span)


def test_axes_keep_their_names_and_differ(encoder):
    texts = ["so sad", "i love you all", "what a day", "i hate this awful train"]
    arousal, valence = _score(encoder, texts, _axes()).values.T
    np.testing.assert_allclose(
        _score(encoder, texts, named_space("valence-arousal")).values, np.stack([valence, arousal], axis=1)
    )
    assert np.ptp(valence) > 0.1
    assert np.ptp(arousal) > 0.1


def test_an_axis_without_head_or_poles_is_refused(encoder):
    space = LabelSpace("axes", (Label("valence"), Label("politeness")), "dimensional", range=(1, 5))
    with pytest.raises(
        LabelError, match="no head for axis 'politeness': it has valence, arousal; name its poles"
    ):
        _score(encoder, ["so sad"], space)


# The prior of label sets that were not seen in training


def _heads(reference, scale=4.0, bias=-1.0, **more):
    """Heads on a plane, where every number can be worked out by hand."""
    eye, none = np.eye(2, dtype=np.float32), np.zeros(2, np.float32)
    return Heads(
        eye, none, eye, (), np.zeros((2, 0), np.float32), np.zeros(0, np.float32), (1.0, 9.0),
        scale, bias, np.asarray(reference, np.float32), **more,
    )  # fmt: skip


def test_reference_logits_by_hand():
    heads = _heads([[1, 0], [0, 1], [0, 1], [-1, 0]])
    labels = np.array([[1, 0], [0.6, 0.8]], np.float32)
    shares = [
        np.mean(_sigmoid([4 - 1, -1, -1, -4 - 1])),
        np.mean(_sigmoid([2.4 - 1, 3.2 - 1, 3.2 - 1, -2.4 - 1])),
    ]
    np.testing.assert_allclose(
        heads.reference_logits(labels), np.log(shares) - np.log1p(-np.array(shares)), rtol=1e-5
    )


def test_labels_that_the_reference_shows_always_or_never_have_finite_logits():
    heads = _heads([[1, 0]] * 5, scale=500.0, bias=0.0)
    always, never = heads.reference_logits(np.array([[1, 0], [-1, 0]], np.float32))
    assert 10 < always < 20
    assert -20 < never < -10


def test_a_larger_set_expects_each_label_more_rarely(encoder):
    prior = Prior(labels_per_text=2.0, largest=0.4)
    assert [prior.share(n) for n in (1, 4, 5, 10, 40)] == [0.4, 0.4, 0.4, 0.2, 0.05]
    texts = ["so sad", "i love you all", "what a day"]
    few = _score(encoder, texts, LabelSpace.of(NAMES)).values
    more = _score(
        encoder, texts, LabelSpace.of([*NAMES, "shame", "pride", "hope", "grief", "awe", "trust"])
    ).values
    assert (more[:, : len(NAMES)] < few).all()
    odds = (few / (1 - few)) / (more[:, : len(NAMES)] / (1 - more[:, : len(NAMES)]))
    np.testing.assert_allclose(odds, (1 / 3) / (2 / 3) / ((1 / 6) / (5 / 6)), rtol=1e-3)


def test_scores_of_an_unseen_set_by_hand(encoder):
    texts = ["so sad", "i love you all"]
    heads, labels = encoder.heads, encoder.embed_labels(MULTI.labels)
    logits = 12 * (encoder.embed(texts) @ labels.T) - 5
    seen = heads.reference_logits(labels)
    expected = _sigmoid(logits - seen + np.log((1 / 3) / (2 / 3)))
    np.testing.assert_allclose(_score(encoder, texts).values, expected, atol=1e-5)
    powers = np.exp(logits - 0.75 * seen)
    single = _score(encoder, texts, LabelSpace.of(NAMES, "single")).values
    np.testing.assert_allclose(single, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)


# Trained spaces


def _trained(encoder, names, kind, own=False):
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(len(names), encoder.text.width)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    bias = np.linspace(-2, 1, len(names), dtype=np.float32)
    head = SpaceHead(tuple(names), vectors, 7.0, bias, kind, own)
    made = replace(encoder, heads=replace(encoder.heads, spaces={"mine": head}), open_labels=_never)
    return made, head


def test_a_trained_space_is_read_by_its_own_head(encoder):
    trained, head = _trained(encoder, NAMES, "multi")
    texts = ["so sad", "i love you all", ""]
    cosines = trained.embed(texts[:2]) @ head.vectors.T
    scores = _score(trained, texts, LabelSpace.of(NAMES, name="mine"))
    np.testing.assert_allclose(scores.values[:2], _sigmoid(7 * cosines + head.bias), atol=1e-5)
    assert scores.flags[2] == ("empty",)
    backwards = _score(trained, texts, LabelSpace.of(NAMES[::-1], name="mine"))
    np.testing.assert_allclose(backwards.values, scores.values[:, ::-1], atol=1e-6)
    single = _score(trained, texts[:2], LabelSpace.of(NAMES, "single", "mine")).values
    powers = np.exp(7 * cosines + head.bias)
    np.testing.assert_allclose(single, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)


@pytest.mark.parametrize(
    ("space", "kind"),
    [
        (LabelSpace.of(NAMES, name="other"), "multi"),
        (LabelSpace.of(NAMES[:-1], name="mine"), "multi"),
        (LabelSpace.of([*NAMES, "awe"], name="mine"), "multi"),
        # Logits that were trained against each other say nothing of one label alone.
        (LabelSpace.of(NAMES, "multi", name="mine"), "single"),
    ],
)
def test_no_head_is_used_for_what_it_was_not_trained_for(encoder, space, kind):
    trained, _ = _trained(encoder, NAMES, kind)
    with pytest.raises(AssertionError, match="opened"):
        _score(trained, ["so sad"], space)


def test_a_users_own_head_knows_its_labels_under_any_name(encoder):
    trained, head = _trained(encoder, NAMES, "single", own=True)
    space = LabelSpace.of(NAMES[::-1], "single", "held-out.jsonl")
    powers = np.exp(7 * (trained.embed(["so sad"]) @ head.vectors.T) + head.bias)[:, ::-1]
    np.testing.assert_allclose(
        _score(trained, ["so sad"], space).values, powers / powers.sum(axis=1, keepdims=True), atol=1e-5
    )
    with pytest.raises(AssertionError, match="opened"):
        _score(trained, ["so sad"], LabelSpace.of(NAMES[1:], "single"))


def test_a_description_holds_what_is_needed_and_is_json(encoder):
    import json

    trained, _ = _trained(encoder, NAMES, "multi")
    assert json.loads(json.dumps(trained.describe())) == {
        "scorer": "dual-encoder", "axes": ["valence", "arousal"], "spaces": ["mine"]
    }  # fmt: skip
