"""Numbers and codes that name a person, record, plan, licence, vehicle or device, by their labels.

Such a code has hardly a form of its own: the word before it tells what it is. A pattern is
therefore a label, separators, and after ``\\K`` the code. Check digits (NPI, DEA, VIN) turn a form
into near certainty.
"""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer

# Between label and value: "MRN: 1", "MR #1", "Hosp no. 1", "Acct ....: 1", "MRN ends in 1", "**MRN:** 1".
_SEP = (
    r"(?:[ \t]*(?:\b(?:numbers?|num|nbr|no|nr|id|card|code)\b\.?|\#))?[ \t:\#.=*|\uff1a]{0,30}(?:\n[ \t]*)?"
    r"(?:(?:ends?|ending)(?:[ \t]in)?[ \t:]{1,3}|is[ \t]|was[ \t]|reads[ \t])?"
)
_NOT_DATE = r"(?!\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)(?![\w/-])|\d{1,2}:\d\d|\d{1,2}/\d{1,2}(?![\w/]))"
_NOT_PHONE = r"(?!\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w))"
_QUANTITY = (
    r"(?![ \t]?(?:mg|mcg|g|ml|mL|cc|kg|lbs?|cm|mm|%|units?|days?|d|hrs?|h|min|weeks?|wks?|months?|mos?|yrs?|y|x)\b)"
)
# A code holds a digit; groups may be joined by - . / or, if short, by single blanks.
_TOKEN = r"(?=[^\W_]{0,12}(?:[-./*_][^\W_]{0,12}){0,3}\d)[A-Za-z0-9]+(?:[-./*_][A-Za-z0-9]+){0,6}"
_GROUPS = (
    r"(?:[A-Z]{1,3} )?\d{2,6}(?: \d{2,4}){2,4}(?: [A-Z0-9]{1,2})?(?![\w/:.-]\w)"
    r"|[A-Z]{1,4} ?\d{1,6} [\d-]{2,8}(?: \d{2,4}){0,3}(?: [A-Z])?(?![\w/:.-]\w)"
    r"|(?:[A-Z]{1,4} |[a-z]{1,2} (?=\d{5}))\d[\w-]{2,16}(?: [A-Z])?(?![\w/:.]\w)"
    r"|[A-Z]? ?\d{1,3}(?: \d{1,3}){2,7}(?![\w/:.-]\w)"
)
_CODE = rf"(?<![A-Za-z0-9]){_NOT_DATE}{_NOT_PHONE}(?:{_GROUPS}|{_TOKEN})(?![A-Za-z0-9])"
_LONG_CODE = (
    rf"(?<![A-Za-z0-9]){_NOT_DATE}{_NOT_PHONE}(?=(?:[A-Za-z]{{0,6}}[-./ ]?){{0,2}}\d(?:[A-Za-z ./-]{{0,3}}\d){{2}})"
    rf"(?:{_GROUPS}|{_TOKEN})(?![A-Za-z0-9]){_QUANTITY}"
)
_BEFORE = r"(?<![A-Za-z0-9])"


def labelled(labels: str, value: str = _CODE) -> str:
    """Return a pattern for ``value`` after one of the ``labels`` (case does not matter) and separators."""
    return rf"{_BEFORE}(?i:(?:{labels}){_SEP})\K{value}"


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


_STATE = r"(?:[A-Z]{2}|Mass\.?|Calif\.?|Fla\.?|Tex\.?|Wash\.?|Penn\.?|Mich\.?|Minn\.?|Ariz\.?|Colo\.?)"
_YEAR = r"(?!(?:19|20)\d\d(?![\w-]))"
_MASK = r"[xX*\u2022#]"

SSN_LABELS = r"ssns?|ss|s\.s\.n\.?|soc(?:ial)?[ \t]+sec(?:urity)?|social|soc"
RECORD_LABELS = (
    r"m\.?r\.?n\.?|mr(?=\#|[ \t]?no\b)|med(?:ical)?\.?[ \t]*rec(?:ord)?s?|(?:hosp(?:ital)?|unit|clinic|client|res|record|rec|"
    r"patient|pt|our|uhid|urn|nhs|chi(?:/nhs)?|ihi|mat)\.?[ \t]*(?=[ \t]*(?:\#|no\b|nr\b|num|id\b))|chart|uhid|urn|ihi|"
    r"nhs(?:[ \t]+no)?|chi/nhs|mrn[ \t]+ends"
)
PLAN_LABELS = (
    r"member(?:ship)?|mem|mbr|subscr(?:iber)?|subs|policy(?:[ \t]*holder)?|pol|group|grp|medicare|medicaid|mbi|hicn|medi-?cal|"
    r"ahcccs|hcn|pmi|mpi|cin|contract|insurance|ins(?=[ \t]*(?:id|\#|no\b))|plan(?=[ \t]*(?:id|\#|no\b))|"
    r"health[ \t]*card|ohip|beneficiary|certificate|tricare|dod[ \t]*id"
)
ACCOUNT_LABELS = (
    r"acct|account|accts|a/c|fin|har|cuenta|guarantor(?=[ \t]*(?:id|\#|no\b))|billing(?=[ \t]*(?:id|\#|no\b))|rtg|routing|"
    r"iban|card"
)
LICENSE_LABELS = (
    r"lic(?:en[cs]e)?s?\.?|cdl|dl|oln|d/l|clia|gmc|gdc|imc|nmc|hcpc|ahpra|cpso|ccn|cpa|state[ \t]+id|provider|prov|"
    r"pilot[ \t]+cert(?:ificate)?|reg(?=\.?[ \t]*(?:\#|no\b))|tnmc[ \t]+reg\.?|registration|prescriber[ \t]+id|medallion"
)
DEVICE_LABELS = (
    r"s/n|sn|serial|ser|udi|gtin|ref/lot|lot/sn|lot/serial(?:[ \t]+sn)?|transmitter|controller|asset|device[ \t]+id|"
    r"implant[ \t]+id|tissue[ \t]+id|pump(?=[ \t]+[A-Z]{2,4}-\d)|dn"
)
ID_LABELS = (
    r"acc(?:ession|n|s)?|case|claims?|order|ord|visit|vis|enc(?:ounter)?|csn|job|ref(?:erence)?|referral|"
    r"(?:prior[ \t]+)?auth(?:orization)?|pa[ \t]+ref|rx|prescription|ticket|incident|inc|report|rpt|run|pcr|badge|band|"
    r"study|specimen|req(?:uest|uisition)?|doc(?:ument)?|session|passport|aadhaar|subject|registry|interp(?:reter)?|id|form|"
    r"file|event|log|docket|confirmation|conf|invoice|donor|unos|kit|emp(?:loyee)?|student|sid|tin|ein|autopsy|cert|rd|"
    r"thread|family|randomi[sz]ation|block|release|barcode|tag|worker|star|intake|code(?=[ \t]+[A-Z]\d)|path|film|cycle|a(?=\#)"
)
BIOMETRIC_LABELS = (
    r"afis|finger-?print(?:s|ed)?|thumb-?print|palm(?:-|[ \t])?(?:vein|print)|iris|retina(?:l)?[ \t]+scan|voice-?[ \t]?print|"
    r"face[ \t]+(?:template|id|scan)|biometrics?|bio-?id|dna[ \t]+card|template"
)
CAR = (
    r"(?:car|truck|van|minivan|pickup|suv|sedan|buick|chevy|chevrolet|dodge|ford|gmc|honda|hyundai|impala|jeep|kia|lexus|"
    r"mazda|nissan|subaru|tacoma|tesla|toyota|camry|volvo|vw|f-?150|motorcycle|trailer)"
)
_PLATE = r"(?=[A-Za-z0-9 -]{0,7}\d)(?:[A-Z0-9]{1,4}[ -][A-Z0-9]{1,6}(?:[ -][A-Z0-9]{2,3})?|[A-Z0-9]{5,8})(?![\w-])"
_ANY_PLATE = r"(?=[A-Za-z0-9 -]{0,7}\d)(?:[A-Za-z0-9]{2,4}[ -][A-Za-z0-9]{3,5}|[A-Za-z0-9]{5,8})(?![\w-])"

_VACCINE = (
    r"(?<!(?i:vaccin|immuni[sz]|tdap|influenza|flu\b|prevnar|pneumovax|pfizer|moderna|comirnaty|shingrix|mmr|hep[ ]?[ab]|"
    r"dtap|hpv|gardasil|covid|rsv|varicella|booster|menveo|boostrix|fluzone|flucelvax|im\b)[^\n]{0,60})"
)


def number_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of SSN, MEDICALRECORD, HEALTHPLAN, ACCOUNT, LICENSE, VEHICLE, DEVICE, BIOID and IDNUM."""
    return [
        FormRecognizer(
            "SSN",
            "clinsift_ssn",
            [
                ("full", r"(?<![\w-])(?!000|666)\d{3}([- \u2010-\u2013])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])", 0.8),
                ("labelled", labelled(SSN_LABELS, r"\d{3}[- .]?\d\d[- .]?\d{4}(?!\w)"), 0.97),
                ("masked", rf"{_MASK}{{2,3}}[- ]?{_MASK}{{2}}[- ]?\K\d{{4}}(?!\w)", 0.97),
                (
                    "last four",
                    r"(?i)\b(?:last[ \t]+(?:4|four)|soc(?:ial)?[ \t]+ending(?:[ \t]in)?)(?:[ \t]+digits)?(?:[ \t]+of)?"
                    r"(?:[ \t]+(?:ssn?|social|soc))?[ \t:#=]{0,4}(?:is[ \t])?\K\d{4}(?!\w)(?![-/]\d)",
                    0.9,
                ),
                ("last four of a labelled number", labelled(r"ssns?|social", r"\d{4}(?!\w)(?![-/]\d)"), 0.85),
                ("spread out", r"(?<!\w)(?:\d[ ]){3}-[ ](?:\d[ ]){2}-(?:[ ]\d){4}(?!\w)", 0.95),
                ("Irish PPS number", labelled("pps(?:n|[ \t]+no)?", r"\d{7}[A-Z]{1,2}(?!\w)"), 0.95),
            ],
        ),
        FormRecognizer(
            "MEDICALRECORD",
            "clinsift_record_number",
            [
                ("labelled", labelled(RECORD_LABELS), 0.96),
                ("weak label", labelled(r"mr|record|rec|ur|cn|clinic|hospice[ \t]+mr", _YEAR + _LONG_CODE), 0.8),
                ("letters with blanks", r"(?<=M R N ?[:#]? {1,4})\d(?: \d){4,11}(?!\w)", 0.95),
                ("number before age and sex", r"(?<=\p{L}[)\"]?[ ,]{1,6})\d{7,8}(?= {1,4}\d{1,3} ?[mfMF]\b)", 0.7),
            ],
        ),
        FormRecognizer(
            "HEALTHPLAN",
            "clinsift_health_plan",
            [
                # Medicare Beneficiary Identifier, CMS format: C A AN N A AN N A A N N
                ("MBI", r"(?<![\w-])[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d\d(?![\w-])", 0.97),
                ("labelled", labelled(PLAN_LABELS, _YEAR + _LONG_CODE), 0.92),
                (
                    "ID after a plan",
                    r"(?i:\b(?:plan|ins|insurance|payer|payor|coverage|medicaid|medicare|hmo|ppo|advantage|alliance|mutual|fund|"
                    r"preferred|quest)\b[^\n;]{0,30}?[ \t|(](?:id|\#|no|number)[ \t:.#]{0,4})\K" + _YEAR + _LONG_CODE,
                    0.9,
                ),
            ],
        ),
        FormRecognizer(
            "ACCOUNT",
            "clinsift_account",
            [
                ("labelled", labelled(ACCOUNT_LABELS, _LONG_CODE), 0.94),
                (
                    "card ending",
                    r"(?i)\bcard[ \t]+(?:[a-z]+[ \t]+)?(?:ending|ends)(?:[ \t]+in)?[ \t]+\K\d{4}(?!\w)",
                    0.95,
                ),
            ],
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_npi",
            [("labelled", labelled("npi(?:[ \t]*/[ \t]*dea)?|rendering", r"[12]\d{9}(?!\w)"), 0.95)],
            check=is_npi,
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_dea",
            [
                ("labelled", labelled("dea(?:[ \t]+for[ \t][^\n\\d]{1,30}is)?", r"[A-Za-z][A-Za-z9]\d{7}(?!\w)"), 0.96),
                ("unlabelled", r"(?<![\w-])[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![\w-])", 0.3),
            ],
            check=is_dea,
        ),
        FormRecognizer(
            "LICENSE",
            "clinsift_license",
            [
                ("labelled", labelled(LICENSE_LABELS, rf"(?:(?<!{_BEFORE}){_STATE} )?" + _LONG_CODE), 0.9),
                (
                    "state before the number",
                    rf"(?i:\b(?:lic(?:en[cs]e)?\.?|cdl|dl|driver'?s?[ \t]+lic(?:en[cs]e)?)(?:[ \t]+is)?)[ \t:#]{{1,4}}{_STATE}[ ]\K{_LONG_CODE}",
                    0.95,
                ),
            ],
        ),
        FormRecognizer(
            "VEHICLE",
            "clinsift_vin",
            [
                ("labelled", labelled("vin(?:[ \t]+last[ \t]+\\d)?", r"[A-HJ-NPR-Za-hj-npr-z0-9]{6,17}(?!\w)"), 0.96),
                (
                    "unlabelled",
                    r"(?<![\w-])(?=[A-Z0-9]{0,16}[A-Z])[A-HJ-NPR-Z0-9]{11}(?=[A-Z0-9]{2}\d{4})[A-HJ-NPR-Z0-9]{6}(?![\w-])",
                    0.6,
                ),
            ],
            check=is_vin,
        ),
        FormRecognizer(
            "VEHICLE",
            "clinsift_plate",
            [
                (
                    "labelled",
                    rf"(?i:\b(?:(?:licen[cs]e[ \t]+|lic[ \t]+)?plates?|tag|tail)\b(?:[ \t]*(?:no\.?|number|\#))?)[ \t:]{{1,4}}(?:{_STATE}[ ])?\K{_PLATE}",
                    0.92,
                ),
                (
                    "after a car",
                    rf"(?i:\b{CAR}\b[ ,(]{{1,3}})\K(?:[A-Za-z]{{2,3}}[ -]\d{{3,4}}|\d[A-Z]{{3}}\d{{3}})(?!\w)",
                    0.85,
                ),
            ],
        ),
        FormRecognizer(
            "DEVICE",
            "clinsift_device",
            [
                ("labelled", labelled(DEVICE_LABELS, _YEAR + _LONG_CODE), 0.93),
                (
                    "lot",
                    rf"{_BEFORE}(?=[Ll][Oo][Tt]){_VACCINE}(?i:lot{_SEP})\K(?=[A-Za-z-]{{0,4}}\d){_CODE}(?<=\w{{4}}){_QUANTITY}",
                    0.8,
                ),
            ],
        ),
        FormRecognizer(
            "BIOID",
            "clinsift_biometric",
            [
                (
                    "labelled",
                    rf"{_BEFORE}(?i:(?:{BIOMETRIC_LABELS}))[^\n\d;]{{0,30}}?[ \t(#:]\K(?=[A-Za-z/_]{{0,4}}[-_/]?\w{{0,6}}\d)"
                    rf"{_NOT_DATE}{_TOKEN}(?<=\w{{4}})(?![A-Za-z0-9]){_QUANTITY}",
                    0.9,
                )
            ],
        ),
        FormRecognizer(
            "IDNUM",
            "clinsift_id_number",
            [
                ("labelled", labelled(ID_LABELS, _YEAR + _LONG_CODE), 0.85),
                ("number sign", r"(?<![\w#])#[ ]?\K(?=[A-Z]{0,3}\d)[A-Z0-9][A-Z0-9-]{3,14}(?![\w])", 0.5),
                # S23-14402, CT-22-0098713, INC0048812: letters and five digits or more, hyphens between
                (
                    "code without a label",
                    r"(?<![\w./-])(?!NCT|ICD|CPT)(?=[A-Z0-9-]{0,8}[A-Z])(?=(?:[A-Z-]{0,5}\d){5})[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,10}){0,4}(?![\w/.-]\w|\w)",
                    0.55,
                ),
                ("long number", r"(?<![\w./,+-])\d{7,14}(?![\w/]|[.,-]\d)", 0.5),
            ],
        ),
    ]
