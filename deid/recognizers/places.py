"""Parts of addresses, and places of care by the words that their names end in."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation, gate

_NAMES = alternation("states")
_SURE_STATE = alternation("states", "states_like_names", "state_codes", without="codes_like_words")
_STATE = alternation("states", "states_like_names", "state_codes")
_LICENCE_GATE = "lic license licence plate tag dl"
_BETWEEN = r"[ \t,.|/^*]{1,4}\n?[ \t]{0,40}"
_ZIP5 = r"[\dO]\d(?:\d|O)[\dO]{2}"
_ZIP = rf"(?:{_ZIP5}(?:-\d{{4}})?)(?![\w/]|[.-]\d)"
_CITY_END = r"(?:\p{Lu}[\p{L}'\u2019\u02bb-]+)"
_CITY = rf"(?:(?:{_CITY_END}|St\.|Ft\.|Mt\.)[ ]){{0,2}}{_CITY_END}"

_DIRECTION = r"(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|NORTH|SOUTH|EAST|WEST)\b\.?"
_SUFFIX = rf"(?i:{alternation('street_suffixes')})"
_SUFFIX_ALONE = rf"(?:{alternation('street_suffixes_alone')})"
_UNIT = r"(?:,?[ ](?i:apt|apartment|suite|ste|unit|bldg|building|lot|rm|room|fl|floor|no)\b\.?[ ]?\#?[A-Za-z0-9-]{1,6}|,?[ ]?\#[ ]?[\w-]{1,6})"
_ROAD_WORD = r"(?:\p{Lu}[\p{L}'\u2019\u02bb.-]*|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH))"
_NUMBER = r"(?<![\w.,/$#-])\d{1,6}[A-Z]?[ ](?:1/2[ ])?"

_ENDING = rf"(?i:{alternation('hospital_words')})"
_GENERIC = rf"(?i:{alternation('hospital_generic')})"
_NAME_WORD = r"\p{Lu}[\p{L}\p{N}'\u2019\u02bb&-]*"
_PLACE_WORD = rf"(?:{_NAME_WORD}|St\.|ST\.|&|\+|of|de|del|la|and(?=[ ]\p{{Lu}}))"


def is_named_place(value: str) -> bool | None:
    """Return False for words in capitals that run like a sentence: such a match names no place."""
    words = value.split()
    return False if value.isupper() and len(words) > 6 else None


def place_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of ZIP, STATE, CITY, STREET, LOCATION-OTHER and HOSPITAL."""
    return [
        FormRecognizer(
            "ZIP",
            "clinsift_zip",
            [
                (
                    "after a state",
                    rf"(?<![\w./-])(?=[\dO]\d[\dO]{{3}})(?<=(?<!\p{{L}}){_SURE_STATE}{_BETWEEN}){_ZIP}",
                    0.95,
                ),
                (
                    "after a city and a state",
                    rf"(?<![\w./-])(?=[\dO]\d[\dO]{{3}})(?<=\p{{L}},?[ \n^|]{{1,3}}{_STATE}[ ,^|]{{1,3}}){_ZIP}",
                    0.85,
                ),
                ("after a label", rf"(?i)\bzip(?:[ ]?code)?[ :#]{{1,4}}\K{_ZIP}", 0.95),
                ("nine digits", r"(?<![\w./,#-])\d{5}-\d{4}(?![\w-])", 0.45),
                ("after a word", r"(?<=\p{Lu}\p{L}+,?[ ]{1,2})\d{5}(?![\w/]|[.,-]\d)", 0.25),
                ("UK", r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.85),
                ("Canada", r"(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d(?!\w)", 0.85),
                ("Ireland", r"(?<!\w)[AC-FHKNPRTV-Y]\d[\dW] (?=[A-Z\d]*\d)[\dAC-FHKNPRTV-Y]{4}(?!\w)", 0.8),
                ("Australia", r"(?<=\b(?:NSW|VIC|QLD|TAS|ACT)[ ,]{1,2})\d{4}(?!\w)", 0.9),
            ],
            context=(
                "street",
                "st",
                "ave",
                "avenue",
                "road",
                "rd",
                "box",
                "drive",
                "dr",
                "lane",
                "ln",
                "ct",
                "court",
                "blvd",
                "way",
                "apt",
                "suite",
                "ste",
                "address",
                "addr",
                "rr",
                "hwy",
                "parkway",
                "pkwy",
                "urb",
                "calle",
                "boston",
                "peds", gate("street_suffixes_alone")),  # fmt: skip
        ),
        FormRecognizer(
            "STATE",
            "clinsift_state",
            [
                ("before a ZIP code", rf"(?<![\p{{L}}\d-]){_SURE_STATE}(?={_BETWEEN}{_ZIP5}(?!\d))", 0.93),
                (
                    "between a city and a ZIP code",
                    rf"(?<![\p{{L}}\d-]){_STATE}(?=[ ,^|]{{1,3}}{_ZIP5}(?!\d|-\w{{1,3}}\b))(?<=\p{{Lu}}[\p{{L}}'\u2019]+(?:,?[ \n]|[ ]?[|^][ ]?){_STATE})",
                    0.7,
                ),
                (
                    "after a city",
                    rf"(?<=\p{{Lu}}[\p{{L}}'\u2019]*\p{{Ll}},[ \n]){_SURE_STATE}(?!\p{{L}}|[ ]\p{{Lu}}\p{{Ll}}|[ ]?\d)",
                    0.85,
                ),
                ("name", rf"(?<![\p{{L}}-]){_NAMES}(?![\p{{L}}-]|[ ]\p{{Lu}}\p{{Ll}}|[ ]\(MMPI|[ ]LHFQ|[ ]cath)", 0.72),
                ("before a licence", rf"(?<![\p{{L}}]){_STATE}(?=[ ](?i:lic(?:en[cs]e)?|dl|plate|tag)\b)", 0.85, _LICENCE_GATE),
                (
                    "after a licence",
                    rf"(?<=\b(?i:lic|lic\.|license|licence|plate|tag|dl)[ ]){_STATE}(?=[ ][A-Z0-9][A-Z0-9 -]*\d)",
                    0.85, _LICENCE_GATE),
            ],
        ),
        FormRecognizer(
            "CITY",
            "clinsift_city",
            [
                (
                    "before a state and ZIP code",
                    rf"(?r)(?<![\p{{L}}'\u2019-]){_CITY}(?=,?[ \n]{{1,3}}{_SURE_STATE}[, ]{{1,3}}{_ZIP5}(?!\d))(?=[, \n])",
                    0.85,
                ),
                (
                    "before a comma, state and ZIP code",
                    rf"(?r)(?<![\p{{L}}'\u2019-]){_CITY}(?=,[ \n]{_STATE}[, ]{{1,3}}{_ZIP5}(?!\d|-\w{{1,3}}\b))(?=,)",
                    0.8,
                ),
                (
                    "before a state",
                    rf"(?r)(?<![\p{{L}}'\u2019-]){_CITY}(?<=\p{{Ll}})(?=,[ \n]{_SURE_STATE}(?!\p{{L}}|[ ](?:lic|tag|plate|DL)))(?=,)",
                    0.75,
                ),
            ],
        ),
        FormRecognizer(
            "STREET",
            "clinsift_street",
            [
                (
                    "number and street",
                    rf"{_NUMBER}(?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,4}}?{_SUFFIX}(?!\w)(?:[ ]{_DIRECTION}(?!\w))?{_UNIT}?",
                    0.9,
                ),
                (
                    "street",
                    rf"(?<![\w'\u2019.-])(?!(?:The|County|OT|PT)[ ])(?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,3}}?{_SUFFIX_ALONE}(?![\w'\u2019])"
                    rf"(?:[ ]{_DIRECTION}(?!\w))?(?![ ]\p{{Lu}}|[ ]canal){_UNIT}?",
                    0.65,
                ),
                (
                    "box",
                    r"(?i)(?<!\w)(?:p\.?[ ]?o\.?[ ]?box|(?:rr|route|rte?|hc)[ ]?\d{1,3},?[ ]box)[ ]\#?[\w-]{1,8}",
                    0.95,
                ),
                ("number and direction", rf"{_NUMBER}[NSEW](?:\.|W|E)?[ ]\p{{Lu}}\p{{Ll}}+(?=,)", 0.7),
                (
                    "street in lower case",
                    r"(?<![\w.,/$#-])\d{2,5}[ ](?:[nsew]{1,2}[ ])?[a-z]{3,15}[ ](?:[a-z]{3,15}[ ])?(?:street|avenue|ave|road|rd|blvd|lane|ln|pkwy|parkway|court)(?!\w)",
                    0.8,
                ),
            ],
        ),
        FormRecognizer(
            "LOCATION-OTHER",
            "clinsift_location",
            [
                (
                    "highway",
                    r"(?<![\w-])(?:I-\d{1,3}|(?:US|State)[ -](?:Route|Hwy|Highway|Rte)[ ]?\d{1,3}|(?:Hwy|Highway|HWY|Interstate)[ -]\d{1,4})(?![\w-])",
                    0.8,
                ),
                (
                    "county",
                    rf"(?r)(?<![\w'\u2019-])(?!The[ ])(?:{_NAME_WORD}[ ])?{_NAME_WORD}[ ]County(?!\w|[ ]\p{{Lu}})",
                    0.7,
                ),
            ],
        ),
        FormRecognizer(
            "HOSPITAL",
            "clinsift_hospital",
            [
                (
                    "words of a name and an ending",
                    rf"(?<![\w'\u2019&.-])(?=\p{{Lu}})(?!{_GENERIC}[ /])(?:{_PLACE_WORD}[ ]){{1,5}}?{_ENDING}"
                    rf"(?:[ ]of[ ]{_NAME_WORD}(?:[ ]{_NAME_WORD})?)?(?![\w'\u2019-])",
                    0.75, gate("hospital_words")),
                (
                    "saint's",
                    r"(?<!\w)(?:St\.?|Saint|ST\.?)[ ]\p{Lu}[\p{L}-]+['\u2019][sS](?!\w)(?![ ](?i:day|lutheran|church|parish|school|wort|hall))",
                    0.75,
                ),
            ],
            check=is_named_place,
        ),
    ]
