import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deid.keys import SecretKey
from deid.surrogates import Draws
from deid.surrogates.check_digits import SCHEMES, luhn_digit, scheme_of
from deid.surrogates.numbers import plain_code, scramble, social_security

DRAWS = Draws(SecretKey(b"k" * 32), "patient p1")


@pytest.mark.parametrize(
    "code", ["1M8GDM9AXKP042788", "AB1234563", "1234567893", "9434765919", "4111 1111 1111 1111", "49015420323751-8"]
)
def test_a_valid_check_digit_stays_valid(code):
    scheme = scheme_of(plain_code(code).upper())
    assert scheme is not None
    for patient in range(20):
        new = scramble(code, Draws(DRAWS.key, str(patient)), "IDNUM")
        assert scheme.is_valid(plain_code(new).upper())
        assert new != code


@pytest.mark.parametrize("code", ["1M8GDM9A0KP042788", "AB1234560", "1234567890", "4111 1111 1111 1112"])
def test_a_wrong_check_digit_is_no_scheme(code):
    assert scheme_of(plain_code(code).upper()) is None


def test_no_part_of_a_look_alike_is_a_code_of_the_note():
    first, second = scramble("5500-8823", DRAWS, "IDNUM").split("-")
    for taken in (first, second, f"{first}{second}"):
        new = scramble("5500-8823", DRAWS, "IDNUM", avoid={taken})
        assert taken not in (*new.split("-"), plain_code(new))


def test_luhn_digit_of_the_standard_example():
    assert luhn_digit("7992739871") == "3"


def test_npi_keeps_its_first_digit():
    assert scramble("1234567893", DRAWS, "LICENSE").startswith("1")


@pytest.mark.parametrize("patient", range(20))
def test_social_security_numbers_are_never_issued_and_agree_with_their_last_four(patient):
    draws = Draws(DRAWS.key, str(patient))
    new = social_security("123-45-7714", draws)
    assert re.fullmatch(r"9\d\d-(0[1-9]|[1-4]\d)-\d{4}", new)
    assert new.endswith(social_security("7714", draws))


@settings(max_examples=150)
@given(st.text(st.sampled_from("0123456789ABXYabz-/. "), min_size=1, max_size=18))
def test_codes_keep_their_form_and_no_long_part(code):
    assume(plain_code(code))
    try:
        new = scramble(code, DRAWS, "IDNUM")
    except ValueError:
        assert len(plain_code(code)) < 4
        return
    shape = [("9" if c.isdigit() else "a" if c.islower() else "A" if c.isalpha() else c) for c in code]
    is_vin = scheme_of(plain_code(code).upper()) is SCHEMES[0]
    assert is_vin or [("9" if c.isdigit() else "a" if c.islower() else "A" if c.isalpha() else c) for c in new] == shape
    assert not set(re.findall(r"\w{4,}", new.lower())) & set(re.findall(r"\w{4,}", code.lower()))
    assert scramble(code, DRAWS, "IDNUM") == new
