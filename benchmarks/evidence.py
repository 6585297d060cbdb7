"""Evidence: whether the words shown are those that a reader would point to.

    python benchmarks/evidence.py [--count 100]

The second labeller of the held-out comments marked the words that show the view best (`shown_by`). Counted is how
often the top evidence span of the shipped model overlaps them, beside a sentence drawn at random and the first
sentence that names most terms. Comments labelled `none` have nothing to show and are left out.
"""

from __future__ import annotations

import argparse
import json
import random

import smsn
from smsn import resources
from smsn.masked import mask
from smsn.terms import find_mentions


def main() -> None:
    """Print the shares of overlaps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="comments drawn (seed 13); the figures of all follow")
    arguments = parser.parse_args()
    lines = (resources.folder("corpus") / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["view"] != "none" and row.get("shown_by") and row["shown_by"] in row["text"]]
    draw = random.Random(13)
    draw.shuffle(rows)
    analyzer = smsn.load()
    hits = []
    for row in rows:
        marked = row["text"].index(row["shown_by"])
        record = analyzer(row["text"], pair=tuple(row["pair"]), definitions=False)
        masked = mask([(row["text"], find_mentions(row["text"], tuple(row["pair"])))])
        sentences = [(masked.starts[a], masked.ends[b - 1], len({*masked.terms[a:b].tolist()} - {-1})) for a, b in zip(masked.first, masked.last, strict=True)]
        spans = (
            next(((e.start, e.end) for e in record.evidence), (0, 0)),
            draw.choice(sentences)[:2],
            max(sentences, key=lambda s: s[2])[:2],
        )
        overlaps = [start < marked + len(row["shown_by"]) and marked < end for start, end in spans]
        hits.append((record.view == row["view"], record.view in (row["view"], *row["also"]), *overlaps, len(row["text"][slice(*spans[0])].split())))
    for name, part in ((f"{arguments.count} drawn", hits[: arguments.count]), ("all", hits)):
        right = [h for h in part if h[1]]
        share = [sum(h[k] for h in part) / len(part) for k in (2, 3, 4)]
        sure = [sum(h[k] for h in right) / len(right) for k in (2, 3, 4)]
        print(f"{name}: n {len(part)}, top span overlaps {share[0]:.2f}; random sentence {share[1]:.2f}, first that names most terms {share[2]:.2f}")
        print(f"    where the label is acceptable: n {len(right)}, {sure[0]:.2f}; {sure[1]:.2f}, {sure[2]:.2f}; {sum(h[5] for h in part) / len(part):.1f} words a span")


if __name__ == "__main__":
    main()
