"""What a rule proposes: the parts of one possible definition, as tokens of a parsed sentence.

Imports spaCy's types for checking only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsn.records import Definition

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

PROFILES = ("strict", "broad")
"""What counts as a definition: only that a sentence says what a term is or means, or anything that explains it."""

_STEP_THROUGH = frozenset(
    "kind type sort form variety version variant class category branch subset subcategory subfield subgenre subtype subclass "
    "example instance way means name term word label synonym any each one".split()
)
"""Words behind which the class stands: "a kind of tool" is a tool. A part, a set or a pair of something is not that thing."""

_BEHIND_NOUN = frozenset("IN WDT WP WP$ WRB VBN VBG TO , :".split())
"""Tags of what goes on with a noun phrase; before a finite verb it is the subject of a clause, which names no class."""

_RELATIVE = frozenset("WDT WP WP$ WRB".split())
_SUBJECTS = frozenset("nsubj nsubjpass".split())
AUXILIARY = frozenset("aux auxpass".split())
"""Dependencies of auxiliaries."""

FINITE = frozenset("VBZ VBP VBD MD".split())
"""Tags of finite verbs."""

_AMOUNTS = frozenset("number range lot couple".split())
"""Stepped through with "a": "one of a number of tools"; the number of teeth is a number."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the tokens of a parsed sentence stand in the caller's text.

    Parameters
    ----------
    text : str
        The caller's text.
    places : sequence of (start, end)
        Characters of each token.
    named : mapping
        The term's name for each token that ends a mention.
    """

    text: str
    places: Sequence[tuple[int, int]]
    named: Mapping[int, str]

    def chars(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return the characters of a token span; a quotation mark opened inside is closed inside."""
        start, end = self.places[span[0]][0], self.places[span[1] - 1][1]
        closing = self.text[end : end + 1]
        opening = _OPENING.get(closing)
        if (
            opening
            and re.search(rf"(?:^|[\s(]){re.escape(opening)}", self.text[start:end])
            and not self.text[start:end].endswith(closing)
        ):
            inside = self.text[start:end]
            if opening != closing or len(re.findall(rf"(?:^|[\s(]){re.escape(opening)}", inside)) > len(
                re.findall(rf"{re.escape(closing)}(?=$|[\s).,;])", inside)
            ):
                end += 1
        return start, end


_OPENING = {'"': '"', "'": "'", "”": "“", "’": "‘"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed definition over the tokens of one Doc.

    `term` is the definiendum's name; the spans are ``(first, last + 1)`` tokens; `genus` are the tokens of
    the genus heads.
    """

    term: str
    rule: str
    kind: str
    sentence: tuple[int, int]
    term_span: tuple[int, int]
    definiens: tuple[int, int]
    genus: tuple[int, ...] = ()

    def to_definition(self, doc: Doc, probability: float, layout: Layout) -> Definition:
        """Return the definition with character offsets into ``layout.text``, and its probability."""
        start, end = layout.chars(self.sentence)
        definiens = layout.chars(self.definiens)
        genus = tuple(layout.named.get(i) or genus_phrase(doc[i]) for i in self.genus)
        return Definition(
            term=self.term,
            start=start,
            end=max(end, definiens[1]),  # its last quotation mark may be open in the sentence
            term_span=layout.chars(self.term_span),
            definiens_span=definiens,
            genus=genus[0] if genus else None,
            genus_all=genus,
            kind=self.kind,
            rule=self.rule,
            probability=probability,
        )


def genus_phrase(head: Token) -> str:
    """Return the genus as it would be listed: the lemma of the head noun, in lower case unless a name; a gerund as it is."""
    if head.pos_ == "PROPN" and not head.is_sent_start and head.text[1:].lower() != head.text[1:]:
        return head.text
    return (head.text if head.tag_ == "VBG" else head.lemma_ or head.text).lower()


def genus_in(doc: Doc, span: tuple[int, int], head: int) -> tuple[int, ...]:
    """Return the heads of the class that the words of a definiens name.

    Where the parser has not put them under a noun, the noun phrase or the gerund with which they begin is taken.

    Parameters
    ----------
    doc : Doc
        The sentence.
    span : tuple of int
        First and last + 1 token of the definiens.
    head : int
        Its syntactic head.
    """
    first, last = span
    found = genus_heads(doc[head])
    if not found:
        while first < last - 1 and doc[first].pos_ == "ADV":
            first += 1
        chunk = next((c for c in doc.noun_chunks if c.start <= first < c.end), None)
        if chunk is not None and (chunk.end >= last or doc[chunk.end].tag_ in _BEHIND_NOUN) and not _says(doc, chunk, span):
            found = genus_heads(chunk.root)
        if not found and doc[first].tag_ == "VBG":
            found = (first,)
    return tuple(i for i in found if span[0] <= i < last)


def _says(doc: Doc, chunk: Span, span: tuple[int, int]) -> bool:
    """Say whether a noun phrase is the subject of a clause that the span holds, which names no class: "a candidate at the head of the list draws votes"."""
    verb = chunk.root.head
    if chunk.root.dep_ not in _SUBJECTS or not chunk.root.i < verb.i < span[1] or verb.pos_ not in ("VERB", "AUX"):
        return False
    finite = verb.tag_ in FINITE or any(child.dep_ in AUXILIARY and child.i > chunk.root.i for child in verb.children)
    return finite and not any(t.tag_ in _RELATIVE or t.lower_ == "that" for t in doc[chunk.end : verb.i])


def genus_heads(noun: Token) -> tuple[int, ...]:
    """Return the heads of the class that a noun phrase names.

    Steps through "kind/type/form/way … of" to the noun or the gerund behind it, and takes coordinated heads with it:
    "a kind of tool or platform" gives tool and platform.
    """
    if noun.pos_ not in ("NOUN", "PROPN") and noun.lower_ not in _STEP_THROUGH:
        return ()
    return (*_first_heads(noun), *(c.i for c in _coordinated(noun)))


def _first_heads(noun: Token) -> tuple[int, ...]:
    if noun.lemma_.lower() in _STEP_THROUGH or (noun.lower_ in _AMOUNTS and any(t.lower_ == "a" for t in noun.children)):
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ in ("of", "for"):
                inner = next((t for t in child.children if t.dep_ in ("pobj", "pcomp")), None)
                if inner is not None and inner.tag_ == "VBG":
                    return (inner.i,)
                if inner is not None and (inner.pos_ in ("NOUN", "PROPN") or inner.lower_ in _STEP_THROUGH):
                    return genus_heads(inner)
    return (noun.i,) if noun.pos_ in ("NOUN", "PROPN") else ()


def _coordinated(noun: Token) -> list[Token]:
    """Return the nouns coordinated with a noun, to its right.

    In "a pot, a heater and a jug" the parser sees an apposition; it counts where it is coordinated itself.
    """
    listed = [t for t in noun.children if t.dep_ == "appos" and t.i > noun.i and t.conjuncts]
    found = {t.i: t for t in (*noun.conjuncts, *listed, *(c for t in listed for c in t.conjuncts)) if t.i > noun.i}
    return [
        t
        for _, t in sorted(found.items())
        if t.pos_ in ("NOUN", "PROPN") and t.lower_ != "one" and _same_clause(noun, t)
    ]


def _same_clause(noun: Token, conjunct: Token) -> bool:
    """Say whether no verb or subject stands between a noun and its conjunct ("… a tool and B is …")."""
    between = noun.doc[noun.i + 1 : conjunct.i]
    following = noun.doc[conjunct.i + 1 : conjunct.i + 3]
    return not any(t.pos_ in ("VERB", "AUX") for t in between) and not any(t.pos_ == "AUX" for t in following)


def mentions_of(doc: Doc, spans: list[tuple[int, int, str]]) -> list[tuple[Span, str]]:
    """Return the mentions as token spans, from characters; one that cuts through a token takes the whole token."""
    found = []
    for start, end, term in spans:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and len(span):
            found.append((span, term))
    return found
