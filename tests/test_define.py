"""Rows in, definitions out: what is read, what is written, what is refused."""

import csv
import io
import json
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import PAGES, left_over, read_jsonl, write_jsonl
from lxml import etree
from rdflib import SKOS, Graph, Literal, URIRef

import smsn
from smsn import define as module
from smsn.bundle import current
from smsn.define import CSV_COLUMNS, Job, define
from smsn.definitions import finder as finders
from smsn.errors import InputError
from smsn.glossary import term_key
from smsn.records import DEFINITION_RECORD_FIELDS, Definition
from smsn.version import __version__

ROWS = [
    {"id": 1, "text": "A wiki is a website. So a wiki is a tool.", "author": "Zoë"},
    {"id": 2, "text": "Nothing is said here.", "likes": 3},
    {"id": 3, "text": "So a blog is a website.", "thread": "t", "parent": 1},
]


class Fake:
    """Finds "a(n) X is a(n) Y" and nothing else, at once."""

    name = "definitions-9"
    asked: list

    def __init__(self, path=None, profile="strict"):
        self.profile = profile
        self.asked = []

    def pipe(self, texts):
        texts = list(texts)
        self.asked.append(len(texts))
        for text, term in texts:
            found = (of(match) for match in re.finditer(r"(?i)\ban? ([\w-]+) is (an? ([\w-]+))", text))
            yield tuple(d for d in found if term is None or term_key(d.term) == term_key(term))


def of(match):
    spans = match.span(1), match.span(2)
    return Definition(match[1], *match.span(), *spans, match[3], "genus", "copula", 0.9, (match[3],))


@pytest.fixture
def fake(cli, monkeypatch):
    """Return the command line, with a finder that needs no parser."""
    monkeypatch.setattr(finders, "DefinitionFinder", Fake)
    return cli


def jsonl(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def terms(record):
    return [definition["term"] for definition in record["definitions"]]


@pytest.fixture
def source(tmp_path):
    return write_jsonl(tmp_path / "in.jsonl", ROWS)


def test_one_record_a_row_in_order_with_the_columns_of_the_user(fake, source, tmp_path):
    done = fake("define", source, "-o", tmp_path / "o.jsonl")
    records = read_jsonl(tmp_path / "o.jsonl")
    assert (done.status, done.err) == (0, "")
    assert [list(record) for record in records] == [
        [*DEFINITION_RECORD_FIELDS], [*DEFINITION_RECORD_FIELDS, "likes"], [*DEFINITION_RECORD_FIELDS],
    ]  # fmt: skip
    assert [(r["id"], r["text"]) for r in records] == [(row["id"], row["text"]) for row in ROWS]
    assert [terms(record) for record in records] == [["wiki", "wiki"], [], ["blog"]]
    assert records[0]["definitions"][0] == next(Fake().pipe([(ROWS[0]["text"], None)]))[0].to_dict()
    assert {(r["profile"], r["model"], r["smsn"]) for r in records} == {("strict", "definitions-9", __version__)}
    assert (records[0]["author"], records[1]["likes"], records[2]["thread"], records[2]["parent"]) == ("Zoë", 3, "t", 1)
    assert left_over(tmp_path) == []


def test_the_glossary_is_printed_and_then_the_counts(fake, source, tmp_path):
    out = tmp_path / "o.jsonl"
    done = fake("define", source, "-o", out)
    assert done.out.splitlines() == [
        "wiki is a: tool 1, website 1",
        "blog is a: website 1",
        f"3 records, 0 rejects, 3 definitions of 2 terms -> {out}",
    ]
    piped = fake("define", source)
    assert piped.records == read_jsonl(out)
    assert piped.err.splitlines()[-1] == "3 records, 0 rejects, 3 definitions of 2 terms"


def test_json_prints_one_object(fake, source, tmp_path):
    done = fake("define", source, "-o", tmp_path / "o.csv", "--json", "--profile", "broad")
    told = json.loads(done.out)
    assert told.pop("seconds") >= 0
    assert told == {
        "read": 3, "records": 3, "rejects": 0, "resumed": 0, "definitions": 3, "terms": 2, "profile": "broad",
        "model": "definitions-9",
        "glossary": [
            {"term": "wiki", "definitions": 2, "classes": {"tool": 1, "website": 1}},
            {"term": "blog", "definitions": 1, "classes": {"website": 1}},
        ],
    }  # fmt: skip
    assert "3 definitions of 2 terms" in done.err


def test_ids_of_every_type_come_back_unchanged(fake):
    ids = [7, "7", "a", None, 1.5, 0, "", True, 2**70]
    records = fake("define", "-", stdin=jsonl(*({"id": id, "text": "a b is a c"} for id in ids))).records
    assert [(type(record["id"]), record["id"]) for record in records] == [(type(id), id) for id in ids]


def test_a_rows_own_term_goes_before_the_terms_of_the_call(fake, tmp_path):
    text = "A wiki is a website, a blog is a diary, a tea is a drink."
    rows = [{"text": text, "term": term} for term in ("Wiki", "tea", "", None, " ")] + [{"text": text}]
    found = [terms(r) for r in fake("define", "-", stdin=jsonl(*rows)).records]
    assert found == [["wiki"], ["tea"], *[["wiki", "blog", "tea"]] * 4]
    given = ("--term", "blog", "--term", "wiki", "--term", "BLOG")
    records = fake("define", "-", *given, stdin=jsonl(*rows)).records
    assert [terms(r) for r in records] == [["wiki"], ["tea"], *[["wiki", "blog"]] * 4]
    assert [record.get("term", 0) for record in records] == ["Wiki", "tea", "", None, " ", 0]
    (tmp_path / "a.csv").write_text(f'text,term\n"{text}",tea\n"{text}",\n')
    assert [terms(r) for r in fake("define", tmp_path / "a.csv").records] == [["tea"], ["wiki", "blog", "tea"]]
    pq.write_table(pa.table({"text": [text, text], "term": ["tea", None]}), tmp_path / "a.parquet")
    assert [terms(r) for r in fake("define", tmp_path / "a.parquet").records] == [["tea"], ["wiki", "blog", "tea"]]


def test_a_term_that_can_be_none_is_a_reject(fake, tmp_path):
    out = tmp_path / "o.jsonl"
    rows = [{"text": "a b is a c", "term": term} for term in (3, ["b"], "?!", True, "b")]
    done = fake("define", "-", "-o", out, stdin=jsonl(*rows))
    assert (done.status, len(read_jsonl(out))) == (1, 1)
    rejects = read_jsonl(tmp_path / "o.jsonl.rejects.jsonl")
    assert [(reject["line"], reject["raw"]) for reject in rejects] == [(i, "a b is a c") for i in (1, 2, 3, 4)]
    assert "'?!'" in rejects[2]["reason"]
    assert "(rejects: " in done.out
    assert fake("define", "-", "-o", out, "--overwrite", stdin=jsonl({"text": "x"})).status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["o.jsonl"]


def test_a_term_that_nothing_defines_is_a_warning(fake, source):
    done = fake("define", source, "--term", "wiki", "--term", "carburettor")
    assert done.status == 0
    assert "nothing that was read defines 'carburettor'" in done.err
    assert done.err.count("warning") == 1
    assert "--profile broad" in done.err
    assert "--profile" not in fake("define", source, "--term", "carburettor", "--profile", "broad").err


@pytest.mark.parametrize("page", ["thread.txt", "thread.html"])
def test_a_page_is_read_for_any_term(fake, page):
    records = fake("define", PAGES / page).records
    plain = fake("classify", PAGES / page, "--no-definitions").records
    assert [(r["id"], r["text"], r["thread"]) for r in records] == [(r["id"], r["text"], r["thread"]) for r in plain]
    more = fake("define", PAGES / page, "--article").records
    assert more[1:] == records
    assert more[0]["id"] == "article"


def test_tables_pipes_and_renamed_columns(fake, tmp_path):
    (tmp_path / "a.csv").write_text("body,nr,x\na b is a c,7,y\n")
    (record,) = fake("define", tmp_path / "a.csv", "--text-column", "body", "--id-column", "nr").records
    assert (record["id"], record["x"], terms(record)) == ("7", "y", ["b"])
    pq.write_table(pa.table({"text": ["a b is a c"], "id": [7]}), tmp_path / "a.parquet")
    (record,) = fake("define", tmp_path / "a.parquet").records
    assert (record["id"], terms(record)) == (7, ["b"])
    records = fake("define", "-", stdin=b"A b is a c.\n\nNothing.\n").records
    assert [(record["id"], terms(record)) for record in records] == [(1, ["b"]), (2, [])]
    assert len(fake("define", "-", "--format", "jsonl", stdin=b'\n{"text": "x"}\n').records) == 1


def test_columns_named_like_a_field_and_pairs_pass_through(fake, tmp_path):
    row = {"text": "a b is a c", "definitions": [1], "model": "mine", "views": {"x": 1}, "pair": ["b", "c"], "evidence": 3}
    for name in ("o.jsonl", "o.parquet"):
        assert fake("define", "-", "-o", tmp_path / name, stdin=jsonl(row)).status == 0
    (record,) = read_jsonl(tmp_path / "o.jsonl")
    assert list(record)[len(DEFINITION_RECORD_FIELDS) :] == [
        "input_definitions", "input_model", "views", "evidence", "pair",
    ]  # fmt: skip
    assert (record["input_definitions"], record["views"], record["pair"]) == ([1], {"x": 1}, ["b", "c"])
    (typed,) = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert typed["definitions"] == record["definitions"]
    assert (json.loads(typed["views"]), typed["evidence"], typed["input_model"]) == ({"x": 1}, 3, "mine")
    (tmp_path / "a.csv").write_text("text,pair,pair_a,pair_b\na b is a c,mine,b,c\n")
    (record,) = fake("define", tmp_path / "a.csv").records
    assert [record[name] for name in ("pair", "pair_a", "pair_b")] == ["mine", "b", "c"]


def test_what_is_written_is_an_input_again(fake, source, tmp_path):
    fake("define", source, "-o", tmp_path / "o.jsonl")
    fake("define", source, "-o", tmp_path / "o.parquet")
    again = [fake("define", tmp_path / name).records for name in ("o.jsonl", "o.parquet")]
    for records in again:
        assert [terms(record) for record in records] == [["wiki", "wiki"], [], ["blog"]]


def test_csv_has_a_line_a_definition(fake, source, tmp_path):
    fake("define", source, "-o", tmp_path / "o.csv")
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert tuple(first) == CSV_COLUMNS
    assert [line["id"] for line in (first, second, third)] == ["1", "1", "3"]
    text = ROWS[0]["text"]
    assert text[int(second["start"]) : int(second["end"])] == second["sentence"] == "a wiki is a tool"
    for part in ("term", "definiens"):
        assert text[int(second[f"{part}_start"]) : int(second[f"{part}_end"])] == second[part]
    assert [second[name] for name in ("genus", "kind", "rule", "probability")] == ["tool", "genus", "copula", "0.9"]
    fake("define", "-", "-o", tmp_path / "o.csv", "--overwrite", stdin=jsonl({"text": "nothing"}))
    assert (tmp_path / "o.csv").read_text().splitlines() == [",".join(CSV_COLUMNS)]


def test_skos_and_tbx(fake, source, tmp_path):
    for name in ("o.ttl", "o.tbx"):
        done = fake("define", source, "-o", tmp_path / name)
        assert (done.status, left_over(tmp_path)) == (0, [])
        assert "3 definitions of 2 terms" in done.out
    skos = Graph().parse(tmp_path / "o.ttl")
    assert set(skos.objects(URIRef("urn:smsn:wiki"), SKOS.definition)) == {
        Literal("a website", lang="en"), Literal("a tool", lang="en"),
    }  # fmt: skip
    assert [t.text for t in etree.parse(tmp_path / "o.tbx").iter("term")] == ["wiki", "blog"]
    fake("define", source, "-o", tmp_path / "o.ttl", "--overwrite", "--base-iri", "https://example.org/t#")
    assert URIRef("https://example.org/t#blog") in set(Graph().parse(tmp_path / "o.ttl").subjects())


def test_control_characters_do_not_break_an_export(fake, tmp_path):
    row = {"id": "\x01\ufffe", "text": "a b\x02 is a c\x00\x1b; a \x0bq is a d\x08"}
    for name in ("o.ttl", "o.tbx"):
        assert fake("define", "-", "-o", tmp_path / name, stdin=jsonl(row, row)).status == 0
    Graph().parse(tmp_path / "o.ttl")
    etree.parse(tmp_path / "o.tbx")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--profile", "lax"], "there is no profile 'lax'; profiles are: strict, broad."),
        (["-o", "o.xlsx"], "smsn writes .jsonl, .csv, .parquet, .ttl and .tbx, and this name ends in .xlsx"),
        (["-o", "o"], "this name has no ending"),
        (["-o", "no/such/o.ttl"], "No such file"),
        (["--term", "?!"], "a term needs at least one letter"),
        (["--base-iri", "terms", "-o", "o.ttl"], "no absolute IRI"),
        (["--base-iri", "urn:x:", "-o", "o.tbx"], "--base-iri is for SKOS"),
        (["--text-column", "body"], "nothing could be read"),
        (["missing.txt"], "missing.txt: there is no such file"),
    ],
)
def test_what_cannot_be_is_status_2(fake, source, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    done = fake("define", source, *arguments)
    assert (done.status, done.out) == (2, "")
    assert told in done.err.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "ttl", "tbx"])
def test_an_earlier_output_is_replaced_only_by_a_whole_one(fake, tmp_path, suffix, monkeypatch):
    out = tmp_path / f"o.{suffix}"
    out.write_text("old")
    refused = fake("define", "-", "-o", out, stdin=b"a b is a c")
    assert (refused.status, out.read_text()) == (2, "old")
    assert "is there already" in refused.err
    bad = fake("define", "-", "-o", out, "--overwrite", stdin=b'{"text": 1}\n')
    assert (bad.status, out.read_text()) == (2, "old")
    assert len(read_jsonl(tmp_path / f"o.{suffix}.rejects.jsonl")) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Fake, "pipe", lambda self, texts: (_ for _ in ()).throw(KeyboardInterrupt))
        assert fake("define", "-", "-o", out, "--overwrite", stdin=b"a b is a c").status == 130
    assert (out.read_text(), left_over(tmp_path)) == ("old", [])
    assert fake("define", "-", "-o", out, "--overwrite", stdin=b"a b is a c").status == 0
    assert out.read_bytes() != b"old"


def test_an_output_that_is_a_folder_is_refused(fake, source, tmp_path):
    (tmp_path / "o.ttl").mkdir()
    done = fake("define", source, "-o", tmp_path / "o.ttl")
    assert done.status == 2
    assert "is a folder" in done.err


def test_a_missing_library_is_told_before_any_work(fake, source, tmp_path, monkeypatch):
    monkeypatch.setattr("smsn.exports.find_spec", lambda name: None)
    monkeypatch.setattr(Fake, "pipe", None)
    done = fake("define", source, "-o", tmp_path / "o.ttl")
    assert done.status == 2
    (line,) = done.err.splitlines()
    assert line.endswith("rdflib, which is not installed. Run: pip install 'smsn[glossary]'")


def test_rejects_and_bad_inputs_do_not_end_a_run(fake, source, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    with source.open("a") as file:
        file.write("not json\n")
    out = tmp_path / "o.parquet"
    done = fake("define", tmp_path / "empty.txt", source, "-o", out, "--json")
    assert (done.status, json.loads(done.out)["rejects"]) == (1, 2)
    rejects = read_jsonl(tmp_path / "o.parquet.rejects.jsonl")
    assert [(reject["source"], reject["line"]) for reject in rejects] == [(str(source), 4), (str(tmp_path / "empty.txt"), None)]
    assert pq.read_table(out).num_rows == 3


def test_the_finder_is_fed_a_few_hundred_rows_at_a_time(monkeypatch):
    monkeypatch.setattr(module, "ROWS", 4)
    finder, out = Fake(), io.StringIO()
    rows = jsonl(*({"text": "a b is a c"} for _ in range(10)))
    summary = define(Job(("-",), terms=("b", "c")), finder, stdin=io.BytesIO(rows), stdout=out)
    assert finder.asked == [8, 8, 4]
    assert (summary.records, summary.status, summary.glossary.definitions) == (10, 0, 10)
    assert len(read_jsonl(out.getvalue())) == 10


def test_a_job_that_cannot_be_is_an_error():
    with pytest.raises(InputError, match="at least one letter"):
        Job(("-",), terms=("",))
    with pytest.raises(InputError, match=r"ends in \.xml"):
        define(Job(("-",), out="o.xml"), Fake())


def test_what_defines_loads_no_library_before_it_is_needed():
    code = "import smsn.define, sys; print(sorted({'rdflib', 'lxml', 'spacy', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_bundle_of_another_task_is_refused(cli, source, tmp_path):
    done = cli("define", source, "--model", current("views"), "-o", tmp_path / "o.jsonl")
    assert (done.status, done.out) == (3, "")
    assert "'definitions'" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_with_the_shipped_bundle(cli, tmp_path):
    rows = [{"id": 1, "text": "A wiki is a website that its readers edit.", "term": "wiki"}, {"id": 2, "text": "Thanks!"}]
    first, second = cli("define", "-", "--profile", "broad", stdin=jsonl(*rows)).records
    assert [(d["term"], d["genus"]) for d in first["definitions"]] == [("wiki", "website")]
    assert (second["definitions"], first["profile"]) == ([], "broad")
    assert first["model"] == current("definitions").name
    assert smsn.__version__ == first["smsn"]
