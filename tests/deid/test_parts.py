"""What of a span is the thing itself."""

import pytest

from deid.parts import parts
from nlp.types import Span


def kept(text: str, label: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.label) for s in parts(text, Span(0, len(text), label, 0.9, ("a",)))]


@pytest.mark.parametrize(
    ("text", "label", "name"),
    [
        ("Dr Coffee", "DOCTOR", "Coffee"),
        ("PT OSHAUGHNESSY", "PATIENT", "OSHAUGHNESSY"),
        ("Matron Joy", "DOCTOR", "Joy"),
        ("Father Ambrose", "RELATIVE", "Ambrose"),
        ("Dear Imogen", "DOCTOR", "Imogen"),
        ("Rebecca", "PATIENT", "Rebecca"),
        ("GARZA,XOCHITL MD", "DOCTOR", "GARZA,XOCHITL"),
        ("KIM DO", "DOCTOR", "KIM DO"),
        ("Nwosu MD, RN", "DOCTOR", "Nwosu"),
    ],
)
def test_titles_and_degrees_are_no_names(text, label, name):
    assert kept(text, label) == [(name, label)]


@pytest.mark.parametrize("title", ["Dr", "dr.", "Mrs.", "PROF"])
def test_a_title_alone_is_nobody(title):
    assert kept(title, "DOCTOR") == []


@pytest.mark.parametrize(("text", "found"), [("on the 7th", "the"), ("fell of", "of")])
def test_small_words_are_nothing(text, found):
    start = text.index(found)
    assert parts(text, Span(start, start + len(found), "DATE", 0.6, ("a",))) == []


def test_the_last_part_of_a_number_with_full_stops_stays():
    assert [s.start for s in parts("ds .2281.77104.9", Span(15, 16, "IDNUM", 0.6, ("a",)))] == [15]


@pytest.mark.parametrize(
    ("text", "found"), [("on 3.11.", "3.11"), ("seen 11. Next", "11"), ("no.7 July", "7"), ("at 12.30 on 4", "4")]
)
def test_days_with_full_stops_stay(text, found):
    start = text.index(found)
    assert [text[s.start : s.end] for s in parts(text, Span(start, start + len(found), "DATE", 0.6, ("a",)))] == [found]


def test_a_known_name_stays_whatever_it_is():
    assert len(parts("seen by to", Span(8, 10, "DOCTOR", 1.0, ("known",)))) == 1


@pytest.mark.parametrize("surname", ["Judge", "Don", "Miss"])
def test_titles_that_are_also_names_stay(surname):
    assert kept(surname, "PATIENT") == [(surname, "PATIENT")]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Fri night", ["Fri"]),
        ("Monday 11am", ["Monday"]),
        ("Tues 3:30 pm", ["Tues"]),
        ("Wed 0930", ["Wed"]),
        ("qMon", ["Mon"]),
        ("2019-2020", ["2019", "2020"]),
        ("11/4 - 11/5", ["11/4", "11/5"]),
        ("1/2/24–1/9/24", ["1/2/24", "1/9/24"]),
        ("2019-11-05", ["2019-11-05"]),
        ("11-05", ["11-05"]),
        ("M/W/F", ["M", "W", "F"]),
        ("Mon Wed Fri", ["Mon", "Wed", "Fri"]),
        ("Tues/Thurs, Sat", ["Tues", "Thurs", "Sat"]),
        ("Th F Su", ["Th", "F", "Su"]),
    ],
)
def test_dates_have_no_time_of_day_and_ends_of_a_range_are_two(text, days):
    assert kept(text, "DATE") == [(day, "DATE") for day in days]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("MRN70-33-81", "70-33-81"),
        ("MRN: 4471902", "4471902"),
        ("no. 600 512 8834", "600 512 8834"),
        ("ser 1180-00417", "1180-00417"),
        ("NR4471", "NR4471"),
        ("No-Such", "No-Such"),
    ],
)
def test_captions_are_no_part_of_a_number(text, number):
    assert kept(text, "IDNUM") == [(number, "IDNUM")]
