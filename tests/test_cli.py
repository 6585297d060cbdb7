"""The commands, as a person or a script meets them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from conftest import PAGES, left_over, read_jsonl, write_jsonl

import smsn
import smsn.cli
from smsn import bundle
from smsn.records import RECORD_FIELDS
from smsn.version import __version__

ROOT = Path(smsn.__file__).parents[1]
PAIR = ("--pair", "jam", "marmalade")
COMMANDS = sorted(typer.main.get_command(smsn.cli.app).commands)
DEFINITION_FIELDS = [
    "term", "start", "end", "term_span", "definiens_span", "genus", "genus_all", "kind", "rule", "probability",
]  # fmt: skip


def check_schema(record):
    text = record["text"]
    assert list(record)[: len(RECORD_FIELDS)] == list(RECORD_FIELDS)
    assert record["direction"] in (None, *record["pair"])
    assert sum(record["views"].values()) == pytest.approx(1, abs=1e-6)
    assert record["probability"] == record["views"][record["view"]]
    assert record["smsn"] == __version__
    for evidence in record["evidence"]:
        assert list(evidence) == ["start", "end", "weight"]
        assert 0 <= evidence["start"] < evidence["end"] <= len(text)
    for definition in record["definitions"]:
        assert list(definition) == DEFINITION_FIELDS
        assert definition["term"] in record["pair"]
        spans = definition["term_span"], definition["definiens_span"]
        for start, end in (*spans, (definition["start"], definition["end"])):
            assert 0 <= start < end <= len(text)
        assert 0 <= definition["probability"] <= 1


@pytest.mark.parametrize(
    ("page", "ids", "pair", "note"),
    [
        ("thread.txt", ["1", "2", "2.1", "2.1.1", "3", "4"], ["jam", "marmalade"], "announces 9 responses, and 6"),
        ("thread.html", ["101", "102", "103", "105"], ["kayak", "canoe"], "announces 9 thoughts, and 4"),
    ],
)
def test_a_page_becomes_records_a_table_and_a_note(cli, tmp_path, page, ids, pair, note):
    out = tmp_path / "views.jsonl"
    done = cli("classify", PAGES / page, "-o", out)
    records = read_jsonl(out)
    assert done.status == 0
    assert [record["id"] for record in records] == ids
    assert [list(record) for record in records] == [list(RECORD_FIELDS)] * len(ids)
    for record in records:
        check_schema(record)
        assert record["pair"] == pair
        assert (record["kind"], record["definitions_run"]) == ("comment", True)
    assert any(record["definitions"] for record in records)
    assert f"{page}: the header {note} comments were read." in done.err
    assert f"{len(ids)} records, 0 rejects" in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["views.jsonl"]


def table(text, records):
    """Return the rows of the table for people as {(view, direction): (count, quotation)}."""
    directions = "|".join(re.escape(term) for term in records[0]["pair"])
    row = re.compile(rf"(?m)^([\w-]+) +(?:({directions}) +)?(\d+) +(?:“(.*)”)? *$")
    return {(view, term or None): (int(count), quotation) for view, term, count, quotation in row.findall(text)}


@pytest.mark.parametrize("page", ["thread.txt", "thread.html"])
def test_the_table_counts_views_and_directions_and_quotes_one_of_each(cli, tmp_path, page):
    out = tmp_path / "views.jsonl"
    done = cli("classify", PAGES / page, "-o", out)
    records = read_jsonl(out)
    rows = table(done.out, records)
    keys = [(record["view"], record["direction"]) for record in records]
    assert {key: count for key, (count, _) in rows.items()} == {key: keys.count(key) for key in keys}
    for key, (_, quotation) in rows.items():
        texts = [" ".join(r["text"].split()) for r in records if (r["view"], r["direction"]) == key]
        assert quotation
        assert any(quotation.removesuffix(" …") in text for text in texts)
    assert re.search(r"(?m)^view +direction +comments +for example", done.out)
    assert "jam / marmalade" in done.out or "kayak / canoe" in done.out


def test_the_table_is_plain_text_whatever_the_terms_are(cli, tmp_path):
    rows = [
        {"text": "A [/red] thing is a kind of :smile: thing.", "pair": ["[/red] thing", ":smile: thing"]},
        {"text": "A [red]x is a kind of y.", "pair": ["[red]x", "a\n\x1b[31my"]},
    ]
    done = cli("classify", write_jsonl(tmp_path / "a.jsonl", rows), "-o", tmp_path / ":cat: [b].jsonl")
    assert done.status == 0
    assert ":cat: [b].jsonl" in done.out
    assert "\x1b" not in done.out + done.err


def test_without_an_output_records_go_to_stdout_and_the_table_to_stderr(cli):
    done = cli("classify", PAGES / "thread.txt")
    assert done.status == 0
    assert len(done.records) == 6
    for record in done.records:
        check_schema(record)
    assert len(table(done.err, done.records)) == len({(r["view"], r["direction"]) for r in done.records})
    assert "6 records, 0 rejects" in done.err


@pytest.mark.parametrize("out", [True, False])
def test_json_prints_one_object_and_nothing_else(cli, tmp_path, out):
    rows = write_jsonl(tmp_path / "a.jsonl", [{"text": "jam is sugar"}, {"text": None}, {"text": "jam"}])
    done = cli("classify", rows, *PAIR, "--json", *(("-o", tmp_path / "out.csv") if out else ()))
    told = json.loads(done.out)
    assert done.out.count("\n") == 1
    assert list(told) == ["read", "records", "rejects", "resumed", "seconds"]
    assert (told["read"], told["records"], told["rejects"], told["resumed"]) == (3, 2, 1, 0)
    assert told["seconds"] >= 0
    assert done.status == 1
    assert "2 records, 1 rejects" in done.err


def test_article_adds_one_record(cli):
    plain = cli("classify", PAGES / "thread.txt").records
    first, *others = cli("classify", PAGES / "thread.txt", "--article").records
    assert others == plain
    assert (first["id"], first["kind"]) == ("article", "article")
    assert "Marmalade is a preserve made from citrus fruit" in first["text"]


def test_a_given_pair_is_verbatim_and_goes_before_the_title(cli):
    records = cli("classify", PAGES / "thread.txt", "--pair", "Marmalade", "the JAM").records
    assert {tuple(record["pair"]) for record in records} == {("Marmalade", "the JAM")}


def test_an_interrupted_run_leaves_everything_as_it_was(cli, analyzer, tmp_path, monkeypatch):
    out, rejects = tmp_path / "out.jsonl", tmp_path / "out.jsonl.rejects.jsonl"
    out.write_text("old")
    rejects.write_text("old rejects")

    def found(comments, *_, **__):
        assert list(comments)
        raise KeyboardInterrupt

    monkeypatch.setattr(analyzer, "found", found)
    done = cli("classify", "-", *PAIR, "-o", out, "--overwrite", stdin=b'{"text": "jam"}\n{"text": 3}\n')
    assert (done.status, done.out) == (130, "")
    assert "interrupted" in done.err
    assert (out.read_text(), rejects.read_text()) == ("old", "old rejects")
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["classify"], "INPUT"),
        (["classify", PAGES / "thread.txt", "--pair", "jam"], "--pair"),
        (["classify", PAGES / "thread.txt", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["train"], "--output"),
        (["train", "-o", "x", "--task", "nonsense"], "tasks are: views, definitions"),
        (["train", "-o", "x", "--task", "definitions", "--add", "y"], "--add goes with --task views"),
        (["evaluate", "x"], "--data"),
    ],
)
def test_wrong_use_is_status_2(cli, arguments, told):
    done = cli(*arguments)
    assert done.status == 2
    assert told in done.err + done.out


def test_a_mistake_of_ours_is_told_without_a_traceback(cli, analyzer, monkeypatch):
    monkeypatch.setattr(analyzer, "found", lambda *_, **__: 1 / 0)
    done = cli("classify", PAGES / "thread.txt")
    assert done.status == 2
    assert "ZeroDivisionError" in done.err
    assert "SMSN_DEBUG=1" in done.err


def test_info(cli):
    told = json.loads(cli("info", "--json").out)
    assert list(told) == ["smsn", "model", "definitions"]
    assert list(told["model"]) == ["name", "path", "format", "labels", "corpus"]
    assert list(told["definitions"]) == ["name", "path"]
    assert told["smsn"] == __version__
    for part in ("model", "definitions"):
        assert (Path(told[part]["path"]) / "manifest.json").is_file()
    for_people = cli("info")
    assert for_people.status == 0
    assert __version__ in for_people.out
    assert told["model"]["path"] in for_people.out


def test_validate_names_each_line(cli, tmp_path):
    good = {"pair": ["a wiki", "a blog"], "text": "both", "view": "none"}
    bad = [{**good, "text": "two", "view": "causes"}, {**good, "text": ""}, {**good, "text": "four", "pair": ["x"]}]
    path = write_jsonl(tmp_path / "a.jsonl", [good, *bad])
    with path.open("a") as file:
        file.write("not json\n")
    done = cli("validate", path)
    assert done.status == 2
    assert [f"{path}:{line}:" in done.err for line in range(1, 6)] == [False, True, True, True, True]
    assert 'view is "causes"' in done.err
    assert cli("validate", path, "--json").err == done.err
    assert json.loads(cli("validate", path, "--json").out)["problems"] == 4
    assert cli("validate", write_jsonl(path, [good])).status == 0
    assert cli("validate", write_jsonl(path, [{**good, "view": "causes"}]), "--any-labels").status == 0


TERMS = [
    ("wiki", "website"), ("blog", "diary"), ("tea", "coffee"), ("git", "GitHub"), ("poem", "song"), ("UX", "UI"),
    ("yoga", "pilates"), ("ale", "beer"), ("radio", "podcast"), ("mulch", "compost"), ("jazz", "swing"),
]  # fmt: skip
SENTENCES = [
    ("A {0} is a kind of {1}.", "subset", 1),
    ("I think {0} and {1} are quite different things.", "distinct", None),
    ("{0} and {1} mean the same to me.", "synonym", None),
    ("Thanks for the post about {0} and {1}!", "none", None),
]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    rows = [
        {"pair": pair, "text": text.format(*pair), "view": view, "direction": None if lead is None else pair[lead]}
        for pair in TERMS
        for text, view, lead in SENTENCES
    ]
    return write_jsonl(tmp_path_factory.mktemp("labelled") / "labelled.jsonl", rows)


def test_train_evaluate_and_use_a_bundle(cli, labelled, tmp_path):
    bundle = tmp_path / "views-2"
    trained = cli("train", "--data", labelled, "-o", bundle)
    assert (trained.status, trained.err) == (0, "")
    assert "trained on 44 labelled texts" in trained.out
    assert json.loads(cli("info", "--model", bundle, "--json").out)["model"]["name"] == "views-2"

    measured = cli("evaluate", bundle, "--data", labelled, "--json")
    metrics = json.loads(measured.out)
    assert (measured.status, metrics["n"]) == (0, 44)
    assert metrics["macro_f1"] > 0.9
    assert set(metrics["labels"]) == {"subset", "distinct", "synonym", "none"}
    assert metrics["signature"] in cli("evaluate", bundle, "--data", labelled).out

    pair = ("--pair", "gin", "spirit")
    (record,) = cli("classify", "-", *pair, "--model", bundle, stdin=b"A gin is a kind of spirit.").records
    assert (record["view"], record["direction"], record["model"]) == ("subset", "spirit", "views-2")
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(cli, command):
    shown = cli(command, "--help")
    assert shown.status == 0
    assert shown.out.startswith(f"Usage: smsn {command}")
    assert f"smsn {command}" in (ROOT / "README.md").read_text("utf-8")


def test_every_command_and_option_in_the_readme_exists(cli):
    readme = (ROOT / "README.md").read_text("utf-8")
    code = "\n".join(re.findall(r"(?ms)^```.*?^```|`[^`\n]+`", readme)).replace("\\\n", " ")
    used = [line.split() for line in re.findall(r"(?m)(?:^ *\$? *|`|\| *)smsn ([a-z-][^`\n#|>]*)", code)]
    assert used
    for words in used:
        assert words[0] in (*COMMANDS, "--help"), words
        options = {word.split("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)}
        assert all(option in cli(words[0], "--help").out for option in options), words


def test_the_module_runs_as_a_program_in_any_locale(tmp_path):
    source = tmp_path / "a.txt"
    source.write_bytes("Ein Café is a kind of bar ☕.".encode())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "smsn", "classify", str(source), "--format", "text", "--pair", "café", "bar"]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["text"] == "Ein Café is a kind of bar ☕."


def test_version(cli):
    outcome = cli("--version")
    assert (outcome.status, outcome.out.strip()) == (0, f"smsn {smsn.__version__}")


def test_evaluating_on_the_training_file_is_called_out(cli):
    corpus = ROOT / "corpus" / "definitions.jsonl"
    seen = cli("evaluate", str(bundle.current("definitions")), "--data", str(corpus))
    unseen = cli("evaluate", str(bundle.current("views")), "--data", str(ROOT / "corpus" / "heldout.jsonl"))
    assert (seen.status, unseen.status) == (0, 0)
    assert "trained on this very file" in seen.err
    assert "trained on" not in unseen.err
