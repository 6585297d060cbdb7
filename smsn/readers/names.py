"""What the name of a source says: its format, and how it is compressed.

Takes a name, opens nothing. Imports nothing of smsn.

>>> format_of("dump/RC.ndjson.zst"), compression_of("dump/RC.ndjson.zst"), format_of("a.docx")
('jsonl', '.zst', None)
"""

from __future__ import annotations

from pathlib import PurePath

SUFFIXES = {
    ".txt": "page", ".md": "page", ".html": "html", ".htm": "html", ".csv": "csv", ".tsv": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".xml": "xml",
}  # fmt: skip
COMPRESSIONS = (".gz", ".zst")


def compression_of(name: str) -> str | None:
    """Return the suffix that says how a source is compressed, or None."""
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in COMPRESSIONS else None


def suffix_of(name: str) -> str:
    """Return the suffix that names the format, in lower case; "" if there is none."""
    path = PurePath(name)
    return (path.with_suffix("") if compression_of(name) else path).suffix.lower()


def format_of(name: str) -> str | None:
    """Return the format that `name` says, or None; "xml" is told apart by what stands in it."""
    return SUFFIXES.get(suffix_of(name))
