"""How right are the views? One table: smsn beside its peers, on the same splits, on the same machine.

    python benchmarks/views.py                                  # the corpus: cross-validation and the held-out file
    python benchmarks/views.py --real PATH/dev.jsonl            # and real statements, which nothing is trained on
    python benchmarks/views.py --quick                          # without the cross-validation

Splits: ``by-pair`` is cross-validation in which no pair stands on both sides (the home pair is always in
training, never in the test); ``home`` is the home pair, held out whole; ``heldout`` is corpus/heldout.jsonl,
by other writers about other pairs, without its home pair, which is ``held home``; ``real`` is the file given. Calibration is shown beside what a perfectly calibrated model with the
same probabilities would show at that n (median and 95th percentile of simulations); ``confident`` is the share
of comments over the shipped bundle's threshold, and its lenient precision.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, for every peer
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed
from peers import Peer, Trainer, cost, installed

from smsn import bundle, corpus_file, resources
from smsn.corpus_file import LabelledComment
from smsn.evaluation import cross_validate
from smsn.metrics import Metrics, Prediction, perfect_calibration, score
from smsn.records import VIEWS
from smsn.training import shipped_corpus

HOME = "social media / social networking"
CROSSED = ("always distinct", "TF-IDF + SVM", "smsn")  # the others would take hours
HISTORY = Path(__file__).parent / "history.csv"


def real(path: str) -> list[LabelledComment]:
    """Return the statements of a file of real text, with their source as the writer."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [corpus_file.parse({**row, "author": row.get("source")}) for row in rows]


def crossed(train: Trainer, others: Sequence[LabelledComment], home: Sequence[LabelledComment], folds: int, seed: int) -> list[Prediction]:
    """Return out-of-fold predictions, the home pair in every training part."""
    return cross_validate(others, lambda training: train([*training, *home]).answer, folds=folds, seed=seed)


def confident(comments: Sequence[LabelledComment], predicted: Sequence[Prediction], threshold: float) -> str:
    """Return coverage and lenient precision of the predictions over the threshold."""
    over = [p.label in c.accepted for c, p in zip(comments, predicted, strict=True) if p.probability >= threshold]
    return f"{len(over) / len(comments):.2f} at {np.mean(over):.2f}" if over else "0.00"


def show(split: str, name: str, n: int, m: Metrics, sure: str = "", fair: tuple[float, float] | None = None) -> None:
    """Print one row."""
    interval = f"[{m.interval[0]:.3f}, {m.interval[1]:.3f}]"
    each = " ".join(f"{m.labels.get(v, float('nan')):6.2f}" for v in VIEWS)
    calibration = f"{m.calibration:.3f} ({fair[0]:.3f}, {fair[1]:.3f})" if fair else ""
    print(f"{split:10}{name:19}{n:6}{m.macro_f1:7.3f} {interval:15}{m.lenient:8.3f}{m.direction:10.3f}  {calibration:21}{sure:14}{each}", flush=True)


def main() -> None:
    """Print the table, the costs, and each of smsn's scores with what determines it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", metavar="FILE", help="labelled real statements (JSONL)")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[13, 14, 15])
    parser.add_argument("--jobs", type=int, default=2, help="processes for cross-validation")
    parser.add_argument("--quick", action="store_true", help="no cross-validation, and no home pair held out")
    parser.add_argument("--only", nargs="+", help="names of the peers to train")
    parser.add_argument("--log", metavar="WHAT", help="add smsn's scores to history.csv, with what was changed")
    arguments = parser.parse_args()
    corpus = shipped_corpus()
    mark = corpus_file.fingerprint(corpus)
    home, others = [c for c in corpus if c.group == HOME], [c for c in corpus if c.group != HOME]
    heldout = corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)
    splits = {"heldout": [c for c in heldout if c.group != HOME], "held home": [c for c in heldout if c.group == HOME]}
    if arguments.real:
        splits["real"] = real(arguments.real)
    threshold = float(bundle.read_manifest(bundle.current("views"))["confident"])
    trainers = {name: train for name, train in installed().items() if arguments.only is None or name in arguments.only}
    print(f"corpus {mark}, {len(corpus):,} comments; threshold of confident {threshold:.3f}")
    print(f"{'split':10}{'model':19}{'n':>6}{'macro':>7} {'95 % interval':15}{'lenient':>8}{'direction':>10}  {'ECE (fair, 95 %)':21}{'confident':14}" + " ".join(f"{v[:6]:>6}" for v in VIEWS))
    signatures: dict[str, Metrics] = {}
    whole: dict[str, Peer] = {}
    for name, train in trainers.items():
        whole[name] = train(corpus)
        runs = {split: (comments, whole[name].answer(comments)) for split, comments in splits.items()}
        if not arguments.quick and name in CROSSED:
            runs["home"] = (home, train(others).answer(home))
            folds = Parallel(n_jobs=arguments.jobs)(delayed(crossed)(train, others, home, arguments.folds, seed) for seed in arguments.seeds)
            runs["by-pair"] = (others * len(arguments.seeds), [p for run in folds for p in run])
        for split, (comments, predicted) in runs.items():
            told = {"split": f"{arguments.folds}-fold by pair", "seeds": ",".join(map(str, arguments.seeds))} if split == "by-pair" else {"split": split, "trained": mark}
            metrics = score(comments, predicted, **told, corpus=corpus_file.fingerprint(comments[: len(comments) // (len(arguments.seeds) if split == "by-pair" else 1)]))
            fair = perfect_calibration([p.probability for p in predicted]) if name == "smsn" else None
            n = len(comments) // len(arguments.seeds) if split == "by-pair" else len(comments)
            show(split, name, n, metrics, confident(comments, predicted, threshold) if name == "smsn" else "", fair)
            if name == "smsn":
                signatures[split] = metrics
    short = [c for c in corpus if c.group == HOME and 20 <= len(c.text.split()) <= 34]
    print(f"\n{'model':19}{'texts/s':>9}{'MB':>8}{'load s':>8}   ({len(short)} comments of one pair, {np.mean([len(c.text.split()) for c in short]):.0f} words, one core, the best of five)")
    for name, peer in whole.items():
        speed, size, loading = cost(peer, short)
        print(f"{name:19}{speed:9,.0f}{size:8.1f}{loading:8.2f}", flush=True)
    for split, metrics in signatures.items():
        print(f"{split}: {metrics.signature()}")
    if arguments.log and "smsn" in whole:
        log(arguments.log, mark, len(corpus), signatures)


def log(what: str, mark: str, size: int, scores: dict[str, Metrics]) -> None:
    """Add one row to the history: every score of the real statements is kept."""
    row = [datetime.date.today().isoformat(), mark, size]
    for split in ("real", "heldout"):
        m = scores.get(split)
        row += ["", "", "", ""] if m is None else [f"{m.macro_f1:.3f}", f"{m.lenient:.3f}", m.worst[0], f"{m.worst[1]:.3f}"]
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([*row, what])


if __name__ == "__main__":
    main()
