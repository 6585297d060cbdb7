"""Killed at any moment and run again, a run gives the very bytes of one that was left alone; what stands in its way is told."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import read_jsonl, write_jsonl

from smsn import gate, journal, shards
from smsn.batch import Job, classify
from smsn.errors import OutputError, WorkerError
from smsn.terms import Pair

PAIR = Pair("jam", "marmalade")
TEXTS = ("A marmalade is a kind of jam.", "Jam and marmalade are different things.", "The bus was late again.", "I agree with Ruth.")
OUTPUTS = ("out.jsonl", "out.jsonl.gz", "out.csv", "out.parquet", "out.from_parquet")


GATED = ("out.jsonl.gz", "out.from_parquet")
"""Outputs that are made of a pile about something else; shards are larger there."""


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch, request):
    monkeypatch.setattr(shards, "ROWS", 10)
    monkeypatch.setattr(shards, "GATED_ROWS", 20)
    monkeypatch.setattr("smsn.readers.arrow._ROWS", 10)
    if getattr(request.node, "callspec", None) is not None and request.node.callspec.params.get("name") in GATED:
        monkeypatch.setattr(gate, "LEAST", 5)
        monkeypatch.setattr(gate, "ABOUT", 0.9)


def rows(count=73):
    return [{"id": i, "text": TEXTS[i % len(TEXTS)], "n": i / 2, "thread": f"t{i // 7}" if i % 3 else None, "author": "Ruth"} for i in range(count)]


def job(tmp_path, name, out, **more):
    if name == "out.from_parquet":
        source = tmp_path / "in.parquet"
        if not source.exists():
            pq.write_table(pa.Table.from_pylist([*rows(), {"id": 99, "text": None}]), source)
        return Job((str(source),), str(tmp_path / f"{out}.parquet"), PAIR, **more)
    source = tmp_path / "in.jsonl"
    if not source.exists():
        write_jsonl(source, [*rows(40), {"id": "no text"}, *rows()])
    return Job((str(source),), str(tmp_path / name.replace("out", out)), PAIR, **more)


def beside(path):
    return sorted(p.name for p in path.parent.iterdir() if p.name.startswith(path.name) and p != path)


def killed_at(call, module, name, run):
    """Run in a child process that is gone, without a word, at the `call`-th call of a function; return whether it came to that."""
    child = os.fork()
    if child == 0:
        count = iter(range(1, 1 << 20))
        real = getattr(module, name)

        def until(*arguments, **named):
            if next(count) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        try:
            setattr(module, name, until)
            run()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("name", OUTPUTS)
def test_killed_at_every_step(tmp_path, analyzer, name):
    alone = job(tmp_path, name, "alone")
    wanted = classify(alone, analyzer)
    again = job(tmp_path, name, "again")
    steps = [(journal.os, "replace", call) for call in (1, 2, 5, 9, 14)] + [(journal.Kept, "_append", call) for call in (1, 4, 9)]
    steps += [(journal.Kept, "_place", 1), (journal, "convert", 1), (journal.Kept, "_clean", 1)]
    died = sum(killed_at(call, module, function, lambda: classify(again, analyzer)) for module, function, call in steps if not (tmp_path / again.out).exists())
    assert died >= 3
    summary = classify(again, analyzer) if not os.path.exists(again.out) or os.path.exists(again.out + ".journal") else wanted
    assert (summary.records, summary.rejects) == (wanted.records, wanted.rejects)
    for suffix in ("", ".rejects.jsonl"):
        assert Path(alone.out + suffix).read_bytes() == Path(again.out + suffix).read_bytes()
    assert beside(tmp_path / os.path.basename(again.out)) == [os.path.basename(again.out) + ".rejects.jsonl"]


@pytest.mark.parametrize(("name", "killed_in"), [("out.jsonl", 4), ("out.from_parquet", 2)])
def test_what_is_finished_is_not_done_again(tmp_path, analyzer, name, killed_in, monkeypatch):
    this = job(tmp_path, name, "o")
    killed_at(2 * killed_in + 1, journal.Kept, "_append", lambda: classify(this, analyzer))
    seen = []
    monkeypatch.setattr(shards, "work", lambda shard, *rest, real=shards.work: seen.append(shard) or real(shard, *rest))
    summary = classify(this, analyzer)
    assert seen[0].number == killed_in
    assert {bool(shard.settings.gate) for shard in seen} == {name in GATED}
    assert all((shard.batch.num_rows >= 20) is (name in GATED) for shard in seen[:-1] if shard.batch.num_rows)
    assert 0 < summary.resumed < summary.records
    assert summary.to_dict()["read"] == summary.records + summary.rejects


def test_how_the_tally_is_resumed(tmp_path, analyzer):
    one, two = (classify(job(tmp_path, "out.jsonl", name), analyzer) for name in ("a", "b"))
    assert one.tally == two.tally
    this = job(tmp_path, "out.jsonl", "c")
    killed_at(9, journal.Kept, "_append", lambda: classify(this, analyzer))
    assert classify(this, analyzer).tally == one.tally


@pytest.mark.parametrize("name", ["out.jsonl", "out.from_parquet"])
def test_workers_and_the_size_of_shards_make_no_difference(tmp_path, analyzer, name, monkeypatch):
    one, two = job(tmp_path, name, "one"), job(tmp_path, name, "two", workers=2)
    told = [classify(this, analyzer) for this in (one, two)]
    assert told[0].tally == told[1].tally
    monkeypatch.setattr(shards, "ROWS", 4096)
    monkeypatch.setattr(shards, "GATED_ROWS", 4096)
    monkeypatch.setattr("smsn.readers.arrow._ROWS", 4096)
    big = job(tmp_path, name, "big")
    classify(big, analyzer)
    first, second, third = (Path(this.out).read_bytes() for this in (one, two, big))
    assert first == second
    assert name != "out.jsonl" or second == third
    if name == "out.from_parquet":
        assert pq.read_table(one.out).equals(pq.read_table(big.out))


def test_threads_stay_together(analyzer):
    comments = [shards.Comment(i, "x", thread=None if i < 3 else "a" if i < 30 else "b") for i in range(60)]
    assert [len(part) for part in shards.cut(comments)] == [30, 30]
    assert [len(part) for part in shards.cut(comments[:25])] == [25]
    assert [len(part) for part in shards.cut([shards.Comment(i, "x") for i in range(25)])] == [10, 10, 5]


def test_another_run_is_not_gone_on_with(tmp_path, analyzer):
    this = job(tmp_path, "out.jsonl", "o")
    killed_at(9, journal.Kept, "_append", lambda: classify(this, analyzer))
    other = Job(this.inputs, this.out, Pair("jam", "jelly"))
    with pytest.raises(OutputError, match="is of another run: options differ"):
        classify(other, analyzer)
    changed = json.loads((tmp_path / "o.jsonl.journal").read_text())
    changed["run"]["model"] = "view-2 0000"
    (tmp_path / "o.jsonl.journal").write_text(json.dumps(changed))
    with pytest.raises(OutputError, match="is of another run: model differ"):
        classify(this, analyzer)
    os.utime(this.inputs[0], (1, 1))
    with pytest.raises(OutputError, match="inputs, model differ"):
        classify(this, analyzer)
    anew = Job(this.inputs, this.out, PAIR, overwrite=True)
    assert classify(anew, analyzer).resumed == 0


def test_a_part_that_is_gone_is_told(tmp_path, analyzer):
    this = job(tmp_path, "out.jsonl", "o")
    killed_at(9, journal.Kept, "_append", lambda: classify(this, analyzer))
    (tmp_path / "o.jsonl.part").write_bytes(b"")
    with pytest.raises(OutputError, match="is gone or shorter"):
        classify(this, analyzer)


def test_an_output_that_is_there_is_kept(tmp_path, analyzer):
    this = job(tmp_path, "out.jsonl", "o")
    (tmp_path / "o.jsonl").write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        classify(this, analyzer)
    assert (tmp_path / "o.jsonl").read_text() == "mine"
    assert classify(Job(this.inputs, this.out, PAIR, overwrite=True), analyzer).records == len(read_jsonl(tmp_path / "o.jsonl")) == 113


def test_a_full_disk_keeps_what_is_finished(tmp_path, analyzer, monkeypatch):
    this = job(tmp_path, "out.jsonl", "o")
    real, count = journal.Kept._append, iter(range(100))

    def full(kept, number, data):
        if next(count) == 8:
            raise OSError(28, "No space left on device")
        return real(kept, number, data)

    monkeypatch.setattr(journal.Kept, "_append", full)
    with pytest.raises(OutputError, match="no room left on the disk; make some and run the same command again"):
        classify(this, analyzer)
    monkeypatch.setattr(journal.Kept, "_append", real)
    assert classify(this, analyzer).resumed > 0


def test_an_input_that_vanishes_is_told_and_the_rest_is_kept(tmp_path, analyzer):
    this = job(tmp_path, "out.jsonl", "o")
    killed_at(9, journal.Kept, "_append", lambda: classify(this, analyzer))
    os.rename(this.inputs[0], this.inputs[0] + ".away")
    with pytest.raises(ValueError, match="there is no such file"):
        classify(this, analyzer)
    os.rename(this.inputs[0] + ".away", this.inputs[0])
    assert classify(this, analyzer).resumed > 0


def test_a_pipe_leaves_nothing_behind(tmp_path, analyzer, monkeypatch):
    def gone(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(shards, "work", gone)
    with pytest.raises(KeyboardInterrupt):
        classify(Job(("-",), str(tmp_path / "o.jsonl"), PAIR), analyzer, stdin=io.BytesIO(b'{"text": "jam"}\n'))
    assert list(tmp_path.iterdir()) == []


def started(tmp_path, *more):
    """Start the command on a pile that takes some seconds; return the process once a part of it is finished."""
    write_jsonl(tmp_path / "in.jsonl", [{"text": f"{TEXTS[i % 2]} {i}"} for i in range(12_000)])
    arguments = [sys.executable, "-m", "smsn", "classify", "in.jsonl", "-o", "out.jsonl", "--pair", "jam", "marmalade", "--json", *more]
    process = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while not (tmp_path / "out.jsonl.journal").exists() and time.monotonic() < until:
        time.sleep(0.02)
    return process, arguments


@pytest.mark.parametrize("more", [(), ("--workers", "2")])
def test_interrupted_at_the_terminal_and_killed(tmp_path, more):
    process, arguments = started(tmp_path, *more)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not (tmp_path / "out.jsonl").exists()
    process = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.kill()
    process.communicate(timeout=60)  # whose pipes the workers hold, too: they end with it
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[0])
    assert told["read"] == told["records"] == 12_000
    assert told["resumed"] > 0
    assert [r["text"].rsplit(" ", 1)[1] for r in read_jsonl(tmp_path / "out.jsonl")] == [str(i) for i in range(12_000)]


def workers_of(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_workers_end_with_the_process_that_started_them(tmp_path):
    process, _ = started(tmp_path, "--workers", "2")
    workers = workers_of(process)
    assert len(workers) == 2
    process.kill()
    process.communicate(timeout=60)
    assert not any(Path(f"/proc/{pid}").exists() and b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in workers)


def test_a_worker_that_dies_is_told(tmp_path):
    process, _ = started(tmp_path, "--workers", "2")
    os.kill(workers_of(process)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == WorkerError.status == 2
    assert "a worker process is gone" in err
    assert "Traceback" not in err
    assert (tmp_path / "out.jsonl.journal").exists()


LOCKED = """
import os, sys
from smsn.cli import run
source, first, second = sys.argv[1:]
pair = ["--pair", "rook", "crow"]
assert run(["classify", source, "-o", first, *pair]) == 0  # what is imported on the way is there before the rights go
if os.geteuid() == 0:  # root may write everywhere
    os.setgid(65534)
    os.setuid(65534)
sys.exit(run(["classify", source, "-o", second, *pair]))
"""


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_a_folder_that_is_read_only_is_told(name):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as locked:  # pytest's own folders are closed to others
        source = write_jsonl(Path(locked) / "in.jsonl", [{"id": 1, "text": "A rook is a kind of crow."}])
        os.chmod(locked, 0o555)
        done = subprocess.run([sys.executable, "-c", LOCKED, source, f"{folder}/{name}", f"{locked}/{name}"], capture_output=True, text=True)
        assert done.returncode == 2
        assert f"{locked}/{name}: cannot be written: Permission denied. Choose another place with -o." in done.stderr
        assert "Traceback" not in done.stderr
        os.chmod(locked, 0o755)
