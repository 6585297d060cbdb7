"""When two answers are about the same comment, and when they say the same of it.

Takes labelled comments, gives keys to compare. Imports corpus_file.
"""

from __future__ import annotations

from dataclasses import replace

from smsn.corpus_file import LabelledComment


def key_of(comment: LabelledComment) -> tuple[str, str]:
    """Return what makes two answers be about the same comment: the pair as an unordered group, and the text."""
    return comment.group, comment.text


def claim_of(comment: LabelledComment) -> tuple[str, str | None]:
    """Return view and direction in a form that is equal for all spellings of the pair."""
    if comment.direction is None:
        return comment.view, None
    spelt = {term: replace(comment, pair=(term, term)).group for term in comment.pair}
    alike = len(set(spelt.values())) == 1  # "network" and "networks" as the two terms
    return comment.view, comment.direction.casefold() if alike else spelt[comment.direction]
