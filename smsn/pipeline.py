"""The spaCy components: ``smsn_terms`` and ``smsn_definitions``.

Thin wrappers around :func:`smsn.terms.find_mentions` and :func:`smsn.definitions.find_definitions`. They leave only
span groups and primitives on the Doc, so that it survives ``to_bytes``, ``DocBin`` and ``n_process=2``.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from smsn.definitions import DefinitionFinder, find_definitions
from smsn.errors import PairError
from smsn.records import Definition
from smsn.terms import Pair, find_mentions

TERMS = "smsn_terms"
DEFINITIONS = "smsn_definitions"
DEFINIENDA = "smsn_definienda"
DEFINIENTIA = "smsn_definientia"
"""Names of the span groups; the last three are parallel: sentence, definiendum, definiens."""


class Terms:
    """Marks the mentions of the two terms in ``doc.spans["smsn_terms"]``, each labelled with its term.

    Parameters
    ----------
    pair : list of str
        The two terms; ``doc._.smsn_pair`` of a Doc goes before it.
    aliases : list of [term, alias]
        Further names.
    """

    def __init__(self, pair: list[str], aliases: list[list[str]]) -> None:
        self.pair = Pair.of(pair).with_aliases([(a[0], a[1]) for a in aliases]) if pair else None

    def __call__(self, doc: Doc) -> Doc:
        """Return `doc` with its mentions marked.

        Raises
        ------
        PairError
            If neither the component nor the Doc has a pair.
        """
        pair = Pair.of(doc._.smsn_pair) if doc._.smsn_pair else self.pair
        if pair is None:
            raise PairError(
                'smsn_terms has no pair. Add it with: nlp.add_pipe("smsn_terms", config={"pair": ["A", "B"]})'
            )
        spans = []
        for mention in find_mentions(doc.text, pair):
            span = doc.char_span(mention.start, mention.end, label=pair.terms[mention.term], alignment_mode="expand")
            if span is not None:
                spans.append(span)
        doc.spans[TERMS] = SpanGroup(doc, name=TERMS, attrs={"pair": list(pair.terms)}, spans=spans)
        return doc


class Definitions:
    """Finds definitions and keeps them as three parallel span groups; ``doc._.smsn_definitions`` reads them back.

    A Doc that the pipeline has parsed is used as it is. Any other is parsed by smsn's own parser: with ``smsn_terms``
    only the sentences that may define something. What is defined are the terms of ``smsn_terms`` or, without them, any
    term, as the `profile` ("strict" or "broad") has it.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("smsn_terms", config={"pair": ["wiki", "forum"]})
    >>> _ = nlp.add_pipe("smsn_definitions")
    >>> [(d.term, d.genus) for d in nlp("A wiki is a website that its readers edit.")._.smsn_definitions]
    [('wiki', 'website')]
    """

    def __init__(self, profile: str = "strict") -> None:
        self.finder = DefinitionFinder(profile=profile)

    def __call__(self, doc: Doc) -> Doc:
        """Return `doc` with its definitions marked."""
        pair = doc.spans[TERMS].attrs.get("pair") if TERMS in doc.spans else None
        if len(doc) and doc.has_annotation("DEP") and doc.has_annotation("TAG"):
            found = find_definitions(doc, pair, self.finder.profile, self.finder.scorer)
        else:
            found = list(self.finder(doc.text, pair))
        _keep(doc, found)
        return doc


def _keep(doc: Doc, found: list[Definition]) -> None:
    def span(start: int, end: int, label: str) -> Span:
        made = doc.char_span(start, end, label=label, alignment_mode="expand")
        if made is None:
            raise ValueError(f"characters {start}-{end} are outside the Doc of {len(doc.text)} characters")
        return made

    attrs: dict[str, Any] = {
        "definitions": [
            [d.start, d.end, *d.term_span, *d.definiens_span, d.rule, d.probability, *d.genus_all] for d in found
        ]
    }
    sentences = [span(d.start, d.end, d.kind) for d in found]
    doc.spans[DEFINITIONS] = SpanGroup(doc, name=DEFINITIONS, attrs=attrs, spans=sentences)
    doc.spans[DEFINIENDA] = SpanGroup(doc, name=DEFINIENDA, spans=[span(*d.term_span, d.term) for d in found])
    doc.spans[DEFINIENTIA] = SpanGroup(doc, name=DEFINIENTIA, spans=[span(*d.definiens_span, d.kind) for d in found])


def definitions_of(doc: Doc) -> list[Definition]:
    """Return the definitions that ``smsn_definitions`` left on a Doc."""
    if DEFINITIONS not in doc.spans:
        return []
    rows = doc.spans[DEFINITIONS].attrs["definitions"]
    found = []
    for sentence, definiendum, row in zip(doc.spans[DEFINITIONS], doc.spans[DEFINIENDA], rows, strict=True):
        start, end, term_start, term_end, first, last, rule, probability, *genus = row
        found.append(
            Definition(
                term=definiendum.label_,
                start=start,
                end=end,
                term_span=(term_start, term_end),
                definiens_span=(first, last),
                genus=genus[0] if genus else None,
                kind=sentence.label_,
                rule=rule,
                probability=probability,
                genus_all=tuple(genus),
            )
        )
    return found


@Language.factory("smsn_terms", default_config={"pair": [], "aliases": []}, assigns=["doc.spans"])
def make_terms(nlp: Language, name: str, pair: list[str], aliases: list[list[str]]) -> Terms:
    """Return the component ``smsn_terms``: where the text speaks of the two terms."""
    return Terms(pair, aliases)


@Language.factory("smsn_definitions", default_config={"profile": "strict"}, assigns=["doc.spans"])
def make_definitions(nlp: Language, name: str, profile: str) -> Definitions:
    """Return the component ``smsn_definitions``: the definitions that the text gives."""
    return Definitions(profile)


if not Doc.has_extension("smsn_pair"):
    Doc.set_extension("smsn_pair", default=None)
if not Doc.has_extension("smsn_definitions"):
    Doc.set_extension("smsn_definitions", getter=definitions_of)
