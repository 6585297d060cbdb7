"""What is broken, absent or strange: a sentence that says what, where and what to do; never a traceback."""

import json
import shutil
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import PAGES, left_over, read_jsonl, write_jsonl

from smsn import bundle

PAIR = ("--pair", "social media", "social networking")
NOISE = bytes(range(256)) * 40


def check_sentence(done, *told):
    """Check that the last line on stderr is one sentence of ours that says all of `told`."""
    assert done.out == ""
    line = done.err.splitlines()[-1]
    assert line.startswith("smsn: ")
    assert "mistake in smsn" not in line
    assert line[-1] in ".)" or "smsn train" in line or "pip install" in line or line.endswith("jsonl")
    for words in told:
        assert words in line


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("missing.txt", None, "there is no such file"),
        ("empty.txt", b"", "is empty"),
        ("blank.jsonl", b" \n\n", "is empty"),
        ("empty.csv", b"", "is empty"),
        ("page.txt", b"Tea vs Coffee\n\nNobody wrote a comment here.\n", "no comments were found"),
        ("page.html", b"<html><body><p>Tea vs coffee</p></body></html>", "comment"),
        ("noise.txt", NOISE, "is not text"),
        ("noise.html", NOISE, "noise.html"),
        ("noise.parquet", NOISE, "is not a Parquet file"),
        ("noise.csv", NOISE, "noise.csv"),
        ("noise.jsonl", NOISE, "noise.jsonl:1: "),
        ("a.csv", b"id,body\n1,hello\n", '"id", "body"'),
        ("a.jsonl", b'{"body": "x"}\n', 'no "text"'),
        ("a.jsonl", b"not json\n", "is not JSON"),
        ("a.csv", b"text\n", "holds no comments"),
        ("a.xyz", b"x", "--format"),
        ("folder.txt", "folder", "holds no file that can be read"),
    ],
)
def test_an_unreadable_input_is_status_2(cli, tmp_path, name, data, told):
    path, out = tmp_path / name, tmp_path / "out.jsonl"
    if data == "folder":
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)
    out.write_text("old")
    done = cli("classify", path, *PAIR, "-o", out, "--overwrite")
    assert done.status == 2
    check_sentence(done, name, told)
    assert out.read_text() == "old"
    assert left_over(tmp_path) == []


def test_a_missing_input_is_told_before_any_work(cli, tmp_path):
    done = cli("classify", PAGES / "thread.txt", tmp_path / "missing.txt")
    assert done.status == 2
    check_sentence(done, "missing.txt: there is no such file")
    assert len(done.err.splitlines()) == 1


def test_an_unknown_format_or_column_is_named(cli, tmp_path):
    (tmp_path / "a.csv").write_text("text,who\nx,y\n")
    check_sentence(cli("classify", tmp_path / "a.csv", *PAIR, "--format", "xlsx"), '"xlsx" is not a format')
    check_sentence(cli("classify", tmp_path / "a.csv", *PAIR, "--text-column", "body"), '"body"', '"text", "who"')
    check_sentence(cli("classify", tmp_path / "a.csv", *PAIR, "--author-column", "by"), '"by"', "--author-column")
    pq.write_table(pa.table({"text": ["x"], "author": ["y"]}), tmp_path / "a.parquet")
    for role in ("text", "author"):
        for out in ("out.parquet", "out.jsonl"):
            done = cli("classify", tmp_path / "a.parquet", *PAIR, f"--{role}-column", "body", "-o", tmp_path / out)
            check_sentence(done, '"body"', '"text", "author"')
            assert not (tmp_path / out).exists()


@pytest.mark.parametrize(
    ("name", "data", "good", "lines"),
    [
        ("a.jsonl", b'{"text": "good"}\n{"text": "caf\xe9"}\n{oops\n[1]\n\n{"text": "good"}\n', 2, [2, 3, 4]),
        ("a.jsonl", b'{"text": "good"}\n{"text": "\\ud800"}\n{"text": null}\n{"id": [1], "text": "x"}\n', 1, [2, 3, 4]),
        ("a.jsonl", b'{"text": "x", "pair": ["a","A"]}\n{"text": "x", "pair": ["b-c", "b c"]}\n{"text":""}', 1, [1, 2]),
        ("a.jsonl", b'{"text": "x", "pair": "a b"}\n{"text": "x", "pair_a": "a"}\n{"text": "good"}\n', 1, [1, 2]),
        ("a.csv", b"id,text\n1,good\n2,caf\xe9\n3,good,too many\n4,good\n", 2, [3, 4]),
        ("a.txt", b"X vs Y\n\n1. Ann says:\n\ngood\n\n2. Bo says:\n\ncaf\xe9\n\n3. Cy says:\n\ngood\n", 2, [9]),
    ],
)
def test_good_rows_are_written_beside_the_rejects(cli, tmp_path, name, data, good, lines):
    path, out = tmp_path / name, tmp_path / "out.jsonl"
    path.write_bytes(data)
    done = cli("classify", path, *PAIR, "-o", out)
    assert done.status == 1
    assert len(read_jsonl(out)) == good
    rejects = read_jsonl(tmp_path / "out.jsonl.rejects.jsonl")
    assert [reject["line"] for reject in rejects] == lines
    assert all(reject["raw"] and reject["source"] == str(path) for reject in rejects)


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (("media", "media"), "two different terms"),
        (("social media", "Social-Media"), "two different terms"),
        (("media", ""), "two terms"),
        (("media", " "), "two terms"),
    ],
)
def test_a_pair_of_one_term_is_an_error(cli, pair, told):
    done = cli("classify", PAGES / "thread.txt", "--pair", *pair)
    assert done.status == 2
    check_sentence(done, told, repr(pair[0]))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"Thoughts on tea\n\n1. Ann says:\n\nhello\n"),
        ("a.txt", b"1. Ann says:\n\nhello\n"),
        ("a.jsonl", b'{"text": "hello"}\n{"text": "hello"}\n'),
        ("a.csv", b"text\nhello\n"),
        ("-", b"hello\n\nhello\n"),
    ],
)
def test_no_pair_at_all_is_an_error(cli, tmp_path, name, data):
    if name != "-":
        (tmp_path / name).write_bytes(data)
        name = tmp_path / name
    done = cli("classify", name, stdin=data)
    assert done.status == 2
    check_sentence(done, "no pair of terms is given", '--pair "A" "B"', str(name))
    assert len(done.err.splitlines()) <= 2


@pytest.fixture
def model(tmp_path):
    return shutil.copytree(bundle.current("views"), tmp_path / "copy")


def change_manifest(model, **values):
    file = model / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **values}), "utf-8")


def flip_a_byte(model):
    data = bytearray((model / "model.skops").read_bytes())
    data[len(data) // 2] ^= 1
    (model / "model.skops").write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (shutil.rmtree, "is not a model folder"),
        (lambda model: (model / "manifest.json").unlink(), "no manifest.json"),
        (lambda model: (model / "model.skops").unlink(), "missing or damaged"),
        (flip_a_byte, "missing or damaged"),
        (lambda model: (model / "manifest.json").write_text("{"), "is damaged"),
        (lambda model: (model / "manifest.json").write_text("[]"), "is damaged"),
        (lambda model: (model / "manifest.json").write_bytes(NOISE), "is damaged"),
        (lambda model: change_manifest(model, format=99), "Update smsn"),
        (lambda model: change_manifest(model, format=0), "Retrain it"),
        (lambda model: change_manifest(model, task="definitions", format=bundle.FORMATS["definitions"]), "'definitions'"),
    ],
)
def test_a_damaged_bundle_is_refused(cli, model, damage, told):
    damage(model)
    done = cli("classify", PAGES / "thread.txt", "--model", model)
    assert done.status == 3
    check_sentence(done, told, str(model))


@pytest.mark.parametrize("command", ["info --model {}", "evaluate {} --data x.jsonl"])
def test_other_commands_refuse_a_damaged_bundle_too(cli, model, command):
    (model / "manifest.json").write_text("{")
    done = cli(*command.format(model).split())
    assert done.status == 3
    check_sentence(done, "is damaged")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no/such/out.jsonl", "No such file"), ("out.xlsx", "ends in .xlsx"), ("out", "no ending"),
        ("dir.csv", "is a folder"),
    ],
)  # fmt: skip
def test_an_output_that_cannot_be_is_an_error(cli, tmp_path, name, told):
    (tmp_path / "dir.csv").mkdir()
    done = cli("classify", PAGES / "thread.txt", "-o", tmp_path / name)
    assert done.status == 2
    check_sentence(done, name, told)
    assert [path.name for path in tmp_path.iterdir()] == ["dir.csv"]
    assert left_over(tmp_path / "dir.csv") == []


def test_labelled_files_that_cannot_be_are_errors(cli, tmp_path):
    row = {"pair": ["a wiki", "a blog"], "text": "both", "view": "none"}
    one_label = write_jsonl(tmp_path / "one.jsonl", [row, {**row, "text": "two"}])
    bundle, missing = tmp_path / "new", tmp_path / "missing.jsonl"
    for arguments, told in (
        (("train", "--data", missing, "-o", bundle), "missing.jsonl"),
        (("train", "--data", one_label, "-o", bundle), "two labels or more"),
        (("train", "--data", one_label, "--add", missing, "-o", bundle), "missing.jsonl"),
        (("validate", missing), "missing.jsonl"),
    ):
        done = cli(*arguments)
        assert done.status == 2
        check_sentence(done, told)
    assert not bundle.exists()
    write_jsonl(one_label, [{**row, "view": 3}])
    assert cli("train", "--data", one_label, "-o", bundle).status == 2
    assert f"{one_label}:1: " in cli("validate", one_label).err


STRANGE = {
    "empty": "",
    "blank": " \n\t ",
    "emoji": "😀🎉👍🏽🧑‍🤝‍🧑",
    "right to left": "وسائل التواصل الاجتماعي \u202eabc שלום",
    "nul": "social media\0 is a kind of \0social networking\0",
    "neither term": "It rained all day and the bus was late.",
    "separators": "social media\u2028is\u2029not\x85social\x0bnetworking\x0c",
    "combining": "so\u0301cial me\u0301dia " + "\u0301" * 500,
    "brackets": "([{" * 300 + "social media",
    "one word": "x" * 20000,
}


@pytest.mark.parametrize("definitions", ["--definitions", "--no-definitions"])
@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("out", ["o.jsonl", "o.csv", "o.parquet"])
def test_a_strange_comment_is_one_record(cli, tmp_path, text, out, definitions):
    row = json.dumps({"text": text}).encode()
    done = cli("classify", "-", *PAIR, definitions, "-o", tmp_path / out, "--json", stdin=row)
    assert (done.status, json.loads(done.out)["records"]) == (0, 1)
    (record,) = cli("classify", "-", *PAIR, definitions, stdin=row).records
    assert record["text"] == text
    for evidence in record["evidence"]:
        assert 0 <= evidence["start"] < evidence["end"] <= len(text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_comment_holds_no_view(analyzer, text):
    record = analyzer(text, PAIR[1:], definitions=False)
    assert (record.view, record.direction, record.definitions) == ("none", None, ())


@pytest.mark.parametrize("definitions", ["--definitions", "--no-definitions"])
def test_a_comment_of_5_mb_is_read_in_reasonable_time(cli, definitions, record_property):
    text = "Social media is a tool, and social networking is what you do with it, as my aunt says. " * 58_000
    started = time.perf_counter()
    done = cli("classify", "-", *PAIR, definitions, stdin=json.dumps({"text": text}).encode())
    record_property("seconds", round(time.perf_counter() - started, 2))  # measured; a slow machine is no fault
    assert done.status == 0
    (record,) = done.records
    assert record["text"] == text
