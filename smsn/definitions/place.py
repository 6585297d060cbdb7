"""One mention in a parsed sentence, and the ways from it: to its verb, its copula, its predicate, its object.

The finders of the rules (``grammar``, ``naming``) stand on these. They lean on the dependency parse, and on the
words next to the mention where a parser is often wrong (a term such as "networking" read as a verb).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from smsn.definitions.candidate import genus_heads
from smsn.definitions.phrases import OPENERS, RELATIVE, clause_end, extended, phrase, trim

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

HEDGES = frozenset(
    "just really basically simply only essentially actually merely also always often usually still then now generally "
    "more mainly primarily typically largely nothing but".split()
)
SUBJECTS = frozenset("nsubj nsubjpass csubj csubjpass".split())
_IN = frozenset("fact practice effect reality essence principle theory short".split())
_REMARK = frozenset("noun verb adjective n v adj the a an".split())
_MODIFIERS = frozenset("det amod compound nummod poss nmod".split())
_PREDICATE_MODIFIERS = _MODIFIERS | frozenset("advmod quantmod case predet punct".split())


@dataclass(frozen=True, slots=True)
class Found:
    """The tokens of a definiens and of its genus heads."""

    definiens: tuple[int, int]
    genus: tuple[int, ...] = ()


@dataclass(frozen=True)
class Place:
    """One mention in a parsed Doc.

    Parameters
    ----------
    doc : Doc
        Parsed.
    term : str
        The term's name.
    span, sentence : tuple of int
        Tokens of the mention and of its sentence, ``(first, last + 1)``.
    others : tuple of (first, last + 1)
        The mentions of other terms in the sentence.
    """

    doc: Doc
    term: str
    span: tuple[int, int]
    sentence: tuple[int, int]
    others: tuple[tuple[int, int], ...] = ()

    @cached_property
    def root(self) -> Token:
        """Syntactic head of the mention."""
        return self.doc[self.span[0] : self.span[1]].root

    @property
    def end(self) -> int:
        """Index of the first token behind the sentence."""
        return self.sentence[1]

    @cached_property
    def after(self) -> int:
        """Index of the first token behind the mention and a remark in brackets behind it ("UX (noun)")."""
        i = self.span[1]
        if i < self.end and self.doc[i].text in "\"'”’*_":
            i += 1
        if i < self.end and self.doc[i].text == "(":
            close = next((j for j in range(i + 1, min(i + 6, self.end)) if self.doc[j].text == ")"), None)
            if close is not None and all(t.lower_ in _REMARK or t.is_upper for t in self.doc[i + 1 : close]):
                i = close + 1
        return i

    @cached_property
    def head(self) -> bool:
        """Whether the mention heads its phrase ("social media is", not "social media marketing is")."""
        nxt = self.span[1]
        if nxt < self.end and self.root.dep_ in ("compound", "amod", "poss", "nmod"):
            return self.root.head.i < self.span[0] or self.doc[nxt].pos_ not in ("NOUN", "PROPN", "PART")
        return True

    @cached_property
    def governed(self) -> bool:
        """Whether a preposition governs the mention ("the price of mulch is …": not the subject)."""
        i = self.span[0] - 1
        while i > self.sentence[0] and (self.doc[i].pos_ in ("DET", "ADJ") or self.doc[i].is_quote):
            i -= 1
        if i - 1 > self.sentence[0] and self.doc[i].lower_ == "and":
            other = next((first for first, last in self.others if last == i), None)
            if other is not None:
                i = other - 1  # "between B and A is": the preposition of the one governs the other
                while i > self.sentence[0] and self.doc[i].pos_ == "DET":
                    i -= 1
        if self.root.dep_ == "conj" and self.root.head.dep_ == "pobj" and self.root.head.head.lower_ == "between":
            return True
        return i >= self.sentence[0] and self.doc[i].pos_ == "ADP" and self.root.dep_ not in ("nsubj", "nsubjpass")

    @property
    def denied(self) -> bool:
        """Whether the mention is negated itself ("no mulch is", "not every mulch is")."""
        return any(t.dep_ == "neg" or t.lower_ in ("no", "not", "neither") for t in self.root.lefts)

    @cached_property
    def _behind(self) -> int:
        """Index of the first token behind the mention and adverbs."""
        i = self.after
        while i < self.end and (self.doc[i].pos_ == "ADV" or self.doc[i].tag_ == "MD" or self.doc[i].lower_ in HEDGES):
            i += 1
        return i

    @cached_property
    def verb(self) -> Token | None:
        """The verb whose subject is the mention: next to it, or by the parse."""
        if not self.head:
            return None
        i = self._behind
        if i < self.end and self.doc[i].pos_ in ("VERB", "AUX") and not self.governed:
            return self.doc[i]
        head = self.root.head
        return head if self.root.dep_ in SUBJECTS and self.span[1] <= head.i < self.end else None

    @cached_property
    def be(self) -> Token | None:
        """The form of "be" whose subject is the mention: next to it, or by the parse."""
        if not self.head:
            return None
        i = self._behind
        if i < self.end and self._is_be(i) and not self.governed:
            return self.doc[i]
        head = self.root.head
        return head if self.root.dep_ in SUBJECTS and head.lemma_ == "be" and self.span[1] <= head.i < self.end else None

    def _is_be(self, i: int) -> bool:
        """Say whether token `i` is a form of "be"; the parser takes many an "’s" for a genitive."""
        behind = self.doc[i + 1].lower_ if i + 1 < self.end else ""
        return self.doc[i].lemma_ == "be" or (self.doc[i].text in ("'s", "’s") and behind in ("a", "an", "the", "not"))

    @property
    def opens_line(self) -> bool:
        """Whether nothing but a bullet, a number, an article or emphasis stands before the mention."""
        before = self.doc[self.sentence[0] : self.span[0]]
        return all(
            t.is_punct or t.is_digit or t.is_space or t.text in "*_-•#>" or t.lower_ in ("a", "an", "the")
            for t in before
        )


def predicate(place: Place, be: Token) -> tuple[Token | None, bool]:
    """Return the noun behind a copula (or None), and whether it is negated."""
    doc, i, negated = place.doc, be.i + 1, False
    while i < place.end:
        token = doc[i]
        if token.lower_ in ("not", "n't", "n’t", "never"):
            negated = True
        elif token.lower_ == "in" and i + 1 < place.end and doc[i + 1].lower_ in _IN:
            i += 1
        elif not (token.pos_ == "ADV" or token.lower_ in HEDGES or token.is_quote or token.text in "'‘’*_,"):
            break
        i += 1
    if i >= place.end:
        return None, negated
    noun = noun_of(doc[i], place.end, _PREDICATE_MODIFIERS)
    good = noun.pos_ in ("NOUN", "PROPN") or (
        noun.pos_ in ("ADJ", "VERB", "NUM", "PRON") and doc[i].pos_ == "DET" and noun.i > i
    )
    if noun.pos_ == "PRON" and noun.lower_ in ("one", "something", "anything", "everything"):
        good = True
    if noun.lower_ == "one" and genus_heads(noun):
        good = True  # "one of the pots"
    return (noun if good and noun.i >= i and not _measure(place, i, noun) else None), negated


def _measure(place: Place, first: int, noun: Token) -> bool:
    """Say whether a predicate only measures: "is 400 g", "is a bit off"."""
    behind = place.doc[noun.i + 1].pos_ if noun.i + 1 < place.end else ""
    bit = (
        noun.lower_ in ("bit", "tad", "little") and place.doc[first].lower_ == "a" and behind in ("ADJ", "ADV", "VERB")
    )
    return bit or place.doc[first].text[0].isdigit()


def noun_of(token: Token, end: int, modifiers: frozenset[str] = _MODIFIERS) -> Token:
    """Return the head of the noun phrase that `token` opens, before the token `end`."""
    first = token.i
    while token.dep_ in modifiers and first < token.head.i < end and token.head.i > token.i:
        token = token.head
    return token


def negated(verb: Token) -> bool:
    """Say whether "not" hangs on a verb."""
    return any(child.dep_ == "neg" for child in verb.children)


def objects(verb: Token, preposition: str | None = None) -> Iterator[Token]:
    """Yield the noun objects of a verb, direct or behind a preposition."""
    for child in verb.children:
        if preposition is None and child.dep_ in ("dobj", "attr", "oprd", "pobj") and child.i > verb.i:
            yield child
        elif preposition is not None and child.lower_ == preposition and child.i > verb.i:
            yield from (t for t in child.children if t.dep_ in ("pobj", "pcomp") and t.i > child.i)


def noun_found(place: Place, noun: Token, start: int, more: frozenset[str] = frozenset()) -> Found:
    """Return the phrase of a noun from the token `start` on, and its genus.

    Parameters
    ----------
    place : Place
        The mention.
    noun : Token
        Head of the definiens.
    start : int
        Token before which the definiens does not begin.
    more : frozenset of str
        Words that go on with the phrase even where the parser says otherwise.
    """
    first, last = phrase(noun, place.end)
    openers = OPENERS if place.doc[last - 1].pos_ == "VERB" else RELATIVE  # "a place people use when …"
    last = extended(place.doc, last, place.end, openers | more) if last > first else last
    found = clipped(place, max(first, start), last, noun.i)
    return Found(found.definiens, tuple(i for i in genus_heads(noun) if i < found.definiens[1]))


def clipped(place: Place, first: int, last: int, after: int | None = None) -> Found:
    """Return ``first:last`` without a following clause (looked for behind the token `after`) and loose ends."""
    last = min(last, place.end)
    terms = (*place.others, place.span)
    return Found(trim(place.doc, first, clause_end(place.doc, first, last, terms, after)))


def subtree_found(place: Place, head: Token, start: int) -> Found:
    """Return all that hangs on `head` from the token `start` on, without a following clause."""
    return clipped(place, max(head.left_edge.i, start), head.right_edge.i + 1, head.i)
