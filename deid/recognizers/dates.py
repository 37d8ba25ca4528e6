"""Dates in every style: numeric, with month names, partial, weekdays, holidays, seasons, years."""

from __future__ import annotations

import regex

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation, first_words

_MONTH_NAME = rf"(?i:{alternation('months')})"
_MONTH = rf"{_MONTH_NAME}\b\.?"
_WEEKDAY = rf"(?i:{alternation('weekdays')})\b\.?"
_ROMAN = r"(?:VIII|VII|VI|IV|IX|XII|XI|X|V|III|II|I)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_ORDINAL = r"(?:(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|ST|ND|RD|TH))\b"
_YEAR = r"(?:(?:19|20)\d\d)"
_SHORT_YEAR = r"(?:['\u2019]\d\d)"
_GAP = r"(?:[ \t]*\n?[ \t]*)"  # a date may be broken by a line end
_N = r"[\dOlI]"  # scanned digits: O for 0, l and I for 1
_OPEN = r"(?<![\w/.,$#-])"
_NUMBER = rf"(?=\d){_OPEN}"
_UNIT = (
    r"(?![ \t-]?(?i:mg|mcg|\u00b5g|ug|g|gm|kg|ml|cc|dl|iu|units?|meq|mmol|mm|cm|tabs?|tablets?|caps?|puffs?|k?cal|"
    r"steps?|"
    r"bpm|lbs?|oz|hrs?|hours?|min|ppm|x|ng|calories|psi)\b|[ \t]?%)"
)

_SLASHED = r"\d\d?(?P<slash>[/-])\d\d?(?P=slash)(?:\d{4,5}|\d\d)(?![\w/]|[.-]\d(?!\d?[/-]\d))"
_DOTTED = rf"\d\d?\.\d\d?\.(?:\d{{4}}|\d\d)(?![\w/]|[.-]\d){_UNIT}"
_SCANNED = (
    rf"{_OPEN}(?={_N}{{1,2}}[/-]{_N}{{1,2}}[/-])(?={_N}?\d|{_N}[/-]\d){_N}{{1,2}}([/-])"
    rf"{_N}{{1,2}}\1(?:{_N}{{4,5}}|{_N}{{2}})(?![\w/]|[.-]\d)"
)
_SPACED = rf"\d\d?(?:[ ]?/[ ]|[ ]/)\d\d?[ ]?/[ ]?(?:{_YEAR}|\d\d)(?![\w/]|[ ]?\d)"
_BROKEN = r"\d\d?/[ \t]*\n[ \t]*\d\d?/(?:\d{4}|\d\d)(?![\w/])"
_SPREAD = r"\d(?:[ ]\d)?[ ]/[ ]\d(?:[ ]\d)?[ ]/[ ]\d(?:[ ]\d){1,3}(?![\w/]|[ ]\d)"
_BLANKS = rf"\d\d[ ]\d\d[ ](?:{_YEAR})(?![\w/]|[.-]\d|[ ]\d)"
_ISO = rf"{_NUMBER}(?:1[89]|2[0O])[\dO]{{2}}([-/.])[\dOl]{{1,2}}\1[\dOl]{{1,2}}(?=T\d|[^\dOl]|$)(?![-/.]\d)"
_COMPACT = rf"{_NUMBER}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=T\d{{4}}|\W|$)(?![./-]\w)"
_COMPACT_US = rf"{_NUMBER}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:{_YEAR}|\d\d)(?!\w)(?![./-]\w)"

_TAIL = rf"(?:(?:,?{_GAP}|[ ]?[-./][ ]?)(?:{_YEAR}|\dO\d\d)(?!\d)|,?[ \t]*{_SHORT_YEAR}(?!\d)|[ ]{_YEAR}(?=@))"
_MONTH_DAY = (
    rf"(?<![\p{{L}}/\d]){_MONTH_NAME}(?:\b\.?[ \t]*|\b[ \t]*\n[ \t]*)(?:the[ ])?(?:{_ORDINAL}|{_DAY})(?:{_TAIL}|"
    rf"(?=[^\w]|$))"
    rf"(?!:\d\d|[/.]\d){_UNIT}"
)
_MONTH_DAY_HYPHEN = rf"(?<![\p{{L}}/]){_MONTH_NAME}-{_DAY}-(?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH = (
    rf"(?=[\dO])(?<![\w/.,-])(?:{_ORDINAL}|\d?[\dO]\.?)(?:[ ]of)?(?:[ \t]{{1,2}}|[ ]?\n[ ]*|[-./]){_MONTH}"
    rf"(?!:)(?:[ ]?[-,./]?[ ]?(?:{_YEAR}|{_SHORT_YEAR})|[ ]?[-./ ][ ]?\d\d(?![\d:])(?=[ \t]*(?:$|[,;)/@]|[ \t]\D|"
    rf"[ ]\d{{4}}\b)))?(?![\w/])"
)
_DAY_ROMAN = rf"{_NUMBER}\d{{1,2}}([./])(?i:{_ROMAN})\1(?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH_JOINED = rf"{_NUMBER}(?:0?[1-9]|[12]\d|3[01]){_MONTH_NAME}(?:{_YEAR}|\d\d)?(?!\w)"
_MONTH_YEAR = (
    rf"(?<![\p{{L}}/])(?:(?i:mid|early|late)[- ])?{_MONTH}(?:[ ]?[-\u2013/&][ ]?{_MONTH})?(?:[ ]of)?"
    rf"(?:[ \t]*[,/-]?[ \t]*\n?[ \t]*{_YEAR}|[ -]?{_SHORT_YEAR})(?!\w)"
)
_MONTH_PREFIXED = (
    r"(?i:mid|early|late)[- ](?:{TITLE}|jan|feb|march|apr|april|may|june|july|aug|august|sept|oct|nov|dec)"
    r"\b(?![\w'\u2019-])"
).replace("{TITLE}", alternation("months"))
_MONTH_ALONE = (
    r"(?<![\w'\u2019-])(?:(?:[Mm]id|[Ee]arly|[Ll]ate)[- ])?(?:January|February|August|September|October|November|"
    r"December|JANUARY|FEBRUARY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|July|JULY|Feb|Sept|SEPT|Oct|Nov|NOV|Aug|"
    r"AUG|Dec)\b"
    r"(?!['\u2019]s\b|-[A-Z])"
)
_MONTH_AFTER_CUE = (
    rf"(?<=\b(?i:{alternation('month_cues')})[ \t\n-]{{1,3}}|[+&/|][ ]|\()"
    r"(?:{TITLE}|jan|feb|mar|apr|april|june?|july?|aug|august|sept?|oct|nov|dec|(?<=\b(?:in|since|last|next|until|"
    r"by)[ ])may|"
    r"JAN|FEB|MARCH|APR|APRIL|MAY|JUNE|JULY|AUG|SEPT|OCT|NOV|DEC)(?![\p{L}\d'\u2019]|-[A-Z]|[ ]\p{Lu}\p{Ll})"
).replace("{TITLE}", alternation("months"))
_SPELLED = (
    r"(?i)(?<!\w)(?:\w+teenth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|"
    rf"twelfth|twentieth|twenty-\w+|thirtieth|thirty-first)[ ]of[ ]{_MONTH_NAME}"
    r"(?:,?[ ]two[ ]thousand(?:[ ]and)?[ ][a-z]+(?:[ -][a-z]+)?)?(?!\w)"
)
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty thirtieth thirty"
)
_SPELLED_YEAR = (
    r"(?i)(?<!\w)(?:twenty|nineteen)[ ](?:\w+teen|twenty(?:[ -](?:one|two|three|four|five|six))?|"
    r"(?:sixty|seventy|eighty|ninety)(?:[ -]\w+)?)(?=[ ]?(?:[,.;)]|$))"
)

_FRACTION = r"(?:(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])|(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2]))(?!\d)"
_PARTIAL_OPEN = r"(?=\d\d?/\d)(?<![\w/.,^$#+]|\d-)"
_RANGE_END = rf"(?=\d\d?/\d)(?<=\d/\d{{1,4}}[ ]?[-\u2013][ ]?){_FRACTION}(?:/(?:{_YEAR}|\d\d))?(?![\w/%])"
_CLOSES = rf"(?![\w/%\"\u2033+]|[.,]\d|-[A-Za-z]|-\d(?!\d?/)){_UNIT}"
_NO_FRACTION = (
    rf"(?<!(?<!\w)(?i:{alternation('fraction_words')})[ \t\n,:=(>~<-]{{0,3}})(?<!\d/\d{{1,2}}[ ]"
    rf"{{1,2}}(?:[RL][ ])?|[RL][ ])"
)
_NO_FOLLOWER = rf"(?![ \t]?(?i:{alternation('fraction_followers')})\b)"
# n/5, n/10, n/6 ...: what strength, pain, murmurs and scores are counted in.
_LIKE_SCORE = (
    r"(?:1/[2-4]|[1-5]/5|[1-6]/6|[1-7]/7|[0-9]/10|10/10|[0-4]/4|[1-3]/3|2/2|[3-8]/8|[3-9]/9|24/7|\d\d?/1[23])(?!\d)"
)
_CUED = rf"(?<=\b(?i:{alternation('date_cues')}):?[ \t\n]{{1,2}}\(?|\b{_WEEKDAY},?[ \t]{{1,2}})"
_MONTH_SLASH_YEAR = rf"{_NUMBER}(?:0?[1-9]|1[0-2])[/-](?:(?:19|20)\d\d)(?![\w/]|[.-]\d)"
_MONTH_HYPHEN_DAY = (
    rf"{_NUMBER}(?:0?[1-9]|1[0-2])-(?:[12]\d|3[01]|0[1-9])(?![\w/-]|\.\d|[ ]?(?:weeks|wks|days|system))"
    rf"(?<!(?i:day|q|sleep|international)[ ]\d?\d-\d\d){_UNIT}"
)

_HOLIDAY = (
    rf"(?i)(?<!\w){alternation('holidays')}(?:[ ](?:eve|weekend|wknd))?(?:,?[ ](?:of[ ])?{_YEAR}|[ ]"
    rf"{_SHORT_YEAR})?(?!\w)"
)
_SEASON_YEAR = (
    r"(?i)(?<!\w)(?:(?:early|late|mid)[- ])?(?:winter|spring|summer|fall|autumn)[ ](?:of[ ])?"
    rf"(?:{_YEAR}(?:[/-]\d{{2,4}})?|{_SHORT_YEAR})(?!\w)"
)
_SEASON = (
    r"(?<![\p{L}-])(?:(?:[Ww]inter|[Ss]ummer|[Aa]utumn)s?|WINTER|SUMMER)(?![\p{L}-]|[ ]camp)(?<!\. ?Winter|"
    r"Long[ ]winter)"
)
_SEASON_AFTER_CUE = (
    r"(?i)(?<=\b(?:in|since|until|till|by|this|last|next|past|every|each|during|over|through|before|that|mid|early|"
    r"late)"
    r"[ \n-](?:the[ ])?(?:(?:early|late|mid)[ -])?)(?:spring|fall)(?![\w-])"
    r"(?![ ](?:risk|from|precaution|out|asleep|short|behind|was|with|on|at|to|he|she|down|into|off|while|when))"
)

_WEEKDAY_FULL = r"(?<!\w)(?i:mon|tues|wednes|thurs|fri|satur|sun)(?:days?|DAYS?)(?!\w|-[A-Z]|[ ]\p{Lu}\p{Ll}+[ ]/)"
_WEEKDAY_SHORT = (
    r"(?<![\w'\u2019.])(?:(?:Tues?|Weds?|Thurs?|Thu|Fri|Mon|MON|TUES?|WED|THURS?|THU|FRI)\b|(?:tues?|weds?|thurs?|"
    r"thu|fri)\b)"
    r"(?![\w'\u2019@]|/[a-z](?!h))|q\K(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)(?!\w)"
)
_DAY_OR_WORD = r"(?:[Ss]at|[Ss]un|[Mm]on|SAT|SUN|MON)"
_WEEKDAY_AFTER_CUE = (
    rf"(?<=\b(?i:{alternation('weekday_cues')})[ ,/+-]{{1,3}}|\d[ ]{{1,2}}|[(]){_DAY_OR_WORD}"
    r"(?![\w'@-]|[ ]?\d{2,3}[ ]?%|[ ](?:up|on|in|exposure|avoid|of|phone|[89]\d\b))"
    r"|(?<![\w'-])(?:Sat|Sun)(?=[ ,]{1,2}(?:\d|AM|PM|am|pm|noon|supper|before|after))(?![ ]\d\d[ ]?%|[ ]?[89]\d\b)"
    rf"|(?<![\w'-]){_DAY_OR_WORD}(?=[ ](?:night|morning|am|pm|AM|PM|evening|afternoon|eve)\b|[ ]\d{{1,2}}/\d)"
    rf"|(?<![\w'-]){_DAY_OR_WORD}(?=[ ]{_MONTH_NAME}[ ]\d)"
    r"|(?<=[a-z,)][ ])(?:Sat|Sun)(?=[.,;:)\n])"
)
_WEEKDAY_LETTERS = rf"(?<![\w/]){alternation('weekday_letters')}(?![\w/-])"

_NO_NUMBER_WORD = (
    r"(?<!(?i:\b(?:at|vitamin[ ]d3?|d3|vit|no|box|lots?|fm|rm|room|ssn|last[ ]4|called|arrived|route|hwy|gli|code|ext|"
    r"pager|bed|apt|suite|ste|over|witnessed)[ ]{1,2}))"
)
_NO_CLOCK = (
    r"(?<!\d[/-]\d{1,4},?[ \n]{1,3}|(?i:ext[ ]\d{2,5}),[ ]|(?<!\d)\d{4}[ ]{1,2}|(?i:sun|mon|tue|wed|thu|fri|sat)[ ])"
    r"(?<!^(?=\d{4}[ ]{1,2}[#a-z]))"
)
_YEAR_ALONE = (
    rf"(?=19\d|20[0-4]\d)(?<![\w/.,:@$#+^-]){_NO_NUMBER_WORD}{_NO_CLOCK}{_YEAR}(?![\w/:]|[.,]\d|-\w){_UNIT}"
    r"(?![ ]{1,2}(?:[ap]m\b|h\b|[SNWE]\.[ ]|Thurs|AM\b|\#)|[ ]\p{Lu}\p{L}+[ ](?:St|Ave|Rd|Blvd|Dr|Ln)\b)"
)
_YEAR_RANGE = rf"{_NUMBER}{_YEAR}[-\u2013/](?:{_YEAR}|\d\d)(?![\w/-])"
_DECADE = r"(?=[12])(?<!\w)(?:19|20)\d0['\u2019]?s(?!\w)"
_APOSTROPHE_YEAR = r"['\u2019\u02bc](?<![\w.)].)\d\d(?:s(?!\w)|(?![\w'\u2019\"]|\.\d))"
_QUARTER = r"(?<!\w)(?:Q[1-4][ /-]?(?:FY)?['\u2019]?(?:20)?\d\d|FY[ ]?['\u2019]?(?:20)?\d\d)(?!\w)"
_ORDINAL_ALONE = (
    r"(?=\d)(?<=\b(?i:on|since|until|till|by|from|the|around|before|after|and|rtc|restart)[ \t]+(?:the[ ])?)"
    rf"(?:{_ORDINAL})(?![ -](?i:{alternation('ordinal_followers')})\b|[\w-]|[ ]of\b)"
)

DATE_CONTEXT = (
    "on", "since", "until", "till", "by", "from", "through", "thru", "dob", "d.o.b", "born", "birth", "date", "dated",
    "admit", "admitted", "adm", "discharge", "discharged", "dc", "d/c", "started", "stopped", "seen", "visit",
    "surgery",
    "due", "rtc", "f/u", "effective", "exp", "expires", "signed", "dos", "begun", "placed", "film", "jacket",
    "finished",
)  # fmt: skip
COMPACT_CONTEXT = ("dob", "birth", "born", "date", "film", "jacket", "dos", "adm", "admitted")

_MONTHS, _WEEKDAYS = first_words("months"), first_words("weekdays")
_PREFIXED_MONTHS = _MONTHS + " mid early late"
_SEASONS = "winter winters spring summer summers fall autumn autumns early late mid"

_DIGITS = regex.compile(r"[\dOlI]+")
_SCAN = str.maketrans("OlI", "011")


def could_be_date(value: str) -> bool | None:
    """Return False for numbers that are no day, month and year in any order of the three."""
    parts = [int(part.translate(_SCAN)) for part in _DIGITS.findall(value.replace(" ", ""))]
    if parts and parts[0] > 31:
        parts = parts[1:3]
    if len(parts) < 2:
        return None
    low, high = sorted(parts[:2])
    return None if 1 <= low <= 12 and high <= 31 else False


def date_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of DATE."""
    return [
        FormRecognizer(
            "DATE",
            "clinsift_numeric_date",
            [
                Form(
                    "day, month, year",
                    rf"{_NUMBER}(?:{_SLASHED}|{_DOTTED}|{_SPACED}|{_BROKEN}|{_SPREAD}|{_BLANKS})",
                    0.92,
                ),
                Form("ISO", _ISO, 0.95),
                Form("scanned", _SCANNED, 0.85),
            ],
            check=could_be_date,
        ),
        FormRecognizer(
            "DATE",
            "clinsift_compact_date",
            [Form("yyyymmdd", _COMPACT, 0.7), Form("mmddyyyy or mmddyy", _COMPACT_US, 0.3)],
            context=COMPACT_CONTEXT,
        ),
        FormRecognizer(
            "DATE",
            "clinsift_month_date",
            [
                Form("month and day", _MONTH_DAY, 0.9, _MONTHS, True),
                Form("month-day-year", _MONTH_DAY_HYPHEN, 0.95, _MONTHS, True),
                Form("month and year", _MONTH_YEAR, 0.92, _PREFIXED_MONTHS, True),
                Form("part of a month", _MONTH_PREFIXED, 0.8, "mid early late", True),
                Form("month", _MONTH_ALONE, 0.75, _PREFIXED_MONTHS, True),
                Form("month after a cue", _MONTH_AFTER_CUE, 0.7, _MONTHS, True),
                Form("day and month", rf"{_DAY_MONTH}|{_DAY_MONTH_JOINED}", 0.9, _MONTHS),
                Form("day, Roman month, year", _DAY_ROMAN, 0.9, "i ii iii iv v vi vii viii ix x xi xii"),
                Form("spelled out", _SPELLED, 0.92, _ORDINAL_WORDS, True),
                Form("year spelled out", _SPELLED_YEAR, 0.6, "twenty nineteen", True),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_partial_date",
            [
                Form("month and year", _MONTH_SLASH_YEAR, 0.9),
                Form("end of a range", _RANGE_END, 0.8),
                Form("after a cue", rf"{_PARTIAL_OPEN}{_CUED}{_FRACTION}(?![\w/%\"]|\.\d)", 0.78),
                Form(
                    "month and day",
                    rf"{_PARTIAL_OPEN}(?!{_LIKE_SCORE}){_NO_FRACTION}{_FRACTION}{_CLOSES}{_NO_FOLLOWER}",
                    0.7,
                ),
                Form(
                    "month and day like a score",
                    rf"{_PARTIAL_OPEN}(?={_LIKE_SCORE}){_NO_FRACTION}{_FRACTION}{_CLOSES}{_NO_FOLLOWER}",
                    0.5,
                ),
                Form("month-day", _MONTH_HYPHEN_DAY, 0.15),
            ],
            context=DATE_CONTEXT,
        ),
        FormRecognizer(
            "DATE",
            "clinsift_year",
            [
                Form("year", _YEAR_ALONE, 0.8),
                Form("range of years", _YEAR_RANGE, 0.85),
                Form("decade", _DECADE, 0.85, "s"),
                Form("'09", _APOSTROPHE_YEAR, 0.8),
                Form("quarter", _QUARTER, 0.75, "q fy", True),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_named_day",
            [
                Form("weekday", _WEEKDAY_FULL, 0.9, _WEEKDAYS, True),
                Form("short weekday", _WEEKDAY_SHORT, 0.75, _WEEKDAYS + " qmon qtue qwed qthu qfri qsat qsun", True),
                Form("short weekday after a cue", _WEEKDAY_AFTER_CUE, 0.7, "sat sun mon", True),
                Form("weekday letters", _WEEKDAY_LETTERS, 0.8, first_words("weekday_letters"), True),
                Form("holiday", _HOLIDAY, 0.85, first_words("holidays"), True),
                Form(
                    "the Fourth of July",
                    r"(?<!\w)4th[ -]of[ -]July(?:[ ]weekend)?(?:,?[ ](?:19|20)\d\d)?(?!\w)",
                    0.9,
                    "july",
                ),
                Form("season and year", _SEASON_YEAR, 0.93, _SEASONS, True),
                Form("season", _SEASON, 0.75, _SEASONS, True),
                Form("season after a cue", _SEASON_AFTER_CUE, 0.7, _SEASONS, True),
                Form("day of the month", _ORDINAL_ALONE, 0.6, "st nd rd th"),
            ],
        ),
    ]
