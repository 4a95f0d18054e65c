"""`affekt compare` and `affekt evaluate --probe` as a person meets them."""

import json
import re

import pytest

import affekt as package


@pytest.fixture
def folders(affekt, tmp_path):
    """Two reports of one file, and one of another."""
    rows = [("so much joy", ["joy"]), ("fear and joy", ["fear", "joy"]), ("fear, they say", [])] * 12
    file, other = tmp_path / "mine.jsonl", tmp_path / "other.jsonl"
    lines = [json.dumps({"text": text, "labels": labels, "language": "en"}) for text, labels in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    other.write_text("\n".join(lines[:5]), encoding="utf-8")
    for name, on in (("one", file), ("two", file), ("three", other)):
        assert affekt("evaluate", "small", "--on", on, "-o", tmp_path / name).exit_code == 0
    return tmp_path


def test_two_reports_side_by_side(affekt, folders):
    one, two = folders / "one", folders / "two"
    result = affekt("compare", one, two, "--replicates", "20")
    assert result.exit_code == 0
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert ["figure", str(one), str(two), "difference", "95 %", "p"] in lines
    assert ["f1 of", str(one), str(two), "difference", "95 %", "p (Holm)"] in lines
    macro = next(line for line in lines if line[0] == "macro_f1")
    # fear: 12 hits, 24 said, 12 true; joy: all right.
    assert macro[1:] == ["0.833", "0.833", "+0.000", "+0.000…+0.000", "1.000"]
    told = json.loads(affekt("compare", one, two, "--replicates", "20", "--json").stdout)
    assert told == json.loads(json.dumps(package.compare(one, two, replicates=20).to_dict()))
    report = json.loads((one / "report.json").read_text())
    assert report["slices"]["language"]["en"]["items"] == 36
    assert report["contamination"]["stated"] is False


def test_other_items_are_one_sentence(affekt, folders):
    result = affekt("compare", folders / "one", folders / "three")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "their items differ (36 and 5)" in result.stderr


def test_a_probe_needs_no_corpus(affekt, tmp_path):
    result = affekt("evaluate", "small", "--probe", "-o", tmp_path / "probe")
    assert result.exit_code == 0
    assert "gender of a name\twomen\t" in result.stdout
    assert "no emoji\t24\t" in result.stdout
    kept = json.loads((tmp_path / "probe" / "probe.json").read_text(encoding="utf-8"))
    printed = json.loads(affekt("evaluate", "small", "--probe", "--json").stdout)
    assert {**printed, "seconds": 0} == {**kept, "seconds": 0}


def test_training_texts_that_are_tested_on_are_a_warning(affekt, model, corpora_dir, monkeypatch):
    monkeypatch.setattr(
        model, "card", {"training": [{"corpus": "covidet:dev"}, {"corpus": "nowhere:all"}]}, False
    )
    result = affekt("evaluate", "small", "--on", "covidet:dev", "--data", corpora_dir)
    lines = dict(line.split("\t")[:2] for line in result.stdout.splitlines() if "\t" in line)
    assert lines["warning"].startswith("in the training texts word for word: 285 (100.0 %), nearly: 0 ")
    assert lines["not looked at"].startswith("nowhere:all")
    result = affekt("evaluate", "small", "--on", "covidet:all", "--data", corpora_dir)
    (warning,) = (line for line in result.stdout.splitlines() if line.startswith("warning\t"))
    assert re.search(r"macro_f1 without them: 0\.\d{3} \(0\.\d{3}–0\.\d{3}\)", warning)
