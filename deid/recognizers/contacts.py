"""Telephone and fax numbers, pagers and extensions, e-mail addresses, URLs, IP addresses."""

from __future__ import annotations

import ipaddress

from deid.recognizers.base import FormRecognizer

_SEP = r"[ .\-/\u2010-\u2014]"
_END = r"(?!\w)(?![-.]\d)"
_OPEN = r"(?<![\w.+/-])"
_N = r"[\dOl]"  # scanned digits: O for 0, l for 1
_AREA = rf"(?:(?:\+?1{_SEP}?)?(?:\(\d{{3}}\)\s?|\d{{3}}{_SEP}{{1,2}}))"
_US = rf"(?:{_AREA}\d{{3}}{_SEP}{{1,2}}\d{{4}}{_END})"
_SCANNED = rf"(?:(?:\({_N}{{3}}\)[ ]?|{_N}{{3}}{_SEP}){_N}{{3}}{_SEP}{_N}{{4}}{_END})"
_US_JOINED = rf"(?:{_AREA}\d{{7}}{_END})"
_INTERNATIONAL = (
    r"(?:(?:\+|00(?=[1-9]\d{0,2}[ -]))[1-9]\d{0,2}(?=(?:[ .\-()]{0,2}\d){7,13}(?!\w))"
    r"(?:[ .\-]?\(0?\d{1,4}\))?(?:[ .\-]?\d{1,5}){2,6}(?!\w))"
)
# (02) 5550 0144, 087 555 0143, 0452-555 0119; not three times in a row (0900 1400 2100)
_TRUNK = (
    r"(?:(?!(?:[01]\d|2[0-3])[0-5]\d[ ][0-2]\d[0-5]\d[ ][0-2]\d[0-5]\d)"
    r"(?:\(0\d{1,4}\)[ ]?\d{3,4}[ -]?\d{3,4}|0\d{1,4}[ -]\d{3,4}[ -]\d{3,4}|0\d{2,4}[ -]\d{6,7})(?!\w)(?![-.]\d))"
)
_LOCAL = rf"(?:(?!(?:19|20)\d\d-)\d{{3}}[ .\-]\d{{4}}{_END})"
_TEN = rf"(?:1?[2-9]\d{{9}}{_END})"
_SEVEN = rf"(?:[2-9]\d{{6}}{_END})"
_ANY = rf"(?=[\d(+Ol])(?:{_US}|{_US_JOINED}|{_INTERNATIONAL}|{_TRUNK}|{_LOCAL}|{_TEN}|{_SEVEN}|{_SCANNED})"

_PHONE_LABEL = (
    r"(?:tele(?:phone|fon)?|tel|te1|phone|ph|cell?(?:ular)?|mobile|mob|call-?back|cb|txt|desk|ofc|office|direct|voicemail|vm|"
    r"t|c|h|m|w|o)"
)
_PHONE_GATE = "tele tel te phone ph cel cell mobile mob callback call cb txt desk ofc office direct voicemail vm t c h m w o"
_PAGER_LABEL = r"(?:pager|pgr|pg|beeper|bleep|bpr|vocera|ascom|paged(?:[ ]at)?|pin(?<=\d[ ]pin))"
_EXT_LABEL = r"(?:ext(?:ension|n)?|xtn|x)"
_FILL = r"[ \t]*(?:(?:number|num|no|nr)\b\.?)?[ \t:#.=]{0,12}"

PHONE_CONTEXT = (
    "phone", "telephone", "tel", "ph", "cell", "mobile", "call", "called", "callback", "cb", "contact", "number", "home", "work",
    "pager", "pgr", "page", "text", "txt", "voicemail", "vm", "line", "office", "ofc", "desk", "emergency", "nok", "pharmacy", "wife",
    "husband", "husbands", "mother", "father", "mom", "dad", "daughter", "dtr", "son", "sister", "brother", "niece", "nephew", "tia",
    "hotline", "scheduling", "dispatch", "reach", "spoke", "clinic", "rn", "fax", "faxed",
)  # fmt: skip
EXTENSION_CONTEXT = (
    "ext", "extension", "rn", "md", "np", "pa", "pa-c", "do", "lab", "call", "called", "desk", "fax", "nurse", "unit", "pharmacy",
    "reach", "security", "page", "paged", "me", "phone", "ph", "ccm", "cm", "pharm", "look", "at",
)  # fmt: skip

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
_TOP = r"(?:com|org|net|edu|gov|mil|int|info|biz|io|us|uk|ca|au|ie|nz|in|de|fr|eu|example|test|invalid|app|dev|online|site)"
_TOP_GATE = "com org net edu gov mil int info biz io us uk ca au ie nz in de fr eu example test invalid app dev online site"
_LOCAL_PART = r"[A-Za-z0-9_][\w.+%'-]{0,63}"
_EMAIL = rf"(?<![\w.+%@-]){_LOCAL_PART}@{_HOST}(?:\.{_HOST}){{1,6}}"
_BLANK_EMAIL = rf"(?<![\w.+%@-]){_LOCAL_PART}[ \t]{{0,2}}@[ \t]{{0,2}}{_HOST}(?:[ \t]?\.[ \t]?{_HOST}){{0,4}}[ \t]?\.[ \t]?(?i:{_TOP})\b"
_DOT = r"(?:\.|[ ]?(?:\(dot\)|\[dot\])[ ]?|[ ]dot[ ])"
_SPELLED_EMAIL = rf"(?i)(?<![\w.+%@-]){_LOCAL_PART}(?:[ ]?(?:\(at\)|\[at\])[ ]?|[ ]at[ ](?={_HOST}[ ]dot[ ])){_HOST}(?:{_DOT}{_HOST}){{0,4}}{_DOT}{_TOP}\b"
_URL = r"(?i)(?<![\w@])(?:(?:https?|ftps?|hxxps?)://|www\.)[^\s<>\"'()\[\]|]*[\w/=&#-]"
_BARE_URL = (
    rf"(?i)(?<![\w@.%+-])(?={_HOST}\.)(?:{_HOST}\.){{1,4}}{_TOP}\b(?![@\w-]|\.\w)"
    r"(?::\d{2,5})?(?:[/?#][^\s<>\"'()\[\]|]*[\w/=&#-])?/?"
)

_IPV4 = r"(?=\d)(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
_IPV6 = r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]|\.\d)"


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
                ("US number", rf"(?=[\d(+]){_OPEN}{_US}", 0.85),
                ("US number, seven digits in a row", rf"(?=[\d(+]){_OPEN}{_US_JOINED}", 0.7),
                ("international number", rf"(?=[0+]){_OPEN}{_INTERNATIONAL}", 0.85),
                ("number with trunk 0", rf"(?=[(0]){_OPEN}{_TRUNK}", 0.6),
                ("local number", rf"(?=\d){_OPEN}{_LOCAL}", 0.3),
                ("ten digits", rf"(?=\d){_OPEN}{_TEN}", 0.2),
                ("seven digits", rf"(?=\d){_OPEN}{_SEVEN}", 0.15),
                ("scanned", rf"(?=[\d(Ol]){_OPEN}{_SCANNED}", 0.75),
                ("after a label", rf"(?i)(?<![\w'/]){_PHONE_LABEL}{_FILL}\K{_ANY}", 0.9, _PHONE_GATE),
            ],
            context=PHONE_CONTEXT,
        ),
        FormRecognizer(
            "PHONE",
            "clinsift_phone_extension",
            [
                ("extension", rf"(?i)(?<![\w'/.]){_EXT_LABEL}{_FILL}\K(?:\d{{1,3}}-)?\d{{3,6}}{_END}(?![ ]?(?:mg|ml|cm|mm))", 0.4, "ext extension extn xtn x"),
                ("extension after a number", rf"(?i)(?<=[-. /]\d{{4}})[ ,;]{{0,3}}(?:{_EXT_LABEL}|opt)[ .:#]{{0,2}}\K\d{{1,6}}{_END}", 0.9, "ext extension extn xtn x opt"),
                ("pager", rf"(?i)(?<![\w'/]){_PAGER_LABEL}{_FILL}\K(?:\d{{1,3}}-)?\d{{3,7}}{_END}", 0.85, "pager pgr pg beeper bleep bpr vocera ascom paged pin"),
                ("pager after p", r"(?<=[(,;][ ]?|[A-Za-z][ ]{1,3})[pP]\.?[ ]?\K(?:\d-)?\d{4,5}(?!\w)(?![-./]\d)", 0.7, "p"),
                ("short number", rf"(?=\d){_OPEN}\d-\d{{4}}{_END}", 0.2),
            ],
            context=EXTENSION_CONTEXT,
        ),
        FormRecognizer(
            "FAX",
            "clinsift_fax",
            [
                (
                    "after a label",
                    rf"(?i)(?<![\w'/])(?:(?:tele|e)?fax(?:ed|simile)?|fx)(?:[ \t]+(?:to|from|number|line|gateway|at))?{_FILL}\K{_ANY}",
                    0.97,
                    "fax faxed facsimile telefax efax fx",
                ),
                ("extension after a label", rf"(?i)(?<![\w'/])fax[ ](?:x|ext\.?)[ ]?\K\d{{3,6}}{_END}", 0.9, "fax"),
                ("after fax and a name", rf"(?i)\bfax(?:ed)?\b[^\n\d(]{{1,40}}?[ ]\K{_ANY}", 0.93, "fax faxed"),
                ("after fax, pages and from", rf"(?i)\bfax\b[^\n]{{1,24}}?\b(?:from|to)[ .:]{{1,3}}\K{_ANY}", 0.93, "fax"),
                ("after F", rf"(?<=\d)[ \t*|,;/]+[Ff][ .:]{{1,3}}\K{_ANY}", 0.95, "f"),
                ("header line", rf"(?=\d)(?<=^[^\n]{{0,70}}(?i:from|fr0m|to|t0)[ .:]{{0,4}}){_ANY}(?=[^\n]*\b[Pp](?:[Aa][Gg][Ee]|[Gg]|\.)[ .]?\d)", 0.93, "from fr"),
            ],
        ),
        FormRecognizer(
            "EMAIL",
            "clinsift_email",
            [("address", _EMAIL, 0.99), ("address with blanks", _BLANK_EMAIL, 0.8), ("spelled address", _SPELLED_EMAIL, 0.85, "dot")],
        ),
        FormRecognizer(
            "URL",
            "clinsift_url",
            [("with a scheme", _URL, 0.97, "http https ftp ftps hxxp hxxps www"), ("bare host", _BARE_URL, 0.9, _TOP_GATE)],
        ),
        FormRecognizer("IPADDR", "clinsift_ip", [("IPv4", _IPV4, 0.9), ("IPv6", _IPV6, 0.9)], check=is_ip_address),
    ]
