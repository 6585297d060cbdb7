"""Definitions to a glossary: which terms are defined, how often, as what.

Takes definitions one by one, keeps a bounded amount per term. A term's spellings are one entry; shown is the most
frequent. Imports records, forms and how text goes on one line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from smsn.forms import base_form, split_words
from smsn.records import Definition
from smsn.report import one_line

KEPT = 1000
"""Of each term: spellings, class words and definientia that are kept; past that, the rarest half goes."""

ROWS = 100
"""Rows that are kept of each definiens, the first ones."""

TERMS = 20
"""Terms that are shown to people."""

CLASSES = 8
"""Class words that are shown of one term."""

NO_CLASS = "(no class word)"
"""What is shown for definitions without a genus."""

_CLASSING = frozenset(("genus", "purpose", "relational"))
"""Kinds whose genus is a class above the term; a synonym stands beside it, a metaphor elsewhere."""

_AS = ("as", "for", "of", "to", "with")
_ARTICLES = frozenset(("a", "an", "the"))

Row = str | int | float


@dataclass(frozen=True, slots=True)
class Definiens:
    """Words that define a term, how many definitions say them, the best probability among those, the first rows."""

    text: str
    count: int
    probability: float
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of the glossary.

    Parameters
    ----------
    key : str
        What all spellings of the term have in common; see :func:`smsn.forms.base_form`.
    term : str
        Its most frequent spelling.
    spellings : tuple of str
        The other spellings, the most frequent first.
    definitions : int
        How many definitions there are of it.
    classes : tuple of (str, int)
        Class words with their counts, the most frequent first, those without any last; what the term is said
        not to be is ``"not …"``.
    definientia : tuple of Definiens
        The most frequent first, of equal ones the most probable; what it is not is none of them.
    broader, synonyms : tuple of str
        Keys of what it is a kind of, and of what it is said to be the same as, the most frequent first. Any of
        them may be no term of the glossary.
    """

    key: str
    term: str
    spellings: tuple[str, ...]
    definitions: int
    classes: tuple[tuple[str, int], ...]
    definientia: tuple[Definiens, ...] = ()
    broader: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Ids of the rows with its definitions; 1, True and 1.0 are three ids."""
        found = {(type(row), row): row for definiens in self.definientia for row in definiens.rows}
        return tuple(found.values())

    def line(self) -> str:
        """Return the entry as a line for people.

        >>> Entry("wiki", "wiki", (), 3, (("website", 2), (NO_CLASS, 1))).line()
        'wiki is a: website 2, (no class word) 1'
        """
        shown = ", ".join(f"{one_line(name)} {count}" for name, count in self.classes[:CLASSES])
        return f"{one_line(self.term)} is a: {shown}{' …' if len(self.classes) > CLASSES else ''}"


class Glossary:
    """Counts definitions by term.

    Parameters
    ----------
    words : bool
        Whether the words of definitions and the ids of their rows are kept too, as an export needs them; else
        only what :meth:`lines` shows.

    Examples
    --------
    >>> text = "A wiki is a website."
    >>> glossary = Glossary()
    >>> glossary.add(Definition("wiki", 0, 20, (2, 6), (10, 19), "website", "genus", "copula", 0.9), text)
    >>> glossary.lines()
    ['wiki is a: website 1']
    """

    def __init__(self, *, words: bool = False) -> None:
        self.words = words
        self.definitions = 0
        self._terms: dict[str, _Term] = {}

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._terms)

    def __contains__(self, term: str) -> bool:
        """Say whether `term`, in any spelling, is defined."""
        return term_key(term) in self._terms

    def add(self, definition: Definition, text: str, row: Row | None = None) -> None:
        """Count one definition in `text`, the text of the row with the id `row`."""
        self.definitions += 1
        term = self._terms.setdefault(term_key(definition.term), _Term())
        term.count(definition, text)
        if self.words:
            term.keep(definition, text, row)

    def entries(self) -> Iterator[Entry]:
        """Yield the terms, the most defined first."""
        for key, term in sorted(self._terms.items(), key=lambda item: (-item[1].definitions, item[0])):
            yield term.entry(key)

    def lines(self, limit: int = TERMS) -> list[str]:
        """Return the glossary for people, one term a line, at most `limit` of them."""
        shown = [entry.line() for entry in islice(self.entries(), limit)]
        more = len(self) - len(shown)
        if more:
            shown.append(f"… and {more:,} more {'term' if more == 1 else 'terms'}")
        return shown


def term_key(term: str) -> str:
    """Return what all spellings of a term have in common; a term without a word is its own key.

    >>> term_key("Social-Networks"), term_key("--")
    ('social network', '--')
    """
    return base_form(term) if split_words(term) else term.strip().lower()


@dataclass(slots=True)
class _Term:
    """What is counted for one term; `inside` are the spellings that do not begin a sentence."""

    definitions: int = 0
    spellings: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    broader: Counter[str] = field(default_factory=Counter)
    synonyms: Counter[str] = field(default_factory=Counter)
    definientia: dict[str, Definiens] = field(default_factory=dict)

    def count(self, definition: Definition, text: str) -> None:
        self.definitions += 1
        spelling = " ".join(definition.term.split())
        inside = definition.term_span[0] > definition.start
        small = spelling[:1].lower() + spelling[1:]
        if not inside and small != spelling and re.search(rf"(?<!\w){re.escape(small)}(?!\w)", text):
            spelling, inside = small, True  # the same text says how it is spelled inside a sentence
        _count(self.spellings, spelling)
        if inside:
            _count(self.inside, spelling)
        genus = definition.genus
        if genus is not None and definition.kind == "contrast":
            genus = f"not {genus}"
        _count(self.classes, genus or NO_CLASS)

    def keep(self, definition: Definition, text: str, row: Row | None) -> None:
        if definition.kind == "contrast":  # "not a fertilizer" defines nothing
            return
        words = " ".join(text[slice(*definition.definiens_span)].split())
        if words.casefold() not in self.definientia and len(self.definientia) >= KEPT:
            self.definientia = dict(sorted(self.definientia.items(), key=lambda item: _rank(item[1]))[: KEPT // 2])
        known = self.definientia.get(words.casefold(), Definiens(words, 0, 0.0))
        best = max(known.probability, definition.probability)
        rows = known.rows if row is None or len(known.rows) == ROWS else (*known.rows, row)
        self.definientia[words.casefold()] = Definiens(known.text, known.count + 1, best, rows)
        if definition.kind in _CLASSING and definition.genus:
            _count(self.broader, term_key(definition.genus))
        if definition.kind == "synonym":
            for key in _named(words, definition.genus):
                _count(self.synonyms, key)

    def entry(self, key: str) -> Entry:
        term, *others = self._by_use()
        classes = sorted(self.classes.items(), key=lambda item: (item[0] == NO_CLASS, -item[1], item[0]))
        return Entry(
            key=key,
            term=term,
            spellings=tuple(others),
            definitions=self.definitions,
            classes=tuple(classes),
            definientia=tuple(sorted(self.definientia.values(), key=_rank)),
            broader=tuple(name for name, _ in self.broader.most_common()),
            synonyms=tuple(name for name, _ in self.synonyms.most_common()),
        )

    def _by_use(self) -> list[str]:
        """Return the spellings, the most frequent first.

        "Mulch" and "mulch" count together; shown is the one that stands inside sentences, since any word may begin
        one with a capital.
        """
        folded: Counter[str] = Counter()
        for spelling, count in self.spellings.items():
            folded[spelling.casefold()] += count
        ranked = sorted(
            self.spellings,
            key=lambda s: (-folded[s.casefold()], s.casefold(), -self.inside[s], -self.spellings[s], s),
        )
        kept: dict[str, None] = {}
        seen: set[str] = set()
        for spelling in ranked:
            if spelling.casefold() not in seen or self.inside[spelling]:
                kept[spelling] = None
            seen.add(spelling.casefold())
        return list(kept)


def _rank(definiens: Definiens) -> tuple[int, float, str]:
    return -definiens.count, -definiens.probability, definiens.text


def _count(counter: Counter[str], name: str) -> None:
    if name not in counter and len(counter) >= KEPT:
        kept = counter.most_common(KEPT // 2)
        counter.clear()
        counter.update(dict(kept))
    counter[name] += 1


def _named(definiens: str, genus: str | None) -> Iterator[str]:
    """Yield the keys of what a synonym may name: "the same thing as compost" names compost."""
    words = definiens.split()
    last = max((i for i, word in enumerate(words) if word.lower() in _AS), default=-1)
    for named in (words, words[last + 1 :]):
        bare = named[1:] if named and named[0].lower() in _ARTICLES else named
        if bare:
            yield term_key(" ".join(bare))
        if last < 0:
            break
    if genus:
        yield term_key(genus)
