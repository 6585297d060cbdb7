"""What a run has finished, beside its output: so that it can be killed at any moment and goes on where it stopped.

Beside ``OUT`` stand, while a run is on its way, ``OUT.part`` (the records so far), ``OUT.rejects.part`` and ``OUT.journal``, which says how much of both is
finished and for which inputs, settings and model. When all is done the parts are moved into place and the journal goes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from smsn.errors import OutputError
from smsn.output import convert, dumps, refuse_taken
from smsn.records import RECORD_FIELDS, Reject
from smsn.report import Tally
from smsn.shards import Done

FORMAT = 1
ROW_GROUP = 1 << 16
"""Rows of a row group of a Parquet output that is made of columns."""


@dataclass(slots=True)
class State:
    """What is finished: shards, records, rejects, how long both parts are, what people see, the types in each column."""

    shards: int = 0
    records: int = 0
    rejects: int = 0
    end: int = 0
    rejects_end: int = 0
    complete: bool = False
    tally: Tally = field(default_factory=Tally)
    kinds: dict[str, set[str]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the state as JSON can hold it."""
        plain = {name: getattr(self, name) for name in ("shards", "records", "rejects", "end", "rejects_end", "complete")}
        return {**plain, "tally": self.tally.to_dict(), "kinds": {name: sorted(kinds) for name, kinds in self.kinds.items()}}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> State:
        """Return the state that :meth:`to_dict` gave."""
        kinds = {name: set(mine) for name, mine in told["kinds"].items()}
        return cls(**{**told, "tally": Tally.from_dict(told["tally"]), "kinds": kinds})


class Kept:
    """An output that keeps what is finished.

    Use it as a context manager: on an error, an interruption or a kill the finished part stays, and the next run of the same command goes on behind it.

    Parameters
    ----------
    out : str
        Output file.
    form : str
        How the records come, one of :data:`smsn.shards.FORMS`.
    format : str
        What the output is: jsonl, csv or parquet.
    run : mapping
        All that decides what the output holds; a journal of another run is refused.
    overwrite : bool
        Whether an output that is there, or the journal of another run, is replaced.
    resumable : bool
        Whether the run can be repeated; a pipe cannot.

    Raises
    ------
    OutputError
        If the output is there already or cannot be written, or the journal is of another run.
    """

    def __init__(self, out: str, form: str, format: str, run: Mapping[str, Any], *, overwrite: bool = False, resumable: bool = True) -> None:
        self.out, self.form, self.format, self.resumable = Path(out), form, format, resumable
        self.part, self.rejects, self.journal = (Path(f"{out}{suffix}") for suffix in (".part", ".rejects.part", ".journal"))
        self.placed_rejects = Path(f"{out}.rejects.jsonl")
        self.run = {"journal": FORMAT, **run}
        if self.out.is_dir():
            raise OutputError(f"{out}: is a folder. Name a file in it: -o {out}/views.jsonl")
        self.state = self._state(overwrite)
        self.resumed = self.state.records
        try:
            self._files = [_cut_back(self.part, self.state.end), _cut_back(self.rejects, self.state.rejects_end)]
        except OSError as error:
            raise OutputError(f"{out}: cannot be written: {error.strerror}. Choose another place with -o.") from error

    def _state(self, overwrite: bool) -> State:
        """Return what an earlier run of the same command has finished."""
        told = _read(self.journal)
        if told is not None and told.get("run") == self.run and self.resumable:
            state = State.from_dict(told["state"])
            if not state.complete and not (self.part.exists() and self.part.stat().st_size >= state.end):
                raise OutputError(f"{self.part}: is gone or shorter than {self.journal} says. Begin anew with --overwrite.")
            return state
        if told is not None and not overwrite:
            raise OutputError(f"{self.journal}: is of another run: {self._difference(told.get('run') or {})}. Finish that one with its own command, or begin anew with --overwrite.")
        refuse_taken(self.out, overwrite)
        self.journal.unlink(missing_ok=True)
        return State()

    def _difference(self, other: Mapping[str, Any]) -> str:
        names = [name for name in {**self.run, **other} if self.run.get(name) != other.get(name)]
        return f"{', '.join(names)} differ" if names else "it cannot be read"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):
                file.close()
        if not self.resumable or (kind is not None and not self.state.shards):
            self._clean()

    def add(self, done: Done) -> None:
        """Keep a shard; it must be the next one.

        Raises
        ------
        OutputError
            If there is no room left, or the output cannot be written any more; what was kept stays.
        """
        state = self.state
        try:
            state.end += self._append(0, done.data)
            state.rejects_end += self._append(1, lines_of(done.rejects))
            state.shards, state.records, state.rejects = done.number + 1, state.records + done.records, state.rejects + len(done.rejects)
            state.tally.merge(done.tally)
            for name, kinds in done.kinds.items():
                state.kinds.setdefault(name, set()).update(kinds)
            self._note()
        except OSError as error:
            raise self._full(error) from error

    def _append(self, number: int, data: bytes) -> int:
        file = self._files[number]
        file.write(data)
        file.flush()
        return len(data)

    def _note(self) -> None:
        """Write the journal anew, beside and then into place."""
        beside = Path(f"{self.journal}.new")
        beside.write_text(json.dumps({"run": self.run, "state": self.state.to_dict()}), encoding="utf-8")
        os.replace(beside, self.journal)

    def _full(self, error: OSError) -> OutputError:
        room = "there is no room left on the disk; make some" if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"cannot be written: {error.strerror}; mend that"
        again = " and run the same command again: what is finished is kept." if self.resumable else " and run the command again."
        return OutputError(f"{self.out}: {room}{again}")

    def finish(self) -> None:
        """Move all into place.

        Raises
        ------
        OutputError
            If the output cannot be written.
        """
        try:
            if not self.state.complete:
                self.state.complete = True
                self._note()
            for file in self._files:
                file.close()
            if self.part.exists():  # else it was placed before the run was killed
                self._place()
            if self.state.rejects:
                if self.rejects.exists():
                    os.replace(self.rejects, self.placed_rejects)
            else:
                self.placed_rejects.unlink(missing_ok=True)  # of an earlier run into the same output
            self._clean()
        except OSError as error:
            raise self._full(error) from error

    def _place(self) -> None:
        if self.format in ("jsonl", "jsonl.gz"):
            os.replace(self.part, self.out)
            return
        made = Path(f"{self.out}.made")
        if self.form == "arrow":
            _columns_to_parquet(self.part, made)
        else:
            columns = {name: self.state.kinds.get(name, set()) for name in (*RECORD_FIELDS, *(name for name in self.state.kinds if name not in RECORD_FIELDS))}
            convert(str(self.part), str(made), self.format, columns, RECORD_FIELDS)
        os.replace(made, self.out)
        self.part.unlink()

    def give_up(self, rejects: Sequence[Reject]) -> None:
        """Keep only the rejects, if there are any: nothing could be read."""
        self._append(1, lines_of(rejects))
        for file in self._files:
            file.close()
        if rejects:
            os.replace(self.rejects, self.placed_rejects)
        self._clean()

    def _clean(self) -> None:
        for path in (self.part, self.rejects, self.journal, Path(f"{self.journal}.new"), Path(f"{self.out}.made")):
            path.unlink(missing_ok=True)


def lines_of(rejects: Sequence[Reject]) -> bytes:
    """Return rejects as lines of JSON."""
    return "".join(dumps(reject.to_dict()) + "\n" for reject in rejects).encode("utf-8", "backslashreplace")


def _read(path: Path) -> dict[str, Any] | None:
    """Return a journal; None if there is none, an empty one if it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _cut_back(path: Path, size: int) -> Any:
    """Return a file opened for writing behind its first `size` bytes; what stood behind them is gone."""
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(size)
    file.seek(size)
    return file


def _columns_to_parquet(part: Path, out: Path) -> None:
    """Make a Parquet file of the columns in a part, with row groups of one size."""
    writer: pq.ParquetWriter | None = None
    held: list[pa.RecordBatch] = []
    try:
        for batch in _columns(part):
            writer = writer or pq.ParquetWriter(out, batch.schema, compression="zstd")
            held.append(batch)
            while sum(b.num_rows for b in held) >= ROW_GROUP:
                table = pa.Table.from_batches(held)
                writer.write_table(table.slice(0, ROW_GROUP))
                held = table.slice(ROW_GROUP).to_batches()
        if writer is not None and held:
            writer.write_table(pa.Table.from_batches(held))
    finally:
        if writer is not None:
            writer.close()


def _columns(part: Path) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a file of Arrow streams, one behind the other."""
    size = part.stat().st_size
    with pa.OSFile(str(part)) as file:
        while file.tell() < size:
            with pa.ipc.open_stream(file) as stream:
                yield from stream


def fingerprint(paths: Iterable[Path]) -> str:
    """Return what tells the contents of some folders from others: a hash over their files."""
    digest = hashlib.sha256()
    for folder in paths:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
