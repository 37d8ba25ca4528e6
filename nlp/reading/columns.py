"""Which columns of the dump hold what, and how a row becomes a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.errors import ConfigError, InputError
from nlp.reading.rows import Reason
from nlp.types import Note

REQUIRED = ("note_id", "text")
OPTIONAL = ("patient_id", "note_type", "note_date")
FIELDS = (*REQUIRED, *OPTIONAL)

_COLUMN_NAME = re.compile(r"[A-Za-z_][\w.()/-]*(?: [\w.()/-]+){0,3}")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is no note: why, and its id where it has one."""

    reason: Reason
    note_id: str | None = None


def show_columns(names: Sequence[str]) -> str:
    """Return column names for an error message.

    A file without a header line has the first note where the names should be, and that must not
    reach a terminal or a log: names that do not look like names are counted, not shown.
    """
    if not names:
        return "no columns"
    if any(len(name) > 64 or not _COLUMN_NAME.fullmatch(name) for name in names):
        return f"{len(names)} columns whose names are not shown because they do not look like names (no header line?)"
    return f"the columns {', '.join(names)}"


def _scalar(value: object) -> str | None:
    """Return a value as text, None where it is missing.

    Raises:
        TypeError: without a message, when it is neither text nor a number.
    """
    match value:
        case str():
            return value or None
        case None:
            return None
        case float() if value != value:
            return None  # how pandas writes a missing value
        case float() if value.is_integer():
            return str(int(value))  # how pandas writes whole numbers beside missing values
        case int() | float() if not isinstance(value, bool):
            return str(value)
    raise TypeError


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a dump.

    Attributes:
        names: field (`FIELDS` or a name of `identifiers`) -> column of the dump; a field that is not
            named here stands in the column of its own name.
        identifiers: further columns that hold identifiers of the patient, such as ``last_name`` or ``mrn``.

    Raises:
        ConfigError: a field that does not exist.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    identifiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in (*FIELDS, *self.identifiers):
                choices = ", ".join((*FIELDS, *self.identifiers))
                raise ConfigError(f"columns: there is no field {name!r} to map; choose from {choices}")

    def column(self, name: str) -> str:
        """Return the column of the dump that holds a field."""
        return self.names.get(name, name)

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns of the dump that are read."""
        return tuple(dict.fromkeys(self.column(name) for name in (*FIELDS, *self.identifiers)))

    @property
    def promised(self) -> tuple[str, ...]:
        """The columns that the user named: a dump without them is refused."""
        return tuple(dict.fromkeys((*self.names.values(), *map(self.column, self.identifiers))))

    def check(self, found: Sequence[str], file: str, *, complete: bool) -> None:
        """Refuse a file whose columns do not hold what is needed.

        Args:
            found: the columns of the file.
            file: its path, for the message.
            complete: whether ``found`` are all of them; else only the required fields are looked for.

        Raises:
            InputError: names the file, the columns found, and what to do.
        """
        required = tuple(self.column(name) for name in REQUIRED)
        missing = [name for name in (*required, *(self.promised if complete else ())) if name not in found]
        if missing:
            raise self.missing(missing, found, file)

    @staticmethod
    def missing(missing: Iterable[str], found: Sequence[str], file: str) -> InputError:
        """Return the error for columns that a file lacks."""
        names = ", ".join(dict.fromkeys(missing))
        return InputError(
            f"{file}: no column {names}; the file has {show_columns(found)}. "
            "Map other names with --columns, for example --columns note_id=ROW_ID,text=note_text"
        )

    def note(self, values: Mapping[str, object]) -> Note | Refused:
        """Return the note of a row, or why it is none."""
        try:
            note_id = _scalar(values.get(self.column("note_id")))
        except TypeError:
            return Refused(Reason.INVALID_ID)
        if note_id is None or not note_id.strip():
            return Refused(Reason.MISSING_ID)
        if any("\ud800" <= character <= "\udfff" for character in note_id):
            return Refused(Reason.INVALID_ID)
        text = values.get(self.column("text"))
        if text is None or text == "" or text != text:
            return Refused(Reason.MISSING_TEXT, note_id)
        if not isinstance(text, str):
            return Refused(Reason.INVALID_TEXT, note_id)
        try:
            known = {name: _scalar(values.get(self.column(name))) for name in (*OPTIONAL, *self.identifiers)}
        except TypeError:
            # An identifier that cannot be searched in the text must not be passed over in silence.
            return Refused(Reason.INVALID_COLUMN, note_id)
        return Note(
            note_id,
            text,
            patient_id=known["patient_id"],
            note_type=known["note_type"],
            note_date=known["note_date"],
            identifiers={name: value for name in self.identifiers if (value := known[name])},
        )
