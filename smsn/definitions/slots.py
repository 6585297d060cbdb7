"""Where in a parsed sentence a term may stand, and the slot of one, described by name.

Takes the tokens of a sentence, gives spans of tokens ``(first, last + 1)`` and the names of their features. Content words
are seen as their part of speech, function words and words that define (`DEFINITORS`) as themselves, so that what is
learnt holds for any subject. Must not import scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc

Span = tuple[int, int]

DEFINITORS = frozenset(
    "call know name term define refer mean denote describe consist include involve comprise represent signify stand understand use "
    "consider see think view regard form occur happen become say allow let help enable contain deal i.e. namely".split()
)
"""Lemmas that are kept as words."""

PRONOUNS = frozenset("it this they these that".split())
"""What can stand for a term named in the sentence before."""

CLOSED = frozenset("DET ADP AUX CCONJ SCONJ PART PRON PUNCT".split())
_NOUNS = frozenset("NOUN PROPN X NUM".split())
_SLOTS = frozenset("attr oprd appos nsubj nsubjpass dobj pobj ROOT".split())
_GERUND_SLOTS = frozenset("csubj csubjpass nsubj pcomp ROOT attr appos oprd".split())
_LINKS = frozenset(("of", "for", "in", "to", "by", "on"))
_CONTENT = frozenset("NOUN PROPN ADJ VERB NUM X ADV".split())
_VERBS = frozenset("VBZ VBP VBD VB".split())
_PARTICLES = frozenset("in out off up down over through on away back".split())
_NAMING = frozenset("call name term word phrase dub".split())
_LABELS = frozenset(("called", "so"))
_SUBJECTS = frozenset("nsubj nsubjpass csubj csubjpass expl".split())
_PREDICATES = frozenset("attr acomp dobj oprd ccomp xcomp prep advcl".split())
_ASIDES = frozenset("relcl acl prep appos".split())
_SAID = frozenset("attr dobj oprd acomp ccomp xcomp pobj".split())
_SORTS = frozenset("JJS JJR RBS RBR NNP NNPS CD PRP PRP$ MD VBD".split())  # what judges, compares, counts, names or tells
_UNTOLD = frozenset("JJR RBR NNPS PRP$ MD".split())
_RELATIVES = frozenset("WDT WP WRB WP$".split())
_FIRST_PERSON = frozenset("i me my mine we us our ours".split())
_SECOND_PERSON = frozenset("you your yours".split())
_WIDE = 5  # a phrase with a preposition begins at most so many words before the noun behind it
_CHUNK_HEADS = frozenset("oprd nsubj dobj nsubjpass pcomp pobj dative appos attr ROOT".split())
_LONG = 7  # a term of more words is none
_CHAINS = (1, 2, 3, 4, 6, 8)


_ATTRIBUTES: list[int | str] = ["LOWER", "POS", "TAG", "DEP", "LEMMA", "HEAD"]


def _strings(doc: Doc, ids: list[int]) -> list[str]:
    strings = doc.vocab.strings
    return [strings[i] for i in ids]


def _signed(number: int) -> int:
    """Return a 64-bit number as what it is with a sign; spaCy gives the way to a head unsigned."""
    return number - (1 << 64) if number >= 1 << 63 else number


@dataclass(frozen=True, slots=True)
class Parse:
    """A parsed sentence as plain lists, one entry a token: what the features are made of.

    `heads`, `lefts` and `rights` are token numbers: the head, the left edge and the right edge (inclusive) of the subtree. `clause` are
    the names of the features that all of its words share: its main clause, and who speaks.
    """

    words: list[str]
    shapes: list[str]
    lemmas: list[str]
    pos: list[str]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    lefts: list[int]
    rights: list[int]
    children: list[list[int]]
    titles: list[bool]
    uppers: list[bool]
    chunks: list[tuple[int, int, int]]
    clause: list[str]

    @classmethod
    def of(cls, doc: Doc) -> Parse:
        """Return a parsed Doc of one sentence as lists."""
        lower, pos_of, tag_of, dep_of, lemma_of, ups = (column.tolist() for column in doc.to_array(_ATTRIBUTES).T)
        words, lemmas = _strings(doc, lower), [lemma.lower() for lemma in _strings(doc, lemma_of)]
        pos, tags, deps = _strings(doc, pos_of), _strings(doc, tag_of), _strings(doc, dep_of)
        heads = [i + _signed(up) for i, up in enumerate(ups)]
        shapes = [w if p in CLOSED else lemma if lemma in DEFINITORS else p for w, p, lemma in zip(words, pos, lemmas, strict=True)]
        children: list[list[int]] = [[] for _ in words]
        for i, head in enumerate(heads):
            if head != i:
                children[head].append(i)
        lefts, rights = list(range(len(words))), list(range(len(words)))
        for i in range(len(words)):  # every token widens all that is above it
            above = i
            while heads[above] != above:
                above = heads[above]
                lefts[above], rights[above] = min(lefts[above], i), max(rights[above], i)
        written = [t.text for t in doc]
        parse = cls(
            words, shapes, lemmas, pos, tags, deps, heads, lefts, rights, children,
            [w.istitle() for w in written], [w.isupper() for w in written], list(_chunks(pos, deps, heads, lefts)), [],
        )  # fmt: skip
        parse.clause.extend(_clause(parse))
        return parse

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.words)

    def at(self, i: int) -> str:
        """Return the shape of token `i`, or a mark outside the sentence."""
        return self.shapes[i] if 0 <= i < len(self.shapes) else "<s>" if i < 0 else "</s>"

    def article(self, i: int) -> str:
        """Return the article of token `i`, ``poss`` for a possessive, a dash without one."""
        return next((self.words[c] if self.deps[c] == "det" else "poss" for c in self.children[i] if self.deps[c] in ("det", "poss")), "-")

    def head(self, span: Span) -> int:
        """Return the syntactic head of a span: its token whose head is outside, the first of several that is nearest to the root."""
        first, last = span
        tops = [i for i in range(first, last) if not first <= self.heads[i] < last or self.heads[i] == i]
        return min(tops, key=self.depth) if len(tops) > 1 else tops[0]

    def depth(self, i: int) -> int:
        """Return how far a token is from the root."""
        steps = 0
        while self.heads[i] != i and steps < len(self.words):
            i, steps = self.heads[i], steps + 1
        return steps


def _chunks(pos: list[str], deps: list[str], heads: list[int], lefts: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield first, last + 1 and head of the noun phrases as spaCy's ``noun_chunks`` does for English, at a fraction of its time."""
    done = -1
    for i, part in enumerate(pos):
        if part not in ("NOUN", "PROPN", "PRON") or lefts[i] <= done:
            continue
        first = i
        while deps[first] == "conj" and heads[first] < first:
            first = heads[first]
        if deps[first] in _CHUNK_HEADS:
            done = i
            yield lefts[i], i + 1, i


def _clause(parse: Parse) -> Iterator[str]:
    """Yield features of the main clause, subject and predicate each with its article, and of who speaks to whom."""
    root = next((i for i, dep in enumerate(parse.deps) if dep == "ROOT"), None)
    if root is None:
        return
    under, deps, words = parse.children, parse.deps, set(parse.words)
    subject = next((child for child in under[root] if deps[child] in _SUBJECTS), None)
    predicate = next((child for child in under[root] if child > root and deps[child] in _PREDICATES), None)
    verb = " ".join([parse.shapes[root], *(parse.words[child] for child in under[root] if deps[child] in ("aux", "auxpass", "neg"))])
    one, two = ("-" if i is None else f"{parse.shapes[i]} {next((parse.words[c] for c in under[i] if deps[c] in ('det', 'poss')), '-')}" for i in (subject, predicate))
    if predicate is not None:
        two = f"{deps[predicate]} {two} {' '.join(sorted({deps[c] for c in under[predicate]} & _ASIDES))}"
    first, second = (int(not words.isdisjoint(persons)) for persons in (_FIRST_PERSON, _SECOND_PERSON))
    yield from (f"clause {verb} {one}", f"clause {verb} {two}", f"clause {one}", f"clause {two}")
    yield from (f"first person {first}", f"second person {second}", f"root {parse.tags[root]}", f"person {first} {second} {parse.tags[root]}")


def candidates(parse: Parse) -> list[Span]:
    """Return the spans that may be a term: noun phrases without their articles, their heads, and words in a predicate.

    An adjective behind a copula ("a graph is *connected* if …"), an infinitive ("to *hedge* is to …") and a gerund count
    too, and a pronoun that can stand for a term.
    """
    words, pos, tags, deps, heads = parse.words, parse.pos, parse.tags, parse.deps, parse.heads
    found: set[Span] = set()
    for first, last, root in parse.chunks:
        if pos[root] == "PRON" and words[root] not in PRONOUNS:
            continue
        while first < last - 1 and (pos[first] in ("DET", "PRON", "PUNCT") or tags[first] in ("PRP$", "POS")):
            first += 1
        while last - 1 > first and pos[last - 1] == "PUNCT":
            last -= 1
        found.add((first, last))
        owned = next((i + 1 for i in range(last - 1, first, -1) if tags[i] == "POS"), None)
        if owned is not None and owned < last:
            first = owned  # "Bowlby's attachment theory"
            found.add((first, last))
        if last < len(words) and pos[last] == "ADP" and heads[last] == root:
            wider = next((end for start, end, _ in parse.chunks if start == last + 1), None)
            if wider is not None and (words[last] in _LINKS or wider - first <= _WIDE):
                found.add((first, wider))  # "margin of error"
    for i, dep in enumerate(deps):
        if (
            (pos[i] == "ADJ" and dep in ("acomp", "oprd", "attr"))
            or (tags[i] == "VB" and i and words[i - 1] == "to")
            or (tags[i] == "VBN" and (dep in ("oprd", "acomp") or any(deps[child] == "advcl" for child in parse.children[i])))
            or (tags[i] == "VBG" and dep in _GERUND_SLOTS)
        ):
            found.add((i, i + 1))
        elif pos[i] in _NOUNS and dep in _SLOTS:
            first = i
            while first and deps[first - 1] in ("compound", "amod", "nmod", "nummod", "punct") and first <= heads[first - 1] <= i:
                first -= 1
            found.add((first, i + 1))
    found.update(_runs(parse))
    found.update(_hyphened(parse))
    return sorted(span for span in found if span[1] - span[0] <= _LONG)


def _runs(parse: Parse) -> Iterator[Span]:
    """Yield spans that the words alone suggest, where the parser may be wrong: content words in a row, or a verb with its particle."""
    words, pos, tags = parse.words, parse.pos, parse.tags
    first = 0
    for i in range(len(words) + 1):
        if i < len(words) and (pos[i] in _CONTENT or (tags[i] == "HYPH" and first < i)):
            continue
        start = first
        first = i + 1
        if i < len(words) and words[i] in _PARTICLES and i > start and tags[i - 1] in ("VBG", "VB"):
            yield i - 1, i + 1
        for k in range(start, i):
            if parse.lemmas[k] in _NAMING or (tags[k] in ("CD", "LS") and k == start) or words[k] in _LABELS:
                start = k + 1
        if not start < i:
            continue
        yield start, i
        for k in range(start + 1, i):
            if tags[k] in _VERBS or (tags[k] in ("NNS", "VBN", "RB") and k == i - 1):
                yield start, k
                break


def _hyphened(parse: Parse) -> Iterator[Span]:
    """Yield words with hyphens between them, alone and with a noun behind: "p-value", "end-user licence"."""
    words, last = parse.words, 0
    for i in range(1, len(words) - 1):
        if words[i] != "-" or i < last:
            continue
        first, last = i - 1, i + 2
        while last + 1 < len(words) and words[last] == "-":
            last += 2
        yield first, last
        if last < len(words) and parse.pos[last] in ("NOUN", "PROPN"):
            yield first, last + 1


def describe(parse: Parse, span: Span) -> list[str]:
    """Return the names of the features of a term's slot: the words around it, its way to the root, its sisters."""
    first, last = span
    head, at, deps = parse.head(span), parse.at, parse.deps
    before, behind = [at(first - k) for k in (1, 2, 3)], [at(last + k) for k in range(4)]
    names = [f"before {' '.join(before[k::-1])}" for k in range(3)]
    names += [f"behind {' '.join(behind[: k + 1])}" for k in range(4)]
    names += [f"around {before[0]} _ {' '.join(behind[:k])}" for k in (1, 2, 4)]
    names.append(f"around {before[1]} {before[0]} _ {behind[0]}")
    chain = _chain(parse, head)
    names += [f"chain {' '.join(chain[:k])}" for k in _CHAINS]
    names += _sisters(parse, head)
    names += _words(parse, span)
    names += _said(parse, head)
    names += parse.clause
    own = " ".join(sorted({deps[child] for child in parse.children[head]}))
    open_brackets = sum((w == "(") - (w == ")") for w in parse.words[:first])
    names += [
        f"own {own}", f"own {deps[head]} {own}", f"tag {parse.tags[head]}", f"tag {parse.tags[head]} {deps[head]} {before[0]}", f"length {min(4, last - first)}", f"holds {int(last - 1 > head)} {before[0]} {behind[0]}",
        f"early {int(first < 3)} {deps[head]}", f"title {int(parse.titles[first])} {int(first < 2)}", f"upper {int(parse.uppers[last - 1])}",
        f"word {parse.lemmas[head]}", f"again {min(3, parse.words.count(parse.words[head]))}", f"bracket {int(open_brackets > 0)}",
    ]  # fmt: skip
    return names


def _said(parse: Parse, head: int) -> Iterator[str]:
    """Yield features of what is said of a term: how long the sentence is, whether it ends there, what narrows it, and of what sort its words are."""
    deps, tags, governor = parse.deps, parse.tags, parse.heads[head]
    size = f"size {min(8, sum(part != 'PUNCT' for part in parse.pos) // 3)}"
    yield from (size, f"{size} {deps[head]}")
    said = [child for child in parse.children[governor] if child > head and deps[child] in _SAID][:2]
    if not said:
        yield f"nothing said {deps[head]} {size}"
    for child in said:
        first, last = parse.lefts[child], parse.rights[child] + 1
        place, article = f"{deps[head]} {parse.shapes[governor]} {deps[child]}", parse.article(child)
        ends = int(all(part == "PUNCT" for part in parse.pos[last:]))
        yield from (f"ends {place} {ends}", f"ends {place} {ends} {min(6, (last - first) // 2)}", f"ends {article} {tags[child]} {ends} {size}")
        sorts = _SORTS.intersection(tags[first:last])
        yield from (f"said with {tag}" for tag in sorted(sorts))
        yield f"said with {article} {' '.join(sorted(sorts - _UNTOLD))}"
        narrowing = [i for i in parse.children[child] if i > child and deps[i] != "punct"]
        if not narrowing:
            yield f"narrowed by nothing {place} {article}"
        for i in narrowing:
            by = f"{deps[i]} {parse.words[i] if deps[i] in ('prep', 'agent', 'prt') else tags[i]}"
            yield from (f"narrowed {place} {by}", f"narrowed {article} {by}", f"narrowed {parse.lemmas[child]} {by}")
            if deps[i] == "prep":
                for k in parse.children[i]:
                    if deps[k] in ("pobj", "pcomp"):
                        yield from (f"narrowed by {by} {tags[k]} {parse.article(k)}", f"narrowed by {by} {tags[k]} {parse.article(k)} {ends}")
            elif deps[i] in ("relcl", "acl"):
                under = parse.children[i]
                relative = next((parse.words[k] for k in under if tags[k] in _RELATIVES), "-")
                subject = next((parse.pos[k] for k in under if deps[k] == "nsubj"), "-")
                yield from (f"narrowed by {relative} {tags[i]} {subject}", f"narrowed by {by} {article}")


def _words(parse: Parse, span: Span) -> list[str]:
    """Return features of the words next to a term, and of what it is made of."""
    first, last = span
    two, one, next_, then = (parse.lemmas[i] if 0 <= i < len(parse) else "-" for i in (first - 2, first - 1, last, last + 1))
    made = " ".join(parse.pos[first:last])
    return [
        f"lemma before {one}", f"lemma before {two} {one}", f"lemma behind {next_}", f"lemma behind {next_} {then}", f"lemma around {one} {next_}",
        f"made of {made}", f"made of {parse.at(first - 1)} {made} {parse.at(last)}",
        f"content {int(first > 0 and parse.pos[first - 1] in _CONTENT)} {int(last < len(parse) and parse.pos[last] in _CONTENT)}",
    ]  # fmt: skip


def _chain(parse: Parse, head: int) -> list[str]:
    """Return dependency, shape, dependency … on the way to the root."""
    chain = [parse.deps[head]]
    while parse.heads[head] != head and len(chain) < _CHAINS[-1]:
        head = parse.heads[head]
        chain += [parse.shapes[head], parse.deps[head]]
    return chain


def _sisters(parse: Parse, head: int) -> list[str]:
    """Return features of what governs a term and of what else it governs."""
    deps, governor = parse.deps, parse.heads[head]
    slot, verb = deps[head], parse.shapes[governor]
    sisters = [child for child in parse.children[governor] if deps[child] != "punct"]
    frame = " ".join("T" if child == head else deps[child] for child in sisters)[:80]
    lemma = parse.lemmas[governor]
    names = [f"frame {slot} {verb} {frame}", f"verb {slot} {lemma} {parse.tags[governor]}", f"verb {slot} {deps[governor]} {lemma}"]
    for child in sisters:
        if child == head:
            continue
        under = parse.children[child]
        article = next((parse.words[i] for i in under if deps[i] == "det"), "-")
        more = " ".join(sorted({deps[i] for i in under if deps[i] in ("relcl", "acl", "prep")}))
        place = f"{slot} {verb} {deps[child]}"
        names += [f"sister {place} {parse.shapes[child]}", f"sister {place} {parse.tags[child]} {article} {more}"]
        if deps[child] in ("attr", "dobj", "oprd"):
            names += [f"genus {slot} {parse.lemmas[child]}", *(f"adjective {parse.words[i]}" for i in under if deps[i] == "amod")]
    return names
