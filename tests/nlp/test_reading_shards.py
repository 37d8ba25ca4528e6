"""Shards: together they are the dump, alone they can be read, and a changed file is noticed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.errors import InputError, Quarantined
from nlp.reading import Columns, SeenIds, Shard, ShardReader, find_files, plan_shards, read_notes
from nlp.types import Note

TEXTS = st.text(st.sampled_from('ab,"\n\r\t\x00\x85\u2028 é😀\ufeff[]{}'), min_size=1, max_size=12)
"""Everything that could break a line or a field apart."""


def plan(path: Path | str, size: int, limit: int | None = None) -> list[Shard]:
    files, _ = find_files([str(path)])
    with tempfile.TemporaryDirectory() as folder, SeenIds(Path(folder)) as seen:
        return list(plan_shards(files, Columns(), seen, shard_size=size, limit=limit))


def scan(path: Path | str) -> list[Note | Quarantined]:
    files, _ = find_files([str(path)])
    with tempfile.TemporaryDirectory() as folder, SeenIds(Path(folder)) as seen:
        return list(read_notes(files, Columns(), seen))


def read(shards: list[Shard]) -> list[Note | Quarantined]:
    reader = ShardReader(Columns())
    return [row.outcome for shard in shards for row in reader.read(shard)]


def check(path: Path, size: int, expected: list[tuple[str, str]] | None = None) -> None:
    """Shards cover all rows in order, each at most ``size`` rows, in any order of reading."""
    shards = plan(path, size)
    together = read(shards)
    assert together == scan(path)
    if expected is not None:
        assert [(note.note_id, note.text) for note in together if isinstance(note, Note)] == expected
    assert [shard.index for shard in shards] == list(range(len(shards)))
    assert all(shard.rows == size for shard in shards[:-1])
    shuffled = shards[:]
    random.Random(0).shuffle(shuffled)
    reader = ShardReader(Columns())
    by_index = {shard.index: [row.outcome for row in reader.read(shard)] for shard in shuffled}
    assert [outcome for index in sorted(by_index) for outcome in by_index[index]] == together
    assert plan(path, size) == shards


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=9), st.integers(1, 4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_jsonl_shards_are_the_dump(texts: list[str], size: int, end: str, closed: bool) -> None:
    lines = [json.dumps({"note_id": str(i), "text": text}, ensure_ascii=False) for i, text in enumerate(texts)]
    # A \r inside a JSON line is white space between its parts, an empty line is skipped.
    content = end.join(line.replace(": ", ":\r ", 1) + end * (i % 2) for i, line in enumerate(lines))
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("a.jsonl", content.encode()), ("a.jsonl.gz", gzip.compress(content.encode()))):
            path = Path(folder) / name
            path.write_bytes(data + (end.encode() * closed if name == "a.jsonl" else b""))
            check(path, size, [(str(i), text) for i, text in enumerate(texts)])


@settings(max_examples=60)
@given(
    st.lists(TEXTS, min_size=1, max_size=9),
    st.integers(1, 4),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
@example(["a\nb", '"', "\r"], 1, "\r\n", True, True)
def test_csv_shards_are_the_dump(texts: list[str], size: int, end: str, closed: bool, bom: bool) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [("note_id", "text"), *((str(i), text) for i, text in enumerate(texts))]
    )
    content = out.getvalue() if closed else out.getvalue().removesuffix(end)
    data = b"\xef\xbb\xbf" * bom + content.encode()
    with tempfile.TemporaryDirectory() as folder:
        for name, stored in (("a.csv", data), ("a.csv.gz", gzip.compress(data))):
            path = Path(folder) / name
            path.write_bytes(stored)
            check(path, size, [(str(i), text) for i, text in enumerate(texts)])


@settings(max_examples=40)
@given(st.binary(max_size=80), st.integers(1, 3), st.sampled_from(["a.jsonl", "a.csv"]))
@example(b'"\n"\n1,2\n"\xff', 1, "a.csv")
def test_any_bytes_are_cut_the_same_way_twice(junk: bytes, size: int, name: str) -> None:
    head = b"note_id,text\n0,t\n" if name == "a.csv" else b'{"note_id": "0", "text": "t"}\n'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(head + junk)
        check(path, size)


@pytest.mark.parametrize("rows_in_group", [1, 3, 700, 5000])
@pytest.mark.parametrize("size", [2, 300])
def test_parquet_shards_are_the_dump_whatever_its_row_groups(tmp_path: Path, rows_in_group: int, size: int) -> None:
    count = 1000 if size > 2 else 30
    table = pa.table({"extra": range(count), "text": [f"t{i}" for i in range(count)], "note_id": range(count)})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=rows_in_group)
    check(tmp_path / "a.parquet", size, [(str(i), f"t{i}") for i in range(count)])


def test_text_files_are_shared_out_over_shards(tmp_path: Path) -> None:
    for i in range(7):
        (tmp_path / f"n{i}.txt").write_text(f"t{i}")
    check(tmp_path, 3, [(f"n{i}", f"t{i}") for i in range(7)])
    assert [len(shard.paths) for shard in plan(tmp_path, 3)] == [3, 3, 1]


def test_duplicates_across_shards_and_files_are_refused_after_the_first(tmp_path: Path) -> None:
    for name, ids in (("a", "1223"), ("b", "3145")):
        rows = [{"note_id": i, "text": name} for i in ids]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    shards = plan(tmp_path, 3)
    assert [shard.duplicates for shard in shards] == [(2,), (), (0, 1), ()]
    outcomes = read(shards)
    assert [(o.note_id, o.text) for o in outcomes if isinstance(o, Note)] == [
        ("1", "a"), ("2", "a"), ("3", "a"), ("4", "b"), ("5", "b"),
    ]  # fmt: skip
    assert [(o.note_id, Path(o.file or "").name, o.row) for o in outcomes if isinstance(o, Quarantined)] == [
        ("2", "a.jsonl", 3), ("3", "b.jsonl", 1), ("1", "b.jsonl", 2),
    ]  # fmt: skip


def test_a_limit_cuts_the_plan_after_so_many_notes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("note_id,text\n1,a\n1,b\n2,c\n3,d\n")
    assert [shard.rows for shard in plan(path, 2, limit=2)] == [2, 1]
    assert [shard.rows for shard in plan(path, 2, limit=9)] == [2, 2]


def test_a_file_that_changed_after_planning_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"note_id": "1", "text": "aaa"}\n{"note_id": "2", "text": "bbb"}\n')
    first, second = plan(path, 1)
    path.write_text('{"note_id": "1", "text": "aaa"}\n{"note_id": "2", "text": "bBb"}\n')
    reader = ShardReader(Columns())
    assert reader.read(first)
    with pytest.raises(InputError, match="changed"):
        reader.read(second)
    path.unlink()
    with pytest.raises(InputError, match="moved"):
        ShardReader(Columns()).read(first)
