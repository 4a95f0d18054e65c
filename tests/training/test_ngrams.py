"""Linear models over n-grams: what they learn, how they are cut, and in a run."""

import numpy as np
import pytest

from affekt.core import Item, LabelSpace, RecipeError
from affekt.corpora import load_corpus
from affekt.encoder import sigmoid
from affekt.models import load
from affekt.training import Ngrams, TrainingText, fit_ngrams, ngram_heads, train

TEXTS = [f"{word} {i}" for i in range(20) for word in ("yay", "boo", "meh")]
GOLD = np.array(
    [[word == "yay", word == "boo"] for i in range(20) for word in ("yay", "boo", "meh")], np.float32
)


def test_words_that_go_with_a_label_raise_it():
    made = fit_ngrams(TEXTS, GOLD, Ngrams(seen=2))
    said = sigmoid(made.logits(["yay today", "boo today", "meh"]))
    assert (said.argmax(axis=1)[:2] == [0, 1]).all()
    assert min(said[0, 0], said[1, 1]) > 0.8
    assert said[2].max() < 0.3
    assert (np.diff(made.hashes.astype(np.int64)) > 0).all()


def test_fewer_rows_keep_what_moves_logits_most():
    whole, cut = (fit_ngrams(TEXTS, GOLD, Ngrams(seen=2, rows=rows)) for rows in (0, 12))
    assert len(cut.codes) == 12 < len(whole.codes)
    assert set(cut.hashes.tolist()) < set(whole.hashes.tolist())
    said = cut.logits(["yay today", "boo today"])
    assert said[0, 0] > said[1, 0]
    assert said[1, 1] > said[0, 1]
    assert len(fit_ngrams(TEXTS, GOLD, Ngrams(seen=100)).codes) == 0


def test_a_label_of_few_texts_gets_a_small_share():
    gold = np.column_stack([GOLD, np.r_[np.ones(5), np.zeros(55)]]).astype(np.float32)
    made = fit_ngrams(TEXTS, gold, Ngrams(seen=2, share=0.4, halved_at=20))
    np.testing.assert_allclose(made.share, [0.2, 0.2, 0.08], rtol=1e-6)
    np.testing.assert_allclose(fit_ngrams(TEXTS, gold, Ngrams(seen=2, halved_at=0)).share, 0.3, rtol=1e-6)


def test_shares_count_as_both_answers():
    rng = np.random.default_rng(0)
    answers = (rng.random(4000) < 0.7).astype(np.float32)
    shared, drawn = (
        fit_ngrams(["yay"] * 4000, gold[:, None], Ngrams(strength=1e3))
        for gold in (np.full(4000, 0.7, np.float32), answers)
    )
    assert sigmoid(shared.logits(["yay"]))[0, 0] == pytest.approx(0.7, abs=0.01)
    assert sigmoid(drawn.logits(["yay"]))[0, 0] == pytest.approx(answers.mean(), abs=0.01)


def test_a_label_of_all_texts_or_none_has_its_share_alone():
    gold = np.column_stack([np.ones(60), np.zeros(60)]).astype(np.float32)
    made = fit_ngrams(TEXTS, gold, Ngrams(seen=2))
    np.testing.assert_array_equal(made.codes, 0)
    assert np.isfinite(made.bias).all()
    assert made.bias[0] > 5 > -5 > made.bias[1]


def test_spaces_that_cannot_be_taught_are_told():
    texts = [TrainingText("yay", human={"mine": np.ones(2, np.float32)})]
    spaces = {"mine": LabelSpace.of(["joy", "fear"], "single", "mine")}
    with pytest.raises(RecipeError, match="'mine', whose labels exclude each other: leave it out"):
        ngram_heads(Ngrams(("mine",)), texts, spaces)
    with pytest.raises(RecipeError, match="'yours', which has no human labels: use one of mine"):
        ngram_heads(Ngrams(("yours",)), texts, spaces)


@pytest.mark.corpora
def test_a_run_stores_ngrams_beside_its_head(recipe, corpora_dir, tmp_path):
    overrides = {"decision.fitted_on": ["brighter/a-eng:dev"], "optimizer.epochs": 1}
    plain, joined = tmp_path / "plain", tmp_path / "joined"
    train(recipe, overrides=overrides, out=plain, data=corpora_dir)
    train(recipe, overrides={**overrides, "ngrams.spaces": ["brighter-eng"]}, out=joined, data=corpora_dir)
    space = load_corpus("brighter/a-eng:dev", corpora_dir).space
    items = [Item("I am so scared of this"), Item("what a lovely day")]
    before, after = (load(folder).scores(items, space).values for folder in (plain, joined))
    head = load(joined).scorer.heads.trained(space)
    assert 100 < len(head.ngrams.codes) <= 60_000
    logits = np.log(before / (1 - before))
    own = head.ngrams.logits(load(joined).scorer.normalizer.many([item.text for item in items]))
    columns = [head.labels.index(name) for name in space.names]
    share = head.ngrams.share[columns]
    assert ((share > 0.01) & (share < 0.3)).all()
    np.testing.assert_allclose(after, sigmoid((1 - share) * logits + share * own[:, columns]), atol=1e-4)
    # Cuts are fitted on what is judged.
    assert load(plain).decision.to_dict() != load(joined).decision.to_dict()
