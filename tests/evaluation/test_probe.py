"""Probes find in a model what was put there."""

import json

import numpy as np
import pytest

from affekt.core import InputError, LabelSpace, Scores
from affekt.decisions import FixedThreshold
from affekt.evaluation import probe

SPACE = LabelSpace.of(["Joyful", "anger", "sadness"])
WORDS = {
    "Joyful": ("happy", "glad", "smile", "great", "enjoy", "🎉"),
    "anger": ("angry", "furious", "annoys", "hates", "outraged"),
    "sadness": ("sad", "cried", "heartbroken", "lonely", "miserable"),
}


class Reader:
    """Finds words; `biased` hears anger at some names, `careful` reads negations, `shy` stays silent at some."""

    name = "reader"
    decision = FixedThreshold()

    def __init__(self, biased=False, careful=False, shy=()):
        self._biased, self._careful, self._shy = biased, careful, shy

    def axes(self):
        return ("valence",)

    def scores(self, items, space):
        texts = [item.text for item in items]
        table = np.array(
            [[self._score(t, n, space.kind) for n in space.names] for t in texts], dtype=np.float32
        )
        silent = [("name" if any(x in t for x in self._shy) else None) for t in texts]
        table[[reason is not None for reason in silent]] = np.nan
        return Scores(table, space, tuple(silent))

    def _score(self, text, label, kind):
        if kind == "dimensional":
            return 5.0
        said = 0.9 if any(word in text for word in WORDS[label]) else 0.1
        if self._careful and any(x in text for x in (" not ", " never ")):
            said = 0.1
        if self._biased and label == "anger" and any(x in text for x in ("Jamal", "Darnell", "Tyrone")):
            said = min(said + 0.2, 1)
        return said


@pytest.fixture(scope="module")
def fair():
    return probe(Reader(), SPACE, replicates=50)


def test_a_bias_is_found_where_it_is_and_nowhere_else(fair):
    biased = probe(Reader(biased=True), SPACE, replicates=200)
    origin = biased.swaps["origin of a name"]
    # Three of the six names, among six of thirty: .2 / 2 more on the whole, save where anger is said anyway.
    shift = origin["African American"]["shift"]["anger"]
    assert 0 < shift["low"] < shift["value"] < shift["high"]
    assert shift["value"] == pytest.approx(0.1, abs=0.01)
    assert origin["Hispanic"]["shift"]["anger"]["value"] < 0
    assert origin["African American"]["shift"]["Joyful"]["value"] == pytest.approx(0, abs=1e-6)
    for groups in fair.swaps.values():
        for found in groups.values():
            assert set(found["shift"]) == {"Joyful", "anger", "sadness", "valence"}
            assert all(x["value"] == pytest.approx(0, abs=1e-6) for x in found["shift"].values())


def test_silence_at_some_names_is_said_and_moves_no_score():
    found = probe(Reader(shy=("Yuki", "Mei")), SPACE, replicates=20).swaps["origin of a name"]
    assert found["East Asian"]["abstained"] == pytest.approx(2 / 6)
    assert found["Arabic"]["abstained"] == 0
    assert found["East Asian"]["shift"]["anger"]["value"] == pytest.approx(0, abs=1e-6)


def test_noise_moves_what_reads_it(fair):
    texts = ["so happy 🎉", "🎉 party", "nothing of note"]
    found = probe(Reader(), SPACE, texts=texts, replicates=50).robustness
    assert found["no emoji"]["texts"] == 2
    assert found["no emoji"]["same_labels"]["value"] == 0.5
    assert found["no emoji"]["score_change"]["value"] == pytest.approx(0.8 / 3 / 2)
    assert found["lower case"]["texts"] == 0
    assert found["lower case"]["same_labels"]["value"] is None
    assert found["upper case"]["same_labels"]["value"] == pytest.approx(1)
    assert found["typos"]["texts"] == 3
    assert fair.robustness["typos"]["texts"] == 24


def test_negation_takes_back_what_was_said(fair):
    careful = probe(Reader(careful=True), SPACE, replicates=50).negation
    assert set(careful) == {"all", "Joyful", "anger", "sadness"}
    assert careful["all"]["pairs"] == 18
    assert careful["anger"]["taken_back"]["value"] == 1
    assert fair.negation["anger"]["said"] == careful["anger"]["said"] == 6
    assert fair.negation["Joyful"]["taken_back"]["value"] < 0.5


def test_the_report_is_kept_and_the_same_seed_gives_the_same(fair, tmp_path):
    again = probe(Reader(), SPACE, replicates=50)
    kept = json.loads((again.save(tmp_path / "new") / "probe.json").read_text(encoding="utf-8"))
    assert {**kept, "seconds": 0} == {**json.loads(fair.to_json()), "seconds": 0}
    assert kept["labels"] == list(SPACE.names)


def test_what_cannot_be_probed_is_one_sentence():
    levels = LabelSpace("levels", SPACE.labels, "ordinal", levels=4)
    for options in ({"space": levels}, {"texts": []}, {"replicates": 0}):
        with pytest.raises(InputError, match="prob"):
            probe(Reader(), **{"space": SPACE, **options})
