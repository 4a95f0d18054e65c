"""The guard on published texts: not the measurement (that is in `benchmarks/`), but its floor."""

import pytest

from affekt.corpora import load_corpus
from affekt.text import LanguageGuard

GUARD = LanguageGuard(("en",))


def share(texts):
    reasons = GUARD.check_many(texts)
    return sum(reason is not None for reason in reasons) / len(reasons)


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["goemotions:dev", "brighter/a-eng:train", "emorynlp:dev"])
def test_english_is_hardly_ever_lost(corpora_dir, name):
    assert share([item.text for item in load_corpus(name, corpora_dir).items]) <= 0.005


@pytest.mark.corpora
@pytest.mark.parametrize(
    "language", ["afr", "amh", "arq", "chn", "deu", "esp", "hin", "ptbr", "ron", "swe", "ukr", "yor"]
)
def test_other_languages_hardly_ever_pass(corpora_dir, language):
    items = load_corpus(f"brighter/a-{language}:dev", corpora_dir).items
    texts = [item.text for item in items if len(item.text.split()) >= 5 or not item.text.isascii()]
    assert share(texts) >= 0.95
