"""JSONL, CSV and Parquet hold the same, and a file appears whole or not at all."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import PAGES, left_over, read_jsonl, write_jsonl

import smsn.output as output_module
from smsn.errors import InputError, OutputError
from smsn.output import Output, dumps, output_format
from smsn.records import RECORD_FIELDS

NESTED = ("pair", "views", "evidence", "definitions")


def write(path, *rows):
    with Output(str(path)) as output:
        for row in rows:
            output.write(row)
    return path


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def outputs(cli, tmp_path):
    """Return the same run as JSONL, CSV rows and a Parquet table."""
    rows = [
        {"id": 1, "text": "Marmalade is a preserve\r\nmade from oranges.", "n": 3, "tags": ["a"], "view": "mine"},
        {"id": 2, "text": 'Jam and "marmalade", both; are the same\rthing.', "author": "Zoë", "n": None, "late": True},
        {"id": 3, "text": "", "parent": 1, "n": 4},
    ]
    source = write_jsonl(tmp_path / "rows.jsonl", rows)
    for name in ("o.jsonl", "o.csv", "o.parquet"):
        done = cli("classify", source, "--pair", "jam", "marmalade", "--definitions", "-o", tmp_path / name)
        assert (done.status, left_over(tmp_path)) == (0, [])
    return read_jsonl(tmp_path / "o.jsonl"), read_csv(tmp_path / "o.csv"), pq.read_table(tmp_path / "o.parquet")


COLUMNS = [*RECORD_FIELDS, "n", "tags", "input_view", "late"]


def test_csv_holds_what_jsonl_holds(outputs):
    records, rows, _ = outputs
    assert any(record["definitions"] for record in records)
    for record, row in zip(records, rows, strict=True):
        assert list(row) == COLUMNS
        for name, cell in row.items():
            value = record.get(name)
            if name in NESTED or isinstance(value, (bool, list)):
                assert json.loads(cell) == value
            else:
                assert cell == ("" if value is None else str(value))


def test_parquet_holds_what_jsonl_holds_with_types(outputs):
    records, _, table = outputs
    assert table.column_names == COLUMNS
    for record, row in zip(records, table.to_pylist(), strict=True):
        row["views"] = dict(row["views"])
        row["tags"] = row["tags"] and json.loads(row["tags"])
        assert row == {name: record.get(name) for name in COLUMNS}
    types = {field.name: field.type for field in table.schema}
    assert types["id"] == types["n"] == types["parent"] == pa.int64()
    assert types["probability"] == pa.float64()
    assert types["confident"] == types["definitions_run"] == types["late"] == pa.bool_()
    assert types["text"] == types["author"] == types["direction"] == pa.string()
    assert types["views"] == pa.map_(pa.string(), pa.float64())
    assert types["pair"] == pa.list_(pa.string())
    assert pa.types.is_struct(types["evidence"].value_type)
    assert pa.types.is_struct(types["definitions"].value_type)


def test_an_output_is_an_input_again(cli, tmp_path):
    for name in ("o.csv", "o.parquet", "o.jsonl"):
        first = cli("classify", PAGES / "thread.txt", "--no-definitions", "-o", tmp_path / name)
        again = cli("classify", tmp_path / name, "--pair", "jam", "marmalade")
        assert (first.status, again.status) == (0, 0)
        assert [(r["id"], r["views"]) for r in again.records] == [
            (r["id"], r["views"]) for r in cli("classify", PAGES / "thread.txt").records
        ]


def test_columns_of_several_types(tmp_path):
    values = {
        "mixed": [1, "1", None, [2]],
        "number": [1, 2.5, None, 3],
        "long": [2**60, -1, None, 5],
        "huge": [10**30, 1, None, 2],
        "precise": [2**60 + 1, 0.5, None, 1],
        "flag": [True, None, False, True],
        "flags": [True, 1, None, 0],
        "nothing": [None] * 4,
        "nan": [float("nan"), 1.5, float("inf"), 2],
        "deep": [{"a": [float("nan")]}, None, "x", "\n"],
    }
    rows = [{name: column[i] for name, column in values.items()} for i in range(4)]
    table = pq.read_table(write(tmp_path / "a.parquet", *rows)).to_pydict()
    assert table["mixed"] == ["1", "1", None, "[2]"]
    assert table["number"] == [1.0, 2.5, None, 3.0]
    assert table["long"] == values["long"]
    assert table["huge"] == [str(10**30), "1", None, "2"]
    assert table["precise"] == [str(2**60 + 1), "0.5", None, "1"]
    assert table["flag"] == values["flag"]
    assert table["flags"] == ["true", "1", None, "0"]
    assert table["nothing"] == [None] * 4
    assert table["nan"] == [None, 1.5, None, 2.0]
    assert table["deep"] == ['{"a": [null]}', None, "x", "\n"]
    assert [json.loads(dumps(row)) for row in rows] == read_jsonl(write(tmp_path / "a.jsonl", *rows))
    cells = read_csv(write(tmp_path / "a.csv", *rows))
    assert [row["flags"] for row in cells] == ["true", "1", "", "0"]
    assert [row["huge"] for row in cells] == [str(10**30), "1", "", "2"]


def test_rows_with_other_columns_and_more_rows_than_a_group(tmp_path):
    rows = [{"n": i, **({"odd": "x"} if i % 2 else {})} for i in range(4500)]
    table = pq.read_table(write(tmp_path / "a.parquet", *rows))
    assert table.column("n").to_pylist() == list(range(4500))
    assert table.column("odd").to_pylist()[:3] == [None, "x", None]


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\r\nb", 'a"b', "a,b", "a\0b", "a\u2028b", " a ", "=1+1"])
def test_any_text_survives_csv(tmp_path, text):
    assert read_csv(write(tmp_path / "a.csv", {"x": text, "y": 1})) == [{"x": text, "y": "1"}]


def test_half_a_character_is_an_escape(tmp_path):
    row = {"x": "caf\udce9"}
    assert read_jsonl(write(tmp_path / "a.jsonl", row)) == [row]
    assert read_csv(write(tmp_path / "a.csv", row)) == [{"x": "caf\\udce9"}]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_an_error_leaves_the_earlier_output(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text("old")

    def fail():
        with Output(str(path)) as output:
            output.write({"x": 1})
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        fail()
    assert path.read_text() == "old"
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("place", ["_csv", "_parquet"])
def test_an_error_while_converting_leaves_the_earlier_output(tmp_path, place, monkeypatch):
    path = tmp_path / f"a.{place[1:]}"
    path.write_text("old")
    convert = getattr(output_module, place)

    def full(*arguments):
        convert(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output_module, place, full)
    with pytest.raises(OSError, match="No space left"):
        write(path, {"x": 1})
    assert path.read_text() == "old"
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_run_without_a_record_leaves_the_earlier_output(cli, tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_text("old")
    done = cli("classify", "-", "--pair", "jam", "marmalade", "-o", path, "--overwrite", stdin=b'{"text": 1}\n{"text": 2}\n')
    assert (done.status, done.out) == (2, "")
    assert path.read_text() == "old"
    assert str(path) + ".rejects.jsonl" in done.err
    assert len(read_jsonl(tmp_path / f"a.{suffix}.rejects.jsonl")) == 2
    assert left_over(tmp_path) == []


def test_an_output_that_cannot_be_moved_leaves_no_rejects(cli, tmp_path, monkeypatch):
    rejects = tmp_path / "o.csv.rejects.jsonl"
    rejects.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device", "o.csv")

    monkeypatch.setattr(output_module, "_csv", full)
    rows = b'{"text": "jam"}\n{"text": 2}\n'
    done = cli("classify", "-", "--pair", "jam", "marmalade", "-o", tmp_path / "o.csv", stdin=rows)
    assert done.status == 2
    assert "there is no room left on the disk" in done.err
    assert rejects.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [rejects.name]


def test_the_output_has_the_usual_rights(tmp_path):
    (tmp_path / "plain").touch()
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        assert write(tmp_path / name, {"x": 1}).stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_formats_go_by_the_suffix():
    names = {"a.jsonl": "jsonl", "a.b.CSV": "csv", "a.parquet": "parquet", "a.ndjson": "jsonl"}
    assert {name: output_format(name) for name in names} == names
    with pytest.raises(InputError, match=r"ends in \.xlsx"):
        output_format("a.xlsx")
    with pytest.raises(InputError, match="has no ending"):
        output_format("")


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="No such file or directory"):
        Output(str(tmp_path / "no" / "a.csv"))
