"""A glossary to the formats of terminology: SKOS in Turtle, TBX-Basic in XML.

Takes the entries of a glossary, writes one file. A term that nothing says what it is, only what it is not, is left
out. rdflib and lxml load when a file of theirs is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from smsn.errors import InputError, OutputError
from smsn.glossary import Entry
from smsn.version import __version__

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.graph import _PredicateType
    from rdflib.term import Node, URIRef

SUFFIXES = {".ttl": "ttl", ".tbx": "tbx"}

BASE = "urn:smsn:"
"""Where the IRIs of concepts begin if nothing else is asked for."""

LANGUAGE = "en"
"""Language of every label and definition: smsn reads no other."""

_IN_ENGLISH = {"{http://www.w3.org/XML/1998/namespace}lang": LANGUAGE}
_NEEDS = {"ttl": ("rdflib", "SKOS"), "tbx": ("lxml", "TBX")}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class About:
    """What an export says of itself.

    Parameters
    ----------
    title : str
        What was read.
    made_by : str
        Model and profile that chose the definitions.
    base : str
        Where the IRIs of SKOS concepts begin.
    """

    title: str
    made_by: str
    base: str = BASE


def check_export(path: str, format: str) -> None:
    """Check that the library that writes `format` is there.

    Raises
    ------
    OutputError
        If it is not.
    """
    library, name = _NEEDS[format]
    if find_spec(library) is None:
        raise OutputError(f"{path}: {name} is written with {library}, which is not installed. Run: pip install 'smsn[glossary]'")


def base_iri(given: str) -> str:
    """Return the base of IRIs, ended so that a name can follow.

    Raises
    ------
    InputError
        If it is no absolute IRI.

    Examples
    --------
    >>> base_iri("https://example.org/terms"), base_iri("urn:smsn:")
    ('https://example.org/terms/', 'urn:smsn:')
    """
    if not _SCHEME.match(given) or _NO_IRI.search(given):
        raise InputError(f"the base IRI is {given!r}, which is no absolute IRI. Write one such as --base-iri https://example.org/terms/")
    return given if given.endswith(("/", "#", ":")) else f"{given}/"


def write_export(entries: Iterable[Entry], about: About, format: str, file: BinaryIO) -> None:
    """Write the entries that have definitions in `format`, one of the values of `SUFFIXES`."""
    write = write_skos if format == "ttl" else write_tbx
    write([entry for entry in entries if entry.definientia], about, file)


def clean(text: str) -> str:
    r"""Return `text` on one line, with U+FFFD for each character that XML 1.0 forbids.

    >>> clean("a\0b\n c")
    'a\ufffdb c'
    """
    return " ".join(_NO_XML.sub("\ufffd", text).split())


def write_skos(entries: list[Entry], about: About, file: BinaryIO) -> None:
    """Write a SKOS concept scheme in Turtle, each entry a concept, in the order of the entries.

    Parameters
    ----------
    entries : list of Entry
        Terms with their definitions.
    about : About
        Title, origin and base of the IRIs. A concept's IRI is the base and the term's key, quoted as in a URL.
    file : binary file
        Takes UTF-8.

    References
    ----------
    Miles and Bechhofer (2009), SKOS Simple Knowledge Organization System Reference, W3C.
    """
    from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

    graph = Graph()
    graph.bind("dcterms", DCTERMS)
    scheme = URIRef(f"{about.base}_glossary")  # which no key can be: keys hold no underscore
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(clean(about.title), lang=LANGUAGE)))
    graph.add((scheme, DCTERMS.creator, Literal(clean(f"smsn {__version__}, {about.made_by}"))))
    concepts = {entry.key: URIRef(about.base + quote(entry.key.encode("utf-8", "surrogatepass"), safe="")) for entry in entries}
    labels = {entry.key: clean(entry.term) for entry in entries}
    above = broader_terms(entries)
    for entry in entries:
        concept = concepts[entry.key]
        graph.add((concept, RDF.type, SKOS.Concept))
        graph.add((concept, SKOS.inScheme, scheme))
        graph.add((concept, SKOS.prefLabel, Literal(labels[entry.key], lang=LANGUAGE)))
        for label in alternative_labels(entry, labels):
            graph.add((concept, SKOS.altLabel, Literal(label, lang=LANGUAGE)))
        for definiens in entry.definientia:
            graph.add((concept, SKOS.definition, Literal(clean(definiens.text), lang=LANGUAGE)))
        for key in above[entry.key]:
            graph.add((concept, SKOS.broader, concepts[key]))
        graph.add((concept, SKOS.note, Literal(clean(entry.line()), lang=LANGUAGE)))
        for row in entry.rows:
            graph.add((concept, DCTERMS.source, Literal(clean(row) if isinstance(row, str) else row)))
    _serialize(graph, [scheme, *concepts.values()], file)


def _serialize(graph: Graph, subjects: list[URIRef], file: BinaryIO) -> None:
    """Write a graph as Turtle in the order in which it was made, which rdflib by itself sorts away."""
    from rdflib import SKOS
    from rdflib.plugins.serializers.turtle import TurtleSerializer

    class InOrder(TurtleSerializer):
        def orderSubjects(self) -> Any:
            return subjects

        def sortProperties(self, properties: Mapping[_PredicateType, list[Node]]) -> list[_PredicateType]:
            return list(properties)

    graph.bind("skos", SKOS)
    InOrder(graph).serialize(file, encoding="utf-8")


def alternative_labels(entry: Entry, labels: Mapping[str, str]) -> list[str]:
    """Return the labels of an entry beside its own: other spellings, then terms of the glossary that mean the same.

    Parameters
    ----------
    entry : Entry
        A term.
    labels : mapping
        The label of each term of the glossary by its key.
    """
    found = [clean(spelling) for spelling in entry.spellings]
    found += [labels[key] for key in entry.synonyms if key in labels]
    return [label for label in dict.fromkeys(found) if label != labels[entry.key]]


def broader_terms(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Return the keys of the terms directly above each term, most frequent first, without a circle.

    Terms come in the order given; an edge that would close a circle is left out, so that of "a wiki is a website"
    and "a website is a wiki" the one of the more defined term stands.
    """
    entries = list(entries)
    there = {entry.key for entry in entries}
    above: dict[str, list[str]] = {key: [] for key in there}
    for entry in entries:
        for key in entry.broader:
            if key in there and entry.key not in _ancestors(key, above):
                above[entry.key].append(key)
    return above


def _ancestors(key: str, above: Mapping[str, list[str]]) -> set[str]:
    """Return a key and all that stand above it."""
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += above[one]
    return seen


def write_tbx(entries: list[Entry], about: About, file: BinaryIO) -> None:
    """Write a TBX-Basic termbase, each entry a concept with its definitions and its terms.

    It is the form of ISO 30042:2008 (``<martif type="TBX">``), which more programs read than that of 2019.

    Parameters
    ----------
    entries : list of Entry
        Terms with their definitions.
    about : About
        Title and origin.
    file : binary file
        Takes UTF-8.

    References
    ----------
    ISO 30042:2008, Systems to manage terminology, knowledge and content: TermBase eXchange (TBX).
    """
    from lxml import etree

    root = etree.Element("martif", {"type": "TBX", **_IN_ENGLISH})
    root.append(_header(about))
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    labels = {entry.key: clean(entry.term) for entry in entries}
    for number, entry in enumerate(entries, 1):
        concept = etree.SubElement(body, "termEntry", {"id": f"c{number}"})
        _fill(etree.SubElement(concept, "langSet", _IN_ENGLISH), entry, labels)
    etree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _header(about: About) -> Any:
    made_by = f"smsn {__version__}, {about.made_by}"
    return _tree(
        ("martifHeader", {}, [
            ("fileDesc", {}, [
                ("titleStmt", {}, [("title", {}, about.title)]),
                ("sourceDesc", {}, [("p", {}, made_by)]),
            ]),
            ("encodingDesc", {}, [("p", {"type": "XCSURI"}, "TBXBasicXCSV02.xcs")]),
        ])
    )  # fmt: skip


def _fill(parent: Any, entry: Entry, labels: Mapping[str, str]) -> None:
    """Put the definitions and the terms of an entry into its language section, in the order that TBX asks for."""
    for definiens in entry.definientia:
        source = ", ".join(map(str, definiens.rows)) + (" …" if definiens.count > len(definiens.rows) > 0 else "")
        said = [("descrip", {"type": "definition"}, definiens.text)]
        _tree(("descripGrp", {}, [*said, *([("admin", {"type": "source"}, source)] if source else [])]), parent)
    for term in (labels[entry.key], *alternative_labels(entry, labels)):
        _tree(("tig", {}, [("term", {}, term)]), parent)


def _tree(node: tuple[str, dict[str, str], Any], parent: Any = None) -> Any:
    """Return an element made of ``(tag, attributes, text or children)``, below `parent` if there is one."""
    from lxml import etree

    tag, attributes, inner = node
    element = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
    if isinstance(inner, str):
        element.text = clean(inner)
    else:
        for child in inner:
            _tree(child, element)
    return element
