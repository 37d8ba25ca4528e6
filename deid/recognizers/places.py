"""Parts of addresses, and places of care by the words that their names end in."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation

_CODES = alternation("state_codes")
_SURE_CODES = alternation("state_codes", without="codes_like_words")
_NAMES = alternation("states")
_STATE = alternation("states", "states_like_names", "state_codes")
_STATE_UPPER = rf"(?:{_STATE}|(?i:{_NAMES}))"
_ZIP5 = r"[\dO]\d[\dO]{3}(?<!O{2}.{3})"
_ZIP = rf"{_ZIP5}(?:-\d{{4}})?(?![\w/]|[.-]\d)"
_BETWEEN = r"[ \t,.|/^*-]{1,4}\n?[ \t]*"
_CAP = r"\p{Lu}[\p{L}'\u2019\u02bb.-]*"
_CITY_WORD = r"(?:\p{Lu}[\p{L}'\u2019\u02bb-]+|St\.|Ft\.|Mt\.)"
_CITY = rf"(?:{_CITY_WORD}[ ]){{0,2}}\p{{Lu}}[\p{{L}}'\u2019\u02bb-]+"

_DIRECTION = r"(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|NORTH|SOUTH|EAST|WEST)\b\.?"
_SUFFIX = alternation("street_suffixes")
_SUFFIX_ALONE = alternation("street_suffixes_alone")
_UNIT = r"(?:,?[ ](?i:apt|apartment|suite|ste|unit|bldg|building|lot|rm|room|fl|floor|no)\b\.?[ ]?\#?[A-Za-z0-9-]{1,6}|,?[ ]?\#[ ]?[\w-]{1,6})"
_ROAD_WORD = r"(?:\p{Lu}[\p{L}'\u2019\u02bb.-]*|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH))"

_HOSPITAL_END = alternation("hospital_words")
_GENERIC = alternation("hospital_generic")
_PLACE_WORD = r"(?:\p{Lu}[\p{L}\p{N}'\u2019\u02bb&.-]*|St\.|&|\+|of|the|de|del|la|and(?=[ ]\p{Lu}))"


def place_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of ZIP, STATE, CITY, STREET, LOCATION-OTHER and HOSPITAL."""
    return [
        FormRecognizer(
            "ZIP",
            "clinsift_zip",
            [
                ("after a state", rf"(?<![\p{{L}}])(?:{_STATE_UPPER}|(?i:{_NAMES})){_BETWEEN}\K{_ZIP}", 0.95),
                ("label", rf"(?i)\bzip(?:[ ]?code)?[ :#]{{1,4}}\K{_ZIP}", 0.95),
                ("nine digits", r"(?<![\w./,#-])\d{5}-\d{4}(?![\w-])", 0.55),
                ("after a city", rf"(?<=\p{{Lu}}\p{{L}}+,?[ ]{{1,2}})\d{{5}}(?![\w/]|[.,-]\d)", 0.25),
                ("UK", r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)", 0.85),
                ("Canada", r"(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d(?!\w)", 0.85),
                ("Ireland", r"(?<!\w)[AC-FHKNPRTV-Y]\d[\dW] (?=[A-Z\d]*\d)[\dAC-FHKNPRTV-Y]{4}(?!\w)", 0.8),
                ("Australia", r"(?<=\b(?:NSW|VIC|QLD|TAS|ACT)[ ,]{1,2})\d{4}(?!\w)", 0.9),
            ],
            context=(
                "street", "st", "ave", "avenue", "road", "rd", "box", "drive", "dr", "lane", "ln", "ct", "court", "blvd", "way", "apt", "suite", "ste",
                "address", "addr", "home", "rr", "victoria", "parkway", "pkwy", "urb", "calle", "s", "n", "e", "w", "nw", "sw",
            ),  # fmt: skip
        ),
        FormRecognizer(
            "STATE",
            "clinsift_state",
            [
                ("before a ZIP code", rf"(?<![\p{{L}}])(?:{_STATE_UPPER})(?={_BETWEEN}[\dO]\d{{3}})", 0.93),
                ("after a city", rf"(?<=\p{{Lu}}[\p{{L}}'\u2019]+,[ \n])(?:{_SURE_CODES}|{_NAMES}|{alternation('states_like_names')})(?!\p{{L}}|[ ]\p{{Lu}}\p{{Ll}})", 0.88),
                ("name", rf"(?<![\p{{L}}-]){_NAMES}(?![\p{{L}}-]|[ ]\p{{Lu}}\p{{Ll}})", 0.75),
                ("before a licence", rf"(?<![\p{{L}}]){_CODES}(?=[ ](?i:lic(?:en[cs]e)?|dl|plate|tag)\b)", 0.85),
                ("after a licence", rf"(?<=\b(?i:lic|lic\.|license|licence|plate|tag|dl)[ ]){_CODES}(?=[ ][A-Z0-9][A-Z0-9 -]*\d)", 0.85),
            ],
        ),
        FormRecognizer(
            "CITY",
            "clinsift_city",
            [
                ("before a state and ZIP code", rf"(?<![\p{{L}}'\u2019-]){_CITY}(?=,?[ \n]{{1,3}}(?:{_STATE_UPPER})[, ]{{1,3}}[\dO]\d{{4}})", 0.85),
                ("before a state", rf"(?<![\p{{L}}'\u2019-]){_CITY}(?=,[ \n](?:{_SURE_CODES}|{_NAMES})(?!\p{{L}}))", 0.8),
            ],
        ),
        FormRecognizer(
            "STREET",
            "clinsift_street",
            [
                (
                    "number and street",
                    rf"(?<![\w.,/$#-])\d{{1,6}}[A-Z]?(?:[ ]1/2)?[ ](?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,4}}?{_SUFFIX}(?![\w])(?:[ ]{_DIRECTION}(?!\w))?{_UNIT}?",
                    0.9,
                ),
                ("street", rf"(?<![\w'\u2019-])(?!The[ ])(?:{_DIRECTION}[ ])?(?:{_ROAD_WORD}[ ]){{1,3}}?{_SUFFIX_ALONE}(?![\w'\u2019])(?:[ ]{_DIRECTION}(?!\w))?(?![ ]\p{{Lu}}){_UNIT}?", 0.75),
                ("post office box", r"(?i)(?<!\w)(?:p\.?[ ]?o\.?[ ]?box|(?:rr|route|rte?|hc)[ ]?\d{1,3},?[ ]box)[ ]\#?[\w-]{1,8}", 0.95),
                ("numbered street", rf"(?<![\w.,/$#-])\d{{1,5}}[ ](?:{_DIRECTION}[ ])?\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH)[ ]{_SUFFIX}(?!\w){_UNIT}?", 0.92),
                ("number and direction", rf"(?<![\w.,/$#-])\d{{2,5}}[ ][NSEW](?:\.|W|E)?[ ]\p{{Lu}}\p{{Ll}}+(?=,)", 0.75),
                ("street in lower case", r"(?<![\w.,/$#-])\d{2,5}[ ](?:[nsew]{1,2}[ ])?[a-z]{3,15}[ ](?:[a-z]{3,15}[ ])?(?:street|avenue|ave|road|rd|blvd|lane|ln|pkwy|parkway|court)(?!\w)", 0.8),
            ],
        ),
        FormRecognizer(
            "LOCATION-OTHER",
            "clinsift_location",
            [
                ("highway", r"(?<![\w-])(?:I-\d{1,3}|(?:US|State)[ -](?:Route|Hwy|Highway|Rte)?[ ]?\d{1,3}|(?:Hwy|Highway|HWY|Interstate)[ -]\d{1,4})(?![\w-])", 0.8),
                ("county", rf"(?<![\w'\u2019-])(?!The[ ]){_CAP}(?:[ ]{_CAP})?[ ](?:County|Parish)(?!\w|[ ]\p{{Lu}})", 0.7),
            ],
        ),
        FormRecognizer(
            "HOSPITAL",
            "clinsift_hospital",
            [
                (
                    "words of a name and an ending",
                    rf"(?<![\w'\u2019&.-])(?!(?:(?i:{_GENERIC})[ /]){{1,6}}(?i:{_HOSPITAL_END})(?!\w))(?!(?i:the|a|an|at|from|to|of|and|per|via|by|our|this)[ ])"
                    rf"(?:{_PLACE_WORD}[ ]){{1,5}}(?i:{_HOSPITAL_END})(?![\w'\u2019-])",
                    0.8,
                ),
                ("saint's", r"(?<!\w)(?:St\.?|Saint|ST\.?)[ ]\p{Lu}[\p{L}-]+['\u2019][sS](?!\w)(?![ ](?:Day|Lutheran|Church|Parish|School))", 0.8),
                ("hospital of", rf"(?<!\w)(?:Hospital|H\u00f4pital|Clinica|Cl\u00ednica)[ ](?:(?:de|del|of|San|Santa)[ ])?(?:{_CAP}[ ]?){{1,4}}(?<=\w)", 0.7),
            ],
        ),
    ]
