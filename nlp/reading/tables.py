"""Reading tables that are no dump: the rows of CSV, JSON lines and Parquet files with all their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from nlp.errors import InputError
from nlp.reading.files import InputFile
from nlp.reading.rows import Row
from nlp.reading.shards import FORMATS


def read_table(files: Sequence[InputFile]) -> Iterator[tuple[str, Row]]:
    """Yield path and row of every row; what is wrong with a row stands in its `reason`.

    Raises:
        InputError: a file of text, a damaged file, or no row at all.
    """
    empty = True
    for file in files:
        reader = FORMATS[file.kind]
        if not reader.named:
            raise InputError(f"{file.path}: text files have no columns; use CSV, JSON lines or Parquet")
        try:
            names = tuple(reader.columns(file.path))
            for row in reader.rows((file.path,), 0, 1, names):
                empty = False
                yield file.path, row
        except (OSError, EOFError, pa.ArrowException) as error:
            raise InputError(f"{file.path}: cannot be read ({type(error).__name__}); is it {file.kind}?") from None
    if empty:
        raise InputError(f"{files[0].path}: the table has no rows")
