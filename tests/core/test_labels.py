"""Labels and label spaces are values: checked when made, equal after any way out and back in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affekt.core import (
    KINDS,
    POLES,
    SPACES,
    Label,
    LabelError,
    LabelSpace,
    Poles,
    grouped_by_space,
    named_space,
    split_names,
)

names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
phrases = st.text(st.characters(codec="utf-8"), max_size=30)
ends = st.lists(phrases.filter(str.strip), min_size=1, max_size=3).map(tuple)
opposites = st.tuples(ends, ends).filter(
    lambda two: not {x.strip().casefold() for x in two[0]} & {x.strip().casefold() for x in two[1]}
)
poles = st.none() | st.builds(lambda two: Poles(*two), opposites)
labels = st.builds(Label, names, phrases, st.lists(phrases, max_size=3).map(tuple), poles)


@st.composite
def spaces(draw):
    made = draw(st.lists(labels, min_size=2, max_size=6, unique_by=lambda label: label.name.casefold()))
    kind = draw(st.sampled_from(KINDS))
    levels = draw(st.integers(2, 9)) if kind == "ordinal" else None
    bounds = None
    if kind == "dimensional":
        low = draw(st.floats(-1e6, 1e6))
        bounds = (low, low + draw(st.floats(1, 1e6)))
    return LabelSpace(draw(phrases), tuple(made), kind, levels, bounds)


@given(spaces())
def test_a_space_survives_json_and_toml(space):
    assert LabelSpace.from_json(space.to_json()) == space
    assert LabelSpace.from_toml(space.to_toml()) == space
    assert hash(LabelSpace.from_dict(space.to_dict())) == hash(space)


@given(spaces())
def test_index_is_the_position_whatever_the_case(space):
    for i, label in enumerate(space.labels):
        assert space.index(label.name) == i
        assert label.name in space
        assert space.names[i] == label.name


@given(spaces())
def test_order_is_part_of_the_space(space):
    turned = LabelSpace(space.name, space.labels[::-1], space.kind, space.levels, space.range)
    assert (turned == space) == (space.labels[::-1] == space.labels)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Label(" "), "empty name"),
        (lambda: Label(" joy"), "surrounding spaces"),
        (lambda: Label("joy\nanger"), "unprintable"),
        (lambda: LabelSpace.of(["joy", "Joy"]), "'joy' and 'Joy'"),
        (lambda: LabelSpace.of(["straße", "STRASSE"]), "are the same"),
        (lambda: LabelSpace.of([]), "has no labels"),
        (lambda: LabelSpace.of(["joy"], kind="single"), "one label"),
        (lambda: LabelSpace("x", (Label("joy"),), "ordinal"), "`levels`"),
        (lambda: LabelSpace("x", (Label("joy"),), "multi", levels=4), "`levels`"),
        (lambda: LabelSpace("x", (Label("joy"),), "dimensional"), "`range`"),
        (lambda: LabelSpace("x", (Label("joy"),), "dimensional", range=(1, 1)), "empty"),
        (lambda: LabelSpace("x", (Label("joy"),), "many"), "kind 'many'"),
        (lambda: LabelSpace.from_dict({"name": "x", "kind": "multi"}), "lacks ['labels']"),
        (
            lambda: LabelSpace.from_dict({"name": "x", "kind": "multi", "labels": ["a"], "no": 1}),
            "unknown fields",
        ),
        (lambda: LabelSpace.from_json("{"), "not valid JSON"),
        (lambda: LabelSpace.from_toml("="), "not valid TOML"),
        (lambda: Label.parse_axis("valence=up|down, Up"), "'up' stands at both poles"),
        (lambda: Label.parse_axis("dominance=in control|"), "poles 'in control|' are not two"),
        (lambda: Label.parse_axis("dominance=a|b|c"), "are not two: write them as HIGH|LOW"),
        (lambda: Poles((), ("low",)), "the high pole of an axis has no wording"),
        (lambda: Label.from_dict({"name": "x", "poles": {"high": ["a"]}}), "`high` and `low`"),
        (lambda: Label.from_dict({"name": "x", "paraphrases": "sad"}), "paraphrases that are no list"),
        (lambda: SPACES["ekman"].index("awe"), "no label 'awe'"),
        (lambda: named_space("ekmann"), "'ekmann' is unknown"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(LabelError) as caught:
        make()
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_label_is_typed_with_its_description():
    label = Label.parse("overwhelmed=too much at once, no way out")
    assert label == Label("overwhelmed", "too much at once, no way out")
    assert label.forms == ("overwhelmed", "too much at once, no way out")


def test_one_name_in_two_spellings_of_unicode_is_one_label():
    composed, decomposed = "alegr\u00eda", "alegri\u0301a"
    assert Label(decomposed).name == composed
    assert LabelSpace.of([composed, "ira"]).index(decomposed.upper()) == 0
    with pytest.raises(LabelError, match="are the same"):
        LabelSpace.of([composed, decomposed])
    assert Label.parse("\u200f\u0641\u0631\u062d\u200f").name == "\u0641\u0631\u062d"


def test_a_list_is_divided_by_commas_of_any_script():
    assert split_names("joy,anger") == ["joy", "anger"]
    assert split_names("\u0641\u0631\u062d\u060c\u063a\u0636\u0628") == [
        "\u0641\u0631\u062d",
        "\u063a\u0636\u0628",
    ]
    assert split_names("\u9ad8\u5174\uff0c\u6124\u6012\u3001\u6050\u60e7") == [
        "\u9ad8\u5174",
        "\u6124\u6012",
        "\u6050\u60e7",
    ]


def test_named_spaces_are_what_the_field_uses():
    assert len(SPACES["goemotions"]) == 28
    assert len(SPACES["wide"]) == 66
    assert SPACES["semeval2018"].names[0] == "anger"
    assert SPACES["semeval2018"].names[-1] == "trust"
    assert set(SPACES["ekman"].names) < set(SPACES["plutchik"].names)
    assert SPACES["valence-arousal"].range == (1, 9)
    for space in SPACES.values():
        assert all(label.description for label in space.labels), space.name


def test_an_axis_is_typed_with_its_poles():
    label = Label.parse_axis("dominance = in control, powerful | powerless ")
    assert label == Label("dominance", poles=Poles(("in control", "powerful"), ("powerless",)))
    assert Label.parse_axis("dominance=how much in control") == Label("dominance", "how much in control")
    assert LabelSpace.of(["dominance=a|b"], "dimensional").labels[0].poles == Poles("a", "b")
    assert LabelSpace.of(["dominance=a|b"], "multi").labels[0].description == "a|b"


def test_kinds_by_hand_have_the_usual_levels_and_range():
    ordinal, axes = LabelSpace.of(["joy"], "ordinal"), LabelSpace.of(["joy"], "dimensional")
    assert (ordinal.levels, axes.range) == (4, (1, 9))
    assert LabelSpace.of(["joy"], "ordinal", levels=7).levels == 7
    ekman = named_space("ekman")
    assert ekman.as_kind("ordinal").as_kind("ordinal", levels=3).levels == 3
    assert ekman.as_kind("single") == LabelSpace("ekman", ekman.labels, "single")
    assert named_space("valence-arousal").as_kind("dimensional", range=(0, 1)).range == (0, 1)


def test_poles_known_by_name_are_two_and_differ():
    for name, ends in POLES.items():
        assert name == name.casefold()
        assert not set(ends.high) & set(ends.low)


@given(st.lists(st.sampled_from([*SPACES.values()])))
def test_items_are_grouped_by_space_and_none_is_lost(given_spaces):
    groups = grouped_by_space(given_spaces)
    assert sorted(i for rows in groups.values() for i in rows) == list(range(len(given_spaces)))
    for space, rows in groups.items():
        assert all(given_spaces[i] == space for i in rows)
        assert rows == sorted(rows)
