"""What a comment takes over from an earlier one of its thread: "I agree with Ruth", "Exactly." in a reply.

Takes comments with the scores that their own words have, gives scores with those of the comment that they agree
with added. Comments of one thread follow one another; without a thread there is no context. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from smsn.records import Comment

Array = NDArray[np.float64]

REACH = 1000
"""So many comments back a thread is remembered."""

WEIGHT = 1.0
"""How much the scores of a comment that is agreed with count beside the own ones."""

_NAME = r"(?P<name>@?[^\W\d_][\w\-]*(?:\s[A-Z][\w\-]*)?)"
_FULLY = r"(?:(?:fully|totally|completely|definitely|very much|wholeheartedly|mostly|pretty much|largely|entirely|really|absolutely|also|still|strongly|both)\s+)*"
_AGREES = re.compile(
    "|".join(
        pattern.replace("NAME", _NAME.replace("name", f"name{number}"))
        for number, pattern in enumerate((
            rf"(?<!not )(?<!n['’]t )(?i:\bagree[ds]?\s+{_FULLY}with\s+(?:what\s+)?)NAME",
            r"(?i:\bwhat\s+)NAME(?i:\s+(?:said|says|wrote|writes|posted|meant|put)\b)",
            r"(?i:\b(?:like|as)\s+)NAME(?i:\s+(?:does|did|says|said|put it|puts it|wrote|mentioned|pointed out|explained|described)\b)",
            r"(?i:\b(?:like|as|same as|the way)\s+)NAME(?i:\s+(?:above|does|sees|has it)\b)",
            r"(?i:\bsame as\s+)NAME",
            r"(?i:\bI(?:['’]m| am)\s+with\s+)NAME",
            r"(?i:\+\s?1\s+(?:to|for|on)?\s*)NAME",
            r"(?i:\b(?:second|echo|share|support|like)\s+)NAME(?i:['’]s?\s+(?:view|opinion|definition|point|answer|take|comment|post|explanation|analogy|way))",
            rf"NAME(?i:\s+(?:is|was)\s+{_FULLY}(?:right|correct|spot on|on the money)\b)",
            r"NAME(?i:\s+(?:nailed it|said it (?:best|well|perfectly)|put it (?:best|well|perfectly|nicely)|has it right|got it right|hit the nail))",
            r"(?i:^\s*)NAME(?i:[,:]?\s+(?:exactly|agreed|this|yes|spot on|well said|\+1|so true|indeed)\b)",
        ))
    )
)  # fmt: skip
_ECHO = re.compile(
    r"(?i)^\W*(?:exactly|this|agreed|yes|yep|yup|indeed|absolutely|definitely|totally|precisely|same here|so true|very true|true|right|well said|spot on|"
    r"\+\s?1|couldn['’]t agree more|i (?:\w+ )?agree|my thoughts exactly|what (?:he|she|they|you) said|you(?:['’]re| are) (?:\w+ )?right|good point|i think so too|"
    r"that['’]s (?:how i see it|my view|it|right)(?: too)?)\b(?P<more>.*)$",
    re.DOTALL,
)
_ECHO_WORDS = 6  # more words after the echo are a text of one's own
_NOT_AGREEING = re.compile(r"(?i)\b(?:not|but|however|except|though|yet|no|disagree)\b|n['’]t\b|\?")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The words with which a comment agrees, by characters, and whom it names; None for the comment that it answers."""

    start: int
    end: int
    name: str | None


def agreement(text: str) -> Agreement | None:
    """Return the first agreement with another commenter in a text, or None.

    >>> agreement("I see things a lot like Dina does.").name
    'Dina'
    >>> agreement("Exactly.").name is None
    True
    >>> agreement("I don't agree with Dina") is None
    True
    """
    found = _AGREES.search(text)
    if found is not None:
        return Agreement(*found.span(), next(name for key, name in found.groupdict().items() if name and key.startswith("name")))
    echo = _ECHO.match(text)
    if echo is not None and len(echo["more"].split()) <= _ECHO_WORDS and not _NOT_AGREEING.search(echo["more"]):
        return Agreement(echo.start(), len(text.rstrip()), None)
    return None


@dataclass(slots=True)
class _Said:
    """What an earlier comment was found to say of a pair; `pulls` are its direction scores, towards the first term."""

    id: object
    author: str
    pair: tuple[str, str]
    scores: Array
    pulls: Array


@dataclass(slots=True)
class Thread:
    """The comments of one thread that a later one may refer to; give the same object to every batch of a run."""

    key: str | None = None
    said: deque[_Said] = field(default_factory=lambda: deque(maxlen=REACH))

    def add(
        self, comments: Sequence[Comment], pairs: Sequence[tuple[str, str]], scores: Array, pulls: Array, silent: int | None = None
    ) -> list[tuple[int, Agreement, Array]]:
        """Add to the scores of comments, in place, those of the earlier comments that they agree with.

        Parameters
        ----------
        comments : sequence of n Comment
            In the order of the thread.
        pairs : sequence of n tuples of str
            The terms of each.
        scores, pulls : arrays of shape (n, classes) and (n, directed classes)
            What each comment's own words say.
        silent : int, optional
            The class of having no view. That the own words of a comment hold none does not speak against what it takes over.

        Returns
        -------
        list of (int, Agreement, array of shape (classes,))
            For each comment that takes something over: its place, the words, and what was added to its scores.
        """
        taken: list[tuple[int, Agreement, Array]] = []
        for i, comment in enumerate(comments):
            if comment.thread is None or comment.thread != self.key:
                self.said.clear()
                self.key = comment.thread
            if comment.thread is None:
                continue
            agrees = agreement(comment.text)
            other = self._meant(comment, pairs[i], agrees) if agrees else None
            if agrees and other:
                added = WEIGHT * other.scores
                if silent is not None:
                    scores[i, silent] = min(0.0, scores[i, silent])
                turned = 1.0 if other.pair == pairs[i] else -1.0
                scores[i] += added
                pulls[i] += WEIGHT * turned * other.pulls
                taken.append((i, agrees, added))
            if comment.author or comment.id is not None:
                self.said.append(_Said(comment.id, (comment.author or "").casefold(), pairs[i], scores[i].copy(), pulls[i].copy()))
        return taken

    def _meant(self, comment: Comment, pair: tuple[str, str], agrees: Agreement) -> _Said | None:
        """Return the latest earlier comment on the pair by the one named or, without a name, the parent."""
        name = agrees.name.lstrip("@").casefold() if agrees.name else None
        own = (comment.author or "").casefold()
        for said in reversed(self.said):
            if set(said.pair) != set(pair):
                continue
            if name is None:
                if comment.parent is not None and str(said.id) == str(comment.parent):
                    return said
            elif said.author and said.author != own and _is_called(said.author, name):
                return said
        return None


def _is_called(author: str, name: str) -> bool:
    """Return whether a commenter may be called by a name: the whole, or the first word of it."""
    first = name.split()[0]
    return author == name or author.split()[0] == name or author == first or author.split()[0] == first
