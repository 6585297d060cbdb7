"""The comments among which some are to be chosen for labelling: sources in, comments with their pairs out.

Takes files, folders or patterns, gives all their comments. Imports readers, titles, terms and errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from smsn.errors import InputError, PairError
from smsn.readers import Columns, Reading, open_source
from smsn.readers.paths import expand
from smsn.records import Comment, Reject
from smsn.terms import Pair
from smsn.titles import pair_in_use

Notify = Callable[[str], None]


def read(
    inputs: Sequence[str],
    pair: Pair | None = None,
    *,
    format: str | None = None,
    columns: Columns | None = None,
    stdin: BinaryIO | None = None,
    notify: Notify = lambda _: None,
) -> Iterator[Comment]:
    """Yield the comments of all inputs, each with a pair: its own, the one given, or the one in the title of its page.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders or patterns, or ``-`` for `stdin`.
    pair : Pair, optional
        The pair of the rows that have none.
    format, columns
        As :func:`smsn.readers.open_source` takes them.
    stdin : binary file, optional
        What ``-`` reads.
    notify : callable
        Takes a sentence for each row that cannot be read.

    Raises
    ------
    InputError
        If an input cannot be read.
    PairError
        If no pair is given and a comment has none.
    """

    def reject(row: Reject) -> None:
        place = row.source if row.line is None else f"{row.source}:{row.line}"
        notify(f"{place}: {row.reason}")

    found = False
    for source in expand(tuple(inputs)):
        reading = open_source(source, reject, format=format, columns=columns or Columns(), stdin=stdin)
        given = pair or _titled(reading)
        for comment in reading.comments:
            if comment.pair is None and given is None:
                raise PairError(f'{source}: no pair of terms is given. Name it: --pair "A" "B", or give each row its own.')
            found = True
            yield comment if comment.pair is not None or given is None else replace(comment, pair=given.terms)
    if not found:
        raise InputError(f"{', '.join(inputs)}: holds no comments. Give a file with at least one.")


def _titled(reading: Reading) -> Pair | None:
    if reading.title is None:
        return None
    terms = pair_in_use(reading.title, [comment.text for comment in reading.comments])
    return None if terms is None else Pair(*terms)
