"""Are wrong labels found? A tenth of the labels is exchanged, and the share of them in the first 15 % of the ranking is counted.

    python benchmarks/noise.py

Files: the ten deep pairs, whole and in part, with models that saw nothing of the pair; comments about other pairs, with a model that saw none of
them; the held-out file, by writers whom nothing was trained on, with the bundle in use. Exchanged: a tenth of the labels, drawn at random, for another of the
file's labels, each as likely. Labels: the seven as they are; three of a user's own, into which the seven are merged; five that mean something else than
the bundle's (tool-use is called enables, complement is called distinct). What the corpus accepts beside a label is left out, as users' files seldom
have it. Four rankings: by folds of the file alone; by the bundle alone; by the average of these two;
and as `smsn validate` does it. Needs cleanlab; two processes.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two processes, one thread each

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np

from smsn import corpus_file, golden, resources
from smsn.bundle import Bundle
from smsn.corpus_file import LabelledComment
from smsn.noise import label_errors
from smsn.noise.suspects import ask, judge, out_of_sample
from smsn.records import VIEWS
from smsn.training import HOME, fit, shipped_corpus
from smsn.version import __version__

SEEDS = (13, 14, 15)
WRONG, FIRST = 0.10, 0.15
LABELS = {
    "seven": {view: view for view in VIEWS},
    "own three": dict(zip(VIEWS, ("same", "same", "linked", "linked", "linked", "apart", "apart"), strict=True)),
    "other use": {view: {"tool-use": "enables", "complement": "distinct"}.get(view, view) for view in VIEWS},
}
"""What each view is called in the file."""

Case = tuple[str, str, int]  # file, labels, size


def deep_pairs(corpus: Sequence[LabelledComment]) -> list[str]:
    """Return the pairs, but for the home pair, with more than a hundred comments."""
    return sorted(group for group, n in Counter(c.group for c in corpus).items() if n > 100 and group != HOME)


def files(corpus: Sequence[LabelledComment]) -> list[list[tuple[str, list[LabelledComment]]]]:
    """Return lists of named files; those of one list are judged by one model, which sees nothing of their pairs."""
    deep = deep_pairs(corpus)
    by_pair = defaultdict(list)
    for comment in corpus:
        by_pair[comment.group].append(comment)
    others = sorted(set(by_pair) - {*deep, HOME})
    random.Random(SEEDS[0]).shuffle(others)
    sample: list[LabelledComment] = []
    while len(sample) < 3000:
        sample += by_pair[others.pop()]
    pairs = [("a deep pair", by_pair[group]) for group in deep]
    return [[("many pairs", sample)], *([*pairs[i : i + 2]] for i in range(0, len(pairs), 2))]


def spoiled(comments: Sequence[LabelledComment], called: dict[str, str], draw: random.Random) -> tuple[list[LabelledComment], set[int]]:
    """Return the comments with some labels exchanged, and the places of these."""
    directed = called == LABELS["seven"]
    told = [replace(c, view=called[c.view], also=(), direction=c.direction if directed else None) for c in comments]
    names = sorted({c.view for c in told})
    points = {c.view for c in told if c.direction is not None}
    wrong = set(draw.sample(range(len(told)), round(WRONG * len(told))))
    for i in wrong:
        view = draw.choice([name for name in names if name != told[i].view])
        told[i] = replace(told[i], view=view, direction=draw.choice(told[i].pair) if view in points else None)
    return told, wrong


def share_found(ranking: Sequence[int], wrong: set[int]) -> float:
    """Return the share of the wrong labels that stand first."""
    return len(set(ranking[: round(FIRST * len(ranking))]) & wrong) / len(wrong)


def rankings(comments: list[LabelledComment], bundle: Bundle, seed: int) -> dict[str, list[int]]:
    """Return the places of the comments, the least likely label first, by the folds, by the bundle where it has the labels, and by both."""
    names, labels = np.unique([c.view for c in comments], return_inverse=True)
    likely = {"folds": out_of_sample(comments, labels, names, None, seed)}
    said = ask(bundle, comments)
    if set(names) <= set(said.labels):
        columns = said.probabilities[:, [said.labels.index(name) for name in names]]
        likely["bundle"] = columns / columns.sum(axis=1, keepdims=True)
        both = np.sqrt(np.maximum(likely["folds"], 1e-6) * np.maximum(likely["bundle"], 1e-6))
        likely["average"] = both / both.sum(axis=1, keepdims=True)
    return {name: np.argsort(judge(labels, p)[0], kind="stable").tolist() for name, p in likely.items()}


def measured(comments: Sequence[LabelledComment], bundle: Bundle, called: dict[str, str], seed: int) -> dict[str, float]:
    """Return the share of wrong labels found by each way, and how right the flags are."""
    given, wrong = spoiled(comments, called, random.Random(seed))
    scores = {name: share_found(ranking, wrong) for name, ranking in rankings(given, bundle, seed).items()}
    suspects = label_errors(given, bundle, seed=seed)
    flagged = {s.place for s in suspects if s.issue}
    scores["validate"] = share_found([s.place for s in suspects], wrong)
    scores["flagged"] = len(flagged) / len(given)
    scores["right"] = len(flagged & wrong) / len(flagged) if flagged else float("nan")
    scores["of wrong"] = len(flagged & wrong) / len(wrong)
    return scores


def turned(comments: Sequence[LabelledComment], bundle: Bundle, seed: int) -> dict[str, float]:
    """Return the shares of turned directions that are first and that are doubted, and that of others; a tenth of the directions is turned."""
    draw = random.Random(seed)
    directed = [i for i, c in enumerate(comments) if c.lead is not None]
    wrong = set(draw.sample(directed, max(1, round(WRONG * len(directed)))))
    given = [replace(c, direction=c.pair[1 - c.lead]) if i in wrong and c.lead is not None else c for i, c in enumerate(comments)]
    suspects = label_errors(given, bundle, seed=seed)
    doubted = {s.place for s in suspects if s.issue and s.suggested == s.given}
    others = len(directed) - len(wrong)
    return {"first": share_found([s.place for s in suspects], wrong), "doubted": len(doubted & wrong) / len(wrong), "others": len(doubted - wrong) / others}


def run(named: list[tuple[str, list[LabelledComment]]], corpus: Sequence[LabelledComment]) -> list[tuple[Case, dict[str, float]]]:
    """Return the measurements of the files of one model."""
    pairs = {c.group for _, comments in named for c in comments}
    model = fit([c for c in corpus if c.group not in pairs], SEEDS[0])
    return judged(named, Bundle(model, {"labels": list(VIEWS), "corpus": {"fingerprint": ""}}))


def judged(named: Sequence[tuple[str, list[LabelledComment]]], bundle: Bundle) -> list[tuple[Case, dict[str, float]]]:
    """Return the measurements of files by a bundle, for every seed."""
    out: list[tuple[Case, dict[str, float]]] = []
    for name, comments in named:
        sizes = {"a deep pair": (60, 200, 300), "many pairs": (1000, 3000)}.get(name, (len(comments),))
        for seed in SEEDS:
            for size in sizes:
                part = random.Random(seed).sample(comments, min(size, len(comments)))
                for labels, called in LABELS.items():
                    if size < 3000 or seed == SEEDS[0]:
                        out.append(((name, labels, size), measured(part, bundle, called, seed)))
                if size in (300, 1000, 660):
                    out.append(((name, "turned", size), turned(part, bundle, seed)))
    return out


def main() -> None:
    """Print one row a size and way of labelling, then what becomes of turned directions."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    started = time.perf_counter()
    corpus = shipped_corpus()
    held_out = corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)
    in_use = golden.load()
    results: dict[Case, list[dict[str, float]]] = defaultdict(list)
    with ProcessPoolExecutor(2) as pool:
        waiting = [pool.submit(run, named, corpus) for named in files(corpus)]
        waiting.append(pool.submit(judged, [("held out", held_out)], in_use))
        for one in waiting:
            for case, scores in one.result():
                results[case].append(scores)
    print(f"smsn {__version__}, bundle {in_use.name}, corpus {corpus_file.fingerprint(corpus)}, held-out file {corpus_file.fingerprint(held_out)}")
    print(f"{WRONG:.0%} of the labels wrong; share of them in the first {FIRST:.0%}, mean (least) over files and seeds {SEEDS}; 3,000 comments: seed {SEEDS[0]}")
    print("file         labels         n  runs   folds alone   bundle alone  their average       validate | flagged: of the file, of them wrong, of the wrong ones")
    for (name, labels, size), runs in results.items():
        if labels != "turned":
            ways = [_told([one[way] for one in runs if way in one]) for way in ("folds", "bundle", "average", "validate")]
            flags = [f"{np.nanmean([one[flag] for one in runs]):.2f}" for flag in ("flagged", "right", "of wrong")]
            print(f"{name:12} {labels:9} {size:6,} {len(runs):5}  {'   '.join(ways)} | {'  '.join(flags)}")
    print(f"{WRONG:.0%} of the directions turned, labels right: in the first {FIRST:.0%}; doubted; of the right ones doubted")
    for (name, labels, size), runs in results.items():
        if labels == "turned":
            print(f"{name:12} {size:6,} {len(runs):5}  " + "  ".join(f"{np.mean([one[share] for one in runs]):.3f}" for share in ("first", "doubted", "others")))
    print(f"{time.perf_counter() - started:.0f} s")


def _told(shares: Sequence[float]) -> str:
    return f"{np.mean(shares):5.3f} ({min(shares):.2f})" if shares else f"{'-':>12}"


if __name__ == "__main__":
    main()
