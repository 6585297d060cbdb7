"""A pile of rows in, their definitions out: a file of records, a table of definitions, or a glossary.

Takes sources (files or standard input), reads them through ``inputs``, asks the finder for the definitions of any
term or of the terms given, and writes what it finds in the format of the output's name. Loads neither spaCy nor
scikit-learn: the finder does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol

from smsn import exports
from smsn.errors import InputError, RowError
from smsn.exports import About
from smsn.glossary import TERMS, Entry, Glossary, term_key
from smsn.inputs import Counts, Inputs, Rejects
from smsn.output import SUFFIXES, Output, Placed, dumps, output_format, refuse_taken
from smsn.readers import Columns, Reading
from smsn.readers.paths import expand
from smsn.records import DEFINITION_RECORD_FIELDS, Comment, Definition, DefinitionRecord
from smsn.terms import Pair
from smsn.version import __version__

ROWS = 256
"""Rows that are given to the finder at a time."""

CSV_COLUMNS = (
    "id", "term", "definiens", "sentence", "genus", "kind", "rule", "probability", "start", "end", "term_start",
    "term_end", "definiens_start", "definiens_end",
)  # fmt: skip
"""Columns of a CSV output, which has one line a definition."""

Query = tuple[str, Pair | str | None]


class Finder(Protocol):
    """What finds definitions: a :class:`smsn.definitions.finder.DefinitionFinder`."""

    @property
    def name(self) -> str:
        """Name of its bundle."""

    @property
    def profile(self) -> str:
        """How strictly it chooses."""

    def pipe(self, texts: Iterable[Query]) -> Iterator[tuple[Definition, ...]]:
        """Yield the definitions in each of many ``(text, the term that counts or None)``, in order."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where to look for definitions, and of what.

    Parameters
    ----------
    inputs : tuple of str
        Files, or ``-`` for standard input.
    out : str, optional
        Output file; records go to the stream given to :func:`define` without it.
    terms : tuple of str
        The terms whose definitions count; without one, those of any term do. A row's own term goes before them.
    base_iri : str, optional
        Where the IRIs of a ``.ttl`` output begin.
    format : str, optional
        Format of all inputs, instead of what their names say.
    columns : Columns
        Names of the columns in tables.
    article : bool
        Whether a page's own article is read too.
    overwrite : bool
        Whether an output that is there is replaced.

    Raises
    ------
    InputError
        If a term has no letter, or the base IRI is none or is of no use.
    """

    inputs: tuple[str, ...]
    out: str | None = None
    terms: tuple[str, ...] = ()
    base_iri: str | None = None
    format: str | None = None
    columns: Columns = field(default_factory=Columns)
    article: bool = False
    overwrite: bool = False

    def __post_init__(self) -> None:
        for term in self.terms:
            if not _says_something(term):
                raise InputError(f"a term needs at least one letter, got {term!r}. Write --term TERM.")
        if self.base_iri is not None:
            exports.base_iri(self.base_iri)
            if self.out_format != "ttl":
                raise InputError("--base-iri is for SKOS, and the output is none. Name one such as -o glossary.ttl.")

    @property
    def out_format(self) -> str:
        """Format of the output: jsonl, csv, parquet, ttl or tbx.

        Raises
        ------
        InputError
            If the output's name ends in none of them.
        """
        return "jsonl" if self.out is None else output_format(self.out, {**SUFFIXES, **exports.SUFFIXES})


@dataclass(slots=True)
class Summary(Counts):
    """What a run did, and the glossary of what it found."""

    profile: str = ""
    model: str = ""
    glossary: Glossary = field(default_factory=Glossary)

    def to_dict(self) -> dict[str, object]:
        """Return the counts and the most defined terms as a JSON-ready dict."""
        return {
            **Counts.to_dict(self),
            "definitions": self.glossary.definitions,
            "terms": len(self.glossary),
            "profile": self.profile,
            "model": self.model,
            "glossary": [_told(entry) for entry in islice(self.glossary.entries(), TERMS)],
        }


def define(
    job: Job,
    finder: Finder,
    *,
    stdin: BinaryIO | None = None,
    stdout: IO[str] | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> Summary:
    """Return the summary of a run that looked for definitions in every row of the job's inputs.

    Parameters
    ----------
    job : Job
        What to do.
    finder : DefinitionFinder
        What finds the definitions, in the profile that it was made with.
    stdin, stdout : streams, optional
        What ``-`` reads, and where records go without an output file.
    notify : callable
        Takes notes and warnings for people.

    Raises
    ------
    InputError
        If an input is missing or nothing in it can be read.
    OutputError
        If the output cannot be written, or the library that writes it is missing.
    """
    started = time.perf_counter()
    job = replace(job, inputs=tuple(expand(job.inputs)))
    if job.out is not None:
        refuse_taken(job.out, job.overwrite)
    words = job.out_format in exports.SUFFIXES.values()
    summary = Summary(profile=finder.profile, model=finder.name, glossary=Glossary(words=words))
    rejects = Rejects(job.out, summary, notify)
    inputs = Inputs(job, rejects, stdin, notify)
    with ExitStack() as stack:
        stack.enter_context(rejects)
        # in place before the rejects
        output = stack.enter_context(_output(job, job.out, summary)) if job.out is not None else None
        for record in inputs.each(_Reader(job, finder, inputs)):
            row = record.to_dict()
            if output is not None:
                output.write(row)
            elif stdout is not None:
                stdout.write(dumps(row) + "\n")
            summary.records += 1
            for definition in record.definitions:
                summary.glossary.add(definition, record.text, record.id)
        inputs.close()
    hint = "" if finder.profile == "broad" else ", or try --profile broad"
    for term in dict.fromkeys(job.terms):
        if term not in summary.glossary:
            notify(f"warning: nothing that was read defines {term!r}. Check the spelling{hint}.")
    summary.seconds = time.perf_counter() - started
    return summary


class _Reader:
    """The way from one opened input to its records."""

    def __init__(self, job: Job, finder: Finder, inputs: Inputs) -> None:
        self.finder = finder
        self.inputs = inputs
        named: dict[str, str] = {}
        for term in job.terms:  # "blog" and "blogs" are one
            named.setdefault(term_key(term), term.strip())
        self.terms = tuple(named.values()) or (None,)

    def __call__(self, source: str, reading: Reading) -> Iterator[DefinitionRecord]:
        """Yield a record for each row that can be used, in order and a few hundred rows at a time."""
        rows = self._with_terms(self.inputs.comments(source, reading))
        while batch := list(islice(rows, ROWS)):
            found = self.finder.pipe((comment.text, term) for comment, terms in batch for term in terms)
            for comment, terms in batch:
                yield self._record(comment, _merged([next(found) for _ in terms]))

    def _with_terms(self, comments: Iterator[Comment]) -> Iterator[tuple[Comment, tuple[str | None, ...]]]:
        """Yield the rows with the terms that count in them, None for any; the others are rejects."""
        for comment in comments:
            try:
                own = _own_term(comment)
            except RowError as error:
                self.inputs.rejects.add_row(comment, error.reason)
            else:
                yield comment, self.terms if own is None else (own,)

    def _record(self, comment: Comment, definitions: tuple[Definition, ...]) -> DefinitionRecord:
        extra = dict(comment.extra)
        if comment.pair is not None:  # here a column like any other
            extra |= zip(("pair_a", "pair_b"), comment.pair, strict=True) if "pair" in extra else {"pair": list(comment.pair)}
        return DefinitionRecord(
            id=comment.id,
            author=comment.author,
            parent=comment.parent,
            thread=comment.thread,
            text=comment.text,
            definitions=definitions,
            profile=self.finder.profile,
            model=self.finder.name,
            smsn=__version__,
            extra=extra,
        )


def _own_term(comment: Comment) -> str | None:
    """Return the term of a row's own, or None.

    Raises
    ------
    RowError
        If there is one that can be no term.
    """
    term = comment.extra.get("term")
    if term is None or (isinstance(term, str) and not term.strip()):
        return None
    if not isinstance(term, str) or not _says_something(term):
        raise RowError(f'The row\'s "term" is {term!r}; a term is a string of at least one letter. Mend the row, or leave it out.')
    return term.strip()


def _says_something(term: str) -> bool:
    return any(character.isalnum() for character in term)


def _merged(found: list[tuple[Definition, ...]]) -> tuple[Definition, ...]:
    """Return the definitions of several terms in one text, in the order of the text."""
    if len(found) == 1:
        return found[0]
    every = (definition for one in found for definition in one)
    return tuple(sorted(every, key=lambda d: (d.start, d.term_span, d.definiens_span)))


def _told(entry: Entry) -> dict[str, Any]:
    return {"term": entry.term, "definitions": entry.definitions, "classes": dict(entry.classes)}


def _output(job: Job, path: str, summary: Summary) -> Placed:
    """Return what writes the job's output."""
    if job.out_format in exports.SUFFIXES.values():
        return _Export(job, path, summary)
    return _Table(path, CSV_COLUMNS) if job.out_format == "csv" else Output(path, DEFINITION_RECORD_FIELDS)


class _Table(Output):
    """A file with a line for each definition."""

    def write(self, row: Mapping[str, Any]) -> None:
        """Add the definitions of one record."""
        for definition in row["definitions"]:
            super().write(_line(row["id"], row["text"], definition))


def _line(row: Any, text: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    line = {"id": row, **definition, "sentence": text[definition["start"] : definition["end"]]}
    for part in ("term", "definiens"):
        start, end = line[f"{part}_start"], line[f"{part}_end"] = definition[f"{part}_span"]
        if part == "definiens":
            line[part] = text[start:end]
    return {name: line[name] for name in CSV_COLUMNS}


class _Export(Placed):
    """A glossary, written when the run ends."""

    def __init__(self, job: Job, path: str, summary: Summary) -> None:
        exports.check_export(path, job.out_format)
        super().__init__(path)
        self.job = job
        self.summary = summary

    def write(self, row: Mapping[str, Any]) -> None:
        """Do nothing: the glossary of the run holds what is needed."""

    def _finished(self, converted: str) -> str:
        base = exports.BASE if self.job.base_iri is None else exports.base_iri(self.job.base_iri)
        about = About(_title(self.job.inputs), f"{self.summary.model}, profile {self.summary.profile}", base)
        with open(converted, "wb") as file:
            exports.write_export(self.summary.glossary.entries(), about, self.job.out_format, file)
        return converted


def _title(inputs: Sequence[str]) -> str:
    """Return a title that names the first inputs.

    >>> _title(["pages/a.txt", "-"]), _title(["a.csv"] * 5)
    ('Definitions in a.txt, standard input', 'Definitions in a.csv, a.csv, a.csv and 2 more')
    """
    names = ", ".join("standard input" if name == "-" else Path(name).name for name in inputs[:3])
    return f"Definitions in {names}" + (f" and {len(inputs) - 3} more" if len(inputs) > 3 else "")
