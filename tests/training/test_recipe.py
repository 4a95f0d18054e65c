"""Recipes: read in full, changed from the command line, refused before anything is loaded."""

from dataclasses import replace
from importlib.resources import files

import pytest

from affekt.core import RecipeError
from affekt.training import Recipe, read_recipe

TEXTS = '[[texts]]\ncorpus = "emorynlp:train"\n'


def _read(tmp_path, content, **overrides):
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    return read_recipe(path, overrides or None)


def test_the_bundled_recipe_is_read_by_name():
    recipe = read_recipe("bundled")
    assert recipe.name == "small"
    assert recipe.closed.infer
    assert recipe.texts[4].leave_out == ("ml1", "ml2", "ml3", "ml4")
    assert recipe.decision.fitted_on == ("goemotions:dev",)
    assert read_recipe(str(files("affekt") / "recipes" / "bundled.toml")) == recipe


def test_a_recipe_is_called_as_its_file_where_it_names_none(tmp_path):
    recipe = _read(tmp_path, TEXTS)
    assert recipe.name == "mine"
    assert recipe == Recipe("mine", texts=recipe.texts)


def test_the_published_method_is_read_by_name():
    recipe = read_recipe("contrastive-distillation")
    assert (recipe.pooling, recipe.losses.form, recipe.losses.axes) == ("qformer", "sigmoid", 0.0)
    assert (recipe.human, recipe.heads, recipe.closed.corpus) == ((), (), "")
    assert [source.corpus for source in recipe.texts] == ["descriptors/goemotions"]


def test_overrides_reach_tables_and_make_them(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("seed = 1\n" + TEXTS + "[optimizer]\nepochs = 4\nbatch = 8\n")
    changes = {
        "optimizer.epochs": 1,
        "losses.human": 2,
        "seed": 7,
        "languages": ["en", "de"],
        "prior.single": 1,
    }
    recipe = read_recipe(path, changes)
    assert (recipe.optimizer.epochs, recipe.optimizer.batch) == (1, 8)
    assert recipe.losses.human == 2.0
    assert isinstance(recipe.losses.human, float)
    assert recipe.seed == 7
    assert recipe.languages == ("en", "de")
    assert recipe.prior.single == 1.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("seed = ", "is not valid TOML"),
        (
            "sead = 1\n" + TEXTS,
            r"mine\.toml: 'sead' is unknown: use axes_by_labels, backbone, center, checkpoint_minutes, closed",
        ),
        (TEXTS + "[optimizer]\nlr = 1", r"mine\.toml: optimizer: 'lr' is unknown: use average, batch, clip"),
        (TEXTS + "limits = 3", r"mine\.toml: texts\[0\]: 'limits' is unknown"),
        ("[[texts]]\nlimit = 3", r"texts\[0\] names no corpus: name one, or the `readings`"),
        ('seed = "1"\n' + TEXTS, r"mine\.toml: seed: int expected, '1' found"),
        ("seed = true\n" + TEXTS, r"mine\.toml: seed: int expected, True found"),
        ("seed = 1.5\n" + TEXTS, r"mine\.toml: seed: int expected, 1\.5 found"),
        (TEXTS + "person = 1", r"mine\.toml: texts\[0\]: person: str expected, 1 found"),
        (TEXTS + 'person = "second"', r"mine': texts\[0\]\.person is 'second': use first or third"),
        (TEXTS + "repeat = 0", r"recipe 'mine': texts\[0\]\.repeat is 0: give 1 or more"),
        (TEXTS + "[optimizer]\nruns = 0", r"recipe 'mine': optimizer\.runs is 0: give 1 or more"),
        ('human = "goemotions"\n' + TEXTS, r"mine\.toml: human: a list expected, 'goemotions' found"),
        ("human = [3]\n" + TEXTS, r"mine\.toml: human\[0\]: str expected, 3 found"),
        ("closed = true\n" + TEXTS, r"mine\.toml: closed: a table expected, True found"),
        ('texts = ["goemotions"]', r"mine\.toml: texts\[0\]: a table expected, 'goemotions' found"),
        ('precision = "int7"\n' + TEXTS, "precision 'int7' is unknown: use one of float32, int8-static"),
        ('default_space = "ekmann"\n' + TEXTS, "recipe 'mine': space 'ekmann' is unknown"),
        ('languages = ["xx"]\n' + TEXTS, "recipe 'mine': the scripts of language 'xx' are not known"),
        ("languages = []\n" + TEXTS, "recipe 'mine': a language guard has no languages"),
        ("positions = 34\n" + TEXTS, "recipe 'mine': positions is 34: give 35 or more"),
        (TEXTS + "[optimizer]\nbatch = 0", r"recipe 'mine': optimizer\.batch is 0: give 1 or more"),
        (TEXTS + "[optimizer]\nepochs = 0", r"recipe 'mine': optimizer\.epochs is 0: give 1 or more"),
        (TEXTS + "[closed]\nrepeat = 0", r"recipe 'mine': closed\.repeat is 0: give 1 or more"),
        (TEXTS + "[decision]\nthreshold = 2.0", "recipe 'mine': threshold 2.0 is outside"),
        ('pooling = "max"\n' + TEXTS, "pooling 'max' is unknown: use one of mean, cls, qformer"),
        (TEXTS + '[losses]\nnegatives = "all"', r"losses\.negatives 'all' is unknown: use one of batch"),
        (TEXTS + '[losses]\nbias = "no"', r"losses\.bias 'no' is unknown: use one of learned, fixed, none"),
        (TEXTS + "[losses]\ntau = 0.0", r"losses\.tau is 0\.0: give 0\.001 or more"),
        (
            TEXTS + '[losses]\nnegatives = "vocabulary"\nhard_negatives = 4',
            r"losses\.hard_negatives goes with form sigmoid and negatives batch",
        ),
        (TEXTS + "[losses]\nconsistency = 1", r"losses\.consistency needs \[closed\] labels"),
        (TEXTS + "[masking]\nrate = 1.0", r"\[masking\] needs a rate between 0 and 1"),
        (TEXTS + "[ngrams]\nshare = 1.5", r"ngrams\.share is 1\.5: give 0 to 1"),
        (TEXTS + "[ngrams]\nstrength = 0.0", r"ngrams\.strength is 0\.0: give more than 0"),
        (TEXTS + "[ngrams]\nrows = -1", r"ngrams\.rows is -1: give 0 or more"),
        (TEXTS + '[ngrams]\nspaces = ["ekman"]', r"ngrams\.spaces names ekman: add it to `heads`"),
        (TEXTS + "[prior]\nlargest = 1.0", r"recipe 'mine': \[prior\] needs labels_per_text above 0"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path, content, message):
    with pytest.raises(RecipeError, match=message) as caught:
        _read(tmp_path, content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("texts.limit", "--set texts.limit: 'texts' is not a table of the recipe"),
        ("seed.x", "--set seed.x: 'seed' is not a table of the recipe"),
        ("optimiser.epochs", "'optimiser' is unknown: use axes_by_labels, backbone"),
    ],
)
def test_an_override_that_fits_nowhere_is_named(tmp_path, key, message):
    path = tmp_path / "mine.toml"
    path.write_text("seed = 1\n" + TEXTS)
    with pytest.raises(RecipeError, match=message):
        read_recipe(path, {key: 1})


def test_a_recipe_that_is_nowhere_is_told_with_those_that_are(tmp_path):
    with pytest.raises(
        RecipeError,
        match="recipe 'smal' is neither a file nor known: use a TOML file or brighter-a, brighter-b",
    ):
        read_recipe("smal")
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(RecipeError, match=r"latin\.toml is not valid TOML"):
        read_recipe(tmp_path / "latin.toml")


def test_a_digest_changes_with_what_changes_weights_alone(tmp_path):
    recipe = _read(tmp_path, TEXTS)
    for same in (
        {"name": "x"},
        {"precision": "float32"},
        {"checkpoint_minutes": 1.0},
        {"default_space": "ekman"},
    ):
        assert replace(recipe, **same).digest() == recipe.digest()
    for other in (
        {"seed": 1},
        {"human": ("emorynlp:train",)},
        {"optimizer": replace(recipe.optimizer, epochs=9)},
        {"losses": replace(recipe.losses, synonym=0.5)},
    ):
        assert replace(recipe, **other).digest() != recipe.digest()


def test_settings_that_came_later_leave_earlier_digests_as_they_are(tmp_path):
    recipe = _read(tmp_path, TEXTS)
    assert recipe.digest() == "2496a5127f5d1a00"
    named = {"pooling": "mean", "dimensions": 0, "losses.tau": 1 / 12, "losses.bias": "learned"}
    assert _read(tmp_path, TEXTS, **named, **{"masking.epochs": 0}).digest() == recipe.digest()
    for other in ({"pooling": "cls"}, {"losses.soft": True}, {"masking.epochs": 1}, {"qformer.count": 4}):
        assert _read(tmp_path, TEXTS, **other).digest() != recipe.digest()


@pytest.mark.parametrize(
    ("name", "tracks", "heads"),
    [
        ("multilingual", {"a": 28, "b": 10}, {"brighter", "brighter-eng", "brighter-intensity"}),
        ("brighter-a", {"a": 28, "b": 10}, {"brighter", "brighter-eng"}),
        ("brighter-b", {"a": 0, "b": 10}, {"brighter-intensity", "brighter-eng-intensity"}),
    ],
)
def test_recipes_for_many_languages_leave_out_what_they_are_judged_on(name, tracks, heads):
    recipe = read_recipe(name)
    corpora = (*(source.corpus for source in recipe.texts), *recipe.human)
    for track, languages in tracks.items():
        assert sum(corpus.startswith(f"brighter/{track}-") for corpus in recipe.human) == languages
    assert not any(corpus.endswith((":dev", ":test")) or corpus.startswith("xed") for corpus in corpora)
    assert set(recipe.heads) >= heads
    assert all(corpus.endswith(":dev") for corpus in recipe.decision.fitted_on)
