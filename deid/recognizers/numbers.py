"""Numbers and codes that name a person, record, plan, licence, vehicle or device, by their labels.

Such a code has hardly a form of its own: the word before it tells what it is. A pattern is
therefore a label, separators, and after ``\\K`` the code. Check digits (NPI, DEA, VIN) turn a form
into near certainty.
"""

from __future__ import annotations

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation, gate, ignoring_case

# Between label and value: "MRN: 1", "MR #1", "Hosp no. 1", "Acct ....: 1", "MRN ends in 1", "**MRN:** 1".
_FILL = (
    r"(?![A-Za-z])(?:[ \t]*(?:\b(?:numbers?|num|nbr|no|nr|id|code)\b\.?|\#))?[ \t:\#.=*|\uff1a]{0,30}{NEWLINE}"
    r"(?:(?:ends?|ending)(?:[ \t]in)?[ \t:]{1,3}|is[ \t]|was[ \t]|reads[ \t]|on[ ]file[ ])?"
)
_SEP, _SEP_LINE = _FILL.replace("{NEWLINE}", ""), _FILL.replace("{NEWLINE}", r"(?:\n[ \t]*)?")
_NOT_DATE = (
    r"(?!(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|[12]\d|3[01])[/.-](?:(?:19|20)\d\d|\d\d)(?![\w/-])|\d{1,2}:\d\d|\d{1,3}/\d{1,3}(?![\w/])|"
    r"\d{4}-\d{4}(?![\w-]))"
)
_NOT_PHONE = r"(?!\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w))"
_QUANTITY = r"(?![ \t]?(?:mg|mcg|g|ml|mL|cc|kg|lbs?|cm|mm|ms|%|units?|days?|d|hrs?|h|min|weeks?|wks?|months?|mos?|yrs?|y|x)\b)"
_YEAR = r"(?!(?:19|20)\d\d(?![\w-]))"
# A code holds a digit; groups may be joined by - . / * _ or, if short, by single blanks.
_TOKEN = r"(?=[^\W_]{0,12}(?:[-./*_][^\W_]{0,12}){0,3}\d)[A-Za-z0-9]+(?:[-./*_][A-Za-z0-9]+){0,6}"
_NO_PREFIX = r"(?!(?:BP|EEG|GLI|NPI|DEA|SSN|DOB|MRN|CT|MRI|DOS|HR|ICD|CPT|PO|IV|ACCT|FIN|VIN|RM|BED|AGE)[ ])"
_GROUPS = (
    rf"{_NO_PREFIX}(?:(?:[A-Z]{{1,3}}[ ])?\d{{2,6}}(?:[ ]\d{{2,4}}){{2,4}}(?:[ ][A-Z0-9]{{1,2}})?(?![\w/:.-]\w)"
    r"|[A-Z]{1,4}[ ]?\d{1,6}[ ][\d-]{2,8}(?:[ ]\d{2,4}){0,3}(?:[ ][A-Z0-9])?(?![\w/:.-]\w)"
    r"|(?:[A-Z]{1,4}[ ]|[a-z]{1,2}[ ](?=\d{4}))\d[\w-]{2,16}(?:[ ][A-Z])?(?![\w/:.]\w)"
    r"|[A-Z]?[ ]?\d{1,3}(?:[ ]\d{1,3}){2,7}(?![\w/:.-]\w))"
)
_CODE = rf"(?<![A-Za-z0-9]){_NOT_DATE}(?:{_GROUPS}|{_TOKEN})(?![A-Za-z0-9])"


def _code(digits: int) -> str:
    """Return a pattern for a code of at least so many digits that is no date, phone number, year or quantity."""
    return (
        rf"(?<![A-Za-z0-9]){_NOT_DATE}{_NOT_PHONE}{_YEAR}(?=[A-Za-z]{{0,6}}[-./ *]?[A-Za-z]{{0,4}}[-./ ]?\d(?:[A-Za-z ./*-]{{0,3}}\d){{{digits - 1}}})"
        rf"(?:{_GROUPS}|{_TOKEN})(?![A-Za-z0-9]){_QUANTITY}"
    )


_LONG_CODE = _code(3)
_LONGER_CODE = _code(5)


def after(labels: str, value: str, *, numbered: bool = False, next_line: bool = False) -> tuple[str, str]:
    """Return pattern and gate for ``value`` after an entry of the list ``labels`` and separators.

    With ``numbered`` a "no.", "#" or the like must follow the label; with ``next_line`` the value may
    open the line after it.
    """
    number = r"(?=[ \t.]*(?:\#|no\b|nr\b|num|id\b))" if numbered else ""
    sep = _SEP_LINE if next_line else _SEP
    return rf"(?<![A-Za-z0-9])(?i:{alternation(labels)}\.?{number}{sep})\K{value}", gate(labels)


def labelled(label: str, value: str) -> str:
    """Return a pattern for ``value`` after ``label``, a regular expression, and separators."""
    return rf"(?<![A-Za-z0-9])(?i:(?:{label}){_SEP})\K{value}"


def form(name: str, score: float, pattern_and_gate: tuple[str, str]) -> Form:
    """Return the form made of what `after` returns."""
    pattern, words = pattern_and_gate
    return name, pattern, score, words


def is_npi(value: str) -> bool | None:
    """Return True if ten digits pass the NPI check: Luhn over 80840 and the number (45 CFR 162.406)."""
    digits = [int(c) for c in "80840" + value]
    doubled = [2 * d - 9 * (d > 4) if i % 2 else d for i, d in enumerate(reversed(digits))]
    return True if sum(doubled) % 10 == 0 else None


def is_dea(value: str) -> bool | None:
    """Return True if a DEA number passes its check: (d1 + d3 + d5) + 2 (d2 + d4 + d6) ends in d7."""
    digits = [int(c) for c in value[-7:]]
    return True if (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6] else None


_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", map(int, "123456781234579234567890123456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_vin(value: str) -> bool | None:
    """Return True if 17 characters pass the VIN check, whose digit is the ninth (49 CFR 565.15)."""
    if len(value) != len(_VIN_WEIGHTS):
        return None
    total = sum(_VIN_VALUES[c] * w for c, w in zip(value.upper(), _VIN_WEIGHTS, strict=True))
    return True if "0123456789X"[total % 11] == value[8].upper() else None


_STATE = alternation("state_codes")
_MASK = r"[xX*\u2022#]"

_SSN_LABELS = r"ssns?|ss|soc(?:ial)?[ \t]+sec(?:urity)?|social|soc"
_PLATE = r"(?=[A-Z0-9 -]{0,7}\d)(?:[A-Z0-9]{1,4}[ -][A-Z0-9]{1,6}(?:[ -][A-Z0-9]{2,3})?|[A-Z0-9]{5,8})(?![\w-])"
_VACCINE = (
    r"(?<!(?i:vaccin|immuni[sz]|tdap|influenza|flu\b|prevnar|pneumovax|pfizer|moderna|comirnaty|shingrix|mmr|hep[ ]?[ab]|dtap|hpv|gardasil|"
    r"covid|rsv|varicella|booster|menveo|boostrix|fluzone|flucelvax|deltoid|im\b|sc\b|vacc)[^\n]{0,60})"
)
_INSURER = rf"(?<![A-Za-z]){ignoring_case('insurers')}\b"


def number_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of SSN, MEDICALRECORD, HEALTHPLAN, ACCOUNT, LICENSE, VEHICLE, DEVICE, BIOID, IDNUM."""
    return [
        FormRecognizer(
            "SSN",
            "clinsift_ssn",
            [
                ("full", r"(?=\d)(?<![\w-])(?!000|666)\d{3}([- \u2010-\u2013])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])", 0.8),
                ("after a label", labelled(_SSN_LABELS, r"\d{3}[- .]?\d\d[- .]?\d{4}(?!\w)"), 0.97, "ssn ssns ss soc social"),
                ("masked", rf"(?<!{_MASK}|{_MASK} ){_MASK}{{2,3}}[- ]?{_MASK}{{2}}[- ]?\K\d{{4}}(?!\w)", 0.97),
                (
                    "last four",
                    r"(?i)\b(?:last[ \t]+(?:4|four)|soc(?:ial)?[ \t]+ending(?:[ \t]in)?)(?:[ \t]+digits)?(?:[ \t]+of)?(?:[ \t]+(?:ssn?|social|soc))?"
                    r"[ \t:#=]{0,4}(?:is[ \t])?\K\d{4}(?!\w)(?![-/]\d)",
                    0.9,
                    "last soc social",
                ),
                ("last four after a label", labelled(r"ssns?|social", r"\d{4}(?!\w)(?![-/]\d)"), 0.85, "ssn ssns social"),
                ("blanks between the digits", r"(?=\d)(?<!\w)(?:\d[ ]){3}-[ ](?:\d[ ]){2}-(?:[ ]\d){4}(?!\w)", 0.95),
                ("Irish PPS number", labelled("pps(?:n|[ \t]+no)?", r"\d{7}[A-Z]{1,2}(?!\w)"), 0.95, "pps ppsn"),
            ],
        ),
        FormRecognizer(
            "MEDICALRECORD",
            "clinsift_record_number",
            [
                form("after a label", 0.96, after("labels_record", _CODE, next_line=True)),
                form("after a label and no.", 0.95, after("labels_record_numbered", _CODE, numbered=True)),
                form("after a weak label", 0.8, after("labels_record_weak", _code(4))),
                ("blanks between the digits", r"(?<=M[ ]R[ ]N[ ]?[:#]?[ ]{1,4})\d(?:[ ]\d){4,11}(?!\w)", 0.95, "m"),
                ("before age and sex", r"(?=\d)(?<=\p{L}[)\"]?[ ,]{1,6})\d{7,8}(?=[ ]{1,4}\d{1,3}[ ]?[mfMF]\b)", 0.7),
            ],
        ),
        FormRecognizer(
            "HEALTHPLAN",
            "clinsift_health_plan",
            [
                # Medicare Beneficiary Identifier, CMS format: C A AN N A AN N A A N N
                ("MBI", r"(?=\d)(?<![\w-])[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d\d(?![\w-])", 0.97),
                form("after a label", 0.92, after("labels_plan", _code(4))),
                ("ID after an insurer", rf"{_INSURER}[^\n;]{{0,30}}?[ \t|(](?i:id|\#|no|number)[ \t:.#]{{0,4}}\K{_LONG_CODE}", 0.9, gate("insurers")),
                ("code after an insurer", rf"{_INSURER}[^\n;:]{{0,16}}?[ ]\K{_LONGER_CODE}", 0.75, gate("insurers")),
            ],
        ),
        FormRecognizer(
            "ACCOUNT",
            "clinsift_account",
            [
                form("after a label", 0.94, after("labels_account", _LONG_CODE)),
                ("card ending", r"(?i)\bcard[ \t]+(?:[a-z]+[ \t]+)?(?:ending|ends)(?:[ \t]+in)?[ \t]+\K\d{4}(?!\w)", 0.95, "card"),
            ],
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_npi",
            [("after a label", labelled("npi(?:[ \t]*/[ \t]*dea)?|rendering", r"[12]\d{9}(?!\w)"), 0.95, "npi rendering")],
            check=is_npi,
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_dea",
            [
                ("after a label", labelled("dea(?:[ \t]+for[ \t][^\n\\d]{1,30}is)?", r"[A-Za-z][A-Za-z9]\d{7}(?!\w)"), 0.96, "dea"),
                ("unlabelled", r"(?=[A-Z])(?<![\w-])[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![\w-])", 0.3),
            ],
            context=("dea", "script", "prescriber"),
            check=is_dea,
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_license",
            [
                form("after a label", 0.9, after("labels_license", rf"(?!{_STATE}[ ])(?:{_LONG_CODE}|\d\d,\d{{3}}(?!\w))")),
                (
                    "after a label and a state",
                    rf"(?i:\b(?:lic(?:en[cs]e)?\.?|cdl|dl|driver'?s?[ \t]+lic(?:en[cs]e)?)(?:[ \t]+is)?)[ \t:#]{{1,4}}{_STATE}[ ]\K{_LONG_CODE}",
                    0.95,
                    "lic license licence cdl dl driver drivers",
                ),
            ],
        ),
        FormRecognizer(
            "VEHICLE",
            "clinsift_vin",
            [
                ("after a label", labelled("vin(?:[ \t]+last[ \t]+\\d)?", r"(?=[A-Za-z]{0,8}\d)[A-HJ-NPR-Za-hj-npr-z0-9]{6,17}(?!\w)"), 0.96, "vin"),
                ("unlabelled", r"(?<![\w-])(?=[A-Z0-9]{13}\d{4}(?![\w-]))(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}", 0.6),
            ],
            check=is_vin,
        ),
        FormRecognizer(
            "VEHICLE",
            "clinsift_plate",
            [
                (
                    "after a label",
                    rf"(?i:\b(?:(?:licen[cs]e[ \t]+|lic[ \t]+)?plates?|tag|tail)\b(?:[ \t]*(?:no\.?|number|\#))?)[ \t:]{{1,4}}(?:{_STATE}[ ])?\K{_PLATE}",
                    0.92,
                    "plate plates tag tail",
                ),
                (
                    "after a car",
                    rf"(?i:\b{alternation('car_makes')}\b[ ,(]{{1,3}})(?:[A-Z]{{2}}[ ])?\K(?:[A-Za-z]{{2,3}}[ -]\d{{3,4}}|\d[A-Z]{{3}}\d{{3}})(?!\w)",
                    0.85,
                    gate("car_makes"),
                ),
            ],
        ),
        FormRecognizer(
            "DEVICE",
            "clinsift_device",
            [
                form("after a label", 0.93, after("labels_device", _LONG_CODE, next_line=True)),
                ("short code after a label", labelled("transmitter|s/n|serial|ser", r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,9}(?!\w)"), 0.85, "s serial ser transmitter"),
                ("lot", rf"(?=[Ll][Oo][Tt])(?<![A-Za-z0-9]){_VACCINE}(?i:lot{_SEP})\K(?=[A-Za-z-]{{0,4}}\d){_CODE}(?<=\w{{2}}[\w-]\w){_QUANTITY}", 0.88, "lot"),
            ],
        ),
        FormRecognizer(
            "BIOID",
            "clinsift_biometric",
            [
                (
                    "after a label",
                    rf"(?<![A-Za-z0-9]){ignoring_case('labels_biometric')}[^\n\d;]{{0,30}}?[ \t(#:]\K(?=[A-Za-z/_-]{{0,7}}\d){_NOT_DATE}"
                    rf"{_TOKEN}(?<=\w[\w-]{{2}}\w)(?![A-Za-z0-9]){_QUANTITY}",
                    0.9,
                    gate("labels_biometric"),
                )
            ],
        ),
        FormRecognizer(
            "IDNUM",
            "clinsift_id_number",
            [
                form("after a label", 0.85, after("labels_id", r"(?!99[23]\d\d(?!\w))" + _code(4), next_line=True)),
                form("short code after a label", 0.8, after("labels_id_short", _LONG_CODE, next_line=True)),
                ("number sign", r"(?<![\w#])#[ ]?\K(?=[A-Z]{0,3}\d)(?!\d\d-\d\d(?!\d))[A-Z0-9][A-Z0-9-]{3,14}(?!\w)", 0.5),
                ("blood unit", r"(?<!\w)[A-Z]\d{4}[ ]?\d\d[ ]?\d{6}(?!\w)", 0.9),
                # S23-14402, CT-22-0098713, INC0048812: letters and five digits or more, hyphens between
                (
                    "code without a label",
                    r"(?<![\w./-])(?=[A-Z0-9-]{0,8}[A-Z])(?=(?:[A-Z-]{0,5}\d){5})(?!NCT|ICD|CPT|G\d{1,2}P|\d{5}-(?:[A-Z]{2}|\d\d)(?!\w))"
                    r"[A-Z0-9]{1,14}(?:-[A-Z0-9]{1,10}){0,4}(?![\w/.-]\w|\w)",
                    0.55,
                ),
                ("long number", r"(?=\d)(?<![\w./,+-])\d{7,14}(?![\w/]|[.,-]\d)", 0.5),
                (
                    "long number with hyphens",
                    r"(?=\d)(?<![\w./,+-])(?=(?:\d-?){7})(?!\d{4}-\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])|\d{3}-\d{3}-\d{4}|(?:19|20)\d\d-\d\d-\d\d|\d\d?-\d\d?-(?:19|20)\d\d)"
                    r"\d{1,9}(?:-\d{1,9}){1,3}(?![\w./-]\w|\w)",
                    0.5,
                ),
            ],
        ),
    ]
