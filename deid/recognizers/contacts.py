"""Telephone and fax numbers, pagers and extensions, e-mail addresses, URLs, IP addresses."""

from __future__ import annotations

import ipaddress

from deid.recognizers.base import Form, FormRecognizer

_SEP = r"[ .\-/\u2010-\u2014]"
_END = r"(?!\w)(?![-.]\d)"
_OPEN = r"(?<![\w.+/-])"
_N = r"[\dOl]"  # scanned digits: O for 0, l for 1
_AREA = rf"(?:(?:\+?1{_SEP}?)?(?:\(\d{{3}}\)\s?|\d{{3}}{_SEP}{{1,2}}))"
_US = rf"(?:{_AREA}\d{{3}}(?:{_SEP}{{1,2}}\d{{4}}|\d{{4}}){_END})"
_SCANNED = rf"(?:(?:\({_N}{{3}}\)[ ]{{0,2}}|{_N}{{3}}{_SEP}[ ]?){_N}{{3}}{_SEP}[ ]?{_N}{{4}}{_END})"
_INTERNATIONAL = (
    r"(?:(?:\+|00(?=[1-9]\d{0,2}[ -]))[1-9]\d{0,2}(?=(?:[ .\-()]{0,2}\d){7,13}(?!\w))"
    r"(?:[ .\-]?\(0?\d{1,4}\))?(?:[ .\-]?\d{1,5}){2,6}(?!\w))"
)
# (02) 5550 0144, 087 555 0143, 0452-555 0119; not times in a row (0900 1400 2100) nor part numbers (00-8757-054)
_TRUNK = (
    r"(?:(?!(?:[01]\d|2[0-3])[0-5]\d[ ][0-2]\d[0-5]\d[ ][0-2]\d[0-5]\d|00-)"
    r"(?:\(0\d{1,4}\)[ ]?\d{3,4}[ -]?\d{3,4}|0\d{1,4}[ -]\d{3,4}[ -]\d{3,4}|0\d{2,4}[ -]\d{6,7})(?!\w)(?![-.]\d))"
)
_LOCAL = rf"(?:(?!(?:19|20)\d\d-)\d{{3}}[ .\-]\d{{4}}{_END})"
_IN_A_ROW = rf"(?:(?:1?[2-9]\d{{9}}|[2-9]\d{{6}}){_END})"
_ANY = rf"(?=[\d(+Ol])(?:{_US}|{_INTERNATIONAL}|{_TRUNK}|{_LOCAL}|{_IN_A_ROW}|{_SCANNED})"

_PHONE_LABEL = (
    r"(?:tele(?:phone|fon)?|tel|te1|phone|ph|cell?(?:ular)?|mobile|mob|call-?back|cb|txt|desk|ofc|office|direct|"
    r"voicemail|vm|t|c|h|m|w|o|hm|wk|voice)"
)
_PHONE_WORDS = (
    "tele telephone telefon tel te phone ph cel cell cellular mobile mob callback call cb txt desk ofc office direct "
    "voicemail vm t c h m w o hm wk voice"
)
_PAGER_LABEL = r"(?:pager|pgr|pg|beeper|bleep|bpr|vocera|ascom|paged?(?:[ ]at)?|pin)"
_PAGER_WORDS = "pager pgr pg beeper bleep bpr vocera ascom page paged pin"
_EXT_LABEL = r"(?:ext(?:ension|n)?|xtn|x)"
_EXT_WORDS = "ext extension extn xtn x"
_FILL = r"[ \t]*(?:(?:number|num|no|nr)\b\.?)?[ \t:#.=]{0,12}"
_FAX = r"(?:(?:tele|e)?fax(?:ed|simile)?|fx)"
_FAX_WORDS = "fax faxed facsimile telefax efax fx"

PHONE_CONTEXT = (
    "phone", "telephone", "tel", "ph", "cell", "mobile", "call", "called", "callback", "cb", "contact", "number",
    "home", "work", "pager", "pgr", "page", "text", "txt", "voicemail", "vm", "line", "office", "ofc", "desk",
    "emergency", "nok", "pharmacy", "wife", "husband", "husbands", "mother", "father", "mom", "dad", "daughter", "dtr",
    "son", "sister", "sis", "brother", "niece", "nephew", "tia", "hotline", "scheduling", "dispatch", "reach", "spoke",
    "clinic", "rn", "fax", "faxed", "calls",
)  # fmt: skip
EXTENSION_CONTEXT = (
    "ext", "extension", "rn", "md", "np", "pa", "pa-c", "do", "lab", "call", "called", "desk", "fax", "nurse", "unit",
    "pharmacy", "reach", "security", "page", "paged", "me", "phone", "ph", "ccm", "cm", "pharm", "look", "at", "rep",
    "pgy1", "pgy2", "pgy3", "pgy4", "adjuster", "ir", "charge",
)  # fmt: skip

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
_TOP = r"(?:com|org|net|edu|gov|mil|info|biz|io|uk|example|test|invalid|app|dev|online|site)"
_TOP_WORDS = "com org net edu gov mil info biz io uk example test invalid app dev online site"
_LOCAL_PART = r"[A-Za-z0-9_][\w.+%'-]{0,63}"
_EMAIL = rf"(?<![\w.+%@-]){_LOCAL_PART}@{_HOST}(?:\.{_HOST}){{1,6}}"
_BLANK_EMAIL = (
    rf"(?<![\w.+%@-]){_LOCAL_PART}[ \t]{{0,2}}@[ \t]{{0,2}}{_HOST}(?:[ \t]?\.[ \t]?{_HOST}){{0,4}}"
    rf"[ \t]?\.[ \t]?(?i:{_TOP}|ca|au|ie|us)\b"
)
_DOT = r"(?:\.|[ ]?(?:\(dot\)|\[dot\])[ ]?|[ ]dot[ ])"
_SPELLED_EMAIL = (
    rf"(?i)(?<![\w.+%@-]){_LOCAL_PART}(?:[ ]?(?:\(at\)|\[at\])[ ]?|[ ]at[ ](?={_HOST}[ ]dot[ ]))"
    rf"{_HOST}(?:{_DOT}{_HOST}){{0,4}}{_DOT}{_TOP}\b"
)
_URL = r"(?i)(?<![\w@])(?:(?:https?|ftps?|hxxps?)://|www\.)[^\s<>\"'()\[\]|]*[\w/=&#-]"
_BARE_URL = (
    rf"(?i)(?={_TOP}\b)(?<=(?<![\w@.%+-])(?P<begin>(?:{_HOST}\.){{1,4}})){_TOP}\b(?![@\w-]|\.\w)"
    r"(?::\d{2,5})?(?:[/?#][^\s<>\"'()\[\]|]*[\w/=&#-])?/?"
)

_IPV4 = r"(?=\d)(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
_IPV6 = r"(?=[0-9A-Fa-f:]{2})(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]|\.\d)"


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
                Form("full number", rf"(?=[\d(+]){_OPEN}(?:{_US}|{_INTERNATIONAL})", 0.85),
                Form("number with trunk 0", rf"(?=[(0]){_OPEN}{_TRUNK}", 0.6),
                Form("local number", rf"(?=\d){_OPEN}{_LOCAL}", 0.3),
                Form("digits in a row", rf"(?=\d){_OPEN}{_IN_A_ROW}", 0.2),
                Form("scanned", rf"(?=[\dOl(]{{3}}){_OPEN}{_SCANNED}", 0.75),
                Form("after a label", rf"(?i)(?<![\w'/]){_PHONE_LABEL}{_FILL}\K{_ANY}", 0.9, _PHONE_WORDS, True),
            ],
            context=PHONE_CONTEXT,
        ),
        FormRecognizer(
            "PHONE",
            "clinsift_phone_extension",
            [
                Form(
                    "extension",
                    rf"(?i)(?<![\w'/.]){_EXT_LABEL}{_FILL}\K(?:\d{{1,3}}-)?\d{{3,6}}{_END}(?![ ]?(?:mg|ml|cm|mm|/))",
                    0.4,
                    _EXT_WORDS,
                    True,
                ),
                Form(
                    "extension after a number",
                    rf"(?i)(?<=[-. /]\d{{4}}[ ,;]{{0,3}}){_EXT_LABEL}[ .:#]{{0,2}}\K\d{{1,6}}{_END}",
                    0.9,
                    _EXT_WORDS,
                    True,
                ),
                Form(
                    "pager",
                    rf"(?i)(?<![\w'/])(?!page[ ]\d{{1,3}}\b){_PAGER_LABEL}{_FILL}\K(?:\d{{1,3}}[- ])"
                    rf"?\d{{3,7}}{_END}(?!/)",
                    0.85,
                    _PAGER_WORDS,
                    True,
                ),
                Form(
                    "pager after p",
                    r"(?<=[(,;][ ]?|[A-Za-z][ ]{1,3})[pP]\.?[ ]?\K(?:\d-)?\d{4,5}(?!\w)(?![-./]\d)",
                    0.7,
                    "p",
                    True,
                ),
                Form("short number", rf"(?=\d){_OPEN}\d-\d{{4}}{_END}", 0.2),
            ],
            context=EXTENSION_CONTEXT,
        ),
        FormRecognizer(
            "FAX",
            "clinsift_fax",
            [
                Form(
                    "after a label",
                    rf"(?i)(?<![\w'/]){_FAX}(?:[ \t]+(?:to|from|number|line|gateway|at))?{_FILL}\K{_ANY}",
                    0.97,
                    _FAX_WORDS,
                    True,
                ),
                Form("extension", rf"(?i)(?<!\w){_FAX}[ ](?:x|ext\.?)?[ ]?\K\d{{3,6}}{_END}", 0.9, _FAX_WORDS, True),
                Form(
                    "after fax and a name", rf"(?i)\bfax(?:ed)?\b[^\n\d(]{{1,40}}?[ ]\K{_ANY}", 0.93, _FAX_WORDS, True
                ),
                Form(
                    "after fax, pages and from",
                    rf"(?i)\bfax\b[^\n]{{1,24}}?\b(?:from|to)[ .:]{{1,3}}\K{_ANY}",
                    0.93,
                    _FAX_WORDS,
                    True,
                ),
                Form("after F", rf"(?<=\d[ \t*|,;/]+)[Ff][ .:]{{1,3}}\K{_ANY}", 0.95, "f", True),
                Form(
                    "header line",
                    rf"(?i)(?<=^[^\n]{{0,70}})(?:from|fr0m)[ .:]{{0,4}}[^\n]{{0,40}}?\K(?<!\w){_ANY}"
                    r"(?=[^\n]*\bp(?:age|g|\.)?[ .]?\d)",
                    0.93,
                    "from fr",
                    True,
                ),
            ],
        ),
        FormRecognizer(
            "EMAIL",
            "clinsift_email",
            [
                Form("address", _EMAIL, 0.99),
                Form("address with blanks", _BLANK_EMAIL, 0.8),
                Form("spelled address", _SPELLED_EMAIL, 0.85, "dot"),
            ],
        ),
        FormRecognizer(
            "URL",
            "clinsift_url",
            [
                Form("with a scheme", _URL, 0.97, "http https ftp ftps hxxp hxxps www", True),
                Form("bare host", _BARE_URL, 0.9, _TOP_WORDS, True),
            ],
        ),
        FormRecognizer(
            "IPADDR", "clinsift_ip", [Form("IPv4", _IPV4, 0.9), Form("IPv6", _IPV6, 0.9)], check=is_ip_address
        ),
    ]
