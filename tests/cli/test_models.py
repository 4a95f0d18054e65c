"""`affekt models`: the list, and the card of one."""

import json

import pytest

from affekt.models import ModelInfo

CARD = "---\nlicense: apache-2.0\n---\n# small\n\nReads **English**.\n"


@pytest.fixture
def bundled(monkeypatch, tmp_path):
    directory = tmp_path / "small"
    directory.mkdir()
    (directory / "README.md").write_text(CARD, encoding="utf-8")
    (directory / "affekt.json").write_text('{"schema": 1}', encoding="utf-8")
    measured = {"semeval2018 macro_f1": 0.4321, "emobank": {"pearson_valence": 0.66}, "texts": 5}
    info = ModelInfo("small", directory, "Any label set.", ("en", "de"), 33_900_000, measured)
    monkeypatch.setattr("affekt.models.available", lambda: [info])
    monkeypatch.setattr("affekt.models.names._bundled", lambda: {"small": directory})
    return directory


def test_the_list(affekt, bundled):
    assert affekt("models").stdout.splitlines() == [
        "model\tlanguages\tsize\tmeasured\twhat",
        "small\ten, de\t33.9 MB\tsemeval2018 macro_f1 0.432; emobank pearson_valence 0.660; texts 5\tAny label set.",
    ]


def test_the_card_is_given_as_it_is(affekt, bundled):
    assert affekt("models", "small").stdout == CARD
    assert affekt("models", bundled).stdout == CARD


def test_figures_by_language_follow_the_card(affekt, bundled):
    measured = {
        "deu": {"label_free": 0.5, "trained": 0.58, "all_labels": 0.319},
        "vmw": {"all_labels": 0.163},
    }
    manifest = {"schema": 1, "measured_languages": measured}
    (bundled / "affekt.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert affekt("models", "small").stdout == CARD + (
        "language\twithout human labels\twith them\tall labels, always\n"
        "deu\t0.500\t0.580\t0.319\n"
        "vmw\t\t\t0.163\n"
    )


def test_an_unknown_model_and_one_without_card(affekt, bundled, tmp_path):
    unknown = affekt("models", "smal")
    assert unknown.exit_code == 2
    assert "model 'smal' is unknown" in unknown.stderr
    assert "did you mean small?" in unknown.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "has no card" in affekt("models", empty).stderr
