"""Definitions counted by term: spellings, class words, what is kept of each."""

import pytest

from smsn import glossary
from smsn.glossary import CLASSES, NO_CLASS, TERMS, Definiens, Entry, Glossary, term_key
from smsn.records import Definition


def defined(text, term, definiens, genus=None, kind="genus", probability=0.9):
    """Return a definition in `text`, its words found there, and the text."""
    start, first = text.index(term), text.index(definiens)
    spans = (start, start + len(term)), (first, first + len(definiens))
    return Definition(term, 0, len(text), *spans, genus, kind, "copula", probability), text


def of(*definitions, words=True):
    made = Glossary(words=words)
    for row, definition in enumerate(definitions, 1):
        made.add(*definition, row)
    return made


def wiki(genus, **more):
    return defined(f"I say a wiki is a {genus or 'thing'}.", "wiki", f"a {genus or 'thing'}", genus, **more)


def test_terms_and_class_words_come_most_frequent_first():
    made = of(
        defined("Then jam is fruit.", "jam", "fruit", "fruit"),
        *[wiki(genus) for genus in ("tool", None, "website", None, "tool", None)],
    )
    assert made.lines() == ["wiki is a: tool 2, website 1, (no class word) 3", "jam is a: fruit 1"]
    assert (len(made), made.definitions) == (2, 7)
    assert [entry.definitions for entry in made.entries()] == [6, 1]
    assert "WIKI" in made
    assert "blog" not in made


def test_spellings_are_one_term_shown_in_the_most_frequent():
    made = of(
        defined("So social networks are sites.", "social networks", "sites", "site"),
        defined("So social networks are tools.", "social networks", "tools", "tool"),
        defined("So a Social-Network is a site.", "Social-Network", "a site", "site"),
    )
    (entry,) = made.entries()
    assert (entry.key, entry.term, entry.spellings) == ("social network", "social networks", ("Social-Network",))
    assert made.lines() == ["social networks is a: site 2, tool 1"]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["Mulch is a cover.", "Mulch is a cover.", "Well, mulch is a cover."], ("mulch", ())),
        (["Mulch is a cover, mulch is.", "Mulch is a cover."], ("mulch", ())),
        (["Mulch is a cover.", "Mulches are a cover.", "Mulch is a cover."], ("Mulch", ("Mulches",))),
        (["So GitHub is a cover.", "So github is a cover.", "GitHub is a cover."], ("GitHub", ("github",))),
    ],
)
def test_the_first_word_of_a_sentence_does_not_say_how_it_is_spelled(texts, shown):
    terms = [next(word for word in text.split() if word.lower().startswith(("mulch", "github"))) for text in texts]
    made = of(*(defined(text, term, "a cover") for text, term in zip(texts, terms, strict=True)))
    (entry,) = made.entries()
    assert (entry.term, entry.spellings) == shown


def test_definientia_are_distinct_with_their_rows_and_what_it_is_not_is_none_of_them():
    made = of(
        wiki("tool", probability=0.6),
        wiki("site", probability=0.5),
        defined("A wiki is\n a  Tool.", "wiki", "a  Tool", "tool", probability=0.7),
        wiki("book", kind="contrast"),
        wiki("page", probability=0.8),
    )
    (entry,) = made.entries()
    assert entry.definientia == (
        Definiens("a tool", 2, 0.7, (1, 3)), Definiens("a page", 1, 0.8, (5,)), Definiens("a site", 1, 0.5, (2,)),
    )  # fmt: skip
    assert entry.rows == (1, 3, 5, 2)
    assert entry.classes == (("tool", 2), ("not book", 1), ("page", 1), ("site", 1))
    assert set(entry.broader) == {"tool", "page", "site"}


def test_ids_of_equal_value_and_other_type_are_other_rows():
    made = Glossary(words=True)
    for row in (1, 1.0, True, "1", None, 1):
        made.add(*wiki("tool"), row)
    (entry,) = made.entries()
    assert [(type(row), row) for row in entry.rows] == [(int, 1), (float, 1.0), (bool, True), (str, "1")]


@pytest.mark.parametrize(
    ("definiens", "genus", "named"),
    [
        ("a log", None, "log"),
        ("the same thing as a log", None, "log"),
        ("just another word for logs", None, "log"),
        ("a synonym of Web-Log", "log", "web log"),
    ],
)
def test_a_synonym_names_a_term(definiens, genus, named):
    (entry,) = of(defined(f"A blog is {definiens}.", "blog", definiens, genus, "synonym")).entries()
    assert named in entry.synonyms
    assert entry.broader == ()


@pytest.mark.parametrize("kind", ["metaphor", "example", "contrast", "synonym"])
def test_only_a_class_stands_above_a_term(kind):
    (entry,) = of(wiki("tool", kind=kind)).entries()
    assert entry.broader == ()


def test_people_see_the_most_defined_terms_on_lines_that_a_terminal_can_show():
    names = [f"t{chr(97 + i)}" for i in range(TERMS + 2)]
    made = of(*(defined(f"So {name} is\x1b it.", name, "it", "a\n\x1b[31mb") for name in names))
    lines = made.lines()
    assert lines[0] == "ta is a: a ·[31mb 1"
    assert lines[TERMS:] == ["… and 2 more terms"]
    assert made.lines(TERMS + 1)[-1] == "… and 1 more term"
    many = of(*(wiki(f"g{chr(97 + i)}") for i in range(CLASSES + 1)))
    assert many.lines()[0].endswith(", gh 1 …")
    assert Glossary().lines() == []


def test_a_term_takes_bounded_memory(monkeypatch):
    monkeypatch.setattr(glossary, "KEPT", 10)
    monkeypatch.setattr(glossary, "ROWS", 3)
    made = of(*(wiki(f"tool{i}") for i in range(100)), *(wiki("site") for _ in range(20)))
    (entry,) = made.entries()
    assert entry.definitions == 120
    assert len(entry.definientia) <= 10
    assert len(entry.classes) <= 10
    assert entry.classes[0] == ("site", 20)
    assert entry.definientia[0] == Definiens("a site", 20, 0.9, (101, 102, 103))


def test_without_words_nothing_but_counts_is_kept():
    (entry,) = of(wiki("tool"), words=False).entries()
    assert (entry.definientia, entry.rows, entry.broader, entry.classes) == ((), (), (), (("tool", 1),))


@pytest.mark.parametrize("term", ["", "-", " _ ", "\x00", "\ud800", "%"])
def test_a_term_without_words_has_a_key(term):
    assert isinstance(term_key(term), str)
    Entry(term_key(term), term, (), 1, ((NO_CLASS, 1),)).line()
