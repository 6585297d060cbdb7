"""The finders of the rules that lean on a verb: "X is", "X means", "X is used to", "the purpose of X is".

Each looks at one mention and yields :class:`Found`; what names or sets beside is in ``naming``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smsn.definitions.candidate import genus_heads
from smsn.definitions.phrases import extended_clause, is_pronoun, phrase, trim
from smsn.definitions.place import (
    HEDGES,
    Found,
    Place,
    clipped,
    negated,
    noun_found,
    objects,
    predicate,
    subtree_found,
)
from smsn.definitions.wordlists import (
    BELONG,
    CLASS,
    DEFINITION,
    DO,
    HAPPEN,
    INCLUDE,
    LET,
    MEAN,
    MEAN_PREP,
    NAMES,
    PART,
    PURPOSE,
    REPRESENT,
    SEE,
    USE,
    WITH_OBJECT,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_NO_MEANING = frozenset("nothing something anything everything lot much more world business".split())
_OBJECT_PRONOUNS = frozenset("you me us him her them".split())


def copula(place: Place) -> Iterator[Found]:
    """Yield what follows "X is": a noun phrase."""
    yield from _behind_be(place, denied=False)


def not_copula(place: Place) -> Iterator[Found]:
    """Yield what follows "X is not": a noun phrase."""
    yield from _behind_be(place, denied=True)


def _behind_be(place: Place, *, denied: bool) -> Iterator[Found]:
    be = place.be
    if be is None:
        return
    noun, negative = predicate(place, be)
    if noun is not None and noun.lemma_.lower() in NAMES and any(t.lower_ in ("for", "given", "used") for t in noun.children):
        return  # the rule "name-for" has it
    if noun is not None and (negative or place.denied) is denied and not is_pronoun(noun):
        yield noun_found(place, noun, be.i + 1)


def copula_clause(place: Place) -> Iterator[Found]:
    """Yield what follows "X is": a clause (what you do, when you, how you, to connect)."""
    be = place.be
    if be is None:
        return
    i = _past_hedges(place, be.i + 1)
    if i >= place.end or place.doc[i].lower_ not in (
        "what",
        "when",
        "where",
        "how",
        "to",
        "whatever",
        "anything",
        "everything",
    ):
        return
    bare = (
        i + 1 >= place.end or place.doc[i + 1].is_punct or place.doc[i + 1].lower_ in ("and", "whereas", "while", "but")
    )
    if bare:
        if place.doc[i].lower_ in ("what", "how", "when", "where"):
            yield Found((i, i + 1))
        return
    clause = place.doc[i]
    while clause.head.i > be.i and clause.head != clause and not (clause.dep_ == "conj" and clause.pos_ == "AUX"):
        clause = clause.head
    last = extended_clause(place.doc, min(max(t.i for t in clause.subtree) + 1, place.end), place.end)
    if last - i > 1:
        yield clipped(place, i, last)


def _past_hedges(place: Place, i: int) -> int:
    while i < place.end and (place.doc[i].lower_ in HEDGES or place.doc[i].is_quote):
        i += 1
    return i


def means(place: Place) -> Iterator[Found]:
    """Yield the object of "X means / refers to / stands for"."""
    verb = place.verb
    if verb is None or negated(verb):
        return
    lemma = verb.lemma_.lower()
    if lemma in MEAN:
        reached = verb.i
        for noun in objects(verb):
            if noun.lower_ not in _NO_MEANING:
                found = noun_found(place, noun, verb.i + 1)
                reached = max(reached, found.definiens[1] - 1)
                yield found
        for child in verb.children:
            if child.dep_ in ("ccomp", "xcomp") and child.i > reached:
                yield _meant(place, verb, child)
    elif lemma in MEAN_PREP:
        for noun in objects(verb, MEAN_PREP[lemma]):
            yield noun_found(place, noun, verb.i + 1)


def _meant(place: Place, verb: Token, clause: Token) -> Found:
    """Return the clause that is meant; a subject misread into it ("means Y and X means Z") is cut off again."""
    found = clipped(place, max(clause.left_edge.i, verb.i + 1), clause.right_edge.i + 1, verb.i)
    first, last = found.definiens
    noun = place.doc[first:last].root if first < last else clause
    return Found(found.definiens, tuple(i for i in genus_heads(noun) if i < last) if noun.i < last else ())


def defined_as(place: Place) -> Iterator[Found]:
    """Yield the noun behind "X is defined / described / seen as"."""
    head = place.root.head
    if place.root.dep_ == "nsubjpass" and head.lemma_ in SEE and not negated(head):
        for noun in objects(head, "as"):
            if noun.pos_ in ("NOUN", "PROPN"):
                yield noun_found(place, noun, noun.left_edge.i)


def _of_noun(place: Place, nouns: frozenset[str]) -> Token | None:
    """Return the copula of "the NOUN of X is", where NOUN is one of `nouns`."""
    preposition = place.root.head
    if preposition.lower_ not in ("of", "behind", "for") or preposition.head.lemma_.lower() not in nouns:
        return None
    be = preposition.head.head
    if be.lemma_ == "be" and place.span[0] < be.i < place.end:
        return be
    i = place.after
    return place.doc[i] if i < place.end and place.doc[i].lemma_ == "be" else None


def definition_of(place: Place) -> Iterator[Found]:
    """Yield what follows "the definition of X is"; "by X I mean" too."""
    be = _of_noun(place, DEFINITION)
    if be is not None:
        noun, negative = predicate(place, be)
        if noun is not None and not negative:
            yield noun_found(place, noun, be.i + 1)
    preposition = place.root.head
    if preposition.lower_ == "by" and preposition.head.lemma_ in ("mean", "understand"):
        for noun in objects(preposition.head):
            yield noun_found(place, noun, preposition.head.i + 1)


def purpose_of(place: Place) -> Iterator[Found]:
    """Yield what follows "the purpose of X is"."""
    be = _of_noun(place, PURPOSE)
    if be is None or negated(be):
        return
    child = next((c for c in be.children if c.i > be.i and c.dep_ in ("xcomp", "ccomp", "attr", "advcl")), None)
    if child is not None:
        yield clipped(place, max(child.left_edge.i, be.i + 1), child.right_edge.i + 1, child.i)


def seen_as(place: Place) -> Iterator[Found]:
    """Yield the noun behind "see / view / think of X as"."""
    verb = place.root.head
    if verb.lower_ == "of":
        verb = verb.head
    if verb.lemma_ not in SEE or verb.i > place.span[0] or negated(verb):
        return
    i = place.after
    if i < place.end and place.doc[i].lower_ in ("as", "like"):
        noun = next((t for t in place.doc[i].children if t.dep_ == "pobj"), None)
        if noun is not None and not is_pronoun(noun):
            yield noun_found(place, noun, i + 1)


def lets(place: Place) -> Iterator[Found]:
    """Yield "lets you …", "allows …", "helps …" behind the mention."""
    verb = place.verb
    if (
        verb is not None
        and verb.lemma_ in LET
        and verb.tag_ != "VBN"
        and not negated(verb)
        and verb.right_edge.i > verb.i
    ):
        yield clipped(place, verb.i, _verb_end(verb))


def _verb_end(verb: Token) -> int:
    """Return where the clause of a verb ends: before a coordinated clause with its own subject."""
    last = verb.right_edge.i + 1
    for child in verb.children:
        if (
            child.i > verb.i
            and child.dep_ in ("conj", "advcl")
            and any(t.dep_ in ("nsubj", "nsubjpass") for t in child.children)
        ):
            comma = verb.doc[child.left_edge.i - 1].is_punct
            if child.dep_ == "conj" or comma:
                last = min(last, child.left_edge.i)
    return last


def is_about(place: Place) -> Iterator[Found]:
    """Yield "(all) about …" and "for …" behind "X is"."""
    be = place.be
    if be is None or negated(be):
        return
    i = be.i + 1
    while i < place.end and place.doc[i].lower_ in (
        "all",
        "really",
        "just",
        "more",
        "mainly",
        "mostly",
        "only",
        "simply",
        "basically",
    ):
        i += 1
    if (
        i + 1 >= place.end
        or place.doc[i].lower_ not in ("about", "for")
        or place.doc[i + 1].lower_ in ("to", "sale", "free")
    ):
        return
    yield clipped(place, i, _verb_end(place.doc[i]))


def used_for(place: Place) -> Iterator[Found]:
    """Yield "used to …", "designed for …", "meant to …" behind "X is"."""
    head = place.root.head
    if place.root.dep_ != "nsubjpass" or head.lemma_ not in USE or negated(head):
        return
    if any(t.lemma_.lower() in NAMES for t in place.root.children):
        return  # "the word X is used for"
    purpose = [
        c
        for c in head.children
        if c.i > head.i and (c.lower_ == "for" or (c.dep_ in ("xcomp", "advcl") and c.left_edge.lower_ == "to"))
    ]
    if purpose:
        yield clipped(place, head.i, min(purpose[-1].right_edge.i + 1, _verb_end(head)))


def part_of(place: Place) -> Iterator[Found]:
    """Yield "part of …" without an article, and what X "falls under" or "belongs to"."""
    be = place.be
    if be is not None:
        noun, negative = predicate(place, be)
        if noun is not None and not negative and noun.lemma_ in PART and any(c.lower_ == "of" for c in noun.children):
            yield noun_found(place, noun, be.i + 1)
    verb = place.verb
    if verb is not None and verb.lemma_ in BELONG and not negated(verb):
        for preposition in ("under", "to", "within", "into"):
            for noun in objects(verb, preposition):
                found = noun_found(place, noun, verb.i)
                yield Found((verb.i, found.definiens[1]), found.genus)


def includes(place: Place) -> Iterator[Found]:
    """Yield the objects of "X includes / encompasses / consists of"; and the list of "X such as"."""
    verb = place.verb
    if verb is not None and not negated(verb):
        nouns = (
            objects(verb) if verb.lemma_ in INCLUDE else objects(verb, "of") if verb.lemma_ == "consist" else iter(())
        )
        for noun in nouns:
            if noun.lower_ not in _OBJECT_PRONOUNS:
                yield subtree_found(place, noun, verb.i + 1)
    i = place.span[1]
    if i + 2 < place.end and place.doc[i].text == ",":
        i += 1
    if i + 2 < place.end and place.doc[i].lower_ == "such" and place.doc[i + 1].lower_ == "as":
        listed = next((t for t in place.doc[i + 1].children if t.dep_ == "pobj"), None)
        if listed is not None:
            yield subtree_found(place, listed, i + 2)


def like(place: Place) -> Iterator[Found]:
    """Yield the noun behind "X is like"."""
    be = place.be
    if be is None or negated(be):
        return
    i = be.i + 1
    while i < place.end and place.doc[i].lower_ in (
        "just",
        "really",
        "more",
        "kind",
        "of",
        "sort",
        "a",
        "bit",
        "kinda",
    ):
        i += 1
    if i < place.end and place.doc[i].lower_ == "like":
        noun = next((t for t in place.doc[i].children if t.dep_ == "pobj"), None)
        if noun is not None and noun.pos_ in ("NOUN", "PROPN", "VERB"):
            yield noun_found(place, noun, i + 1)


def represents(place: Place) -> Iterator[Found]:
    """Yield the subject of "… represents X"."""
    verb = place.root.head
    if place.root.dep_ == "dobj" and verb.lemma_ in REPRESENT and not negated(verb):
        for child in verb.children:
            if child.dep_ == "nsubj" and child.pos_ in ("NOUN", "PROPN"):
                yield Found(phrase(child, verb.i), ())


def same_as(place: Place) -> Iterator[Found]:
    """Yield "the same (thing) as …", "another word for …" behind "X is"."""
    be = place.be
    if be is None or negated(be):
        return
    words = place.doc[be.i + 1 : place.end]
    for i, token in enumerate(words[:5]):
        rest = [t.lower_ for t in words[i : i + 4]]
        if (token.lower_ == "same" and "as" in rest) or (
            token.lower_ in ("another", "other") and rest[1:2] in (["word"], ["name"], ["term"]) and "for" in rest
        ):
            noun = next((t for t in words[i + 1 :] if t.dep_ == "pobj"), None)
            if noun is not None:
                yield Found(trim(place.doc, be.i + 1, min(noun.right_edge.i + 1, place.end)))
            return


def deals_with(place: Place) -> Iterator[Found]:
    """Yield the object of "X deals with / is concerned with / consists in / involves"."""
    verb = place.verb
    if verb is not None and verb.lemma_ == "be":
        verb = next((t for t in (verb.head, *verb.children) if t.lower_ == "concerned"), verb)
    if verb is None or negated(verb):
        return
    lemma = "concern" if verb.lower_ == "concerned" else verb.lemma_
    found = objects(verb, WITH_OBJECT[lemma]) if lemma in WITH_OBJECT else objects(verb) if verb.lemma_ == "involve" else iter(())
    clauses = (t for t in verb.children if verb.lemma_ == "involve" and t.dep_ in ("xcomp", "ccomp") and t.i > verb.i)
    for head in (*found, *clauses):
        if head.lower_ not in _OBJECT_PRONOUNS:
            yield subtree_found(place, head, verb.i + 1)


def condition(place: Place) -> Iterator[Found]:
    """Yield the clause of "X occurs when …", "a NOUN is X if …"."""
    verb = place.verb
    if verb is not None and (verb.lemma_ not in HAPPEN or negated(verb)):
        verb = None
    if (verb is None and place.root.dep_ in ("acomp", "oprd", "attr")) or place.root.tag_ == "VBN":
        be = place.root if place.root.tag_ == "VBN" and place.root.dep_ not in ("acomp", "oprd", "attr") else place.root.head
        verb = be if any(t.lemma_ == "be" for t in (be, *be.children)) and not negated(be) and be.dep_ not in ("relcl", "advcl") else None
    if verb is None:
        return
    for clause in verb.children:
        opener = next((t for t in clause.lefts if t.lower_ in ("if", "when", "where", "whenever")), None) if clause.dep_ == "advcl" else None
        if opener is not None and opener.i == clause.left_edge.i and opener.i > place.span[1] - 1:
            yield clipped(place, opener.i + 1, clause.right_edge.i + 1, clause.i)


def relative(place: Place) -> Iterator[Found]:
    """Yield the clause of "X, in which …", "X, where …", and of "X, which lets …"."""
    i = place.span[1]
    if i + 2 >= place.end or place.doc[i].text not in (",", "(") or place.doc[i].lower_ == "which":
        return
    clause = next((t for t in place.root.children if t.dep_ == "relcl" and t.left_edge.i == i + 1), None)
    if clause is None or negated(clause):
        return
    if place.doc[i + 1].pos_ == "ADP" and place.doc[i + 2].lower_ == "which":
        yield clipped(place, i + 3, clause.right_edge.i + 1, clause.i)
    elif place.doc[i + 1].lower_ == "where":
        yield clipped(place, i + 2, clause.right_edge.i + 1, clause.i)
    elif place.doc[i + 1].lower_ in ("which", "who", "that") and clause.lemma_ in LET | DO and clause.tag_ in ("VBZ", "VBP"):
        yield clipped(place, i + 2, clause.right_edge.i + 1, clause.i)


def kind_of(kind: str, place: Place, found: Found) -> str:
    """Return the kind of a definition: one through the other term is relational, whatever its rule.

    "A kind of …" without the other term names a class, unless it only points ("a kind of it").
    """
    first, last = found.definiens
    words = {t.lower_ for t in place.doc[first:last]}
    opening = {t.lower_ for t in place.doc[first : min(first + 4, last)]}
    if kind in ("genus", "purpose") and {"same", "synonym"} & opening and not {"time", "way"} & words:
        return "synonym"
    through = any(first <= other[0] < last for other in place.others)
    if kind in ("genus", "purpose") and through:
        return "relational"
    named = bool(found.genus) and not through and place.doc[found.genus[0]].lemma_.lower() not in PART
    if kind == "relational" and named and CLASS & {t.lemma_.lower() for t in place.doc[first : found.genus[0]]}:
        return "genus"
    return kind
