"""What figures and trivial rules are called where a person reads them, and what they mean in a few words."""

from __future__ import annotations

from typing import Final

_FIGURES: Final = {
    "macro_f1": ("Macro F1", "mean F1 of the labels; rare ones count as much as frequent ones"),
    "micro_f1": ("Micro F1", "F1 of all decisions together; frequent labels count more"),
    "weighted_f1": ("Weighted F1", "mean F1 of the labels, each weighted by its texts"),
    "micro_f1_without_neutral": ("Micro F1 without neutral", "F1 of all decisions but those for neutral"),
    "jaccard": ("Jaccard accuracy", "shared labels over all labels, said or true, of each text"),
    "exact_match": ("Exact match", "share of texts whose labels are all right"),
    "accuracy": ("Accuracy", "share of texts whose label is right"),
    "lrap": ("LRAP", "how far true labels rank above others within a text"),
    "mean_pearson": ("Mean Pearson", "correlation with gold, mean over the axes"),
    "mean_spearman": ("Mean Spearman", "correlation of ranks, mean over the axes"),
    "mean_ccc": ("Mean concordance", "correlation that also asks for the same mean and spread (CCC)"),
    "mean_mae": ("Mean absolute error", "mean distance from gold"),
    "mean_kappa": ("Mean quadratic kappa", "agreement beyond chance; far errors count more"),
    "f1": ("F1", "harmonic mean of precision and recall"),
    "precision": ("Precision", "of the texts it was said of, the share where it is true"),
    "recall": ("Recall", "of the texts where it is true, the share it was said of"),
    "average_precision": (
        "Average precision",
        "area under the precision–recall curve; no threshold involved",
    ),
    "auc": ("AUC", "chance that a text with the label is scored above one without"),
    "brier": ("Brier score", "mean squared error of the probability; lower is better"),
    "brier_skill": (
        "Brier skill",
        "gain over always stating the label's share; below 0 it is worse than that",
    ),
    "calibration_error": ("Calibration error", "mean gap between stated probability and share that is true"),
    "pearson": ("Pearson", "correlation with gold"),
    "pearson_brighter": (
        "Pearson, BRIGHTER",
        "correlation; where a side is constant 1 if both are the same, else 0 (SemEval-2025 task 11)",
    ),
    "pearson_semeval2018": (
        "Pearson, SemEval-2018",
        "correlation, 0 where a side is constant (SemEval-2018 task 1)",
    ),
    "pearson_upper": ("Pearson, upper half", "correlation where gold is 0.5 or more (SemEval-2018 task 1)"),
    "pearson_some": ("Pearson, some emotion", "correlation where gold is not 0 (SemEval-2018 task 1)"),
    "within_one": ("Within one level", "share of texts at most one level off"),
    "spearman": ("Spearman", "correlation of ranks"),
    "ccc": ("Concordance", "correlation that also asks for the same mean and spread (CCC)"),
    "mae": ("Absolute error", "mean distance from gold"),
    "kappa": ("Quadratic kappa", "agreement beyond chance; far errors count more"),
    "positive_em": ("Exact spans", "share of spans found exactly"),
    "positive_f1": ("F1 of positives", "of turns that are marked; of spans, mean F1 of their words"),
    "positive_contained_f1": (
        "F1 of contained spans",
        "the same without credit for an answer that neither holds the span nor lies in it (RECCON's script)",
    ),
    "negative_f1": ("F1 of negatives", "F1 of saying that there is nothing"),
    "set_precision": (
        "Set precision",
        "mean share of a text's descriptors that people gave too, synonyms as one",
    ),
    "set_recall": (
        "Set recall",
        "mean share of people's descriptors of a text that were given, synonyms as one",
    ),
    "set_f1": ("Set F1", "mean F1 of the descriptors of a text, synonyms as one"),
    "set_jaccard": ("Set Jaccard", "shared descriptors over all descriptors of each text, synonyms as one"),
    "match_precision": (
        "Matched precision",
        "mean cosine of each descriptor given to the nearest of people's",
    ),
    "match_recall": (
        "Matched recall",
        "mean cosine of each of people's descriptors to the nearest one given",
    ),
    "match_f1": ("Matched F1", "harmonic mean of a text's matched precision and recall"),
}

_RULES: Final = {
    "all_positive": ("all positive", "says every label of every text"),
    "majority_per_label": ("majority per label", "says the labels that at least half of the texts have"),
    "fixed_set": ("fixed set", "always says the set of most frequent labels with the best micro F1 on dev"),
    "majority": ("majority", "always says the most frequent label"),
    "uniform": ("uniform", "draws a label by chance"),
    "prior_random": ("prior random", "says each label as often as it is true, whatever the text"),
    "mean_distribution": ("mean distribution", "always states how often each label was chosen"),
    "constant": ("constant", "always says the same value"),
    "most_frequent": ("most frequent", "always says the most frequent descriptor"),
    "three_most_frequent": (
        "three most frequent",
        "always says the three most frequent descriptors that are no synonyms",
    ),
}

HIGHER_IS_WORSE: Final = ("mae", "brier", "calibration_error")
"""Figures that measure an error, by the start of their name or after `mean_`."""


def figure_name(name: str) -> str:
    """A figure's name as shown: `pearson_valence` is `Pearson, valence`."""
    known, rest = _known(name)
    if known is None:
        return name.replace("_", " ")
    shown = _FIGURES[known][0]
    return f"{shown}, {rest}" if rest else shown


def figure_meaning(name: str) -> str:
    """What a figure measures; empty if nothing is known of it."""
    known, _ = _known(name)
    return "" if known is None else _FIGURES[known][1]


def _known(name: str) -> tuple[str | None, str]:
    """The known figure that a name is, or begins with, and the rest: a label, or `mean`."""
    if name in _FIGURES:
        return name, ""
    bare = name.removeprefix("mean_")
    if bare != name and bare in _FIGURES:
        return bare, "mean"
    known = max((k for k in _FIGURES if name.startswith(f"{k}_")), key=len, default=None)
    return known, "" if known is None else name.removeprefix(f"{known}_")


def rule_name(rule: str) -> str:
    """A trivial rule's name as shown."""
    return _RULES[rule][0] if rule in _RULES else rule.replace("_", " ")


def rule_meaning(rule: str) -> str:
    """What a trivial rule does; empty if nothing is known of it."""
    return _RULES[rule][1] if rule in _RULES else ""


def is_error(name: str) -> bool:
    """Whether a figure is the better the lower it is."""
    return name.removeprefix("mean_").startswith(HIGHER_IS_WORSE) and not name.endswith("brier_skill")


def percent(share: float, digits: int = 0) -> str:
    """A share in 0…1 as percent."""
    return f"{100 * share:.{digits}f} %"


def short(value: float) -> str:
    """A figure with two digits and a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def several(names: list[str], most: int = 6) -> str:
    """Names in a row, the last after `and`; how many more where there are many."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
