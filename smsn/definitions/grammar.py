"""The finders of the rules: small functions from a mention in a parsed sentence to the words that define it.

Each yields :class:`Found`. They lean on the dependency parse for the ends of phrases, and on the words
next to the mention where a parser is often wrong (a term such as "networking" read as a verb).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsn.definitions.candidate import QUESTION, genus_heads, is_pronoun, phrase, trim

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_MEAN = frozenset("mean denote signify designate describe connote".split())
_MEAN_PREP = {"refer": "to", "stand": "for", "amount": "to", "boil": "to", "equate": "to"}
_AS_VERBS = frozenset("see view define describe regard treat understand picture imagine classify know think conceive characterize characterise".split())
_CALL = frozenset("call consider label term deem name dub".split())
_NAMED = frozenset("call know term name label dub".split())
_LET = frozenset("let allow enable help permit facilitate empower".split())
_USE = frozenset("use design mean intend make build create employ".split())
_INCLUDE = frozenset("include encompass comprise cover contain".split())
_DEFINITION = frozenset("definition meaning essence".split())
_PURPOSE = frozenset("purpose goal aim point objective function role job idea task".split())
_PART = frozenset("part subset type kind form branch piece subcategory category component aspect subfield".split())
_REMARK = frozenset("noun verb adjective n v adj the a an".split())
_HEDGES = frozenset("just really basically simply only essentially actually merely also always often usually still then now generally more mainly primarily typically largely nothing but".split())


@dataclass(frozen=True, slots=True)
class Place:
    """One mention in a parsed Doc: the term's name, its tokens, the sentence's tokens, the other mentions."""

    doc: Doc
    term: str
    span: tuple[int, int]
    sentence: tuple[int, int]
    others: tuple[int, ...] = ()

    @property
    def root(self) -> Token:
        """Syntactic head of the mention."""
        return self.doc[self.span[0] : self.span[1]].root

    @property
    def after(self) -> int:
        """Index of the first token behind the mention and a remark in brackets behind it ("UX (noun)")."""
        i = self.span[1]
        if i < self.sentence[1] and self.doc[i].text in "\"'”’*_":
            i += 1
        if i < self.sentence[1] and self.doc[i].text == "(":
            close = next((j for j in range(i + 1, min(i + 6, self.sentence[1])) if self.doc[j].text == ")"), None)
            if close is not None and all(t.lower_ in _REMARK or t.is_upper for t in self.doc[i + 1 : close]):
                i = close + 1
        return i

    @property
    def head(self) -> bool:
        """Whether the mention heads its phrase ("social media is", not "social media marketing is")."""
        nxt = self.span[1]
        if nxt < self.sentence[1] and self.root.dep_ in ("compound", "amod", "poss", "nmod"):
            return self.root.head.i < self.span[0] or self.doc[nxt].pos_ not in ("NOUN", "PROPN", "PART")
        return True

    @property
    def governed(self) -> bool:
        """Whether a preposition governs the mention ("the price of mulch is …": not the subject)."""
        i = self.span[0] - 1
        while i > self.sentence[0] and (self.doc[i].pos_ in ("DET", "ADJ") or self.doc[i].is_quote):
            i -= 1
        if i - 1 > self.sentence[0] and self.doc[i].lower_ == "and" and i - 1 in self.others:
            i -= 2  # "between B and A is": the preposition of the one governs the other
            while i > self.sentence[0] and self.doc[i].pos_ == "DET":
                i -= 1
        return i >= self.sentence[0] and self.doc[i].pos_ == "ADP" and self.root.dep_ not in ("nsubj", "nsubjpass")

    @property
    def asked(self) -> bool:
        """Whether the sentence is a question."""
        return bool(QUESTION.search(self.doc[self.sentence[0] : self.sentence[1]].text))


@dataclass(frozen=True, slots=True)
class Found:
    """The tokens of a definiens and of its genus heads."""

    definiens: tuple[int, int]
    genus: tuple[int, ...] = ()


def _copula(place: Place) -> Token | None:
    """Return the form of "be" whose subject is the mention: next to it, or by the parse."""
    if not place.head or place.asked:
        return None
    i = place.after
    while i < place.sentence[1] and (place.doc[i].pos_ in ("ADV",) or place.doc[i].tag_ == "MD" or place.doc[i].lower_ in _HEDGES):
        i += 1
    if i < place.sentence[1] and place.doc[i].lemma_ == "be" and not place.governed:
        return place.doc[i]
    head = place.root.head
    if place.root.dep_ in ("nsubj", "nsubjpass") and head.lemma_ == "be" and place.span[1] <= head.i < place.sentence[1]:
        return head
    return None


def _predicate(place: Place, be: Token) -> tuple[Token | None, bool]:
    """Return the noun behind a copula (or None), and whether it is negated."""
    i, negated = be.i + 1, False
    while i < place.sentence[1]:
        token = place.doc[i]
        if token.lower_ in ("not", "n't", "never"):
            negated = True
        elif not (token.pos_ == "ADV" or token.lower_ in _HEDGES or token.is_quote or token.text in "'‘’*_," or token.lower_ in ("in", "fact")):
            break
        i += 1
    if i >= place.sentence[1]:
        return None, negated
    token = place.doc[i]
    noun = token
    while noun.dep_ in ("det", "amod", "compound", "nummod", "poss", "nmod", "advmod", "quantmod", "case", "predet", "punct") and noun.head.i > i and noun.head.i < place.sentence[1]:
        noun = noun.head
    good = noun.pos_ in ("NOUN", "PROPN") or (noun.pos_ in ("ADJ", "VERB", "NUM", "PRON") and token.pos_ == "DET" and noun.i > token.i)
    if noun.pos_ == "PRON" and noun.lower_ in ("one", "something", "anything", "everything"):
        good = True
    return (noun if good and noun.i >= i else None), negated


def _noun_found(place: Place, noun: Token, start: int) -> Found:
    first, last = phrase(noun, place.sentence[1])
    first = max(first, start)
    return Found(trim(place.doc, first, last), tuple(i for i in genus_heads(noun) if i < last))


def copula(place: Place) -> Iterator[Found]:
    """Yield what follows "X is": a noun phrase."""
    be = _copula(place)
    if be is None:
        return
    noun, negated = _predicate(place, be)
    if noun is not None and not negated and not is_pronoun(noun):
        yield _noun_found(place, noun, be.i + 1)


def not_copula(place: Place) -> Iterator[Found]:
    """Yield what follows "X is not": a noun phrase."""
    be = _copula(place)
    if be is None:
        return
    noun, negated = _predicate(place, be)
    if noun is not None and negated and not is_pronoun(noun):
        yield _noun_found(place, noun, be.i + 1)


def copula_clause(place: Place) -> Iterator[Found]:
    """Yield what follows "X is": a clause (what you do, when you, how you, to connect)."""
    be = _copula(place)
    if be is None:
        return
    i = be.i + 1
    while i < place.sentence[1] and (place.doc[i].lower_ in _HEDGES or place.doc[i].is_quote):
        i += 1
    if i >= place.sentence[1] or place.doc[i].lower_ not in ("what", "when", "where", "how", "to", "whatever", "anything", "everything"):
        return
    bare = i + 1 >= place.sentence[1] or place.doc[i + 1].is_punct or place.doc[i + 1].lower_ in ("and", "whereas", "while", "but")
    if bare:
        if place.doc[i].lower_ in ("what", "how", "when", "where"):
            yield Found((i, i + 1))
        return
    clause = place.doc[i]
    while clause.head.i > be.i and clause.head != clause and not (clause.dep_ == "conj" and clause.pos_ == "AUX"):
        clause = clause.head
    last = min(max(t.i for t in clause.subtree) + 1, place.sentence[1])
    for mention in place.others:
        if i < mention < last and place.doc[mention - 1].lower_ in ("and", "but", "while", "whereas", ",", ";"):
            last = mention
    if last - i > 1:
        yield Found(trim(place.doc, i, last))


def _subject_verb(place: Place) -> Token | None:
    """Return the verb whose subject is the mention: next to it, or by the parse."""
    if not place.head or place.asked:
        return None
    i = place.after
    while i < place.sentence[1] and (place.doc[i].pos_ == "ADV" or place.doc[i].tag_ == "MD" or place.doc[i].lower_ in _HEDGES):
        i += 1
    if i < place.sentence[1] and place.doc[i].pos_ in ("VERB", "AUX") and not place.governed:
        return place.doc[i]
    head = place.root.head
    if place.root.dep_ in ("nsubj", "nsubjpass") and place.span[1] <= head.i < place.sentence[1]:
        return head
    return None


def _negated(verb: Token) -> bool:
    return any(child.dep_ == "neg" for child in verb.children)


def _objects(verb: Token, preposition: str | None = None) -> Iterator[Token]:
    """Yield the noun objects of a verb, direct or behind a preposition."""
    for child in verb.children:
        if preposition is None and child.dep_ in ("dobj", "attr", "oprd", "pobj") and child.i > verb.i:
            yield child
        elif preposition is not None and child.lower_ == preposition and child.i > verb.i:
            yield from (t for t in child.children if t.dep_ in ("pobj", "pcomp") and t.i > child.i)


def means(place: Place) -> Iterator[Found]:
    """Yield the object of "X means / refers to / stands for"."""
    verb = _subject_verb(place)
    if verb is None or _negated(verb):
        return
    lemma = verb.lemma_.lower()
    if lemma in _MEAN:
        for noun in _objects(verb):
            yield _noun_found(place, noun, verb.i + 1)
        for child in verb.children:
            if child.dep_ in ("ccomp", "xcomp") and child.i > verb.i:
                yield Found(trim(place.doc, max(child.left_edge.i, verb.i + 1), min(child.right_edge.i + 1, place.sentence[1])))
    elif lemma in _MEAN_PREP:
        for noun in _objects(verb, _MEAN_PREP[lemma]):
            yield _noun_found(place, noun, verb.i + 1)


def defined_as(place: Place) -> Iterator[Found]:
    """Yield the noun behind "X is defined / described / seen as"."""
    head = place.root.head
    if place.root.dep_ == "nsubjpass" and head.lemma_ in _AS_VERBS and not place.asked and not _negated(head):
        for noun in _objects(head, "as"):
            if noun.pos_ in ("NOUN", "PROPN"):
                yield _noun_found(place, noun, head.i + 1)


def _of_noun(place: Place, nouns: frozenset[str]) -> Token | None:
    """Return the copula of "the NOUN of X is", where NOUN is one of `nouns`."""
    preposition = place.root.head
    if preposition.lower_ not in ("of", "behind", "for") or preposition.head.lemma_.lower() not in nouns or place.asked:
        return None
    noun = preposition.head
    be = noun.head
    if be.lemma_ == "be" and be.i > place.span[0]:
        return be
    i = place.after
    return place.doc[i] if i < place.sentence[1] and place.doc[i].lemma_ == "be" else None


def definition_of(place: Place) -> Iterator[Found]:
    """Yield what follows "the definition of X is"; "by X I mean" too."""
    be = _of_noun(place, _DEFINITION)
    if be is not None:
        noun, negated = _predicate(place, be)
        if noun is not None and not negated:
            yield _noun_found(place, noun, be.i + 1)
    preposition = place.root.head
    if preposition.lower_ == "by" and preposition.head.lemma_ == "mean":
        for noun in _objects(preposition.head):
            yield _noun_found(place, noun, preposition.head.i + 1)


def purpose_of(place: Place) -> Iterator[Found]:
    """Yield what follows "the purpose of X is"."""
    be = _of_noun(place, _PURPOSE)
    if be is not None:
        for child in be.children:
            if child.i > be.i and child.dep_ in ("xcomp", "ccomp", "attr", "advcl"):
                yield Found(trim(place.doc, max(child.left_edge.i, be.i + 1), min(child.right_edge.i + 1, place.sentence[1])))
                return


def seen_as(place: Place) -> Iterator[Found]:
    """Yield the noun behind "see / view / think of X as"."""
    verb = place.root.head
    if verb.lower_ == "of":
        verb = verb.head
    if verb.lemma_ not in _AS_VERBS or verb.i > place.span[0] or _negated(verb):
        return
    i = place.after
    if i < place.sentence[1] and place.doc[i].lower_ in ("as", "like"):
        noun = next((t for t in place.doc[i].children if t.dep_ == "pobj"), None)
        if noun is not None and not is_pronoun(noun):
            yield _noun_found(place, noun, i + 1)


def call_it(place: Place) -> Iterator[Found]:
    """Yield the noun behind "I'd call X a …", "consider X (to be) a …"."""
    before = place.doc[max(place.sentence[0], place.span[0] - 3) : place.span[0]]
    verb = next((t for t in before if t.lemma_ in _CALL and t.pos_ == "VERB"), None)
    if verb is None or _negated(verb) or place.asked:
        return
    i = place.after
    if i + 1 < place.sentence[1] and place.doc[i].lower_ == "to" and place.doc[i + 1].lower_ == "be":
        i += 2
    if i < place.sentence[1] and place.doc[i].pos_ == "DET":
        noun = place.doc[i]
        while noun.head.i > noun.i and noun.dep_ in ("det", "amod", "compound", "nummod", "poss", "nmod"):
            noun = noun.head
        if noun.pos_ in ("NOUN", "PROPN"):
            yield _noun_found(place, noun, i)


def called(place: Place) -> Iterator[Found]:
    """Yield the noun in "a NOUN (that is) called X"."""
    i = place.span[0] - 1
    while i > place.sentence[0] and (place.doc[i].is_quote or place.doc[i].lower_ in ("as", "'", "‘", "*", "so")):
        i -= 1
    verb = place.doc[i] if i >= place.sentence[0] else None
    if verb is None or verb.lemma_ not in _NAMED or verb.tag_ not in ("VBN", "VBD") or _negated(verb):
        return
    noun = verb.head if verb.dep_ in ("acl", "relcl") else place.doc[verb.i - 1] if verb.i > place.sentence[0] else None
    if noun is not None and noun.pos_ in ("NOUN", "PROPN") and noun.i < verb.i:
        first = max(noun.left_edge.i, place.sentence[0])
        while first - 1 >= place.sentence[0] and place.doc[first - 1].pos_ in ("DET", "ADJ"):
            first -= 1  # a parser that misses the participle leaves the article with the term
        yield Found(trim(place.doc, first, _before_clause(noun, verb)), tuple(g for g in genus_heads(noun) if g < verb.i))


def _before_clause(noun: Token, verb: Token) -> int:
    return max(noun.i + 1, verb.left_edge.i)


def known_as(place: Place) -> Iterator[Found]:
    """Yield the subject of "NOUN is known as / is called X"."""
    verb = place.root.head
    if verb.lower_ == "as":
        verb = verb.head
    if verb.lemma_ not in _NAMED or verb.dep_ in ("acl", "relcl") or verb.i > place.span[0] or _negated(verb):
        return
    for child in verb.children:
        if child.dep_ == "nsubjpass" and child.pos_ in ("NOUN", "PROPN"):
            yield Found(phrase(child, verb.i), genus_heads(child))


def apposition(place: Place) -> Iterator[Found]:
    """Yield the noun phrase set beside the mention by a comma, on either side."""
    i = place.span[1]
    if i + 1 < place.sentence[1] and place.doc[i].text in (",", "—", "–") and place.doc[i + 1].lower_ in ("a", "an", "the", "which"):
        start = i + 1
        if place.doc[start].lower_ == "which":
            if start + 2 >= place.sentence[1] or place.doc[start + 1].lemma_ != "be" or place.doc[start + 2].pos_ != "DET":
                return
            start += 2
        noun = place.doc[start]
        while noun.dep_ in ("det", "amod", "compound", "nummod", "nmod") and noun.head.i > noun.i:
            noun = noun.head
        if noun.pos_ in ("NOUN", "PROPN") and noun.dep_ in ("appos", "attr"):
            yield _noun_found(place, noun, start)


def _line_start(place: Place) -> bool:
    """Whether nothing but a bullet, a number, an article or emphasis stands before the mention."""
    return all(t.is_punct or t.is_digit or t.is_space or t.text in "*_-•#>" or t.lower_ in ("a", "an", "the") for t in place.doc[place.sentence[0] : place.span[0]])


def dash(place: Place) -> Iterator[Found]:
    """Yield what follows "X:" or "X -" at the start of a line."""
    i = place.after
    while i < place.sentence[1] and place.doc[i].text in ("*", "**", "_"):
        i += 1
    if not _line_start(place) or i >= place.sentence[1] - 1 or place.doc[i].text not in (":", "-", "–", "—", "--", "="):
        return
    first, last = trim(place.doc, i + 1, place.sentence[1])
    heads = [t for t in place.doc[first:last] if t.pos_ in ("NOUN", "PROPN") and t.dep_ in ("ROOT", "appos", "attr", "pobj", "dobj", "nsubj") and t.left_edge.i <= first]
    yield Found((first, last), genus_heads(heads[0]) if heads else ())


def bracket(place: Place) -> Iterator[Found]:
    """Yield what stands in brackets behind the mention, if it is a phrase of two words or more."""
    i = place.span[1]
    if i >= place.sentence[1] or place.doc[i].text != "(":
        return
    close = next((j for j in range(i + 1, place.sentence[1]) if place.doc[j].text == ")"), None)
    if close is None or close - i < 3:
        return
    inside = place.doc[i + 1 : close]
    root = inside.root
    if root.pos_ in ("NOUN", "PROPN") and inside[0].pos_ in ("DET", "ADJ", "NOUN", "PROPN", "NUM"):
        yield Found(trim(place.doc, i + 1, close), tuple(h for h in genus_heads(root) if h < close))


def that_is(place: Place) -> Iterator[Found]:
    """Yield the noun phrase behind "X, i.e." or "X, that is,"."""
    i = place.span[1]
    if i < place.sentence[1] and place.doc[i].text in (",", "("):
        i += 1
    words = "".join(t.lower_ for t in place.doc[i : i + 4])
    for marker, width in (("i.e.", 1), ("i.e", 1), ("ie", 1), ("thatis,", 3), ("inotherwords", 3)):
        if words.startswith(marker):
            i += width
            break
    else:
        return
    while i < place.sentence[1] and place.doc[i].text in (",", ".", ":"):
        i += 1
    if i < place.sentence[1]:
        noun = place.doc[i]
        while noun.dep_ in ("det", "amod", "compound", "nummod", "nmod", "poss") and noun.head.i > noun.i:
            noun = noun.head
        if noun.pos_ in ("NOUN", "PROPN"):
            yield _noun_found(place, noun, i)


def or_alias(place: Place) -> Iterator[Found]:
    """Yield the other name in "X, or Y," and "X (or Y)"."""
    i = place.span[1]
    if i + 2 >= place.sentence[1] or place.doc[i].text not in (",", "(") or place.doc[i + 1].lower_ not in ("or", "aka", "alias"):
        return
    close = next((j for j in range(i + 2, min(i + 8, place.sentence[1])) if place.doc[j].text in (",", ")", ";")), None)
    if close is not None and all(t.pos_ in ("NOUN", "PROPN", "ADJ", "DET", "VERB") or t.is_quote for t in place.doc[i + 2 : close]):
        yield Found(trim(place.doc, i + 2, close))


def lets(place: Place) -> Iterator[Found]:
    """Yield "lets you …", "allows …", "helps …" behind the mention."""
    verb = _subject_verb(place)
    if verb is not None and verb.lemma_ in _LET and not _negated(verb) and verb.right_edge.i > verb.i:
        yield Found(trim(place.doc, verb.i, _clause_end(place, verb)))


def _clause_end(place: Place, verb: Token) -> int:
    """Return where the clause of a verb ends: before a coordinated clause with its own subject."""
    last = min(verb.right_edge.i + 1, place.sentence[1])
    for child in verb.children:
        own_subject = any(t.dep_ in ("nsubj", "nsubjpass") for t in child.children)
        if child.i > verb.i and child.dep_ in ("conj", "advcl", "ccomp") and own_subject and child.dep_ != "ccomp":
            last = min(last, child.left_edge.i)
    for mention in place.others:
        if verb.i < mention < last and place.doc[mention - 1].lower_ in ("and", "but"):
            last = mention
    turn = next((t.i for t in place.doc[verb.i : last] if t.lower_ in ("whereas", "while", "although", "whilst")), last)
    return min(last, turn)


def is_about(place: Place) -> Iterator[Found]:
    """Yield "(all) about …" and "for …" behind "X is"."""
    be = _copula(place)
    if be is None or _negated(be):
        return
    i = be.i + 1
    while i < place.sentence[1] and (place.doc[i].lower_ in ("all", "really", "just", "more", "mainly", "mostly", "only", "simply", "basically")):
        i += 1
    if i + 1 >= place.sentence[1] or place.doc[i].lower_ not in ("about", "for") or place.doc[i + 1].lower_ in ("to", "sale", "free"):
        return
    yield Found(trim(place.doc, i, _clause_end(place, place.doc[i])))


def used_for(place: Place) -> Iterator[Found]:
    """Yield "used to …", "designed for …", "meant to …" behind "X is"."""
    head = place.root.head
    if place.root.dep_ != "nsubjpass" or head.lemma_ not in _USE or place.asked or _negated(head):
        return
    purpose = [c for c in head.children if c.i > head.i and (c.lower_ == "for" or (c.dep_ in ("xcomp", "advcl") and c.left_edge.lower_ == "to"))]
    if purpose:
        yield Found(trim(place.doc, head.i, min(purpose[-1].right_edge.i + 1, _clause_end(place, head))))


def part_of(place: Place) -> Iterator[Found]:
    """Yield "part of …" without an article, and what X "falls under" or "belongs to"."""
    be = _copula(place)
    if be is not None:
        noun, negated = _predicate(place, be)
        if noun is not None and not negated and noun.lemma_ in _PART and any(c.lower_ == "of" for c in noun.children):
            yield _noun_found(place, noun, be.i + 1)
    verb = _subject_verb(place)
    if verb is not None and verb.lemma_ in ("fall", "belong") and not _negated(verb):
        for preposition in ("under", "to", "within", "into"):
            for noun in _objects(verb, preposition):
                yield Found(trim(place.doc, verb.i, min(noun.right_edge.i + 1, place.sentence[1])), genus_heads(noun))


def includes(place: Place) -> Iterator[Found]:
    """Yield the objects of "X includes / encompasses / consists of"; and the list of "X such as"."""
    verb = _subject_verb(place)
    if verb is not None and not _negated(verb):
        nouns = _objects(verb) if verb.lemma_ in _INCLUDE else _objects(verb, "of") if verb.lemma_ == "consist" else iter(())
        for noun in nouns:
            yield Found(trim(place.doc, max(noun.left_edge.i, verb.i + 1), min(noun.right_edge.i + 1, place.sentence[1])))
    i = place.span[1]
    if i + 2 < place.sentence[1] and place.doc[i].text == ",":
        i += 1
    if i + 2 < place.sentence[1] and place.doc[i].lower_ == "such" and place.doc[i + 1].lower_ == "as":
        listed = next((t for t in place.doc[i + 1].children if t.dep_ == "pobj"), None)
        if listed is not None:
            yield Found(trim(place.doc, i + 2, min(listed.right_edge.i + 1, place.sentence[1])))


def like(place: Place) -> Iterator[Found]:
    """Yield the noun behind "X is like"."""
    be = _copula(place)
    if be is None or _negated(be):
        return
    i = be.i + 1
    while i < place.sentence[1] and place.doc[i].lower_ in ("just", "really", "more", "kind", "of", "sort", "a", "bit", "kinda"):
        i += 1
    if i < place.sentence[1] and place.doc[i].lower_ == "like":
        noun = next((t for t in place.doc[i].children if t.dep_ == "pobj"), None)
        if noun is not None and noun.pos_ in ("NOUN", "PROPN", "VERB"):
            yield _noun_found(place, noun, i + 1)


def represents(place: Place) -> Iterator[Found]:
    """Yield the subject of "… represents X"."""
    verb = place.root.head
    if place.root.dep_ == "dobj" and verb.lemma_ in ("represent", "symbolize", "symbolise") and not place.asked:
        for child in verb.children:
            if child.dep_ == "nsubj" and child.pos_ in ("NOUN", "PROPN"):
                yield Found(phrase(child, verb.i), ())


def same_as(place: Place) -> Iterator[Found]:
    """Yield "the same (thing) as …", "another word for …" behind "X is"."""
    be = _copula(place)
    if be is None or _negated(be):
        return
    words = place.doc[be.i + 1 : place.sentence[1]]
    for i, token in enumerate(words[:5]):
        rest = [t.lower_ for t in words[i : i + 4]]
        if (token.lower_ == "same" and "as" in rest) or (token.lower_ in ("another", "other") and rest[1:2] in (["word"], ["name"], ["term"]) and "for" in rest):
            noun = next((t for t in words[i + 1 :] if t.dep_ == "pobj"), None)
            if noun is not None:
                yield Found(trim(place.doc, be.i + 1, min(noun.right_edge.i + 1, place.sentence[1])))
            return


def kind_of(kind: str, place: Place, found: Found) -> str:
    """Return the kind of a definition: one through the other term is relational, whatever its rule."""
    first, last = found.definiens
    words = {t.lower_ for t in place.doc[first:last]}
    if kind in ("genus", "purpose") and {"same", "synonym"} & words and not {"time", "way"} & words:
        return "synonym"
    if kind in ("genus", "purpose") and any(first <= other < last for other in place.others):
        return "relational"
    return kind
