"""Which words of a parsed sentence may define a term, and how they stand to it, described by name.

Takes the tokens of a sentence, gives spans of tokens ``(first, last + 1)``: what the parser puts under one head, from its left edge,
its modifiers or its subject on, to its right edge, a comma, a conjunction or the end of the sentence. A span is described by its
parts, so that what spans share is described once. Must not import scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from smsn.definitions.candidate import AUXILIARY, FINITE
from smsn.definitions.slots import CLOSED, Parse, Span

SHARED = 4
"""What several spans may share: their first word, their last, their head, their last aside. The rest of a span is the whole."""

_MODIFIERS = frozenset("det amod compound nummod poss advmod aux auxpass neg quantmod nmod case predet".split())
_SUBJECTS = frozenset("nsubj nsubjpass csubj csubjpass".split())
_OPENERS = frozenset("aux auxpass neg nsubj nsubjpass mark advmod".split())
_BREAKS = frozenset((",", ";", "-", "–", "—", ":", "(", ")"))
_JOINTS = frozenset("and but or while whereas because so which although though if when as".split())
_FAR = 6  # a longer gap between term and definiens is only called far
_LEADS = frozenset("namely i.e. ie is are was were means meant that which".split())
_OPENING_ADVERBS = frozenset("how when where why".split())
_NAMES = frozenset("term word name phrase expression label slang shorthand abbreviation acronym nickname synonym title designation notion concept".split())
_NEAR_NAME = 5  # a word that is fewer words behind "term", "name" … may begin what it stands for
_COUNTED = 3  # beginnings and ends are counted to here
_ASIDES = frozenset("such like including e.g. especially usually often sometimes whereas while although but formerly for as".split())


_LOOSE_END = frozenset(
    ", ; : . ! ? - – — -- … and but or so because while whereas though although however if which who that when where whose".split()
)
_LOOSE_START = frozenset(", ; : - – — -- . * …".split())


@dataclass(frozen=True, slots=True)
class Described:
    """Spans by their parts.

    Parameters
    ----------
    names : sequence of lists of str
        The names of the features of each part.
    parts : array of int, shape (spans, n)
        The parts of each span.
    """

    names: Sequence[Sequence[str]]
    parts: NDArray[np.int64]


def joined(described: Sequence[Described]) -> Described:
    """Return the spans of several terms as one."""
    starts = accumulate((len(mine.names) for mine in described), initial=0)
    parts = [mine.parts + start for mine, start in zip(described, starts, strict=False)]
    return Described([names for mine in described for names in mine.names], np.vstack(parts) if parts else np.empty((0, SHARED + 1), np.int64))


def candidates(parse: Parse) -> list[Span]:
    """Return the spans that may define something, in the order of the sentence."""
    found: set[Span] = set()
    size, words = len(parse), parse.words
    breaks = [i for i, word in enumerate(words) if word in _BREAKS]
    joints = [i for i, word in enumerate(words) if word in _BREAKS or word in _JOINTS]
    for head, pos in enumerate(parse.pos):
        if pos in ("PUNCT", "SPACE", "DET", "CCONJ"):
            continue
        left, right = parse.lefts[head], parse.rights[head] + 1
        ends = {right, size, *(j for j in joints if head < j < right)}
        ends.update([j for j in breaks if j >= right][:1])
        found.update((first, last) for first in _starts(parse, head, left) for last in ends if first < last)
    trimmed = {_trimmed(parse, first, last) for first, last in found}
    trimmed.update([_trimmed(parse, start, last) for first, last in trimmed if (start := _past_lead(parse, first, last)) > first])
    trimmed.update(_trimmed(parse, first, verb) for verb in range(1, size) if parse.tags[verb] in FINITE for first in _subjects(parse, verb))
    return sorted(span for span in trimmed if span[0] < span[1])


def _starts(parse: Parse, head: int, left: int) -> set[int]:
    """Return where a span under a head may begin."""
    near = head
    while near - 1 >= left and parse.deps[near - 1] in _MODIFIERS and parse.heads[near - 1] >= near - 1 and parse.pos[near - 1] != "PUNCT":
        near -= 1
    starts = {left, near}
    if parse.pos[head] in ("VERB", "AUX"):
        starts.add(head)
        starts.update(parse.lefts[child] for child in parse.children[head] if child < head and parse.deps[child] in _OPENERS)
    return starts


def _past_lead(parse: Parse, first: int, last: int) -> int:
    """Return where a span begins behind what leads to it: "basically", "namely", "which is"."""
    while first < last - 1 and (parse.words[first] in _LEADS or (parse.pos[first] == "ADV" and parse.words[first] not in _OPENING_ADVERBS)):
        first += 1
    return first


def _subjects(parse: Parse, verb: int) -> list[int]:
    """Return where a subject before a verb begins, which may be all that defines ("… is called X"); else the sentence."""
    governors = [verb, parse.heads[verb]] if parse.deps[verb] in AUXILIARY else [verb]
    return [parse.lefts[child] for governor in governors for child in parse.children[governor] if child < verb and parse.deps[child] in _SUBJECTS] or [0]


def _trimmed(parse: Parse, first: int, last: int) -> Span:
    """Return a span without loose words and punctuation at its ends, and without half a pair of brackets there."""
    words = parse.words
    while last > first and (words[last - 1] in _LOOSE_END or words[last - 1] == "(" or words[last - 1].isspace()):
        last -= 1
    while first < last and (words[first] in _LOOSE_START or words[first] == ")" or words[first].isspace()):
        first += 1
    inside = words[first:last]
    if inside and inside[-1] == ")" and inside.count("(") < inside.count(")"):
        last -= 1
    if inside and inside[0] == "(" and inside.count("(") > inside.count(")"):
        first += 1
    return first, last


def describe(parse: Parse, term: Span, found: Sequence[Span]) -> Described:
    """Return the features of candidate definientia, with the parameters of :class:`Describer`: how each stands to the term, begins and ends."""
    describer = Describer(parse, term, found)
    shared, whole = describer.shared(), describer.whole(range(len(found)))
    return Described([*shared.names, *whole.names], np.hstack([shared.parts, whole.parts + len(shared.names)]))


class Describer:
    """The features of the spans that may define one term; what several spans share is made once.

    Parameters
    ----------
    parse : Parse
        One parsed sentence.
    term : tuple of int
        Tokens of the definiendum.
    found : sequence of tuple of int
        Tokens of each definiens.
    """

    def __init__(self, parse: Parse, term: Span, found: Sequence[Span]) -> None:
        self.parse = parse
        self.term = term
        self.one = parse.head(term)
        self.found = found
        self.names: list[list[str]] = []
        self._heads = [parse.head(span) for span in found]
        self._ends: dict[int, list[int]] = {}
        self._starts: dict[int, list[int]] = {}
        for first, last in sorted(found):
            self._ends.setdefault(first, []).append(last)
            self._starts.setdefault(last, []).append(first)
        self._known: dict[tuple[Callable[[str, int], list[str]], str, int], int] = {}
        self._breaks = [i for i, word in enumerate(parse.words) if word in _BREAKS]
        self._asides = [(i, f"aside {word} {int(i > 0 and parse.words[i - 1] == ',')}") for i, word in enumerate(parse.words) if word in _ASIDES]
        self._words = max((i + 1 for i, pos in enumerate(parse.pos) if pos != "PUNCT"), default=0)
        self._rights: dict[int, int] = {}

    def shared(self) -> Described:
        """Return what spans share: it is cheap to make, and it tells which few of them are worth a look as a whole."""
        parts = []
        for span, head in zip(self.found, self._heads, strict=True):
            order = self._order(span)
            each = [(self._first, span[0]), (self._last, span[1]), (self._head, head), (self._tail, self._mark(span))]
            parts.append([self._part(of, order, token) for of, token in each])
        return Described(self.names, np.array(parts, dtype=np.int64).reshape(len(parts), SHARED))

    def whole(self, kept: Sequence[int]) -> Described:
        """Return the features that some of the spans, by number, have as a whole."""
        names = [self._whole(self._order(self.found[i]), self.found[i], self._heads[i], self._mark(self.found[i])) for i in kept]
        return Described(names, np.arange(len(names)).reshape(len(names), 1))

    def _order(self, span: Span) -> str:
        return "in" if span[0] < self.term[1] and self.term[0] < span[1] else "after" if self.term[1] <= span[0] else "before"

    def _mark(self, span: Span) -> int:
        """Return where the last aside of a span begins; -1 if it has none."""
        return next((i for i in reversed(self._breaks) if span[0] < i < span[1] - 1), -1)

    def _part(self, of: Callable[[str, int], list[str]], order: str, token: int) -> int:
        number = self._known.get((of, order, token))
        if number is None:
            number = self._known[of, order, token] = len(self.names)
            self.names.append(of(order, token))
        return number

    def _first(self, order: str, first: int) -> list[str]:
        """Return features of where a span begins."""
        parse, one, term = self.parse, self.one, self.term
        at, lemmas, deps = parse.at, parse.lemmas, parse.deps
        word = [_said(parse, first - k) for k in range(3)]
        governor = parse.heads[one]
        away = first - governor if 0 <= first - governor < 4 else -1 if first < governor else 9
        names = [
            f"opens {at(first)}", f"opens {order} {at(first - 1)} {at(first)}", f"ahead {order} {at(first - 2)} {at(first - 1)}",
            f"word {word[0]}", f"word {word[1]} {word[0]}", f"word {word[2]} {word[1]} {word[0]}",
            f"lemma {order} {_lemma(parse, first)}", f"lemma ahead {order} {_lemma(parse, first - 1)}", f"lemmas ahead {order} {_lemma(parse, first - 2)} {_lemma(parse, first - 1)}",
            f"begins {int(first == 0)} {order}", f"deps {deps[first]} {deps[first - 1] if first else '-'}",
            f"governor {order} {lemmas[governor]} {away}", f"governor {order} {parse.pos[governor]} {deps[one]} {away}",
        ]  # fmt: skip
        named = next((k for k in range(first - 1, max(-1, first - 1 - _NEAR_NAME), -1) if parse.lemmas[k] in _NAMES), None)
        if named is not None:  # "the collective name for …"
            way = parse.shapes[named + 1 : first]
            link = way[-1] if way else "-"
            names += [f"behind name {order} {' '.join(way)}", f"behind name {order} {len(way)} {link}", f"behind name {int(named >= term[1])}{int(named < term[0])} {link}"]
        if order == "after":
            gap = parse.shapes[term[1] : first]
            between = _between(gap)
            names += [f"gap {between}", f"gap {len(gap) // 3}", f"lead {at(term[0] - 1)} {between}"]
        return names

    def _last(self, order: str, last: int) -> list[str]:
        """Return features of where a span ends, and of what goes on there."""
        parse, term = self.parse, self.term
        at, deps, pos = parse.at, parse.deps, parse.pos
        follows, end = at(last), "end" if last >= self._words else "inside"
        names = [
            f"follows {follows}", f"follows {order} {follows} {end}", f"end {order} {end}", f"last {pos[last - 1]}", f"last {at(last - 2)} {at(last - 1)}",
            f"closes {at(last - 1)} {follows}", f"spine {deps[last - 1]} {follows}", f"last deps {order} {deps[last - 1]} {deps[last] if last < len(parse) else '-'}",
        ]  # fmt: skip
        if end == "inside":
            rest = parse.shapes[last : last + 3]
            names += [f"rest {' '.join(rest[:2])}", f"rest {order} {' '.join(rest)}", *self._aside("next", order, last, self._goes_on(last))]
        if order == "before":
            gap = parse.shapes[last : term[0]]
            between = _between(gap)
            names += [
                f"gap {between}", f"gap {len(gap) // 3}", f"lead {at(term[0] - 1)} {between}", f"to term {_said(parse, last)} {_said(parse, last + 1)}",
                f"to term {len(gap) if len(gap) < _FAR else 'far'} {_said(parse, last)}", f"to term {' '.join(gap[-3:])}",
            ]  # fmt: skip
        return names

    def _head(self, order: str, two: int) -> list[str]:
        """Return features of the head of a span, and of the way to it."""
        parse, one = self.parse, self.one
        deps, heads, pos = parse.deps, parse.heads, parse.pos
        path, above, under = _path(parse, one, two), heads[two], parse.children[two]
        names = [
            f"path {order} {path}", f"head {pos[two]} {deps[two]}", f"head {order} {parse.lemmas[two]}", f"head {order} {parse.lemmas[two]} {deps[two]}",
            f"heads {order} {deps[one]} {deps[two]} {int(heads[one] == two)} {int(heads[two] == one)} {int(heads[two] == heads[one])}",
            f"heads {order} {deps[one]} {deps[two]} {parse.shapes[heads[one]]}", f"above {order} {deps[two]} {parse.lemmas[above]} {deps[above]}",
            f"above {order} {deps[two]} {parse.shapes[above]} {parse.shapes[heads[above]]}", f"own {order} {pos[two]} {' '.join(sorted({deps[child] for child in under if child > two}))}",
        ]  # fmt: skip
        if parse.lemmas[two] in _NAMES:
            links = sorted(parse.words[child] for child in under if deps[child] == "prep")
            more = sorted(deps[child] for child in under if child > two)
            names += [f"name {order}", f"name {order} {' '.join(links)}", f"name {order} {' '.join(more)}", *(f"name {link}" for link in links)]
        if order == "after":
            names.append(f"behind term {parse.at(self.term[1])} {path}")
        return names

    def _tail(self, order: str, mark: int) -> list[str]:
        """Return features of the last aside in a span."""
        return self._aside("tail", order, mark, mark + 1) if mark >= 0 else ["no tail"]

    def _aside(self, kind: str, order: str, mark: int, i: int) -> list[str]:
        """Return features of what begins at token `i` behind a mark."""
        parse, sign, top, said = self.parse, self._sign(mark), self._top(i), _said(self.parse, i)
        dep = parse.deps[top]
        subject = int(any(parse.deps[child] in _SUBJECTS or parse.deps[child] == "expl" for child in parse.children[top]))
        return [
            f"{kind} {sign} {dep} {parse.pos[top]} {said}", f"{kind} {sign} {said} {_said(parse, i + 1)}", f"{kind} {sign} {said}",
            f"{kind} {order} {sign} {subject} {dep} {parse.pos[top]}",
        ]  # fmt: skip

    def _whole(self, order: str, span: Span, two: int, mark: int) -> list[str]:
        """Return features of a span as a whole: its length, what it cuts off, to what its last aside and the next one belong."""
        parse, (first, last) = self.parse, span
        at, pos, deps, heads = parse.at, parse.pos, parse.deps, parse.heads
        right = self._rights.get(two)
        if right is None:
            right = self._rights[two] = _trimmed(parse, parse.lefts[two], parse.rights[two] + 1)[1]
        left_edge, right_edge, whole = int(parse.lefts[two] == first), int(right == last), int(last >= self._words)
        inside, follows, ahead, opens = parse.words[first:last], at(last), at(first - 1), at(first)
        others = heads[first:two] + heads[two + 1 : last]
        names = [
            f"length {min(8, (last - first) // 3)}", f"length {order} {(last - first).bit_length()}", f"edges {left_edge} {right_edge}",
            f"right edge {order} {right_edge} {follows}", f"left edge {left_edge} {opens} {pos[two]}", f"head ahead {order} {pos[two]} {deps[two]} {ahead}",
            f"finite {int(not FINITE.isdisjoint(parse.tags[first:last]))} {pos[two]} {opens}", f"commas {inside.count(',')}",
            f"brackets {inside.count('(') - inside.count(')')}", f"governed {order} {int(first <= heads[self.one] < last)} {deps[self.one]}",
            f"all {order} {whole} {int(pos[first - 1] == 'PUNCT' if first else 1)}",
            f"crossed {int(bool(others) and (min(others) < first or max(others) >= last))} {int(max(parse.rights[first:last]) >= last)} {int(min(parse.lefts[first:last]) < first)}",
            *(name for i, name in self._asides if first < i < last),
            *_rank("end", order, self._ends[first], last, follows), *_rank("start", order, self._starts[last], first, opens),
        ]  # fmt: skip
        if not whole:
            names += [f"rest {deps[last]} {int(first <= heads[last] < last)}", *self._belongs("next", order, last, self._goes_on(last), span, two)]
        if mark >= 0:
            names += [*self._belongs("tail", order, mark, mark + 1, span, two), f"tail {(last - mark).bit_length()}", f"tail {whole} {parse.words[mark]} {_said(parse, mark + 1)}"]
        else:
            names.append(f"no tail {whole}")
        return names

    def _belongs(self, kind: str, order: str, mark: int, i: int, span: Span, two: int) -> list[str]:
        """Return features of whether what begins at token `i` hangs on the span, or on its head."""
        above = self.parse.heads[self._top(i)]
        under = f"{int(span[0] <= above < span[1])}{int(above == two)}"
        sign = self._sign(mark)
        return [f"{kind} {order} {sign} {self.parse.deps[self._top(i)]} {under}", f"{kind} {order} {sign} {_said(self.parse, i)} {under}"]

    def _goes_on(self, last: int) -> int:
        """Return the first word behind a span."""
        pos = self.parse.pos
        while pos[last] == "PUNCT":
            last += 1
        return last

    def _sign(self, mark: int) -> str:
        return self.parse.words[mark] if self.parse.pos[mark] == "PUNCT" else "-"

    def _top(self, i: int) -> int:
        """Return the highest token whose subtree begins at token `i` or behind it."""
        heads, lefts = self.parse.heads, self.parse.lefts
        top = i
        while heads[top] != top and lefts[heads[top]] >= i:
            top = heads[top]
        return top


def _rank(kind: str, order: str, rivals: Sequence[int], mine: int, at: str) -> list[str]:
    """Return features of how many candidates with the same other border begin or end before this one, and how many after."""
    before = rivals.index(mine)
    after = len(rivals) - 1 - before
    return [f"{kind} rank {order} {min(before, _COUNTED)}", f"{kind} rank {order} back {min(after, _COUNTED)}", f"{kind} ranks {min(before, 2)}{min(after, 2)} {at}"]


def _between(gap: Sequence[str]) -> str:
    return " ".join(gap) if len(gap) <= _FAR else "far"


def _said(parse: Parse, i: int) -> str:
    """Return a function word or an adverb as it is, the shape of any other."""
    if not 0 <= i < len(parse):
        return parse.at(i)
    return parse.words[i] if parse.pos[i] in CLOSED or parse.pos[i] == "ADV" else parse.shapes[i]


def _lemma(parse: Parse, i: int) -> str:
    return parse.lemmas[i] if 0 <= i < len(parse) else "-"


def _path(parse: Parse, one: int, two: int) -> str:
    """Return the dependencies from one token up to the common head and down to the other."""
    heads, deps = parse.heads, parse.deps
    above = [one]
    while heads[above[-1]] != above[-1]:
        above.append(heads[above[-1]])
    down: list[str] = []
    while two not in above and heads[two] != two:
        down.append(deps[two])
        two = heads[two]
    up = [deps[i] for i in (above[: above.index(two)] if two in above else above)]
    return f"{'<'.join(up)}[{parse.shapes[two]}]{'>'.join(reversed(down))}"
