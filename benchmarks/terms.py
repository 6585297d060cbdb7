"""Masking: whether the terms are found; a comment whose terms are not seen cannot be read.

    python benchmarks/terms.py PATH/labelled.jsonl [...]

Prints for each file the share of comments in which both terms, one and none are found, how they were found, and the
comments that lack one, to be read: some do not name it at all. Then how many of those that name neither have a view all the same, which the gate of
`smsn classify` would lose where it is shut (benchmarks/gate.py).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa

import smsn
from smsn.gate import terms_named
from smsn.terms import Pair, find_mentions


def main() -> None:
    """Print the shares, then the comments that lack a term."""
    for name in sys.argv[1:]:
        rows = [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]
        kinds: Counter[str] = Counter()
        found: Counter[int] = Counter()
        lacking = []
        for row in rows:
            mentions = find_mentions(row["text"], Pair(*row["pair"]))
            named = {m.term for m in mentions}
            kinds.update(m.kind for m in mentions)
            found[len(named)] += 1
            if len(named) < 2:
                lacking.append((row["id"], row["pair"], sorted(row["pair"][term] for term in named), row["text"][:160].replace("\n", " ")))
        for item in lacking if len(rows) < 1000 else ():
            print(*item, sep=" | ")
        shares = ", ".join(f"{label} {found[count] / len(rows):.1%}" for count, label in ((2, "both terms"), (1, "one"), (0, "none")))
        print(f"{name}: {len(rows)} comments; {shares}; mentions: {', '.join(f'{kind} {n}' for kind, n in kinds.most_common())}")
        gate(rows)


def gate(rows: list[dict[str, str]]) -> None:
    """Print what a gate that is shut does to labelled comments."""
    analyzer = smsn.load()
    stopped = [row for row in rows if not terms_named(pa.array([row["text"]]), Pair(*row["pair"]))[0].as_py()]
    changed = sum(analyzer(row["text"], row["pair"], definitions=False).view != "none" for row in stopped)
    labelled = sum(row.get("view") != "none" for row in stopped)
    print(f"  a shut gate stops {len(stopped)} of {len(rows)}; {labelled / len(rows):.1%} of all have a view by their label, {changed / len(rows):.1%} by the shipped model")


if __name__ == "__main__":
    main()
