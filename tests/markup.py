"""Inline markup for the tests of definitions: ``[t term]`` is a definiendum, ``{…}`` a definiens."""

import re
from dataclasses import dataclass

_MARK = re.compile(r"\[t ([^\]]+)\]|([{}])")
ELSE = "xylophone"  # the other term of a line that marks one term only; no line names it


@dataclass(frozen=True)
class Marked:
    """A text without its marks; `terms` and `definientia` are ``(start, end)`` in characters of it."""

    text: str
    terms: tuple[tuple[int, int], ...]
    definientia: tuple[tuple[int, int], ...]

    @property
    def pair(self):
        """The marked terms in lower case, filled up to two."""
        names = list(dict.fromkeys(self.text[a:b].lower() for a, b in self.terms))
        return [*names, ELSE][:2] if len(names) < 3 else names

    @property
    def expected(self):
        """``{(term, definiens)}``: the n-th definiens belongs to the n-th term, further ones to the last."""
        names = [self.text[a:b].lower() for a, b in self.terms]
        last = len(names) - 1
        return {(names[min(i, last)], self.text[a:b]) for i, (a, b) in enumerate(self.definientia)}


def parse(line):
    """Return a marked line as :class:`Marked`.

    >>> parse("[t Mulch] is {a cover}.")
    Marked(text='Mulch is a cover.', terms=((0, 5),), definientia=((9, 16),))
    """
    text, position, terms, definientia, opened = "", 0, [], [], None
    for mark in _MARK.finditer(line):
        text += line[position : mark.start()]
        position = mark.end()
        if mark[1]:
            terms.append((len(text), len(text) + len(mark[1])))
            text += mark[1]
        elif mark[2] == "{":
            opened = len(text)
        else:
            if opened is None:
                raise ValueError(f"a brace closes what was not opened: {line!r}")
            definientia.append((opened, len(text)))
            opened = None
    if opened is not None or not terms:
        raise ValueError(f"a brace stays open, or no term is marked: {line!r}")
    return Marked(text + line[position:], tuple(terms), tuple(definientia))
