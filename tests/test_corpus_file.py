"""Labelled files: the schema, line by line; the shipped corpus keeps it."""

import json
from collections import Counter

import pytest

from smsn import corpus_file, resources
from smsn.errors import CorpusError
from smsn.records import VIEWS

GOOD = {"id": "1", "pair": ["tea", "coffee"], "text": "Tea isn't coffee.", "view": "distinct", "direction": None}


def write(path, *rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "is not JSON"),
        ("[1]", "is a list, not an object"),
        ({"pair": ["a", "b"], "text": "x"}, "has no 'view'"),
        ({**GOOD, "text": " "}, "text is empty"),
        ({**GOOD, "text": 7}, "text is empty or not a string"),
        ({**GOOD, "pair": ["tea"]}, "a list of two terms"),
        ({**GOOD, "pair": ["tea", "Tea"]}, "two different terms"),
        ({**GOOD, "view": "causes"}, 'view is "causes"; views are: synonym, subset'),
        ({**GOOD, "also": ["nope"]}, 'view is "nope"'),
        ({**GOOD, "also": 5}, "a list of labels"),
        ({**GOOD, "also": "none"}, "a list of labels"),
        ({**GOOD, "author": [1]}, "it is a string"),
        ({**GOOD, "text": "\ud800 tea"}, "half a character"),
        ("[" * 100000, ""),
        ({**GOOD, "direction": "milk"}, "not a term of the pair"),
        ({**GOOD, "view": "subset"}, "needs a direction"),
        ({**GOOD, "direction": "tea"}, "has no direction"),
    ],
)
def test_problems_name_their_line(tmp_path, row, message):
    good, problems = corpus_file.check(write(tmp_path / "c.jsonl", GOOD, "", row), VIEWS)
    assert len(good) == 1
    assert [p.line for p in problems] == [3]
    assert message in problems[0].message
    with pytest.raises(CorpusError, match=r"c\.jsonl:3: .*smsn validate"):
        corpus_file.read(tmp_path / "c.jsonl", VIEWS)


def test_repeats(tmp_path):
    same_text = {**GOOD, "id": "2", "pair": ["Coffee", "tea"]}
    _good, problems = corpus_file.check(write(tmp_path / "c.jsonl", GOOD, {**GOOD, "text": "other"}, same_text))
    assert ["taken by line 1", "repeats the text of line 1"] == [p.message[-len(end) :] for p, end in zip(problems, ("taken by line 1", "repeats the text of line 1"), strict=True)]


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "c.jsonl").write_bytes(b'\xef\xbb\xbf{"pair": ["a1", "b1"], "text": "x", "view": "none"}\n\xff\xfe\n')
    good, problems = corpus_file.check(tmp_path / "c.jsonl")
    assert (len(good), [p.line for p in problems]) == (1, [2])


def test_empty_and_missing_files(tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(CorpusError, match="holds no comments"):
        corpus_file.check(tmp_path / "empty.jsonl")
    with pytest.raises(CorpusError, match="cannot be read"):
        corpus_file.check(tmp_path / "missing.jsonl")


def test_labels_of_one_s_own():
    comment = corpus_file.parse({"pair": ["a1", "b1"], "text": "x", "view": "USED-FOR", "direction": "a1"})
    assert (comment.view, comment.lead) == ("USED-FOR", 0)


def test_fingerprint_and_merge():
    one = corpus_file.parse(GOOD)
    two = corpus_file.parse({**GOOD, "id": "2", "text": "Other."})
    relabelled = corpus_file.parse({**GOOD, "view": "none"})
    assert corpus_file.fingerprint([one, two]) == corpus_file.fingerprint([two, one])
    assert corpus_file.fingerprint([one]) != corpus_file.fingerprint([relabelled])
    assert corpus_file.merge([one, two], [relabelled]) == [relabelled, two]


def test_group_ignores_order_case_and_number():
    groups = {corpus_file.parse({**GOOD, "pair": pair}).group for pair in (["Teas", "coffee"], ["Coffee", "tea"])}
    assert len(groups) == 1


@pytest.fixture(scope="module")
def written():
    return corpus_file.read(resources.folder("corpus") / "written.jsonl", VIEWS)


@pytest.fixture(scope="module")
def heldout():
    return corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)


HOME = "social media / social networking"


DEEP = {
    "sourdough / sourdough starter", "test driven development / unit test", "agreement / contract", "budgeting / saving", "evolution / natural selection",
    "stretching / yoga", "photo editing / photography", "corruption / lobbying", "feedback / grading", "cheating / modding",
}  # fmt: skip


def test_the_corpus_is_as_large_and_varied_as_its_datasheet_says(written):
    pairs = Counter(comment.group for comment in written)
    assert len(written) >= 10_000
    assert len(pairs) >= 2_500
    assert pairs.pop(HOME) >= 1_000
    for deep in DEEP:
        assert pairs.pop(deep) >= 300
        views = Counter(comment.view for comment in written if comment.group == deep)
        assert sum(n >= 8 for n in views.values()) >= 5
    assert max(pairs.values()) <= 3
    views = Counter(comment.view for comment in written)
    assert set(views) == set(VIEWS)
    assert min(views.values()) >= 900
    assert views["distinct"] + views["none"] > len(written) / 2


def test_directions_go_both_ways_on_the_home_pair(written):
    for view in ("subset", "tool-use", "enables"):
        told = {str(c.direction).lower() for c in written if c.group == HOME and c.view == view}
        assert told == {"social media", "social networking"}


def test_heldout_writers_pairs_and_texts_are_not_in_training(written, heldout):
    assert {c.author for c in written}.isdisjoint({c.author for c in heldout})
    assert {c.group for c in written} & {c.group for c in heldout} <= {HOME}
    assert {c.text for c in written}.isdisjoint({c.text for c in heldout})


def test_the_shipped_model_was_trained_on_the_corpus_and_on_nothing_else(written):
    from smsn import bundle

    manifest = bundle.read_manifest(bundle.current("views"))
    assert manifest["corpus"]["fingerprint"] == corpus_file.fingerprint(written)
    assert manifest["corpus"]["comments"] == len(written)


def test_the_datasheet_says_what_the_files_hold():
    from sklearn.metrics import cohen_kappa_score

    page = " ".join((resources.folder("corpus") / "README.md").read_text("utf-8").split())
    for name in ("written", "heldout"):
        rows = [json.loads(line) for line in (resources.folder("corpus") / f"{name}.jsonl").read_text("utf-8").splitlines()]
        comments = [corpus_file.parse(row) for row in rows]
        groups = [comment.group for comment in comments]
        counts = (len(rows), len(set(groups)), len({row["author"] for row in rows}), groups.count(HOME))
        assert f"| `{name}.jsonl` | {' | '.join(f'{n:,}' for n in counts)} |" in page
        first, second = zip(*(row["blind"] for row in rows if row.get("blind")), strict=True)
        agreed = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
        assert f"{agreed:.1%} of `{name}.jsonl`" in page
        assert f"{cohen_kappa_score(first, second):.3f})" in page
        assert all(row["shown_by"] in row["text"] for row in rows if "shown_by" in row)
    views = Counter(comment.view for comment in corpus_file.read(resources.folder("corpus") / "written.jsonl"))
    assert " | ".join(f"{views[view]:,}" for view in VIEWS) in page


def test_the_held_out_definitions_are_not_in_training():
    folder = resources.folder("corpus")
    read = {name: [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()] for name in ("definitions", "definitions_heldout")}
    seen, held_out = ([row for row in rows if "pair" not in row] for rows in read.values())
    pronouns = {"it", "this", "they", "these", "that"}

    def terms(rows):
        return {row["text"][slice(*d["term"])].lower() for row in rows for d in row.get("defines", ())} - pronouns

    for what in (lambda rows: {row["author"] for row in rows}, lambda rows: {row["passage"] for row in rows}, lambda rows: {row["text"] for row in rows}, terms):
        assert what(seen).isdisjoint(what(held_out))
    page = (folder / "README.md").read_text("utf-8")
    for name, rows in (("definitions", seen), ("definitions_heldout", held_out)):
        strict = sum(row.get("profile") == "strict" for row in rows)
        counts = len(rows), sum(row["definition"] for row in rows), strict, len({row["author"] for row in rows}), len({row["passage"] for row in rows})
        assert f"| `{name}.jsonl` | {' | '.join(f'{n:,}' for n in counts)} |" in page
        for row in rows:
            assert row["blind"][0] != "N" if row["definition"] else row["blind"] == ["N", "N"]
            for d in row.get("defines", ()):
                assert all(row["text"][slice(*span)].strip() == row["text"][slice(*span)] != "" for span in (d["term"], d["definiens"], *d["genus"]))
                assert all(d["definiens"][0] <= start < end <= d["definiens"][1] for start, end in d["genus"])
