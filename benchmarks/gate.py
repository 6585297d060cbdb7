"""What the gate of `smsn classify` gains and costs: views in piles of which a share is about the pair.

    python benchmarks/gate.py

Each pile holds the held-out comments about social media / social networking and so many about anything else (benchmarks/pile.py, seed 13) that the
former are the share given, spread evenly. Printed are, with every row read and with the gate as it is by default: how many comments about anything else are
given a view, which is false, how many of those with a confident one; and how many of the comments about the pair have the labelled view.
"""

from __future__ import annotations

import pyarrow as pa
from pile import SEED, WORDS, rows

import smsn
from smsn import corpus_file, resources
from smsn.analyzer import Analyzer
from smsn.frames import Settings, classify_batches
from smsn.gate import terms_named
from smsn.terms import Pair

PAIR = Pair("social media", "social networking")
SHARES = (0.02, 0.05, 0.2, 0.4, 0.6, 0.8)


def main() -> None:
    """Print the table."""
    analyzer = smsn.load()
    held_out = [c for c in corpus_file.read(resources.folder("corpus") / "heldout.jsonl") if set(c.pair) == set(PAIR.terms)]
    most = round(len(held_out) / SHARES[0])
    off = [text for batch in rows(most, 1.0, SEED, WORDS) for text in batch.column("text").to_pylist()]
    print(f"{analyzer.bundle.name}, smsn {smsn.__version__}: {len(held_out)} held-out comments, {sum(n > 0 for n in terms_named(pa.array([c.text for c in held_out]), PAIR).to_pylist())} name a term")
    print("share    rows  gate   false views: all read      gated   | views right: all read  gated")
    for share in SHARES:
        others = off[: round(len(held_out) * (1 - share) / share)]
        size = len(held_out) + len(others)
        places = {i * size // len(held_out) for i in range(len(held_out))}
        about, other = ((c.text, c.view) for c in held_out), ((text, None) for text in others)
        texts, wanted = zip(*(next(about if i in places else other) for i in range(size)), strict=True)
        batch = pa.record_batch({"text": texts})
        shut = Settings(PAIR).decided(batch).gate
        read, gated = (shares(analyzer, batch, wanted, gate) for gate in (False, None))
        print(f"{share:5.0%} {size:7,}  {'shut' if shut else 'open'}   {read[0]:16.1%} ({read[1]:5.1%}) {gated[0]:6.1%} ({gated[1]:5.1%}) | {read[2]:14.1%} {gated[2]:12.1%}", flush=True)


def shares(analyzer: Analyzer, batch: pa.RecordBatch, wanted: tuple[str | None, ...], gate: bool | None) -> tuple[float, float, float]:
    """Return the shares of false views, of confident ones, and of right ones among the comments about the pair."""
    [found] = classify_batches([batch], analyzer, Settings(PAIR, gate=gate))
    views, confident = found.column("view").to_pylist(), found.column("confident").to_pylist()
    others = [(view, sure) for view, sure, want in zip(views, confident, wanted, strict=True) if want is None]
    false = [sure for view, sure in others if view != "none"]
    mine = [view == want for view, want in zip(views, wanted, strict=True) if want is not None]
    return len(false) / len(others), sum(false) / len(others), sum(mine) / len(mine)


if __name__ == "__main__":
    main()
