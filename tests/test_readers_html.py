"""HTML pages: which elements are comments, who answers whom, how text is written."""

from pathlib import Path

import pytest
from lxml.html import fragment_fromstring

from smsn.errors import InputError
from smsn.readers import open_source
from smsn.readers.markup import text_of

PAGE = Path(__file__).parent / "pages" / "thread.html"


def read(source):
    rejects = []
    return open_source(source, rejects.append), rejects


@pytest.fixture
def page(tmp_path):
    def of(content, encoding="utf-8"):
        path = tmp_path / "page.html"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        reading, rejects = read(path)
        assert not rejects
        return reading

    return of


def comment(number, body, above="", tag="li"):
    return f'<{tag} id="comment-{number}" class="comment">{above}<div class="comment-content">{body}</div></{tag}>'


def plain(markup):
    return text_of(fragment_fromstring(markup, create_parent="div"), lambda part: False)


def test_the_page():
    reading, rejects = read(PAGE)
    assert (reading.format, reading.title, rejects) == ("html", "Kayak vs Canoe", [])
    assert reading.is_page
    assert [(c.id, c.parent, c.author, c.date) for c in reading.comments] == [
        ("101", None, "Maud & Ted", "2014-04-02T10:15:00+00:00"),
        ("102", "101", "???", "April 3, 2014 at 8:00 pm"),
        ("103", "102", "Oyvind", None),
        ("105", None, "Ruth P.", "April 9, 2014 at 7:01 am"),
    ]
    assert [c.text for c in reading.comments] == [
        "> A canoe is an open one.\n\n> Is it?\n\nRound here we say canoe for both.\n"
        "Always did & always will.\n\nFish <3 🛶",
        "Then you are in the wrong boat.",
        "- a kayak is a canoe\n- with a lid",
        "My club owns both and nobody can tell me the difference.\n\nWhich one sinks?",
    ]
    assert reading.article.text == (
        "A kayak is a boat with a deck. A canoe is an open one.\n\n- double blade: kayak\n- single blade: canoe"
    )
    assert reading.notes == [
        f"{PAGE}: the header announces 9 thoughts, and 4 comments were read.",
        f"{PAGE}: 1 pingback was left out.",
    ]


def test_source_thread_and_kind():
    reading, _ = read(PAGE)
    lines = PAGE.read_text("utf-8").split("\n")
    for found in reading.comments:
        name, line = found.source.rsplit(":", 1)
        assert name == found.thread == str(PAGE)
        assert f'id="comment-{found.id}"' in lines[int(line) - 1]
    article = reading.article
    assert (article.id, article.kind, article.author, article.thread) == ("article", "article", None, str(PAGE))
    assert "entry-content" in lines[int(article.source.rsplit(":", 1)[1]) - 1]


@pytest.mark.parametrize("prefix", ["comment-", "div-comment-", "li-comment-"])
@pytest.mark.parametrize("tag", ["li", "article", "div"])
def test_ids(page, prefix, tag):
    [found] = page(
        f'<{tag} id="{prefix}7"><div id="div-comment-7" class="comment-body"><p>a</p></div></{tag}>'
    ).comments
    assert (found.id, found.text, found.author, found.date, found.parent) == ("7", "a", None, None, None)


@pytest.mark.parametrize("name", ["comment-form", "comment-7-link", "comments", "respond"])
def test_no_comments_names_what_is_missing(page, name):
    with pytest.raises(InputError, match="no comments were found"):
        page(f'<div id="{name}"><p>a</p></div>')


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ('<b class="fn">Ann</b>', "Ann"),
        ('<div class="comment-author vcard"><img alt="x"><cite>Ann B.</cite> says:</div>', "Ann B."),
        ('<div class="comment-author"><a href="#">???</a> <span class="says">says:</span></div>', "???"),
        ('<span class="author">42 🍵</span>', "42 🍵"),
        ('<a rel="author nofollow" href="#">Ann &lt;3</a>', "Ann <3"),
        ('<div class="comment-author"></div><b class="author">Bo</b>', "Bo"),
        ("", None),
    ],
)
def test_authors(page, markup, author):
    body = '<p>a <b class="author">not I</b></p>'
    assert page(comment(1, body, markup)).comments[0].author == author


@pytest.mark.parametrize(
    ("markup", "date"),
    [
        ('<time datetime="2014-04-02">April</time>', "2014-04-02"),
        ('<div class="comment-meta"><a>April 3, 2014 at 8:00 pm</a> (Edit)</div>', "April 3, 2014 at 8:00 pm"),
        ('<div class="comment-metadata">3 days ago | #</div>', "3 days ago"),
        ('<div class="comment-meta">Permalink</div>', None),
    ],
)
def test_dates(page, markup, date):
    assert page(comment(1, "<p>a</p>", markup)).comments[0].date == date


@pytest.mark.parametrize("body", ["comment-content", "comment-text", "comment-body"])
def test_the_text_is_the_body_without_author_date_and_links(page, body):
    [found] = page(
        f'<li id="comment-1"><div class="{body}"><div class="comment-author">Ann says:</div>'
        '<div class="comment-meta">April 3, 2014</div><p>a</p><div class="reply"><a>Reply</a></div></div></li>'
    ).comments
    assert found.text == "a"


def test_a_comment_without_a_body_is_read_whole(page):
    [found] = page('<li id="comment-1"><div class="comment-author"><b class="fn">Ann</b></div><p>a</p></li>').comments
    assert (found.author, found.text) == ("Ann", "a")


def test_the_text_of_a_reply_is_not_that_of_the_comment_above(page):
    inner = f'<ul class="children">{comment(2, "b")}</ul>'
    found = page(f'<ol><li id="comment-1"><div class="comment-body">a{inner}</div></li>{comment(3, "c")}</ol>').comments
    assert [(c.id, c.parent, c.text) for c in found] == [("1", None, "a"), ("2", "1", "b"), ("3", None, "c")]


def test_a_div_that_is_never_closed_is_no_parent(page):
    found = page('<div id="comment-1"><div class="comment-body"><p>a</div><div id="comment-2"><p>b').comments
    assert [(c.id, c.parent, c.text) for c in found] == [("1", None, "a"), ("2", None, "b")]


def test_items_that_are_never_closed(page):
    found = page('<ol><li id="comment-1"><p>a<li id="comment-2"><p>b</ol>').comments
    assert [(c.id, c.parent, c.text) for c in found] == [("1", None, "a"), ("2", None, "b")]


def test_deep_nesting(page):
    depth = 500
    markup = "".join(f'<li id="comment-{n}"><p>text {n}</p><ol class="children">' for n in range(depth))
    found = page(f"<ol>{markup}").comments
    assert len(found) == depth
    assert (found[-1].parent, found[-1].text) == (str(depth - 2), f"text {depth - 1}")


# text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br/>\n c", "a\nb\nc"),
        ("a<br><br>b", "a\n\nb"),
        ("<p> a \n\t b </p>", "a b"),
        ('see <a href="http://x">this <b>link</b></a>, please', "see this link, please"),
        ("<blockquote><p>a</p>b<br>c</blockquote>d", "> a\n\n> b\n> c\n\nd"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n\n> > b"),
        ("<ul><li>a</li><li><p>b</p></li></ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a<ul><li>b</li></ul></li></ol>", "- a\n- b"),
        ("<blockquote><ul><li>a</li><li>b</li></ul></blockquote>", "> - a\n> - b"),
        ("a<script>x</script>b<style>y</style><!-- no -->c<noscript>z</noscript>", "abc"),
        ('<img alt="🍵" class="emoji"> <img alt="photo">', "🍵"),
        ("fish &amp; chips &lt;3 &eacute; &#8217;", "fish & chips <3 é ’"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("", ""),
    ],
)
def test_text(markup, text):
    assert plain(markup) == text


# title, number, article


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (
            '<title>T</title><h1>H</h1><h1 class="entry-title">E <i>1</i></h1><meta property="og:title" content="O">',
            "E 1",
        ),
        ('<title>T</title><h1>H</h1><meta property="og:title" content=" O &amp; P ">', "O & P"),
        ('<title>T</title><h1 class="site-title">S</h1><h1>H</h1>', "H"),
        ("<title>T |\n S</title>", "T | S"),
        ("", None),
    ],
)
def test_titles(page, markup, title):
    assert page(markup + comment(1, "a")).title == title


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ("2 thoughts on “Tea”", False),
        ("1 Comment", False),
        ("3 Comments", False),
        ("7 Responses to Tea", True),
        ("Comments", False),
    ],
)
def test_the_number_may_count_all_or_the_top_or_the_pingbacks_too(page, told, note):
    inner = f'<ol class="children">{comment(2, "b")}</ol>'
    ping = '<li class="post pingback" id="comment-9"><div id="div-comment-9">Pingback: x</div></li>'
    markup = f'<h2 class="comments-title">{told}</h2><ol><li id="comment-1"><p>a</p>{inner}</li>{ping}</ol>'
    notes = page(markup).notes
    assert ("announces" in notes[0]) == note
    assert notes[-1].endswith("page.html: 1 pingback was left out.")


@pytest.mark.parametrize(
    "ping",
    [
        '<li class="trackback" id="comment-8">x</li>',
        '<li class="pingback"><div id="comment-8"><p>x</p></div></li>',
        '<li id="comment-8"><div class="pingback" id="div-comment-8">x</div></li>',
        '<li class="pingback">x</li>',
    ],
)
def test_pingbacks_are_counted_and_are_no_comments(page, ping):
    reading = page(f"<ol>{ping}{ping.replace('8', '9')}{comment(1, 'a')}</ol>")
    assert [c.id for c in reading.comments] == ["1"]
    assert reading.notes == [note for note in reading.notes if note.endswith("2 pingbacks were left out.")] != []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<div class="entry-content"><p>a</p><p>b</p></div>', "a\n\nb"),
        ('<article><div class="post-content">a<div class="sharedaddy">Tweet</div></div></article>', "a"),
        ("<article><h1>T</h1><p>a</p><div><p>b</p></div><footer>c</footer></article>", "a\n\nb"),
        ("<p>a</p>", None),
        ('<div class="entry-content"> </div>', None),
    ],
)
def test_articles(page, markup, text):
    article = page(markup + comment(1, "c")).article
    assert (article.text if article else None) == text


def test_the_article_does_not_hold_the_comments(page):
    reading = page(f"<article><p>a</p>{comment(1, '<p>c</p>')}</article>")
    assert (reading.article.text, [c.text for c in reading.comments]) == ("a", ["c"])
    assert page(comment(1, "<p>c</p>", tag="article")).article is None


# bytes


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""), ("utf-8-sig", '<meta charset="latin-1">'), ("utf-16", '<meta charset="utf-8">'),
        ("cp1252", '<meta charset="iso-8859-1">'),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'),
        ("utf-8", '<meta charset="no-such-thing">'), ("utf-8", '<meta charset="base64">'),
        ("utf-8", '<meta charset="utf-16">'),
        ("utf-8", '<?xml version="1.0" encoding="utf-8"?>'),
    ],
)  # fmt: skip
def test_encodings(page, encoding, head):
    [found] = page(head + comment(1, "caf\u00e9 – “tea”"), encoding).comments
    assert found.text == "caf\u00e9 – “tea”"


def test_comments_with_bad_bytes_are_rejected_and_the_others_are_read(tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(
        b'<title>Caf\xe9</title><div class="entry-content">th\xe9</div>\n<ol>\n' + comment(1, "fine").encode() + b"\n"
        + comment(2, "caf\u00e9", '<b class="fn">Ann</b>').encode("latin-1") + b"\n"
        + comment(3, "\0 \U0001f375").encode()
    )  # fmt: skip
    reading, rejects = read(path)
    assert [(c.id, c.text) for c in reading.comments] == [("1", "fine"), ("3", "\ufffd 🍵")]
    assert [(r.source, r.line, r.raw) for r in rejects] == [
        (str(path), 4, "Ann\n\ncaf\\xe9"),
        (str(path), 1, "th\\xe9"),
    ]
    assert (reading.title, reading.article) == ("Caf\ufffd", None)
