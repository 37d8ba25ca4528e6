"""Dates in every style: numeric, with month names, partial, weekdays, holidays, seasons, years."""

from __future__ import annotations

import regex

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation, gate

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
    r"(?![ \t-]?(?i:mg|mcg|\u00b5g|ug|g|gm|kg|ml|cc|dl|l|iu|units?|meq|mmol|mm|cm|tabs?|tablets?|caps?|puffs?|k?cal|steps?|bpm|lbs?|oz|"
    r"hrs?|hours?|min|[ap]m|ppm|x|ng|calories|psi)\b|[ \t]?%)"
)

_NUMERIC = rf"{_NUMBER}\d\d?([/-])\d\d?\1(?:\d{{4,5}}|\d\d)(?![\w/]|[.-]\d)"
_DOTTED = rf"{_NUMBER}\d\d?\.\d\d?\.(?:\d{{4}}|\d\d)(?![\w/]|[.-]\d)"
_SCANNED = rf"{_OPEN}(?={_N}{{1,2}}[/-]{_N}{{1,2}}[/-])(?={_N}?\d|{_N}[/-]\d){_N}{{1,2}}([/-]){_N}{{1,2}}\1(?:{_N}{{4,5}}|{_N}{{2}})(?![\w/]|[.-]\d)"
_SPACED = rf"{_NUMBER}\d\d?(?:[ ]?/[ ]|[ ]/)\d\d?[ ]?/[ ]?(?:{_YEAR}|\d\d)(?![\w/]|[ ]?\d)"
_BROKEN = rf"{_NUMBER}\d\d?/[ \t]*\n[ \t]*\d\d?/(?:\d{{4}}|\d\d)(?![\w/])"
_SPREAD = rf"{_NUMBER}\d(?:[ ]\d)?[ ]/[ ]\d(?:[ ]\d)?[ ]/[ ]\d(?:[ ]\d){{1,3}}(?![\w/]|[ ]\d)"
_ISO = rf"{_NUMBER}(?:1[89]|2[0O])[\dO]{{2}}([-/.])[\dOl]{{1,2}}\1[\dOl]{{1,2}}(?=T\d|[^\dOl]|$)(?![-/.]\d)"
_COMPACT = rf"{_NUMBER}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=T\d{{4}}|\W|$)(?![./-]\w)"
_COMPACT_US = rf"{_NUMBER}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:{_YEAR}|\d\d)(?!\w)(?![./-]\w)"

_TAIL = rf"(?:(?:,?{_GAP}|[ ]?[-./][ ]?)(?:{_YEAR}|\dO\d\d)(?!\d)|,?[ \t]*{_SHORT_YEAR}(?!\d)|[ ]{_YEAR}(?=@))"
_MONTH_DAY = (
    rf"(?<![\p{{L}}/\d]){_MONTH_NAME}(?:\b\.?[ \t]*|\b[ \t]*\n[ \t]*)(?:the[ ])?(?:{_ORDINAL}|{_DAY})(?:{_TAIL}|(?=[^\w]|$))"
    rf"(?!:\d\d|[/.]\d){_UNIT}"
)
_MONTH_DAY_HYPHEN = rf"(?<![\p{{L}}/]){_MONTH_NAME}-{_DAY}-(?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH = (
    rf"(?=[\dO])(?<![\w/.,-])(?:{_ORDINAL}|\d?[\dO]\.?)(?:[ ]of)?(?:[ \t]{{1,2}}|[ ]?\n[ ]*|[-./]){_MONTH}"
    rf"(?!:)(?:[ ]?[-,./]?[ ]?(?:{_YEAR}|{_SHORT_YEAR})|[ ]?[-./ ][ ]?\d\d(?![\d:])(?=[ \t]*(?:$|[,;)/@]|[ \t]\D|[ ]\d{{4}}\b)))?(?![\w/])"
)
_DAY_ROMAN = rf"{_NUMBER}\d{{1,2}}([./]){_ROMAN}\1(?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH_JOINED = rf"{_NUMBER}(?:0?[1-9]|[12]\d|3[01]){_MONTH_NAME}(?:{_YEAR}|\d\d)?(?!\w)"
_MONTH_YEAR = (
    rf"(?<![\p{{L}}/])(?:(?i:mid|early|late)[- ])?{_MONTH}(?:[ ]?[-\u2013/&][ ]?{_MONTH})?(?:[ ]of)?"
    rf"(?:[ \t]*[,/-]?[ \t]*\n?[ \t]*{_YEAR}|[ -]?{_SHORT_YEAR})(?!\w)"
)
_MONTH_ALONE = (
    r"(?<![\w'\u2019-])(?:(?:[Mm]id|[Ee]arly|[Ll]ate)[- ])?(?:January|February|August|September|October|November|December|"
    r"JANUARY|FEBRUARY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|Feb|Sept|Oct|Nov|Aug)\b(?!['\u2019]s\b|-[A-Z])"
)
_MONTH_AFTER_CUE = (
    r"(?=[JFMASONDjfmasond])(?<=\b(?i:in|since|until|till|by|from|through|thru|before|after|of|last|next|this|past|early|late|mid|around|every|"
    r"missed|between|during|to|and|or|ending|beginning|for|as of|due|rtc|ran out|vax|shot|lapsed|dc'd|tried)[ \t\n-]{1,3}|[+&/][ ])"
    rf"(?:{alternation('months')}|jan|feb|mar|apr|april|june?|july?|aug|sept?|oct|nov|dec|(?<=\b(?:in|since|last|next|until|by)[ ])may|JAN|FEB|MARCH|APR|"
    r"APRIL|MAY|JUNE|JULY|AUG|SEPT|OCT|NOV|DEC)(?![\p{L}\d'\u2019]|-[A-Z]|[ ]\p{Lu}\p{Ll})"
)
_SPELLED = (
    rf"(?i)(?<!\w)(?:the[ ])?(?:\w+teenth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|twentieth|twenty-\w+|thirtieth|"
    rf"thirty-first)[ ]of[ ]{_MONTH_NAME}(?:,?[ ]two[ ]thousand(?:[ ]and)?[ ][a-z]+(?:[ -][a-z]+)?)?(?!\w)"
)
_SPELLED_YEAR = (
    r"(?i)(?<!\w)(?:twenty|nineteen)[ ](?:\w+teen|twenty(?:[ -](?:one|two|three|four|five|six))?|(?:sixty|seventy|eighty|ninety)(?:[ -]\w+)?)"
    r"(?=[ ]?(?:[,.;)]|$))"
)

_FRACTION = r"(?:(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])|(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2]))(?!\d)"
_LOOKS_PARTIAL = r"(?=\d\d?/\d)(?<![\w/.,^$#+]|\d-)"
_AFTER_HYPHEN = r"(?=\d\d?/\d)(?<=\d/\d{1,4}[ ]?[-\u2013][ ]?)"
_CLOSES = rf"(?![\w/%\"\u2033+]|[.,]\d|-[A-Za-z]|-\d(?!\d?/)){_UNIT}"
_NO_FRACTION = rf"(?<!(?i:{alternation('fraction_words')})[ \t\n,:=(>~<-]{{0,3}})(?<!\d/\d{{1,2}}[ ]{{1,2}}(?:[RL][ ])?|[RL][ ])"
_NO_FOLLOWER = rf"(?![ \t]?(?i:{alternation('fraction_followers')})\b)"
# n/5, n/10, n/6 ...: what strength, pain, murmurs and scores are counted in.
_LIKE_SCORE = r"(?=(?:1/[2-4]|[1-5]/5|[1-6]/6|[1-7]/7|[0-9]/10|10/10|[0-4]/4|[1-3]/3|2/2|[3-8]/8|[3-9]/9|24/7|\d\d?/1[23])(?!\d))"
_CUE = rf"(?<=\b(?i:{alternation('date_cues')}):?[ \t\n]{{1,2}}\(?)"

_HOLIDAY = rf"(?i)(?<!\w){alternation('holidays')}(?:[ ](?:eve|weekend|wknd))?(?:,?[ ](?:of[ ])?{_YEAR}|[ ]{_SHORT_YEAR})?(?!\w)"
_SEASON_YEAR = (
    rf"(?i)(?<!\w)(?:(?:early|late|mid)[- ])?(?:winter|spring|summer|fall|autumn)[ ](?:of[ ])?(?:{_YEAR}(?:[/-]\d{{2,4}})?|{_SHORT_YEAR})(?!\w)"
)
_SEASON = r"(?<![\p{L}-])(?:(?:[Ww]inter|[Ss]ummer|[Aa]utumn)s?|WINTER|SUMMER)(?![\p{L}-])(?<!\. ?Winter|Long[ ]winter)"
_SEASON_AFTER_CUE = (
    r"(?i)(?=[sf])(?<=\b(?:in|since|until|till|by|this|last|next|past|every|each|during|over|through|before|that|mid|early|late)"
    r"[ \n-](?:the[ ])?(?:(?:early|late|mid)[ -])?)(?:spring|fall)(?![\w-])(?![ ](?:risk|from|precaution|out|asleep|short|behind|was|with|on|at|to|he|"
    r"she|down|into|off|while|when))"
)

_WEEKDAY_FULL = r"(?<!\w)(?i:mon|tues|wednes|thurs|fri|satur|sun)days?(?!\w|-[A-Z]|[ ]\p{Lu}\p{Ll}+[ ]/)|(?<!\w)(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAYS?(?!\w)"
_WEEKDAY_SHORT = (
    r"(?<![\w'\u2019.])(?:(?:Tues?|Weds?|Thurs?|Thu|Fri|Mon|MON|TUES?|WED|THURS?|THU|FRI)\b\.?|(?:tues?|weds?|thurs?|thu|fri)\b)"
    r"(?![\w'\u2019@]|/[a-z](?!h))|(?<=\bq)(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)(?!\w)"
)
_WEEKDAY_AFTER_CUE = (
    r"(?=[SsMm])(?<=\b(?i:on|since|until|till|til|by|from|thru|through|last|next|this|every|each|q|or|and|before|after|fly|rtc|call|weekly|wk|"
    r"mon|tues?|weds?|thu|thurs|fri|sat|down|intake|duplex|ate)[ ,/+-]{1,3}|\d[ ]{1,2}|[(])"
    r"(?:[Ss]at|[Ss]un|[Mm]on|SAT|SUN|MON)(?![\w'@-]|[ ]?\d{2,3}[ ]?%|[ ](?:up|on|in|exposure|avoid|of|[89]\d\b))"
    r"|(?<![\w'-])(?:Sat|Sun)(?=[ ,]{1,2}(?:\d|AM|PM|am|pm|night|morning|evening|noon|eve|supper))(?![ ]\d\d[ ]?%|[ ]?[89]\d\b)"
    r"|(?<![\w'-])(?:sat|sun|mon|SAT|SUN|Sat|Sun)(?=[ ](?:night|morning|am|pm|AM|PM|evening|afternoon|eve)\b|[ ]\d{1,2}/\d)"
    r"|(?<=[a-z,)][ ])(?:Sat|Sun)(?=[.,;:)\n])"
)
_WEEKDAY_LETTERS = (
    r"(?<![\w/])(?:MWF|TTS|TThS|TThSa|TTh|TTHS|MWThF|TThSaSu|TuThSa|MTWThF|M-W-F|T-Th-S|T-Th|M/W/F(?:/Su|/Sa)?|T/Th/S(?:a|at)?|"
    r"Tu/Th/Sa?|T/Th|Tu/F|Tu/Th|M/Th|M/W|Mo/We/Fr|M,W,F|MW|T/TH/S|T/R|T,Th,S)(?![\w/-])"
)

_TIME_BEFORE = r"(?<!(?i:\b(?:at|vitamin[ ]d3?|d3|vit|no|box|lots?|fm|rm|room|ssn|last[ ]4|called|arrived|route|hwy|gli|code|ext|pager|bed|apt|suite|ste|to)[ ]{1,2}))"
_CLOCK_BEFORE = r"(?<!\d[/-]\d{1,4},?[ \n]{1,3}|(?i:ext[ ]\d{2,5}),[ ]|(?<!\d)\d{4}[ ]{1,2}|(?i:sun|mon|tue|wed|thu|fri|sat)[ ])"
_YEAR_ALONE = (
    rf"(?=19\d|20[0-4]\d)(?<![\w/.,:@$#+^~-]){_TIME_BEFORE}{_CLOCK_BEFORE}{_YEAR}(?![\w/:]|[.,]\d|-\w){_UNIT}"
    r"(?![ ]{1,2}(?:rec|h\b|[SNWE]\.[ ]|brady|tachy|nimod|Thurs|AM\b)|[ ]\p{Lu}\p{L}+[ ](?:St|Ave|Rd|Blvd|Dr|Ln)\b)"
)
_YEAR_RANGE = rf"{_NUMBER}{_YEAR}[-\u2013/](?:{_YEAR}|\d\d)(?![\w/-])"
_DECADE = r"(?<!\w)(?:(?:19|20)\d0['\u2019]?s|['\u2019]\d0s)(?!\w)"
_APOSTROPHE_YEAR = r"(?<![\w.)])['\u2019\u02bc]\d\d(?![\w'\u2019\"]|\.\d)"
_MONTH_SLASH_YEAR = rf"{_NUMBER}(?:0?[1-9]|1[0-2])[/-](?:(?:19|20)\d\d)(?![\w/]|[.-]\d)"
_QUARTER = r"(?<!\w)(?:Q[1-4][ /-]?(?:FY)?['\u2019]?(?:20)?\d\d|FY[ ]?['\u2019]?(?:20)?\d\d)(?!\w)"
_ORDINAL_ALONE = (
    rf"(?=\d)(?<=\b(?i:on|since|until|till|by|from|the|around|before|after|and|rtc|restart)[ \t]+(?:the[ ])?){_ORDINAL}"
    rf"(?![ -](?i:{alternation('ordinal_followers')})\b|[\w-]|[ ]of\b)"
)

DATE_CONTEXT = (
    "on", "since", "until", "till", "by", "from", "through", "thru", "dob", "d.o.b", "born", "birth", "date", "dated", "admit",
    "admitted", "adm", "discharge", "discharged", "dc", "d/c", "started", "stopped", "seen", "visit", "surgery", "due", "rtc",
    "f/u", "effective", "exp", "expires", "signed", "dos", "begun", "placed", "film", "jacket",
)  # fmt: skip

_MONTH_GATE = gate("months")
_WEEKDAY_GATE = gate("weekdays")

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
                ("day, month, year", _NUMERIC, 0.93),
                ("day, month, year with dots", _DOTTED, 0.9),
                ("scanned", _SCANNED, 0.85),
                ("blanks around slashes", _SPACED, 0.85),
                ("broken by a line end", _BROKEN, 0.8),
                ("blanks between the digits", _SPREAD, 0.8),
                ("ISO", _ISO, 0.95),
            ],
            check=could_be_date,
        ),
        FormRecognizer(
            "DATE",
            "clinsift_compact_date",
            [("yyyymmdd", _COMPACT, 0.7), ("mmddyyyy or mmddyy", _COMPACT_US, 0.3)],
            context=("dob", "birth", "born", "date", "film", "jacket", "dos", "adm", "admitted"),
        ),
        FormRecognizer(
            "DATE",
            "clinsift_month_date",
            [
                ("month and day", _MONTH_DAY, 0.9, _MONTH_GATE),
                ("month-day-year", _MONTH_DAY_HYPHEN, 0.95, _MONTH_GATE),
                ("day and month", _DAY_MONTH, 0.9, _MONTH_GATE),
                ("day, Roman month, year", _DAY_ROMAN, 0.9),
                ("day and month joined", _DAY_MONTH_JOINED, 0.9, _MONTH_GATE),
                ("month and year", _MONTH_YEAR, 0.92, _MONTH_GATE),
                ("month", _MONTH_ALONE, 0.75, _MONTH_GATE),
                ("month after a cue", _MONTH_AFTER_CUE, 0.7, _MONTH_GATE),
                ("spelled out", _SPELLED, 0.92, _MONTH_GATE),
                ("year spelled out", _SPELLED_YEAR, 0.6, "twenty nineteen"),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_partial_date",
            [
                ("month and year", _MONTH_SLASH_YEAR, 0.9),
                ("month and day after a weekday", rf"(?=\d\d?/\d)(?<=\b{_WEEKDAY},?[ \t]+){_FRACTION}(?![\w/])", 0.93, _WEEKDAY_GATE),
                ("month and day after a cue", rf"{_LOOKS_PARTIAL}{_CUE}{_FRACTION}(?![\w/%\"]|\.\d)", 0.75),
                ("end of a range", rf"{_AFTER_HYPHEN}{_FRACTION}(?:/(?:{_YEAR}|\d\d))?(?![\w/%])", 0.8),
                ("month and day", rf"{_LOOKS_PARTIAL}(?!{_LIKE_SCORE}){_NO_FRACTION}{_FRACTION}{_CLOSES}{_NO_FOLLOWER}", 0.7),
                ("month and day like a score", rf"{_LOOKS_PARTIAL}{_LIKE_SCORE}{_NO_FRACTION}{_FRACTION}{_CLOSES}{_NO_FOLLOWER}", 0.5),
                ("month-day", rf"{_NUMBER}(?:0?[1-9]|1[0-2])-(?:[12]\d|3[01]|0[1-9])(?![\w/-]|\.\d|[ ]?(?:weeks|wks|days))(?<!(?i:day|q)[ ]\d?\d-\d\d){_UNIT}", 0.15),
            ],
            context=DATE_CONTEXT,
        ),
        FormRecognizer(
            "DATE",
            "clinsift_year",
            [
                ("year", _YEAR_ALONE, 0.8),
                ("range of years", _YEAR_RANGE, 0.85),
                ("decade", _DECADE, 0.85),
                ("'09", _APOSTROPHE_YEAR, 0.8),
                ("quarter", _QUARTER, 0.75, "q fy"),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_named_day",
            [
                ("weekday", _WEEKDAY_FULL, 0.9, _WEEKDAY_GATE),
                ("short weekday", _WEEKDAY_SHORT, 0.75, _WEEKDAY_GATE + " qmon qtue qwed qthu qfri qsat qsun"),
                ("short weekday after a cue", _WEEKDAY_AFTER_CUE, 0.7, "sat sun mon"),
                ("weekday letters", _WEEKDAY_LETTERS, 0.8),
                ("holiday", _HOLIDAY, 0.85, gate("holidays")),
                ("season and year", _SEASON_YEAR, 0.93, "winter spring summer fall autumn"),
                ("season", _SEASON, 0.75, "winter summer autumn winters"),
                ("season after a cue", _SEASON_AFTER_CUE, 0.7, "spring fall"),
                ("day of the month", _ORDINAL_ALONE, 0.6, "st nd rd th"),
            ],
        ),
    ]
