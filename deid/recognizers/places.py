"""Parts of addresses, and places of care by the words that their names end in."""

from __future__ import annotations

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation, first_words

_NAME = alternation("states")
_STATE_LISTS = ("states", "states_like_names", "state_codes")
_SURE_STATE = alternation(*_STATE_LISTS, without="codes_like_words")
_STATE = alternation(*_STATE_LISTS)
_BETWEEN = r"[ \t,.|/^*]{1,4}\n?[ \t]{0,40}"
_ZIP5 = r"[\dO]\d[\dO]{3}"
_ZIP = rf"(?:{_ZIP5}(?:-\d{{4}})?)(?![\w/]|[.-]\d)"

_DIRECTION = r"(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|NORTH|SOUTH|EAST|WEST)\b\.?"
_UNIT = (
    r"(?:,?[ ](?i:apt|apartment|suite|ste|unit|bldg|building|lot|rm|room|fl|floor|no)\b\.?[ ]?\#?[A-Za-z0-9-]{1,6}|"
    r",?[ ]?\#[ ]?[\w-]{1,6})"
)
_ROAD_WORD = r"(?:\p{Lu}[\p{L}'\u2019\u02bb.-]*|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH))"
_HOUSE = r"(?=\d)(?<![\w.,/$#-])\d{1,6}[A-Z]?[ ](?:1/2[ ])?"
_NAME_WORD = r"\p{Lu}[\p{L}\p{N}'\u2019\u02bb&-]*"

ZIP_CONTEXT = (
    "street", "st", "ave", "avenue", "road", "rd", "box", "drive", "dr", "lane", "ln", "ct", "court", "blvd", "way",
    "apt",
    "suite", "ste", "address", "addr", "rr", "hwy", "parkway", "pkwy", "urb", "calle", "fl", "cres", "nw", "sw",
    "ne", "se",
    "county", "zip",
)  # fmt: skip


def is_named_place(value: str) -> bool | None:
    """Return False for words in capitals that run like a sentence: such a match names no place."""
    return False if value.isupper() and len(value.split()) > 6 else None


def place_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of ZIP, STATE, CITY, STREET, LOCATION-OTHER and HOSPITAL."""
    return [_zip(), _state(), _city(), _street(), _location(), _hospital()]


def _zip() -> FormRecognizer:
    after_state = (
        rf"(?=[\dO]\d[\dO]{{3}})(?<![\w./-])(?:(?<=(?<!\p{{L}}){_SURE_STATE}{_BETWEEN})|"
        rf"(?<=\p{{L}},?[ \n^|/]{{1,3}}{_STATE}[ ,^|/]{{1,3}})(?<!(?:[Ii][Dd]|CASE|[Cc]ase)[ :#]{{1,3}})){_ZIP}"
    )
    postcode = (  # of Britain, Canada and Ireland
        r"[ ](?<=(?<!\w)(?P<begin>[A-Z]{1,2}\d[A-Z\d]?)[ ])(?:\d[ABD-HJLNP-UW-Z]{2}|(?<=[A-Z]\d[A-Z][ ])\d[A-Z]\d|"
        r"(?<=[AC-Y]\d[\dW][ ])(?=[A-Z\d]*\d)[\dAC-FHKNPRTV-Y]{4})(?!\w)"
    )
    return FormRecognizer(
        "ZIP",
        "clinsift_zip",
        [
            Form("after a state", after_state, 0.92),
            Form("after a label", rf"(?i)zip(?:[ ]?code)?[ :#]{{1,4}}\K{_ZIP}", 0.95, "zip zipcode", True),
            Form("nine digits", r"(?=\d)(?<![\w./,#-])\d{5}-\d{4}(?![\w-])", 0.45),
            Form("after a word", r"(?=\d)(?<=\p{L}{2},?[ ]{1,2})\d{5}(?![\w/]|[.,-]\d)", 0.25),
            Form("postcode", postcode, 0.85),
            Form("Australia", r"(?:NSW|VIC|QLD|TAS|ACT)[ ,]{1,2}\K\d{4}(?!\w)", 0.9, "nsw vic qld tas act", True),
        ],
        context=ZIP_CONTEXT,
    )


def _state() -> FormRecognizer:
    before_zip = (
        rf"(?<![\p{{L}}\d-])(?:{_SURE_STATE}(?={_BETWEEN}{_ZIP5}(?!\d))|{_STATE}(?=[ ,^|]{{1,3}}{_ZIP5}(?!\d|"
        rf"-\w{{1,3}}\b))"
        rf"(?<!ID)(?<=\p{{Lu}}[\p{{L}}'\u2019]+(?:,?[ \n]|[ ]?[|^][ ]?){_STATE}))"
    )
    words = first_words(*_STATE_LISTS)
    sure_words = first_words(*_STATE_LISTS, without="codes_like_words")
    after_city = rf"(?<=\p{{Lu}}[\p{{L}}'\u2019]*\p{{Ll}},[ \n]){_SURE_STATE}(?!\p{{L}}|[ ]\p{{Lu}}\p{{Ll}}|[ ]?\d)"
    name = rf"(?<![\p{{L}}-]){_NAME}(?![\p{{L}}-]|[ ]\p{{Lu}}\p{{Ll}}|[ ]\(MMPI|[ ]LHFQ|[ ]cath)"
    before_licence = rf"(?<!\p{{L}}){_STATE}(?=[ ](?i:lic(?:en[cs]e)?|dl|plate|tag)\b)"
    after_licence = rf"(?i:lic\.?|licen[sc]e|plate|tag|dl|oln)[ ]\K{_STATE}(?=[ ][A-Z0-9][A-Z0-9 -]*\d)"
    return FormRecognizer(
        "STATE",
        "clinsift_state",
        [
            Form("before a ZIP code", before_zip, 0.92, words, True),
            Form("after a city", after_city, 0.85, sure_words, True),
            Form("name", name, 0.72, first_words("states"), True),
            Form("before a licence", before_licence, 0.85, "lic license licence plate tag dl"),
            Form("after a licence", after_licence, 0.85, "lic license licence plate tag dl oln", True),
        ],
    )


def _city() -> FormRecognizer:
    last = r"(?:\p{Lu}[\p{L}'\u2019\u02bb-]+)"
    city = rf"(?<![\p{{L}}'\u2019-])(?P<value>(?:(?:{last}|St\.|Ft\.|Mt\.)[ ]){{0,2}}{last})"
    before_zip = (
        rf"(?:(?={_SURE_STATE}[, ]{{1,3}}{_ZIP5}(?!\d))|(?={_STATE}[, ]{{1,3}}{_ZIP5}(?!\d|-\w{{1,3}}\b))(?<=,\s))"
        rf"(?<={city},?[ \n]{{1,3}})\w"
    )
    before_state = rf"(?={_SURE_STATE}(?!\p{{L}}|[ ](?:lic|tag|plate|DL)))(?<={city}(?<=\p{{Ll}}),[ \n])\w"
    words = first_words(*_STATE_LISTS)
    sure_words = first_words(*_STATE_LISTS, without="codes_like_words")
    return FormRecognizer(
        "CITY",
        "clinsift_city",
        [
            Form("before a state and ZIP code", before_zip, 0.85, words, True),
            Form("before a state", before_state, 0.75, sure_words, True),
        ],
    )


def _street() -> FormRecognizer:
    suffix, alone = alternation("street_suffixes"), alternation("street_suffixes_alone")
    tail = rf"(?:[ ]{_DIRECTION}(?!\w))?"
    numbered = rf"{_HOUSE}(?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,4}}?(?i:{suffix})(?!\w){tail}{_UNIT}?"
    bare = (
        rf"(?={alone}(?![\w'\u2019]))(?<=(?<![\w'\u2019.-])(?!(?:The|County|OT|PT|(?:Dr|DR|Mr|Mrs|Ms)\.?)[ ])"
        rf"(?P<begin>(?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,3}})){alone}{tail}(?![ ]\p{{Lu}}|[ ]canal){_UNIT}?"
    )
    box = r"(?i)(?<!\w)(?:p\.?[ ]?o\.?[ ]?box|(?:rr|route|rte?|hc)[ ]?\d{1,3},?[ ]box)[ ]\#?[\w-]{1,8}"
    lower = (
        r"(?=\d)(?<![\w.,/$#-])\d{2,5}[ ](?:[nsew]{1,2}[ ])?[a-z]{3,15}[ ](?:[a-z]{3,15}[ ])?"
        r"(?:street|avenue|ave|road|rd|blvd|lane|ln|pkwy|parkway|court)(?!\w)"
    )
    return FormRecognizer(
        "STREET",
        "clinsift_street",
        [
            Form("number and street", numbered, 0.9),
            Form("street", bare, 0.65, first_words("street_suffixes_alone"), True),
            Form("box", box, 0.95, "p po pobox rr route rt rte hc", True),
            Form("number and direction", rf"{_HOUSE}[NSEW](?:\.|W|E)?[ ]\p{{Lu}}\p{{Ll}}+(?=,)", 0.7),
            Form("street in lower case", lower, 0.8, "street avenue ave road rd blvd lane ln pkwy parkway court"),
        ],
    )


def _location() -> FormRecognizer:
    highway = (
        r"(?<![\w-])(?:I-\d{1,3}|(?:US|State)[ -](?:Route|Hwy|Highway|Rte)[ ]?\d{1,3}|"
        r"(?:Hwy|Highway|HWY|Interstate)[ -]\d{1,4})(?![\w-])"
    )
    county = rf"(?r)(?<![\w'\u2019-])(?!The[ ])(?:{_NAME_WORD}[ ])?{_NAME_WORD}[ ]County(?!\w|[ ]\p{{Lu}})"
    return FormRecognizer(
        "LOCATION-OTHER",
        "clinsift_location",
        [
            Form("highway", highway, 0.8, "i us state hwy highway interstate", True),
            Form("county", county, 0.7, "county"),
        ],
    )


def _hospital() -> FormRecognizer:
    ending = rf"(?i:{alternation('hospital_words')})"
    word = rf"(?:{_NAME_WORD}|St\.|ST\.|&|\+|of|de|del|la|and(?=[ ]\p{{Lu}}))"
    named = (
        rf"(?={ending}(?![\w'\u2019-]))(?<=(?<![\w'\u2019&.-])(?=\p{{Lu}})(?!(?i:{alternation('hospital_generic')})"
        rf"[ /])"
        rf"(?P<begin>(?:{word}[ ]){{1,5}})){ending}(?:[ ]of[ ]{_NAME_WORD}(?:[ ]{_NAME_WORD})?)?(?![\w'\u2019-])"
    )
    saints = (
        r"(?<!\w)(?:St\.?|Saint|ST\.?)[ ]\p{Lu}[\p{L}-]+['\u2019][sS](?!\w)"
        r"(?![ ](?i:day|lutheran|church|parish|school|wort|hall))"
    )
    return FormRecognizer(
        "HOSPITAL",
        "clinsift_hospital",
        [
            Form("words of a name and an ending", named, 0.75, first_words("hospital_words"), True),
            Form("saint's", saints, 0.75, "st saint", True),
        ],
        check=is_named_place,
    )
