"""Dumps and exports: compressed files, WordPress and Disqus, Reddit rows, folders, patterns, large fields."""

import gzip
import io
import json
import time
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smsn.errors import InputError
from smsn.readers import Columns, open_source
from smsn.readers.paths import expand, partition_columns
from smsn.records import Comment


def read(source, **options):
    """Return the comments up to the damage, the rejects, the notes and the damage itself."""
    rejects, comments, damage = [], [], None
    reading = open_source(source, rejects.append, **options)
    try:
        comments.extend(reading.comments)
    except InputError as error:
        damage = str(error)
    return comments, rejects, reading.notes, damage


def zst(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


PACK = {"gz": gzip.compress, "zst": zst}
PAGE = b"Spindle vs Quoin\n\n2 Responses\n\n1. Ann says:\n\nsame\n\n2. Bo says:\n\nno\n"
HTML = b'<ol><li id="comment-1"><div class="comment-content"><p>same</p></div></li></ol>'


def varied(count):
    """Return rows that do not compress to nothing."""
    return b"".join(b'{"text": "a quoin of %x"}\n' % (n * 2654435761 % 2**61) for n in range(count))


# compression


@pytest.mark.parametrize("kind", ["gz", "zst", "GZ"])
@pytest.mark.parametrize(
    ("name", "data", "texts"),
    [
        ("a.jsonl", b'{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        ("a.ndjson", b'\xef\xbb\xbf{"text": "a"}\r\n', ["a"]),
        ("a.csv", b'id,text\n1,"a\nb"\n', ["a\nb"]),
        ("a.csv", "text\nä\n".encode("utf-16"), ["ä"]),
        ("a.tsv", b"id\ttext\n1\ta, b\n", ["a, b"]),
        ("a.txt", PAGE, ["same", "no"]),
        ("a.html", HTML, ["same"]),
    ],
)
def test_what_is_compressed_is_read_as_what_is_in_it(tmp_path, kind, name, data, texts):
    path = tmp_path / f"{name}.{kind}"
    path.write_bytes(PACK[kind.lower()](data))
    comments, rejects, _, damage = read(path)
    assert ([c.text for c in comments], rejects, damage) == (texts, [], None)
    assert comments[0].source.startswith(f"{path}:")


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_several_members_are_one_stream(tmp_path, kind):
    path = tmp_path / f"a.txt.{kind}"
    padding = bytes(600) if kind == "gz" else b""
    path.write_bytes(PACK[kind](b"one\n\nt") + padding + PACK[kind](b"") + PACK[kind](b"wo\n") + padding)
    assert [c.text for c in read(path, format="text")[0]] == ["one", "two"]


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.9999])
def test_a_stream_that_is_cut_off_gives_all_whole_rows_before(tmp_path, kind, share):
    data = varied(40_000)
    whole = PACK[kind](data)
    path = tmp_path / f"a.jsonl.{kind}"
    path.write_bytes(whole[: int(len(whole) * share)])
    comments, rejects, _, damage = read(path)
    assert damage == f"{path}: is damaged: the {'gzip' if kind == 'gz' else 'zstd'} stream ends early. " + (
        "Fetch or compress it again."
    )
    assert rejects == []
    assert [c.text for c in comments] == [json.loads(line)["text"] for line in data.splitlines()[: len(comments)]]
    lost = 40_000 * share - len(comments)
    assert lost < (1000 if kind == "gz" else 6000)  # of zstd, a block of 128 KB is whole or not there


def test_nothing_is_lost_before_a_missing_end(tmp_path):
    data = varied(5000)
    for kind in ("gz", "zst"):
        path = tmp_path / f"a.jsonl.{kind}"
        whole = PACK[kind](data)
        path.write_bytes(whole + whole[: 5 if kind == "gz" else 3])
        comments, _, _, damage = read(path)
        assert len(comments) == 5000
        assert "ends early" in damage


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_damage_in_the_middle(tmp_path, kind):
    data = varied(40_000)
    whole = PACK[kind](data)
    middle = len(whole) // 2
    path = tmp_path / f"a.jsonl.{kind}"
    path.write_bytes(whole[:middle] + b"\xff" * 150_000 + whole[middle + 150_000 :])
    comments, _, _, damage = read(path)
    texts = [json.loads(line)["text"] for line in data.splitlines()]
    same = sum(c.text == text for c, text in zip(comments, texts, strict=False))
    assert same > 15_000 - 6000 * (kind == "zst")
    assert damage.startswith(f"{path}: is damaged: ")
    assert damage.endswith("compress it again.")


def test_a_wrong_sum_is_told_after_all_rows(tmp_path):
    data = gzip.compress(varied(10))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data[:-8] + b"\0\0\0\0" + data[-4:])
    comments, _, _, damage = read(path)
    assert (len(comments), "incorrect data check" in damage) == (10, True)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_rows_and_pages_that_the_damage_cuts_are_left_out(tmp_path, kind):
    for name, data, texts in (("a.csv", b"text\none\ntwo and a half\n", ["one"]), ("a.txt", PAGE, ["same"])):
        path = tmp_path / f"{name}.{kind}"
        packed = PACK[kind](data[:-3])
        path.write_bytes(packed + PACK[kind](data)[:5])
        comments, _, _, damage = read(path)
        assert [c.text for c in comments] == texts
        assert "ends early" in damage


@pytest.mark.parametrize(("kind", "told"), [("gz", "is not gzip"), ("zst", "is not zstd")])
def test_what_is_not_compressed_as_its_name_says(tmp_path, kind, told):
    path = tmp_path / f"a.jsonl.{kind}"
    path.write_bytes(b'{"text": "a"}\n')
    with pytest.raises(InputError, match=told):
        open_source(path, print)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_compressed_nothing_is_empty(tmp_path, kind):
    path = tmp_path / f"a.jsonl.{kind}"
    for data in (b"", PACK[kind](b""), PACK[kind](b"\n\n")):
        path.write_bytes(data)
        with pytest.raises(InputError, match="is empty"):
            open_source(path, print)


def test_compressed_names_that_name_no_format(tmp_path):
    for name, told in (("a.gz", "no ending before .gz"), ("a.doc.zst", 'ends in ".doc"'), ("a.parquet.gz", "Unpack")):
        (tmp_path / name).write_bytes(gzip.compress(b"x"))
        with pytest.raises(InputError, match=told):
            open_source(tmp_path / name, print)
    (tmp_path / "a.zst").write_bytes(zst(b'{"text": "a"}\n'))
    assert [c.text for c in read(tmp_path / "a.zst", format="jsonl")[0]] == ["a"]


def test_a_block_before_damage_is_not_lost_with_it(tmp_path):
    def block(data, last=False):
        return (last | len(data) << 3).to_bytes(3, "little") + data

    rows = b'{"text": "one quoin"}\n' * 900
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd\0" + bytes([10 << 3]) + block(rows) + block(rows) + b"\xff" * 9)
    comments, rejects, _, damage = read(path)
    assert (len(comments), rejects) == (1800, [])
    assert "a.jsonl.zst: is damaged: " in damage


def test_a_zstd_window_that_is_too_large_names_the_way_round(tmp_path):
    row = b'{"text": "a"}\n'
    block = (1 | len(row) << 3).to_bytes(3, "little") + row
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd\0" + bytes([17 << 3]) + block)  # a window of 2**27
    assert len(read(path)[0]) == 1
    path.write_bytes(b"\x28\xb5\x2f\xfd\0" + bytes([21 << 3]) + block)
    with pytest.raises(InputError, match=r"zstd -dc --long=31"):
        open_source(path, print)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_thousandfold_stream_is_never_held(tmp_path, kind):
    path = tmp_path / f"a.txt.{kind}"
    path.write_bytes(PACK[kind]((b"quoin " * 200 + b"\n\n") * 20_000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_source(path, print, format="text").comments) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_compressed_reading_that_nobody_reads_closes_its_file(tmp_path):
    for kind in ("gz", "zst"):
        path = tmp_path / f"a.jsonl.{kind}"
        path.write_bytes(PACK[kind](b'{"text": "a"}\n' * 9))
        open_source(path, print)  # a file left open is a warning, and warnings are errors
        next(iter(open_source(path, print).comments))


# WordPress

WXR = """<?xml version="1.0" encoding="{encoding}" ?>
<!-- written by a hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>The Lathe</title><wp:wxr_version>{version}</wp:wxr_version>
{items}
</channel></rss>
"""


def item(title, *comments, link="https://lathe.example/1"):
    tags = "".join(
        "<wp:comment>"
        + "".join(f"<wp:comment_{name}><![CDATA[{value}]]></wp:comment_{name}>\n" for name, value in comment.items())
        + "</wp:comment>\n"
        for comment in comments
    )
    return (
        f"<item><title>{title}</title><link>{link}</link><content:encoded><![CDATA[<p>Post</p>]]></content:encoded>\n"
        f"<wp:post_id>1</wp:post_id>{tags}</item>\n"
    )


def said(id, content, *, approved="1", parent="0", type="comment", author="Ann"):
    return {
        "id": id, "author": author, "date": "2011-03-04 05:06:07", "content": content, "approved": approved,
        "type": type, "parent": parent,
    }  # fmt: skip


def wxr(*items, version="1.2", encoding="UTF-8"):
    return WXR.format(version=version, items="".join(items), encoding=encoding)


@pytest.fixture
def xml(tmp_path):
    def write(data, name="a.xml", **options):
        path = tmp_path / name
        data = data.encode() if isinstance(data, str) else data
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read(path, **options)

    return write


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("name", ["a.xml", "a.xml.gz"])
def test_wordpress_comments(xml, tmp_path, version, name):
    data = wxr(
        item("Spindles &amp; quoins", said("7", "A spindle turns.\n\nA quoin <em>wedges</em>."),
             said("9", "Quite &amp; so", parent="7", author="Bo &amp; Co")),
        item("Gudgeons", said("12", "<blockquote>why</blockquote>\nBecause."), link=""),
        version=version,
    )  # fmt: skip
    comments, rejects, notes, damage = xml(data, name)
    link, date = "https://lathe.example/1", "2011-03-04 05:06:07"
    lines = [c.source.rpartition(":") for c in comments]
    assert all(place == str(tmp_path / name) for place, _, _ in lines)
    assert [data.split("\n")[int(line) - 1].count("<wp:comment>") for _, _, line in lines] == [1, 1, 1]
    assert [(c.id, c.text, c.author, c.parent, c.thread, c.date, c.extra) for c in comments] == [
        ("7", "A spindle turns.\n\nA quoin wedges.", "Ann", None, link, date, {"post": "Spindles & quoins"}),
        ("9", "Quite & so", "Bo & Co", "7", link, date, {"post": "Spindles & quoins"}),
        ("12", "> why\n\nBecause.", "Ann", None, "Gudgeons", date, {"post": "Gudgeons"}),
    ]
    assert (rejects, notes, damage) == ([], [], None)


def test_wordpress_leaves_out_what_is_not_approved_and_says_so(xml):
    posts = item(
        "Quoins",
        said("1", "yes"),
        said("2", "no", approved="spam"),
        said("3", "no", approved="trash"),
        said("4", "no", approved="0"),
        said("5", "no", type="pingback"),
        said("6", "no", approved="spam"),
        said("8", "old", type=""),
    )
    comments, _, [note], _ = xml(wxr(posts))
    assert [c.id for c in comments] == ["1", "8"]
    assert note.endswith("a.xml: 5 comments were left out: 2 spam, 1 trash, 1 not approved, 1 pingback.")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("one\ntwo", "one\ntwo"),
        ("one\r\n\r\ntwo", "one\n\ntwo"),
        ("one<br />\ntwo<br>\n\nthree", "one\ntwo\n\nthree"),
        ("<p>one</p>\n\n<p>two</p>", "one\n\ntwo"),
        ("<pre>a\n\n  b</pre>\nc\nd", "a\n\nb\n\nc\nd"),
        ("a < b\nc > d <3 &lt;", "a < b\nc > d <3 <"),
        ('<a\nhref="x">a link</a>', "a link"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ('<?xml version="1.0" encoding="latin-1"?>x', "x"),
        ("x" * 300_000, "x" * 300_000),
        ("🍵 שלום", "🍵 שלום"),
        (" a  b \n\t\n\n c ", "a b\n\nc"),
    ],
)
def test_wordpress_content_to_text(xml, content, text):
    assert [c.text for c in xml(wxr(item("a", said("1", content))))[0]] == [text]


def test_bytes_of_another_encoding_reject_their_comment_alone(xml):
    data = wxr(item("a", said("1", "good"), said("2", "caf@", author="Bo"), said("3", "good"))).encode()
    comments, [reject], _, damage = xml(data.replace(b"caf@", b"caf\xe9"))
    assert ([c.id for c in comments], damage) == (["1", "3"], None)
    assert (reject.raw, reject.line is not None) == ("Bo\n\ncaf\\xe9", True)


def test_encodings_of_xml(xml):
    text = wxr(item("a", said("1", "café")), encoding="ISO-8859-1")
    assert xml(text.encode("latin-1"))[0][0].text == "café"
    text = wxr(item("a", said("1", "café")), encoding="UTF-16")
    assert xml(text.encode("utf-16"))[0][0].text == "café"
    text = wxr(item("a", said("1", "café")), encoding="made-up")
    assert xml("\ufeff\n" + text)[0][0].text == "café"


def test_control_characters_do_not_end_an_export(xml):
    comments, rejects, _, damage = xml(wxr(item("a", said("1", "a\x08b\x0b"), said("2", "c"))))
    assert ([c.text for c in comments], rejects, damage) == (["ab", "c"], [], None)


def test_an_entity_that_nobody_declared_is_damage(xml):
    data = wxr(item("a", said("1", "one")), item("b", said("2", "x")), item("c", said("3", "three")))
    comments, _, _, damage = xml(data.replace("<![CDATA[x]]>", "a&nbsp;b"))
    assert [c.id for c in comments] == ["1"]
    assert "is damaged: Entity 'nbsp' not defined, line " in damage


@pytest.mark.parametrize("cut", ["</channel>", "<item><title>c", "two</x>"])
def test_malformed_xml_gives_what_stands_before(xml, cut):
    data = wxr(item("a", said("1", "one")), item("b", said("2", "x")), item("c", said("3", "three")))
    if cut == "two</x>":
        comments, _, _, damage = xml(data.replace("<![CDATA[x]]>", cut))
        assert [c.id for c in comments] == ["1"]
    else:
        comments, _, _, damage = xml(data[: data.index(cut)])
        assert [c.id for c in comments] == ["1", "2", "3"][: 3 if cut == "</channel>" else 2]
    assert "a.xml: is damaged: " in damage
    assert damage.endswith(". Export it again.")


def test_a_cut_compressed_export(tmp_path):
    posts = "".join(item(f"post {n}", said(str(n), f"{n * 2654435761 % 2**61:x}")) for n in range(3000))
    whole = gzip.compress(wxr(posts).encode())
    path = tmp_path / "a.xml.gz"
    path.write_bytes(whole[: len(whole) // 2])
    comments, _, _, damage = read(path)
    assert [c.id for c in comments] == [str(n) for n in range(len(comments))]
    assert 1300 < len(comments) < 1700
    assert "the gzip stream ends early" in damage


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("<html><body/></html>", "begins with <html>"),
        ('<rss version="2.0"><channel/></rss>', "begins with <rss>"),
        ("plain text", "is not XML"),
        ("<!-- only this -->", "is not XML"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]>' + wxr().split("?>\n", 1)[1], "a document type"),
        ("<" + "!DOCTYPE disqus><disqus/>", "a document type"),
    ],
)
def test_what_is_no_export(xml, data, told):
    with pytest.raises(InputError, match=told):
        xml(data)


def test_a_given_format_must_be_that_of_the_export(xml):
    assert xml(wxr(item("a", said("1", "one"))), "a.txt", format="wxr")[0][0].id == "1"
    with pytest.raises(InputError, match="of the format wxr, not disqus"):
        xml(wxr(), format="disqus")


def test_an_export_from_a_slow_pipe():
    class Slow(io.BytesIO):
        def read1(self, size=-1):
            return super().read1(3)

    data = wxr(item("a", said("1", "one"))).encode()
    assert [c.text for c in read("-", format="wxr", stdin=Slow(data))[0]] == ["one"]


def test_an_export_of_any_length_needs_little_memory(tmp_path):
    import resource

    path = tmp_path / "a.xml"
    with path.open("w") as file:
        head, tail = wxr("@").split("@")
        file.write(head)
        for _ in range(4):  # one post with many comments, then many posts with one
            file.write(item("a", *(said(str(n), "quoin " * 150) for n in range(4000))))
        for n in range(8000):
            file.write(item("a", said(str(n), "quoin " * 150)))
        file.write(tail)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in open_source(path, print).comments) == 24_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 15_000  # KB, of a file of 29 MB


# Disqus

DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><title>General</title></category>
<thread dsq:id="100"><id>x</id><link>https://lathe.example/q</link><title>Quoins &amp; co</title></thread>
<thread dsq:id="200"><id>y</id><link/><title>Gudgeons</title></thread>
{posts}
</disqus>
"""


def post(id, message, *, thread="100", parent=None, deleted="false", spam="false"):
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{id}"><id/><message><![CDATA[{message}]]></message><createdAt>2011-03-04T05:06:07Z</createdAt>'
        f"<isDeleted>{deleted}</isDeleted><isSpam>{spam}</isSpam><author><name>Ann</name>"
        f'<isAnonymous>false</isAnonymous></author><thread dsq:id="{thread}"/>{above}</post>\n'
    )


def test_disqus_comments_in_the_order_of_the_file(xml, tmp_path):
    posts = (
        post("1", "<p>A quoin</p><p>is a\nwedge.</p>")
        + post("2", "two", thread="200")
        + post("3", "no", spam="true")
        + post("4", "no", deleted="true")
        + post("5", "one\ntwo", parent="1", thread="300")
    )
    comments, rejects, notes, damage = xml(DISQUS.format(posts=posts))
    source, date = tmp_path / "a.xml", "2011-03-04T05:06:07Z"
    assert comments == [
        Comment("1", "A quoin\n\nis a wedge.", "Ann", None, f"{source}:6", None, "https://lathe.example/q", date,
                extra={"post": "Quoins & co"}),
        Comment("2", "two", "Ann", None, f"{source}:8", None, "200", date, extra={"post": "Gudgeons"}),
        Comment("5", "one\ntwo", "Ann", "1", f"{source}:11", None, "300", date, extra={"post": ""}),
    ]  # fmt: skip
    assert (rejects, damage) == ([], None)
    assert notes == [f"{source}: 2 comments were left out: 1 spam, 1 deleted."]


def test_a_cut_disqus_export(xml):
    data = DISQUS.format(posts=post("1", "one") + post("2", "two"))
    comments, _, _, damage = xml(data[: data.index("two")])
    assert ([c.id for c in comments], "is damaged" in damage) == (["1"], True)


# Reddit


def rows(*lines, **options):
    return read("-", stdin=io.BytesIO(b"\n".join(json.dumps(line).encode() for line in lines)), **options)


def reddit(**row):
    return {"author": "Ann", "subreddit": "quoins", **row}


def test_reddit_comments():
    row = reddit(
        id="c1", body="A quoin is a wedge.", parent_id="t1_c0", link_id="t3_s1", created_utc=1300000000, score=3
    )
    comments, rejects, _, _ = rows(row)
    assert comments == [
        Comment("c1", "A quoin is a wedge.", "Ann", "c0", "-:1", None, "s1", "1300000000",
                extra={"subreddit": "quoins", "score": 3})
    ]  # fmt: skip
    assert rejects == []


def test_reddit_submissions():
    comments, _, _, _ = rows(
        reddit(id="s1", title="Quoins?", selftext="Who\nuses them?", created_utc="1300000000", url="u"),
        reddit(id="s2", title="A link", selftext=""),
        reddit(id="s3", title="Null", selftext=None),
    )
    assert [(c.id, c.text, c.thread, c.parent) for c in comments] == [
        ("s1", "Quoins?\n\nWho\nuses them?", "s1", None), ("s2", "A link", "s2", None), ("s3", "Null", "s3", None),
    ]  # fmt: skip
    assert (comments[0].date, comments[0].extra) == ("1300000000", {"subreddit": "quoins", "url": "u"})


def test_reddit_texts_that_are_gone_are_rejected():
    comments, rejects, _, _ = rows(
        reddit(body="[deleted]"), reddit(body="[removed]"), reddit(title="a", selftext="[removed]"),
        reddit(body="so it was [deleted]"), reddit(body=None), reddit(n=1),
    )  # fmt: skip
    assert [(c.id, c.text) for c in comments] == [(4, "so it was [deleted]")]
    assert [r.line for r in rejects] == [1, 2, 3, 5, 6]
    assert rejects[0].reason == "The text is [deleted]: it is gone from the place where it stood."
    assert "null, not a string" in rejects[3].reason


def test_the_first_object_decides_whether_a_file_is_a_dump():
    first, later = {"text": "a", "body": "b"}, reddit(body="c")
    comments, rejects, _, _ = rows(first, later)
    assert ([c.text for c in comments], comments[0].extra, len(rejects)) == (["a"], {"body": "b"}, 1)
    comments, rejects, _, _ = read("-", format="jsonl", stdin=io.BytesIO(b"[]\nno\n" + json.dumps(later).encode()))
    assert ([c.text for c in comments], len(rejects)) == (["c"], 2)
    assert 'no "text"' in rows({"body": "x", "author": "Ann"})[1][0].reason


def test_named_columns_go_before_those_of_reddit():
    row = reddit(id="c1", name="t1_c1", body="b", parent_id="t1_c0", link_id="t3_s1", permalink="/p", created_utc=1)
    [comment], _, _, _ = rows(row, columns=Columns(text="body"))
    assert (comment.thread, comment.parent, comment.extra["link_id"]) == (None, None, "t3_s1")
    [comment], _, _, _ = rows(row, columns=Columns(thread="permalink", parent="parent_id", id="name"))
    assert (comment.id, comment.thread, comment.parent, comment.date) == ("t1_c1", "/p", "t1_c0", "1")
    assert comment.extra == {"id": "c1", "subreddit": "quoins", "link_id": "t3_s1"}


# folders, patterns, partitions


@pytest.fixture
def lake(tmp_path):
    for place in ("lang=en/year=2019", "lang=S%C3%A3o/year=__HIVE_DEFAULT_PARTITION__", "_logs", ".hidden"):
        folder = tmp_path / "lake" / place
        folder.mkdir(parents=True)
        (folder / "b.jsonl").write_text('{"text": "t", "n": 1}\n{"text": "u", "year": 7}\n')
        (folder / "a.csv.gz").write_bytes(gzip.compress(b"text\nt\n"))
        (folder / "_SUCCESS").write_text("")
        (folder / ".part.jsonl").write_text("")
        (folder / "notes.doc").write_text("")
    pq.write_table(pa.table({"text": ["p"], "n": [1]}), tmp_path / "lake" / "lang=en" / "c.parquet")
    return tmp_path / "lake"


def test_a_folder_is_its_files_sorted(lake):
    names = [str(Path(name).relative_to(lake)) for name in expand([str(lake)])]
    assert names == [
        "lang=S%C3%A3o/year=__HIVE_DEFAULT_PARTITION__/a.csv.gz",
        "lang=S%C3%A3o/year=__HIVE_DEFAULT_PARTITION__/b.jsonl",
        "lang=en/c.parquet",
        "lang=en/year=2019/a.csv.gz",
        "lang=en/year=2019/b.jsonl",
    ]


def test_partitions_are_columns_of_every_row(lake):
    extras = [dict(c.extra) for name in expand([str(lake)]) for c in read(name)[0]]
    assert extras == [
        {"lang": "São", "year": None},
        {"n": 1, "lang": "São", "year": None},
        {"year": 7, "lang": "São"},
        {"n": 1, "lang": "en"},
        {"lang": "en", "year": "2019"},
        {"n": 1, "lang": "en", "year": "2019"},
        {"year": 7, "lang": "en"},
    ]


def test_partition_columns():
    assert partition_columns("-") == {}
    assert partition_columns("/d/a%20b=c=d/=x/y/e=/f=1.csv") == {"a b": "c=d", "e": ""}


def test_what_is_no_folder_and_no_pattern_stays(lake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a[1].csv").write_text("text\n")
    assert expand(["-", "none.csv", "a[1].csv", "-"]) == ["-", "none.csv", "a[1].csv", "-"]


def test_patterns(lake, tmp_path, monkeypatch):
    monkeypatch.chdir(lake)
    assert expand(["lang=*/year=2019/*.jsonl"]) == ["lang=en/year=2019/b.jsonl"]
    assert expand(["**/?.parquet"]) == ["lang=en/c.parquet"]
    assert expand(["lang=en/year=*"]) == ["lang=en/year=2019/a.csv.gz", "lang=en/year=2019/b.jsonl"]
    assert expand(["lang=en/*/*"]) == [f"lang=en/year=2019/{name}" for name in ("a.csv.gz", "b.jsonl", "notes.doc")]
    assert expand(["lang=en/*/_*"]) == ["lang=en/year=2019/_SUCCESS"]


def test_folders_and_patterns_of_nothing(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.doc").write_text("")
    with pytest.raises(InputError, match=r"x: holds no file that can be read\. .*\.parquet"):
        expand([str(tmp_path / "x")])
    with pytest.raises(InputError, match="no file matches"):
        expand([str(tmp_path / "x" / "*.csv")])


# size

LONG = 3_000_000


@pytest.mark.parametrize(
    ("format", "data"),
    [
        ("jsonl", b'{"text": "%s"}\n'),
        ("csv", b'text\n"%s"\n'),
        ("text", b"%s"),
        ("page", b"1. Ann says:\n\n%s\n"),
        ("html", b'<ol><li id="comment-1"><div class="comment-content"><p>%s</p></div></li></ol>'),
    ],
)
@pytest.mark.parametrize("piece", [b"quoin ", b"a\n", b"...."], ids=["words", "lines", "dots"])
def test_a_comment_of_any_size(format, data, piece):
    if format == "jsonl":
        piece = piece.replace(b"\n", b"\\n")
    begin = time.perf_counter()
    [comment], rejects, _, _ = read("-", format=format, stdin=io.BytesIO(data % (piece * (LONG // len(piece)))))
    assert len(comment.text) > LONG // 2
    assert rejects == []
    assert time.perf_counter() - begin < 20


@pytest.mark.parametrize("piece", ["quoin ", "a\n", "<pre>", "<b ", "&amp;", "<p>x", " \n"])
def test_an_exported_comment_of_any_size(xml, piece):
    begin = time.perf_counter()
    [comment], _, _, damage = xml(wxr(item("a", said("1", piece * (1_000_000 // len(piece))))))
    assert (comment.id, damage) == ("1", None)
    assert time.perf_counter() - begin < 20


def test_a_row_of_any_width():
    begin = time.perf_counter()
    row = {"text": "t", **{f"column {n}": n for n in range(1_000_000)}}
    [comment], _, _, _ = rows(row)
    assert len(comment.extra) == 1_000_000
    wide = ",".join(["text", *[f"c{n}" for n in range(100_000)], *["n"] * 100_000])
    [comment], _, _, _ = read("-", format="csv", stdin=io.BytesIO(f"{wide}\nt\n".encode()))
    del row["text"]
    reason = rows(row)[1][0].reason
    assert reason.endswith("and 999950 more.")
    assert time.perf_counter() - begin < 20


def test_a_third_column_of_one_name():
    data = b"text,n,n,n_2,n\nt,1,2,3,4\n"
    [comment], _, _, _ = read("-", format="csv", stdin=io.BytesIO(data))
    assert comment.extra == {"n": "1", "n_3": "2", "n_2": "3", "n_4": "4"}


def test_blank_megabytes_before_the_first_row():
    begin = time.perf_counter()
    data = b"\n" * 30_000_000 + b'{"text": "a"}\n'
    assert read("-", stdin=io.BytesIO(data))[0][0].source == "-:30000001"
    assert time.perf_counter() - begin < 20


def test_a_line_that_looks_like_an_announcement_is_not_slow():
    begin = time.perf_counter()
    data = b"1. Ann says:\n\nComments: 5" + b" " * 200_000 + b"x\n"
    assert len(read("-", format="page", stdin=io.BytesIO(data))[0]) == 1
    assert time.perf_counter() - begin < 5
