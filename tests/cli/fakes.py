"""A model that finds a label where the text names it; run as a script, it is `affekt` with that model."""

import sys
import time

import numpy as np

from affekt import models
from affekt.cli import main
from affekt.core import Item, LabelSpace, ModelError, Prediction, Scores, named_space
from affekt.decisions import FixedThreshold

FOUND, MISSED = 0.9, 0.0625


class FakeModel:
    name = "small"
    default_space = named_space("goemotions")
    card = {"languages": ["en"]}  # noqa: RUF012
    decision = FixedThreshold(0.5)

    def __init__(self, seconds_a_part=0.0):
        self.calls = []
        self._seconds = seconds_a_part

    def predict(self, texts, *, labels=None, space=None, kind="multi", threshold=None, top=None):
        time.sleep(self._seconds)
        self.calls.append({"texts": list(texts), "labels": labels, "space": space, "kind": kind})
        if labels is not None:
            space = LabelSpace.of(labels, kind)
        space = named_space(space) if isinstance(space, str) else space or self.default_space
        words = [text.text if isinstance(text, Item) else text for text in texts]
        return [_judge(text, space, 0.5 if threshold is None else threshold, top) for text in words]

    def explain(self, text, *, space, parts=None):
        from affekt.wrappers import explain  # not at the top: tests look at what labelling imports

        return explain(self, Item(text), space, self.decision, parts=parts)

    def score(self, items, space):
        return self.scores(items, space)

    def axes(self):
        return ("valence", "arousal")

    def scores(self, items, space):
        judged = [_judge(item.text, space, 0.5, None) for item in items]
        values = np.array([list(prediction.scores.values()) for prediction in judged], dtype=np.float32)
        if space.kind == "single":
            values /= values.sum(axis=1, keepdims=True)
        return Scores(values.reshape(len(items), len(space)), space, tuple(p.abstained for p in judged))


def _judge(text, space, threshold, top):
    if "знаю" in text:
        nothing = dict.fromkeys(space.names, float("nan"))
        return Prediction((), nothing, flags=("language",), abstained="language")
    if space.kind == "dimensional":
        return Prediction((), {name: 7.25 - 2 * i for i, name in enumerate(space.names)})
    scores = {name: FOUND if name.casefold() in text.casefold() else MISSED for name in space.names}
    ranked = sorted(scores, key=lambda name: -scores[name])
    found = ranked[:1] if space.kind == "single" else [name for name in ranked if scores[name] >= threshold]
    return Prediction(tuple(found[:top]), scores, flags=() if text.strip() else ("empty",))


def load_only(model):
    """What stands in the place of `affekt.models.load`."""

    def load(name):
        if name not in (model.name, "auto"):
            raise ModelError(f"model {name!r} is unknown: use small, or a model directory")
        return model

    return load


if __name__ == "__main__":
    seconds = float(sys.argv.pop(1))
    models.load = load_only(FakeModel(seconds))
    main()
