"""Which texts of a pile can hold a view of a pair at all: a cheap look at a whole column before the model reads any of it.

Takes an Arrow column of texts and a pair, gives a mask. A text that names neither term can still hold a view ("they're apples and oranges"), but only where it
stands among texts about the pair: in a pile or a thread of such. Imports only ``forms`` and ``terms`` of smsn, and pyarrow.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from smsn.forms import FENCE
from smsn.terms import Pair, written_patterns

_ALIKE = (
    r"same|similar|alike|common|differ\w*|distinct|distinction|synonym\w*|interchangeabl\w*|identical|equivalent|equal|overlap\w*|subset|part of|kind of|form of|"
    r"type of|umbrella|opposites?|related|unrelated|linked|tied|connected|depend\w*|go together|hand in hand|sides of|apples|vs|versus|compar\w*|confus\w*|mix\w*"
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


def is_about(texts: pa.Array, pair: Pair) -> bool:
    """Return whether a pile is about a pair, by the texts that it begins with; where they are few it counts as if it were.

    Of the comments about a pair one in fifteen names neither term, of those about something else all: so where fewer than half name one, a text that
    names none is about something else.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    pair : Pair
        The terms, with aliases.
    """
    return len(texts) < LEAST or bool(pc.mean(names_a_term(texts.slice(0, FIRST), pair)).as_py() >= ABOUT)


def names_a_term(texts: pa.Array, pair: Pair) -> pa.BooleanArray:
    """Return a mask of the texts that name a term of the pair in any form: all that :func:`smsn.terms.find_mentions` would find one in, and some more.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    pair : Pair
        The terms, with aliases.
    """
    return pc.match_substring_regex(texts, _pattern(pair))


def relates(texts: pa.Array) -> pa.BooleanArray:
    """Return a mask of the texts that relate things which they may not name.

    Parameters
    ----------
    texts : pyarrow.Array of string
        Without nulls.
    """
    # a quick look at all, a slow one at what is left: one pattern for all of it would be a hundred times as slow
    places = pc.indices_nonzero(pc.match_substring_regex(texts, rf"(?i)\b(?:{_ALIKE}|{_SAID})\b"))
    mask = np.zeros(len(texts), bool)
    mask[[i for i, text in zip(places.to_pylist(), texts.take(places).to_pylist(), strict=True) if _relates(text.lower())]] = True
    return pa.array(mask)


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


def may_agree(texts: pa.Array) -> pa.Array:
    """Return a mask of the texts in which :func:`smsn.threads.agreement` may find one."""
    return pc.match_substring_regex(texts, f"(?i){_AGREES}")


@lru_cache(maxsize=1024)
def _pattern(pair: Pair) -> str:
    """Return the pattern of both terms in the syntax of RE2, which knows no look-ahead: what fences a form is left out, so a few texts more pass."""
    lowered, cased = written_patterns(pair)
    return "|".join([*(f"(?i:{_plain(pattern)})" for pattern in lowered), *(f"(?:{_plain(pattern)})" for pattern in cased)])


def _plain(pattern: str) -> str:
    r"""Return a pattern of Python's for RE2, whose ``\s`` and ``\w`` are those of ASCII."""
    return pattern.replace(FENCE, "").replace(r"\w{0,6}", "").replace(r"[\s", r"[\s\pZ").replace(r"\w", r"[\pL\pN_]")
