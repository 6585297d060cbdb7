"""How long it takes to train on labelled comments and to evaluate, as whole commands.

    python benchmarks/training.py [--comments 5000]

The comments are drawn from corpus/written.jsonl with a seed; the bundle is evaluated on corpus/heldout.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from smsn import labelling, resources
from smsn.training import shipped_corpus
from smsn.version import __version__


def main() -> None:
    """Print the seconds of both commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=5000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, bundle = Path(folder, "some.jsonl"), Path(folder, "bundle")
        labelling.write_labels(random.Random(13).sample(shipped_corpus(), asked.comments), data)
        started = time.perf_counter()
        smsn = [sys.executable, "-m", "smsn"]
        subprocess.run([*smsn, "train", "--data", data, "-o", bundle], check=True, stdout=subprocess.DEVNULL)
        trained = time.perf_counter()
        scored = subprocess.run([*smsn, "evaluate", bundle, "--data", resources.folder("corpus") / "heldout.jsonl", "--json"], check=True, capture_output=True)
        ended = time.perf_counter()
    signature = json.loads(scored.stdout)["signature"]
    print(f"{asked.comments:,} comments: train {trained - started:.1f} s, evaluate {ended - trained:.1f} s, together {ended - started:.1f} s | {signature} | smsn {__version__}")


if __name__ == "__main__":
    main()
