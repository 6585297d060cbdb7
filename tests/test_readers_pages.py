"""Saved text pages: where comments begin and end, what is boilerplate, who answers whom."""

from pathlib import Path

import pytest

from smsn.errors import InputError
from smsn.readers import open_source
from smsn.readers.pages import clean
from smsn.readers.patterns import announced, date_line, header, is_end, is_name, is_trailing

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "mulch-vs-compost.txt"


def read(source):
    rejects = []
    return open_source(source, rejects.append), rejects


@pytest.fixture
def page(tmp_path):
    def of(content, encoding="utf-8"):
        path = tmp_path / "page.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        reading, rejects = read(path)
        assert not rejects
        return reading

    return of


def thread(page, *lines, announcement="Comments"):
    """Return (id, author, text) of the comments below a title and an announcement."""
    reading = page("\n".join(("Tea vs Coffee", "", announcement, "", *lines)))
    return [(c.id, c.author, c.text) for c in reading.comments]


# whole pages


def test_the_example_page():
    reading, rejects = read(EXAMPLE)
    assert (reading.format, reading.title, rejects) == ("page", "Mulch vs Compost", [])
    assert [c.id for c in reading.comments] == ["1", "2", "3", "4", "5", "6", "6.1", "7", "8", "9", "10", "11", "12"]
    assert [c.author for c in reading.comments] == [
        "Rosalind", "Tomasz W", "Hettie B.", "???", "Gwen Pritchard", "Dieter", "Anneke", "Farid", "Marjorie K",
        "gardenbargains", "Ines Carvalho", "P. J. Okafor", "Lorna",
    ]  # fmt: skip
    assert [c.parent for c in reading.comments if c.parent] == ["6"]
    assert reading.notes == [f"{EXAMPLE}: the header announces 14 responses, and 13 comments were read."]
    for comment in reading.comments:
        for word in ("LinkedIn", "Group:", "Discussion:", "Posted by", "says:"):
            assert word not in comment.text
        assert comment.text == comment.text.strip() != ""
    article = reading.article
    assert article.text.startswith("Every April")
    assert article.text.endswith("newsletter")
    assert "Winifred" not in article.text


def test_the_trap_page():
    path = HERE / "pages" / "thread.txt"
    assert b"\r\n" in path.read_bytes()
    reading, rejects = read(path)
    assert rejects == []
    assert reading.title == "Jam vs Marmalade | The Preserving Pan"
    assert [(c.id, c.parent, c.author) for c in reading.comments] == [
        ("1", None, "Petra"), ("2", None, "???"), ("2.1", "2", "Joe Tarrant-Hobbs"), ("2.1.1", "2.1", "42"),
        ("3", None, "🍊 orange lady"), ("4", None, "Hugh"),
    ]  # fmt: skip
    first, second, third, _, fifth, last = reading.comments
    assert first.text == (
        'Marmalade is just jam with bits in. My gran said: "it\'s all sugar", and she\n'
        "was Posted by the kitchen door with a spoon whenever we made it.\n"
        "Group: the drummers agree, by the way (they eat at ours)."
    )
    assert second.text.startswith("As my boss says: jam")
    assert second.text.endswith("1. My aunt says:\n2. The label says:\n\nneither of them is right")
    assert third.text == 'Not on the same toast?? We do "half and half".'
    assert fifth.text.startswith("Via orange groves")
    assert [c.date for c in (second, fifth, last)] == [
        "March 3, 2011 at 9:12 am",
        "March 5, 2011 at 10:40 pm",
        "7 March 2011",
    ]
    assert last.text == "They're different. One has peel."
    assert reading.notes == [f"{path}: the header announces 9 responses, and 6 comments were read."]


def test_source_and_thread():
    reading, _ = read(EXAMPLE)
    lines = EXAMPLE.read_text("utf-8").split("\n")
    for comment in (*reading.comments, reading.article):
        name, line = comment.source.rsplit(":", 1)
        assert name == comment.thread == str(EXAMPLE)
        assert (comment.author or "Every April") in lines[int(line) - 1]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings(page, ends, encoding):
    reading = page(ends.join(["Tea", "", "1 Comment", "", "1. Ann says:", "", "a é", "b"]), encoding)
    assert (reading.title, [c.text for c in reading.comments], reading.notes) == ("Tea", ["a é\nb"], [])


def test_a_page_without_comments_names_the_other_format(page):
    with pytest.raises(InputError, match=r"no comments were found.*--format text"):
        page("Tea vs Coffee\n\nTea is a drink. My boss says: no.\n")


def test_comments_with_bad_bytes_are_rejected_with_their_line_and_the_others_are_read(tmp_path):
    path = tmp_path / "page.txt"
    path.write_bytes(
        b"Tea \xff vs Coffee\n\nis caf\xe9 tea\n\n3 Comments\n\n"
        b"  1. Ann says:\n\n    fine, and a longer comment it is\n\n"
        b"  2. Bo says:\n\n    not\n    caf\xe9\n\n    - Cy says:\n\n      an answer to it, in plain letters\n"
    )
    reading, rejects = read(path)
    assert [(c.id, c.parent) for c in reading.comments] == [("1", None), ("2.1", "2")]
    assert [(r.source, r.line) for r in rejects] == [(str(path), 14), (str(path), 3)]
    assert rejects[0].raw == "2. Bo says:\n\n    not\n    caf\\xe9"
    assert (reading.title, reading.article, reading.notes) == ("Tea \ufffd vs Coffee", None, [])


def test_what_is_odd_and_valid(page):
    text = "\0 🍵 שלום " + "x" * 5_000_000
    assert thread(page, "1. Ann says:", "", text) == [("1", "Ann", text)]
    assert thread(page, "1. Ann says:", "", "2. Bo says:", "", "hm") == [("1", "Ann", ""), ("2", "Bo", "hm")]


# the announcement


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("14 Responses", (14, "responses")), ("1 Comment", (1, "comment")), ("One Reply", (1, "reply")),
        ("1,024 Replies", (1024, "replies")), ("3 thoughts on “Tea vs Coffee”", (3, "thoughts")),
        ("2 Responses to Tea vs Coffee", (2, "responses")), ("Responses (7)", (7, "responses")),
        ("Comments: 5", (5, "comments")), ("Comments", (None, "comments")), ("No comments", (0, "comments")),
        ("3 comments that I heard", None), ("Comment", None), ("My 14 Responses", None),
    ],
)  # fmt: skip
def test_what_announces_a_thread(line, told):
    assert announced(line) == told


@pytest.mark.parametrize(
    ("line", "number"),
    [("2 Responses", None), ("3 Responses", None), ("Comments", None), ("4 Comments", 4), ("One Reply", 1)],
)
def test_a_wrong_number_is_a_note_and_no_reject(page, line, number):
    reading = page(f"Tea\n\n{line}\n\n  1. Ann says:\n\n    a\n\n    * Bo says:\n\n      b\n\n  2. Cy says:\n\n    c\n")
    assert len(reading.comments) == 3
    assert [note.split("announces ")[1].split()[0] for note in reading.notes] == ([str(number)] if number else [])


def test_the_announcement_next_to_the_comments_counts(page):
    reading = page("Tea vs Coffee\n\n7 Comments\n\nTea is a drink.\n\n1 Response\n\n1. Ann says:\n\nComments\n\na\n")
    assert (reading.article.text, reading.notes) == ("Tea is a drink.", [])
    assert [c.text for c in reading.comments] == ["Comments\n\na"]


def test_a_page_without_an_announcement(page):
    reading = page("Tea vs Coffee\n\nTea is a drink.\n\n1. Ann says:\n\na\n")
    assert (reading.title, reading.article.text, len(reading.comments)) == ("Tea vs Coffee", "Tea is a drink.", 1)


def test_a_page_that_begins_with_the_thread(page):
    for start in ("2 Comments\n\n", ""):
        reading = page(f"{start}1. Ann says:\n\na\n\n2. Bo says:\n\nb\n")
        assert (reading.title, reading.article, len(reading.comments)) == (None, None, 2)


# headers


@pytest.mark.parametrize(
    ("line", "author", "number", "date"),
    [
        ("7. Ann says:", "Ann", 7, None),
        ("  12. B. Nakamura said:", "B. Nakamura", 12, None),
        ("3) ??? wrote:", "???", 3, None),
        ("4. 42 replied:", "42", 4, None),
        ("42 says:", "42", None, None),
        ("• 🌿 mint\u00a0writes:", "🌿 mint", None, None),
        ("- Simon says says:", "Simon says", None, None),
        ("o Lena Ortiz-Hale says :", "Lena Ortiz-Hale", None, None),
        ("* von Berg says: 2011-03-04 10:15", "von Berg", None, "2011-03-04 10:15"),
        ("Ann on March 3, 2011 at 9:12 am said:", "Ann", None, "March 3, 2011 at 9:12 am"),
        ("9. Ann wrote on 3rd March 2011:", "Ann", 9, "3rd March 2011"),
        ("Ann says: (2 days ago)", "Ann", None, "2 days ago"),
        ("O Brien says:", "O Brien", None, None),
    ],
)
def test_headers(line, author, number, date):
    found = header(line)
    assert found is not None
    assert (found.author, found.number, found.date) == (author, number, date)


@pytest.mark.parametrize(
    "line", ["says:", "Ann says: tea is a drink", "Ann says tea", "Ann:", "", "1. Ann", "x" * 300 + " says:"]
)
def test_no_headers(line):
    assert header(line) is None


@pytest.mark.parametrize("name", ["Ann", "???", "42", "Mary of the Glen", "🌿 mint"])
def test_names(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["As my boss", "my boss", "He", "And then the doctor", "One Two Three Four Five Six"])
def test_no_names(name):
    assert not is_name(name)


PROSE = ["As my boss says:", "tea.", "He said:", "coffee"]


def test_says_in_a_paragraph_starts_no_comment(page):
    for first in ("1. Ann says:", "* Ann says:", "Ann says:"):
        assert thread(page, first, "", "Well.", *PROSE) == [("1", "Ann", "\n".join(["Well.", *PROSE]))]


def test_says_in_a_paragraph_of_its_own_starts_no_comment(page):
    for first in ("1. Ann says:", "Ann says:"):
        assert thread(page, first, "", "Well.", "", "As my boss says:", "", "tea") == [
            ("1", "Ann", "Well.\n\nAs my boss says:\n\ntea")
        ]


def test_in_a_numbered_thread_a_bare_header_is_prose(page):
    assert thread(page, "1. Ann says:", "", "a", "", "Bo says:", "", "b") == [("1", "Ann", "a\n\nBo says:\n\nb")]


def test_a_list_inside_a_comment_starts_no_comment(page):
    body = ["    * Bo says:", "    * Cy says:", "    but what do they know"]
    assert thread(page, "  1. Ann says:", "", "    a", "", *body)[0][2].startswith("a\n\n* Bo says:")


def test_an_unnumbered_thread_gets_running_numbers(page):
    lines = [
        "Ann says:",
        "March 3, 2011 at 9:12 am",
        "",
        "a",
        "",
        "Bo Ek on March 4, 2011 said:",
        "",
        "b",
        "",
        "??? says:",
        "",
        "c",
    ]
    assert thread(page, *lines) == [("1", "Ann", "a"), ("2", "Bo Ek", "b"), ("3", "???", "c")]
    assert thread(page, "* Ann says:", "", "a", "", "* bo says:", "", "b") == [("1", "Ann", "a"), ("2", "bo", "b")]


def test_nesting_by_indentation(page):
    reading = page(
        "Tea\n\nComments\n\n  7. Ann says:\n\n    a\n\n    • Bo says:\n\n      b\n\n      ◦ Cy says:\n\n        c\n\n"
        "    1. Di says:\n\n      d\n\n  8. Ed says:\n\n    e\n"
    )
    assert [(c.id, c.parent, c.text) for c in reading.comments] == [
        ("7", None, "a"), ("7.1", "7", "b"), ("7.1.1", "7.1", "c"), ("7.2", "7", "d"), ("8", None, "e"),
    ]  # fmt: skip


def test_nesting_without_numbers(page):
    lines = ["Ann says:", "", "  a", "", "  Bo says:", "", "    b", "", "Cy says:", "", "  c"]
    assert thread(page, *lines) == [("1", "Ann", "a"), ("1.1", "Bo", "b"), ("2", "Cy", "c")]


def test_a_bullet_below_a_number_is_a_reply_even_where_the_indentation_is_lost(page):
    lines = ["1. Ann says:", "", "a", "", "• Bo says:", "", "b", "", "• Cy says:", "", "c", "", "2. Di says:", "", "d"]
    assert [key for key, _, _ in thread(page, *lines)] == ["1", "1.1", "1.2", "2"]


def test_numbers_set_flush_right_are_on_one_level(page):
    for numbers in (["   9", "  10", " 100"], [" 100", "  10", "   9"]):
        lines = [line for number in numbers for line in (f"{number}. Ann says:", "", "      a", "")]
        assert [key for key, _, _ in thread(page, *lines)] == [number.strip() for number in numbers]


# the end of a thread


@pytest.mark.parametrize(
    "line",
    [
        "Leave a Reply", "Leave a comment", "Leave a Reply Cancel reply", "Comments are closed.", "Post a comment",
        "Related posts:", "Trackbacks", "Trackbacks and Pingbacks", "Recent posts", "Recent Comments",
        "Post navigation",
    ],
)  # fmt: skip
def test_what_ends_a_thread(page, line):
    assert is_end(line)
    assert thread(page, "1. Ann says:", "", "a", "", line, "", "b", "", "2. Bo says:", "", "c") == [("1", "Ann", "a")]


@pytest.mark.parametrize("line", ["Leave a comment if you do not agree with me", "My related posts are here"])
def test_what_does_not(line):
    assert not is_end(line)


def test_a_line_left_of_all_headers_ends_the_thread(page):
    assert thread(page, "  1. Ann says:", "", "    a", "", "About us", "", "  * Bo says:", "", "    b") == [
        ("1", "Ann", "a")
    ]


def test_but_not_above_the_next_number(page):
    lines = ["  1. Ann says:", "", "    a", "set wrongly", "", "  2. Bo says:", "", "    b"]
    assert thread(page, *lines) == [("1", "Ann", "a\nset wrongly"), ("2", "Bo", "b")]


# boilerplate


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["\u00a0", "", "Via LinkedIn Groups", "", "Group: A", "Discussion: B", "", "t"], "t"),
        (["Via Facebook", "t"], "Via Facebook\nt"),
        (["Via Lisbon it is cheaper.", "", "t"], "Via Lisbon it is cheaper.\n\nt"),
        (["t", "", "Via Facebook", "", "u"], "t\n\nVia Facebook\n\nu"),
        (
            ["t", "Group: the drummers agree", "Discussion: over", "u"],
            "t\nGroup: the drummers agree\nDiscussion: over\nu",
        ),
        (["March 3, 2011 at 9:12 am", "t"], "t"),
        (["March 3, 2011 at 9:12 am (Permalink)", "", "t"], "t"),
        (["t", "March 3, 2011"], "t\nMarch 3, 2011"),
        (["t", "Posted by Ann", "", "\u00a0"], "t"),
        (["t", "Posted by Bo Ek", "", "Reply", "Log in to Reply", "↓"], "t"),
        (["t", "Reply · Like · Report"], "t"),
        (["t", "Reply to this comment", "Permalink", "Like", "Report"], "t"),
        (["Posted by Ann", "t"], "Posted by Ann\nt"),
        (["t", "Posted by mistake, sorry"], "t\nPosted by mistake, sorry"),
        (["t", "Reply", "u"], "t\nReply\nu"),
        (["    a", "      b", "", "\u00a0", "", "    c\u00a0d"], "a\nb\n\nc\u00a0d"),
        (["Reply"], ""),
        ([], ""),
    ],
)
def test_what_is_boilerplate_and_what_is_prose(lines, text):
    assert clean(lines, "Ann")[0] == text


def test_posted_by_the_author_in_any_spelling():
    assert is_trailing("Posted by oOna the 2nd of that name on March 3, 2011", "Oona the 2nd of that name")
    assert is_trailing("Posted by ???", "???")


@pytest.mark.parametrize(
    "line", ["March 3, 2011", "3 March 2011, 14:05", "Mon, Mar 3rd, 2011 @ 9 am", "2011-03-03", "2 weeks ago"]
)
def test_dates(line):
    assert date_line(line) == line


# the article


def article(page, *lines, title="Tea vs Coffee"):
    found = page("\n".join((title, "", *lines, "", "1 Comment", "", "1. Ann says:", "", "a"))).article
    return None if found is None else found.text


def test_the_article_is_what_stands_above_the_thread(page):
    noise = ["Print Friendly, PDF & Email", "Share this:", "Tweet", "Related"]
    assert (
        article(page, "Tea vs Coffee", *noise, "", "  Tea is", "  a drink.", "", "", "Tea", "", "b")
        == "Tea is\na drink.\n\nTea\n\nb"
    )


def test_the_article_has_a_place_and_no_author(page):
    found = page("Tea\n\nTea\n\nText.\n\n1 Comment\n\n1. Ann says:\n\na").article
    assert (found.id, found.kind, found.author, found.source.rsplit(":", 1)[1]) == ("article", "article", None, "5")


@pytest.mark.parametrize("box", ["Author", "About the author", "About the Author:"])
def test_the_author_box_is_left_out(page, box):
    assert article(page, "Tea is a drink.", "", box, "", "  • Bo", "", "    Bo drinks.") == "Tea is a drink."


def test_a_heading_author_is_not_a_box(page):
    assert article(page, "x", "", "Author", "", "y", title="Author vs Writer") == "x\n\nAuthor\n\ny"
    assert article(page, "x", "", "Author", *"abcdefg").endswith("g")


def test_no_article(page):
    assert article(page, "Tea vs Coffee", "Share this:") is None
