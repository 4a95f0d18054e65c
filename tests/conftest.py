"""Fixtures that several rooms share."""

import json
import os
import signal
import string
from pathlib import Path

import pytest

TINY_WORDS = """
    i you he she it we they me my your him her us them a an the and or but so not no yes is am are was
    were be been do did done have has had will would can could of in on at to from with for by about
    this that there here what who how when why all some more most very too just now never ever always
    again today life day night time people friend home work dog rain sun sea long last first good great
    best nice sweet bad worst awful happy glad joy joyful delight smile laugh love loved hope proud
    pride relief relieved calm peace sad sadness cry tears lonely grief miss lost lose anger angry mad
    hate furious rage annoyed fear afraid scared terror worry worried panic disgust disgusted gross sick
    surprise surprised wow shock guilt guilty shame ashamed envy bored tired trust kind thanks grateful
    won win birthday exam letter window train morning feel feeling emotion sentence door
""".split()


def pytest_configure() -> None:
    """A suite in the background inherits an ignored Ctrl-C; the processes that it starts must not."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def corpora_dir() -> Path:
    """The folder of published corpora; skipped where it is missing, a failure under CI=true."""
    default = Path(__file__).parents[2] / "shared" / "corpora"
    folder = Path(os.environ.get("AFFEKT_DATA", default))
    if not folder.is_dir():
        message = f"no corpora at {folder}: set AFFEKT_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def tiny_backbone(tmp_path_factory) -> Path:
    """A random BERT of two layers and width 32 in the Hub's layout; its tokenizer spells what it does not know."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("backbone")
    letters = string.ascii_lowercase + string.digits
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*specials, *letters, *(f"##{x}" for x in letters), *string.punctuation]
    pieces += [word for word in TINY_WORDS if word not in pieces]
    (folder / "tokenizer.json").write_text(json.dumps(_word_pieces(pieces, specials)), encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=96,
        initializer_range=0.25,
    )
    BertModel(config).save_pretrained(folder)
    return folder


def _word_pieces(pieces, specials):
    """A `tokenizer.json` like BERT's, with the given vocabulary."""
    ids = {piece: i for i, piece in enumerate(pieces)}
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    frame = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    return {
        "version": "1.0",
        "added_tokens": [{"id": ids[x], "content": x, **flags, "special": True} for x in specials],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*frame, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [
                *frame,
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {x: {"id": x, "ids": [ids[x]], "tokens": [x]} for x in ("[CLS]", "[SEP]")},
        },
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": ids,
        },
    }
