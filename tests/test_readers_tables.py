"""CSV, JSONL and Parquet: columns, pairs, what passes through, what is rejected."""

import datetime
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsn.errors import InputError
from smsn.readers import Columns, open_source
from smsn.records import Comment


def read(source, **options):
    rejects = []
    reading = open_source(source, rejects.append, **options)
    return list(reading.comments), rejects


def jsonl(*lines, **options):
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return read("-", stdin=io.BytesIO(data), format="jsonl", **options)


def table(data, **options):
    data = data.encode() if isinstance(data, str) else data
    return read("-", stdin=io.BytesIO(data), format="csv", **options)


@pytest.fixture
def parquet(tmp_path):
    def write(content, **options):
        path = tmp_path / "a.parquet"
        pq.write_table(pa.table(content), path)
        return read(path, **options)

    return write


FULL = {
    "id": "x",
    "text": "t",
    "author": "Ann",
    "parent": "w",
    "thread": "th",
    "date": "2011",
    "stars": 3,
    "term": "tea",
}


# JSONL


def test_jsonl_columns_by_default_and_the_rest_in_order():
    comments, rejects = jsonl({**FULL, "pair": ["tea", "coffee"], "last": None})
    assert comments == [
        Comment(
            "x",
            "t",
            "Ann",
            "w",
            "-:1",
            ("tea", "coffee"),
            "th",
            "2011",
            extra={"stars": 3, "term": "tea", "last": None},
        )
    ]
    assert (list(comments[0].extra), rejects) == (["stars", "term", "last"], [])


@pytest.mark.parametrize("value", ["7", 7, 7.5, "", None, 2**70])
def test_a_jsonl_id_keeps_its_value_and_type(value):
    [comment], _ = jsonl({"id": value, "text": "t"})
    assert (comment.id, type(comment.id)) == (value, type(value))


def test_running_numbers_count_the_rejected_rows():
    comments, rejects = jsonl({"text": "a"}, {"text": 1}, {"text": "c"})
    assert ([c.id for c in comments], [r.line for r in rejects]) == ([1, 3], [2])


def test_duplicate_ids_are_kept_in_order():
    assert [c.text for c in jsonl({"id": 1, "text": "a"}, {"id": 1, "text": "b"})[0]] == ["a", "b"]


def test_renamed_columns_leave_the_default_names_to_extra():
    columns = Columns(id="n", text="body", author="who", parent="re", thread="page")
    row = {"n": 1, "body": "t", "who": "Ann", "re": 0, "page": 4, "text": "other", "id": "old"}
    assert jsonl(row, columns=columns)[0] == [
        Comment(1, "t", "Ann", 0, "-:1", thread="4", extra={"text": "other", "id": "old"})
    ]


def test_a_default_column_that_was_given_another_role_is_not_read_twice():
    [comment], _ = jsonl({"author": "what was said", "id": 1}, columns=Columns(text="author"))
    assert (comment.text, comment.author, comment.extra) == ("what was said", None, {})


def test_values_that_do_not_fit_their_role_pass_through():
    [comment], _ = jsonl({"text": "t", "author": {"name": "Ann"}, "parent": [1], "thread": True, "date": 2011})
    assert (comment.author, comment.parent, comment.thread, comment.date) == (None, None, None, "2011")
    assert comment.extra == {"author": {"name": "Ann"}, "parent": [1], "thread": True}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "t"', "is not JSON"),
        (b"text", "is not JSON"),
        (b'["text"]', "not an object"),
        (b'"text"', "not an object"),
        (b'{"id": 1}', 'no "text"; its columns are: "id"'),
        (b"{}", 'no "text"; its columns are: none'),
        (b'{"text": null}', "is null, not a string"),
        (b'{"text": 3}', "is a number, not a string"),
        (b'{"text": ["t"]}', "is a list, not a string"),
        (b'{"text": "t", "id": {"a": 1}}', "The id is an object"),
        (b'{"text": "t", "id": NaN}', "NaN is not a number"),
        (b'{"text": "t", "n": 1e999}', "1e999 is too large"),
        (b'{"text": "t", "n": ' + b"9" * 5000 + b"}", "not JSON that can be read"),
        (b'{"text": ' + b"[" * 100_000, "not JSON that can be read"),
        (b'{"text": "\\ud83d half"}', "half of a surrogate pair"),
        (b'{"text": "t", "author": "\\udc00"}', "half of a surrogate pair"),
    ],
)
def test_a_bad_jsonl_line_is_rejected_and_the_next_is_read(line, reason):
    comments, [reject] = jsonl(b'{"text": "before"}', line, b'{"text": "after"}')
    assert [c.text for c in comments] == ["before", "after"]
    assert (reject.source, reject.line, reject.raw) == ("-", 2, line.decode())
    assert reason in reject.reason
    assert reject.reason.endswith(".")


def test_a_jsonl_line_that_is_not_utf_8():
    comments, [reject] = jsonl(b'{"text": "caf\xe9"}', b'{"text": "b"}')
    assert [c.text for c in comments] == ["b"]
    assert (reject.line, reject.raw) == (1, '{"text": "caf\\xe9"}')
    assert "not UTF-8 at byte 14" in reject.reason


def test_jsonl_takes_what_is_odd_and_valid():
    texts = [
        "",
        " ",
        "\0",
        "\ud83c\udf75".encode("utf-16", "surrogatepass").decode("utf-16"),
        "שלום",
        "a\u2028b\x85c",
        "x" * 5_000_000,
    ]
    data = b"\xef\xbb\xbf" + b"\r\n\r\n".join(json.dumps({"text": t}).encode() for t in texts)
    comments, rejects = read("-", stdin=io.BytesIO(data), format="jsonl")
    assert ([c.text for c in comments], rejects) == (texts, [])
    assert [c.source for c in comments][:2] == ["-:1", "-:3"]


def test_jsonl_in_utf_16_is_refused_at_once():
    with pytest.raises(InputError, match="Save it as UTF-8"):
        read("-", stdin=io.BytesIO('{"text": "a"}'.encode("utf-16")), format="jsonl")


@pytest.mark.parametrize("row", [{"pair": None}, {}, {"pair_a": "", "pair_b": ""}, {"pair_a": None}])
def test_no_pair(row):
    [comment], _ = jsonl({"text": "t", **row})
    assert (comment.pair, comment.extra) == (None, {})


@pytest.mark.parametrize(
    "pair",
    [
        "tea, coffee",
        ["tea"],
        ["a", "b", "c"],
        [],
        ["tea", 1],
        ["tea", ""],
        ["tea", " "],
        ["tea", "tea"],
        ["Tea", "tea "],
        0,
        False,
    ],
)
def test_a_broken_pair_is_rejected(pair):
    comments, [reject] = jsonl({"text": "t", "pair": pair})
    assert comments == []
    assert "pair" in reject.reason


def test_a_pair_stays_as_it_is_written():
    assert jsonl({"text": "t", "pair": [" Tea", "UX/UI"]})[0][0].pair == (" Tea", "UX/UI")


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.integers())), st.text())
def test_no_row_is_lost(row, text):
    comments, rejects = jsonl(json.dumps({**row, "text": text}).encode())
    assert len(comments) + len(rejects) == 1
    if comments:
        assert comments[0].text == text


# CSV


def test_csv_columns_by_default_and_the_rest_in_order():
    data = "id,text,stars,author,parent,thread,date,pair_a,pair_b,term,pair\n7,t,3,Ann,,th,2011,tea,coffee,tea,x\n"
    comments, rejects = table(data)
    assert comments == [
        Comment(
            "7",
            "t",
            "Ann",
            None,
            "-:2",
            ("tea", "coffee"),
            "th",
            "2011",
            extra={"stars": "3", "term": "tea", "pair": "x"},
        )
    ]
    assert rejects == []


def test_csv_source_is_the_first_line_of_the_row():
    comments, _ = table('text,n\r\n"two\r\nlines",1\r\n\r\n"a ""quote""",2\r\n')
    assert [(c.id, c.text, c.source) for c in comments] == [
        (1, "two\r\nlines", "-:2"), (2, 'a "quote"', "-:5"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_encodings_and_what_is_odd_and_valid(encoding):
    texts = ["", "\0", "🍵 שלום", "x" * 5_000_000]
    data = "id,text\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(texts))
    comments, rejects = table(data.encode(encoding))
    assert ([c.text for c in comments], rejects) == (texts, [])


def test_tsv_is_parted_by_tabs(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("id\ttext\n1\ta, b\n", "utf-8")
    assert [(c.id, c.text, c.source) for c in read(path)[0]] == [("1", "a, b", f"{path}:2")]


def test_an_empty_text_in_a_single_column():
    assert [c.text for c in table('text\n""\n\nx\n')[0]] == ["", "x"]


def test_csv_without_the_text_column_names_those_it_has():
    with pytest.raises(InputError, match=r'no column "text"; the columns are "id", "comment"\. .*--text-column'):
        table("id,comment\n1,x\n")


@pytest.mark.parametrize("role", ["text", "id", "author"])
def test_a_named_column_that_is_absent_is_refused_before_the_first_row(role):
    stdin = io.BytesIO(b"id,text\n1,x\n")
    with pytest.raises(InputError, match=f'no column "body"; .*--{role}-column'):
        open_source("-", print, stdin=stdin, format="csv", columns=Columns(**{role: "body"}))


def test_a_named_text_column_that_a_jsonl_row_lacks_is_a_reject():
    comments, [reject] = jsonl({"text": "t"}, {"body": "b"}, columns=Columns(text="body"))
    assert ([c.text for c in comments], reject.line) == (["b"], 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,a,b,c", "has 4 fields, and the header has 3"),
        (b"1,caf\xe9,b", "not UTF-8"),
        (b"1", 'no "text"; its columns are: "id"'),
    ],
)
def test_a_bad_csv_row_is_rejected_and_the_next_is_read(row, reason):
    comments, [reject] = table(b"id,text,n\n0,before,\n" + row + b"\r\n2,after,\n")
    assert [c.text for c in comments] == ["before", "after"]
    assert (reject.line, reject.raw) == (3, row.decode("utf-8", "backslashreplace"))
    assert reason in reject.reason


def test_bad_bytes_of_utf_16():
    data = "id,text\n1,ab\n2,x\n".encode("utf-16-le").replace(b"a\0b\0", b"\x00\xd8a\0")
    comments, [reject] = table(b"\xff\xfe" + data)
    assert [c.text for c in comments] == ["x"]
    assert reject.raw == "1,\\x00\\xd8a"


def test_a_header_of_bad_bytes_is_refused():
    with pytest.raises(InputError, match="Save the file as UTF-8"):
        table(b"text,pr\xe9nom\nx,y\n")


def test_an_open_quote_takes_the_rest_of_the_file():
    comments, [reject] = table('id,text\n1,a\n2,"b\n3,c\n')
    assert [c.id for c in comments] == ["1"]
    assert (reject.line, reject.raw) == (3, '2,"b\n3,c')
    assert "never closed" in reject.reason


def test_a_last_row_without_a_line_end_is_read():
    assert [c.text for c in table('text\n"a"')[0]] == ["a"]


@pytest.mark.parametrize("cells", ["tea,", ",coffee", "tea,tea", "tea, TEA", "tea,  "])
def test_a_broken_csv_pair_is_rejected(cells):
    comments, [reject] = table(f"text,pair_a,pair_b\nt,{cells}\n")
    assert comments == []
    assert "pair" in reject.reason


def test_only_one_pair_column():
    comments, [reject] = table("text,pair_a\nt,\nu,tea\n")
    assert ([c.pair for c in comments], reject.line) == ([None], 3)


def test_columns_of_one_name_are_both_kept():
    assert table("text,n,n,\nt,1,2,3\n")[0][0].extra == {"n": "1", "n_2": "2", "": "3"}


# Parquet


def test_parquet_columns(parquet, tmp_path):
    day = datetime.date(2011, 3, 4)
    comments, rejects = parquet(
        {
            "id": [1, 2],
            "text": ["a", ""],
            "pair": [["tea", "coffee"], None],
            "parent": [None, 1.0],
            "date": [day, None],
            "n": [day, None],
        }
    )
    name = tmp_path / "a.parquet"
    assert comments == [
        Comment(1, "a", source=f"{name}:1", pair=("tea", "coffee"), date="2011-03-04", extra={"n": day}),
        Comment(2, "", parent=1, source=f"{name}:2", extra={"n": None}),
    ]
    assert rejects == []
    assert isinstance(comments[1].parent, int)


def test_parquet_categories_and_pairs_of_columns(parquet):
    text = pa.array(["a", "b"]).dictionary_encode()
    comments, [reject] = parquet({"text": text, "pair_a": ["tea", "tea"], "pair_b": ["coffee", None]})
    assert [c.pair for c in comments] == [("tea", "coffee")]
    assert (reject.line, json.loads(reject.raw)["text"]) == (2, "b")


def test_parquet_rows_without_text_or_with_bad_bytes_are_rejected(parquet):
    bad = pa.array([b"a", b"caf\xe9", None, b"d"]).view(pa.string())
    comments, rejects = parquet({"text": bad, "n": [1, 2, 3, 4]})
    assert [(c.id, c.text) for c in comments] == [(1, "a"), (4, "d")]
    assert [r.line for r in rejects] == [2, 3]
    assert json.loads(rejects[0].raw)["text"] == "caf\\xe9"
    assert "is null" in rejects[1].reason


def test_parquet_without_the_text_column(parquet):
    with pytest.raises(InputError, match='no column "text"; the columns are "body"'):
        parquet({"body": ["a"]})
    assert [c.text for c in parquet({"body": ["a"]}, columns=Columns(text="body"))[0]] == ["a"]


def test_parquet_whose_text_is_no_text(parquet):
    with pytest.raises(InputError, match='"text" holds int64, not strings'):
        parquet({"text": [1]})


def test_what_is_not_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"id,text\n")
    with pytest.raises(InputError, match="is not a Parquet file"):
        read(path)


def test_damaged_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(5000)]}), path, use_dictionary=False)
    data = path.read_bytes()
    path.write_bytes(data[:40] + bytes(200) + data[240:])
    with pytest.raises(InputError, match=r"is damaged: .*\. Write the file again\."):
        read(path)


def test_parquet_in_many_batches_and_from_a_pipe(tmp_path):
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(1000)]}), sink)
    comments, _ = read("-", stdin=io.BytesIO(sink.getvalue()), format="parquet")
    assert [(c.id, c.source) for c in comments][-1] == (1000, "-:1000")
