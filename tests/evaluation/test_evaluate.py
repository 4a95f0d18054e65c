"""From a model and a corpus to figures: by hand, kind by kind."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from affekt.core import InputError, Label, LabelError, LabelSpace
from affekt.decisions import LabelThresholds
from affekt.evaluation import Figure, evaluate

PAIR = LabelSpace.of(["joy", "anger"])
TEXTS = ["joy=.9 anger=.6", "joy=.8", "anger=.4", "?"]
GOLD = [[1, 0], [1, 0], [0, 1], [0, 1]]


def _value(report, name):
    return report.metrics[name].value


def test_multi_strict_by_hand(told, corpus):
    report = evaluate(told(), corpus(TEXTS, GOLD, PAIR))
    # joy: 2 hits, 2 said, 2 true; anger: 0 hits, 1 said, 2 true (one missed, one not judged)
    assert _value(report, "macro_f1") == 0.5
    assert _value(report, "micro_f1") == pytest.approx(2 * 2 / (3 + 4))
    assert _value(report, "jaccard") == pytest.approx((1 / 2 + 1 + 0 + 0) / 4)
    assert _value(report, "exact_match") == 0.25
    assert report.abstained == 0.25
    joy, anger = report.labels["joy"], report.labels["anger"]
    assert (joy.support, joy.predicted, anger.support, anger.predicted) == (2, 2, 2, 1)
    assert joy.figures["f1"].value == 1
    assert anger.figures["precision"].value == 0
    assert joy.figures["auc"].value == 1
    assert report.decision == {"kind": "fixed", "threshold": 0.5}
    assert report.rules["all_positive"]["macro_f1"] == pytest.approx(2 / 3)
    # The Brier score of the three items that were judged.
    brier = np.mean([0.1**2 + 0.2**2, 0.6**2 + 0.6**2]) / 3
    assert report.calibration.brier.value == pytest.approx(brier)
    assert report.calibration.brier_skill is None
    assert report.contamination is None
    assert report.slices == {}  # no part has enough items


def test_the_calibration_error_has_an_interval_of_the_groups(told, corpus):
    rng = np.random.default_rng(0)
    stated = rng.uniform(0.05, 0.6, size=80).round(2)
    texts = [f"joy={p} anger={p}" for p in np.repeat(stated, 5)]
    # Joy is calibrated, anger said too seldom; a group's texts are alike.
    gold = np.repeat(np.stack([rng.random(80) < stated, rng.random(80) < stated + 0.35], axis=1), 5, axis=0)
    alone = evaluate(told(), corpus(texts, gold, PAIR), bootstrap=300)
    groups = tuple(str(i // 5) for i in range(400))
    whole = evaluate(told(), corpus(texts, gold, PAIR, groups=groups), bootstrap=300)
    for report in (alone, whole):
        joy, anger = (report.labels[name].figures["calibration_error"] for name in PAIR.names)
        calibration = report.calibration
        assert calibration.error == pytest.approx((joy.value + anger.value) / 2)
        assert 0 < calibration.error_low < calibration.error < calibration.error_high
        assert anger.low < 0.35 < anger.high
        assert report.to_dict()["calibration"]["calibration_error_low"] == calibration.error_low
        assert type(report).from_json(report.to_json()) == report
    assert whole.labels["joy"].figures["calibration_error"].low == 0
    width = [x.calibration.error_high - x.calibration.error_low for x in (alone, whole)]
    assert width[1] > 1.5 * width[0]


def test_calibrated_takes_its_thresholds_from_dev(told, corpus):
    dev = corpus(
        ["anger=.4", "anger=.1", "joy=.9", "joy=.2"] * 9,
        [[0, 1], [0, 0], [1, 0], [0, 0]] * 9,
        PAIR,
        split="dev",
    )
    model, test = told(), corpus(TEXTS, GOLD, PAIR)
    strict = evaluate(model, test, dev=dev)
    report = evaluate(model, test, mode="calibrated", dev=dev)
    assert strict.decision["kind"] == "fixed"
    assert report.decision["kind"] == "thresholds"
    assert 0.1 < report.decision["thresholds"]["anger"] <= 0.4
    assert report.labels["anger"].figures["recall"].value == 0.5
    assert _value(report, "macro_f1") > _value(strict, "macro_f1")
    for each in (strict, report):
        assert each.data["dev"]["split"] == "dev"
        assert each.calibration.prior == "made/part:dev"
        assert each.calibration.brier_skill.value is not None
        assert "fixed_set" in each.rules


def test_single_by_hand(told, corpus):
    space = LabelSpace.of(["Neutral", "joy", "anger"], "single")
    texts = ["neutral=.8 joy=.2", "joy=.6 anger=.4", "joy=.3 anger=.7", "?"]
    report = evaluate(told(), corpus(texts, np.eye(3)[[0, 1, 1, 2]], space))
    assert _value(report, "accuracy") == 0.5
    # joy: 1 hit, 1 said, 2 true; anger: 0 hits, 1 said, 1 true
    assert _value(report, "micro_f1_without_neutral") == pytest.approx(2 * 1 / (2 + 3))
    assert _value(report, "macro_f1") == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert report.rules["majority"]["accuracy"] == 0.5
    assert report.calibration.error is not None


def test_axes_without_a_head_are_null(told, corpus, axes_space):
    model = told(axes=("valence", "arousal"))
    rng = np.random.default_rng(0)
    gold = rng.uniform(1, 5, size=(40, 3)).round(2)
    texts = [f"valence={v + 0.5:.2f} arousal={5 - a:.2f}" for v, a, _ in gold]
    report = evaluate(model, corpus(texts, gold, axes_space("Dominance", "Valence", "Arousal")))
    assert model.asked == [("dimensional", ("Valence", "Arousal"), (1.0, 5.0))]
    assert report.metrics["pearson_Dominance"] == report.metrics["mean_pearson"] == Figure(None)
    told_valence = [float(text.split()[0].split("=")[1]) for text in texts]
    r = stats.pearsonr(gold[:, 1], told_valence)[0]
    assert _value(report, "pearson_Valence") == pytest.approx(r, abs=1e-5)
    low, high = report.metrics["pearson_Valence"].low, report.metrics["pearson_Valence"].high
    assert -1 <= low <= high <= 1
    assert report.labels["Dominance"].predicted == 0
    assert report.decision is None
    assert report.rules["constant"]["mean_pearson"] is None
    assert report.rules["constant"]["mean_mae"] > 0


def test_a_model_without_axes_is_not_asked_for_them(told, corpus, axes_space):
    model = told()
    report = evaluate(model, corpus(["x", "y"], [[1.0], [2.0]], axes_space("valence")))
    assert model.asked == []
    assert all(figure == Figure(None) for figure in report.metrics.values())
    assert report.abstained == 0


def test_one_emotions_intensity_is_ordered_by_its_probability(told, corpus, axes_space):
    model = told(axes=("valence",))
    gold = [[0.1], [0.4], [0.35], [0.8]]
    texts = ["anger=.05", "anger=.1", "anger=.3", "anger=.99"]
    report = evaluate(model, corpus(texts, gold, axes_space("anger", bounds=(0, 1))))
    assert model.asked == [("multi", ("anger",), None)]
    r = stats.pearsonr([0.05, 0.1, 0.3, 0.99], np.ravel(gold))[0]
    assert _value(report, "pearson_anger") == pytest.approx(r)
    assert _value(report, "spearman_anger") == pytest.approx(0.8)
    assert _value(report, "mae_anger") is None
    assert _value(report, "ccc_anger") is None


def test_levels_by_hand(told, corpus):
    space = LabelSpace("levels", (Label("joy"), Label("anger")), "ordinal", levels=4)
    texts = ["joy=2.6", "joy=.4 anger=1", "anger=3", "?"]
    report = evaluate(told(), corpus(texts, [[3, 0], [0, 1], [0, 2], [1, 0]], space))
    assert _value(report, "mae_joy") == 0.25
    assert _value(report, "mae_anger") == 0.25
    assert _value(report, "mean_mae") == 0.25
    assert _value(report, "pearson_joy") == pytest.approx(stats.pearsonr([3, 0, 0, 1], [3, 0, 0, 0])[0])
    assert report.labels["joy"].support == 2
    assert report.items.gold_values.tolist() == [[3, 0], [0, 1], [0, 2], [1, 0]]


def test_dialogues_are_resampled_whole(told, corpus):
    texts, gold = ["joy=.9"] * 20 + ["x"] * 20, [[1, 0]] * 40
    alone = evaluate(told(), corpus(texts, gold, PAIR)).metrics["jaccard"]
    report = evaluate(told(), corpus(texts, gold, PAIR, groups=("a",) * 20 + ("b",) * 20))
    assert report.intervals == {"replicates": 1000, "seed": 0, "units": "groups"}
    assert (report.metrics["jaccard"].low, report.metrics["jaccard"].high) == (0, 1)
    assert 0.2 < alone.low < alone.high < 0.8


def test_the_same_seed_gives_the_same_report(told, corpus):
    data = corpus(TEXTS * 5, GOLD * 5, PAIR)
    one, same, other = (evaluate(told(), data, seed=seed).metrics for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert evaluate(told(), data, bootstrap=0).metrics["macro_f1"].low is None


def test_what_cannot_be_evaluated_is_one_sentence(told, corpus):
    test = corpus(TEXTS, GOLD, PAIR)
    other = corpus(TEXTS, GOLD, LabelSpace.of(["joy", "fear"]), split="dev")
    single = corpus(["joy=1"] * 2, np.eye(2), LabelSpace.of(["joy", "anger"], "single"))
    single_dev = corpus(["joy=1"] * 2, np.eye(2), LabelSpace.of(["joy", "anger"], "single"), split="dev")
    cases = [
        (test, {"mode": "calibrated"}, "thresholds from a dev split, and made/part:test has none"),
        (test, {"mode": "calibrated", "dev": test}, "is made/part:test itself"),
        (test, {"dev": other}, "has labels joy, fear, and made/part:test has joy, anger"),
        (single, {"mode": "calibrated", "dev": single_dev}, "is of kind 'single'"),
        (test, {"mode": "loose"}, "mode 'loose' is unknown"),
        (test, {"bootstrap": -1}, "-1 resamples"),
        (test.take([]), {}, "has no items"),
    ]
    for data, options, sentence in cases:
        with pytest.raises(InputError, match=sentence):
            evaluate(told(), data, **options)


def test_a_decision_for_other_labels_is_refused(told, corpus):
    model = told(decision=LabelThresholds({"joy": 0.5}))
    with pytest.raises(LabelError, match="no threshold was fitted for anger"):
        evaluate(model, corpus(TEXTS, GOLD, PAIR))


class Opposed:
    """A told model that also reads dominance, without a head."""

    def __init__(self, told):
        self._told = told
        self.name, self.card, self.decision = told.name, told.card, told.decision
        self.asked = 0

    def axes(self):
        return ("valence",)

    def axis_readings(self, space):
        ways = {"valence": "head", "dominance": "opposites"}
        return {name: ways.get(name) for name in space.names}

    def scores(self, items, space):
        return self._told.scores(items, space)

    @property
    def says_labels(self):
        return True

    def descriptors(self, items):
        self.asked += 1
        return [("joy",) for _ in items]


def test_axes_without_a_head_are_read_by_opposites_and_marked(told, corpus, axes_space):
    texts = ["valence=1 dominance=3", "valence=2 dominance=1", "valence=4 dominance=2"]
    made = corpus(texts, [[1, 3, 3], [3, 4, 1], [4, 5, 2]], axes_space("valence", "arousal", "dominance"))
    report = evaluate(Opposed(told()), made)
    assert report.axes == {"valence": "head", "arousal": None, "dominance": "opposites"}
    assert _value(report, "pearson_dominance") == pytest.approx(1)
    assert _value(report, "pearson_arousal") is None
    headed = evaluate(told(axes=("valence",)), made)
    assert headed.metrics["pearson_valence"] == report.metrics["pearson_valence"]
    assert headed.axes == {"valence": "head", "arousal": None, "dominance": None}
    assert type(report).from_json(report.to_json()).axes == report.axes


def test_free_descriptors_are_asked_for_once_and_only_where_people_gave_some(told, corpus):
    model = Opposed(told())
    evaluate(model, corpus(TEXTS, GOLD, PAIR))
    assert model.asked == 0
    made = corpus(TEXTS, GOLD, PAIR)
    report = evaluate(model, replace(made, descriptors=(("joy",), ("joy",), ("anger",), ())))
    assert model.asked == 1
    assert report.annotations["descriptors"]["metrics"]["set_recall"]["value"] == pytest.approx(2 / 3)
