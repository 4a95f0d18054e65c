"""Curves and matrices: by hand, and held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from affekt.metrics import (
    BINS,
    calibration_error,
    confusion_matrix,
    cooccurrence,
    label_correlation,
    precision_recall_curve,
    reliability,
    risk_coverage_area,
    risk_coverage_curve,
)

# Time limits of single examples fail on busy machines.
PATIENT = settings(max_examples=25, deadline=None)
shapes = st.tuples(st.integers(1, 30), st.integers(0, 2**32 - 1))


def _drawn(items, seed):
    """Labels, and scores with ties."""
    rng = np.random.default_rng(seed)
    return rng.random(items) < 0.4, rng.integers(0, 6, items) / 5


@PATIENT
@given(shapes)
def test_precision_and_recall_as_scikit_learn(shape):
    gold, scores = _drawn(*shape)
    gold[0] = True
    curve = precision_recall_curve(gold, scores)
    precision, recall, cuts = sk.precision_recall_curve(gold, scores)
    np.testing.assert_allclose(curve.cut[::-1], cuts)
    np.testing.assert_allclose(curve.precision[::-1], precision[:-1])
    np.testing.assert_allclose(curve.recall[::-1], recall[:-1])


def test_a_label_that_is_never_true_has_no_recall():
    curve = precision_recall_curve(np.zeros(3, dtype=bool), np.array([0.1, 0.2, 0.2]))
    np.testing.assert_array_equal(curve.precision, [0, 0])
    assert np.isnan(curve.recall).all()


def test_risk_and_coverage_by_hand():
    confidence, loss = np.array([0.9, 0.5, 0.7, 0.5]), np.array([0.0, 1.0, 1.0, 0.0])
    curve = risk_coverage_curve(confidence, loss)
    np.testing.assert_allclose(curve.cut, [0.9, 0.7, 0.5])
    np.testing.assert_allclose(curve.coverage, [1 / 4, 2 / 4, 1])
    np.testing.assert_allclose(curve.risk, [0, 1 / 2, 2 / 4])
    assert risk_coverage_area(confidence, loss) == pytest.approx((0 + 1 / 2 + 1 / 2 + 1 / 2) / 4)


@PATIENT
@given(shapes)
def test_the_area_is_the_mean_risk_and_weights_are_repetitions(shape):
    wrong, confidence = _drawn(*shape)
    distinct = confidence + np.arange(len(wrong)) * 1e-3
    order = np.argsort(-distinct)
    risks = np.cumsum(wrong[order]) / np.arange(1, len(wrong) + 1)
    assert risk_coverage_area(distinct, wrong) == pytest.approx(risks.mean())
    counts = np.random.default_rng(shape[1]).integers(0, 4, size=(2, len(wrong)))
    areas = risk_coverage_area(confidence, wrong, counts.astype(np.float32))
    for i, times in enumerate(counts):
        alone = risk_coverage_area(np.repeat(confidence, times), np.repeat(wrong, times))
        np.testing.assert_allclose(areas[i], alone, rtol=1e-6)


@PATIENT
@given(shapes)
def test_reliability_points_make_up_the_calibration_error(shape):
    gold, scores = _drawn(*shape)
    points = reliability(gold, scores, BINS)
    assert points.items.sum() == len(gold)
    gap = (np.abs(points.probability - points.share) * points.items).sum() / len(gold)
    assert gap == pytest.approx(float(calibration_error(gold[:, None], scores[:, None])[0]))


def test_nothing_has_no_points():
    none = np.zeros(0)
    for curve in (
        precision_recall_curve(none.astype(bool), none),
        risk_coverage_curve(none, none),
        reliability(none.astype(bool), none, 5),
    ):
        assert all(len(points) == 0 for points in curve)
    assert np.isnan(risk_coverage_area(none, none))


@PATIENT
@given(st.integers(2, 5), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_confusion_as_scikit_learn(labels, items, seed):
    true, guess = np.random.default_rng(seed).integers(labels, size=(2, items))
    every = np.arange(labels)
    matrix = confusion_matrix(np.equal.outer(true, every), np.equal.outer(guess, every))
    np.testing.assert_array_equal(matrix[:-1, :-1], sk.confusion_matrix(true, guess, labels=every))
    assert not matrix[-1].any()
    assert not matrix[:, -1].any()


def test_labels_together_by_hand():
    gold = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)
    said = np.array([[1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 1, 0]], dtype=bool)
    np.testing.assert_array_equal(
        confusion_matrix(gold, said), [[2, 1, 0, 1], [2, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    )
    np.testing.assert_array_equal(cooccurrence(gold), [[3, 2, 0], [2, 2, 0], [0, 0, 0]])
    phi = label_correlation(gold)
    assert phi[0, 1] == pytest.approx(np.corrcoef(gold[:, 0], gold[:, 1])[0, 1])
    assert phi[0, 0] == pytest.approx(1)
    assert np.isnan(phi[2]).all()
