"""A pile of comments in, a file of records out.

Takes sources (files or standard input), reads them through ``readers``, sends the comments down the main
path and writes what comes back. What cannot be read goes to a rejects file and the run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, BinaryIO

from smsn.analyzer import Analyzer
from smsn.errors import PairError
from smsn.inputs import Counts, Inputs, Rejects
from smsn.output import Output, dumps
from smsn.readers import Columns, Reading
from smsn.records import Comment, Record
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
class Summary(Counts):
    """What a run did, and what people see of it."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


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
    rejects = Rejects(job.out, summary, notify, once=UNPAIRED)
    run = _Run(job, analyzer, Inputs(job, rejects, stdin, notify), summary)
    with ExitStack() as stack:
        stack.enter_context(rejects)
        output = stack.enter_context(Output(job.out)) if job.out is not None else None  # in place before the rejects
        for record in run.records():
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


class _Run:
    """The way from sources to records, with what it must remember from one source to the next."""

    def __init__(self, job: Job, analyzer: Analyzer, inputs: Inputs, summary: Summary) -> None:
        self.job = job
        self.analyzer = analyzer
        self.inputs = inputs
        self.rejects = inputs.rejects
        self.notify = inputs.notify
        self.summary = summary
        self.pair = job.pair.with_aliases(job.aliases) if job.pair is not None else None
        self._unnamed: dict[tuple[str, str], int] = {}  # comments searched for each pair that none has named
        self._named: set[tuple[str, str]] = set()
        self._aliased: set[str] = set()
        self._thread = Thread()

    def records(self) -> Iterator[Record]:
        """Yield the records of all inputs."""
        return self.inputs.each(self._source)

    def close(self) -> None:
        """Say what only the end of a run tells.

        Raises
        ------
        InputError, PairError
            If there is not a single record.
        """
        unpaired = self.rejects.repeated
        if unpaired and unpaired == self.summary.rejects and not self.summary.records:
            self.rejects.final = True
            names = ", ".join(self.job.inputs)
            raise PairError(f'{names}: no pair of terms is given. Name it: --pair "A" "B", or give each row its own.')
        self.inputs.close()
        if self.job.out is None and unpaired > 1:
            self.notify(f"{unpaired - 1:,} more rows have no pair of terms; with -o they are kept.")
        for (a, b), count in self._unnamed.items():
            where = "the comments read" if count < PROBE else f"the first {count:,} comments"
            self.notify(f"warning: neither {a!r} nor {b!r} occurs in {where}. Check the spelling, or add --alias.")
        for term in dict.fromkeys(term for term, _ in self.job.aliases):
            if term.casefold() not in self._aliased:
                self.notify(f"warning: --alias is for {term!r}, which is in no pair that was read. Check the spelling.")

    def _source(self, source: str, reading: Reading) -> Iterator[Record]:
        pair = self.pair or self._found(source, reading)
        definitions = self.job.definitions if self.job.definitions is not None else reading.is_page
        comments = self.inputs.comments(source, reading)
        if pair is not None:
            self._use(pair)
            if pair.terms not in self.summary.pairs:
                self.summary.pairs.append(pair.terms)
            comments = self._watched(comments, pair)
        for given, group in groupby(self._paired(comments, pair), lambda comment: self._given(comment, pair)):
            yield from self.analyzer.pipe(group, given, definitions=definitions, thread=self._thread)

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
                reason = UNPAIRED
            if reason is None:
                yield comment
            else:
                self.rejects.add_row(comment, reason)

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


def _broken(pair: tuple[str, str]) -> str | None:
    """Return what is wrong with a row's own pair, or None."""
    try:
        Pair.of(pair)
    except PairError as error:
        return f"The row's own pair is not one: {error} Mend the row."
    return None
