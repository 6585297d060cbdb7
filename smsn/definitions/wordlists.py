"""The words that the rules stand on, as lemmas, and the patterns of what is written for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MEAN = frozenset("mean denote signify designate describe connote".split())
MEAN_PREP = {"refer": "to", "stand": "for", "amount": "to", "boil": "to", "equate": "to"}
"""Verbs that mean with a preposition, and which."""

SEE = frozenset(
    "see view define describe regard treat understand picture imagine classify know think conceive characterize characterise".split()
)
"""Verbs of "seen as"."""

INTEND = frozenset("mean understand".split())
LET = frozenset("let allow enable help permit facilitate empower".split())
DO = frozenset("make keep give turn show measure tell carry hold take let set control protect".split())
HAPPEN = frozenset("occur happen arise exist result begin".split())
WITH_OBJECT = {"deal": "with", "concern": "with", "consist": "in"}
USE = frozenset("use design mean intend make build create employ".split())
INCLUDE = frozenset("include encompass comprise cover contain".split())
BELONG = frozenset("fall belong".split())
REPRESENT = frozenset("represent symbolize symbolise".split())
FORM = frozenset("form constitute".split())
CALL = frozenset("call consider label term deem name dub".split())
NAMED = frozenset("call know term name label dub".split())
KNOWN = NAMED | {"refer", "describe"}

DEFINITION = frozenset("definition meaning essence".split())
PURPOSE = frozenset("purpose goal aim point objective function role job idea task".split())
PART = frozenset("part subset type kind form branch piece subcategory category component aspect subfield".split())
CLASS = frozenset("kind type sort form".split())
NAMES = frozenset("name term word label expression title nickname".split())
"""Nouns that only say that a name is given: what defines comes behind them."""

_IRREGULAR = {
    "begin": "beg[aiu]n",
    "build": "buil[dt]",
    "fall": "f[ae]ll",
    "arise": "aris|arose",
    "know": "know|knew",
    "make": "mak|made",
    "see": r"(?:see|sees|saw|seen|seeing)\b",
    "stand": "stand|stood",
    "think": "think|thought",
    "understand": "understand|understood",
    "use": r"(?:use|uses|used|using)\b",
}

TERM = "\ufffc"
"""What stands for a mention of a term where cues are looked for."""

BE = r"(?:\b(?:(?:is|are|was|were|ai)(?:n['’]?t)?|be|been|being|am)\b|['’](?:s|re|m)\b)"
"""Forms of "be"."""

UNREAD = "\"“”'‘’`*_"
"""Quotation marks and emphasis: they mislead the parser, so it is not shown them."""

BEHIND = rf"{TERM}[\s{UNREAD}]*(?:\([^)]{{0,60}}\))?[\s{UNREAD}]*"
"""A mention up to what the parser sees next, past a remark in brackets."""

_QUESTION = re.compile(rf"\?[\s)\]{UNREAD}]*\Z")


def asks(sentence: str) -> bool:
    """Say whether a sentence is a question: it defines nothing."""
    return _QUESTION.search(sentence) is not None


def forms(lemmas: Iterable[str]) -> str:
    """Return a pattern of words that begin as forms of the lemmas do."""
    stems = sorted(_IRREGULAR.get(lemma, lemma.removesuffix("e").removesuffix("y")) for lemma in lemmas)
    return rf"\b(?:{'|'.join(stems)})\w*"


def cue(*orders: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that begins a text in which, for one of `orders`, something of each of its patterns stands behind the last.

    The first place of each is taken, so that a long text takes no longer than its length.
    """
    return re.compile("|".join("".join(rf"(?>.*?{part})" for part in order) for order in orders), re.DOTALL)
