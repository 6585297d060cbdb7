"""What a reader is told, and what it hands back.

Takes nothing, gives the dataclasses that all readers share. Imports only records of smsn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from smsn.records import Comment, Reject

FORMATS = ("page", "html", "csv", "jsonl", "parquet", "text", "wxr", "disqus")

RejectSink = Callable[[Reject], None]


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns of a table; None stands for the default name, where that column is present.

    The defaults are ``id``, ``text``, ``author``, ``parent`` and ``thread``. The columns ``date``, ``pair``
    (a list of two), ``pair_a`` and ``pair_b`` cannot be renamed. All other columns pass through.
    """

    id: str | None = None
    text: str | None = None
    author: str | None = None
    parent: str | None = None
    thread: str | None = None


@dataclass(slots=True)
class Reading:
    """An opened source.

    Parameters
    ----------
    format : str
        One of `FORMATS`.
    comments : iterable of Comment
        A list for pages; for tables and streams an iterator that can be consumed once.
    title : str, optional
        The headline of a page.
    article : Comment, optional
        The page's own text, of kind ``"article"``.
    notes : list of str
        What a person should know although nothing was rejected. Exports add to them when `comments` ends.
    share : callable, optional
        Tells the share of the source that was read so far, from 0 to 1.
    """

    format: str
    comments: Iterable[Comment]
    title: str | None = None
    article: Comment | None = None
    notes: list[str] = field(default_factory=list)
    share: Callable[[], float] | None = None

    @property
    def is_page(self) -> bool:
        """Whether the source is one page with a thread, rather than rows."""
        return self.format in ("page", "html")


def count_notes(name: str, announced: tuple[int | None, str] | None, found: Collection[int], read: int) -> list[str]:
    """Return a note if the number that a page announces is none of the numbers in `found`.

    Parameters
    ----------
    name : str
        The page.
    announced : tuple of int and str, optional
        The number and its noun, such as ``(14, "responses")``; either may be missing.
    found : collection of int
        Every way to count the comments that were found (all, top level only, …).
    read : int
        Comments read; those rejected are not among them.
    """
    if announced is None or announced[0] is None or announced[0] in found:
        return []
    were = "comment was" if read == 1 else "comments were"
    return [f"{name}: the header announces {announced[0]} {announced[1]}, and {read} {were} read."]
