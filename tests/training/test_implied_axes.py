"""Axes by labels: what the labels of a trained head imply of valence, and that it lands in the model."""

import numpy as np
import pytest

from affekt.core import RecipeError
from affekt.models import load_directory, verify
from affekt.training import fit_implied, train


def test_a_planted_linear_map_is_found_again():
    rng = np.random.default_rng(0)
    labels = np.linalg.qr(rng.normal(size=(16, 4)))[0].T.astype(np.float32)  # four directions of sixteen
    vectors = rng.normal(size=(4000, 16)).astype(np.float32)
    planted = np.array([[2.0, 0], [-3, 0], [0, 1], [0.5, 0]])
    values = (vectors @ labels.T) @ planted + [5, 4] + rng.normal(0, 0.1, (4000, 2))
    found = fit_implied(vectors @ labels.T, labels, values.astype(np.float32), np.ones(2, np.float32))
    np.testing.assert_allclose(labels @ found.weight, planted, atol=0.02)
    np.testing.assert_allclose(found.bias, [5, 4], atol=0.02)
    # What the labels do not span says nothing.
    beside = np.linalg.svd(labels)[2][4:].astype(np.float32)
    np.testing.assert_allclose(beside @ found.weight, 0, atol=1e-4)
    np.testing.assert_allclose(found.beside(np.zeros((4000, 2), np.float32), vectors), values, atol=0.6)


AXES = {"losses.axes": 1.0, "axes_by_labels.space": "brighter-eng", "axes_by_labels.share": 0.25}


@pytest.mark.corpora
def test_a_recipe_may_ask_for_it(recipe, tmp_path, corpora_dir):
    out, plain = tmp_path / "out", tmp_path / "plain"
    train(recipe, out=out, data=corpora_dir, overrides=AXES)
    train(recipe, out=plain, data=corpora_dir, overrides={"losses.axes": 1.0})
    verify(out)
    heads, without = load_directory(out).scorer.heads, load_directory(plain).scorer.heads
    assert without.implied is None
    assert heads.implied.share.tolist() == [0.25, 0]
    states = np.random.default_rng(0).normal(size=(5, 32)).astype(np.float32)
    valence, arousal = (heads.read_axes(states) - without.read_axes(states)).T
    assert np.abs(valence).max() > 1e-3
    np.testing.assert_array_equal(arousal, 0)
    assert (
        load_directory(out).card["recipe"] == load_directory(plain).card["recipe"]
    )  # the weights are the same


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"axes_by_labels.space": "ekman"}, "it needs a head in `heads`"),
        ({"losses.axes": 0.0}, "it needs a head in `heads`, and losses.axes"),
        ({"axes_by_labels.share": 2.0}, "axes_by_labels.share is 2.0: give 0 to 1"),
        ({"axes_by_labels.axes": ["dominance"]}, "axes_by_labels.axes names 'dominance'"),
    ],
)
def test_what_it_needs_is_said_before_training(recipe, tmp_path, change, message):
    with pytest.raises(RecipeError, match=message):
        train(recipe, out=tmp_path / "out", overrides={**AXES, **change})
