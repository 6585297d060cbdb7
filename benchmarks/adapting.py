"""What a few labelled comments of a pair do for that pair, and for the others.

    python benchmarks/adapting.py [--pairs N] [--seeds 13 14] [--labels 0 50 200]

Each of the ten deep pairs of corpus/written.jsonl (corpus/README.md), and the home pair, is held out of training whole; then 50 and 200 of its
comments, drawn at random, are added as ``smsn train --add`` adds them, and the model reads the rest of the pair. Printed are the macro-F1 on that rest
(a third of the pair at least, the same for every number of labels), and, for the other pairs, on corpus/heldout.jsonl. The fits have no
calibration folds, which changes no label. About a minute a fit.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections import Counter
from collections.abc import Sequence

from smsn import corpus_file, resources
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.metrics import score
from smsn.training import HOME, MIN_DF, fit, predict, shipped_corpus
from smsn.version import __version__
from smsn.views import MIX, ViewClassifier, ViewModel

DEEP = 290
"""Comments of a deep pair, at least."""


def macro_f1(model: ViewModel, comments: Sequence[LabelledComment]) -> float:
    """Return the macro-F1 of a model on labelled comments."""
    return score(comments, predict(model, comments)).macro_f1


def main() -> None:
    """Print one line a pair and seed, then the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=11, help="how many pairs, the home pair last")
    parser.add_argument("--seeds", type=int, nargs="+", default=[13])
    parser.add_argument("--labels", type=int, nargs="+", default=[0, 50, 200])
    asked = parser.parse_args()
    corpus = shipped_corpus()
    held_out = [c for c in corpus_file.read(resources.folder("corpus") / "heldout.jsonl") if c.group != HOME]
    deep = [group for group, n in Counter(c.group for c in corpus).most_common() if n >= DEEP and group != HOME]
    gains: dict[tuple[bool, int], list[float]] = {}
    others: dict[tuple[bool, int], list[float]] = {}
    print(f"corpus {corpus_file.fingerprint(corpus)}, {len(corpus):,} comments, seeds {asked.seeds}, smsn {__version__}")
    for group in [*deep, HOME][-asked.pairs :]:
        base, mine = [c for c in corpus if c.group != group], [c for c in corpus if c.group == group]
        light = ViewModel(FeatureVectorizer(min_df=MIN_DF), ViewClassifier(mix=MIX, folds=len(corpus)))
        start: tuple[float, float] | None = None
        for seed in asked.seeds:
            shuffled = random.Random(seed).sample(mine, len(mine))
            pool, rest = shuffled[: max(asked.labels)], shuffled[max(asked.labels) :]
            for n in asked.labels:
                model = fit([*base, *pool[:n]], model=light, own=pool[:n])
                here, there = macro_f1(model, rest), macro_f1(model, held_out)
                if n == 0:
                    start = (here, there)
                assert start is not None
                gains.setdefault((group == HOME, n), []).append(here)
                others.setdefault((group == HOME, n), []).append(there - start[1])
                print(f"{group}, seed {seed}, {n} labels: macro-F1 {here:.3f} on {len(rest)} ({here - start[0]:+.3f}); others {there:.3f} on {len(held_out)} ({there - start[1]:+.3f})", flush=True)
    for home in sorted({home for home, _ in gains}):
        for n in asked.labels:
            here, before = gains[home, n], gains[home, asked.labels[0]]
            mean = statistics.mean(here)
            risen = mean - statistics.mean(before)
            name = "home pair" if home else f"mean of {len(here)} deep pairs and seeds"
            print(f"{name}, {n} labels: macro-F1 {mean:.3f} ({risen:+.3f}); others {statistics.mean(others[home, n]):+.4f}")


if __name__ == "__main__":
    main()
