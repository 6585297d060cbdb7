"""Speed: records a second of the shipped bundle, beside TF-IDF with a linear SVM in the same run.

    python benchmarks/speed.py [--rounds 9]

Comments of one pair with 20 to 34 words, in one process on one core, view only: the whole record, evidence included,
without definitions. Rounds alternate between the two, so that both meet the same moods of the machine; medians and the
median of the ratios are printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from peers import tfidf

import smsn
from smsn.training import shipped_corpus

HOME = "social media / social networking"
COPIES = 8


def main() -> None:
    """Print both speeds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    corpus = shipped_corpus()
    comments = [c for c in corpus if c.group == HOME and 20 <= len(c.text.split()) <= 34]
    peer, analyzer = tfidf(corpus[:3000]), smsn.load()
    texts = [smsn.Comment(c.id, c.text) for c in comments] * COPIES
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(arguments.rounds + 1):
        started = time.perf_counter()
        for _record in analyzer.pipe(texts, comments[0].pair, definitions=False):
            pass
        middle = time.perf_counter()
        peer.answer(comments * COPIES)
        ours.append(len(texts) / (middle - started))
        theirs.append(len(texts) / (time.perf_counter() - middle))
    ours, theirs = ours[1:], theirs[1:]
    words = statistics.mean(len(c.text.split()) for c in comments)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(f"{len(texts):,} comments of {words:.0f} words, {arguments.rounds} rounds, one core")
    print(f"smsn, whole records: {statistics.median(ours):,.0f}/s ({min(ours):,.0f} to {max(ours):,.0f})")
    print(f"TF-IDF + SVM over the same masked text, labels only: {statistics.median(theirs):,.0f}/s; smsn has {ratio:.2f} of its speed")


if __name__ == "__main__":
    main()
