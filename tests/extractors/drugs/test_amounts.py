"""Strength, dose, duration, route, form and the daily dose that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.drugs import (
    DailyDose,
    Dose,
    Strength,
    daily_dose,
    parse_dose,
    parse_duration,
    parse_form,
    parse_frequency,
    parse_route,
    parse_strength,
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("25 mg", Strength(25, "mg")),
        ("25MG", Strength(25, "mg")),
        ("0.4", Strength(0.4)),
        (".5 mg", Strength(0.5, "mg")),
        ("75 mcg", Strength(75, "ug")),
        ("75 micrograms", Strength(75, "ug")),
        ("2 grams", Strength(2, "g")),
        ("50,000 IU", Strength(50000, "[iU]")),
        ("20 mEq", Strength(20, "meq")),
        ("0.1%", Strength(0.1, "%")),
        ("10 mg/5 mL", Strength(10, "mg", 5, "mL")),
        ("50 mg/1.25 mL", Strength(50, "mg", 1.25, "mL")),
        ("100 u/mL", Strength(100, "[iU]", 1, "mL")),
        ("5 mcg/kg/min", Strength(5, "ug", 1, "kg.min")),
        ("5-40 mcg/kg/min", Strength(5, "ug", 1, "kg.min", value_max=40)),
        ("14 mg/24h", Strength(14, "mg", 24, "h")),
        ("75 mg/m2", Strength(75, "mg", 1, "m2")),
        ("25-50 mg", Strength(25, "mg", value_max=50)),
        ("2->3 mg", Strength(2, "mg", value_max=3)),
        ("25/100", Strength(25, others=(100,))),
        ("25-100", Strength(25, others=(100,))),
        ("875-125 mg", Strength(875, "mg", others=(125,))),
        ("8.6-50 mg", Strength(8.6, "mg", others=(50,))),
        ("100-62.5-25 mcg", Strength(100, "ug", others=(62.5, 25))),
        ("315 mg-250 unit", Strength(315, "mg", others=(250,))),
        ("1:1,000", Strength(1, "g", 1000, "mL")),
        ("1:100k", Strength(1, "g", 100000, "mL")),
        ("AUC 6", Strength(6, "auc")),
        ("1.2 MU", Strength(1.2, "M[iU]")),
        ("14 mU/min", Strength(14, "m[iU]", 1, "min")),
        ("5 million units", Strength(5, "M[iU]")),
        ("lO mg", Strength(10, "mg")),
        ("75O mg", Strength(750, "mg")),
        ("25/lOO", Strength(25, others=(100,))),
        ("full strength", None),
    ],
)
def test_strength(text: str, meaning: Strength | None) -> None:
    assert parse_strength(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 tab", Dose(1, "tablet")),
        ("two tablets", Dose(2, "tablet")),
        ("half a tablet", Dose(0.5, "tablet")),
        ("ONE-HALF TABLET", Dose(0.5, "tablet")),
        ("1/2 tab", Dose(0.5, "tablet")),
        ("1 and 1/2 tabs", Dose(1.5, "tablet")),
        ("1-2 puffs", Dose(1, "puff", 2)),
        ("two to four tablets", Dose(2, "tablet", 4)),
        ("i-ii gtts", Dose(1, "drop", 2)),
        ("T1C", Dose(1, "capsule")),
        ("ii", Dose(2)),
        ("10 units", Dose(10, "[iU]")),
        ("5,000 u", Dose(5000, "[iU]")),
        ("14U", Dose(14, "[iU]")),
        ("5 mL", Dose(5, "mL")),
        ("2 tsp", Dose(10, "mL")),
        ("1 tbsp", Dose(15, "mL")),
        ("22->25 u", Dose(25, "[iU]")),
        ("12 units/kg/h", Dose(12, "[iU]", per_unit="kg.h")),
        ("sliding scale", Dose(sliding_scale=True)),
        ("SSI", Dose(sliding_scale=True)),
        ("1:10", None),
        ("l/2 tab", Dose(0.5, "tablet")),
        ("3Occ", Dose(30, "mL")),
        ("600,O00 u.", Dose(600000, "[iU]")),
        ("a bit", Dose(1)),
        ("nickel thick", None),
    ],
)
def test_dose(text: str, meaning: Dose | None) -> None:
    assert parse_dose(text) == meaning


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("x 7 days", 7),
        ("x10d", 10),
        ("for two weeks", 14),
        ("for a week", 7),
        ("x 2 wk", 14),
        ("5/7", 5),
        ("1/52", 7),
        ("3/12", 90),
        ("x 72 h", 3),
        ("d1-4", 4),
        ("days 3-7", 5),
        ("day 4 of 7", 7),
        ("for nine more days", 9),
        ("x 8-12 wk", 84),
        ("9 mo", 270),
        ("x 1 yr", 365),
        ("over 1 h", 1 / 24),
        ("until gone (5 days)", 5),
        ("x lO d", 10),
        ("all week", 7),
        ("x3 doses", None),
        ("six cycles", None),
        ("until 36 weeks", None),
        ("indefinitely", None),
        ("x 5", None),
    ],
)
def test_duration_in_days(text: str, days: float | None) -> None:
    assert parse_duration(text) == (None if days is None else pytest.approx(days))


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("PO", "Oral route"),
        ("p.o.", "Oral route"),
        ("by mouth", "Oral route"),
        ("IV", "Intravenous route"),
        ("IVPB", "Intravenous route"),
        ("SubQ", "Subcutaneous route"),
        ("under the skin", "Subcutaneous route"),
        ("SL", "Sublingual route"),
        ("IN", "Nasal route"),
        ("intranasally", "Nasal route"),
        ("OU", "Ophthalmic route"),
        ("left eye", "Ophthalmic route"),
        ("AU", "Otic route"),
        ("PR", "Per rectum"),
        ("via G-tube", "Gastrostomy route"),
        ("nebulized", "Respiratory tract route"),
        ("PO/IV", "Oral route"),
        ("swish & spit", "Oromucosal use"),
        ("through R arm PICC", "Intravenous route"),
    ],
)
def test_route(text: str, display: str) -> None:
    found = parse_route(text)
    assert found is not None
    assert found.display == display
    assert found.code.isdigit()


@pytest.mark.parametrize("text", ["somehow", "", "x" * 500])
def test_unknown_route_and_form_are_none(text: str) -> None:
    assert parse_route(text) is None
    assert parse_form(text) is None


@pytest.mark.parametrize(
    ("text", "display", "unit"),
    [
        ("tabs", "Oral Tablet", "tablet"),
        ("T.", "Oral Tablet", "tablet"),
        ("ODT", "Disintegrating Oral Tablet", "tablet"),
        ("EC TAB", "Delayed Release Oral Tablet", "tablet"),
        ("HFA", "Metered Dose Inhaler", "puff"),
        ("eye drops", "Ophthalmic Solution", "drop"),
        ("suppositories", "Rectal Suppository", "suppository"),
        ("vag crm", "Vaginal Cream", "application"),
        ("patch", "Transdermal System", "patch"),
    ],
)
def test_form(text: str, display: str, unit: str) -> None:
    found = parse_form(text)
    assert found is not None
    assert (found.display, found.unit) == (display, unit)
    assert found.code


def test_form_without_a_place_has_no_code() -> None:
    found = parse_form("gtts")
    assert found is not None
    assert found.code is None


@pytest.mark.parametrize(
    ("strength", "dose", "frequency", "expected"),
    [
        ("500 mg", "2 tabs", "bid", DailyDose(2000, "mg")),
        ("500 mg", None, "TID", DailyDose(1500, "mg")),
        ("25 mg", "1/2 tab", "daily", DailyDose(12.5, "mg")),
        ("5 mg", None, "every other day", DailyDose(2.5, "mg")),
        ("15 mg", None, "weekly", DailyDose(2.1429, "mg")),
        ("250 mg/5 mL", "10 mL", "q8h", DailyDose(1500, "mg")),
        ("100 u/mL", "20 units", "qhs", None),
        (None, "20 units", "qhs", DailyDose(20, "[iU]")),
        ("875-125 mg", None, "bid", DailyDose(1750, "mg")),
        ("25-50 mg", None, "bid", DailyDose(100, "mg")),
        ("100 mg", "1 tab", "1 tab AM and 2 tabs PM", DailyDose(300, "mg")),
        ("325 mg", "1-2 tabs", "q4-6h", DailyDose(3900, "mg")),
        ("325 mg", "1 tab", "q4h prn", None),
        ("5 mg/kg", None, "q24h", None),
        ("0.1%", None, "bid", None),
        ("250 mg/5 mL", None, "bid", None),
        (None, "1 tab", "bid", None),
        (None, "sliding scale", "ACHS", None),
        ("40 mg", None, "taper", None),
        ("500 mg", "2 tabs", None, None),
        ("500 mg", "2 tabs", "x1", None),
    ],
)
def test_daily_dose(strength: str | None, dose: str | None, frequency: str | None, expected: DailyDose | None) -> None:
    found = daily_dose(
        parse_strength(strength) if strength else None,
        parse_dose(dose) if dose else None,
        parse_frequency(frequency) if frequency else None,
    )
    assert found == expected


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    strength, dose, days = parse_strength(text), parse_dose(text), parse_duration(text)
    parse_route(text)
    parse_form(text)
    assert strength is None or strength.value >= 0
    assert dose is None or dose.value is None or dose.value >= 0
    assert days is None or days >= 0


@given(st.decimals(min_value="0.01", max_value=5000, places=2), st.sampled_from(["mg", "mcg", "g", "mEq", "%"]))
def test_plain_strengths_keep_their_number(value: object, unit: str) -> None:
    found = parse_strength(f"{value} {unit}")
    assert found is not None
    assert found.value == pytest.approx(float(str(value)))
