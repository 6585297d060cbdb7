"""SKOS and TBX hold what the glossary holds, and programs that know the formats can read it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef
from test_glossary import defined, of, wiki
from translate.storage import tbx

from smsn import exports
from smsn.errors import InputError, OutputError
from smsn.exports import About, base_iri, broader_terms, check_export, clean, write_export

ABOUT = About("Definitions in a.csv", "definitions-3, profile strict")


def written(made, format, about=ABOUT):
    file = io.BytesIO()
    write_export(made.entries(), about, format, file)
    return file.getvalue().decode("utf-8")


def graph(made, about=ABOUT):
    return Graph().parse(data=written(made, "ttl", about), format="turtle")


def texts(found, concept, predicate):
    return {str(value) for value in found.objects(URIRef(f"urn:smsn:{concept}"), predicate)}


def blog(definiens, genus, kind="genus"):
    return defined(f"I say a blog is {definiens}.", "blog", definiens, genus, kind)


@pytest.fixture
def made():
    return of(
        wiki("website"), wiki("website"), wiki("tool", probability=0.99),
        defined("So a website is a place.", "website", "a place", "place"),
        blog("a website with posts", "website"), blog("the same as a web log", None, "synonym"),
        defined("So Web-Logs are diaries.", "Web-Logs", "diaries", "diary"),
        defined("So web logs are diaries.", "web logs", "diaries", "diary"),
        defined("So a diary is not a book.", "diary", "a book", "book", "contrast"),
    )  # fmt: skip


def test_skos_read_back(made):
    found = graph(made)
    (scheme,) = found.subjects(RDF.type, SKOS.ConceptScheme)
    assert found.value(scheme, DCTERMS.title) == Literal("Definitions in a.csv", lang="en")
    assert "definitions-3, profile strict" in found.value(scheme, DCTERMS.creator)
    concepts = {str(concept) for concept in found.subjects(RDF.type, SKOS.Concept)}
    assert concepts == {f"urn:smsn:{name}" for name in ("wiki", "website", "blog", "web%20log")}
    assert all(found.value(URIRef(concept), SKOS.inScheme) == scheme for concept in concepts)
    assert found.value(URIRef("urn:smsn:wiki"), SKOS.prefLabel) == Literal("wiki", lang="en")
    assert texts(found, "wiki", SKOS.definition) == {"a website", "a tool"}
    assert texts(found, "wiki", SKOS.broader) == texts(found, "blog", SKOS.broader) == {"urn:smsn:website"}
    assert texts(found, "website", SKOS.broader) == set()
    assert texts(found, "web%20log", SKOS.prefLabel) == texts(found, "blog", SKOS.altLabel) == {"web logs"}
    assert texts(found, "web%20log", SKOS.altLabel) == {"Web-Logs"}
    assert set(found.objects(URIRef("urn:smsn:wiki"), DCTERMS.source)) == {Literal(1), Literal(2), Literal(3)}
    assert texts(found, "wiki", SKOS.note) == {"wiki is a: website 2, tool 1"}
    assert len(list(found.subject_objects(SKOS.prefLabel))) == len(concepts)


def test_skos_stands_in_the_order_of_the_glossary(made):
    turtle = written(made, "ttl")
    places = [turtle.index(f"\n<urn:smsn:{name}>") for name in ("_glossary", "wiki", "blog", "web%20log", "website")]
    assert places == sorted(places)
    assert turtle.index('"a website"@en') < turtle.index('"a tool"@en')
    assert turtle == written(made, "ttl")


def test_the_base_of_iris_can_be_set(made):
    about = About("x", "y", base_iri("https://example.org/terms"))
    assert URIRef("https://example.org/terms/web%20log") in set(graph(made, about).subjects())


@pytest.mark.parametrize("given", ["", "terms", "/terms/", "urn:a b", "https://example.org/<x>", "urn:\ud800", "ü:"])
def test_a_base_that_is_no_iri_is_an_error(given):
    with pytest.raises(InputError, match="no absolute IRI"):
        base_iri(given)


def test_broader_terms_run_in_no_circle():
    made = of(
        wiki("blog"), wiki("blog"), wiki("wiki"), blog("a diary", "diary"), blog("a wiki", "wiki"),
        defined("So a diary is a wiki.", "diary", "a wiki", "wiki"),
    )  # fmt: skip
    assert broader_terms(made.entries()) == {"wiki": ["blog"], "blog": ["diary"], "diary": []}


def test_tbx_read_back(made):
    text = written(made, "tbx")
    store = tbx.tbxfile.parsestring(text.encode("utf-8"))
    units = {unit.source: unit for unit in store.units}
    assert list(units) == ["wiki", "blog", "web logs", "website"]
    assert units["wiki"].getnotes(origin="definition") == "a website\na tool"
    assert [term.text for term in units["blog"].get_source_terms()] == ["blog", "web logs"]
    assert units["blog"].getid() == "c2"
    root = etree.fromstring(text.encode("utf-8"))
    assert (root.tag, root.get("type")) == ("martif", "TBX")
    assert root.findtext("martifHeader/fileDesc/titleStmt/title") == "Definitions in a.csv"
    assert "profile strict" in root.findtext("martifHeader/fileDesc/sourceDesc/p")
    assert [e.text for e in root.iterfind(".//termEntry[@id='c1']//admin[@type='source']")] == ["1, 2", "3"]
    assert [part.tag for part in root.find(".//langSet")] == ["descripGrp", "descripGrp", "tig"]


def test_more_rows_than_are_kept_are_told(monkeypatch):
    monkeypatch.setattr("smsn.glossary.ROWS", 2)
    root = etree.fromstring(written(of(*[wiki("tool")] * 3), "tbx").encode("utf-8"))
    assert root.findtext(".//admin") == "1, 2 …"


def test_a_glossary_without_a_term_is_still_a_file():
    assert set(graph(of()).subjects(RDF.type)) == {URIRef("urn:smsn:_glossary")}
    assert etree.fromstring(written(of(), "tbx").encode("utf-8")).find("text/body") is not None


def test_rows_keep_the_type_of_their_id_in_skos():
    made = of()
    made.words = True
    for row in (7, "7", 1.5, True, 10**30, float("nan"), float("inf"), 'a"\\\n\x00b', ""):
        made.add(*wiki("tool"), row)
    found = set(graph(made).objects(URIRef("urn:smsn:wiki"), DCTERMS.source))
    assert {Literal(7), Literal("7"), Literal(1.5), Literal(True), Literal(10**30), Literal('a"\\ \ufffdb')} <= found


@pytest.mark.parametrize("format", ["ttl", "tbx"])
def test_a_library_that_is_not_there_is_named(format, monkeypatch):
    check_export("a", format)
    monkeypatch.setattr(exports, "find_spec", lambda name: None)
    with pytest.raises(OutputError, match=r"o\.x: .* not installed\. Run: pip install 'smsn\[glossary\]'"):
        check_export("o.x", format)


anything = st.text(st.characters(exclude_categories=()), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(anything, anything, anything, st.sampled_from(["genus", "synonym"])), max_size=5), anything)
def test_any_text_gives_well_formed_turtle_and_xml(rows, title):
    made = of(
        *(defined(f"{term} is {said}", term, said, genus or None, kind) for term, said, genus, kind in rows),
        *(wiki(genus) for _, _, genus, _ in rows),
    )
    about = About(title, title)
    found = graph(made, about)
    entries = list(made.entries())
    assert len(set(found.subjects(RDF.type, SKOS.Concept))) == len(entries)
    said = {clean(definiens.text) for entry in entries for definiens in entry.definientia}
    assert {str(value) for value in found.objects(None, SKOS.definition)} == said
    root = etree.fromstring(written(made, "tbx", about).encode("utf-8"))
    assert {element.text or "" for element in root.iter("descrip")} == said
    assert root.findtext(".//title") == clean(title)
