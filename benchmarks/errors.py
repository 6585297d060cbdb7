"""What does the model get wrong? Prints the written comments whose out-of-fold label is not acceptable.

    python benchmarks/errors.py [--view tool-use] [--longest 60] > errors.txt

One block a comment: id, pair, the label of the corpus and the model's, its probability. Read them one by one, look for the
cause, mend the cause. A choice of them by cause, made by hand, is in errors.md.
"""

from __future__ import annotations

import argparse
from collections import Counter

from smsn.training import fit, held_out, shipped_corpus


def main() -> None:
    """Print the errors, the most confident first, then how often each label is taken for which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--view", help="only comments with this label")
    parser.add_argument("--longest", type=int, default=10**6, help="most words of a comment")
    arguments = parser.parse_args()
    corpus = shipped_corpus()
    comments, predicted = held_out(fit(corpus), corpus)
    wrong = [(p.probability, c, p.label) for c, p in zip(comments, predicted, strict=True) if p.label not in c.accepted]
    shown = [(p, c, label) for p, c, label in wrong if arguments.view in (None, c.view) and len(c.text.split()) <= arguments.longest]
    for probability, comment, label in sorted(shown, key=lambda row: -row[0]):
        print(f"{comment.id}  {' / '.join(comment.pair)}\n{comment.view} -> {label} {probability:.2f}\n{comment.text}\n")
    print(f"{len(wrong)} of {len(comments)} are not acceptable; the commonest:")
    for (view, label), count in Counter((c.view, label) for _, c, label in wrong).most_common(15):
        print(f"{count:5}  {view} -> {label}")


if __name__ == "__main__":
    main()
