"""Reading: formats, columns, what is refused and what stops the run."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlp.errors import ConfigError, InputError, Quarantined
from nlp.reading import Columns, SeenIds, find_files, read_notes
from nlp.types import Note

CANARY = "Zebediah Quux"


def read(folder: Path, *inputs: object, columns: Columns | None = None, limit: int | None = None) -> list[object]:
    files, _ = find_files([str(entry) for entry in inputs])
    with SeenIds(folder) as seen:
        return list(read_notes(files, columns or Columns(), seen, limit=limit))


def reasons(outcomes: list[object]) -> list[tuple[str, str, int | None]]:
    return [(o.note_id, o.reason, o.row) for o in outcomes if isinstance(o, Quarantined)]


def ids(outcomes: list[object]) -> list[str]:
    return [o.note_id for o in outcomes if isinstance(o, Note)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


ROWS = [
    {"note_id": "1", "text": "a\r\nb\tc\x00d", "patient_id": "p", "note_type": "t", "note_date": "2020-01-02"},
    {"note_id": "2", "text": 'says "no", 😀 é e\u0301', "patient_id": "p", "note_type": "t", "note_date": "3/4"},
]
NOTES = [Note(r["note_id"], r["text"], r["patient_id"], r["note_type"], r["note_date"]) for r in ROWS]


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_jsonl(rows: list[dict[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", as_jsonl(ROWS).encode()),
        ("a.ndjson", as_jsonl(ROWS).encode()),
        ("a.JSONL.gz", gzip.compress(as_jsonl(ROWS).encode())),
        ("a.csv", as_csv(ROWS).encode()),
        ("a.csv.gz", gzip.compress(as_csv(ROWS).encode())),
        ("a.tsv", as_csv(ROWS, "\t").encode()),
        ("bom.csv", b"\xef\xbb\xbf" + as_csv(ROWS).encode()),
        ("bom.jsonl", b"\xef\xbb\xbf" + as_jsonl(ROWS).encode()),
    ],
)
def test_every_text_format_gives_the_same_notes(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(tmp_path, write(tmp_path / name, content)) == NOTES


def test_parquet_gives_the_same_notes_whatever_its_types(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(ROWS)
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    assert read(tmp_path, tmp_path / "a.parquet") == NOTES
    odd = pa.table(
        {
            "note_id": pa.array([7, 8]),
            "text": pa.array(["x", "y"], pa.large_string()),
            "note_type": pa.array(["t", "t"]).dictionary_encode(),
            "note_date": pa.array([0, None], pa.timestamp("ns")),
            "patient_id": pa.array([5.0, None]),
        }
    )
    pq.write_table(odd, tmp_path / "odd.parquet")
    assert read(tmp_path, tmp_path / "odd.parquet") == [
        Note("7", "x", "5", "t", "1970-01-01T00:00:00"),
        Note("8", "y", None, "t", None),
    ]


def test_a_folder_of_text_files_is_read_by_file_stem_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    write(folder / "b.txt", "B\r\n")
    write(folder / "a.b.TXT", b"\xef\xbb\xbfA")
    write(folder / "sub" / "c.txt", "C")
    write(folder / "_SUCCESS", "")
    write(folder / "readme.md", "x")
    assert read(tmp_path, folder) == [Note("a.b", "A"), Note("b", "B\r\n"), Note("c", "C")]
    assert find_files([folder])[1] == [str(folder / "readme.md")]


def test_globs_uris_and_several_inputs_are_read_once_each(tmp_path: Path) -> None:
    for name in ("x1", "x2", "y1"):
        write(tmp_path / f"{name}.jsonl", as_jsonl([{"note_id": name, "text": "t"}]))
    assert ids(read(tmp_path, tmp_path / "x?.jsonl")) == ["x1", "x2"]
    assert ids(read(tmp_path, tmp_path / "[!x]*.jsonl")) == ["y1"]
    assert ids(read(tmp_path, f"{tmp_path.parent}/**/x*.jsonl")) == ["x1", "x2"]
    uri = (tmp_path / "y1.jsonl").as_uri()
    assert ids(read(tmp_path, uri, tmp_path / "x*.jsonl", tmp_path / "x1.jsonl")) == ["y1", "x1", "x2"]
    assert ids(read(tmp_path, f"{tmp_path.as_uri()}/x*.jsonl")) == ["x1", "x2"]


def test_a_file_name_with_brackets_is_a_file(tmp_path: Path) -> None:
    assert ids(read(tmp_path, write(tmp_path / "a[1].jsonl", as_jsonl([{"note_id": "1", "text": "t"}])))) == ["1"]


def test_columns_and_identifiers_are_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "ROW,body,LN,mrn\n1,text,Quux,\n")
    columns = Columns({"note_id": "ROW", "text": "body", "last_name": "LN"}, ("last_name", "mrn"))
    (note,) = read(tmp_path, path, columns=columns)
    assert isinstance(note, Note)
    assert note.identifiers == {"last_name": "Quux"}


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize(
    "columns",
    [
        Columns({"text": "body"}),
        Columns(identifiers=("mrn",)),
        Columns({"patient_id": "pid"}),
        Columns({"note_id": "x"}),
    ],
)
def test_a_missing_column_is_named_with_the_file_and_what_there_is(tmp_path: Path, name: str, columns: Columns) -> None:
    rows = [{"note_id": "1", "text": CANARY}, {"note_id": "2", "text": CANARY}]
    path = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        write(path, as_csv(rows) if name.endswith("csv") else as_jsonl(rows))
    with pytest.raises(InputError) as error:
        read(tmp_path, path, columns=columns)
    message = str(error.value)
    assert name in message
    assert "--columns" in message
    assert columns.promised[0] in message
    assert CANARY not in message


def test_a_csv_without_a_header_does_not_show_its_first_note(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"1,{CANARY} was seen today for a long list of complaints\n2,x\n")
    with pytest.raises(InputError, match="no header line") as error:
        read(tmp_path, path)
    assert "Zebediah" not in str(error.value)


def test_an_identifier_that_only_some_json_rows_have_is_accepted(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"note_id": i, "text": "t"} for i in range(200)]
    rows[199]["mrn"] = 12
    notes = read(tmp_path, write(tmp_path / "a.jsonl", as_jsonl(rows)), columns=Columns(identifiers=("mrn",)))
    assert notes[199] == Note("199", "t", identifiers={"mrn": "12"})


def test_a_field_that_does_not_exist_is_refused_with_the_choices() -> None:
    with pytest.raises(ConfigError, match="note_id, text, patient_id"):
        Columns({"txt": "note_text"})


def test_text_files_cannot_give_identifiers(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no columns"):
        read(tmp_path, write(tmp_path / "a.txt", "t"), columns=Columns(identifiers=("mrn",)))


@pytest.mark.parametrize("name", ["nothing.jsonl", "*.jsonl", "file:///no/such.jsonl", "nosuch://x/y.jsonl", "a.docx"])
def test_inputs_that_name_nothing_readable_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.docx", "x")
    with pytest.raises(InputError) as error:
        find_files([name if "://" in name else str(tmp_path / name)])
    assert name in str(error.value)


@pytest.mark.parametrize(("name", "content"), [("a.jsonl", "\n"), ("a.csv", ""), ("a.csv", "note_id,text\n")])
def test_a_dump_without_rows_is_refused(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(InputError, match="no rows"):
        read(tmp_path, write(tmp_path / name, content))


def test_bad_json_rows_are_quarantined_with_their_line_numbers(tmp_path: Path) -> None:
    lines = [
        b'{"note_id": "1", "text": "t"}',
        b"",
        b'{"note_id": "1", "text": "again"}',
        b'{"note_id": "2"}',
        b'{"text": "t"}',
        b'{"note_id": " ", "text": "t"}',
        b'{"note_id": true, "text": "t"}',
        b'{"note_id": "\\ud800", "text": "t"}',
        b'{"note_id": "3", "text": ["t"]}',
        b'{"note_id": "4", "text": ""}',
        b'{"note_id": "5", "text": "\xff"}',
        b'{"note_id": "6", "text": ',
        b"[1]",
        b"[" * 100_000,
        b'{"note_id": "7", "text": "t", "patient_id": {}}',
        b'{"note_id": "8", "text": NaN}',
        b'{"note_id": 9, "text": "\\ud800\\u0000"}',
    ]
    outcomes = read(tmp_path, write(tmp_path / "a.jsonl", b"\n".join(lines)))
    assert reasons(outcomes) == [
        ("1", "duplicate_id", 3),
        ("2", "missing_text", 4),
        ("a.jsonl#5", "missing_id", 5),
        ("a.jsonl#6", "missing_id", 6),
        ("a.jsonl#7", "invalid_id", 7),
        ("a.jsonl#8", "invalid_id", 8),
        ("3", "invalid_text", 9),
        ("4", "missing_text", 10),
        ("a.jsonl#11", "undecodable", 11),
        ("a.jsonl#12", "broken_json", 12),
        ("a.jsonl#13", "broken_json", 13),
        ("a.jsonl#14", "broken_json", 14),
        ("7", "invalid_column", 15),
        ("8", "missing_text", 16),
    ]
    assert [o for o in outcomes if isinstance(o, Note)] == [Note("1", "t"), Note("9", "\ud800\x00")]
    assert all(o.file == str(tmp_path / "a.jsonl") for o in outcomes if isinstance(o, Quarantined))


def test_bad_csv_records_are_quarantined(tmp_path: Path) -> None:
    content = b'note_id,text\n1,"a\r\nb"\n2,x,y\n3\n\n4,\xff\n5,\n6,ok\n7,"never closed\n'
    outcomes = read(tmp_path, write(tmp_path / "a.csv", content))
    assert ids(outcomes) == ["1", "6"]
    assert reasons(outcomes) == [
        ("a.csv#2", "field_count", 2),
        ("a.csv#3", "field_count", 3),
        ("a.csv#4", "undecodable", 4),
        ("5", "missing_text", 5),
        ("a.csv#7", "broken_csv", 7),
    ]


def test_undecodable_parquet_and_text_files_are_quarantined(tmp_path: Path) -> None:
    column = pa.Array.from_buffers(pa.string(), 2, pa.array([b"ok", b"\xff"]).buffers())
    pq.write_table(pa.table({"note_id": pa.array(["1", "2"]), "text": column}), tmp_path / "a.parquet")
    assert reasons(read(tmp_path, tmp_path / "a.parquet")) == [("a.parquet#2", "undecodable", 2)]
    write(tmp_path / "b.txt", b"\xff")
    assert reasons(read(tmp_path, tmp_path / "b.txt")) == [("b.txt#1", "undecodable", 1)]


def test_a_note_longer_than_the_csv_default_limit_is_read(tmp_path: Path) -> None:
    (note,) = read(tmp_path, write(tmp_path / "a.csv", "note_id,text\n1," + "x" * 300_000))
    assert isinstance(note, Note)
    assert len(note.text) == 300_000


def test_rows_beyond_the_limit_of_size_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.reading.lines.MAX_ROW_BYTES", 3 * 2**20)
    monkeypatch.setattr("nlp.reading.delimited.MAX_ROW_BYTES", 3 * 2**20)
    long = "x" * (5 * 2**20)
    rows = as_jsonl([{"note_id": "1", "text": long}, {"note_id": "2", "text": "t"}])
    outcomes = read(tmp_path, write(tmp_path / "a.jsonl", rows))
    assert ids(outcomes) == ["2"]
    assert reasons(outcomes) == [("a.jsonl#1", "too_long", 1)]
    with pytest.raises(InputError, match="quote"):
        read(tmp_path, write(tmp_path / "a.csv", f'note_id,text\n1,"{long}\n'))


def test_damaged_files_raise_an_error_that_names_the_file_and_shows_no_text(tmp_path: Path) -> None:
    content = gzip.compress(
        as_jsonl([{"note_id": str(i), "text": f"{CANARY} {i * i}"} for i in range(90_000)]).encode()
    )
    with pytest.raises(InputError, match=r"cut\.jsonl\.gz: cannot be read") as error:
        read(tmp_path, write(tmp_path / "cut.jsonl.gz", content[: len(content) // 2]))
    assert CANARY not in str(error.value)
    with pytest.raises(InputError, match=r"not\.parquet: cannot be read"):
        read(tmp_path, write(tmp_path / "not.parquet", "no parquet"))
    with pytest.raises(InputError, match="UTF-16"):
        read(tmp_path, write(tmp_path / "a.csv", as_csv(ROWS).encode("utf-16")))


def test_the_limit_counts_notes_not_refused_rows(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"note_id": "1"}, *({"note_id": str(i), "text": "t"} for i in range(1, 9))]
    outcomes = read(tmp_path, write(tmp_path / "a.jsonl", as_jsonl(rows)), limit=2)
    assert ids(outcomes) == ["1", "2"]
    assert len(outcomes) == 3


def test_the_set_of_ids_leaves_nothing_behind_and_shows_no_id(tmp_path: Path) -> None:
    with SeenIds(tmp_path) as seen:
        assert [seen.add(name) for name in ("canary-id", "b", "canary-id", "\ud800")] == [True, True, False, True]
        assert not any(b"canary-id" in path.read_bytes() for path in tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
