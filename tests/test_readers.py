"""Opening: formats by name and by first character, pipes, errors that end a run before it begins."""

import ast
import io
import os
import re
from pathlib import Path

import pytest

import smsn.readers
from smsn.errors import InputError
from smsn.readers import FORMATS, Columns, open_source
from smsn.records import Comment

ROW = b'{"text": "tea is a drink"}\n'
PAGE = b"Tea vs Coffee\n\n2 Responses\n\n1. Ann says:\n\nsame\n\n2. Bo says:\n\nno\n"
HTML = b'<ol><li id="comment-1"><div class="comment-content"><p>same</p></div></li></ol>'


def read(source, **options):
    rejects = []
    reading = open_source(source, rejects.append, **options)
    return reading, list(reading.comments), rejects


def pipe(data, **options):
    return read("-", stdin=io.BytesIO(data), **options)


def test_the_package_exports_four_names():
    assert sorted(smsn.readers.__all__) == ["Columns", "FORMATS", "Reading", "open_source"]
    assert FORMATS == ("page", "html", "csv", "jsonl", "parquet", "text", "wxr", "disqus")


def test_readers_import_only_errors_and_records_of_smsn():
    for path in Path(smsn.readers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("smsn") or re.match(r"smsn\.(errors|records|readers)\b", name), (path, name)
                assert name.split(".")[0] not in ("spacy", "sklearn")


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.txt", PAGE, "page"), ("a.md", PAGE, "page"), ("a.html", HTML, "html"), ("A.HTM", HTML, "html"),
        ("a.csv", b"text\nx\n", "csv"), ("a.tsv", b"id\ttext\n1\tx\n", "csv"),
        ("a.jsonl", ROW, "jsonl"), ("a.ndjson", ROW, "jsonl"),
    ],
)  # fmt: skip
def test_the_format_is_told_by_the_file_name(tmp_path, name, data, format):
    path = tmp_path / name
    path.write_bytes(data)
    reading, comments, rejects = read(path)
    assert (reading.format, rejects) == (format, [])
    assert comments
    assert reading.is_page == (format in ("page", "html"))


def test_a_given_format_goes_before_the_file_name(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"first\nstill first\n\n\xc2\xa0\nsecond\n")
    reading, comments, _ = read(path, format="text")
    assert reading.format == "text"
    assert [(c.id, c.text, c.source) for c in comments] == [
        (1, "first\nstill first", f"{path}:1"), (2, "second", f"{path}:5"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.docx", "comments"])
def test_an_unknown_ending_lists_the_formats(tmp_path, name):
    with pytest.raises(InputError, match="page, html, csv, jsonl, parquet, text"):
        read(tmp_path / name)


def test_an_unknown_format_lists_the_formats():
    with pytest.raises(InputError, match=r'"xml" is not a format\. Use one of: page'):
        pipe(ROW, format="xml")


@pytest.mark.parametrize("data", [ROW, b"\n \n\t" + ROW, b"\xef\xbb\xbf" + ROW, b"\xef\xbb\xbf\r\n" + ROW])
def test_a_pipe_that_begins_with_a_brace_is_jsonl(data):
    reading, comments, rejects = pipe(data)
    assert (reading.format, rejects) == ("jsonl", [])
    line = data.count(b"\n")
    assert comments == [Comment(1, "tea is a drink", source=f"-:{line}")]


def test_any_other_pipe_is_one_comment_a_paragraph():
    reading, comments, rejects = pipe("\ufeff\r\nTea is\r\na drink.\r\n \r\n\r\nשלום 🍵 \x00\r\n".encode())
    assert (reading.format, rejects) == ("text", [])
    assert comments == [Comment(1, "Tea is\na drink.", source="-:2"), Comment(2, "שלום 🍵 \x00", source="-:6")]


def test_text_may_be_utf_16_with_a_byte_order_mark():
    assert [c.text for c in pipe("one\n\ntwo é".encode("utf-16"))[1]] == ["one", "two é"]


def test_a_paragraph_of_bad_bytes_is_rejected_and_keeps_its_number():
    _, comments, rejects = pipe(b"one\n\ncaf\xe9\nau lait\n\nthree")
    assert [(c.id, c.text) for c in comments] == [(1, "one"), (3, "three")]
    assert [(r.source, r.line, r.raw) for r in rejects] == [("-", 3, "caf\\xe9\nau lait")]


def test_stdin_is_the_default_pipe_and_stays_open(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(ROW)

    monkeypatch.setattr("sys.stdin", Stdin)
    assert len(read("-")[1]) == 1
    assert not Stdin.buffer.closed


@pytest.mark.parametrize(("format", "data"), [("page", PAGE), ("html", HTML), ("csv", b"text\nx\n"), ("text", b"{")])
def test_a_pipe_takes_every_format(format, data):
    reading, comments, _ = pipe(data, format=format)
    assert reading.format == format
    assert comments[0].source == f"-:{ {'page': 5, 'html': 1, 'csv': 2, 'text': 1}[format] }"


def test_a_named_pipe_is_read_once(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    if os.fork() == 0:  # the writer
        path.write_bytes(b"id,text\n7,x\n")
        os._exit(0)
    _, comments, _ = read(path, format="csv")
    os.wait()
    assert [(c.id, c.text) for c in comments] == [("7", "x")]


def test_a_pipe_is_read_while_it_is_written():
    receiver, sender = os.pipe()
    with open(receiver, "rb") as stdin, open(sender, "wb", buffering=0) as out:
        out.write(ROW)
        comments = iter(open_source("-", print, stdin=stdin).comments)
        assert next(comments).id == 1
        out.write(ROW)
        assert next(comments).id == 2


def test_an_endless_stream_is_never_held():
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = (ROW * (1 + len(buffer) // len(ROW)))[: len(buffer)]
            return len(buffer)

    for format in ("jsonl", "csv", "text"):
        row = b"text\n" if format == "csv" else b""
        stream = io.BufferedReader(Endless()) if format == "jsonl" else Lines(row, b"one\n\n")
        comments = iter(open_source("-", print, stdin=stream, format=format).comments)
        assert [next(comments).id for _ in range(50_000)][-1] == 50_000


class Lines(io.RawIOBase):
    """First one line, then another for ever."""

    def __init__(self, first, then):
        self.left, self.then = first, then

    def readable(self):
        return True

    def readinto(self, buffer):
        block = self.left or self.then
        self.left = b""
        buffer[: len(block)] = block
        return len(block)


def test_a_reading_that_nobody_reads_closes_its_file(tmp_path):
    for name, data in (("a.csv", b"text\nx\n"), ("a.jsonl", ROW)):
        (tmp_path / name).write_bytes(data)
        open_source(tmp_path / name, print)  # a file left open is a warning, and warnings are errors
        next(iter(open_source(tmp_path / name, print).comments))


def refusal(source, **options):
    """Return the message, which says what and where, and then what to do."""
    with pytest.raises(InputError) as caught:
        read(source, **options)
    message = str(caught.value)
    assert message.startswith(f"{source}: ")
    assert len(re.findall(r"[.?](?= [A-Z]|$)", message)) == 2, message
    return message


def test_a_missing_file(tmp_path):
    assert "there is no such file" in refusal(tmp_path / "none.csv")


def test_a_directory(tmp_path):
    (tmp_path / "pages.txt").mkdir()
    assert "is a directory" in refusal(tmp_path / "pages.txt")


def test_an_unreadable_file(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.csv"
    path.write_bytes(b"text\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in refusal(path)


def test_a_path_that_cannot_be():
    assert "cannot be read" in refusal("a\0.csv")


@pytest.mark.parametrize("data", [b"", b" \r\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.jsonl", "a.parquet"])
def test_an_empty_file(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert "is empty" in refusal(tmp_path / name)


def test_an_empty_pipe():
    assert "is empty" in refusal("-", stdin=io.BytesIO())


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b"\x7fELF\x02\x01" + b"\0\1" * 50]
)
def test_binary_noise_is_no_page(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert re.search("is not (text|an HTML page)", refusal(tmp_path / name))


def test_columns_default_to_none():
    assert Columns() == Columns(id=None, text=None, author=None, parent=None, thread=None)
