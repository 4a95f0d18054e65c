"""Answers of a file in the place of a model: joined, measured, compared; faults told with file and line."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from affekt.core import AffektError, Evidence, InputError, Item, Label, LabelSpace, Turn
from affekt.corpora import Corpus, load_corpus
from affekt.evaluation import AnswerFile, Report, answers_to, compare, evaluate

PAIR = LabelSpace.of(["joy", "Anger"])
CHOICE = LabelSpace.of(["joy", "anger"], "single")
GOLD = [[1, 0], [1, 1], [0, 0], [0, 1]]
LABELS = [["joy"], ["anger"], ["JOY"], ["anger"]]


@pytest.fixture
def answer(tmp_path):
    """Write lines to a file and join them with a corpus."""

    def join(lines, corpus, dev=None, known=None, name="answers.jsonl"):
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return answers_to(AnswerFile.read(tmp_path / name), corpus, dev, known)

    return join


def ids(rows, key="labels", split="test"):
    return [{"id": f"{split}-{i}", key: row} for i, row in enumerate(rows)]


def values(report):
    return {name: figure.value for name, figure in report.metrics.items()}


def test_labels_alone_have_no_figure_of_probabilities(answer, corpus, tmp_path):
    made = corpus(["a", "b", "c", "d"], GOLD, PAIR)
    dev = corpus(["x"], [[1, 0]], PAIR, split="dev")
    lines = ids(LABELS)
    lines[3] = {"id": "test-3", "abstained": "no idea", "labels": [], "scores": {"joy": None}}
    report = evaluate(answer(lines[::-1], made, dev), made, dev=dev, bootstrap=50)
    # joy: 1 hit, 1 miss, 1 false alarm; anger: 1 hit, 1 miss.
    assert report.metrics["macro_f1"].value == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert report.metrics["jaccard"].value == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)
    assert (report.abstained, report.decision) == (0.25, {"kind": "given", "scores": False})
    assert report.calibration is None
    assert report.metrics["lrap"].value is None
    empty = ("average_precision", "auc", "brier", "brier_skill", "calibration_error")
    assert {report.labels["joy"].figures[name].value for name in empty} == {None}
    assert report.items.labels == (("joy",), ("Anger",), ("joy",), ())
    assert np.isnan(report.items.scores).all()
    page = report.page()
    assert "the number of labels judged wrongly" in page
    assert ">nan<" not in page.casefold()
    assert "Risk and coverage" not in page
    folder = report.save(tmp_path / "one")
    found = compare(
        folder, evaluate(answer(ids(GOLD_LABELS), made), made).save(tmp_path / "two"), replicates=20
    )
    assert found.metrics["macro_f1"].a == pytest.approx(report.metrics["macro_f1"].value)
    assert found.metrics["macro_f1"].b == 1


GOLD_LABELS = [["joy"], ["anger", "joy"], [], ["anger"]]


def test_scores_give_what_a_model_with_those_scores_gets(answer, told, corpus):
    texts = ["joy=.9", "joy=.2 anger=.6", "joy=.7", "?"]
    made = corpus(texts, GOLD, PAIR)
    dev = corpus(
        ["joy=.15 anger=.1", "anger=.3", "joy=.1"] * 4, [[1, 0], [0, 1], [0, 0]] * 4, PAIR, split="dev"
    )
    read = [{"joy": 0.9, "anger": 0}, {"anger": 0.6, "joy": 0.2}, {"joy": 0.7, "Anger": 0}]
    own = [*ids(read, "scores"), {"id": "test-3", "abstained": "language"}]
    stated = [{"joy": 0.15, "anger": 0.1}, {"joy": 0, "anger": 0.3}, {"joy": 0.1, "anger": 0}] * 4
    stored = answer([*ids(stated, "scores", "dev"), *own], made, dev)
    for mode in ("strict", "calibrated"):
        one, other = (
            evaluate(model, made, mode=mode, dev=dev, bootstrap=20).to_dict() for model in (stored, told())
        )
        for field in ("metrics", "labels", "calibration", "decision", "abstained", "slices", "breakdown"):
            assert one[field] == other[field], field
    with pytest.raises(
        InputError, match=r"no answer to 12 of the 12 items of made/part:dev.* or use mode strict"
    ):
        evaluate(answer(own, made, dev), made, mode="calibrated", dev=dev)
    labels = answer([*ids(GOLD_LABELS), *ids([[]] * 12, split="dev")], made, dev)
    with pytest.raises(InputError, match="has no scores, and thresholds are fitted on scores"):
        evaluate(labels, made, mode="calibrated", dev=dev)


def test_labels_beside_scores_are_the_decision_in_strict_mode(answer, corpus):
    made = corpus(["a", "b"], np.eye(2), CHOICE)
    lines = [
        {"labels": ["anger"], "scores": {"joy": 0.8, "anger": 0.2}},
        {"labels": ["anger"], "scores": {"joy": 0, "anger": 1}},
    ]
    report = evaluate(answer(lines, made), made, bootstrap=0)
    assert report.metrics["accuracy"].value == 0.5  # the best score would have 1
    assert report.labels["joy"].figures["auc"].value == 1
    assert report.calibration.brier.value == pytest.approx(0.02)


def test_names_are_the_same_in_either_form_of_unicode(answer, corpus):
    space = LabelSpace.of(["caf\u00e9", "th\u00e9"])
    made = corpus(["a", "b"], np.eye(2), space)
    labels = ids([["CAFE\u0301"], ["the\u0301"]])
    scores = ids([{"cafe\u0301": 0.9, "th\u00e9": 0.1}, {"cafe\u0301": 0.2, "the\u0301": 0.7}], "scores")
    for lines in (labels, scores):
        assert values(evaluate(answer(lines, made), made, bootstrap=0))["macro_f1"] == 1


def test_levels_and_axes_are_scores(answer, corpus, axes_space):
    levels = LabelSpace("levels", (Label("joy"), Label("anger")), "ordinal", levels=4)
    made = corpus(["a", "b", "c"], [[3, 0], [1, 2], [0, 0]], levels)
    told = [{"joy": 2.6, "anger": 0}, {"joy": 1, "anger": 1.2}, {"joy": 0.4, "anger": 0}]
    report = evaluate(answer([{"labels": [], "scores": row} for row in told], made), made, bootstrap=0)
    assert report.metrics["mae_anger"].value == pytest.approx(1 / 3)
    assert report.metrics["mae_joy"].value == 0
    axes = corpus(["a", "b", "c"], [[1, 2], [3, 3], [5, 2]], axes_space("valence", "arousal"))
    report = evaluate(answer([{"scores": {"Valence": v}} for v in (1, 3, 4)], axes), axes, bootstrap=0)
    assert report.metrics["mae_valence"].value == pytest.approx(1 / 3)
    assert report.metrics["mae_arousal"].value is None


def test_votes_are_not_compared_with_labels_alone(answer, corpus):
    made = replace(
        corpus(["a", "b"], [[1, 1], [1, 0]], PAIR), raters=np.array([[0.5, 0.5], [1, 0]], np.float32)
    )
    found = evaluate(answer([{"labels": ["joy"]}] * 2, made), made, bootstrap=0).annotations["raters"]
    assert found["metrics"] == {}
    assert found["rules"]


GOOD = ids(GOLD_LABELS)
SCORED = {"joy": 0.1, "anger": 0.2}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([*GOOD[:2], '{"id": "test-2", "labels": [}'], "line 3: not valid JSON"),
        ([*GOOD[:2], "[1]"], "line 3: not a JSON object"),
        ([*GOOD, {"id": "test-9", "labels": []}], "line 5: no item of made/part:test has id 'test-9'"),
        ([*GOOD, GOOD[1]], "line 5: id 'test-1' stands in line 2 too"),
        (GOOD[:2], "no line for 2 of the 4 items of made/part:test, the first of them 'test-2'"),
        ([*GOOD[:3], {"id": "test-3", "labels": ["angr"]}], r"line 4: 'angr' is no label .*did you mean 'Anger'"),
        ([*GOOD[:3], {"id": "test-3", "labels": "joy"}], "line 4: `labels` is 'joy', not a list of strings"),
        ([*GOOD[:3], {"id": "test-3"}], "line 4: it answers nothing"),
        ([*GOOD[:3], {"id": "test-3", "scores": SCORED}], "line 4: `labels` is missing or null, and line 1 has it"),
        ([*GOOD[:3], {"labels": []}], "line 4: `id` is missing or null, and line 1 has it"),
        ([*GOOD[:3], {"id": True, "labels": []}], "line 4: `id` is True"),
        ([*GOOD[:3], {"id": "test-3", "labels": ["joy"], "abstained": "x"}], "line 4: it abstains and answers"),
        ([*GOOD[:3], {"id": "test-3", "abstained": False}], "line 4: `abstained` is False, not text"),
        ([*({"labels": []} for _ in range(3)), {"labels": [], "text": "else"}], "line 4: its text is not that of the item"),
        ([{"labels": []}] * 3, "has 3 lines without ids, and made/part:test has 4 items"),
        (['{"scores": {"joy": NaN, "anger": 0}}'] * 4, "line 1: not valid JSON .NaN is no number"),
        (['{"scores": {"joy": 1e999, "anger": 0}}'] * 4, "line 1: the score of 'joy' is inf: write a finite number"),
        ([{"scores": {"joy": "1", "anger": 0}}] * 4, "line 1: the score of 'joy' is '1': write a finite number"),
        ([{"scores": SCORED}] * 3 + [{"scores": {"joy": 0}}], "line 4: there is no score of 'Anger'"),
        ([{"scores": SCORED}] * 3 + [{"scores": {"joy": 7, "anger": 0}}], "line 4: the score of 'joy' is 7, outside 0…1"),
        ([{"evidence": [{"turn": 0, "start": 0, "end": 2}]}] * 4, "line 1: evidence names characters 0 to 2 of turn 0, which has 1"),
        ([{"evidence": [{"turn": 1}]}] * 4, "line 1: evidence names turn 1, and the text itself is turn 0"),
        ([{"evidence": [{"start": 1}]}] * 4, "line 1: evidence .* points nowhere"),
        ([{"evidence": [{"turn": -1}]}] * 4, "line 1: `turn` of evidence is -1"),
        ([{"evidence": [{"trun": 1}]}] * 4, "line 1: evidence .* is no object of end, label"),
        ([""], "is empty"),
    ],
)  # fmt: skip
def test_faults_are_told_with_file_and_line(answer, corpus, lines, message):
    made = replace(corpus(["a", "b", "c", "d"], GOLD, PAIR), evidence=(Evidence(0, 0),))
    with pytest.raises(AffektError, match=rf"answers\.jsonl.*{message}"):
        evaluate(answer(lines, made), made, bootstrap=0)


def test_exactly_one_label_is_asked_for_where_one_applies(answer, corpus):
    made = corpus(["a", "b"], np.eye(2), CHOICE)
    for line, message in (
        ({"labels": []}, "line 2: 0 labels are given, and exactly one applies"),
        ({"labels": ["joy", "anger"]}, "line 2: 2 labels are given"),
    ):
        with pytest.raises(InputError, match=message):
            evaluate(answer([{"labels": ["joy"]}, line], made), made)
    with pytest.raises(InputError, match=r"the scores add up to 1\.500, and one label applies"):
        evaluate(answer([{"scores": {"joy": 0.75, "anger": 0.75}}] * 2, made), made)


@pytest.fixture
def causes():
    """Two dialogues. The second turn of the first has two causal spans in its first turn, one in itself."""
    turns = [Turn("a", "I lost my keys, and my dog ran off."), Turn("b", "Oh no! I am so sad for you.")]
    items = (
        Item(turns[1].text, (turns[0],), speaker="b", id="one"),
        Item("What a day, we won the cup.", (Turn("b", "Hello there."),), speaker="a", id="two"),
    )
    spans = ((0, 0, "lost my keys"), (0, 0, "my dog ran off"), (0, 1, "so sad"), (1, 1, "we won the cup"))
    marks = []
    for item, turn, words in spans:
        start = items[item].turns[turn].text.index(words)
        marks.append(Evidence(item, turn, start, start + len(words), "joy"))
    return Corpus("made", "", "test", items, np.array([[1, 0], [1, 0]], np.float32), CHOICE, groups=("1", "2"), evidence=tuple(marks))  # fmt: skip


def span(item, turn, words, **more):
    start = item.turns[turn].text.index(words)
    return {"turn": turn, "start": start, "end": start + len(words), **more}


def test_spans_by_hand(answer, causes, tmp_path):
    one = causes.items[0]
    named = [
        # The surest two of the first turn count, as it has two spans; `and` is left out.
        span(one, 0, "my keys", score=0.9), span(one, 0, "and", score=0.1), span(one, 0, "my dog ran off", score=0.8),
        span(one, 1, "sad", label="anger"),  # of another label than the gold one
    ]  # fmt: skip
    lines = [
        {"id": "one", "evidence": named},
        {"id": "two", "evidence": [{"turn": 0}, {"start": 12, "end": 27}]},
    ]
    report = evaluate(answer(lines, causes), causes, bootstrap=50)
    found = report.annotations["evidence"]["spans"]
    # Questions: two of turn 0 and one of turn 1, then `Hello there.`, which holds none, and the cup.
    assert (found["questions"], found["marked"]) == (5, 4)
    # "my keys" of "lost my keys": 2 of 2 and 2 of 3 words. "so sad" unanswered. "we won the cup." but for its point.
    values = {name: figure["value"] for name, figure in found["metrics"].items()}
    assert values["positive_em"] == pytest.approx(1 / 4)
    assert values["positive_f1"] == pytest.approx((4 / 5 + 1 + 0 + 1) / 4)
    assert values["negative_f1"] == 0  # none said of "so sad", something of the one without a span
    assert values["f1"] == pytest.approx((4 / 5 + 1 + 0 + 0 + 1) / 5)
    low, high = (found["metrics"]["positive_f1"][bound] for bound in ("low", "high"))
    assert low == pytest.approx((4 / 5 + 1 + 0) / 3)
    assert high == 1
    assert found["rules"]["none"]["positive_f1"] == 0
    assert found["rules"]["last_clause"]["positive_em"] == pytest.approx(1 / 4)
    assert found["rules"]["self"]["positive_em"] == 0
    turns = report.annotations["evidence"]["metrics"]
    assert (turns["precision"]["value"], turns["recall"]["value"]) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
    )
    # Nothing was said of the labels.
    assert {figure.value for figure in report.metrics.values()} == {None}
    assert report.rules["majority"]["accuracy"] == 1
    assert Report.from_json(report.to_json()).annotations == report.annotations
    page = report.page()
    assert "Causal spans" in page
    assert "Nothing is said of the labels" in page
    perfect = [
        {"id": item.id, "evidence": [{"turn": m.turn, "start": m.start, "end": m.end} for m in causes.evidence if m.item == i]}
        for i, item in enumerate(causes.items)
    ]  # fmt: skip
    best = evaluate(answer(perfect, causes), causes, bootstrap=0)
    assert {figure["value"] for figure in best.annotations["evidence"]["spans"]["metrics"].values()} == {1}
    folders = [each.save(tmp_path / name) for each, name in ((report, "some"), (best, "all"))]
    difference = compare(*folders, replicates=20).metrics["spans_f1"]
    assert (difference.a, difference.b) == (pytest.approx(values["f1"]), 1)
    labels = evaluate(answer([{"labels": ["joy"]}] * 2, causes), causes, bootstrap=0).save(
        tmp_path / "labels"
    )
    with pytest.raises(InputError, match="have no figure in common"):
        compare(folders[0], labels)


FREE = LabelSpace("free", (), "open")


@pytest.fixture
def open_corpus():
    said = (("scared",), ("happy.", "Happy"), ("tired", "hungry"), ("happy",))
    items = tuple(Item(f"text {i}", id=str(i)) for i in range(4))
    return Corpus("made", "", "test", items, None, FREE, descriptors=said)


def test_free_descriptors_by_hand(answer, open_corpus, tmp_path):
    given = [["afraid"], ["happy"], ["tired", "a volcano"]]
    lines = [*({"descriptors": row} for row in given), {"abstained": "no idea"}]
    report = evaluate(answer(lines, open_corpus), open_corpus, bootstrap=50)
    found = values(report)
    # `afraid` and `scared` are one; the last item is silent.
    assert found["set_precision"] == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert found["set_recall"] == pytest.approx((1 + 1 + 1 / 2 + 0) / 4)
    assert found["set_f1"] == pytest.approx((1 + 1 + 1 / 2 + 0) / 4)
    # By meaning `scared` is found to .65 or more, `happy` and `tired` wholly, `hungry` by half at most.
    assert 0.65 + 1 + 1 / 2 < 4 * found["match_recall"] < 1 + 1 + 3 / 4
    assert report.rules["most_frequent"]["set_recall"] == pytest.approx(2 / 4)
    assert (report.abstained, report.labels, report.calibration, report.decision) == (0.25, {}, None, None)
    assert report.annotations["descriptors"]["groups"] == 4
    assert report.items.gold[2] == ("tired", "hungry")
    assert "Set F1 is 0.625" in report.page()
    folder = report.save(tmp_path / "one")
    assert Report.load(folder).metrics == report.metrics
    better = evaluate(
        answer([{"descriptors": row} for row in open_corpus.descriptors], open_corpus), open_corpus
    )
    assert values(better) == pytest.approx(dict.fromkeys(found, 1.0), abs=1e-5)
    compared = compare(better.save(tmp_path / "two"), folder, replicates=20).metrics["set_f1"]
    assert (compared.a, compared.b) == (1, pytest.approx(0.625))


def test_an_open_space_asks_for_descriptors(answer, open_corpus, told, corpus):
    with pytest.raises(InputError, match="asks for free descriptors, and told gives none"):
        evaluate(told(), open_corpus)
    with pytest.raises(InputError, match=r"asks for free descriptors, and answers\.jsonl gives none"):
        evaluate(answer([{"labels": ["joy"]}] * 4, open_corpus), open_corpus)
    stored = answer([{"descriptors": ["joy"]}] * 4, open_corpus)
    dev = replace(open_corpus, split="dev")
    with pytest.raises(InputError, match="is of kind 'open', where none are used: use strict"):
        evaluate(stored, open_corpus, mode="calibrated", dev=dev)
    # Beside labels they are an annotation.
    made = replace(corpus(["a", "b"], [[1, 0], [0, 0]], PAIR), descriptors=(("glad",), ("tired",)))
    lines = [{"labels": ["joy"], "descriptors": ["glad"]}, {"labels": [], "descriptors": []}]
    report = evaluate(answer(lines, made), made, bootstrap=0)
    assert report.metrics["micro_f1"].value == 1
    assert report.annotations["descriptors"]["metrics"]["set_recall"]["value"] == 0.5


@pytest.mark.corpora
def test_gpt4s_answers_get_what_was_measured_of_them(answer, corpora_dir):
    corpus = load_corpus("goemotions:dev", corpora_dir)
    said = load_corpus("goemotions-gpt4-labels:dev", corpora_dir)
    lines = [
        {"id": item.id, "text": item.text, "labels": [said.space.names[j] for j in np.flatnonzero(row)]}
        for item, row in zip(said.items, said.gold, strict=True)
    ]
    random.Random(0).shuffle(lines)
    report = evaluate(answer(lines, corpus), corpus, bootstrap=0)
    assert report.metrics["macro_f1"].value == pytest.approx(0.339, abs=5e-4)
    assert report.metrics["micro_f1"].value == pytest.approx(0.327, abs=5e-4)


@pytest.mark.corpora
def test_reccons_questions_are_those_of_the_paper(answer, corpora_dir):
    corpus = load_corpus("reccon/spans:dev", corpora_dir)
    lines = [{"id": item.id, "evidence": []} for item in corpus.items]
    for mark in corpus.evidence:
        lines[mark.item]["evidence"].append({"turn": mark.turn, "start": mark.start, "end": mark.end})
    report = evaluate(answer(lines, corpus), corpus, bootstrap=0)
    found = report.annotations["evidence"]["spans"]
    # Poria et al. 2021, table 3, fold 1: 347 positives and 838 negatives.
    assert (found["questions"], found["marked"]) == (347 + 838, 347)
    assert {figure["value"] for figure in found["metrics"].values()} == {1}
    assert found["rules"]["none"]["f1"] == pytest.approx(838 / (347 + 838))


@pytest.mark.corpora
def test_published_descriptors_and_causes_are_reached(answer, corpora_dir):
    events = load_corpus("event2mind:dev", corpora_dir).take(range(40))
    lines = [{"id": item.id, "descriptors": list(row)} for item, row in zip(events.items, events.descriptors, strict=True)]  # fmt: skip
    assert evaluate(answer(lines, events), events, bootstrap=0).metrics["set_f1"].value == 1
    stimulus = load_corpus("emotion-stimulus", corpora_dir)
    whole = [{"evidence": [{"turn": 0}]}] * len(stimulus)
    found = evaluate(answer(whole, stimulus), stimulus, bootstrap=0).annotations["evidence"]["spans"]
    assert found["metrics"]["f1"]["value"] == pytest.approx(found["rules"]["all"]["f1"])
    assert found["metrics"]["negative_f1"]["value"] is None
    odd = load_corpus("longemotion/detection", corpora_dir)
    lines = [
        {"id": item.id, "evidence": [{"turn": m.turn}]}
        for item, m in zip(odd.items, odd.evidence, strict=True)
    ]
    assert evaluate(answer(lines, odd), odd, bootstrap=0).metrics["positive_f1"].value == 1
