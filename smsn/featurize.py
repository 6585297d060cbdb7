"""From texts with their pairs to features: the one way that training and prediction share.

What every model reads comes from :func:`smsn.features.extract`. A model may read more than that, and :class:`Scope` says so: the *order* of
the pair and the words of its terms, where the labels have no direction of their own; and, for the pairs that a model was adapted to, a
second copy of every feature that counts for that pair alone. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from smsn.features import GROUPS, Features, extract
from smsn.forms import base_form, split_words
from smsn.masked import Masked, mask
from smsn.terms import Pair, find_mentions
from smsn.vocabulary import Ints, Names, fingerprint

TERMS = len(GROUPS)
"""The group of the terms' own words, behind those of :data:`smsn.features.GROUPS`."""

OWN = TERMS + 1
"""The first of the groups of a pair's own copies: one beside each group, in the same order."""

_ALL = (*GROUPS.values(), 2.5)  # the last chosen on a practice set of relations in scientific prose
WEIGHTS = np.array([*_ALL, *(1.5 * weight for weight in _ALL)])
"""How much an occurrence of each group weighs, then of the own copies of each."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_ORDER = np.array([fingerprint("first"), fingerprint("second"), 0], np.uint64)  # the last for features without a term


@dataclass(frozen=True, slots=True)
class Scope:
    """What a model reads beside the features that all read.

    Parameters
    ----------
    ordered : bool
        Whether (a, b) and (b, a) are different questions.
    own : frozenset of int
        The pairs, by :func:`pair_key`, whose features count twice: as everybody's and as their own.
    """

    ordered: bool = False
    own: frozenset[int] = frozenset()


PLAIN = Scope()


def read_features(texts: Iterable[tuple[str, Pair | Sequence[str]]], scope: Scope = PLAIN) -> tuple[Masked, Features]:
    """Return masked texts and their features: the way from comments to the model, in training and prediction alike.

    Parameters
    ----------
    texts : iterable of (str, pair)
        Each text with its pair.
    scope : Scope
        What the model reads beside.
    """
    rows = [(text, Pair.of(pair)) for text, pair in texts]
    masked = mask([(text, find_mentions(text, pair)) for text, pair in rows])
    features = extract(masked)
    pairs = [pair for _text, pair in rows]
    if scope.ordered:
        features = ordered(features, pairs)
    if scope.own:
        features = with_own(features, [pair_key(pair.a, pair.b) for pair in pairs], scope.own)
    return masked, features


@lru_cache(maxsize=1 << 16)
def pair_key(a: str, b: str) -> int:
    """Return the fingerprint of a pair, the same in either order and in every spelling of the terms."""
    return int(fingerprint("p " + " / ".join(sorted((base_form(a), base_form(b))))))


def ordered(features: Features, pairs: Sequence[Pair]) -> Features:
    """Return features whose names tell which of the terms came first, and the words of the terms themselves.

    Parameters
    ----------
    features : Features
        Of n comments.
    pairs : sequence of n Pair
        Theirs.
    """
    turned = replace(features, names=features.names ^ _ORDER[features.leads])
    told = [np.array(_term_names(pair.a, pair.b), np.uint64) for pair in pairs]
    sizes = np.array([len(names) for names in told], np.int64)
    names = np.concatenate(told) if told else np.empty(0, np.uint64)
    return _with_whole(turned, names, np.repeat(np.arange(len(pairs)), sizes))


def with_own(features: Features, keys: Sequence[int], own: frozenset[int]) -> Features:
    """Return features in which those of the pairs in `own` stand twice, the second time under names of the pair's own.

    Parameters
    ----------
    features : Features
        Of n comments.
    keys : sequence of n int
        The keys of their pairs.
    own : frozenset of int
        The keys of the pairs that have own names.

    References
    ----------
    Daumé III (2007), Frustratingly easy domain adaptation.
    """
    mine = np.array([key in own for key in keys], bool)
    kept = np.flatnonzero(mine[features.rows])
    if not len(kept):
        return features
    salts = np.array(keys, np.uint64)[features.rows[kept]]
    again = {name: np.concatenate([getattr(features, name), getattr(features, name)[kept]]) for name in ("parts", "first", "last", "leads")}
    names = np.concatenate([features.names, (features.names[kept] ^ salts) * _PRIME])
    return replace(features, names=names, groups=np.concatenate([features.groups, features.groups[kept] + OWN]), **again)


def _with_whole(features: Features, names: Names, rows: Ints) -> Features:
    """Return features with further ones, of the comment as a whole."""
    wholes = np.flatnonzero(np.diff(features.owners, append=len(features)))[rows]
    nowhere = features.offsets[rows]
    return replace(
        features,
        names=np.concatenate([features.names, names]),
        groups=np.concatenate([features.groups, np.full(len(names), TERMS)]),
        parts=np.concatenate([features.parts, wholes]),
        first=np.concatenate([features.first, nowhere]),
        last=np.concatenate([features.last, nowhere]),
        leads=np.concatenate([features.leads, np.full(len(names), -1)]),
    )


@lru_cache(maxsize=1 << 14)
def _term_names(a: str, b: str) -> tuple[int, ...]:
    """Return the names of what the terms are made of: their words, the last with its ending, how many, and capitals inside."""
    told: list[str] = []
    heads: list[str] = []
    for place, term in (("a", a), ("b", b)):
        words = [word.lower() for word in split_words(term)] or [term.lower()]
        head = words[-1]
        heads.append(head)
        told += [f"t {place} {word}" for word in words]
        told += [f"t {place} head {head}", f"t {place} ends {head[-4:]}", f"t {place} ends {head[-3:]}", f"t {place} words {min(3, len(words))}"]
        if any(c.isupper() for c in term[1:]):
            told.append(f"t {place} capitals")
    told.append(f"t heads {' '.join(heads)}")
    return tuple(int(fingerprint(name)) for name in dict.fromkeys(told))
