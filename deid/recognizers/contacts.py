"""Telephone and fax numbers, pagers and extensions, e-mail addresses, URLs, IP addresses."""

from __future__ import annotations

import ipaddress

from deid.recognizers.base import FormRecognizer

# Scanned letters turn 0 and 1 into O and l; two true digits must open a number for that to count.
_D = r"[\dOol]"
_SEP = r"[ .\-/\u2010-\u2014]"
_END = r"(?![\w])(?![-.]\d)"
_US = (
    rf"(?<![\w.+/-])(?:\+?1{_SEP}?)?(?:\(\d{{3}}\)\s?|\d{{3}}{_SEP}{{1,2}})"
    rf"\d{{3}}{_SEP}{{1,2}}(?=\d|O)\d?{_D}{{3}}\d?(?<={_D}{{4}}){_END}"
)
_US_NO_GAP = rf"(?<![\w.+/-])(?:\+?1{_SEP}?)?(?:\(\d{{3}}\) ?|\d{{3}}{_SEP})\d{{7}}{_END}"
_INTERNATIONAL = r"(?<![\w+])(?:\+|00(?=[1-9]))[1-9]\d{0,2}(?:[ .\-]?\(0?\d{1,4}\))?(?:[ .\-]?\d{2,5}){2,4}(?!\w)"
# (02) 5550 0144, 087 555 0143, 0452-555 0119, 0207 496 0712
_TRUNK = (
    r"(?<![\w.+/-])(?:\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,4}|0\d{1,4}[ -]\d{3,4}[ -]\d{3,4}"
    r"|0\d{2,4}[ -]\d{6,7})(?!\w)(?![-.]\d)"
)
_LOCAL = rf"(?<![\w.+/-])(?!(?:19|20)\d\d-)\d{{3}}[ .\-]\d{{4}}{_END}"
_TEN = rf"(?<![\w.+/-])1?[2-9]\d{{2}}[2-9]\d{{6}}{_END}"
_ANY = rf"(?:{_US}|{_US_NO_GAP}|{_INTERNATIONAL}|{_TRUNK}|{_LOCAL}|{_TEN})"

_PHONE_LABEL = (
    r"(?:tele(?:phone|fon)?s?|tel|phone|ph|cell(?:ular)?|mobile|mob|home|work|call(?:ed)?|call(?:-| )?back|cb|txt|text|"
    r"contact|desk|ofc|office|direct|line|voicemail|vm|t|c|h|m|w|o)"
)
_PAGER_LABEL = r"(?:pager|pgr|pg|beeper|bleep|bpr|vocera|ascom|spectralink|paged at|p)"
_EXT_LABEL = r"(?:ext(?:ension|n)?|xtn|x)"
_FILL = r"[ \t]*(?:(?:number|num|no|nr)\b\.?)?[ \t:#.=]{0,8}"

PHONE_CONTEXT = (
    "phone", "telephone", "tel", "ph", "cell", "mobile", "call", "called", "callback", "cb", "contact", "number", "home",
    "work", "pager", "pgr", "page", "text", "txt", "voicemail", "line", "office", "ofc", "desk", "emergency", "nok",
    "pharmacy", "wife", "husband", "mother", "father", "mom", "dad", "daughter", "dtr", "son", "sister", "brother",
    "niece", "nephew", "hotline", "scheduling", "dispatch", "reach", "spoke", "per", "clinic",
)  # fmt: skip

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
_TOP = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|io|me|co|us|uk|ca|au|ie|nz|in|de|fr|eu|health|care|clinic|hospital|"
    r"example|test|invalid|app|dev|online|site|mail|email|local)"
)
_EMAIL = rf"(?<![\w.+%@-])[A-Za-z0-9_][\w.+%'-]{{0,63}}@{_HOST}(?:\.{_HOST}){{1,6}}"
_DAMAGED_EMAIL = (
    r"(?<![\w.+%@-])[A-Za-z0-9_][\w.+%-]{0,63}[ \t]{0,2}(?:@|\(at\)|\[at\]|(?<=[ \t])(?i:at)(?=[ \t]))[ \t]{0,2}"
    rf"{_HOST}(?:[ \t]{{0,2}}(?:\.|\(dot\)|\[dot\]|(?<=[ \t])(?i:dot)(?=[ \t]))[ \t]{{0,2}}{_HOST}){{0,4}}"
    rf"[ \t]{{0,2}}(?:\.|\(dot\)|(?<=[ \t])(?i:dot)(?=[ \t]))[ \t]{{0,2}}(?i:{_TOP})\b"
)
_PATH = r"(?::\d{2,5})?(?:[/?#][^\s<>\"'()\[\]|]*[\w/=&#-])?/?"
_URL = rf"(?i)(?<![\w@])(?:(?:https?|ftps?|hxxps?)://|www\.)[^\s<>\"'()\[\]|]*[\w/=&#-]"
_BARE_URL = rf"(?i)(?<![\w@.%+-])(?:{_HOST}\.){{1,4}}{_TOP}\b(?![@\w-]|\.\w){_PATH}"

_IPV4 = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"
_IPV6 = r"(?i)(?<![\w:.])(?=[0-9a-f]{0,4}:)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:]|\.\d)"


def is_ip_address(value: str) -> bool | None:
    """Return False if the value is no IPv4 or IPv6 address; times such as ``10:20:30`` are none."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return None


def contact_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of PHONE, FAX, EMAIL, URL and IPADDR."""
    return [
        FormRecognizer(
            "PHONE",
            "clinsift_phone",
            [
                ("US number", _US, 0.85),
                ("international number", _INTERNATIONAL, 0.85),
                ("number with trunk 0", _TRUNK, 0.55),
                ("US number, seven digits in a row", _US_NO_GAP, 0.7),
                ("local number", _LOCAL, 0.3),
                ("ten digits", _TEN, 0.2),
                ("labelled", rf"(?i)(?<![\w'/]){_PHONE_LABEL}{_FILL}\K{_ANY}", 0.9),
            ],
            context=PHONE_CONTEXT,
        ),
        FormRecognizer(
            "PHONE",
            "clinsift_phone_extension",
            [
                (
                    "extension",
                    rf"(?i)(?<![\w'/.]){_EXT_LABEL}{_FILL}\K\d{{1,2}}?-?\d{{2,5}}{_END}(?! ?(?:mg|m[lL]|cm|mm))",
                    0.4,
                ),
                (
                    "extension after a number",
                    rf"(?i)(?<=\d)[ ,;]{{0,3}}{_EXT_LABEL}[ .:#]{{0,2}}\K\d{{1,6}}{_END}",
                    0.9,
                ),
                (
                    "pager",
                    rf"(?i)(?<![\w'/]){_PAGER_LABEL}(?<!\bp){_FILL}\K\d{{1,3}}?-?\d{{3,5}}{_END}(?! ?(?:of|/)\b)",
                    0.85,
                ),
                (
                    "pager after p",
                    r"(?<=[(,;][ ]?|(?:MD|RN|DO|NP|PA)[ ,]{1,2})[pP]\.?[ ]?\K\d{1,2}?-?\d{4,5}(?!\w)(?![-./]\d)",
                    0.7,
                ),
            ],
            context=(
                "ext",
                "ext.",
                "extension",
                "rn",
                "md",
                "np",
                "pa",
                "pa-c",
                "do",
                "lab",
                "call",
                "called",
                "desk",
                "fax",
                "nurse",
                "unit",
                "pharmacy",
                "at",
                "reach",
                "security",
                "page",
                "paged",
                "me",
                "phone",
                "ph",
                "ccm",
                "cm",
            ),  # fmt: skip
        ),
        FormRecognizer(
            "FAX",
            "clinsift_fax",
            [
                (
                    "labelled",
                    rf"(?i)(?<![\w'/])(?:(?:tele|e)?fax(?:ed|simile)?|fx)(?:[ \t]+(?:to|from|number|line|gateway|at))?"
                    rf"{_FILL}\K{_ANY}",
                    0.97,
                ),
                (
                    "fax and a name before the number",
                    rf"(?i)\bfax(?:ed)?[^\n\d]{{1,40}}?(?:\b(?:at|to|from)|->|:)[ \t]{{0,3}}\K{_ANY}",
                    0.92,
                ),
                ("F after a number", rf"(?<=\d)[ \t*|,;/]+(?:F|f)[ .:]{{1,3}}\K{_ANY}", 0.95),
                (
                    "fax header",
                    rf"(?i)(?<=^[^\n]{{0,60}}(?:from|fr0m|to|t0)[ .:]{{1,6}}){_ANY}(?=[^\n]*\bp(?:age|g|\.)?[ .]?\d)",
                    0.9,
                ),
            ],
        ),
        FormRecognizer(
            "EMAIL",
            "clinsift_email",
            [("address", _EMAIL, 0.99), ("damaged address", _DAMAGED_EMAIL, 0.8)],
        ),
        FormRecognizer("URL", "clinsift_url", [("with a scheme", _URL, 0.97), ("bare host", _BARE_URL, 0.75)]),
        FormRecognizer("IPADDR", "clinsift_ip", [("IPv4", _IPV4, 0.9), ("IPv6", _IPV6, 0.9)], check=is_ip_address),
    ]
