"""Numbers and codes that name a person, record, plan, licence, vehicle or device, by their labels.

Such a code has hardly a form of its own: the word before it tells what it is. A pattern is
therefore a label, separators, and after ``\\K`` the code. Check digits (NPI, DEA, VIN) turn a form
into near certainty.
"""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation

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


def labelled(labels: str, value: str, next_line: bool = False) -> str:
    """Return a pattern for ``value`` after one of the ``labels`` (case does not matter) and separators.

    With ``next_line`` the value may open the line after the label.
    """
    return rf"(?<![A-Za-z0-9])(?i:(?:{labels}){_SEP_LINE if next_line else _SEP})\K{value}"


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

SSN_LABELS = r"ssns?|ss|soc(?:ial)?[ \t]+sec(?:urity)?|social|soc"
RECORD_LABELS = (
    r"mrn|mr(?=[ ]?\#|[ \t]?no\b)|med(?:ical)?\.?[ \t]*rec(?:ord)?s?|(?:hosp(?:ital)?|unit|clinic|client|res|record|rec|patient|pt|our|"
    r"mat)\.?(?=[ \t]*(?:\#|no\b|nr\b|num|id\b))|chart|uhid|urn|ihi|nhs|chi/nhs"
)
PLAN_LABELS = (
    r"member(?:ship)?|mem|mbr|subscr(?:iber)?|subs|policy(?:[ \t]*holder)?|pol|group|grp|medicare|medicaid|mbi|hicn|medi-cal|ahcccs|hcn|pmi|"
    r"mpi|cin|contract|insurance|(?:ins|plan)(?=[ \t]*(?:id|\#|no\b))|health[ \t]*card|ohip|beneficiary|tricare|dod[ \t]*id|\w*care(?<!care[ ]care)|"
    r"ppo|hmo|supp"
)
ACCOUNT_LABELS = r"acct|account|a/c|fin|har|cuenta|(?:guarantor|billing)(?=[ \t]*(?:id|\#|no\b))|rtg|routing|iban"
LICENSE_LABELS = (
    r"lic(?:en[cs]e)?s?\.?|cdl|dl|oln|d/l|clia|gmc|gdc|imc|nmc|hcpc|ahpra|cpso|ccn|cpa|state[ \t]+id|provider(?=[ \t]*(?:\#|no\b|\d))|"
    r"pilot[ \t]+cert(?:ificate)?|tnmc[ \t]+reg\.?|prescriber[ \t]+id|mict[ ]?\(?"
)
DEVICE_LABELS = (
    r"s/n|sn|serial|ser|udi|gtin|ref/lot|lot/sn|lot/serial(?:[ \t]+sn)?|transmitter|controller|backup|asset|device[ \t]+id|implant[ \t]+id|"
    r"tissue[ \t]+id|pump(?=[ \t]+[A-Z]{2,4}-\d)|dn"
)
ID_LABELS = (
    r"acc(?:ession|n|s)?|case|claims?|order|ord|visit|vis|enc(?:ounter)?|csn|job|ref(?:erence)?|referral|(?:prior[ \t]+)?auth(?:orization)?|"
    r"pa[ \t]+ref|rx|prescription|ticket|incident|inc|report|rpt|run|pcr|study|specimen|req(?:uest|uisition)?|doc(?:ument)?|session|passport|"
    r"aadhaar|subject|registry|form|file|event|docket|confirmation|conf|invoice|donor|unos|student|sid|tin|ein|autopsy|cert|rd|thread|family|"
    r"randomi[sz]ation|release|barcode|intake|path|psr|scan|call(?=[ ]\d{6})|ip(?=[ ]no)|eeg(?=[ ]no)|reg(?=[ ]?\#)"
)
SHORT_ID_LABELS = r"badge|band|interp(?:reter)?|id|kit|emp(?:loyee)?|worker|star|a(?=\#)|tag|code(?=[ \t]+[A-Z]\d)|ptl\.?[ ]\w\.[ ]\w+"
BIOMETRIC_LABELS = (
    r"afis|finger-?print(?:s|ed)?|thumb-?print|palm(?:-|[ \t])?(?:vein|print)|iris|retina(?:l)?[ \t]+scan|voice-?[ \t]?print|"
    r"face[ \t]+(?:template|id|scan)|biometrics?|bio-?id|dna[ \t]+card|template"
)
_PLATE = r"(?=[A-Z0-9 -]{0,7}\d)(?:[A-Z0-9]{1,4}[ -][A-Z0-9]{1,6}(?:[ -][A-Z0-9]{2,3})?|[A-Z0-9]{5,8})(?![\w-])"
_VACCINE = (
    r"(?<!(?i:vaccin|immuni[sz]|tdap|influenza|flu\b|prevnar|pneumovax|pfizer|moderna|comirnaty|shingrix|mmr|hep[ ]?[ab]|dtap|hpv|gardasil|"
    r"covid|rsv|varicella|booster|menveo|boostrix|fluzone|flucelvax|deltoid|im\b|sc\b|vacc)[^\n]{0,60})"
)
_INSURER = r"(?i:\b(?:plan|ins|insurance|payer|payor|coverage|medicaid|medicare|hmo|ppo|advantage|alliance|mutual|fund|preferred|quest)\b)"


def number_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of SSN, MEDICALRECORD, HEALTHPLAN, ACCOUNT, LICENSE, VEHICLE, DEVICE, BIOID, IDNUM."""
    return [
        FormRecognizer(
            "SSN",
            "clinsift_ssn",
            [
                ("full", r"(?=\d)(?<![\w-])(?!000|666)\d{3}([- \u2010-\u2013])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])", 0.8),
                ("after a label", labelled(SSN_LABELS, r"\d{3}[- .]?\d\d[- .]?\d{4}(?!\w)", True), 0.97, "ssn ssns ss soc social"),
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
                (
                    "after a label",
                    labelled(RECORD_LABELS, _CODE, True),
                    0.96,
                    "mrn mr med medical hosp hospital unit clinic client res record rec patient pt our mat chart uhid urn ihi nhs chi",
                ),
                ("after a weak label", labelled(r"mr|record|rec\.?|ur|cn|hospice[ \t]+mr", _code(4)), 0.8, "mr record rec ur cn hospice"),
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
                ("after a label", labelled(PLAN_LABELS, _code(4)), 0.92),
                ("ID after an insurer", rf"{_INSURER}[^\n;]{{0,30}}?[ \t|(](?i:id|\#|no|number)[ \t:.#]{{0,4}}\K{_LONG_CODE}", 0.9),
                ("code after an insurer", rf"{_INSURER}[^\n;:]{{0,16}}?[ ]\K{_LONGER_CODE}", 0.75),
            ],
        ),
        FormRecognizer(
            "ACCOUNT",
            "clinsift_account",
            [
                ("after a label", labelled(ACCOUNT_LABELS, _LONG_CODE), 0.94, "acct account a fin har cuenta guarantor billing rtg routing iban"),
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
                (
                    "after a label",
                    labelled(LICENSE_LABELS, rf"(?!{_STATE}[ ])(?:{_LONG_CODE}|\d\d,\d{{3}}(?!\w))"),
                    0.9,
                    "lic lics license licence licenses licences cdl dl oln d clia gmc gdc imc nmc hcpc ahpra cpso ccn cpa state provider pilot tnmc prescriber mict",
                ),
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
                ),
            ],
        ),
        FormRecognizer(
            "DEVICE",
            "clinsift_device",
            [
                (
                    "after a label",
                    labelled(DEVICE_LABELS, _LONG_CODE, True),
                    0.93,
                    "s sn serial ser udi gtin ref lot transmitter controller backup asset device implant tissue pump dn",
                ),
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
                    rf"(?<![A-Za-z0-9])(?i:(?:{BIOMETRIC_LABELS}))[^\n\d;]{{0,30}}?[ \t(#:]\K(?=[A-Za-z/_-]{{0,7}}\d){_NOT_DATE}"
                    rf"{_TOKEN}(?<=\w[\w-]{{2}}\w)(?![A-Za-z0-9]){_QUANTITY}",
                    0.9,
                    "afis finger fingerprint thumb thumbprint palm iris retina retinal voice voiceprint face biometric bio dna template",
                )
            ],
        ),
        FormRecognizer(
            "IDNUM",
            "clinsift_id_number",
            [
                ("after a label", labelled(ID_LABELS, r"(?!99[23]\d\d(?!\w))" + _code(4), True), 0.85),
                ("short code after a label", labelled(SHORT_ID_LABELS, _LONG_CODE, True), 0.8, "badge band interp interpreter id kit emp employee worker star a tag code ptl"),
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
