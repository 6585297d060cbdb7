"""Streams in, streams out: order, ids, pairs, aliases, columns, rejects."""

import gc
import io
import json
import platform

import pytest
from conftest import PAGES, left_over, read_jsonl, write_jsonl

from smsn import shards
from smsn.batch import Job, classify
from smsn.errors import PairError
from smsn.frames import Settings, batch_of
from smsn.memory import YOUNG, keep_freed, seldom_collected
from smsn.records import RECORD_FIELDS, Comment
from smsn.terms import Pair

PAIR = ("--pair", "jam", "marmalade")


def jsonl(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def views(records):
    """Return what was found in records, without what was passed through."""
    return [{name: record[name] for name in RECORD_FIELDS if name not in ("id", "author")} for record in records]


def test_rows_keep_their_order_and_ids_their_value_and_type(cli):
    ids = [7, "7", "a", None, 7, 1.5, "7", 0, ""]
    done = cli("classify", "-", *PAIR, stdin=jsonl(*({"id": id, "text": f"jam {i}"} for i, id in enumerate(ids))))
    assert [record["id"] for record in done.records] == ids
    assert [type(record["id"]) for record in done.records] == [type(id) for id in ids]
    assert [record["text"] for record in done.records] == [f"jam {i}" for i in range(len(ids))]


def test_several_batches_and_inputs_stay_in_order(cli, tmp_path):
    rows = {name: [{"id": f"{name}-{i}", "text": "jam"} for i in range(70)] for name in "ab"}
    names = [write_jsonl(tmp_path / f"{name}.jsonl", rows[name]) for name in rows]
    done = cli("classify", *names, *PAIR, "--json", "-o", tmp_path / "out.jsonl")
    assert json.loads(done.out)["read"] == 140
    assert [r["id"] for r in read_jsonl(tmp_path / "out.jsonl")] == [row["id"] for row in [*rows["a"], *rows["b"]]]


def test_a_rows_own_pair_goes_before_the_command_lines(cli, tmp_path):
    rows = [{"text": "x", "pair": ["tea", "coffee"]}, {"text": "x"}, {"text": "x", "pair_a": "ale", "pair_b": "beer"}]
    expected = [["tea", "coffee"], ["jam", "marmalade"], ["ale", "beer"]]
    assert [r["pair"] for r in cli("classify", "-", *PAIR, stdin=jsonl(*rows)).records] == expected
    (tmp_path / "a.csv").write_text("text,pair_a,pair_b\nx,tea,coffee\nx,,\nx,ale,beer\n")
    records = cli("classify", tmp_path / "a.csv", *PAIR).records
    assert [record["pair"] for record in records] == expected
    assert not {"pair_a", "pair_b", "input_pair"} & set(records[0])


def test_a_column_of_the_user_passes_through_and_is_never_read(cli):
    rows = [{"text": "A jam is a kind of marmalade."}, {"text": "Jam and marmalade are different."}]
    own = {"view": "synonym", "direction": "jam", "probability": 1, "views": {"synonym": 1.0}, "model": "mine"}
    own |= {"definitions": [{"term": "jam"}], "kind": "article", "evidence": "x", "confident": None}
    plain = cli("classify", "-", *PAIR, "--definitions", stdin=jsonl(*rows)).records
    for extra in ({}, own):
        marked = [{**row, **extra, "likes": 3, "tags": ["a"]} for row in rows]
        records = cli("classify", "-", *PAIR, "--definitions", stdin=jsonl(*marked)).records
        assert views(records) == views(plain)
        for record in records:
            assert list(record) == [*RECORD_FIELDS, *(f"input_{name}" for name in extra), "likes", "tags"]
            assert {name: record[f"input_{name}"] for name in extra} == extra
            assert (record["likes"], record["tags"]) == (3, ["a"])


@pytest.mark.parametrize("alias", ["jam=gelée", "JAM=gelée", "jam = gelée"])
def test_an_alias_counts_as_its_term(cli, alias):
    rows = jsonl({"text": "A gelée is a kind of marmalade."}, {"text": "A jam is a kind of marmalade."})
    without, with_term = cli("classify", "-", *PAIR, stdin=rows).records
    found = cli("classify", "-", *PAIR, "--alias", alias, stdin=rows).records[0]
    assert without["views"] != with_term["views"]
    assert found["views"] == pytest.approx(with_term["views"])
    assert found["direction"] == with_term["direction"]


def test_an_alias_works_for_a_found_pair_and_for_rows_with_their_own(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("Tea vs Coffee\n\n1 Response\n\n1. Ann says:\n\nA brew is a kind of coffee.\n")
    own = {"text": "A brew is a kind of coffee.", "pair": ["tea", "coffee"]}
    other = {"text": "A brew is a kind of beer.", "pair": ["ale", "beer"]}
    alias = ("--alias", "Tea=brew")
    spelled = jsonl({"text": "A tea is a kind of coffee."})
    expected = cli("classify", "-", "--pair", "tea", "coffee", stdin=spelled).records
    for records in (
        cli("classify", page, *alias).records,
        cli("classify", "-", *alias, stdin=jsonl(own, other)).records,
        cli("classify", page, PAGES / "thread.txt", *alias).records,
    ):
        assert records[0]["views"] == pytest.approx(expected[0]["views"])
    plain = cli("classify", "-", stdin=jsonl(other)).records
    assert cli("classify", "-", *alias, stdin=jsonl(own, other)).records[1]["views"] == plain[0]["views"]


@pytest.mark.parametrize("alias", ["brew", "=brew", "jam=", "jam= ", "tea=brew", "jam=!!"])
def test_a_bad_alias_is_an_error(cli, alias):
    done = cli("classify", "-", *PAIR, "--alias", alias, stdin=b"jam")
    assert (done.status, done.out) == (2, "")
    assert "alias" in done.err
    assert cli("classify", PAGES / "thread.txt", "--alias", alias).status == 2


def test_an_alias_that_no_pair_has_is_a_warning(cli):
    done = cli("classify", "-", "--alias", "tee=brew", stdin=jsonl({"text": "x", "pair": ["tea", "coffee"]}))
    assert done.status == 0
    assert done.err.count("warning") == 1
    assert "'tee'" in done.err


def test_a_pair_that_occurs_nowhere_adds_one_warning(cli, tmp_path):
    page = PAGES / "thread.txt"
    plain = cli("classify", page, page).err
    done = cli("classify", page, page, "--pair", "carburettor", "gasket", "-o", tmp_path / "out.jsonl")
    assert done.status == 0
    added = [line for line in done.err.splitlines() if line not in plain.splitlines()]
    assert len(added) == 1
    assert "neither 'carburettor' nor 'gasket' occurs" in added[0]
    rows = tmp_path / "a.jsonl"
    write_jsonl(rows, [{"text": "no"}])
    assert "warning" not in cli("classify", rows, page, "--pair", "jam", "marmalade").err


def test_rejects_are_kept_beside_the_output_and_a_stale_file_goes(cli, tmp_path):
    out, kept = tmp_path / "v.jsonl", tmp_path / "v.jsonl.rejects.jsonl"
    source = tmp_path / "a.jsonl"
    bad = ["not json", '{"text": 5}', '{"text": "x", "pair": ["a-b", "a b"]}']
    source.write_text("\n".join(['{"text": "jam"}', *bad, '{"text": "end"}']))
    done = cli("classify", source, *PAIR, "-o", out)
    assert done.status == 1
    assert [record["text"] for record in read_jsonl(out)] == ["jam", "end"]
    rejects = read_jsonl(kept)
    assert [(reject["source"], reject["line"]) for reject in rejects] == [(str(source), line) for line in (2, 3, 4)]
    assert {tuple(reject) for reject in rejects} == {("source", "line", "reason", "raw")}
    assert {reject["reason"][-1] for reject in rejects} == {"."}
    assert rejects[0]["raw"] == "not json"
    assert str(kept) in done.out
    write_jsonl(source, [{"text": "jam"}])
    assert cli("classify", source, *PAIR, "-o", out).status == 2
    assert cli("classify", source, *PAIR, "-o", out, "--overwrite").status == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.jsonl", "v.jsonl"]


def test_without_an_output_rejects_are_notes(cli):
    done = cli("classify", "-", *PAIR, stdin=b'{"text": "jam"}\n{"text": 5}\n{oops\n')
    assert done.status == 1
    assert len(done.records) == 1
    assert done.err.count("-:2: ") == done.err.count("-:3: ") == 1


def test_rows_without_a_pair_are_rejects_told_once(cli, tmp_path):
    rows = jsonl({"text": "x", "pair": ["tea", "coffee"]}, *[{"text": "x"}] * 50)
    done = cli("classify", "-", stdin=rows)
    assert (done.status, len(done.records)) == (1, 1)
    assert len(done.err.splitlines()) < 10
    assert "49 more rows have no pair" in done.err
    assert cli("classify", "-", "-o", tmp_path / "o.jsonl", stdin=rows).status == 1
    assert [reject["line"] for reject in read_jsonl(tmp_path / "o.jsonl.rejects.jsonl")] == list(range(2, 52))


def test_one_bad_input_of_several_is_a_reject(cli, tmp_path):
    (tmp_path / "empty.txt").write_text(" \n")
    page = PAGES / "thread.txt"
    done = cli("classify", tmp_path / "empty.txt", page, "-o", tmp_path / "o.csv", "--json")
    assert done.status == 1
    told = json.loads(done.out)
    assert (told["read"], told["records"], told["rejects"]) == (7, 6, 1)
    (reject,) = read_jsonl(tmp_path / "o.csv.rejects.jsonl")
    assert (reject["source"], reject["line"]) == (str(tmp_path / "empty.txt"), None)
    assert "is empty" in reject["reason"]


def test_a_source_that_is_damaged_half_way_gives_what_stands_before(cli, analyzer, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"jam {i}" for i in range(1000, 1600)]})
    pq.write_table(table, path, row_group_size=256, compression="none", use_dictionary=False, write_statistics=False)
    data = bytearray(path.read_bytes())
    start, end = data.index(b"jam 1511") + len("jam 1511"), data.index(b"jam 1512")
    data[start:end] = b"\xff" * (end - start)  # the page header of the last group
    path.write_bytes(data)
    done = cli("classify", path, *PAIR, "-o", tmp_path / "o.jsonl")
    records = read_jsonl(tmp_path / "o.jsonl")
    assert done.status == 1
    assert [record["text"] for record in records] == [f"jam {i}" for i in range(1000, 1512)]
    assert "is damaged" in read_jsonl(tmp_path / "o.jsonl.rejects.jsonl")[0]["reason"]


def test_pipes_are_jsonl_or_paragraphs(cli):
    records = cli("classify", "-", *PAIR, stdin=b'\n {"id": 4, "text": "jam", "n": 1}\n').records
    assert [(record["id"], record["text"], record["n"]) for record in records] == [(4, "jam", 1)]
    records = cli("classify", "-", *PAIR, stdin=b"one jam\nstill one\n\n\ntwo\n").records
    assert [(record["id"], record["text"]) for record in records] == [(1, "one jam\nstill one"), (2, "two")]


def test_columns_can_be_renamed(cli, tmp_path):
    (tmp_path / "a.csv").write_text("body,nr,by,up\njam,x1,Ann,x0\n")
    names = ("--text-column", "body", "--id-column", "nr", "--author-column", "by", "--parent-column", "up")
    (record,) = cli("classify", tmp_path / "a.csv", *PAIR, *names).records
    assert [record[name] for name in ("text", "id", "author", "parent")] == ["jam", "x1", "Ann", "x0"]
    assert list(record) == list(RECORD_FIELDS)


@pytest.mark.parametrize(
    ("switch", "page", "rows"),
    [(None, True, False), ("--definitions", True, True), ("--no-definitions", False, False)],
)
def test_definitions_are_found_in_pages_by_default_and_by_switch(cli, switch, page, rows):
    switches = [switch] if switch else []
    text = b'{"text": "Marmalade is a preserve made from oranges."}\n'
    for records, run in (
        (cli("classify", PAGES / "thread.txt", "--article", *switches).records, page),
        (cli("classify", "-", *PAIR, *switches, stdin=text).records, rows),
    ):
        assert {record["definitions_run"] for record in records} == {run}
        assert any(record["definitions"] for record in records) == run


def test_python_says_the_same(cli, analyzer, tmp_path):
    notes, out = [], io.StringIO()
    job = Job(inputs=(str(PAGES / "thread.html"),), pair=Pair("kayak", "canoe"))
    summary = classify(job, analyzer, stdout=out, notify=notes.append)
    assert out.getvalue() == cli("classify", PAGES / "thread.html").out
    assert summary.status == 0
    assert summary.to_dict()["read"] == summary.records == 4
    assert len(notes) == 2
    with pytest.raises(PairError, match="no pair of terms is given"):
        classify(Job(inputs=("-",), out=str(tmp_path / "x.csv")), analyzer, stdin=io.BytesIO(b"text"))
    assert left_over(tmp_path) == []


def test_rows_of_a_thread_see_those_before_them(cli, tmp_path):
    rows = [
        {"id": 1, "author": "Ruth", "text": "A marmalade is a kind of jam.", "thread": "t1"},
        {"id": 2, "author": "Ben", "text": "I agree with Ruth.", "thread": "t1"},
        {"id": 3, "author": "Cy", "text": "I agree with Ruth.", "thread": "t2"},
        {"id": 4, "author": "Di", "text": "I agree with Ruth."},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    first, second, third, fourth = cli("classify", file, *PAIR).records
    assert (first["view"], first["direction"]) == (second["view"], second["direction"]) == ("subset", "jam")
    assert second["text"][second["evidence"][0]["start"] :].startswith("agree with Ruth")
    assert third["view"] == fourth["view"] == "none"
    assert [r["thread"] for r in (first, second, third, fourth)] == ["t1", "t1", "t2", None]


def test_several_views_of_one_comment_stand_first_in_views(analyzer):
    text = "They are not the same, yet the one feeds the other, like bread and butter."
    views = analyzer(text, pair=("advertising", "public relations"), definitions=False).views
    assert set(sorted(views, key=views.get, reverse=True)[:3]) == {"distinct", "complement", "enables"}


def test_the_collector_of_cycles_is_left_as_it_was(analyzer, monkeypatch):
    seen = []
    before = gc.get_threshold()
    shard = shards.Shard(0, batch_of([Comment(1, "jam is a marmalade", pair=("jam", "marmalade"))]), Settings())

    def broken(*_):
        seen.append(gc.get_threshold()[0])
        raise OSError("gone")

    monkeypatch.setattr(shards, "columns_of", broken)
    with pytest.raises(OSError, match="gone"):
        list(shards.each([shard], analyzer, "jsonl"))
    assert gc.get_threshold() == before
    try:
        gc.set_threshold(0)  # switched off by the caller
        with pytest.raises(OSError, match="gone"):
            list(shards.each([shard], analyzer, "jsonl"))
        assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
    assert seen == [YOUNG, 0]


def test_the_last_of_several_threads_gives_the_collector_back():
    before = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] == YOUNG
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_what_arrays_give_back_is_kept_where_the_c_library_can():
    assert keep_freed() == (platform.libc_ver()[0] == "glibc")
