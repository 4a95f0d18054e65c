"""Corpora: one small module each, read from their published files; mappings between their label spaces.

Knows labels, items and files; knows no models.
"""

from affekt.corpora.brighter_gold import GoldAgreement, reproduced_gold
from affekt.corpora.corpus import Corpus, Facts, Part, Publication, PublishedFile, Split
from affekt.corpora.jsonl import corpus_from_jsonl
from affekt.corpora.mappings import MAPPINGS, LabelMapping
from affekt.corpora.names import CorpusName
from affekt.corpora.registry import FileCheck, check, corpora, load_corpus, publication, resolve

__all__ = [
    "MAPPINGS",
    "Corpus",
    "CorpusName",
    "Facts",
    "FileCheck",
    "GoldAgreement",
    "LabelMapping",
    "Part",
    "Publication",
    "PublishedFile",
    "Split",
    "check",
    "corpora",
    "corpus_from_jsonl",
    "load_corpus",
    "publication",
    "reproduced_gold",
    "resolve",
]
