"""Two saved reports, item by item: figures are those of the reports, and chance is told from difference."""

import numpy as np
import pytest

import affekt
from affekt.core import InputError, Label, LabelSpace
from affekt.evaluation import compare, evaluate

PAIR = LabelSpace.of(["joy", "anger"])
RNG = np.random.default_rng(3)


class Named:
    """A told model under another name that hears some words wrongly."""

    def __init__(self, told, name, swap=None):
        self._told, self.name, self.card = told, name, {}
        self.decision, self.axes = told.decision, told.axes
        self._swap = swap or (lambda text: text)

    def scores(self, items, space):
        heard = [type(item)(self._swap(item.text), id=item.id) for item in items]
        return self._told.scores(heard, space)


@pytest.fixture
def saved(told, tmp_path):
    """Evaluate and save; gives folder and report."""

    def save(name, corpus, swap=None, axes=()):
        report = evaluate(Named(told(axes=axes), name, swap), corpus, bootstrap=0)
        return report.save(tmp_path / name), report

    return save


def _pair_of_labels(corpus, items=60, **options):
    gold = RNG.integers(2, size=(items, 2))
    texts = [
        " ".join(n for n, g in zip(("joy=.9", "anger=.9"), row, strict=True) if g) or "x" for row in gold
    ]
    return corpus(texts, gold, PAIR, **options)


def test_a_model_that_misses_one_label_is_told_from_one_that_does_not(saved, corpus):
    data = _pair_of_labels(corpus)
    (one, good), (other, poor) = saved("good", data), saved("poor", data, lambda t: t.replace("anger", "x"))
    found = affekt.compare(one, other, replicates=200)
    assert (found.a["name"], found.b["name"], found.items, found.units) == ("good", "poor", 60, "texts")
    for name in ("macro_f1", "micro_f1", "weighted_f1", "jaccard", "exact_match"):
        figure = found.metrics[name]
        assert figure.a == pytest.approx(good.metrics[name].value)
        assert figure.b == pytest.approx(poor.metrics[name].value)
        assert figure.difference == pytest.approx(figure.a - figure.b)
        assert 0 < figure.low <= figure.difference <= figure.high
        assert figure.p < 0.02
        assert figure.p_holm is None
    joy, anger = found.labels["f1"]["joy"], found.labels["f1"]["anger"]
    assert (joy.difference, joy.p, joy.p_holm) == (0, 1, 1)
    assert (anger.a, anger.b) == (1, 0)
    assert anger.p_holm == pytest.approx(2 * anger.p)  # the smaller of two


def test_a_model_does_not_differ_from_itself(saved, corpus):
    data = _pair_of_labels(corpus, groups=tuple(str(i // 3) for i in range(60)))
    folders = [saved(name, data, lambda text: text.replace("joy=.9", "joy=.2"))[0] for name in ("a", "b")]
    found = compare(*folders, replicates=50)
    assert found.units == "groups"
    for figure in (*found.metrics.values(), *found.labels["f1"].values()):
        assert (figure.difference, figure.low, figure.high, figure.p) == (0, 0, 0, 1)


def test_other_kinds_compare_what_their_reports_say(saved, corpus, axes_space):
    levels = LabelSpace("levels", (Label("joy"), Label("anger")), "ordinal", levels=4)
    gold = RNG.integers(4, size=(30, 2))
    ordinal = corpus([f"joy={a} anger={b}" for a, b in gold], gold, levels)
    values = RNG.uniform(1, 5, size=(30, 2)).round(2)
    texts = [f"valence={v} arousal={a}" for v, a in values]
    axes = corpus([*texts[:-1], "?"], values, axes_space("valence", "arousal"))
    single = corpus(["joy=1", "anger=1", "neutral=1"] * 9, np.eye(3)[[0, 1, 2] * 9],
                    LabelSpace.of(["joy", "anger", "neutral"], "single"))  # fmt: skip
    for k, (data, heads) in enumerate([(ordinal, ()), (axes, ("valence", "arousal")), (single, ())]):
        worse = lambda text: text.replace("joy=3", "joy=1.6").replace("valence=1", "valence=4").replace("anger=1", "joy=1")  # noqa: E731  # fmt: skip
        one, good = saved(f"good{k}", data, None, heads)
        other, poor = saved(f"poor{k}", data, worse, heads)
        found = compare(one, other, replicates=30)
        assert found.metrics
        for name, figure in found.metrics.items():
            assert figure.a == pytest.approx(good.metrics[name].value, abs=1e-6)
            assert figure.b == pytest.approx(poor.metrics[name].value, abs=1e-6)
            assert figure.p is not None
        for name, labels in found.labels.items():
            for label, figure in labels.items():
                assert figure.b == pytest.approx(poor.labels[label].figures[name].value, abs=1e-6)


def test_scale_matters_to_errors_and_not_to_correlations(saved, corpus, axes_space):
    """A better system on a wider scale is told from a worse one as it is on the same scale."""
    values = RNG.normal(size=(120, 1))
    near, far = (values + RNG.normal(scale=scale, size=values.shape) for scale in (0.5, 0.9))
    texts = [f"near={a[0]:.4f} far={b[0]:.4f}" for a, b in zip(near, far, strict=True)]
    data = corpus(texts, values, axes_space("valence", bounds=(-30, 30)))

    def heard(name, times):
        def swap(text):
            value = float(dict(pair.split("=") for pair in text.split())[name])
            return f"valence={value * times + 10 * (times > 1):.4f}"

        return swap

    folders = {
        (name, times): saved(f"{name}{times}", data, heard(name, times), ("valence",))[0]
        for name in ("near", "far")
        for times in (1, 8)
    }
    same, wide, twice = (
        compare(folders["near", a], folders[name, b], replicates=400).metrics
        for a, name, b in ((1, "far", 1), (1, "far", 8), (1, "near", 8))
    )
    for name in ("mean_pearson", "mean_spearman"):
        assert same[name].difference == pytest.approx(wide[name].difference, abs=1e-4)
        assert max(same[name].p, wide[name].p) < 0.02
    # The same order on another scale: no difference of correlations, a large one of errors.
    assert twice["mean_pearson"].p == twice["mean_spearman"].p == 1
    assert twice["mean_mae"].p == pytest.approx(1 / 401)
    assert twice["mean_ccc"].p == pytest.approx(1 / 401)


def test_what_cannot_be_compared_is_one_sentence(saved, corpus, tmp_path):
    data = _pair_of_labels(corpus)
    folder, _ = saved("one", data)
    fewer, _ = saved("fewer", data.take(range(30)))
    gold = data.gold.copy()
    gold[7] = 1 - gold[7]
    relabelled, _ = saved("gold", corpus(data.texts, gold, PAIR))
    renamed, _ = saved("renamed", corpus(data.texts, data.gold, LabelSpace.of(["anger", "joy"])))
    damaged, _ = saved("damaged", data)
    (damaged / "items.parquet").write_bytes(b"PAR1")
    for other, sentence in [
        (fewer, r"their items differ \(60 and 30\)"),
        (relabelled, "the gold of item 'test-7' differs"),
        (renamed, "their labels or kinds differ"),
        (damaged, "items.parquet is not a table of items"),
        (tmp_path / "nowhere", "report.json cannot be read"),
    ]:
        with pytest.raises(InputError, match=sentence):
            compare(folder, other)
