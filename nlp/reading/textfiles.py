"""Text files: each is one note, and its name without the ending is the note's id."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.reading.files import open_stream
from nlp.reading.lines import BOM
from nlp.reading.rows import MAX_ROW_BYTES, Format, Reason, Row


def _rows(paths: tuple[str, ...], start: int, number: int, wanted: tuple[str, ...]) -> Iterator[Row]:
    for place, path in enumerate(paths[start:], start=start):
        with open_stream(path) as stream:
            payload: bytes = stream.read(MAX_ROW_BYTES + 1)
        values: dict[str, object] = {}
        reason = Reason.TOO_LONG if len(payload) > MAX_ROW_BYTES else None
        try:
            text = payload.removeprefix(BOM).decode("utf-8")
        except UnicodeDecodeError:
            reason = reason or Reason.UNDECODABLE
        else:
            stem = path.rsplit("/", 1)[-1].rpartition(".")[0]
            values = {} if reason else {"note_id": stem, "text": text}
        yield Row(1, place, place + 1, payload, values, reason)


TEXT = Format(lambda path: ["note_id", "text"], _rows, named=False)
