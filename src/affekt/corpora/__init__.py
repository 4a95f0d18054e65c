"""Corpora: one small module each, read from their published files; mappings between their label spaces.

Knows labels, items and files; knows no models.
"""

from affekt.corpora.brighter_gold import GOLD_RULES, GoldAgreement, GoldRule, reproduced_gold
from affekt.corpora.corpus import Corpus, Facts, Part, Publication, PublishedFile, Split
from affekt.corpora.mappings import TARGETS, LabelMapping, mapped, mapping
from affekt.corpora.names import CorpusName
from affekt.corpora.own import choose_split, corpora_from_file, corpus_from_file
from affekt.corpora.registry import FileCheck, check, corpora, load_corpus, publication, resolve
from affekt.corpora.roles import ROLES, Columns

__all__ = [
    "GOLD_RULES",
    "ROLES",
    "TARGETS",
    "Columns",
    "Corpus",
    "CorpusName",
    "Facts",
    "FileCheck",
    "GoldAgreement",
    "GoldRule",
    "LabelMapping",
    "Part",
    "Publication",
    "PublishedFile",
    "Split",
    "check",
    "choose_split",
    "corpora",
    "corpora_from_file",
    "corpus_from_file",
    "load_corpus",
    "mapped",
    "mapping",
    "publication",
    "reproduced_gold",
    "resolve",
]
