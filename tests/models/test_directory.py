"""Model directories: opened by name or path; what is missing, newer or damaged is one sentence."""

import json
import shutil

import pytest

from affekt.core import ModelError
from affekt.models import MANIFEST, available, find, load, load_directory, read_manifest, verify

FILES = (
    "text.onnx",
    "labels.onnx",
    "words.safetensors",
    "heads.safetensors",
    "tokenizer.json",
    "decision.json",
)
NEEDED = ("name", "scorer", "default_space", "normalizer", "positions", "heads", "known")


def _change(directory, **values):
    path = directory / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_directory_is_a_model(published, model):
    assert model.name == "tiny-emotions"
    assert model.default_space.name == "ekman"
    assert model.axes() == ("valence", "arousal")
    assert load(published).predict("so sad") == load(str(published)).predict("so sad")


def test_a_bundled_model_has_its_folders_name(bundled, published):
    assert load("tiny").name == "tiny"
    assert find("tiny") == published
    assert find(published) == published
    (info,) = available()
    assert (info.name, info.directory, info.languages) == ("tiny", published, ("en",))
    assert info.description == "a random encoder"
    assert info.measured == {"pearson_valence": 0.5}
    assert info.size == sum(path.stat().st_size for path in published.iterdir())


@pytest.mark.parametrize("open_model", [load, find])
def test_an_unknown_name_gets_a_hint(bundled, tmp_path, open_model):
    with pytest.raises(ModelError, match=r"^model 'tinny' is unknown: did you mean tiny\?$"):
        open_model("tinny")
    with pytest.raises(ModelError, match=r"^model 'gpt' is unknown: use tiny, or a model directory$"):
        open_model("gpt")
    gone = tmp_path / "gone"
    with pytest.raises(ModelError, match=r"gone' is unknown: use tiny, or a model directory$"):
        open_model(gone)


def test_where_nothing_is_bundled_a_directory_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr("affekt.models.names.BUNDLED", tmp_path)
    assert available() == []
    with pytest.raises(ModelError, match=r"^model 'small' is unknown: name a model directory$"):
        load("small")


def test_a_folder_that_is_no_model_is_told_from_one(tmp_path):
    with pytest.raises(ModelError, match=r"is not a model directory: it has no affekt\.json$"):
        load(tmp_path)


@pytest.mark.parametrize("name", [f for f in FILES if f != "labels.onnx"])
def test_a_missing_file_is_named(directory, name):
    (directory / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}.*: (get|install) the model again$"):
        load(directory)


def test_the_label_tower_is_missed_only_where_it_is_needed(directory):
    (directory / "labels.onnx").unlink()
    model = load(directory)
    for space in ("ekman", "plutchik", "valence-arousal"):
        assert len(model.predict(["so sad"], space=space)) == 1
    with pytest.raises(ModelError, match=r"labels\.onnx is missing: install the model again$"):
        model.predict(["so sad"], labels=["overwhelmed"])


@pytest.mark.parametrize(
    ("schema", "cure"), [(2, "update affekt"), (0, "get the model again"), ("one", "get the model again")]
)
def test_another_schema_says_what_to_do(directory, schema, cure):
    _change(directory, schema=schema)
    with pytest.raises(ModelError, match=f"has schema {schema!r}, and this affekt reads 1: {cure}$"):
        load(directory)


def test_another_scorer_is_named(directory):
    _change(directory, scorer="classifier")
    with pytest.raises(
        ModelError,
        match="names scorer 'classifier', and this affekt knows dual-encoder, static, by-language, ensemble, adapted: update affekt",
    ):
        load(directory)


@pytest.mark.parametrize("name", [MANIFEST, "decision.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b'{"schema": 1', b"\xff\xfe", b"[" * 100_000])
def test_damaged_json_is_one_sentence(directory, name, content):
    (directory / name).write_bytes(content)
    with pytest.raises(ModelError, match=rf"{name}.*: get the model again$"):
        load(directory)


@pytest.mark.parametrize("name", ["text.onnx", "words.safetensors", "heads.safetensors", "tokenizer.json"])
def test_half_a_file_is_one_sentence(directory, name):
    path = directory / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelError, match=rf"{name} .*: install the model again$"):
        load(directory)


@pytest.mark.parametrize("key", NEEDED)
def test_a_manifest_that_lacks_a_key_names_it(directory, key):
    path = directory / MANIFEST
    facts = json.loads(path.read_text())
    del facts[key]
    path.write_text(json.dumps(facts))
    with pytest.raises(ModelError, match=rf"affekt\.json lacks '{key}': get the model again$"):
        load(directory)


def _refusal(directory):
    """Why a directory cannot be used, or None if it can; anything but a ModelError is a bug."""
    try:
        load(directory).predict(["so sad"])
    except ModelError as error:
        return str(error)
    return None


@pytest.mark.parametrize("key", [*NEEDED, "guard", "schema"])
def test_a_manifest_with_nonsense_is_refused_or_read(directory, key):
    refusals = []
    for nonsense in ([1], "x", None, -1, {"x": 1}, {}):
        _change(directory, **{key: nonsense})
        refusals.append(_refusal(directory))
    told = [refusal for refusal in refusals if refusal is not None]
    assert told or key == "name"
    assert all("\n" not in refusal and refusal.endswith(("again", "affekt")) for refusal in told), told


def test_without_a_guard_every_language_is_read(directory):
    _change(directory, guard=None)
    (prediction,) = load(directory).predict(["Я так счастлив сегодня, спасибо вам"])
    assert prediction.abstained is None


def test_a_file_that_differs_by_one_byte_is_found(directory):
    verify(directory)
    for name in FILES:
        path = directory / name
        content = bytearray(path.read_bytes())
        for position in (0, len(content) // 2, len(content) - 1):
            content[position] ^= 1
            path.write_bytes(content)
            with pytest.raises(ModelError, match=rf"{name} is not the file that the manifest names"):
                verify(directory)
            content[position] ^= 1
        path.write_bytes(content)
    verify(directory)
    (directory / "text.onnx").unlink()
    with pytest.raises(ModelError, match=r"text\.onnx is missing: get the model again"):
        verify(directory)
    _change(directory, files=None)
    with pytest.raises(ModelError, match=r"affekt\.json names no files"):
        verify(directory)


def test_a_directory_may_be_moved(directory, tmp_path):
    expected = load_directory(directory).predict(["so sad"])
    shutil.move(directory, tmp_path / "elsewhere")
    moved = load_directory(tmp_path / "elsewhere", "mine")
    assert moved.name == "mine"
    assert moved.predict(["so sad"]) == expected
    assert read_manifest(tmp_path / "elsewhere")["name"] == "tiny-emotions"
