"""What a labeller can choose: one option a label, and for a label with a direction one a term.

Takes a pair and labels, gives options; takes the option that was chosen, gives view and direction. Imports terms, records and errors.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from smsn.errors import CorpusError, InputError
from smsn.records import DIRECTED
from smsn.terms import Pair

_ROLES = {"subset": "the larger one", "tool-use": "the tool", "enables": "the enabler"}


class Option(NamedTuple):
    """One thing to choose: `id` is what comes back, `text` what a person reads."""

    id: str
    text: str


def option_of(view: str, direction: str | None = None) -> str:
    """Return the id of the option for a view.

    >>> option_of("tool-use", "social media"), option_of("synonym")
    ('tool-use: social media', 'synonym')
    """
    return view if direction is None else f"{view}: {direction}"


def options_of(pair: Pair | Sequence[str], labels: Sequence[str], directed: Collection[str] = DIRECTED) -> list[Option]:
    """Return the options of a pair, in the order of the labels and of its terms.

    Parameters
    ----------
    pair : Pair or sequence of two str
        The terms.
    labels : sequence of str
        The labels.
    directed : collection of str
        Those of them that point to a term; others in it are of no effect.

    Raises
    ------
    InputError
        If a label is blank or holds a colon, which parts it from the term.
    PairError
        If the pair is none.

    Examples
    --------
    >>> options_of(("tea", "drink"), ["subset", "none"])[1:]
    [Option(id='subset: drink', text='subset (the larger one: drink)'), Option(id='none', text='none')]
    """
    options: list[Option] = []
    for label in labels:
        if ":" in label or label != label.strip() or not label:
            raise InputError(f"the label {label!r} cannot be an option: it is blank, begins or ends blank, or has a colon. Rename it.")
        role = _ROLES.get(label, "it points to")
        terms = Pair.of(pair).terms if label in directed else ()
        options += [Option(option_of(label, term), f"{label} ({role}: {term})") for term in terms] or [Option(label, label)]
    return options


def read_option(option: str, pair: Pair | Sequence[str]) -> tuple[str, str | None]:
    """Return view and direction of an option that was chosen.

    Parameters
    ----------
    option : str
        The id of an option; case of the term and blanks around and in it do not matter.
    pair : Pair or sequence of two str
        The terms of the comment.

    Returns
    -------
    tuple of str and (str or None)
        The direction is a term as `pair` spells it.

    Raises
    ------
    CorpusError
        If the option names what is not a term of the pair.

    Examples
    --------
    >>> read_option(" tool-use:Social  Media", ("social media", "social networking"))
    ('tool-use', 'social media')
    """
    view, colon, named = option.partition(":")
    if not colon:
        return view.strip(), None
    terms = Pair.of(pair).terms
    meant = [term for term in terms if _folded(term) == _folded(named)]
    if not meant:
        raise CorpusError(f"{json.dumps(option)} names {json.dumps(named.strip())}, which is not a term of the pair {json.dumps(terms)}")
    return view.strip(), min(meant, key=lambda term: term.strip() != named.strip())  # ß and ss are one when folded


def _folded(term: str) -> str:
    return " ".join(term.casefold().split())
