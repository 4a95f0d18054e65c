"""Encoders of BERT's relatives: read as transformers reads them, trained, exported, gone on from."""

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModel
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from affekt.models import load
from affekt.text import Normalizer
from affekt.training import find_backbone, relative_buckets, token_states, train

TEXTS = (
    "I am so happy for you!",
    "sad",
    "we walked on, wet and tired, and nobody told us a thing, as always. " * 3,
)
PADDING = 1
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
KINDS = {
    "roberta": {**SIZES, "pad_token_id": PADDING, "type_vocab_size": 1},
    "xlm-roberta": {**SIZES, "pad_token_id": PADDING, "type_vocab_size": 1, "layer_norm_eps": 1e-5},
    "camembert": {**SIZES, "pad_token_id": PADDING, "type_vocab_size": 1},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "pad_token_id": PADDING},
    "mpnet": {**SIZES, "pad_token_id": PADDING, "relative_attention_num_buckets": 32},
}


@pytest.fixture(params=KINDS)
def relative(request, tiny_backbone, tmp_path):
    """A random encoder of another family, with the tokenizer of the tiny BERT."""
    return _saved(request.param, tiny_backbone, tmp_path / request.param)


def _saved(kind, tiny_backbone, folder):
    words = find_backbone(str(tiny_backbone)).tokenizer.get_vocab_size()
    config = AutoConfig.for_model(kind, vocab_size=words, max_position_embeddings=96, **KINDS[kind])
    torch.manual_seed(3)
    model = AutoModel.from_config(config)
    # Biases and tables that start at zero would hide a name that was missed.
    for tensor in model.parameters():
        torch.nn.init.normal_(tensor, std=0.25)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((tiny_backbone / "tokenizer.json").read_bytes())
    return folder


@torch.no_grad()
def test_a_relative_reads_as_transformers_reads_it(relative):
    backbone = find_backbone(str(relative))
    ours, theirs = backbone.encoder().eval(), AutoModel.from_pretrained(relative).eval()
    # A model stores word embeddings in 8 bits.
    theirs.embeddings.word_embeddings.weight.copy_(ours.embeddings.word_embeddings.weight)
    ids = backbone.token_ids(TEXTS, backbone.positions)
    states, mask = token_states(ours, ids)
    longest = max(map(len, ids))
    padded = torch.tensor([[*x, *[PADDING] * (longest - len(x))] for x in ids])
    expected = theirs(input_ids=padded, attention_mask=mask).last_hidden_state
    for own, other, text in zip(states, expected, ids, strict=True):
        torch.testing.assert_close(own[: len(text)], other[: len(text)], atol=1e-5, rtol=1e-5)


def test_a_text_may_be_as_long_as_the_positions_say(relative):
    backbone = find_backbone(str(relative))
    ids = backbone.token_ids(["a " * 500], backbone.positions)
    states, _ = token_states(backbone.encoder(), ids)
    assert states.shape[1] == backbone.positions in (94, 96)


def test_what_a_relative_learns_is_read_without_torch_and_gone_on_from(
    recipe, relative, corpora_dir, tmp_path
):
    options = {
        "backbone": str(relative),
        "texts": [{"corpus": "descriptors/brighter-eng", "limit": 24}],
        "holdout": 0,
        "positions": 90,
        "precision": "float32",
        "optimizer.epochs": 1,
        "optimizer.dropout": 0.0,
    }
    train(recipe, overrides=options, out=tmp_path / "out", data=corpora_dir)
    embedded = load(tmp_path / "out").scorer.embed(TEXTS)
    # Nothing more is learned, so what was read and written again says the same.
    still = {**options, "start": str(tmp_path / "out"), "optimizer.learning_rate": 1e-12}
    train(recipe, overrides=still, out=tmp_path / "again", data=corpora_dir)
    np.testing.assert_allclose(load(tmp_path / "again").scorer.embed(TEXTS), embedded, atol=1e-4)


def test_a_graph_of_a_relative_says_what_the_encoder_says(recipe, relative, corpora_dir, tmp_path):
    options = {
        "backbone": str(relative),
        "texts": [{"corpus": "descriptors/brighter-eng", "limit": 24}],
        "holdout": 0,
        "positions": 90,
        "optimizer.learning_rate": 1e-12,
        "optimizer.epochs": 1,
    }
    train(recipe, overrides=options, out=tmp_path / "out", data=corpora_dir)
    backbone = find_backbone(str(relative))
    encoder = backbone.encoder().eval()
    ids = backbone.token_ids([Normalizer()(text) for text in TEXTS[:2]], 90)
    with torch.no_grad():
        states = [token_states(encoder, [text])[0].mean(dim=1) for text in ids]
    expected = torch.nn.functional.normalize(torch.cat(states), dim=1)
    np.testing.assert_allclose(load(tmp_path / "out").scorer.embed(TEXTS[:2]), expected, atol=1e-4)


def test_a_tokenizer_that_knows_every_byte_has_no_unknown_piece(recipe, tiny_backbone, corpora_dir, tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    folder = _saved("roberta", tiny_backbone, tmp_path / "roberta")
    words = find_backbone(str(tiny_backbone)).tokenizer.get_vocab_size()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=words, special_tokens=["<s>", "<pad>", "</s>"])
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.save(str(folder / "tokenizer.json"))
    assert find_backbone(str(folder)).unknown_piece == ""
    options = {
        "backbone": str(folder),
        "positions": 90,
        "texts": [{"corpus": "descriptors/brighter-eng", "limit": 24}],
        "holdout": 0,
    }
    train(recipe, overrides={**options, "optimizer.epochs": 1}, out=tmp_path / "out", data=corpora_dir)
    (said,) = load(tmp_path / "out").predict(["I am so happy for you 🎉"], labels=["joy", "anger"])
    assert said.abstained is None


@pytest.mark.parametrize("buckets", [16, 32])
def test_distances_fall_into_the_buckets_of_mpnet(buckets):
    place = torch.arange(512)
    expected = MPNetEncoder.relative_position_bucket(place[None, :] - place[:, None], num_buckets=buckets)
    np.testing.assert_array_equal(relative_buckets(512, buckets), expected)
