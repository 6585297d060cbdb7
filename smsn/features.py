"""From masked texts to named features.

Takes a batch of :class:`~smsn.masked.Masked` texts, gives :class:`Features`. A feature's name never says which
of the two terms it saw, only in what order: inside a feature the first mention is ``T``, and a later one ``T``
again or, if it is the other term, ``U``. Names are therefore the same when the terms change places, and
`lead`, the term that is ``T``, carries the direction. Names are 64-bit fingerprints, computed for all the
texts of a batch at once. Must not import spaCy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from smsn.cues import VIEW_CUES
from smsn.masked import Masked
from smsn.tokens import Tokens, Units, collapse, flatten
from smsn.vocabulary import TERM, Flags, Ints, Names, fingerprint

WORDS, SHAPES, PLAN, MOVES, BETWEEN = 3, 6, 8, 7, 12
"""Longest n-gram of words, of shapes, of the plan and of its moves; and most tokens between two mentions that are read as a path."""
NEAR, SKIPS = 5, 3
"""How far from a mention its neighbours are read, and how many function words lie at most from one to the next of a pair."""

GROUPS = {"words": 1.0, "shapes": 0.7, "between": 1.0, "cues": 1.5, "near": 1.0, "pairs": 1.0, "places": 1.0, "plan": 1.0, "moves": 1.0, "whole": 1.0}
"""The groups of features, and how much an occurrence of each weighs: chosen on comments of writers that the model had not seen."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying loses nothing; 2**64 over the golden ratio
_T, _U, _FOCUS = fingerprint("T"), fingerprint("U"), fingerprint("*")


@dataclass(frozen=True, slots=True)
class Features:
    """The feature occurrences of a batch of comments: parallel arrays, one entry an occurrence.

    `names` are fingerprints; `groups` places in ``GROUPS``; `parts` the parts of the comments that they are in; `first` and `last`
    (exclusive) the tokens, counted through the batch, equal for a feature of the whole comment; `leads` the term (0 or 1) of the
    first mention inside, -1 without one. The parts of a comment are its sentences and then, without a token of its own, the
    whole: `owners` says whose each part is, `starts` where its tokens begin. `offsets`, of shape (comments + 1,), says where each comment's begin.
    """

    names: Names
    groups: Ints
    parts: Ints
    first: Ints
    last: Ints
    leads: Ints
    owners: Ints
    starts: Ints
    offsets: Ints

    @property
    def rows(self) -> Ints:
        """The comment of each occurrence."""
        return self.owners[self.parts]

    def __len__(self) -> int:
        """Return the number of comments."""
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True)
class _Found:
    """Occurrences of one group: names, tokens, leads, and the sentence of each."""

    group: str
    names: Names
    first: Ints
    last: Ints
    leads: Ints
    sentence: Ints


def extract(texts: Masked) -> Features:
    """Return every feature occurrence of a batch of masked texts.

    Groups: word n-grams; n-grams of collapsed shapes (function words and cue lemmas kept, runs of content
    words as one class); what stands between two neighbouring mentions; cues; words near a mention; pairs of function
    words a few apart; words by the place of their sentence; the plan of the comment (which terms each sentence names, in what
    order) and its moves (what follows each mention); the comment as a whole. Most features of a question have names of their own;
    shapes, paths and cues of the sentences that name both terms count once more, under other names.

    Parameters
    ----------
    texts : Masked
        From :func:`smsn.masked.mask`.

    Returns
    -------
    Features
        The features of a text do not depend on the other texts of the batch.
    """
    tokens = flatten(texts)
    units = collapse(tokens)
    structure = [*_shapes(tokens, units), *_between(tokens, units), _cues(texts, tokens)]
    parts = [*_words(tokens), *structure, *_near(tokens), *_pairs(tokens), _places(tokens), *_moves(tokens)]
    plan = [*_plan(tokens, len(texts))]
    parts += [_in_focus(part, tokens.focus[part.sentence]) for part in structure]
    names, rows = _whole(texts, tokens)
    everywhere = np.concatenate([*(row for _names, row, _leads in plan), rows])
    nowhere = tokens.offsets[everywhere]
    owners = np.sort(np.concatenate([tokens.row, np.arange(len(texts))]))
    wholes = np.flatnonzero(np.diff(owners, append=len(texts)))  # the last part of each comment
    starts = np.zeros(len(owners), np.int64)
    starts[wholes] = tokens.offsets[1:]
    starts[np.arange(len(tokens.row)) + tokens.row] = tokens.first
    numbers = {group: number for number, group in enumerate(GROUPS)}
    return Features(
        np.concatenate([*(p.names for p in parts), *(n for n, _rows, _leads in plan), names]),
        np.concatenate(
            [*(np.full(len(p.names), numbers[p.group]) for p in parts), *(np.full(len(n), numbers["plan"]) for n, *_ in plan), np.full(len(rows), numbers["whole"])]
        ),
        np.concatenate([*(p.sentence + tokens.row[p.sentence] for p in parts), wholes[everywhere]]),
        np.concatenate([*(p.first for p in parts), nowhere]),
        np.concatenate([*(p.last for p in parts), nowhere]),
        np.concatenate([*(p.leads for p in parts), *(leads for *_, leads in plan), np.full(len(rows), -1)]),
        owners,
        starts,
        tokens.offsets,
    )


def _seeds(name: str, asked: Flags) -> Names:
    """Return the beginning of each name of one group: questions have names of their own."""
    return np.where(asked, fingerprint(f"?{name}"), fingerprint(name))


def _ngrams(group: str, tokens: Names, terms: Ints, stops: Ints, asked: Flags, longest: int) -> Iterator[tuple[Names, Ints, Ints, Ints]]:
    """Yield names, first tokens, last tokens and leads of all n-grams, n by n; none reaches beyond its `stops`."""
    starts = np.arange(len(tokens))
    names, leads = _seeds(group, asked), np.full(len(tokens), -1)
    for n in range(longest):
        inside = starts + n < stops[starts]
        starts, names, leads = starts[inside], names[inside], leads[inside]
        term = terms[starts + n]
        leads = np.where((leads < 0) & (term >= 0), term, leads)
        names = names * _PRIME + np.where(term < 0, tokens[starts + n], np.where(term == leads, _T, _U))
        yield names, starts, starts + n, leads


def _words(tokens: Tokens) -> Iterator[_Found]:
    stops, asked = tokens.last[tokens.sentence], tokens.question[tokens.sentence]
    for names, first, last, leads in _ngrams("w", tokens.words, tokens.terms, stops, asked, WORDS):
        yield _Found("words", names, first, last + 1, leads, tokens.sentence[first])


def _shapes(tokens: Tokens, units: Units) -> Iterator[_Found]:
    asked = tokens.question[units.sentence]
    for names, first, last, leads in _ngrams("s", units.shapes, units.terms, units.stops, asked, SHAPES):
        yield _Found("shapes", names, units.first[first], units.last[last], leads, units.sentence[first])


def _between(tokens: Tokens, units: Units) -> Iterator[_Found]:
    """Yield the path between each two neighbouring mentions of a sentence, and its function words one by one."""
    places = np.flatnonzero(tokens.terms >= 0)
    i, j = places[:-1], places[1:]
    same = tokens.sentence[i] == tokens.sentence[j]
    i, j = i[same], j[same]
    sentence, leads = tokens.sentence[i], tokens.terms[i]
    mark = np.where(tokens.terms[j] == leads, _T, _U)
    seeds = {kind: _seeds(f"b {kind}", tokens.question[sentence]) * _PRIME + mark for kind in ("far", "path", "word")}
    far = j - i - 1 > BETWEEN
    yield _Found("between", seeds["far"][far], i[far], j[far] + 1, leads[far], sentence[far])
    i, j, sentence, leads = i[~far], j[~far], sentence[~far], leads[~far]
    paths, words = seeds["path"][~far], seeds["word"][~far]
    for step in range(1, BETWEEN + 1):
        at = units.of_token[i] + step
        inside = at < units.of_token[j]
        if not inside.any():
            break
        paths[inside] = paths[inside] * _PRIME + units.shapes[at[inside]]
        plain = inside.copy()
        plain[inside] = ~units.content[at[inside]]
        spot = at[plain]
        names = words[plain] * _PRIME + units.shapes[spot]
        yield _Found("between", names, units.first[spot], units.last[spot], leads[plain], sentence[plain])
    yield _Found("between", paths, i, j + 1, leads, sentence)


def _near(tokens: Tokens) -> Iterator[_Found]:
    """Yield the words up to ``NEAR`` tokens before and after each mention, whatever stands between."""
    mentions = np.flatnonzero(tokens.terms >= 0)
    sentence, leads = tokens.sentence[mentions], tokens.terms[mentions]
    for side in (-1, 1):
        seeds = _seeds("k <" if side < 0 else "k >", tokens.question[sentence])
        for step in range(1, NEAR + 1):
            at = mentions + side * step
            inside = (at >= tokens.first[sentence]) & (at < tokens.last[sentence])
            spot, lead = at[inside], leads[inside]
            word = np.where(tokens.terms[spot] < 0, tokens.words[spot], np.where(tokens.terms[spot] == lead, _T, _U))
            yield _Found("near", seeds[inside] * _PRIME + word, spot, spot + 1, lead, sentence[inside])


def _pairs(tokens: Tokens) -> Iterator[_Found]:
    """Yield ordered pairs of function words, cue lemmas and mentions, up to ``SKIPS`` of them apart, over any content words."""
    plain = np.flatnonzero(~tokens.content)
    for step in range(1, SKIPS + 1):
        i, j = plain[:-step], plain[step:]
        same = tokens.sentence[i] == tokens.sentence[j]
        i, j = i[same], j[same]
        one, two = tokens.terms[i], tokens.terms[j]
        leads = np.where(one >= 0, one, two)
        head = np.where(one < 0, tokens.shapes[i], _T)
        tail = np.where(two < 0, tokens.shapes[j], np.where(two == leads, _T, _U))
        names = (_seeds("o", np.zeros(len(i), bool)) * _PRIME + head) * _PRIME + tail
        yield _Found("pairs", names, i, j + 1, leads, tokens.sentence[i])


def _places(tokens: Tokens) -> _Found:
    """Return each word with how many terms its sentence names and, if any, whether that is the first, the last or another."""
    sentence = tokens.sentence
    begins = np.flatnonzero(np.diff(tokens.row, prepend=-1))
    ends = np.append(begins[1:], len(tokens.row)) - 1
    place = np.full(len(tokens.row), 2)
    place[ends[: len(begins)]], place[begins] = 3, 1
    code = np.where(tokens.named > 0, 4 * tokens.named + place, 0)
    seeds = np.array([fingerprint(f"z {n}") for n in range(12)], np.uint64)[code][sentence]
    names = seeds * _PRIME + np.where(tokens.terms < 0, tokens.words, _T)
    everywhere = np.arange(len(sentence))
    return _Found("places", names, everywhere, everywhere + 1, np.full(len(sentence), -1), sentence)


def _plan(tokens: Tokens, size: int) -> Iterator[tuple[Names, Ints, Ints]]:
    """Yield names, rows and leads of n-grams over the plan: for each sentence where its first mention stands, and the terms in their order.

    Sentences without a mention are one mark, however many follow one another; so are mentions of one term.
    """
    count = len(tokens.row)
    mentions = np.flatnonzero(tokens.terms >= 0)
    sentence, terms = tokens.sentence[mentions], tokens.terms[mentions]
    other = np.ones(len(mentions), bool)
    other[1:] = (sentence[1:] != sentence[:-1]) | (terms[1:] != terms[:-1])
    mentions, sentence, terms = mentions[other], sentence[other], terms[other]
    opens = np.diff(sentence, prepend=-1) > 0
    early = np.zeros(count, bool)
    early[sentence[opens]] = mentions[opens] - tokens.first[sentence[opens]] < 3
    empty = tokens.named == 0
    again = np.zeros(count, bool)
    again[1:] = empty[1:] & empty[:-1] & (tokens.row[1:] == tokens.row[:-1])
    number = np.arange(count)
    named, bare, rows = number[~empty], number[empty & ~again], np.arange(size)
    marks = {name: fingerprint(name) for name in "<>^.|?-"}
    begin = np.where(early[named], marks["^"], marks["."])
    close = np.where(tokens.question[named], marks["?"], marks["|"])
    row = np.concatenate([rows, tokens.row[named], tokens.row[sentence], tokens.row[named], tokens.row[bare], rows])
    place = np.concatenate([np.full(size, -1), named, sentence, named, bare, np.full(size, count)])
    order = np.repeat([0, 0, 1, 2, 0, 0], [size, len(named), len(sentence), len(named), len(bare), size])
    names = np.concatenate([np.full(size, marks["<"]), begin, np.full(len(sentence), _T), close, np.full(len(bare), marks["-"]), np.full(size, marks[">"])])
    term = np.full(len(names), -1)
    term[order == 1] = terms
    sort = np.lexsort((np.arange(len(names)), order, place, row))
    row, names, term = row[sort], names[sort], term[sort]
    stops = np.cumsum(np.bincount(row, minlength=size))[row]
    for found, first, _last, leads in _ngrams("k", names, term, stops, np.zeros(len(names), bool), PLAN):
        yield found, row[first], leads


def _moves(tokens: Tokens) -> Iterator[_Found]:
    """Yield n-grams over the moves of the comment: each mention, the function word behind it, and where sentences end."""
    terms, sentence, size = tokens.terms, tokens.sentence, len(tokens.terms)
    mentions = np.flatnonzero(terms >= 0)
    twice = np.zeros(len(mentions), bool)
    twice[1:] = (np.diff(mentions) == 1) & (terms[mentions[1:]] == terms[mentions[:-1]]) & (sentence[mentions[1:]] == sentence[mentions[:-1]])
    mentions = mentions[~twice]
    behind = mentions[mentions + 1 < size] + 1
    behind = behind[(terms[behind] < 0) & (sentence[behind] == sentence[behind - 1])]
    word = np.where(tokens.content[behind], fingerprint("_"), tokens.shapes[behind])
    close = np.where(tokens.named == 0, fingerprint("-"), np.where(tokens.question, fingerprint("?"), fingerprint("|")))
    at = np.concatenate([mentions, behind, tokens.last - 1])
    sort = np.argsort(2 * at + np.repeat([0, 0, 1], [len(mentions), len(behind), len(close)]), kind="stable")
    at = at[sort]
    names = np.concatenate([np.full(len(mentions), _T), word, close])[sort]
    term = np.concatenate([terms[mentions], np.full(len(behind) + len(close), -1)])[sort]
    row = tokens.row[sentence[at]]
    stops = np.cumsum(np.bincount(row))[row]
    for found, first, last, leads in islice(_ngrams("m", names, term, stops, np.zeros(len(names), bool), MOVES), 2, None):
        yield _Found("moves", found, at[first], at[last] + 1, leads, sentence[at[first]])


def _cues(texts: Masked, tokens: Tokens) -> _Found:
    """Return the cues of every sentence, with the number of mentions and a "not" before them in their name."""
    out: list[tuple[np.uint64, int, int, int, int]] = []
    words, terms = texts.words, texts.terms.tolist()
    columns = (column.tolist() for column in (texts.first, texts.last, texts.question))
    for number, (first, last, question, called) in enumerate(zip(*columns, tokens.cues, strict=True)):
        if called:
            _cues_of(words[first:last], terms[first:last], first, called, number, question, out)
    names, *rest = zip(*out, strict=True) if out else ((), (), (), (), ())
    return _Found("cues", np.array(names, np.uint64), *(np.array(column, np.int64) for column in rest))


def _cues_of(
    words: list[str], terms: list[int], offset: int, called_for: int, sentence: int, asked: bool, out: list[tuple[np.uint64, int, int, int, int]]
) -> None:
    line = f" {' '.join(words)} ".replace(TERM[0], "T").replace(TERM[1], "T")
    while called_for:
        cue = VIEW_CUES[(called_for & -called_for).bit_length() - 1]
        called_for &= called_for - 1
        match = cue.match(line)
        if match is None:
            continue
        i = line.count(" ", 0, match.start())
        j = line.count(" ", 0, match.end())
        before = [t for t in terms[:i] if t >= 0]
        inside = [t for t in terms[i:j] if t >= 0]
        lead, mark = -1, ""
        if before or inside:
            lead = before[-1] if before else inside[0]
            rest = inside if before else inside[1:]
            mark = "TT" if rest and rest[-1] == lead else "TU" if rest else "T"
        ahead = words[max(0, i - 3) : i]
        bare, marked = _cue_names(cue.name, asked, "not" in ahead or "never" in ahead, mark)
        out.append((bare, offset + i, offset + j, -1, sentence))
        out.append((marked, offset + i, offset + j, lead, sentence))


@lru_cache(maxsize=1 << 12)
def _cue_names(cue: str, asked: bool, negated: bool, mark: str) -> tuple[np.uint64, np.uint64]:
    name = f"{'?' if asked else ''}c {cue}{'!' if negated else ''}"
    return fingerprint(name), fingerprint(f"{name} {mark}")


def _in_focus(part: _Found, kept: Flags) -> _Found:
    """Return the occurrences in the sentences that matter most, under other names."""
    names = (part.names[kept] ^ _FOCUS) * _PRIME
    return _Found(part.group, names, part.first[kept], part.last[kept], part.leads[kept], part.sentence[kept])


def _whole(texts: Masked, tokens: Tokens) -> tuple[Names, Ints]:
    """Return what holds of each comment as a whole: how long it is, how often it names which terms."""
    size = len(texts)
    sizes = np.diff(tokens.offsets)
    row = np.repeat(np.arange(size), sizes)
    counts = np.array([np.bincount(row[tokens.terms == term], minlength=size) for term in (0, 1)])
    together = np.bincount(tokens.row[tokens.named == 2], minlength=size)
    questions, sentences = np.bincount(tokens.row[tokens.question], minlength=size), np.bincount(tokens.row, minlength=size)
    told = {
        "length": np.minimum(np.ceil(np.log2(sizes + 1)).astype(np.int64), 7),
        "named": (counts > 0).sum(axis=0),
        "least": np.minimum(counts.min(axis=0), 4),
        "together": np.minimum(together, 3),
        "questions": 4 * np.minimum(questions, 2) + np.minimum(sentences, 3),
        "quoted": np.minimum(np.bincount(row[texts.quoted], minlength=size), 1),
    }
    names = [np.array([fingerprint(f"g {name} {n}") for n in range(12)], np.uint64)[values] for name, values in told.items()]
    return np.concatenate(names), np.tile(np.arange(size), len(told))
