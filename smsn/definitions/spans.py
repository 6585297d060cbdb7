"""Which words of a parsed sentence may define a term, and how they stand to it, described by name.

Takes the tokens of a sentence, gives spans of tokens ``(first, last + 1)``: what the parser puts under one head, from its left edge,
its modifiers or its subject on, to its right edge, a comma, a conjunction or the end of the sentence. Must not import scikit-learn.
"""

from __future__ import annotations

from smsn.definitions.slots import Parse, Span

_MODIFIERS = frozenset("det amod compound nummod poss advmod aux auxpass neg quantmod nmod case predet".split())
_OPENERS = frozenset("aux auxpass neg nsubj nsubjpass mark advmod".split())
_BREAKS = frozenset((",", ";", "-", "–", "—", ":", "(", ")"))
_JOINTS = frozenset("and but or while whereas because so which although though if when as".split())
_FINITE = frozenset("VBZ VBP VBD MD".split())
_FAR = 6  # a longer gap between term and definiens is only called far


_LOOSE_END = frozenset(
    ", ; : . ! ? - – — -- … and but or so because while whereas though although however if which who that when where whose".split()
)
_LOOSE_START = frozenset(", ; : - – — -- . * …".split())


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


def _trimmed(parse: Parse, first: int, last: int) -> Span:
    """Return a span without loose words and punctuation at its ends, and without half a pair of brackets there."""
    words = parse.words
    while last > first and (words[last - 1] in _LOOSE_END or (words[last - 1] == "(")):
        last -= 1
    while first < last and (words[first] in _LOOSE_START or words[first] == ")"):
        first += 1
    inside = words[first:last]
    if inside and inside[-1] == ")" and inside.count("(") < inside.count(")"):
        last -= 1
    if inside and inside[0] == "(" and inside.count("(") > inside.count(")"):
        first += 1
    return first, last


def describe(parse: Parse, term: Span, span: Span) -> list[str]:
    """Return the names of the features of a definiens: how it stands to the term, how it begins and ends.

    Parameters
    ----------
    parse : Parse
        One parsed sentence.
    term, span : tuple of int
        Tokens of the definiendum and of the definiens.
    """
    first, last = span
    shapes, pos, deps, heads, at = parse.shapes, parse.pos, parse.deps, parse.heads, parse.at
    one, two = parse.head(term), parse.head(span)
    order = "in" if first < term[1] and term[0] < last else "after" if term[1] <= first else "before"
    gap = shapes[term[1] : first] if order == "after" else shapes[last : term[0]] if order == "before" else []
    between = " ".join(gap) if len(gap) <= _FAR else "far"
    path = _path(parse, one, two)
    ahead, opening, follows, lead = at(first - 1), at(first), at(last), at(term[0] - 1)
    end = "end" if all(p == "PUNCT" for p in pos[last:]) else "inside"
    whole = parse.lefts[two], _trimmed(parse, parse.lefts[two], parse.rights[two] + 1)[1]
    inside = parse.words[first:last]
    names = [
        f"order {order}", f"path {order} {path}", f"gap {order} {between}", f"gap {order} {len(gap) // 3}", f"opens {opening}", f"opens {order} {ahead} {opening}",
        f"ahead {order} {at(first - 2)} {ahead}", f"follows {follows}", f"follows {order} {follows} {end}", f"end {order} {end}", f"head {pos[two]} {deps[two]}",
        f"head {order} {pos[two]} {deps[two]} {ahead}", f"last {pos[last - 1]}", f"last {at(last - 2) if last - 1 > first else '-'} {at(last - 1)}", f"closes {at(last - 1)} {follows}", f"spine {deps[last - 1]} {follows}",
        f"length {min(8, (last - first) // 3)}", f"length {order} {(last - first).bit_length()}",
        f"edges {int(whole[0] == first)} {int(whole[1] == last)}", f"right edge {order} {int(whole[1] == last)} {follows}",
        f"left edge {int(whole[0] == first)} {opening} {pos[two]}", f"finite {int(not _FINITE.isdisjoint(parse.tags[first:last]))} {pos[two]} {opening}",
        f"commas {inside.count(',')}", f"begins {int(first == 0)} {order}", f"lead {order} {lead}", f"lead {order} {lead} {between}",
        f"brackets {inside.count('(') - inside.count(')')}", f"lemma {order} {parse.lemmas[two]}",
        f"heads {order} {deps[one]} {deps[two]} {int(heads[one] == two)} {int(heads[two] == one)} {int(heads[two] == heads[one])}",
        f"heads {order} {deps[one]} {deps[two]} {shapes[heads[one]]}",
    ]  # fmt: skip
    if end == "inside":
        rest = shapes[last : last + 3]
        names += [f"rest {' '.join(rest[:2])}", f"rest {order} {' '.join(rest)}", f"rest {deps[last]} {int(first <= heads[last] < last)}"]
    if order == "after":
        names.append(f"behind term {at(term[1])} {path}")
    return names


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
