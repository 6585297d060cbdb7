"""Learning curve: what more comments of the same kind would bring.

    python benchmarks/curve.py [--real PATH/dev.jsonl]

Trains on growing parts of the corpus, drawn by pairs (the home pair's comments one by one), and scores each model on the held-out file and, if given, on
real statements. Three draws a size (seeds 13, 14, 15); their mean is printed with the least and the most.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence

from views import HOME, real

from smsn import corpus_file, resources
from smsn.corpus_file import LabelledComment
from smsn.evaluation import predict
from smsn.metrics import score
from smsn.records import VIEWS
from smsn.training import fit, shipped_corpus

SHARES = (0.125, 0.25, 0.5, 1.0)


def part(corpus: Sequence[LabelledComment], share: float, seed: int) -> list[LabelledComment]:
    """Return about a share of the corpus, pairs whole."""
    draw = random.Random(seed)
    groups = sorted({c.group for c in corpus} - {HOME})
    kept = {group for group in groups if draw.random() < share}
    return [c for c in corpus if c.group in kept or (c.group == HOME and draw.random() < share)]


def main() -> None:
    """Print one row a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", metavar="FILE", help="labelled real statements (JSONL)")
    arguments = parser.parse_args()
    corpus = shipped_corpus()
    tests = {"heldout": corpus_file.read(resources.folder("corpus") / "heldout.jsonl", VIEWS)}
    if arguments.real:
        tests["real"] = real(arguments.real)
    print(f"corpus {corpus_file.fingerprint(corpus)}; macro-F1 and lenient, mean (least to most)")
    for share in SHARES:
        sizes, scores = [], {name: ([], []) for name in tests}
        for seed in (13, 14, 15) if share < 1 else (13,):
            training = part(corpus, share, seed)
            model = fit(training, seed)
            sizes.append(len(training))
            for name, comments in tests.items():
                metrics = score(comments, predict(model, comments))
                scores[name][0].append(metrics.macro_f1)
                scores[name][1].append(metrics.lenient)
        told = [
            f"{name} " + ", ".join(f"{sum(v) / len(v):.3f} ({min(v):.3f} to {max(v):.3f})" for v in both) for name, both in scores.items()
        ]
        print(f"{sum(sizes) // len(sizes):6,} comments: {'; '.join(told)}", flush=True)


if __name__ == "__main__":
    main()
