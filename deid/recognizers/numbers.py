r"""Numbers and codes that name a person, record, plan, licence, vehicle or device, by their labels.

Such a code has hardly a form of its own: the word before it tells what it is. A form is therefore a
label from a list, separators, and after ``\K`` the code. Check digits (NPI, DEA, VIN) turn a form
into near certainty.
"""

from __future__ import annotations

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation, first_words

# Between label and value: "MRN: 1", "MR #1", "Hosp no. 1", "Acct ....: 1", "MRN ends in 1", "**MRN:** 1".
_BEFORE_BREAK = r"(?![A-Za-z])(?:[ \t]*(?:\b(?:numbers?|num|nbr|no|nr|id|code)\b\.?|\#))?[ \t:\#.=*|\uff1a]{0,30}"
_AFTER_BREAK = r"(?:(?:ends?|ending)(?:[ \t]in)?[ \t:]{1,3}|is[ \t]|was[ \t]|reads[ \t]|on[ ]file[ ]|\()?"
_SEP = _BEFORE_BREAK + _AFTER_BREAK
_SEP_OR_BREAK = rf"{_BEFORE_BREAK}(?:\n[ \t]*)?{_AFTER_BREAK}"

_NO_DATE = (
    r"(?!(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|[12]\d|3[01])[/.-](?:(?:19|20)\d\d|\d\d)(?![\w/-])|\d{1,2}:\d\d|"
    r"\d{1,3}/\d{1,3}(?![\w/])|(?:[01]\d|2[0-3])[0-5]\d-(?:[01]\d|2[0-3])[0-5]\d(?![\w-]))"
)
_NO_PHONE = r"(?!\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w))"
_NO_QUANTITY = (
    r"(?![ \t]?(?:mg|mcg|g|ml|mL|cc|kg|lbs?|cm|mm|ms|%|units?|days?|d|hrs?|h|min|weeks?|wks?|months?|mos?|yrs?|y|x)\b)"
)
_NO_YEAR = r"(?!(?:19|20)\d\d(?![\w-]))"
# A code holds a digit; its parts may be joined by - . / * _ or, if short, by single blanks.
_TOKEN = r"(?=[^\W_]{0,12}(?:[-./*_][^\W_]{0,12}){0,3}\d)[A-Za-z0-9]+(?:[-./*_][A-Za-z0-9]+){0,6}"
_NO_PREFIX = (
    r"(?!(?:BP|EEG|GLI|NPI|DEA|SSN|DOB|MRN|CT|MRI|DOS|HR|ICD|CPT|PO|IV|ACCT|FIN|VIN|RM|BED|AGE|APAP|"
    r"(?i:by|at|to|in|on|of|or|is|no|as|an|if|so|up|we|he|me|my|us|am|pm|x|for|the|and|was|are|not|per))[ ])"
)
_PARTS = (
    rf"{_NO_PREFIX}(?:(?:[A-Z]{{1,3}}[ ])?\d{{2,6}}(?:[ ]\d{{2,4}}){{2,4}}(?:[ ][A-Z0-9]{{1,2}})?(?![\w/:.-]\w)"
    r"|[A-Z]{1,4}[ ]?\d{1,6}[ ][\d-]{2,8}(?:[ ]\d{2,4}){0,3}(?:[ ][A-Z0-9])?(?![\w/:.-]\w)"
    r"|(?:[A-Z]{1,4}[ ]|[a-z]{1,2}[ ](?=\d{4}))\d[\w-]{2,16}(?:[ ][A-Z])?(?![\w/:.]\w)"
    r"|[A-Z]?[ ]?\d{1,3}(?:[ ]\d{1,3}){2,7}(?![\w/:.-]\w))"
)
_CODE = rf"(?<![A-Za-z0-9]){_NO_DATE}(?:{_PARTS}|{_TOKEN})(?![A-Za-z0-9])"


def _code(digits: int) -> str:
    """Return an expression for a code of at least so many digits that is no date, phone, year or quantity."""
    gap = r"(?:[A-Za-z./*-]{0,3}|[ ])"
    enough = rf"(?=[A-Za-z]{{0,6}}[-./ *]?[A-Za-z]{{0,4}}[-./ ]?\d(?:{gap}\d){{{digits - 1}}})"
    return rf"(?<![A-Za-z0-9]){_NO_DATE}{_NO_PHONE}{_NO_YEAR}{enough}(?:{_PARTS}|{_TOKEN})(?![A-Za-z0-9]){_NO_QUANTITY}"


_CODE_3, _CODE_4, _CODE_5 = _code(3), _code(4), _code(5)


def labelled(label: str, value: str, separators: str = _SEP) -> str:
    """Return an expression for ``value`` after ``label`` (an expression, any case) and separators."""
    return rf"(?<![A-Za-z0-9])(?i:{label}{separators})\K{value}"


def after(labels: str, value: str, score: float, separators: str = _SEP, numbered: bool = False) -> Form:
    """Return the form of a ``value`` after an entry of the list ``labels`` and separators.

    With ``numbered`` a "no.", "#" or the like must follow the label.
    """
    number = r"(?=[ \t.]*(?:\#|no\b|nr\b|num|id\b))" if numbered else ""
    pattern = labelled(rf"{alternation(labels)}\.?{number}", value, separators)
    return Form(f"after a label of {labels}", pattern, score, first_words(labels), at_word=True)


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


def number_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of SSN, record, plan and account numbers, licences, vehicles, devices and the rest."""
    return [
        _social_security(),
        _medical_record(),
        _health_plan(),
        _account(),
        *_licenses(),
        *_vehicles(),
        _device(),
        _biometric(),
        _other(),
    ]


def _social_security() -> FormRecognizer:
    mask = r"[xX*\u2022#]"
    labels = r"(?:ssns?|ss|soc(?:ial)?[ \t]+sec(?:urity)?|social|soc)"
    words = "ssn ssns ss soc social"
    last = (
        r"(?i)\b(?:(?<!aadhaar[ ])last[ \t]*(?:4|four)|soc(?:ial)?[ \t]+ending(?:[ \t]in)?)(?:[ \t]+digits)?(?:[ "
        r"\t]+of)?"
        r"(?:[ \t]+(?:ssn?|social|soc))?[ \t:#=]{0,4}(?:is[ \t])?\K\d{4}(?!\w)(?![-/]\d)"
    )
    return FormRecognizer(
        "SSN",
        "clinsift_ssn",
        [
            Form("full", r"(?=\d)(?<![\w-])(?!000|666)\d{3}([- \u2010-\u2013])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])", 0.8),
            Form("after a label", labelled(labels, r"\d{3}[- .]?\d\d[- .]?\d{4}(?!\w)"), 0.97, words, True),
            Form("scanned", labelled(labels, r"[\dOl]{3}-[\dOl]{2}-[\dOl]{4}(?!\w)"), 0.9, words, True),
            Form("masked", rf"(?<!{mask}|{mask} ){mask}{{2,3}}[- ]?{mask}{{2}}[- ]?\K\d{{4}}(?!\w)", 0.97),
            Form(
                "masked after a label", labelled(labels, rf"{mask}{{3}}-{mask}{{2}}-\K\d{{4}}(?!\w)"), 0.97, words, True
            ),
            Form("last four", last, 0.9, "last soc social", True),
            Form("last four after a label", labelled(labels, r"\d{4}(?!\w)(?![-/]\d)"), 0.85, "ssn ssns social", True),
            Form("blanks between the digits", r"(?=\d)(?<!\w)(?:\d[ ]){3}-[ ](?:\d[ ]){2}-(?:[ ]\d){4}(?!\w)", 0.95),
            Form("Irish PPS number", labelled("pps(?:n|[ \t]+no)?", r"\d{7}[A-Z]{1,2}(?!\w)"), 0.95, "pps ppsn", True),
        ],
    )


def _medical_record() -> FormRecognizer:
    return FormRecognizer(
        "MEDICALRECORD",
        "clinsift_record_number",
        [
            after("labels_record", _CODE, 0.96, _SEP_OR_BREAK),
            after("labels_record_numbered", _CODE, 0.95, numbered=True),
            after("labels_record_weak", _CODE_4, 0.8),
            Form("blanks between the digits", r"M[ ]R[ ]N[ ]?[:#]?[ ]{1,4}\K\d(?:[ ]\d){4,11}(?!\w)", 0.95, "m", True),
            Form("before age and sex", r"(?=\d)(?<=\p{L}[)\"]?[ ,]{1,6})\d{7,8}(?=[ ]{1,4}\d{1,3}[ ]?[mfMF]\b)", 0.7),
        ],
    )


def _health_plan() -> FormRecognizer:
    insurer = rf"(?<![A-Za-z])(?i:{alternation('insurers')})\b"
    insurers = first_words("insurers")
    # Medicare Beneficiary Identifier as CMS lays it out: C A AN N A AN N A A N N
    mbi = r"(?=\d)(?<![\w-])[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d\d(?![\w-])"
    number = r"[ \t|(](?i:id|\#|no|number)[ \t:.#=]{0,4}"
    return FormRecognizer(
        "HEALTHPLAN",
        "clinsift_health_plan",
        [
            Form("Medicare beneficiary", mbi, 0.97),
            after("labels_plan", _CODE_4, 0.92),
            Form("ID after an insurer", rf"{insurer}[^\n;]{{0,30}}?{number}\K{_CODE_3}", 0.9, insurers, True),
            Form("code after an insurer", rf"{insurer}[^\n;:]{{0,16}}?[ ]\K{_CODE_5}", 0.75, insurers, True),
        ],
    )


def _account() -> FormRecognizer:
    card = r"(?i)\bcard[ \t]+(?:[a-z]+[ \t]+)?(?:ending|ends)(?:[ \t]+in)?[ \t]+\K\d{4}(?!\w)"
    return FormRecognizer(
        "ACCOUNT",
        "clinsift_account",
        [after("labels_account", _CODE_3, 0.94), Form("card ending", card, 0.95, "card", True)],
    )


def _licenses() -> list[FormRecognizer]:
    state = alternation("state_codes")
    npi = labelled("(?:npi(?:[ \t]*/[ \t]*dea)?|rendering)", r"[12]\d{9}(?!\w)")
    dea = labelled(r"dea(?:[ \t]+for[ \t][^\n\d]{1,30}is)?", r"[A-Za-z][A-Za-z9]\d{7}(?!\w)")
    of_state = (
        r"(?i:\b(?:lic(?:en[cs]e)?\.?|cdl|dl|oln|driver'?s?[ \t]+lic(?:en[cs]e)?)(?:[ \t]+is)?)[ \t:#]{1,4}"
        rf"{state}[ ]\K{_CODE_3}"
    )
    return [
        FormRecognizer("LICENSE", "clinsift_npi", [Form("labelled", npi, 0.95, "npi rendering", True)], check=is_npi),
        FormRecognizer(
            "LICENSE",
            "clinsift_dea",
            [
                Form("after a label", dea, 0.96, "dea", True),
                Form("unlabelled", r"(?<![\w-])[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![\w-])", 0.3),
            ],
            context=("dea", "script", "prescriber"),
            check=is_dea,
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_license",
            [
                after("labels_license", rf"(?!{state}[ ])(?:{_CODE_3}|\d\d,\d{{3}}(?!\w))", 0.9),
                Form(
                    "after a label and a state", of_state, 0.95, "lic license licence cdl dl oln driver drivers", True
                ),
            ],
        ),
    ]


def _vehicles() -> list[FormRecognizer]:
    state = rf"(?:{alternation('state_codes')}[ ])?"
    vin = labelled(r"vin(?:[ \t]+last[ \t]+\d)?", r"(?=[A-Za-z]{0,8}\d)[A-HJ-NPR-Za-hj-npr-z0-9]{6,17}(?!\w)")
    bare_vin = r"(?<![\w-])(?=[A-Z0-9]{13}\d{4}(?![\w-]))(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}"
    label = r"(?i:\b(?:plates?|tag|tail)\b(?:[ \t]*(?:no\.?|number|\#))?)[ \t:]{1,4}"
    plate = r"(?=[A-Z0-9 -]{0,7}\d)(?:[A-Z0-9]{1,4}[ -][A-Z0-9]{1,6}(?:[ -][A-Z0-9]{2,3})?|[A-Z0-9]{5,8})(?![\w-])"
    car_plate = r"(?:[A-Za-z]{2,3}[ -]\d{3,4}|\d[A-Z]{3}\d{3}|[A-Z]\d{5}[A-Z])(?!\w)"
    after_car = rf"(?i:\b{alternation('car_makes')}\b[ ,(]{{1,3}})(?:[A-Z]{{2}}[ ])?\K{car_plate}"
    return [
        FormRecognizer(
            "VEHICLE",
            "clinsift_vin",
            [Form("after a label", vin, 0.96, "vin", True), Form("unlabelled", bare_vin, 0.6)],
            check=is_vin,
        ),
        FormRecognizer(
            "VEHICLE",
            "clinsift_plate",
            [
                Form("after a label", rf"{label}{state}\K{plate}", 0.92, "plate plates tag tail", True),
                Form("after a car", after_car, 0.85, first_words("car_makes"), True),
            ],
        ),
    ]


def _device() -> FormRecognizer:
    vaccine = rf"(?<!(?i:{alternation('vaccines')})[^\n]{{0,60}})"  # their lots are not about the person
    short = labelled("(?:transmitter|s/n|serial|ser|leads?)", r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,9}(?!\w)")
    lot = rf"(?<![A-Za-z0-9]){vaccine}(?i:lot{_SEP})\K(?=[A-Za-z-]{{0,4}}\d){_CODE}(?<=\w{{2}}[\w-]\w){_NO_QUANTITY}"
    return FormRecognizer(
        "DEVICE",
        "clinsift_device",
        [
            after("labels_device", _CODE_3, 0.93, _SEP_OR_BREAK),
            Form("short code after a label", short, 0.85, "s serial ser transmitter lead leads", True),
            Form("lot", lot, 0.88, "lot", True),
        ],
    )


def _biometric() -> FormRecognizer:
    label = rf"(?<![A-Za-z0-9])(?i:{alternation('labels_biometric')})[^\n\d;]{{0,30}}?[ \t(#:]"
    code = rf"(?=[A-Za-z/_-]{{0,7}}\d){_NO_DATE}{_TOKEN}(?<=\w[\w-]{{2}}\w)(?![A-Za-z0-9]){_NO_QUANTITY}"
    form = Form("after a label", rf"{label}\K{code}", 0.9, first_words("labels_biometric"), True)
    return FormRecognizer("BIOID", "clinsift_biometric", [form])


def _other() -> FormRecognizer:
    # S23-14402, CT-22-0098713, INC0048812: letters and five digits or more; no trial, pregnancy or CPT codes
    mixed = (
        r"(?<![\w./-])(?=[A-Z0-9-]{0,8}[A-Z])(?=(?:[A-Z-]{0,5}\d){5})"
        r"(?!NCT|ICD|CPT|G\d{1,2}P|\d{5}-(?:[A-Z]{2}|\d\d)(?!\w)|T\d{4}(?!\d))"
        r"[A-Z0-9]{1,14}(?:-[A-Z0-9]{1,10}){0,4}(?![\w/.-]\w|\w)"
    )
    hyphens = (
        r"(?=\d)(?<![\w./,+-])(?=(?:\d-?){7})(?!\d{4}-\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])|\d{3}-\d{3}-\d{4}|"
        r"(?:19|20)\d\d-\d\d-\d\d|\d\d?-\d\d?-(?:19|20)\d\d|99\d{3}-)\d{1,9}(?:-\d{1,9}){1,3}(?![\w./-]\w|\w)"
    )
    return FormRecognizer(
        "IDNUM",
        "clinsift_id_number",
        [
            after("labels_id", r"(?!99[23]\d\d(?!\w))" + _CODE_4, 0.85, _SEP_OR_BREAK),
            after("labels_id_short", _CODE_3, 0.82, _SEP_OR_BREAK),
            Form(
                "number sign",
                r"#(?<![\w#]#)[ ]?\K(?=[A-Z]{0,3}\d)(?!\d\d-\d\d(?!\d))[A-Z0-9][A-Z0-9-]{3,14}(?!\w)",
                0.5,
            ),
            Form("blood unit", r"(?<!\w)[A-Z]\d{4}[ ]?\d\d[ ]?\d{6}(?!\w)", 0.9),
            Form("mixed code", mixed, 0.55),
            Form("long number", r"(?=\d)(?<![\w./,+-])\d{7,14}(?![\w/]|[.,-]\d)", 0.5),
            Form("long number with hyphens", hyphens, 0.5),
        ],
    )
