"""Columns in, columns out: the unit of every way of running, the gate before it, and a cluster that runs it."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import read_jsonl
from hypothesis import given, settings
from hypothesis import strategies as st

from smsn import cluster, corpus_file, frames, resources
from smsn.analyzer import load
from smsn.batch import Job, classify
from smsn.errors import InputError, OutputError, WorkerError
from smsn.frames import Settings, classify_batches
from smsn.gate import ABOUT, FIRST, LEAST, Pile, agrees, relates, terms_named
from smsn.readers import Columns
from smsn.readers.arrow import common_schema, read_batches
from smsn.records import RECORD_FIELDS
from smsn.terms import Pair, find_mentions
from smsn.threads import agreement

PAIR = Pair("social media", "social networking")
PAIRS = (PAIR, Pair("mulch", "compost"), Pair("IT", "UX"), Pair("user interface", "UI"), Pair("PAYG", "contract"), Pair("C++", "Go"), Pair("café", "bar"))
TEXTS = ["Social networking is a part of social media.", "The bus was late.", "They are the same thing.", "Media matters.", ""]
WORDS = ["social", "Social-Media", "SM", "mulches", "compost", "IT", "it", "UX", "user-interface", "Pay as you Go", "go", "Go", "C++", "cafés", "the former", "networked", "bar\u00a0", "and", ".", "’s", "x"]


def batch(texts=TEXTS, **columns):
    return pa.record_batch({"text": pa.array(texts, pa.string()), **columns})


def answers(analyzer, batches, **settings):
    return [row for found in classify_batches(batches, analyzer, Settings(PAIR, **settings)) for row in found.to_pylist()]


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), st.sampled_from(PAIRS))
@settings(max_examples=400, deadline=None)
def test_what_names_a_term_is_what_mentions_are_found_in(text, pair):
    assert terms_named(pa.array([text]), pair)[0].as_py() == len({mention.term for mention in find_mentions(text, pair)})


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("They're like apples and oranges.", True), ("these two are not the same", True), ("No difference at all!", True), ("The former feeds the latter.", True),
        ("I went to the shop and bought bread.", False), ("The bus was late again.", False), ("", False), ("Same here.", False),
        ("They came. Same here.", False), ("They came home late and had a bite to eat at the same place.", False), ("overlap with each other", True), ("I mix. Both", False), ("linked, as far as we could tell, to both", False),
        ("EACH OTHER, said the children who live nearby, is alike", True), ("same thing", True),
        ("They complement each other.", True), ("You can't have one without the other.", True), ("One leads to the other.", True), ("Those are two names for it.", True), ("One is included in the other.", True), ("Two totally separate worlds.", True),
    ],
)  # fmt: skip
def test_what_relates_without_a_term(text, passes):
    assert relates(pa.array(['Hm.', text]))[1].as_py() is passes


@pytest.mark.parametrize("text", ["I agree with Ruth.", "Exactly.", "+1 Ruth", "What Ruth said.", "Ruth nailed it.", "I'm with Ruth", "Same as Ruth", "Well said", "You are so right"])
def test_what_agrees_agrees(text):
    assert agreement(text) is not None
    assert agrees(pa.array([text, "The bus was late."])).to_pylist() == [True, False]


def test_no_agreement_is_missed():
    texts = [comment.text for comment in corpus_file.read(resources.folder("corpus") / "written.jsonl")]
    agreeing = [agreement(text) is not None for text in texts]
    assert sum(agreeing) > 300
    assert agrees(pa.array(texts)).to_pylist() == agreeing


def test_rows_order_and_columns_are_kept(analyzer):
    mine = batch(id=[5, 4, 3, 2, 1], likes=[1.5, None, 3.0, 4.0, 5.0], view=["a"] * 5, tags=[["x"], None, [], ["y"], ["z"]])
    [found] = classify_batches([mine], analyzer, Settings(PAIR))
    assert found.schema.names == [*RECORD_FIELDS, "likes", "input_view", "tags"]
    assert found.column("id").equals(mine.column("id"))
    assert found.column("likes").equals(mine.column("likes"))
    assert found.column("tags").equals(mine.column("tags"))
    assert found.column("input_view").equals(mine.column("view"))
    assert found.column("view").to_pylist()[0] == "subset"
    assert found.column("author").null_count == 5


def test_a_batch_says_what_the_analyzer_says(analyzer):
    rows = answers(analyzer, [batch()], gate=False)
    for row, record in zip(rows, analyzer.pipe(TEXTS, PAIR, definitions=False), strict=True):
        wanted = record.to_dict()
        row["views"] = dict(row["views"])
        assert {name: row[name] for name in frames.FOUND.names} == {name: wanted[name] for name in frames.FOUND.names}


def test_what_the_gate_stops_is_answered_like_an_empty_text(analyzer):
    rows, read = answers(analyzer, [batch()], gate=True), answers(analyzer, [batch()], gate=False)
    assert [row == other for row, other in zip(rows, read, strict=True)] == [True, False, False, True, True]
    assert [row["text"] for row in rows] == TEXTS
    silent = [{name: row[name] for name in frames.FOUND.names} for row in (rows[1], rows[2], read[4])]
    assert silent[0] == silent[1] == silent[2]
    assert (silent[0]["view"], silent[0]["evidence"], silent[0]["definitions_run"]) == ("none", [], False)


def test_few_rows_are_all_read(analyzer):
    assert answers(analyzer, [batch()]) == answers(analyzer, [batch()], gate=False)


def pile_of(named, size):
    """Texts of which so many name a term, spread over all."""
    return [TEXTS[0] if i * named // size < (i + 1) * named // size else "They are the same thing." for i in range(size)]


@pytest.mark.parametrize(
    ("named", "size", "about"),
    [(0, LEAST - 1, None), (0, LEAST, False), (LEAST // 2 - 1, LEAST, False), (LEAST // 2, LEAST, True), (LEAST, LEAST, True), (300, 1000, False)],
)
def test_what_a_pile_is_about(named, size, about):
    texts = pile_of(named, size)
    assert texts.count(TEXTS[0]) == named
    assert Pile(PAIR).is_about(pa.array(texts)) is about


def test_terms_inside_other_words_do_not_tell_what_a_pile_is_about():
    texts = pa.array(["He said again that the main train to Spain was late in the rain." * 5] * LEAST)
    assert not Pile(Pair("AI", "ML")).is_about(texts)


def test_inputs_too_small_to_tell_are_taken_together():
    pile, half = Pile(PAIR), LEAST // 2
    assert [pile.is_about(pa.array([text] * half)) for text in ("x", "x", TEXTS[0], "x", *[TEXTS[0]] * 3, "x")] == [None, False, None, False, None, None, None, True]
    assert not pile.is_about(pa.array(["x"] * LEAST))


@pytest.mark.parametrize(
    ("text", "pair"),
    [("Information technology (it) is late.", Pair("IT", "HR")), ("See hr (human resources).", Pair("IT", "HR")), ("it means information technology here", Pair("IT", "HR")),
     ("Delete C:\\windows please.", Pair("C:\\windows", "registry")), ("a user\u00a0interface", Pair("user interface", "UX"))],
)  # fmt: skip
def test_no_form_is_missed_by_the_quick_look(text, pair):
    assert find_mentions(text, pair)
    assert terms_named(pa.array([text]), pair)[0].as_py()


def test_only_the_first_rows_tell_what_a_pile_is_about():
    about, other = [TEXTS[0]] * int(FIRST * ABOUT), ["The bus was late."] * int(FIRST * (1 - ABOUT))
    assert Pile(PAIR).is_about(pa.array(about + other * 9))
    assert not Pile(PAIR).is_about(pa.array(other[:1] + about[1:] + other + about * 9))


def test_in_a_pile_about_something_else_what_names_no_term_is_not_read(analyzer):
    texts = pile_of(10, 200)
    views = [row["view"] for row in answers(analyzer, [batch(texts)])]
    assert {view for view, text in zip(views, texts, strict=True) if text != TEXTS[0]} == {"none"}
    assert {view for view, text in zip(views, texts, strict=True) if text == TEXTS[0]} == {"subset"}
    assert "synonym" in {row["view"] for row in answers(analyzer, [batch(pile_of(150, 200))])}


def test_the_first_batch_decides_for_all(analyzer):
    later = answers(analyzer, [batch(pile_of(10, 200)), batch(["They are the same thing."] * 3)])[200:]
    assert [row["view"] for row in later] == ["none"] * 3
    later = answers(analyzer, [batch([]), batch(pile_of(10, 200))])
    assert {row["view"] for row in later} == {"none", "subset"}
    later = answers(analyzer, [batch([TEXTS[0]] * 100), batch(["They are the same thing."] * 200)])[100:]
    assert {row["view"] for row in later} == {"synonym"}


def test_the_gate_is_open_where_a_bundle_has_no_none(analyzer, monkeypatch):
    read = answers(analyzer, [batch()], gate=False)
    monkeypatch.setattr(frames, "SILENT", "no label of this bundle")
    assert answers(analyzer, [batch()], gate=True) == read


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["Social media is fun.", "They are the same thing.", "What a day.", "One came before it."], [True, True, False, False]),  # one term: what relates
        (["Social media is fun.", "They are the same thing.", "What a day.", "I agree with Ruth."], [True] * 4),  # somebody agrees
        ([TEXTS[0], "One leads to the other.", "What a day."], [True] * 3),  # both terms in a comment
        ([TEXTS[0], *["What a day."] * 9], [True] * 10),
        ([TEXTS[0], *["What a day."] * 9, "They are the same thing."], [True, *[False] * 9, True]),  # both, but lost among others
        (["They are the same thing.", "I agree with Ruth."], [False, False]),  # no term
    ],
)
def test_what_is_read_of_a_thread(analyzer, monkeypatch, texts, read):
    beside = ["They are the same thing.", TEXTS[0], "I agree with Ruth."]
    mine = batch([*texts, *beside], author=["Ruth", *["Jo"] * (len(texts) + 2)], thread=[*["t"] * len(texts), *[None] * 3])
    seen = []
    monkeypatch.setattr(analyzer, "found", lambda comments, *given, real=analyzer.found, **more: real([seen.append(c) or c for c in comments], *given, **more))
    gated, full = answers(analyzer, [mine], gate=True), answers(analyzer, [mine], gate=False)
    taken = [c.text for c in seen[: sum(read) + 1] if not isinstance(c, str)]
    assert taken == [*(text for text, passes in zip(texts, read, strict=True) if passes), TEXTS[0]]
    assert [row for row, passes in zip(gated, [*read, False, True, False], strict=True) if passes] == [row for row, passes in zip(full, [*read, False, True, False], strict=True) if passes]


def test_rows_with_pairs_of_their_own_beside_rows_without(analyzer):
    texts = ["A wiki is a kind of site.", *["They are the same thing."] * 199]
    mine = batch(texts, pair_a=["wiki", *[None] * 199], pair_b=["site", *[None] * 199])
    for gate in (None, True):
        rows = answers(analyzer, [mine], gate=gate)
        assert [row["view"] for row in rows] == ["subset", *["none"] * 199]
        assert rows[0]["pair"] == ["wiki", "site"]


def test_rows_with_pairs_of_their_own(analyzer):
    mine = batch(["A wiki is a kind of site.", TEXTS[0]], pair_a=["wiki", None], pair_b=["site", None])
    found = [(row["pair"], row["view"]) for row in answers(analyzer, [mine])]
    assert found == [(["wiki", "site"], "subset"), (list(PAIR.terms), "subset")]
    aliased = Settings(PAIR, (("wiki", "weekee"),))
    [row, _] = next(classify_batches([batch(["A weekee is a kind of site.", "x"], pair_a=["wiki", None], pair_b=["site", None])], analyzer, aliased)).to_pylist()
    assert row["view"] == "subset"


def test_parquet_to_parquet_keeps_types_and_rejects(analyzer, tmp_path):
    table = pa.table({
        "id": pa.array([1, 2, 3], pa.int32()), "text": pa.array([TEXTS[0], None, "x"], pa.large_string()),
        "when": pa.array([0, 1, 2], pa.timestamp("us")), "tags": [[1], [], None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "in.parquet")
    summary = classify(Job((str(tmp_path / "in.parquet"),), str(tmp_path / "out.parquet"), PAIR), analyzer)
    found = pq.read_table(tmp_path / "out.parquet")
    assert (summary.records, summary.rejects, found.num_rows) == (2, 1, 2)
    renamed = pq.read_table(tmp_path / "in.parquet").rename_columns(["id", "body", "when", "tags"])
    pq.write_table(renamed, tmp_path / "body.parquet")
    classify(Job((str(tmp_path / "body.parquet"),), str(tmp_path / "b.parquet"), PAIR, columns=Columns(text="body")), analyzer)
    assert read_jsonl(tmp_path / "b.parquet.rejects.jsonl")[0]["reason"] == '"body" is null, not a string.'
    assert found.schema.field("id").type == pa.int32()
    assert found.schema.field("when").type == pa.timestamp("us")
    assert found.column("tags").to_pylist() == [[1], None]
    [reject] = read_jsonl(tmp_path / "out.parquet.rejects.jsonl")
    assert (reject["line"], reject["reason"]) == (2, '"text" is null, not a string.')
    by_rows = classify(Job((str(tmp_path / "in.parquet"),), str(tmp_path / "out.jsonl"), PAIR), analyzer)
    assert (by_rows.records, by_rows.rejects) == (2, 1)
    assert read_jsonl(tmp_path / "out.jsonl.rejects.jsonl")[0]["reason"] == reject["reason"]
    assert [r["views"] for r in read_jsonl(tmp_path / "out.jsonl")] == [dict(v) for v in found.column("views").to_pylist()]


def test_a_folder_with_hive_partitions_and_one_bad_file_among_many(analyzer, tmp_path):
    for year in range(20):
        (tmp_path / f"in/year={year}").mkdir(parents=True)
        pq.write_table(pa.table({"text": [TEXTS[0], f"year {year}"]}), tmp_path / f"in/year={year}/a.parquet")
    good = (tmp_path / "in/year=3/a.parquet").read_bytes()
    for out in ("out.parquet", "out.jsonl"):
        (tmp_path / "in/year=3/a.parquet").write_bytes(good[: len(good) // 2])
        summary = classify(Job((str(tmp_path / "in"),), str(tmp_path / out), PAIR), analyzer)
        assert (summary.records, summary.rejects, summary.status) == (38, 1, 1)
        assert "year=3" in read_jsonl(tmp_path / f"{out}.rejects.jsonl")[0]["source"]
        (tmp_path / f"in/{out}.rejects.jsonl").write_text('{"source": "x", "line": 1, "reason": "y", "raw": "z"}')  # passed over
    assert {row["year"] for row in read_jsonl(tmp_path / "out.jsonl")} == {str(year) for year in range(20)} - {"3"}


def test_texts_and_rows_of_any_size(analyzer, tmp_path):
    long = TEXTS[0] + " Well." * 200_000
    wide = {"text": TEXTS[0], **{f"c{i}": i for i in range(100_000)}}
    lines = [json.dumps({"text": long}), json.dumps(wide), json.dumps({"text": "end"})]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    assert classify(Job((str(tmp_path / "in.jsonl"),), str(tmp_path / "out.jsonl"), PAIR), analyzer).records == 3
    first, second, _ = read_jsonl(tmp_path / "out.jsonl")
    assert (len(first["text"]), second["c99999"]) == (len(long), 99999)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Start a scheduler and two workers of Dask on loopback; give the address."""
    folder = tmp_path_factory.mktemp("dask")
    told = folder / "scheduler.json"
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]]
    commands += [["worker", "--scheduler-file", str(told), "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]] * 2
    processes = [
        subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{name}", *rest], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        for name, *rest in commands
    ]
    until = time.monotonic() + 60
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.1)
    yield json.loads(told.read_text())["address"]
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)


def test_a_cluster_finds_what_one_process_finds(scheduler, tmp_path, cli):
    rows = [{"id": f"r{i}", "text": f"{TEXTS[i % 4]} {i}", "n": i} for i in range(400)]
    for part in (0, 1):
        pq.write_table(pa.Table.from_pylist([*rows[part::2], {"id": "no text", "text": None, "n": 0}]), tmp_path / f"in{part}.parquet")
    arguments = ("classify", tmp_path / "in*.parquet", "--pair", *PAIR.terms, "--json")
    one = cli(*arguments, "-o", tmp_path / "one.parquet")
    many = cli(*arguments, "-o", tmp_path / "many", "--engine", "dask", "--scheduler", scheduler)
    assert (one.status, many.status) == (1, 1), many.err
    assert f"(rejects: {tmp_path}/many/part-*.rejects.jsonl)" in many.err
    told = json.loads(many.out.splitlines()[0])
    assert (told["records"], told["rejects"], told["resumed"]) == (400, 2, 0)
    parts = sorted((tmp_path / "many").glob("*.parquet"))
    assert len(parts) == 2
    assert pa.concat_tables([pq.read_table(p) for p in parts]).equals(pq.read_table(tmp_path / "one.parquet"))
    assert len(read_jsonl(tmp_path / "many/part-00000.rejects.jsonl")) == 1
    kept = parts[1].stat().st_mtime_ns
    parts[0].unlink()
    again = cli(*arguments, "-o", tmp_path / "many", "--engine", "dask", "--scheduler", scheduler)
    assert json.loads(again.out.splitlines()[0])["resumed"] == 200
    assert parts[1].stat().st_mtime_ns == kept
    assert pq.read_table(parts[0]).num_rows == 200


def test_what_a_pile_is_about_is_told_by_its_first_rows_however_it_is_run(scheduler, tmp_path, cli):
    same = "They are the same thing."
    texts = pile_of(400, FIRST) + [TEXTS[0], same] * 100
    table = pa.table({"text": texts})
    with pq.ParquetWriter(tmp_path / "in.parquet", table.schema) as writer:
        writer.write_table(table.slice(0, FIRST))
        writer.write_table(table.slice(FIRST))
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    pq.write_table(table.slice(FIRST), tmp_path / "about.parquet")

    def views(name, *more):
        done = cli("classify", tmp_path / name, "--pair", *PAIR.terms, "-o", tmp_path / f"{len(more)}-{name}", "--overwrite", *more)
        assert ("fewer than half of its first rows name a term" in done.err) is (name != "about.parquet" and not more)
        return [row["view"] for row in (read_jsonl if name.endswith("l") else lambda p: pq.read_table(p).to_pylist())(tmp_path / f"{len(more)}-{name}")]

    by_columns = views("in.parquet")
    assert {view for view, text in zip(by_columns, texts, strict=True) if text == same} == {"none"}
    assert by_columns == views("in.jsonl") == views("in.jsonl", "--gate")
    assert views("about.parquet") == views("in.jsonl", "--no-gate")[FIRST:] == ["subset", "synonym"] * 100
    job = Job((str(tmp_path / "in.parquet"),), str(tmp_path / "many"), PAIR)
    notes = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "PARTITION", 1)
        cluster.classify(job, load(), scheduler, notify=notes.append)
    assert ["fewer than half" in note for note in notes] == [True]
    parts = sorted((tmp_path / "many").glob("*.parquet"))
    assert len(parts) == 2
    assert by_columns == [row["view"] for part in parts for row in pq.read_table(part).to_pylist()]


def test_pages_are_read_in_full(analyzer, tmp_path):
    page = (Path(__file__).parent / "pages/thread.html").read_text("utf-8")
    (tmp_path / "page.html").write_text(page, "utf-8")
    told = [[(r["view"], r["probability"]) for r in page_records(analyzer, tmp_path, gate)] for gate in (True, None, False)]
    assert told[0] == told[1] == told[2]
    answers_to_nothing = analyzer("", Pair("kayak", "canoe"), definitions=False).probability
    assert answers_to_nothing not in {probability for _, probability in told[0]}


def page_records(analyzer, folder, gate):
    out = folder / f"{gate}.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("smsn.gate.LEAST", 1)
        patch.setattr("smsn.gate.ABOUT", 2.0)  # no table would be about the pair
        patch.setattr("smsn.frames.TALK", 2.0)  # and no thread
        classify(Job((str(folder / "page.html"),), str(out), Pair("kayak", "canoe"), gate=gate), analyzer)
    return read_jsonl(out)


def test_a_bundle_without_none_reads_all_and_says_nothing(analyzer, tmp_path, monkeypatch):
    pq.write_table(pa.table({"text": pile_of(10, 200)}), tmp_path / "in.parquet")
    monkeypatch.setattr("smsn.batch.SILENT", "no label of this bundle")
    notes = []
    classify(Job((str(tmp_path / "in.parquet"),), str(tmp_path / "out.parquet"), PAIR), analyzer, notify=notes.append)
    views = pq.read_table(tmp_path / "out.parquet").column("view").to_pylist()
    assert views == [row["view"] for row in answers(analyzer, [batch(pile_of(10, 200))], gate=False)]
    assert notes == []


def test_many_small_files_are_one_pile(analyzer, tmp_path):
    for number in range(4):
        pq.write_table(pa.table({"text": ["They are the same thing."] * 60}), tmp_path / f"{number}.parquet")
    notes = []
    classify(Job((str(tmp_path / "*.parquet"),), str(tmp_path / "out.jsonl"), PAIR), analyzer, notify=notes.append)
    assert [row["view"] for row in read_jsonl(tmp_path / "out.jsonl")] == ["synonym"] * 60 + ["none"] * 180
    assert [note.split(":")[0].split("/")[-1] for note in notes if "half" in note] == ["1.parquet"]
    assert any("2 more of the inputs" in note for note in notes)


@pytest.mark.parametrize(("gate", "read_at_once"), [(True, 30), (False, 30), (False, 1000)])
def test_a_damaged_file_gives_all_rows_before_the_damage(analyzer, tmp_path, monkeypatch, gate, read_at_once):
    monkeypatch.setattr("smsn.readers.arrow._ROWS", read_at_once)
    table = pa.table({"text": [f"{TEXTS[0]} {i}" for i in range(200)]})
    with pq.ParquetWriter(tmp_path / "in.parquet", table.schema, compression="none", use_dictionary=False) as writer:
        for start in range(0, 200, 50):
            writer.write_table(table.slice(start, 50))
    whole = bytearray((tmp_path / "in.parquet").read_bytes())
    at = whole.index(f"{TEXTS[0]} 150".encode())
    whole[at - 60 : at] = bytes(60)  # the head of the last row group's page
    (tmp_path / "in.parquet").write_bytes(whole)
    summary = classify(Job((str(tmp_path / "in.parquet"),), str(tmp_path / "out.parquet"), PAIR, gate=gate), analyzer)
    assert (summary.records, summary.rejects) == (150, 1)


def test_a_batch_holds_whole_threads_and_enough_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("smsn.readers.arrow._ROWS", 10)
    threads = ["a"] * 3 + ["b"] * 30 + ["c"] * 22
    pq.write_table(pa.table({"text": ["x"] * 55, "thread": threads}), tmp_path / "in.parquet")
    schema = common_schema([str(tmp_path / "in.parquet")], Columns())
    sizes = [b.num_rows for b in read_batches(str(tmp_path / "in.parquet"), schema, Columns(), lambda: 10, pytest.fail)]
    assert sizes == [33, 22]


def test_a_batch_of_long_texts_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr("smsn.readers.arrow._ROWS", 10)
    monkeypatch.setattr("smsn.readers.arrow._BYTES", 5000)
    pq.write_table(pa.table({"text": ["x" * 1000] * 40}), tmp_path / "in.parquet")
    schema = common_schema([str(tmp_path / "in.parquet")], Columns())
    assert [b.num_rows for b in read_batches(str(tmp_path / "in.parquet"), schema, Columns(), lambda: 1000, pytest.fail)] == [10] * 4


def test_what_a_worker_does_not_find_is_told(scheduler, tmp_path, analyzer, monkeypatch):
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "a.parquet")
    monkeypatch.chdir(tmp_path)  # the workers stand elsewhere
    with pytest.raises(WorkerError, match="a worker does not find it"):
        cluster.classify(Job(("a.parquet",), "out", PAIR), analyzer, scheduler)


def test_what_a_cluster_refuses(tmp_path, analyzer):
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "a.parquet")
    job = Job((str(tmp_path / "a.parquet"),), str(tmp_path / "out"), PAIR)
    with pytest.raises(WorkerError, match="no Dask scheduler answers"):
        cluster.classify(job, load(), "tcp://127.0.0.1:9")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.txt").touch()
    with pytest.raises(OutputError, match="is there already"):
        cluster.classify(Job(job.inputs, str(tmp_path / "other"), PAIR), analyzer, "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="for one pair"):
        cluster.classify(Job(job.inputs, job.out), analyzer, "tcp://127.0.0.1:9")


def test_schemas_that_do_not_go_together_are_read_row_by_row(analyzer, tmp_path):
    pq.write_table(pa.table({"text": [TEXTS[0]], "n": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": [TEXTS[1]], "n": ["one"], "more": [True]}), tmp_path / "b.parquet")
    summary = classify(Job((str(tmp_path / "*.parquet"),), str(tmp_path / "out.parquet"), PAIR), analyzer)
    assert (summary.records, summary.rejects) == (2, 0)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column("n").to_pylist() == ["1", "one"]
    assert found.column("more").to_pylist() == [None, True]


def test_a_truncated_archive_gives_what_stands_before_the_damage(analyzer, tmp_path):
    lines = "".join(json.dumps({"text": f"{TEXTS[0]} {i}"}) + "\n" for i in range(2000)).encode()
    whole = gzip.compress(lines)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) * 2 // 3])
    summary = classify(Job((str(tmp_path / "a.jsonl.gz"),), str(tmp_path / "out.jsonl.gz"), PAIR), analyzer)
    assert 0 < summary.records < 2000
    assert summary.rejects == 1
    assert "ends early" in read_jsonl(tmp_path / "out.jsonl.gz.rejects.jsonl")[0]["reason"]
    records = gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()
    assert [json.loads(line)["text"] for line in records] == [f"{TEXTS[0]} {i}" for i in range(summary.records)]


def test_bad_bytes_in_a_column_are_rejects(analyzer, tmp_path):
    texts = pa.array([TEXTS[0].encode(), b"caf\xe9", b"end"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet")
    summary = classify(Job((str(tmp_path / "in.parquet"),), str(tmp_path / "out.parquet"), PAIR), analyzer)
    assert (summary.records, summary.rejects) == (2, 1)
    assert pq.read_table(tmp_path / "out.parquet").column("id").to_pylist() == [1, 3]
    [reject] = read_jsonl(tmp_path / "out.parquet.rejects.jsonl")
    assert (reject["line"], reject["reason"]) == (2, "The row holds bytes that are not UTF-8.")
    assert "caf\\xe9" in json.loads(reject["raw"])["text"]
