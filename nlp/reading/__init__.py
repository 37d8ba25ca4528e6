"""Reading note dumps: JSONL, CSV, Parquet and text files, on any file system pyarrow knows.

A dump has a column ``note_id`` and a column ``text``, and may have ``patient_id``, ``note_type``,
``note_date`` and columns of known identifiers of the patient. Rows stream; memory does not grow
with the dump. What is wrong with the whole dump raises `nlp.errors.InputError`; what is wrong with
one row sends this row to the quarantine (stage ``read``) with one of these reasons:

| reason           | what is wrong with the row                                                        |
|------------------|-----------------------------------------------------------------------------------|
| `missing_id`     | the note id is absent, empty or blank                                             |
| `missing_text`   | the text is absent or empty                                                       |
| `invalid_id`     | the note id is neither text nor a number, or holds a lone surrogate               |
| `invalid_text`   | the text is a number, a list or an object                                         |
| `invalid_column` | another column that was asked for is a list, an object or a truth value           |
| `duplicate_id`   | an earlier note of the dump has the same id; the first one is kept                |
| `undecodable`    | its bytes are not UTF-8                                                           |
| `broken_json`    | the line is no JSON object                                                        |
| `broken_csv`     | the file ends inside a quoted field                                               |
| `field_count`    | the record has more or fewer fields than the header                               |
| `too_long`       | the row is longer than 64 MB (of CSV files the whole file is refused in this case) |

A row without an id stands in the quarantine as ``<file name>#<row>``.
"""

from nlp.reading.columns import FIELDS, Columns
from nlp.reading.files import KINDS, InputFile, find_files
from nlp.reading.rows import Reason
from nlp.reading.seen import SeenIds
from nlp.reading.shards import DEFAULT_SHARD_SIZE, ReadRow, Shard, ShardReader, plan_shards, read_notes
from nlp.reading.tables import read_table

__all__ = [
    "DEFAULT_SHARD_SIZE",
    "FIELDS",
    "KINDS",
    "Columns",
    "InputFile",
    "ReadRow",
    "Reason",
    "SeenIds",
    "Shard",
    "ShardReader",
    "find_files",
    "plan_shards",
    "read_notes",
    "read_table",
]
