"""Which texts of a pile can hold a view of a pair at all: a cheap look at a whole column before the model reads any of it.

Takes an Arrow column of texts and a pair, gives masks. A text that names neither term can still hold a view ("they're apples and oranges"), but only where it
stands among texts about the pair: in a pile or a thread of such. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from smsn.forms import FENCE
from smsn.terms import Pair, find_mentions, written_patterns
from smsn.threads import agreement

_ALIKE = (
    r"same|similar|alike|common|differ\w*|distinct|distinction|synonym\w*|interchangeabl\w*|identical|equivalent|equal|overlap\w*|subset|part of|kind of|form of|"
    r"type of|umbrella|opposites?|related|unrelated|linked|tied|connected|depend\w*|go together|hand in hand|sides of|apples|vs|versus|compar\w*|confus\w*|mix\w*|"
    r"complement\w*|leads?|leading|enabl\w*|possible|without|together|tools?|medium|names? for|words? for|included?|separate\w*|worlds|needs?|rely|relies|halves"
)
_BOTH = r"they(?:['’]re)?|these|those|both|the two|it['’]s|it is|that['’]s|the one|neither|either|one another|one|two|each other|each|things?|coin|the other"
_SAID = r"apples (?:and|to|with) oranges|one and the same|difference|same thing|former|latter|tomayto|semantics"
_ALIKES = re.compile(rf"\b(?:{_ALIKE})\b")
_BOTHS = re.compile(rf"\b(?:{_BOTH})\b")
_OTHERS = re.compile(r"\b(?:each other|one another|the other|the two|both|things?|coin)\b")
_SAYINGS = re.compile(rf"\b(?:{_SAID})\b")
_END = re.compile(r"[.?!\n]")
_BEFORE, _BEHIND, _WORD = 40, 20, 16
"""Characters at most between what is related and what relates it, before and behind; and of the longest word of either kind."""
_AGREES = (
    r"\b(?:agree\w*|exactly|precisely|absolutely|definitely|totally|indeed|yes|yep|yup|right|said|says|wrote|writes|posted|meant|puts?|does|did|nailed|"
    r"spot on|same here|same as|has it|sees|money|share|so true|very true|well said|good point|thoughts exactly|think so too|how i see it|my view|mentioned|explained|described|pointed|above|with|"
    r"second|echo|support|share|correct|true|this)\b|\+\s?1"
)


FIRST, LEAST, ABOUT = 4096, 100, 0.5
"""How many texts tell what a pile is about, at most and at least, and the share of them that name a term in one that is about the pair."""

TALK = 0.1
"""The share of the comments of a thread that name a term, in one that is about the pair because a comment of it names both."""


class Pile:
    """What is known of a pile as its inputs go by, one after the other.

    Of the comments about a pair one in fifteen names neither term, of those about something else all do: so where fewer than half of an input's first
    texts name one, a text that names none is about something else. An input that is too small to tell, and does not say otherwise, is taken together with those
    before.
    """

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._size = self._naming = 0

    def is_about(self, texts: pa.Array) -> bool | None:
        """Return whether the next input is about the pair, by the texts that it begins with; None where that cannot be told.

        Parameters
        ----------
        texts : pyarrow.Array of string
            Without nulls.
        """
        first = texts.slice(0, FIRST)
        size, naming = len(first), pc.sum(pc.greater(terms_named(first, self._pair), 0)).as_py() or 0
        self._size, self._naming = self._size + size, self._naming + naming
        if size < LEAST:
            if naming >= ABOUT * size or self._size < LEAST:
                return None
            size, naming = self._size, self._naming
        return bool(naming >= ABOUT * size)


def terms_named(texts: pa.Array, pair: Pair) -> pa.Int64Array:
    """Return how many terms :func:`smsn.terms.find_mentions` finds in each text: 0, 1 or 2.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    pair : Pair
        The terms, with aliases.
    """
    # a quick look at all, which takes "AI" for named in "said", a slow one at what is left
    return _looked_at(texts, _pattern(pair), lambda text: len({mention.term for mention in find_mentions(text, pair)}))


def relates(texts: pa.Array) -> pa.BooleanArray:
    """Return a mask of the texts that relate things which they may not name.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    """
    # one pattern for all of it would be a hundred times as slow as the two looks
    return _looked_at(texts, rf"(?i)\b(?:{_ALIKE}|{_SAID})\b", lambda text: _relates(text.lower())).cast(pa.bool_())


def agrees(texts: pa.Array) -> pa.BooleanArray:
    """Return a mask of the texts in which :func:`smsn.threads.agreement` finds one.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    """
    return _looked_at(texts, f"(?i){_AGREES}", lambda text: agreement(text) is not None).cast(pa.bool_())


def _looked_at(texts: pa.Array, pattern: str, look: Callable[[str], int]) -> pa.Int64Array:
    """Return what a slow `look` says of each text in which a pattern is found, at a quick look at all of them; 0 for the others."""
    places = pc.indices_nonzero(pc.match_substring_regex(texts, pattern))
    told = np.zeros(len(texts), np.int64)
    told[places.to_numpy()] = [look(text) for text in texts.take(places).to_pylist()]
    return pa.array(told)


def _relates(text: str) -> bool:
    """Return whether a text in lower case relates things that it may not name: "they are two sides of a coin", "the same thing"."""
    for match in _ALIKES.finditer(text):
        start, end = match.span()
        for both in _BOTHS.finditer(text, max(0, start - _BEFORE - _WORD), start):
            if start - both.end() <= _BEFORE and not _END.search(text, both.end(), start):
                return True
        for other in _OTHERS.finditer(text, end, end + _BEHIND + _WORD):
            if other.start() - end <= _BEHIND and not _END.search(text, end, other.start()):
                return True
    return _SAYINGS.search(text) is not None


@lru_cache(maxsize=1024)
def _pattern(pair: Pair) -> str:
    """Return the pattern of both terms in the syntax of RE2, which knows no look-ahead: what fences a form is left out, so it is found inside words too."""
    lowered, cased = written_patterns(pair)
    return "|".join([*(f"(?i:{_plain(pattern)})" for pattern in lowered), *(f"(?:{_plain(pattern)})" for pattern in cased)])


def _plain(pattern: str) -> str:
    r"""Return a pattern of Python's for RE2, whose ``\s`` and ``\w`` are those of ASCII."""
    classes = {r"[\s": r"[\s\pZ", r"\s": r"[\s\pZ]", r"\w": r"[\pL\pN_]"}
    return re.sub(r"\[\\s|\\.", lambda found: classes.get(found[0], found[0]), pattern.replace(FENCE, "").replace(r"\w{0,6}", ""))
