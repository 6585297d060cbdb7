"""How right are the views? One table: smsn beside two baselines, on the same splits.

    python benchmarks/views.py                                  # the corpus: cross-validation and the held-out file
    python benchmarks/views.py --real PATH/dev.jsonl            # and real statements, which nothing is trained on

Splits: ``by-pair`` is cross-validation in which no pair stands on both sides (the home pair is always in
training, never in the test); ``home`` is the home pair, held out whole; ``heldout`` is corpus/heldout.jsonl,
by other writers about other pairs; ``real`` is the file given. Baselines: always the most frequent label of
real text, and TF-IDF with logistic regression over the masked words.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from smsn import corpus_file, resources
from smsn.corpus_file import LabelledComment
from smsn.evaluation import Fitted, Metrics, Prediction, cross_validate, fit_views, score
from smsn.training import read_features, shipped_corpus
from smsn.views import VIEWS

HOME = "social media / social networking"
Trainer = Callable[[Sequence[LabelledComment]], Fitted]


def always(label: str) -> Trainer:
    """Return a way of training that learns nothing."""
    return lambda _training: lambda test: [Prediction(label) for _ in test]


def tfidf(training: Sequence[LabelledComment]) -> Fitted:
    """Train TF-IDF word and word-pair counts of the masked text with logistic regression."""

    def words(comments: Sequence[LabelledComment]) -> list[str]:
        masked = [read_features(c.text, c.pair)[0] for c in comments]
        return [" ".join("TERM" if t >= 0 else w for w, t in zip(m.words, m.terms, strict=True)) for m in masked]

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+", min_df=2),
        LogisticRegression(C=10, class_weight="balanced", max_iter=1000, tol=1e-3),
    ).fit(words(training), [c.view for c in training])
    return lambda test: [Prediction(label) for label in model.predict(words(test))]


def real(path: str) -> list[LabelledComment]:
    """Return the statements of a file of real text, with their source as the writer."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [corpus_file.parse({**row, "author": row.get("source")}) for row in rows]


def tables(trainers: dict[str, Trainer], arguments: argparse.Namespace) -> dict[str, dict[str, Metrics]]:
    """Return the metrics of each split and model."""
    corpus = shipped_corpus()
    home = [c for c in corpus if c.group == HOME]
    others = [c for c in corpus if c.group != HOME]
    mark = corpus_file.fingerprint(corpus)
    heldout = corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)
    splits = {"home": home, "heldout": heldout}
    if arguments.real:
        splits["real"] = real(arguments.real)
    out: dict[str, dict[str, Metrics]] = {name: {} for name in ("by-pair", *splits)}

    def crossed(train: Trainer, seed: int) -> list[Prediction]:
        return cross_validate(others, lambda training: train([*training, *home]), folds=arguments.folds, seed=seed)

    tasks = [(name, seed) for name in trainers for seed in arguments.seeds]
    runs = Parallel(n_jobs=arguments.jobs)(delayed(crossed)(trainers[name], seed) for name, seed in tasks)
    for name, train in trainers.items():
        predicted = [p for task, run in zip(tasks, runs, strict=True) if task[0] == name for p in run]
        seeds = ",".join(map(str, arguments.seeds))
        out["by-pair"][name] = score(others * len(arguments.seeds), predicted, split=f"{arguments.folds}-fold by pair", seeds=seeds, corpus=mark)
        whole = train(corpus)
        for split, comments in splits.items():
            fitted = train(others) if split == "home" else whole
            out[split][name] = score(comments, fitted(comments), split=split, trained=mark, corpus=corpus_file.fingerprint(comments))
    return out


def main() -> None:
    """Print the table, then each score with what determines it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", metavar="FILE", help="labelled real statements (JSONL)")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[13, 14, 15])
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    arguments = parser.parse_args()
    trainers = {"always distinct": always("distinct"), "TF-IDF + LR": tfidf, "smsn": fit_views}
    results = tables(trainers, arguments)
    if arguments.json:
        print(json.dumps({split: {name: m.to_dict() for name, m in rows.items()} for split, rows in results.items()}, indent=1))
        return
    print(f"{'split':9}{'model':17}{'n':>6}{'macro-F1':>10}{'95 % interval':>16}{'lenient':>9}{'direction':>11}{'ECE':>7}  " + " ".join(f"{v[:8]:>8}" for v in VIEWS))
    for split, rows in results.items():
        for name, m in rows.items():
            interval = f"[{m.interval[0]:.3f}, {m.interval[1]:.3f}]"
            each = " ".join(f"{m.labels.get(v, float('nan')):8.3f}" for v in VIEWS)
            n = m.n // len(arguments.seeds) if split == "by-pair" else m.n
            print(f"{split:9}{name:17}{n:6}{m.macro_f1:10.3f}{interval:>16}{m.lenient:9.3f}{m.direction:11.3f}{m.calibration:7.3f}  {each}")
    for split in results:
        print(f"{split}: {results[split]['smsn'].signature()}")


if __name__ == "__main__":
    main()
