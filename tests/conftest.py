"""What several test modules share: one analyzer, and the command line in this very process."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import smsn
import smsn.analyzer
import smsn.cli

PAGES = Path(__file__).parent / "pages"


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    @property
    def records(self):
        return read_jsonl(self.out)


def read_jsonl(text):
    text = text.read_text("utf-8") if isinstance(text, Path) else text
    return [json.loads(line) for line in text.split("\n") if line]


def write_jsonl(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def left_over(folder):
    """Return the temporary files in a folder."""
    return [path.name for path in Path(folder).iterdir() if path.name.startswith(".") or path.name.endswith(".part")]


@pytest.fixture(scope="session")
def analyzer():
    return smsn.load()


@pytest.fixture
def cli(analyzer, monkeypatch):
    """Return a function that runs a command line; the shipped models are loaded once for all tests."""
    load = smsn.analyzer.load
    monkeypatch.setattr(smsn.analyzer, "load", lambda model=None: analyzer if model is None else load(model))
    monkeypatch.delenv("SMSN_DEBUG", raising=False)

    def run(*arguments, stdin=b""):
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for name in ("stdout", "stderr")}
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            status = smsn.cli.run([str(argument) for argument in arguments])
            written = []
            for stream in streams.values():
                stream.flush()
                written.append(stream.buffer.getvalue().decode("utf-8"))
        assert "Traceback" not in written[1]
        return Outcome(status, *written)

    return run
