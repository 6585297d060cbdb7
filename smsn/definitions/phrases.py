"""Where the words of a definiens end: at a coordinated clause, at a comma splice, at loose punctuation.

Takes tokens of a parsed sentence, gives token spans ``(first, last + 1)``. A parser's right edge is often too
short (a relative clause hung on the verb) or too long (the next clause hung on the noun); both are mended here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsn.definitions.candidate import FINITE

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TRAILING = frozenset(
    ", ; : . ! ? - – — and but or so because while whereas though although however if which who that when where whose "
    "once".split()
)
_PRONOUNS = frozenset("it its this that these those they them their one he she you we i what which who".split())
RELATIVE = frozenset("whose which who whom that where".split())
_WHEN = frozenset(
    "when where if once until unless before after as because since although though while whenever".split()
)
OPENERS = RELATIVE | _WHEN
"""Words that open a clause which may belong to the clause before it."""

_BREAKS = frozenset(", ; - – — -- … ...".split())
_TURNS = frozenset("whereas whilst although though".split())
_JOINTS = frozenset("and but or so while then yet nor plus".split())
_SUBJECTS = frozenset("i you he she we they it this these those that there".split())
_SUBJECT_DEPS = frozenset(("nsubj", "nsubjpass", "csubj", "expl"))


def phrase(head: Token, stop: int | None = None) -> tuple[int, int]:
    """Return the tokens of the phrase under `head`, without a coordinated clause or loose ends.

    Parameters
    ----------
    head : Token
        Syntactic head of the definiens.
    stop : int, optional
        Token before which the phrase must end.
    """
    doc = head.doc
    first, last = head.left_edge.i, head.right_edge.i + 1
    for token in head.subtree:
        if token.i <= head.i or token.dep_ not in ("conj", "advcl", "parataxis"):
            continue
        if token.pos_ in ("VERB", "AUX") and any(t.dep_ in _SUBJECT_DEPS for t in token.children):
            if not _modifies(token):
                last = min(last, token.left_edge.i)
        elif token.dep_ == "conj" and token.head == head and _starts_clause(token):
            last = min(last, token.left_edge.i)
    if stop is not None:
        last = min(last, stop)
    return trim(doc, max(first, head.sent.start), last)


def _modifies(verb: Token) -> bool:
    """Say whether a clause belongs to a noun all the same: "phrases whose …", "a tool people use when they …"."""
    opening = verb.left_edge
    if verb.dep_ == "conj":
        relative = verb.head
        return relative.dep_ == "relcl" and any(
            t.tag_ in ("WRB", "WDT", "WP$") for t in relative.subtree if t.i < relative.i
        )
    comma = opening.i > 0 and verb.doc[opening.i - 1].text in _BREAKS
    return not comma and opening.lower_ in RELATIVE | {"when", "if", "as", "once"}


def _starts_clause(token: Token) -> bool:
    """Say whether a coordinated noun is really the subject of what follows ("a tool and B is …")."""
    following = token.doc[token.right_edge.i + 1 : token.right_edge.i + 2]
    return bool(following) and following[0].pos_ == "AUX"


def extended(doc: Doc, last: int, end: int, openers: frozenset[str]) -> int:
    """Return where a phrase ends that the parser ended at `last`, if a relative clause follows without a comma.

    Parameters
    ----------
    doc : Doc
        Parsed.
    last : int
        First token behind the phrase.
    end : int
        End of the sentence.
    openers : frozenset of str
        Words that open such a clause.
    """
    if last >= end:
        return last
    contact = doc[last].tag_ == "PRP" and doc[last].lower_ != "i" and doc[last - 1].pos_ == "NOUN"  # "people you know"
    if not (contact and _finite_at(doc, last + 1)) and doc[last].lower_ not in openers:
        return last
    edge = _edge(doc[last], last, end)
    return edge if edge > last + 1 or edge >= end else _edge(doc[edge], last, end)


def _edge(token: Token, first: int, end: int) -> int:
    """Return the end of the largest subtree around `token` whose head stands in ``first:end``."""
    while first <= token.head.i < end and token.head != token:
        token = token.head
    return min(max(t.i for t in token.subtree) + 1, end)


def extended_clause(doc: Doc, last: int, end: int) -> int:
    """Return where a clause ends that the parser ended at `last`: "what is left when …", "what we do once we …"."""
    if last and doc[last - 1].is_punct:
        return last
    stops = (i for i in range(last, end) if doc[i].pos_ in ("PUNCT", "CCONJ", "SPACE") or doc[i].lower_ == "i")
    stop = next(stops, end)
    while last < stop:
        last = min(_edge(doc[last], last, end), stop)
    return last


def clause_end(doc: Doc, first: int, last: int, terms: Sequence[tuple[int, int]], after: int | None = None) -> int:
    """Return where ``first:last`` must end so that no clause about something else is in it.

    A clause begins at a comma, a dash or a conjunction with a subject and a finite verb behind it: a pronoun,
    one of the `terms` (their tokens; a gapped "and B as the purpose" too), or what the parser takes for a subject.

    Parameters
    ----------
    doc : Doc
        Parsed.
    first, last : int
        The tokens of a definiens.
    terms : sequence of (first, last + 1)
        The mentions in the sentence.
    after : int, optional
        Token behind which the clause may begin; `first` without it.
    """
    for i in range(max(first, after or 0) + 1, last - 1):
        word = doc[i].lower_
        contrast = word == "while" and (doc[i - 1].text == "," or any(i < t[0] <= i + 2 for t in terms))
        if word in _TURNS or contrast:
            return i
        if word not in _BREAKS and word not in _JOINTS:
            continue
        j = i + 1
        while j < last - 1 and word in _BREAKS and doc[j].lower_ in _JOINTS | {"now", "yes"}:
            j += 1
        if _new_subject(doc, first, i, j, terms):
            return i
    return last


def _new_subject(doc: Doc, first: int, i: int, j: int, terms: Sequence[tuple[int, int]]) -> bool:
    """Say whether a clause with a subject of its own begins at token `j`, behind the separator `i`."""
    k = j + 1 if doc[j].pos_ == "DET" and j + 1 < len(doc) else j
    term = next((t for t in terms if t[0] == k), None)
    if term is not None:
        return _term_clause(doc, first, i, term)
    pause = doc[i].text in _BREAKS
    if doc[j].lower_ in _SUBJECTS and doc[j].tag_ in ("PRP", "DT", "EX") and _finite_at(doc, j + 1):
        return (pause and not _subordinate(doc, first, i)) or not _within_relative(doc[j].head, first)
    subject = doc[j] if doc[j].dep_ in _SUBJECT_DEPS else doc[j].head
    if subject.dep_ not in _SUBJECT_DEPS or subject.left_edge.i != j or subject.head.tag_ not in FINITE:
        return False
    return not _within_relative(subject.head, first) and not (pause and _subordinate(doc, first, i))


def _term_clause(doc: Doc, first: int, i: int, term: tuple[int, int]) -> bool:
    """Say whether a term behind a separator is a subject: with a verb, or in the same slot as the definiens."""
    root = doc[term[0] : term[1]].root
    if root.dep_ == "conj" and root.head.dep_ in _SUBJECT_DEPS and root.head.left_edge.i > first:
        return False  # "when tea and coffee meet"
    after = term[1]
    if after >= len(doc):
        return False
    slot = {doc[first].lower_, doc[first - 1].lower_ if first else ""}
    gapped = doc[after].pos_ == "ADP" and doc[after].lower_ in slot
    article = doc[after].lower_ in ("a", "an", "the") and doc[i].text not in _BREAKS
    return gapped or article or _finite_at(doc, after)


def _finite_at(doc: Doc, i: int) -> bool:
    """Say whether a finite verb stands at token `i`, or behind one adverb there."""
    if i + 1 < len(doc) and doc[i].pos_ == "ADV":
        i += 1
    return i < len(doc) and doc[i].pos_ in ("VERB", "AUX") and doc[i].tag_ in FINITE


def _subordinate(doc: Doc, first: int, i: int) -> bool:
    """Say whether the words before the comma `i` are a clause that waits for another ("where, if you ask, you …")."""
    start = next((j + 1 for j in range(i - 1, first, -1) if doc[j].text in _BREAKS), first)
    return doc[start].lower_ in _WHEN


def _within_relative(verb: Token, first: int) -> bool:
    """Say whether a verb hangs, by coordination, in a clause that modifies a word of the definiens."""
    while verb.dep_ in ("conj", "ccomp") and verb.head != verb:
        verb = verb.head
    return verb.i > first and verb.dep_ in ("relcl", "acl", "advcl", "pcomp")


def trim(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """Return ``first:last`` without punctuation and conjunctions at its ends; a closed bracket or quote stays whole."""
    while last > first and (_loose(doc[last - 1]) or doc[last - 1].is_space or _dangling(doc, first, last - 1)):
        last -= 1
    while first < last and (
        doc[first].is_space or doc[first].text in ",;:-–—.*" or _dangling(doc, first, last - 1, left=True)
    ):
        first += 1
    return first, last


def _loose(token: Token) -> bool:
    """Say whether a last word leads on to something that is cut off; "a kind of that" ends well."""
    return token.lower_ in _TRAILING and not (token.dep_ in ("pobj", "dobj") and token.pos_ in ("PRON", "DET"))


def _dangling(doc: Doc, first: int, end: int, left: bool = False) -> bool:
    """Say whether the token at one end is a bracket, quotation mark or asterisk without its partner inside."""
    text = doc[first if left else end].text
    inside = [t.text for t in doc[first : end + 1]]
    if text in "()[]":
        return inside.count("(") + inside.count("[") != inside.count(")") + inside.count("]")
    if text in "\"“”'‘’''``*_":
        return sum(t in ('"', "“", "”", "'", "‘", "’", "''", "``") for t in inside) % 2 == 1 or text in "*_"
    return False


def is_pronoun(token: Token) -> bool:
    """Say whether a phrase head cannot define anything by itself ("one" can in "one of the pots")."""
    if token.lower_ == "one" and any(child.lower_ == "of" for child in token.children):
        return False
    return token.lower_ in _PRONOUNS and token.pos_ != "NOUN"
