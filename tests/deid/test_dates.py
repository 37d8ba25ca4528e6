import re
from datetime import date, timedelta

import pytest
from dateutil import parser
from hypothesis import given
from hypothesis import strategies as st

from deid.surrogates.dates import DateStyle, read_style, shift_date, shift_dates
from deid.surrogates.holidays import holiday_dates
from deid.wordlists import entries

STYLE = DateStyle(reference=date(2023, 6, 1))


def shifted(surface: str, days: int, style: DateStyle = STYLE, previous: date | None = None) -> str | None:
    moved = shift_date(surface, days, style, previous)
    return moved[0] if moved else None


@pytest.mark.parametrize(
    ("surface", "days", "expected"),
    [
        ("3/4", 10, "3/14"),
        ("03/04/21", 10, "03/14/21"),
        ("12/31/2021", 1, "1/1/2022"),
        ("2021-03-04", 30, "2021-04-03"),
        ("20210304", 30, "20210403"),
        ("3.4.2021", 30, "4.3.2021"),
        ("4 Mar", 30, "3 Apr"),
        ("4-MAR-21", 30, "3-APR-21"),
        ("02MAY2025", 31, "02JUN2025"),
        ("March 4th, 2021", -3, "March 1st, 2021"),
        ("Sept. 20", 10, "Sept. 30"),
        ("Mar '19", 31, "Apr '19"),
        ("08/2018", 60, "10/2018"),
        ("2018", 365, "2019"),
        ("'09", 365, "'10"),
        ("Tuesday", 1, "Wednesday"),
        ("Thurs 2/9", 1, "Fri 2/10"),
        ("SATURDAYS", 1, "SUNDAYS"),
        ("fall of 2019", 92, "winter of 2020"),
        ("Q3 2021", 92, "Q4 2021"),
        ("2/9-2/13", 20, "3/1-3/5"),
        ("March 3-5", 27, "March 30-April 1"),
        ("Feb 10-15, 2024", 30, "Mar 11-16, 2024"),
        ("Mar 3-8, 2022", -240, "Jul 6-11, 2021"),
        ("Feb 25 - 28, 2024", -240, "Jun 30 - Jul 3, 2023"),
        ("Feb 10-15", 30, "Mar 12-17"),
        ("Oct 30-31st, 2020", 2, "Nov 1-2nd, 2020"),
        ("Oct 13 - 15th", 2, "Oct 15 - 17th"),
        ("Feb-10-15", 365, "Feb-10-16"),
        ("2011-17", 365, "2012-18"),
        ("1990-91", 365, "1991-92"),
        ("MWF", 1, "TTS"),
        ("MWF", 3, "MThS"),
        ("T/Th/S", 1, "W/F/Su"),
        ("TTHS", 1, "WFSU"),
        ("M", -1, "Su"),
        ("the 1990s", 3650, "the 2000s"),
        ("'70s", 10, "'70s"),
        ("Early eighties", 3650, "Early nineties"),
        ("O5/l4/2O21", 1, "05/15/2021"),
        ("Novernber 3", 1, "November 4"),
        ("29 Ma y", 1, "30 May"),
        ("14. März 2021", 30, "13. April 2021"),
        ("3 de enero de 2021", 31, "3 de febrero de 2021"),
        ("12.VI.1980", 30, "12.VII.1980"),
        ("the second of March", 29, "the thirty-first of March"),
        ("week of 10/28", 7, "week of 11/4"),
        ("Summers", 92, "Falls"),
        ("SEPT 97", 30, "OCT 97"),
        ("Labor Day wknd 2022", 1, "September 6, 2022"),
        ("Christmas 2022", 8, "January 2, 2023"),
        ("Thanksgiving", 1, "November 24"),
        ("OCTOBER\n14", 1, "OCTOBER\n15"),
        ("Jan 10 2000", -10, "Dec 31 1999"),
        ("2023-10-18T14:05:00Z", 1, "2023-10-19T14:05:00Z"),
        ("Ramadan", 30, "May"),
        ("during RAMADAN"[7:], 30, "MAY"),
        ("Eid al-Fitr", 1, "April 22"),
        ("Rosh Hashanah eve, 2022", 1, "September 26, 2022"),
        ("Passover '22", 1, "April 17, 2022"),
        ("Tết", 1, "January 23"),
        ("Super Bowl Sunday", 1, "February 13"),
        ("last Sunday in August", 1, "August 28"),
        ("first Monday of March 2022", 1, "March 8, 2022"),
        ("Lent", 30, "April"),
        ("October bank\nholiday", 1, "October 31"),
        ("WEEKENDS", 3, "TUESDAYS AND WEDNESDAYS"),
        ("the weekend", 7, "the weekend"),
        ("week 12, 2022", 14, "week 14, 2022"),
        ("KW 52", 14, "KW 2"),
        ("third quarter", 92, "fourth quarter"),
        ("third quarter of 2021", 184, "first quarter of 2022"),
        ("two thousand nine", 365, "two thousand ten"),
        ("fourth of March, two thousand nine", 30, "third of April, two thousand nine"),
        ("twenty nineteen", 365, "twenty twenty"),
        ("Nineteen eighty-four", 366, "Nineteen eighty-five"),
        ("winter of 1981", -40, "winter of 1981"),
        ("spring '23", -120, "winter '23"),
        ("last June", 31, "last July"),
        ("Michaelmas", 1, "September 30"),
        ("13/5/18", 272, "2/9/19"),
        ("13/5/18", 10, "23/5/18"),
    ],
)
def test_style_is_kept(surface, days, expected):
    assert shifted(surface, days) == expected


@pytest.mark.parametrize(
    "surface",
    [
        "2/30/2021",
        "13/32/20",
        "Ramadan 1980",
        "spring break",
        "week 54, 2022",
        "twenty two",
        "3/14/20018",
        "SMT",
        "",
        "31 Feb",
        "soon",
        "\ud800",
        "9999",
    ],
)
def test_what_is_no_readable_date_is_not_shifted(surface):
    assert shifted(surface, 10) is None


def test_dates_that_leave_the_calendar_are_not_shifted():
    assert shift_date("12/31/2150", 36500 * 100, STYLE) is None


def test_day_alone_is_near_the_date_before_it():
    assert shifted("the 14th", 20, previous=date(2023, 3, 10)) == "the 3rd"


@pytest.mark.parametrize(
    ("marked", "days", "ends"),
    [
        ("2016|-|18", 365, ["2017", "19"]),
        ("March 4|–|9", 20, ["March 24", "29"]),
        ("March 4|–|9", 25, ["March 29", "April 3"]),
        ("3/4/22|, |9", 1, ["3/5/22", None]),
        ("2/30/22|-|9", 1, [None, None]),
    ],
)
def test_end_of_a_range_is_of_the_kind_of_its_beginning(marked, days, ends):
    first, gap, second = marked.split("|")
    stretches = [(0, len(first)), (len(first + gap), len(first + gap + second))]
    moved = shift_dates(first + gap + second, stretches, days, STYLE)
    assert [new and new[0] for new in moved] == ends


@pytest.mark.parametrize(("day_first", "expected"), [(False, "04102021"), (True, "03052021")])
def test_dates_without_separators_follow_the_order_of_the_note(day_first, expected):
    assert shifted("03042021", 37 if not day_first else 30, DateStyle(day_first=day_first)) == expected


def test_a_date_of_birth_before_it_does_not_draw_a_later_date_into_its_century():
    born = date(1931, 2, 3)
    assert shift_date("3/14/22", 365, STYLE, born) == ("3/14/23", date(2022, 3, 14))
    assert shifted("the 30th", 1, previous=born) == "the 31st"  # of May, near the note


def test_partial_date_takes_the_year_nearest_to_the_note():
    assert shifted("2/28", 1, DateStyle(reference=date(2024, 2, 1))) == "2/29"
    assert shifted("2/28", 1, DateStyle(reference=date(2023, 2, 1))) == "3/1"


def test_a_day_and_a_year_whose_month_stands_elsewhere_are_not_shifted_apart():
    assert shift_date("28, 2022", -119, DateStyle(), date(2022, 1, 14)) is None


def test_style_is_read_from_all_dates_of_a_note():
    assert read_style(["21/02/1990", "4/5/90"]).day_first
    assert not read_style(["02/21/1990", "4/5/90"]).day_first
    assert read_style(["4/5/90", "13/4"]).day_first
    assert not read_style(["13/4", "02/21/1990"]).day_first
    assert read_style(["03/04/21"]).padded
    assert read_style(["1/2/2019", "3/4/2021"]).reference == date(2021, 3, 4)
    assert read_style([], "2022-05-06").reference == date(2022, 5, 6)


def test_may_is_as_long_as_the_other_months_of_the_note():
    assert shifted("May 3, 2021", 31, read_style(["Feb 3, 2021", "May 3, 2021"])) == "Jun 3, 2021"
    assert shifted("May 3, 2021", 31, read_style(["February 3, 2021", "May 3, 2021"])) == "June 3, 2021"


def test_day_first_notes_are_written_day_first():
    assert shifted("4/5/1990", 30, DateStyle(day_first=True)) == "3/6/1990"


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("12-25", [(12, 25)]),
        ("11 thu 4", [(11, 23)]),
        ("5 mon -1", [(5, 29)]),
        ("mon from 5-18", [(5, 22)]),
        ("easter -2", [(4, 7)]),
        ("orthodox 0", [(4, 16)]),
        ("feast diwali 0", [(11, 12)]),
        ("feast eid 0", [(4, 21), (6, 28)]),
    ],
)
def test_holidays_fall_on_their_day(rule, days):
    assert holiday_dates(rule, 2023) == tuple(date(2023, *day) for day in days)


def test_every_rule_of_a_holiday_names_a_day():
    for entry in entries("surrogates/data/holidays"):
        assert holiday_dates(entry.split("=")[1], 2023), entry


STYLES = (
    "%m/%d/%Y",
    "%Y-%m-%d",
    "%Y%m%d",
    "%B %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d %Y",
    "%A, %B %d, %Y",
    "%m-%d-%Y",
)


DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DAYS, DAYS, st.integers(-365, 365), st.sampled_from(STYLES))
def test_intervals_and_styles_are_preserved(first, second, days, style):
    for day in (first, second):
        moved = shifted(day.strftime(style), days)
        assert moved is not None
        assert parser.parse(moved).date() == day + timedelta(days)
        full = (day + timedelta(days)).strftime(style)
        if day.month != 5:  # "May" is long and short
            assert moved in (full, re.sub(r"(?<!\d)0(?=\d(?!\d))", "", full))


@given(st.text(max_size=20), st.integers(-365, 365))
def test_any_text_is_shifted_or_refused(surface, days):
    moved = shift_date(surface, days, STYLE)
    assert moved is None or isinstance(moved[0], str)
