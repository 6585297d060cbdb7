"""A pile of comments in, a file of records out.

Takes sources (files or standard input), reads them through ``readers``, sends the comments down the main
path and writes what comes back. What cannot be read goes to a rejects file and the run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from smsn.analyzer import Analyzer
from smsn.errors import InputError, PairError
from smsn.output import Output, dumps
from smsn.readers import Columns, Reading, open_source
from smsn.records import Comment, Record, Reject
from smsn.report import Tally
from smsn.terms import Pair, find_mentions, pair_from_title, usual_spelling

PROBE = 5000
"""Comments that are searched for the pair before it is called absent."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to classify, and how.

    Parameters
    ----------
    inputs : tuple of str
        Files, or ``-`` for standard input.
    out : str, optional
        Output file; records go to the stream given to :func:`classify` without it.
    pair : Pair, optional
        The terms; found in a page's title without it.
    aliases : tuple of (term, alias)
        Further names, also for a pair that is found.
    format : str, optional
        Format of all inputs, instead of what their names say.
    columns : Columns
        Names of the columns in tables.
    article : bool
        Whether a page's own article is classified too.
    definitions : bool, optional
        Whether definitions are looked for; without it, in pages only.
    """

    inputs: tuple[str, ...]
    out: str | None = None
    pair: Pair | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    format: str | None = None
    columns: Columns = Columns()
    article: bool = False
    definitions: bool | None = None


@dataclass(slots=True)
class Summary:
    """What a run did: ``read = records + rejects``."""

    records: int = 0
    rejects: int = 0
    seconds: float = 0.0
    pairs: list[tuple[str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def status(self) -> int:
        """Exit status: 0 done, 1 done with rejects."""
        return 1 if self.rejects else 0

    def to_dict(self) -> dict[str, int | float]:
        """Return the counts as a JSON-ready dict."""
        return {
            "read": self.records + self.rejects,
            "records": self.records,
            "rejects": self.rejects,
            "resumed": 0,
            "seconds": round(self.seconds, 3),
        }


def classify(
    job: Job,
    analyzer: Analyzer,
    *,
    stdin: BinaryIO | None = None,
    stdout: IO[str] | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> Summary:
    """Return the summary of a run that classified every comment of the job's inputs.

    Parameters
    ----------
    job : Job
        What to do.
    analyzer : Analyzer
        What reads the comments.
    stdin, stdout : streams, optional
        What ``-`` reads, and where records go without an output file.
    notify : callable
        Takes notes and warnings for people.

    Raises
    ------
    InputError
        If an input is missing or nothing in it can be read.
    PairError
        If no pair is given, found or in any row.
    OutputError
        If the output cannot be written.
    """
    started = time.perf_counter()
    summary = Summary()
    with ExitStack() as stack:
        output = stack.enter_context(Output(job.out)) if job.out else None
        rejects = stack.enter_context(_Rejects(job.out, summary, notify))
        for source in job.inputs:
            reading = open_source(source, rejects.add, format=job.format, columns=job.columns, stdin=stdin)
            for note in reading.notes:
                notify(note)
            for record in _records(job, reading, analyzer, rejects, summary, notify):
                row = record.to_dict()
                if output is not None:
                    output.write(row)
                elif stdout is not None:
                    stdout.write(dumps(row) + "\n")
                summary.records += 1
                summary.tally.add(record)
        if not summary.records:
            raise _nothing(job, rejects)
    summary.seconds = time.perf_counter() - started
    return summary


class _Rejects:
    """The rejects file, which exists only if there is a reject; without an output, rejects are notes."""

    def __init__(self, out: str | None, summary: Summary, notify: Callable[[str], None]) -> None:
        self.path = Path(f"{out}.rejects.jsonl") if out else None
        self.summary = summary
        self.notify = notify
        self.first: Reject | None = None
        self.unpaired = 0
        self._output: Output | None = None

    def add(self, reject: Reject) -> None:
        """Keep one reject."""
        self.first = self.first or reject
        self.summary.rejects += 1
        if self.path is None:
            place = reject.source if reject.line is None else f"{reject.source}:{reject.line}"
            self.notify(f"{place}: {reject.reason}")
            return
        if self._output is None:
            self._output = Output(str(self.path))
        self._output.write(reject.to_dict())

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *error: object) -> None:
        if self._output is not None:
            self._output.__exit__(None, None, None)
        elif self.path is not None and error[0] is None:
            self.path.unlink(missing_ok=True)  # of an earlier run into the same output


def _records(
    job: Job, reading: Reading, analyzer: Analyzer, rejects: _Rejects, summary: Summary, notify: Callable[[str], None]
) -> Iterator[Record]:
    """Yield the records of one source."""
    pair = _pair(job, reading)
    definitions = job.definitions if job.definitions is not None else reading.is_page
    comments = iter(reading.comments)
    if job.article and reading.article is not None:
        comments = iter([reading.article, *comments])
    if pair is not None:
        if pair.terms not in summary.pairs:
            summary.pairs.append(pair.terms)
        comments = _watched(comments, pair, notify)
    yield from analyzer.pipe(_paired(comments, pair, rejects), pair, definitions=definitions)


def _pair(job: Job, reading: Reading) -> Pair | None:
    """Return the pair of a source: the caller's, verbatim, or the one in its title, in the text's usual spelling."""
    if job.pair is not None:
        return job.pair.with_aliases(job.aliases)
    found = pair_from_title(reading.title) if reading.title else None
    if found is None:
        if reading.is_page:
            raise PairError(f'no pair of terms is given, and none was found in the title {reading.title!r}. Name it: --pair "A" "B".')
        return None
    texts = [comment.text for comment in reading.comments]
    if reading.article is not None:
        texts.append(reading.article.text)
    return Pair(usual_spelling(found[0], texts), usual_spelling(found[1], texts)).with_aliases(job.aliases)


def _paired(comments: Iterator[Comment], pair: Pair | None, rejects: _Rejects) -> Iterator[Comment]:
    """Yield the comments that have a pair; the others are rejects."""
    for comment in comments:
        if comment.pair is None and pair is None:
            rejects.unpaired += 1
            source, _, line = (comment.source or "").rpartition(":")
            reason = 'has no pair of terms. Name one for all rows with --pair "A" "B", or give the row its own pair.'
            rejects.add(Reject(source or "-", int(line) if line.isdigit() else None, reason, comment.text))
        else:
            yield comment


def _watched(comments: Iterator[Comment], pair: Pair, notify: Callable[[str], None]) -> Iterator[Comment]:
    """Yield all comments; warn once at the end, or after many, if none of them names either term."""
    seen, count = False, 0
    for comment in comments:
        if not seen and count < PROBE:
            seen = comment.pair is not None or bool(find_mentions(comment.text, pair))
        count += 1
        yield comment
    if not seen and count:
        notify(f"warning: neither {pair.a!r} nor {pair.b!r} occurs in the comments read. Check the spelling, or add --alias.")


def _nothing(job: Job, rejects: _Rejects) -> Exception:
    """Return the error of a run without a single record."""
    names = ", ".join(job.inputs)
    if rejects.unpaired and rejects.unpaired == rejects.summary.rejects:
        return PairError(f'{names}: no pair of terms is given. Name it: --pair "A" "B", or give each row its own pair.')
    if rejects.first is None:
        return InputError(f"{names}: holds no comments. Give a file with at least one.")
    first = rejects.first
    place = first.source if first.line is None else f"{first.source}:{first.line}"
    kept = f" All {rejects.summary.rejects} are in {rejects.path}." if rejects.path else ""
    return InputError(f"{names}: nothing could be read. The first reason: {place}: {first.reason}{kept} Mend the input and run again.")
