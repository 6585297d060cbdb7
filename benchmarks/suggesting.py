"""How many labels `smsn suggest` needs beside labels at random.

    python benchmarks/suggesting.py [--pairs 8] [--seeds 5] [--base 600] [--jobs 2]

Simulated on corpus/written.jsonl: a deep pair (corpus/README.md) is held out whole; two thirds of its comments are a pool without labels, a third the test. The model
starts from other comments, drawn from the rest of the corpus: few, so that there is something left to learn (trained on all of it, a model knows nearly as much
of the pair as its labels can tell; benchmarks/adapting.py). Labels are revealed as they are asked for, in rounds; after each the model is trained anew, as ``smsn train --add`` does it, and reads
the test. The choice is made by :func:`smsn.suggest` itself, or by chance. Printed are both curves, mean macro-F1 over pairs and seeds, and with how many labels the first
reaches what the second reaches with N (read off the mean curves, each made rising, straight between rounds; the interval by bootstrap over pairs and seeds). The curves are
also written to docs/suggesting.csv and drawn in docs/suggesting.svg, unless --base is given. Five to ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from smsn import Comment, corpus_file, suggest
from smsn.bundle import Bundle
from smsn.columns import FeatureVectorizer
from smsn.corpus_file import LabelledComment
from smsn.metrics import score
from smsn.training import HOME, fit, predict, shipped_corpus
from smsn.version import __version__
from smsn.views import MIX, ViewClassifier, ViewModel

ROUNDS = (0, 20, 40, 80, 120)
DEEP = 290
BASE = 600  # the picture in docs is of this many
DOCS = Path(__file__).parents[1] / "docs"

Array = NDArray[np.float64]


def trained(base: Sequence[LabelledComment], labels: Sequence[LabelledComment]) -> ViewModel:
    """Return a model of the base and the labels of a pair; without calibration folds, which change no order of margins."""
    light = ViewModel(FeatureVectorizer(min_df=2), ViewClassifier(mix=MIX, folds=len(base) + len(labels)))
    return fit([*base, *labels], model=light, own=labels)


def simulate(base: Sequence[LabelledComment], mine: Sequence[LabelledComment], seed: int) -> list[list[float]]:
    """Return the macro-F1 on a third of a pair after each round: chosen by `suggest`, and by chance."""
    shuffled = random.Random(seed).sample(list(mine), len(mine))
    test, pool = shuffled[: len(mine) // 3], shuffled[len(mine) // 3 :]
    by_id = {c.id: c for c in pool}
    start = trained(base, [])
    curves: list[list[float]] = []
    for asked in (True, False):
        labels: list[LabelledComment] = []
        model, curve = start, [score(test, predict(start, test)).macro_f1]
        for n in ROUNDS[1:]:
            more = n - len(labels)
            if asked:
                left = [Comment(id=c.id, text=c.text, pair=c.pair) for c in pool if c not in labels]
                labels += [by_id[task.id] for task in suggest(left, more, model=Bundle(model, {"name": "simulated"}), labelled=labels)]
            else:
                labels += pool[len(labels) : n]
            model = trained(base, labels)
            curve.append(score(test, predict(model, test)).macro_f1)
        curves.append(curve)
    return curves


def labels_needed(asked: Array, chance: Array, n: int) -> float:
    """Return with how many labels one mean curve reaches what the other one reaches with `n`; twice the last round where it never does."""
    rising, target = np.maximum.accumulate(asked), float(np.interp(n, ROUNDS, np.maximum.accumulate(chance)))
    above = np.flatnonzero(rising >= target)
    if not len(above):
        return float(ROUNDS[-1]) * 2
    last = int(above[0])
    if last == 0:
        return 0.0
    low, high = rising[last - 1], rising[last]
    return float(ROUNDS[last - 1] + (target - low) / (high - low) * (ROUNDS[last] - ROUNDS[last - 1]))


def draw(asked: Array, chance: Array, title: str) -> str:
    """Return both curves as a picture."""
    low, high = min(asked.min(), chance.min()) - 0.005, max(asked.max(), chance.max()) + 0.005

    def place(n: float, value: float) -> str:
        return f"{60 + 420 * n / ROUNDS[-1]:.1f},{250 - 220 * (value - low) / (high - low):.1f}"

    lines = []
    for values, colour, name in ((asked, "#1b6ca8", "suggest"), (chance, "#999999", "at random")):
        points = [place(n, v) for n, v in zip(ROUNDS, values.tolist(), strict=True)]
        x, y = points[-1].split(",")
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2.5"/><text x="{float(x) + 6:.1f}" y="{y}" fill="{colour}">{name}</text>')
    ticks = "".join(f'<text x="{place(n, low).split(",")[0]}" y="270" text-anchor="middle">{n}</text>' for n in ROUNDS)
    marks = "".join(f'<text x="52" y="{place(0, v).split(",")[1]}" text-anchor="end">{v:.2f}</text>' for v in np.arange(np.ceil(low * 50) / 50, high, 0.02).tolist())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 580 300" font-family="sans-serif" font-size="12" fill="#333">'
        f'<rect width="580" height="300" fill="white"/><text x="60" y="18">{title}</text>{marks}{ticks}<text x="270" y="292" text-anchor="middle">labels of the pair</text>{"".join(lines)}</svg>\n'
    )


def main() -> None:
    """Print the curves and how many labels are needed; write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--base", type=int, default=BASE)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    corpus = [replace(c, shown_by=None) for c in shipped_corpus()]
    deep = [group for group, n in Counter(c.group for c in corpus).most_common() if n >= DEEP and group != HOME][: asked.pairs]
    jobs = []
    for group in deep:
        rest, mine = [c for c in corpus if c.group != group], [c for c in corpus if c.group == group]
        jobs += [delayed(simulate)(random.Random(13).sample(rest, asked.base), mine, 13 + seed) for seed in range(asked.seeds)]
    curves = np.array(Parallel(n_jobs=asked.jobs)(jobs))
    means = curves.mean(axis=0)
    told = f"{len(deep)} pairs x {asked.seeds} seeds, from {asked.base:,} other comments | corpus {corpus_file.fingerprint(shipped_corpus())} | smsn {__version__}"
    print(told)
    for n, by_choice, by_chance in zip(ROUNDS, *means.tolist(), strict=True):
        print(f"{n:4} labels: suggest {by_choice:.3f}, at random {by_chance:.3f}")
    generator = np.random.default_rng(13)
    for n in ROUNDS[2:]:
        needed = labels_needed(*means, n)
        draws = [labels_needed(*curves[generator.integers(0, len(curves), len(curves))].mean(axis=0), n) / n for _ in range(1000)]
        low, high = np.percentile(draws, [2.5, 97.5])
        print(f"what {n} labels at random reach, suggest reaches with {needed:.0f}: {needed / n:.2f} [{low:.2f}, {high:.2f}]")
    if asked.base != BASE:
        return
    DOCS.mkdir(exist_ok=True)
    with (DOCS / "suggesting.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("labels", "suggest", "random"), *((n, round(a, 4), round(b, 4)) for n, a, b in zip(ROUNDS, *means.tolist(), strict=True))])
    (DOCS / "suggesting.svg").write_text(draw(*means, f"macro-F1 on the rest of a pair, mean of {len(deep)} pairs x {asked.seeds} seeds"), encoding="utf-8")


if __name__ == "__main__":
    main()
