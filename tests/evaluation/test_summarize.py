"""From labelled files and labelled samples to summaries: formats, groups, joins, and what can be wrong with them."""

import csv
import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import affekt
from affekt.core import AffektError, LabelSpace, Prediction, named_space
from affekt.evaluation import FreshFile, open_labelled, summarize
from affekt.tables import open_table

LABELS = ("joy", "anger")


def row(i, joy, anger, **more):
    """A row as `affekt label` writes it."""
    scores = {"joy": joy, "anger": anger}
    return {
        "id": i,
        "text": f"text {i}",
        "shop": "AB"[i % 2],
        "date": f"2026-0{1 + i % 3}-15",
        "labels": [name for name in LABELS if scores[name] is not None and scores[name] >= 0.5],
        "scores": scores,
        "error": None,
        **more,
    }


def file_rows(number=60):
    """In shop A every second text is joy, in B every fourth; the model finds it, and takes every tenth for joy too."""
    rows = []
    for i in range(number):
        joy = i % 4 == 0 or i % 8 == 1
        rows.append(row(i, 0.9 if joy or i % 10 == 3 else 0.1, 0.8 if i % 5 == 2 else 0.2) | {"gold": joy})
    return rows


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        added = ["affekt_labels", *(f"affekt_score_{x}" for x in LABELS), "affekt_flags", "affekt_error"]
        out.writerow(["id", "text", "shop", "date", *added])
        for r in rows:
            scores = ["" if r["scores"][x] is None else r["scores"][x] for x in LABELS]
            cells = [
                r["id"],
                r["text"],
                r["shop"],
                r["date"],
                ";".join(r["labels"]),
                *scores,
                "",
                r["error"] or "",
            ]
            out.writerow(cells)
    return path


def write_jsonl(path, rows):
    keep = ("id", "text", "shop", "date")
    lines = [
        {k: r[k] for k in keep}
        | {"affekt": {"labels": r["labels"], "scores": r["scores"], "flags": [], "error": r["error"]}}
        for r in rows
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def write_parquet(path, rows):
    table = {k: [r[k] for r in rows] for k in ("id", "text", "shop", "date")}
    table["affekt_labels"] = [r["labels"] for r in rows]
    for name in LABELS:
        table[f"affekt_score_{name}"] = pa.array([r["scores"][name] for r in rows], pa.float32())
    table["affekt_flags"] = [[] for _ in rows]
    table["affekt_error"] = pa.array([r["error"] for r in rows], pa.string())
    pq.write_table(pa.table(table), path)
    return path


WRITERS = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}


@pytest.fixture
def labelled(tmp_path):
    return write_csv(tmp_path / "labelled.csv", file_rows())


def sample(path, rows, *columns, labels=lambda r: "joy" if r["gold"] else ""):
    """A labelled sample as csv."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*columns, "labels"])
        out.writerows([*(r[c] for c in columns), labels(r)] for r in rows)
    return path


def by_group(summary, label="joy"):
    return {line.group: line for line in summary.of_label(label)}


class TestWithoutGold:
    @pytest.mark.parametrize("format", WRITERS)
    def test_shares_of_each_group_in_every_format(self, tmp_path, format):
        file = WRITERS[format](tmp_path / f"a.{format}", file_rows())
        summary = affekt.summarize(file, by="shop")
        rows = file_rows()
        for shop in "AB":
            mine = [r for r in rows if r["shop"] == shop]
            line = by_group(summary)[shop]
            assert line.rows == len(mine) == 30
            assert line.estimate.value == line.model == sum("joy" in r["labels"] for r in mine) / 30
            assert line.estimate.low < line.estimate.value < line.estimate.high
        assert summary.groups == ("A", "B")
        assert any("errors are not in the intervals" in note for note in summary.notes)

    def test_means_of_scores(self, labelled):
        scores = np.array([r["scores"]["anger"] for r in file_rows()])
        line = affekt.summarize(labelled, means=True).whole[1]
        assert line.estimate.value == pytest.approx(scores.mean())
        half = 2.001 * scores.std(ddof=1) / math.sqrt(len(scores))  # t of 59 degrees of freedom
        assert line.estimate.high == pytest.approx(scores.mean() + half, rel=1e-3)

    def test_a_label_that_no_text_has_is_a_share_of_none(self, tmp_path):
        summary = affekt.summarize(write_csv(tmp_path / "a.csv", [row(i, 0.4, 0.1) for i in range(30)]))
        assert summary.measure == "share"
        assert summary.whole[0].estimate.value == 0

    def test_axes_from_0_to_1_give_means(self, tmp_path):
        file = tmp_path / "a.csv"
        lines = "".join(f"text {i},,{i % 2},\n" for i in range(20))
        file.write_text("text,affekt_labels,affekt_score_valence,affekt_error\n" + lines, encoding="utf-8")
        summary = affekt.summarize(file)
        assert (summary.measure, summary.whole[0].estimate.value) == ("mean", pytest.approx(0.5))

    def test_values_on_axes_give_means(self, tmp_path):
        rows = [row(i, 5.0 + i % 3, 2.0) | {"labels": []} for i in range(30)]
        summary = affekt.summarize(write_csv(tmp_path / "a.csv", rows), by="shop")
        assert summary.measure == "mean"
        assert summary.whole[0].estimate.value == pytest.approx(6.0)

    def test_rows_that_were_not_judged_are_left_out_and_counted(self, tmp_path):
        rows = file_rows()
        for r in rows[:6]:
            r.update(labels=[], scores={"joy": None, "anger": None}, error="language")
        for format, write in WRITERS.items():
            summary = affekt.summarize(write(tmp_path / f"a.{format}", rows))
            assert (summary.rows, summary.unjudged) == (54, 6)
            assert any("6 rows" in note for note in summary.notes)

    def test_a_label_can_be_chosen(self, labelled):
        assert affekt.summarize(labelled, by="shop", labels=["ANGER"]).labels == ("anger",)

    def test_many_parts_and_groups_add_up(self, tmp_path):
        rows = [row(i, 0.9 if i % 3 else 0.1, 0.1, shop=f"shop {i % 700}") for i in range(5000)]
        summary = affekt.summarize(write_csv(tmp_path / "a.csv", rows), by="shop")
        assert len(summary.groups) == 700
        assert sum(line.rows for line in by_group(summary).values()) == 5000
        told = sum(line.model * line.rows for line in by_group(summary).values())
        assert told == pytest.approx(sum(i % 3 > 0 for i in range(5000)))


class TestPeriods:
    @pytest.mark.parametrize(
        ("unit", "groups"),
        [
            ("year", ("2025", "2026")),
            ("quarter", ("2025-Q4", "2026-Q1")),
            ("month", ("2025-12", "2026-01", "2026-03")),
            ("week", ("2026-W01", "2026-W02", "2026-W11")),
            ("day", ("2025-12-29", "2026-01-05", "2026-03-10")),
        ],
    )
    def test_dates_fall_into_them(self, tmp_path, unit, groups):
        dates = ["2026-03-10T23:59:59.123456789+02:00", "2025-12-29", "2026-01-05 08:00"]
        rows = [row(i, 0.9, 0.1, date=dates[i % 3]) for i in range(12)]
        summary = affekt.summarize(write_csv(tmp_path / "a.csv", rows), by=f"date:{unit}")
        assert summary.groups == groups
        assert sum(line.rows for line in by_group(summary).values()) == 12

    def test_a_month_needs_no_day(self, tmp_path):
        rows = [row(i, 0.9, 0.1, date="2026-03") for i in range(12)]
        assert affekt.summarize(write_csv(tmp_path / "a.csv", rows), by="date:quarter").groups == ("2026-Q1",)

    def test_a_column_with_a_colon_is_itself(self, tmp_path):
        rows = [{"text": "x", "at:year": "then", "affekt": {"labels": ["joy"], "scores": {"joy": 1.0}}}] * 12
        path = tmp_path / "a.jsonl"
        path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        assert affekt.summarize(path, by="at:year").groups == ("then",)

    def test_numbers_stand_in_their_order_and_empty_cells_last(self, tmp_path):
        rows = [row(i, 0.9, 0.1, shop=["10", "9", "", "x"][i % 4]) for i in range(12)]
        assert affekt.summarize(write_csv(tmp_path / "a.csv", rows), by="shop").groups == (
            "9",
            "10",
            "x",
            "(none)",
        )


class TestWithGold:
    def test_the_model_is_corrected(self, labelled, tmp_path):
        """The model says joy of a tenth too many; gold of half of the rows takes that back."""
        rows = file_rows()
        gold = sample(tmp_path / "gold.csv", [r for r in rows if r["id"] % 3], "id")
        summary = affekt.summarize(labelled, "shop", gold)
        truth = sum(r["gold"] for r in rows) / len(rows)
        line = summary.whole[0]
        assert line.gold == summary.gold == 40
        assert line.model > truth
        assert abs(line.estimate.value - truth) < abs(line.model - truth)
        assert line.estimate.low <= truth <= line.estimate.high
        assert line.estimate.method == "prediction-powered"
        assert summary.whole[1].estimate.method == "exact", "no anger has gold"
        assert any("drawn at random from the whole file" in note for note in summary.notes)

    @pytest.mark.parametrize("correct", ["ppi", "rates"])
    def test_gold_of_every_row_is_the_truth(self, labelled, tmp_path, correct):
        rows = file_rows()
        gold = sample(tmp_path / "gold.csv", rows, "id")
        summary = affekt.summarize(labelled, "shop", gold, correct=correct, labels=["joy"])
        truth = sum(r["gold"] for r in rows) / len(rows)
        assert summary.whole[0].estimate[:3] == pytest.approx((truth, truth, truth), abs=1e-6)

    def test_all_forms_of_gold_are_read(self, labelled, tmp_path):
        rows = file_rows()[:40]
        ones = [{"id": r["id"], "Joy": int(r["gold"]), "anger": 0} for r in rows]
        lists = [{"id": r["id"], "labels": ["joy"] if r["gold"] else []} for r in rows]
        texts = [{"text": r["text"], "gold": ["joy"] if r["gold"] else []} for r in rows]
        found = [affekt.summarize(labelled, "shop", sample(tmp_path / "gold.csv", rows, "id"))]
        for name, lines in {"ones": ones, "lists": lists, "texts": texts}.items():
            path = tmp_path / f"{name}.jsonl"
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
            found.append(affekt.summarize(labelled, "shop", path))
        pq.write_table(pa.Table.from_pylist(lists), tmp_path / "gold.parquet")
        found.append(affekt.summarize(labelled, "shop", tmp_path / "gold.parquet"))
        for other in found[1:]:
            assert other.whole == found[0].whole

    def test_names_are_the_same_in_either_form_of_unicode(self, tmp_path):
        composed, apart = "enjou\u00e9", "enjoue\u0301"
        file = tmp_path / "labelled.csv"
        file.write_text(
            f"text,affekt_labels,affekt_score_{composed},affekt_error\n"
            + "".join(f"text {i},{composed if i % 2 else ''},{i % 2},\n" for i in range(20)),
            encoding="utf-8",
        )
        gold = tmp_path / "gold.csv"
        rows = (f"text {i},{apart.upper() if i % 2 else ''}\n" for i in range(20))
        gold.write_text("text,labels\n" + "".join(rows), encoding="utf-8")
        summary = affekt.summarize(file, gold=gold, labels=[apart])
        assert summary.labels == (composed,)
        assert summary.whole[0].estimate.value == pytest.approx(0.5)

    def test_ids_that_a_spreadsheet_made_floats_are_the_same(self, tmp_path, labelled):
        rows = file_rows()
        whole = affekt.summarize(labelled, "shop", sample(tmp_path / "gold.csv", rows[:40], "id"))
        floats = [r | {"id": f"{r['id']}.0"} for r in rows]
        gold = sample(tmp_path / "floats.csv", floats[:40], "id")
        for file in (labelled, write_csv(tmp_path / "both.csv", floats)):
            assert affekt.summarize(file, "shop", gold).whole == whole.whole
        mixed = write_csv(tmp_path / "mixed.csv", [*rows, floats[3]])
        with pytest.raises(AffektError, match=r"mixed.csv line 62 repeats id '3'"):
            affekt.summarize(mixed, "shop", gold)

    def test_other_ids_and_texts_count_as_they_are_written(self, tmp_path):
        ids = ["7", "7.10", "7.01", "07.0", "-0", "7e0", *(f"x{i}.0" for i in range(10))]
        rows = [row(i, 0.9, 0.1) | {"id": name, "gold": True} for i, name in enumerate(ids)]
        texts = [r | {"text": name} for r, name in zip(rows, ["7", "7.0", *ids[2:]], strict=True)]
        file = write_csv(tmp_path / "a.csv", texts)
        for column in ("id", "text"):
            assert affekt.summarize(file, None, sample(tmp_path / "gold.csv", texts, column)).gold == len(ids)

    def test_a_label_without_gold_in_some_rows_has_fewer(self, labelled, tmp_path):
        rows = [
            {"id": r["id"], "joy": int(r["gold"]), "anger": "" if r["id"] % 2 else 0} for r in file_rows()
        ]
        path = tmp_path / "gold.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in rows), encoding="utf-8")
        assert [line.gold for line in affekt.summarize(labelled, None, path).whole] == [60, 30]

    def test_a_sample_with_the_groups_was_drawn_within_them(self, labelled, tmp_path):
        """Of A 30 rows have gold and of B 10; yet both count for half of the file."""
        rows = file_rows()
        chosen = [r for r in rows if r["shop"] == "A" or r["id"] < 20]
        gold = sample(tmp_path / "gold.csv", chosen, "id", "shop")
        summary = affekt.summarize(labelled, "shop", gold, labels=["joy"])
        groups = by_group(summary)
        mean = (groups["A"].estimate.value + groups["B"].estimate.value) / 2
        assert summary.whole[0].estimate.value == pytest.approx(mean)
        assert any("within each group" in note for note in summary.notes)

    def test_means_of_values(self, tmp_path):
        rng = np.random.default_rng(0)
        values = rng.normal(6, 1, 200)
        rows = [row(i, float(x), 4.0) | {"labels": []} for i, x in enumerate(values)]
        file = write_csv(tmp_path / "a.csv", rows)
        gold = tmp_path / "gold.csv"
        lines = "".join(f"{i},{x - 1 + rng.normal(0, 0.3):.4f}\n" for i, x in enumerate(values) if i % 4 == 0)
        gold.write_text("id,joy\n" + lines, encoding="utf-8")
        line = affekt.summarize(file, "shop", gold).whole[0]
        assert line.estimate.value == pytest.approx(values.mean() - 1, abs=0.12)
        assert line.estimate.high - line.estimate.low < 0.3

    def test_one_label_a_row_is_corrected_by_the_whole_matrix(self, tmp_path):
        rows = [row(i, 0.9, 0.1) if i % 3 else row(i, 0.1, 0.9) for i in range(90)]
        file = write_csv(tmp_path / "a.csv", rows)
        gold = sample(
            tmp_path / "gold.csv", rows[:60], "id", labels=lambda r: "anger" if r["id"] % 6 == 0 else "joy"
        )
        summary = affekt.summarize(file, "shop", gold, correct="rates")
        assert any("whole confusion matrix" in note for note in summary.notes)
        assert sum(line.estimate.value for line in summary.whole) == pytest.approx(1)

    def test_groups_without_gold_are_said(self, labelled, tmp_path):
        gold = sample(tmp_path / "gold.csv", [r for r in file_rows() if r["shop"] == "A"], "id")
        summary = affekt.summarize(labelled, "shop", gold)
        assert math.isnan(by_group(summary)["B"].estimate.value)
        assert summary.to_dict()["groups"][2]["value"] is None
        assert any("No estimate" in note and "B" in note for note in summary.notes)

    def test_the_rows_that_a_width_needs(self, labelled, tmp_path):
        gold = sample(tmp_path / "gold.csv", [r for r in file_rows() if r["id"] % 3], "id")
        wide, narrow = (
            affekt.summarize(labelled, "shop", gold, width=w).whole[0].needed for w in (0.3, 0.05)
        )
        assert 3 <= wide < narrow <= 60


class TestFresh:
    def test_a_file_is_labelled_as_it_is_read(self, tmp_path):
        class Model:
            def predict(self, texts, *, space):
                return [
                    Prediction(("joy",) if "won" in t else (), {"joy": 0.9 * ("won" in t)}) for t in texts
                ]

        path = tmp_path / "a.csv"
        path.write_text("text,shop\n" + "we won,A\nwe lost,B\n" * 20, encoding="utf-8")
        assert open_labelled(path) is None
        file = FreshFile(open_table(path), Model(), LabelSpace.of(["joy"]))
        shares = {line.group: line.model for line in summarize(file, "shop").lines}
        assert shares == {"A": 1.0, "B": 0.0}

    def test_sums_do_not_grow_with_the_number_of_parts(self, tmp_path):
        """Were room for groups made with each part, 100 parts would need more memory than there is."""

        class Model:
            def predict(self, texts, *, space):
                return [Prediction((), {"joy": 0.1}) for _ in texts]

        path = tmp_path / "a.csv"
        path.write_text("text,shop\n" + "".join(f"a,{i % 5}\n" for i in range(300)), encoding="utf-8")
        file = FreshFile(open_table(path, part_rows=3), Model(), LabelSpace.of(["joy"]))
        assert [line.rows for line in summarize(file, "shop").lines] == [60] * 5

    def test_axes_give_means(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("a\nb\n", encoding="utf-8")
        assert not FreshFile(open_table(path), None, named_space("valence-arousal")).has_labels()


def changed(rows, **changes):
    return [r | changes if r["id"] == 7 else r for r in rows]


class TestMistakes:
    """Each is one sentence that says where."""

    def refused(self, *args, **options):
        with pytest.raises(AffektError) as caught:
            affekt.summarize(*args, **options)
        message = str(caught.value)
        assert "\n" not in message
        return message

    def test_no_such_column(self, labelled):
        assert "no column 'store': name one of 'id', 'text', 'shop', 'date'" in self.refused(
            labelled, "store"
        )

    def test_no_such_period(self, labelled):
        assert "unknown period 'decade'" in self.refused(labelled, "date:decade")

    @pytest.mark.parametrize("date", ["soon", "2026-13-01", "31.12.2026", "2026-02"])
    @pytest.mark.parametrize("format", WRITERS)
    def test_a_date_that_cannot_be_read(self, tmp_path, format, date):
        file = WRITERS[format](tmp_path / f"a.{format}", changed(file_rows(), date=date))
        message = self.refused(file, "date:week")
        place = {"csv": "line 9", "jsonl": "line 8", "parquet": "row 8"}[format]
        assert f"{file} {place} has {date!r} in 'date'" in message

    def test_a_line_is_counted_past_breaks_within_cells(self, tmp_path):
        rows = [r | {"text": "two\nlines"} if r["id"] < 3 else r for r in changed(file_rows(), date="soon")]
        assert "line 12 has 'soon'" in self.refused(write_csv(tmp_path / "a.csv", rows), "date:day")

    def test_a_label_that_the_file_lacks(self, labelled, tmp_path):
        assert "no scores of 'envy'" in self.refused(labelled, labels=["envy"])
        gold = sample(
            tmp_path / "gold.csv", file_rows(), "id", labels=lambda r: "joi" if r["id"] == 5 else ""
        )
        assert f"{gold} line 7 has label 'joi'" in self.refused(labelled, None, gold)

    def test_ids_that_do_not_match(self, labelled, tmp_path):
        strange = [r | {"id": r["id"] + 30} for r in file_rows(40)]
        message = self.refused(labelled, None, sample(tmp_path / "gold.csv", strange, "id"))
        assert "all but 10 rows" in message
        assert "lacks '60' (line 32)" in message
        foreign = [r | {"id": f"x{r['id']}"} for r in file_rows(40)]
        assert "has no row of" in self.refused(labelled, None, sample(tmp_path / "gold.csv", foreign, "id"))

    def test_ids_that_stand_twice(self, tmp_path, labelled):
        rows = file_rows()
        twice = sample(tmp_path / "gold.csv", [*rows[:20], rows[3]], "id")
        assert f"{twice} line 22 repeats id '3' of line 5" in self.refused(labelled, None, twice)
        file = write_csv(tmp_path / "a.csv", [*rows, rows[3]])
        once = sample(tmp_path / "once.csv", rows[:20], "id")
        assert f"{file} line 62 repeats id '3'" in self.refused(file, None, once)

    def test_a_text_in_two_groups_needs_ids(self, tmp_path):
        rows = [r | {"text": "thanks"} if r["id"] in (2, 3) else r for r in file_rows()]
        file = write_csv(tmp_path / "a.csv", rows)
        gold = sample(tmp_path / "gold.csv", rows[:20:2], "text")
        assert "join by a column of ids" in self.refused(file, "shop", gold)
        with_groups = sample(tmp_path / "groups.csv", rows[:20:2], "text", "shop")
        assert affekt.summarize(file, "shop", with_groups).gold == 10

    def test_groups_that_disagree(self, labelled, tmp_path):
        gold = sample(tmp_path / "gold.csv", changed(file_rows(), shop="A"), "id", "shop")
        assert f"{gold} line 9 has group 'A'" in self.refused(labelled, "shop", gold)

    def test_too_little_gold(self, labelled, tmp_path):
        assert "gold for 9 rows" in self.refused(
            labelled, None, sample(tmp_path / "a.csv", file_rows(9), "id")
        )
        none = tmp_path / "none.csv"
        none.write_text("id,joy\n1,\n2,\n", encoding="utf-8")
        assert "gold for no row" in self.refused(labelled, None, none)

    def test_gold_that_is_none(self, labelled, tmp_path):
        gold = tmp_path / "gold.csv"
        gold.write_text("id,joy\n1,1\n2,perhaps\n", encoding="utf-8")
        assert f"{gold} line 3 has 'perhaps' in 'joy'" in self.refused(labelled, None, gold)
        gold.write_text("id,mood\n1,1\n", encoding="utf-8")
        assert "neither a column 'labels' nor one named as a label (joy" in self.refused(labelled, None, gold)
        gold.write_text("key,joy\n1,1\n", encoding="utf-8")
        assert "neither 'id' nor 'text'" in self.refused(labelled, None, gold)
        assert "no column 'code'" in self.refused(labelled, None, gold, id="code")
        assert "which the file of rows lacks" in self.refused(labelled, None, gold, id="key")
        assert "there is no file" in self.refused(labelled, None, tmp_path / "nowhere.csv")

    def test_scores_that_are_none(self, tmp_path):
        file = write_csv(tmp_path / "a.csv", changed(file_rows(), scores={"joy": "much", "anger": 0.1}))
        assert f"{file} line 9 has a score that is no number" in self.refused(file)

    def test_a_file_in_which_nothing_was_judged(self, tmp_path):
        empty = {"labels": [], "scores": {"joy": None, "anger": None}, "error": "language"}
        assert "no row that the model judged" in self.refused(
            write_csv(tmp_path / "a.csv", [r | empty for r in file_rows()])
        )

    def test_options_that_do_not_fit(self, labelled, tmp_path):
        gold = sample(tmp_path / "gold.csv", file_rows(), "id")
        assert "not means" in self.refused(labelled, None, gold, means=True, correct="rates")
        assert "width" in self.refused(labelled, width=1.5)
        assert "labelled already" in self.refused(labelled, model="small")
        assert "only once" in self.refused("-")
