"""A pile of comments in, a file of records out.

Takes sources (files or standard input), reads them through ``readers``, sends the comments down the main
path and writes what comes back. What cannot be read goes to a rejects file and the run goes on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from smsn.analyzer import Analyzer
from smsn.errors import InputError, PairError
from smsn.output import Output, dumps
from smsn.readers import Columns, Reading, open_source
from smsn.records import Comment, Record, Reject
from smsn.report import Tally
from smsn.terms import Pair, find_mentions
from smsn.threads import Thread
from smsn.titles import pair_from_title, usual_spelling

PROBE = 5000
"""Comments that are searched for the pair before it is called absent."""

UNPAIRED = 'The row has no pair of terms. Name one for all with --pair "A" "B", or give the row its own.'
"""Why a row is rejected that has no pair, in a run that has none."""


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
    columns: Columns = field(default_factory=Columns)
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
    for source in job.inputs:
        if source != "-" and not os.path.exists(source):  # before hours are spent on the others
            raise InputError(f"{source}: there is no such file. Check the path, or give - to read a pipe.")
    with ExitStack() as stack:
        rejects = stack.enter_context(_Rejects(job.out, summary, notify))
        output = stack.enter_context(Output(job.out)) if job.out is not None else None  # in place before the rejects
        run = _Run(job, analyzer, rejects, summary, notify)
        for record in run.records(stdin):
            row = record.to_dict()
            if output is not None:
                output.write(row)
            elif stdout is not None:
                stdout.write(dumps(row) + "\n")
            summary.records += 1
            summary.tally.add(record)
        run.close()
    summary.seconds = time.perf_counter() - started
    return summary


class _Rejects:
    """The rejects file, which exists only if there is a reject; without an output, rejects are notes.

    `final` says that the file is to be kept although the run ends with an error.
    """

    def __init__(self, out: str | None, summary: Summary, notify: Callable[[str], None]) -> None:
        self.path = Path(f"{out}.rejects.jsonl") if out is not None else None
        self.summary = summary
        self.notify = notify
        self.first: Reject | None = None
        self.unpaired = 0
        self.final = False
        self._output: Output | None = None

    def add(self, reject: Reject) -> None:
        """Keep one reject."""
        self.first = self.first or reject
        self.summary.rejects += 1
        if self.path is None:
            if reject.reason != UNPAIRED or self.unpaired == 1:  # the others are told in one sentence
                self.notify(f"{_place(reject)}: {reject.reason}")
            return
        if self._output is None:
            self._output = Output(str(self.path))
        self._output.write(reject.to_dict())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._output is not None:
            self._output.__exit__(None if self.final else kind, error, trace)
        elif kind is None and self.path is not None and self.path.is_file():
            self.path.unlink()  # of an earlier run into the same output


class _Run:
    """The way from sources to records, with what it must remember from one source to the next."""

    def __init__(
        self, job: Job, analyzer: Analyzer, rejects: _Rejects, summary: Summary, notify: Callable[[str], None]
    ) -> None:
        self.job = job
        self.analyzer = analyzer
        self.rejects = rejects
        self.summary = summary
        self.notify = notify
        self.pair = job.pair.with_aliases(job.aliases) if job.pair is not None else None
        self._failed: list[tuple[str, InputError | PairError]] = []
        self._unnamed: dict[tuple[str, str], int] = {}  # comments searched for each pair that none has named
        self._named: set[tuple[str, str]] = set()
        self._aliased: set[str] = set()
        self._thread = Thread()

    def records(self, stdin: BinaryIO | None) -> Iterator[Record]:
        """Yield the records of all sources; one that fails does not end the run while others can be read."""
        for source in self.job.inputs:
            try:
                yield from self._source(source, stdin)
            except (InputError, PairError) as error:
                self._failed.append((source, error))

    def close(self) -> None:
        """Say what only the end of a run tells.

        Raises
        ------
        InputError, PairError
            If there is not a single record.
        """
        if not self.summary.records:
            raise self._nothing()
        for source, error in self._failed:
            self.rejects.add(Reject(source, None, str(error).removeprefix(f"{source}: "), ""))
        if self.job.out is None and self.rejects.unpaired > 1:
            self.notify(f"{self.rejects.unpaired - 1:,} more rows have no pair of terms; with -o they are kept.")
        for (a, b), count in self._unnamed.items():
            where = "the comments read" if count < PROBE else f"the first {count:,} comments"
            self.notify(f"warning: neither {a!r} nor {b!r} occurs in {where}. Check the spelling, or add --alias.")
        for term in dict.fromkeys(term for term, _ in self.job.aliases):
            if term.casefold() not in self._aliased:
                self.notify(f"warning: --alias is for {term!r}, which is in no pair that was read. Check the spelling.")

    def _source(self, source: str, stdin: BinaryIO | None) -> Iterator[Record]:
        job = self.job
        reading = open_source(source, self.rejects.add, format=job.format, columns=job.columns, stdin=stdin)
        for note in reading.notes:
            self.notify(note)
        pair = self.pair or self._found(source, reading)
        definitions = job.definitions if job.definitions is not None else reading.is_page
        comments = self._as_far_as_it_goes(source, reading.comments)
        if reading.is_page:
            comments = (replace(comment, thread=source) for comment in comments)
        if job.article and reading.article is not None:
            comments = chain([reading.article], comments)
        if pair is not None:
            self._use(pair)
            if pair.terms not in self.summary.pairs:
                self.summary.pairs.append(pair.terms)
            comments = self._watched(comments, pair)
        for given, group in groupby(self._paired(comments, pair), lambda comment: self._given(comment, pair)):
            yield from self.analyzer.pipe(group, given, definitions=definitions, thread=self._thread)

    def _as_far_as_it_goes(self, source: str, comments: Iterable[Comment]) -> Iterator[Comment]:
        """Yield the comments before the place where a source is damaged, as if it ended there."""
        try:
            yield from comments
        except InputError as error:
            self._failed.append((source, error))

    def _found(self, source: str, reading: Reading) -> Pair | None:
        """Return the pair in a page's title, in the usual spelling of the text; None where rows may have their own."""
        found = pair_from_title(reading.title) if reading.title else None
        if found is None:
            if reading.is_page or reading.format == "text":
                looked = f", and none was found in the title {reading.title!r}" if reading.title else ""
                raise PairError(f'{source}: no pair of terms is given{looked}. Name it: --pair "A" "B".')
            return None
        texts = [comment.text for comment in reading.comments]
        if reading.article is not None:
            texts.append(reading.article.text)
        pair = Pair(usual_spelling(found[0], texts), usual_spelling(found[1], texts))
        return pair.with_aliases(self.job.aliases if len(self.job.inputs) == 1 else self._aliases(pair))

    def _aliases(self, pair: Pair) -> list[tuple[str, str]]:
        """Return the aliases of the job that are for a term of `pair`."""
        terms = {term.casefold() for term in pair.terms}
        return [(term, name) for term, name in self.job.aliases if term.casefold() in terms]

    def _given(self, comment: Comment, pair: Pair | None) -> Pair | None:
        """Return what the analyzer is given beside a comment: the source's pair, or its own if that has aliases."""
        if comment.pair is None:
            return pair
        own = Pair.of(comment.pair)
        aliases = self._aliases(own)
        if not aliases:
            return pair
        own = own.with_aliases(aliases)
        self._use(own)
        return own

    def _use(self, pair: Pair) -> None:
        self._aliased.update(term.casefold() for term in pair.terms)

    def _paired(self, comments: Iterator[Comment], pair: Pair | None) -> Iterator[Comment]:
        """Yield the comments that have a pair; the others are rejects."""
        for comment in comments:
            reason = None
            if comment.pair is not None:
                reason = _broken(comment.pair)
            elif pair is None:
                self.rejects.unpaired += 1
                reason = UNPAIRED
            if reason is None:
                yield comment
            else:
                source, _, line = (comment.source or "").rpartition(":")
                self.rejects.add(Reject(source or "-", int(line) if line.isdigit() else None, reason, comment.text))

    def _watched(self, comments: Iterator[Comment], pair: Pair) -> Iterator[Comment]:
        """Yield all comments, and note whether one of the first names a term of the pair."""
        for comment in comments:
            if pair.terms not in self._named and comment.pair is None:
                count = self._unnamed.get(pair.terms, 0)
                if count < PROBE:
                    self._unnamed[pair.terms] = count + 1
                    if find_mentions(comment.text, pair):
                        self._named.add(pair.terms)
                        del self._unnamed[pair.terms]
            yield comment

    def _nothing(self) -> InputError | PairError:
        """Return the error of a run without a single record."""
        rejects = self.rejects
        if self._failed and rejects.first is None:
            error = self._failed[0][1]
            more = len(self._failed) - 1
            return type(error)(f"{error} (The same holds for {more} more of the inputs.)") if more else error
        rejects.final = True
        names = ", ".join(self.job.inputs)
        if rejects.unpaired and rejects.unpaired == rejects.summary.rejects:
            return PairError(f'{names}: no pair of terms is given. Name it: --pair "A" "B", or give each row its own.')
        if rejects.first is None:
            return InputError(f"{names}: holds no comments. Give a file with at least one.")
        first = f"{_place(rejects.first)}: {rejects.first.reason}"
        kept = f" All {rejects.summary.rejects} are in {rejects.path}." if rejects.path else ""
        return InputError(f"{names}: nothing could be read. First: {first}{kept} Mend the input and run again.")


def _broken(pair: tuple[str, str]) -> str | None:
    """Return what is wrong with a row's own pair, or None."""
    try:
        Pair.of(pair)
    except PairError as error:
        return f"The row's own pair is not one: {error} Mend the row."
    return None


def _place(reject: Reject) -> str:
    return reject.source if reject.line is None else f"{reject.source}:{reject.line}"
