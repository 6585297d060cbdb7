"""The finders of the rules that name or set beside: "called X", "X, a Y,", "X: Y", "X (Y)", "X, i.e. Y".

Each looks at one mention and yields :class:`Found`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsn.definitions.candidate import genus_heads
from smsn.definitions.phrases import phrase, trim
from smsn.definitions.place import SUBJECTS, Found, Place, clipped, negated, noun_found, noun_of
from smsn.definitions.wordlists import CALL, FORM, KNOWN, NAMED, NAMES

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_THAT_IS = (("i.e.", 1), ("i.e", 1), ("ie", 1), ("namely", 1), ("viz.", 1), ("thatistosay", 4), ("whichistosay", 4), ("thatis,", 3), ("inotherwords", 3))
_WITH = frozenset("with without of for".split())
_SPECIFIC = frozenset("prep relcl acl".split())
_NUMBERED = ("DET", "ADJ", "NOUN", "PROPN", "NUM")


def call_it(place: Place) -> Iterator[Found]:
    """Yield the noun behind "I'd call X a …", "consider X (to be) a …"."""
    before = place.doc[max(place.sentence[0], place.span[0] - 3) : place.span[0]]
    verb = next((t for t in before if t.lemma_ in CALL and t.pos_ == "VERB"), None)
    if verb is None or negated(verb):
        return
    i = place.after
    if i + 1 < place.end and place.doc[i].lower_ == "to" and place.doc[i + 1].lower_ == "be":
        i += 2
    if i < place.end and place.doc[i].pos_ == "DET" and place.doc[i].lower_ not in ("this", "that", "these", "those"):
        noun = noun_of(place.doc[i], place.end)
        if noun.pos_ in ("NOUN", "PROPN"):
            yield noun_found(place, noun, i, _WITH)


def called(place: Place) -> Iterator[Found]:
    """Yield the noun in "a NOUN (that is) called X"."""
    i = place.span[0] - 1
    while i > place.sentence[0] and (place.doc[i].is_quote or place.doc[i].lower_ in ("as", "'", "‘", "*", "so")):
        i -= 1
    article = place.doc[i].lower_ in ("a", "an") and i > place.sentence[0]
    verb = place.doc[i - article] if i >= place.sentence[0] else None
    if article and verb is not None and verb.dep_ not in ("acl", "relcl"):
        return  # "the tenants called a plumber"
    if verb is None or verb.lemma_ not in NAMED or verb.tag_ not in ("VBN", "VBD") or negated(verb):
        return
    noun = verb.head if verb.dep_ in ("acl", "relcl") else place.doc[verb.i - 1] if verb.i > place.sentence[0] else None
    if noun is not None and noun.pos_ in ("NOUN", "PROPN") and place.sentence[0] <= noun.i < verb.i:
        first = max(noun.left_edge.i, place.sentence[0])
        while first - 1 >= place.sentence[0] and place.doc[first - 1].pos_ in ("DET", "ADJ"):
            first -= 1  # a parser that misses the participle leaves the article with the term
        yield Found(
            trim(place.doc, first, max(noun.i + 1, verb.left_edge.i)), tuple(g for g in genus_heads(noun) if g < verb.i)
        )


def known_as(place: Place) -> Iterator[Found]:
    """Yield the subject of "NOUN is known as / is called X"."""
    verb = place.root.head
    if verb.lower_ == "as":
        verb = verb.head
    if verb.lemma_ not in KNOWN or verb.dep_ in ("acl", "relcl") or verb.i > place.span[0] or negated(verb):
        return
    became = verb.head if verb.head.lemma_ in ("become", "come") and verb.dep_ in ("acomp", "xcomp", "ccomp", "oprd") else verb
    for child in (*verb.children, *(became.children if became is not verb else ())):
        if child.dep_ in ("nsubjpass", "nsubj") and child.pos_ in ("NOUN", "PROPN") and not _points(child) and (verb.tag_ == "VBN"):
            first, last = phrase(child, verb.i)
            yield Found((max(first, place.sentence[0]), last), genus_heads(child))


def _points(noun: Token) -> bool:
    """Say whether a subject only points at something said elsewhere: "this term", "that person", "the page"."""
    opening = noun.left_edge
    return opening.lower_ in ("this", "that", "these", "those", "such") or (
        opening.lower_ == "the" and noun.right_edge.i - opening.i < 2
    )


def apposition(place: Place) -> Iterator[Found]:
    """Yield the noun phrase set behind the mention by a comma."""
    i = place.span[1]
    if i + 1 >= place.end or place.doc[i].text not in (",", "—", "–"):
        return
    bare = next((t for t in place.root.children if t.dep_ == "appos" and t.left_edge.i == i + 1 and t.pos_ == "NOUN"), None)
    if bare is not None and place.doc[i + 1].pos_ in ("ADJ", "NOUN", "VERB"):
        if any(t.dep_ in _SPECIFIC for t in bare.children):  # more than another name in a list
            yield noun_found(place, bare, i + 1)
    elif place.doc[i + 1].lower_ in ("a", "an", "the", "which"):
        start = i + 1
        if place.doc[start].lower_ == "which":
            if start + 2 >= place.end or place.doc[start + 1].lemma_ != "be" or place.doc[start + 2].pos_ != "DET":
                return
            start += 2
        noun = noun_of(place.doc[start], place.end)
        if noun.pos_ in ("NOUN", "PROPN") and noun.dep_ in ("appos", "attr"):
            yield noun_found(place, noun, start)


def dash(place: Place) -> Iterator[Found]:
    """Yield what follows "X:" or "X -" at the start of a line."""
    i = place.after
    while i < place.end and place.doc[i].text in ("*", "**", "_"):
        i += 1
    if not place.opens_line or i >= place.end - 1 or place.doc[i].text not in (":", "-", "–", "—", "--", "="):
        return
    first, last = trim(place.doc, i + 1, place.end)
    if not any(t.is_alpha for t in place.doc[first:last]):
        return
    deps = ("ROOT", "appos", "attr", "pobj", "dobj", "nsubj")
    heads = [
        t for t in place.doc[first:last] if t.pos_ in ("NOUN", "PROPN") and t.dep_ in deps and t.left_edge.i <= first
    ]
    yield Found((first, last), tuple(g for g in genus_heads(heads[0]) if g < last) if heads else ())


def bracket(place: Place) -> Iterator[Found]:
    """Yield what stands in brackets behind the mention, if it is a phrase of two words or more and no aside."""
    i = place.span[1]
    if i >= place.end or place.doc[i].text != "(":
        return
    close = next((j for j in range(i + 1, place.end) if place.doc[j].text == ")"), None)
    if close is None or close - i < 3:
        return
    inside = place.doc[i + 1 : close]
    root = inside.root
    if root.pos_ in ("NOUN", "PROPN") and inside[0].pos_ in _NUMBERED and not _aside(inside):
        yield Found(trim(place.doc, i + 1, close), tuple(h for h in genus_heads(root) if h < close))


def _aside(inside: Span) -> bool:
    """Say whether a bracket adds a number, a place or a time: "(room 14)", "(Wednesdays only)"."""
    if inside[0].pos_ == "DET":
        return inside[0].lower_ in ("this", "that", "these", "those")
    return inside[-1].lower_ == "only" or any(c.isdigit() for t in inside for c in t.text)


def that_is(place: Place) -> Iterator[Found]:
    """Yield the noun phrase behind "X, i.e." or "X, that is,"."""
    i = place.span[1]
    if i < place.end and place.doc[i].text in (",", "("):
        i += 1
    words = "".join(t.lower_ for t in place.doc[i : min(i + 4, place.end)])
    for marker, width in _THAT_IS:
        if words.startswith(marker):
            i += width
            break
    else:
        return
    while i < place.end and place.doc[i].text in (",", ".", ":"):
        i += 1
    if i < place.end:
        noun = noun_of(place.doc[i], place.end)
        if noun.pos_ in ("NOUN", "PROPN") and noun.dep_ not in SUBJECTS:
            yield noun_found(place, noun, i)
        elif place.doc[i].pos_ in ("PRON", "VERB", "DET", "NOUN", "AUX", "PART"):
            yield clipped(place, i, place.end)


def or_alias(place: Place) -> Iterator[Found]:
    """Yield the other name in "X, or Y," and "X (or Y)"."""
    i = place.span[1]
    if (
        i + 2 >= place.end
        or place.doc[i].text not in (",", "(")
        or place.doc[i + 1].lower_ not in ("or", "aka", "alias")
    ):
        return
    close = next((j for j in range(i + 2, min(i + 8, place.end)) if place.doc[j].text in (",", ")", ";")), None)
    if close is not None and all(
        t.pos_ in ("NOUN", "PROPN", "ADJ", "DET", "VERB") or t.is_quote for t in place.doc[i + 2 : close]
    ):
        yield Found(trim(place.doc, i + 2, close))


def name_for(place: Place) -> Iterator[Found]:
    """Yield what "X is the name / term / word for (given to, used for)" stands for, and "the term X was coined for"."""
    be = place.be
    if be is not None and not negated(be):
        noun = next((t for t in be.children if t.dep_ == "attr" and t.lemma_.lower() in NAMES), None)
        if noun is not None and not any(t.lower_ in ("another", "other") for t in noun.children):
            yield from _meant_by(place, noun)
    for noun in (place.root, place.root.head):
        verb = noun.head
        said = any(t.lemma_.lower() in NAMES for t in (noun, *noun.children))
        if noun.dep_ == "nsubjpass" and not negated(verb) and (verb.lemma_ == "coin" or (verb.lemma_ in ("use", "invent", "apply") and said)):
            yield from _meant_by(place, verb)
            return


def _meant_by(place: Place, noun: Token) -> Iterator[Found]:
    """Yield the noun behind "for", "given to" or "used for" that hangs on a noun or a verb."""
    for child in noun.children:
        if child.lower_ in ("given", "used", "coined", "applied") and child.i > noun.i:
            yield from _meant_by(place, child)
        elif child.lower_ in ("for", "of", "to") and child.i > max(noun.i, place.span[1] - 1):
            yield from (noun_found(place, t, child.i + 1) for t in child.children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN"))


def named(place: Place) -> Iterator[Found]:
    """Yield what is named in "we call NOUN X", "we refer to NOUN as X"."""
    above, end = place.root.head, place.span[0]
    if above.lower_ == "as":
        end = above.i
        while above.pos_ != "VERB" and above.head != above:  # the parser hangs "as X" on the noun
            above = above.head
    if negated(above) or above.tag_ == "VBN" or above.i > end:
        return
    if above.lemma_ in NAMED and end == place.span[0]:
        nouns = [t for t in above.children if t.dep_ in ("dobj", "nsubj", "ccomp")]
    elif above.lemma_ in KNOWN and end < place.span[0]:
        preposition = next((t for t in above.children if t.lower_ == "to"), above)
        nouns = [t for t in preposition.children if t.dep_ in ("pobj", "dobj")]
    else:
        return
    for noun in nouns:
        if above.i < noun.i < end and noun.pos_ in ("NOUN", "PROPN") and not _points(noun):
            first, last = phrase(noun, end)
            yield Found(trim(place.doc, max(first, above.i + 1), last), genus_heads(noun))


def made_of(place: Place) -> Iterator[Found]:
    """Yield the subject of "… form / make up / constitute X"."""
    verb = place.root.head
    if place.root.dep_ != "dobj" or negated(verb) or verb.i > place.span[0]:
        return
    if verb.lemma_ in FORM or (verb.lemma_ == "make" and any(t.lower_ == "up" for t in verb.children)):
        for child in verb.children:
            if child.dep_ == "nsubj" and child.pos_ in ("NOUN", "PROPN") and not _points(child):
                yield Found(phrase(child, verb.i), genus_heads(child))
