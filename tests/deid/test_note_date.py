"""The date of a note leaves as the policy says."""

from datetime import date

import pytest

from deid.keys import SecretKey
from deid.note_date import read_note_date, released_date
from deid.policy import parse_policy
from deid.transform import transform
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)


def policy(action: str):
    return parse_policy(f"name: test\ndefault: mask\nlabels: {{DATE: {action}}}\n", "test")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-03-04", date(2021, 3, 4)), ("2021-03-04T10:15:00Z", date(2021, 3, 4)), ("3/4/2021", date(2021, 3, 4)),
        ("Mar 4, 2021", date(2021, 3, 4)), ("20210304", date(2021, 3, 4)),
        ("March 2021", None), ("2021", None), ("soon", None), ("", None), (None, None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_only_whole_days_are_read(written: str | None, day: date | None) -> None:
    assert read_note_date(written) == day


@pytest.mark.parametrize(("action", "released"), [("keep", "2021-03-04"), ("mask", None), ("redact", None)])
def test_a_date_is_kept_or_gone(action: str, released: str | None) -> None:
    assert released_date(Note("n", "text", note_date="3/4/2021"), policy(action), KEY) == released


def test_a_date_is_shifted_as_the_dates_in_the_note_are() -> None:
    note = Note("n", "Seen 2021-03-04.", patient_id="p", note_date="2021-03-04")
    shifted = transform(note, [Span(5, 15, "DATE")], policy("shift"), KEY).text
    assert shifted != note.text
    assert shifted == f"Seen {released_date(note, policy('shift'), KEY)}."
