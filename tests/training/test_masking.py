"""The first stage: what is hidden, that it is learned, and that it can be interrupted."""

import json

import pytest
import torch

from affekt.core import LabelSpace, RecipeError
from affekt.models import read_manifest
from affekt.training import Masker, Masking, emotion_words, find_backbone, train

CHECKPOINT, FIRST = "checkpoint.safetensors", "masking.safetensors"
TEXTS = ("i am so sad today", "sadly the train is late", "gloomy me", "no one is here")


@pytest.fixture
def backbone(tiny_backbone):
    return find_backbone(str(tiny_backbone))


def _masker(backbone, **settings):
    return Masker(backbone.tokenizer, ("sad", "gloomy", "over the moon"), Masking(**settings))


def test_emotion_words_are_those_of_one_word():
    space = LabelSpace.of(["Joy", "a quiet joy=being glad"], "multi")
    assert emotion_words(["sad", "deeply sad", "Sad", "glad"], [space]) == ("glad", "joy", "sad")


def test_emotion_words_are_found_whole(backbone):
    masker = _masker(backbone)
    found = []
    for ids in backbone.token_ids(TEXTS, 40):
        tokens = [backbone.tokenizer.id_to_token(i) for i in ids]
        found.append([token for token, hit in zip(tokens, masker.emotional(ids), strict=True) if hit])
    spelt = backbone.tokenizer.encode("gloomy", add_special_tokens=False).tokens
    assert len(spelt) > 1
    assert found == [["sad"], [], spelt, []]


def test_emotion_words_alone_are_hidden_if_so_asked(backbone):
    masker = _masker(backbone, rate=1e-9, emotion_rate=1.0)
    for text, ids in zip(TEXTS, backbone.token_ids(TEXTS, 40), strict=True):
        read, places = masker.hide(ids, torch.Generator().manual_seed(1))
        emotional = [i for i, hit in enumerate(masker.emotional(ids)) if hit]
        assert (read[0], read[-1]) == (ids[0], ids[-1])
        assert places == emotional or (not emotional and len(places) == 1), text
        assert [x for i, x in enumerate(read) if i not in places] == [
            x for i, x in enumerate(ids) if i not in places
        ]


def test_tokens_are_hidden_as_often_as_asked(backbone):
    masker, generator = _masker(backbone, rate=0.2, emotion_rate=0.6), torch.Generator().manual_seed(4)
    (ids,) = backbone.token_ids(["sad " + "no one is here " * 9], 60)
    mask = backbone.tokenizer.token_to_id("[MASK]")
    hidden, masked, sad = 0, 0, 0
    for _ in range(400):
        read, places = masker.hide(ids, generator)
        hidden += len(places)
        sad += 1 in places
        masked += read.count(mask)
    others = 400 * (len(ids) - 3)  # without the frame and the emotion word
    assert 0.18 < (hidden - sad) / others < 0.22
    assert 0.52 < sad / 400 < 0.68
    assert 0.75 < masked / hidden < 0.85


def test_a_tokenizer_that_cannot_mask_is_told():
    import tokenizers

    plain = tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    with pytest.raises(RecipeError, match=r"has no \[MASK\]: set masking.epochs = 0"):
        Masker(plain, (), Masking())


def test_the_first_stage_can_be_interrupted_and_is_learned(
    recipe, corpora_dir, tmp_path, stop_after, interruption
):
    options = {"masking.epochs": 4, "masking.steps": 17, "masking.learning_rate": 3e-3, "pooling": "qformer"}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    seen = []

    def go(out, progress=None, **more):
        return train(recipe, overrides=options, out=out, data=corpora_dir, progress=progress, **more)

    facts = go(whole, lambda *done: seen.append(done))
    assert (facts["masking_steps"], facts["steps"]) == (17, 10)
    assert seen == [(step, 27) for step in range(1, 28)]
    for stop, left in ((3, {FIRST}), (17, {FIRST}), (18, {FIRST, CHECKPOINT}), (24, {FIRST, CHECKPOINT})):
        with pytest.raises(interruption):
            go(broken, stop_after(stop), resume=stop > 3)
        assert {path.name for path in broken.glob("*.safetensors")} == left
    with pytest.raises(RecipeError, match="broken holds a checkpoint: go on with --resume"):
        go(broken)
    go(broken, resume=True)
    assert read_manifest(broken)["files"] == read_manifest(whole)["files"]
    assert not list(broken.glob("*" + FIRST))
    log = [json.loads(line) for line in (whole / "log.jsonl").read_text().splitlines()]
    assert [line.get("stage") for line in log] == ["masking", None]
    without = tmp_path / "without"
    train(recipe, overrides={**options, "masking.epochs": 0}, out=without, data=corpora_dir)
    assert read_manifest(without)["files"]["text.onnx"] != read_manifest(whole)["files"]["text.onnx"]
