"""Dates in every style: numeric, with month names, partial, weekdays, holidays, seasons, years."""

from __future__ import annotations

import regex

from deid.recognizers.base import FormRecognizer

_MONTH_NAME = (
    r"(?:Jan(?:uary)?|Feb(?:r?uary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_MONTH = rf"{_MONTH_NAME}\b\.?"
_ROMAN = r"(?:VIII|VII|VI|IV|IX|XII|XI|X|V|III|II|I)"
_WEEKDAY = (
    r"(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:s|nesday)?|Thu(?:r(?:s(?:day)?)?)?|Th|Fri(?:day)?|Sat(?:urday)?|"
    r"Sun(?:day)?)\b\.?"
)
_WD = rf"(?:{_WEEKDAY},?[ \t]+)?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_ORDINAL = r"(?:(?:0?[1-9]|[12]\d|3[01])[ ]?(?:st|nd|rd|th))\b"
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = r"['\u2019]\d\d"
_G = r"[ \t]*\n?[ \t]*"  # a date may be broken by a line end
# Scanned digits: O and o for 0, l and I for 1. A first look demands true digits nearby.
_N = r"[\dOolI]"
_OPEN = r"(?<![\w/.,$#-])"
_UNIT = (
    r"(?![ \t-]?(?:mg|mcg|\u00b5g|ug|g|gm|kg|ml|cc|dl|l|iu|units?|meq|mmol|mm|cm|tabs?|tablets?|caps?|puffs?|kcal|cal|%|"
    r"steps?|bpm|lbs?|oz|hrs?|hours?|min|am|pm|ppm|x|ng|calories|psi)\b)(?![ \t]?%)"
)

_NUMERIC = (
    rf"(?i){_OPEN}{_WD}(?:{_N}{{1,2}}(?P<s>[/-]){_N}{{1,2}}(?P=s)(?:{_N}{{4,5}}|{_N}{{2}})"
    rf"|{_N}{{1,2}}\.{_N}{{1,2}}\.(?:{_N}{{4}}|{_N}{{2}}))(?![\w/]|[.-]\d)"
)
_BROKEN = rf"{_OPEN}\d\d?/[ \t]*\n[ \t]*\d\d?/(?:\d{{4}}|\d\d)(?![\w/])"
_SPREAD = r"(?<![\w/])\d(?: \d)?(?: / ?| ?/ )\d(?: \d)? ?/ ?\d ?\d(?: ?\d ?\d)?(?![\w/])"
_ISO = rf"{_OPEN}(?:1[89]|2[0O])[\dO]{{2}}(?P<s>[-/.])[\dOl]{{1,2}}(?P=s)[\dOl]{{1,2}}(?=T\d|\D|$)(?![-/.]\d)"
_COMPACT = r"(?<![\w./-])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=T\d{4}|\W|$)(?![./-]\w)"
_COMPACT_US = r"(?<![\w./-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:19|20)\d\d|\d\d)(?!\w)(?![./-]\w)"

_TAIL = rf"(?:(?:,?{_G}|[ ]?[-./][ ]?)(?:{_YEAR}|\d[O]\d\d)(?!\d)|,?{_G}{_SHORT_YEAR}(?!\d))"
_MONTH_DAY = (
    rf"(?i)(?<![\w/]){_WD}{_MONTH}[ \t]?(?:{_G}(?:the{_G})?)(?:{_ORDINAL}|{_DAY})"
    rf"(?:{_TAIL}|(?=[^\w]|$)){_UNIT}(?![/.]\d)"
)
_MONTH_DAY_HYPHEN = rf"(?i)(?<![\w/]){_MONTH}-{_DAY}-(?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH = (
    rf"(?i)(?<![\w/.-]){_WD}(?:the{_G})?(?:{_N}\d|\d{_N}?)(?:[ ]?(?:st|nd|rd|th)|\.)?(?:{_G}of)?(?:[ \t]{{0,2}}\n?[ \t]*|[-./])"
    rf"{_MONTH}(?:[ \t]{{0,2}}[-,./]?[ \t]{{0,2}}(?:{_YEAR}|{_SHORT_YEAR}|\d\d(?=[ \t]*(?:$|[,;)/@]|[ \t]\D|[ ]\d{{4}}\b))))?"
    rf"(?![\w/])"
)
_DAY_ROMAN = rf"(?<![\w/.])\d{{1,2}}[./]{_ROMAN}[./](?:{_YEAR}|\d\d)(?!\w)"
_DAY_MONTH_JOINED = rf"(?i)(?<!\w)(?:0?[1-9]|[12]\d|3[01])(?:{_MONTH_NAME})(?:{_YEAR}|\d\d)?(?!\w)"
_MONTH_YEAR = (
    rf"(?i)(?<![\w/])(?:(?:mid|early|late)[- ])?(?:{_MONTH}[ ]?[-\u2013/&][ ]?)?{_MONTH}(?:[ ]of)?(?:[ \t]*[,/-]?[ \t]*{_G}{_YEAR}|[ -]?{_SHORT_YEAR})"
    r"(?!\w)"
)
_CUE = (
    r"(?:on|since|until|till|til|by|from|through|thru|before|after|of|as of|last|next|this|past|early|late|mid|around|about|circa|"
    r"due|dated?|seen|adm(?:it(?:ted)?)?|dc|d/c|disch(?:arged?)?|started?|stop(?:ped)?|ended?|begun|began|given|placed|done|born|dob|"
    r"dos|rtc|f/u|fu|appt|visit|every|each|q|dose|effective|eff|exp|expires?|signed|between|during|to|in|off|last dose|s/p|now|"
    r"returns?|labs?|sx|surgery|op|post|completed|resumed|switched|restarted|scheduled|sched|for|onset|refill(?:ed)?|filled|"
    r"missed|updated|drawn|sent|rec'?d|received|call(?:ed)?|cx|bcx|ucx|cxr|ct|mri|echo|egd|eeg|us|tte|tee|biopsy|bx|cath|lmp|edd|edc|"
    r"approved|denied|admission|discharge|week of|wk of)"
)
_MONTH_ALONE = (
    r"(?<![\w'\u2019-])(?:(?:[Mm]id|[Ee]arly|[Ll]ate)[- ])?(?:January|February|August|September|October|November|December|"
    r"JANUARY|FEBRUARY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|Feb|Sept|Oct|Nov|Aug)\b(?!['\u2019]s\b|-[A-Z])"
)
_MONTH_ALONE_CUED = (
    rf"(?i)(?<=\b(?:in|since|until|till|by|from|through|thru|before|after|of|last|next|this|past|early|late|mid|around|every|"
    rf"missed|between|during|to|and|ending|beginning|for|as of|[+&/])[ \t\n-]{{1,3}})(?-i:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|"
    rf"May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|jan|feb|mar|apr|june?|july?|aug|sept?|"
    rf"oct|nov|dec|JAN|FEB|MARCH|APR(?:IL)?|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC))\b(?![\w'\u2019]|-[A-Z]| \p{{Lu}}\p{{Ll}})"
)

_FRACTION = r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])|(?:1[3-9]|2\d|3[01])/(?:0?[1-9]|1[0-2])"
_NO_DATE_AFTER = (
    rf"(?![\w%\"\u2033/+]|[.,-]\d(?!\d?/)|-[A-Za-z]|[ \t]?(?:SEM|systolic|holosystolic|diastolic|murmur|strength|tabs?\b|tablets?\b|ppd|"
    rf"packs?|wks?\b|weeks?|months?\b|mos?\b|yo\b|years?|yrs?|str\b|in\b|inch|mi\b|cores|nodes|glom|recall|STG|nights|items|sites|"
    rf"bid|tid|qd|daily|times|cup|pill|dose|cap\b|bottles?|pain|of\b(?![ \t]+last)|positive|pos\b|neg\b|grip|pressure|HSM|MR\b|SM\b)){_UNIT}"
)
_NO_DATE_BEFORE = (
    r"(?<!(?i:pain|strength|motor|neuro|grip|tone|power|pulse|murmur|grade|gr|score|scale|moca|mmse|bims|slums|minicog|cog|apgars?|"
    r"bpp|berg|barthel|adl|iadl|phq|gad|audit|gcs|stop-bang|epworth|entresto|humulin|novolin|novolog|mix|insulin|bp|pa|rv|ra|lv|"
    r"ratio|vsc|vcc|vision|va|ph|od|os|ou|re|le|acuity|page|p|pg|reflexes|dtrs?|monofilament|monofil|recall|names|day|ha|headache|"
    r"jobe|down to|was|ilo|ga|pma|sgrade|up from|smokes|sed|legs?|arms?|right|left|dakin'?s?|rates the pressure|trial|bcx|cultures|"
    r"serial 7s|dose|old|age|x|day of|glasgow|sore|sleep|stress|mood|anxiety|cravings?|itch|fatigue|nausea|cough|sob|dyspnea|rpe)"
    r"[ \t,:=(>~]{0,3})"
)
_WEAK_FRACTION = r"(?=(?:1/[2-9]|1/1[0-2]|[1-5]/5|[1-6]/6|\d/10|[0-4]/4|[1-3]/3|2/[2-9]|[3-8]/8|[3-9]/9|1?\d/1[0-2])(?!\d))"
_LOOKS_PARTIAL = r"(?=\d\d?/\d)"
_PARTIAL_OPEN = r"(?<![\w/.,^$#+]|\d-)"
_PARTIAL = rf"{_LOOKS_PARTIAL}{_PARTIAL_OPEN}(?:{_FRACTION})(?!\d){_NO_DATE_AFTER}(?<={_NO_DATE_BEFORE}(?:{_FRACTION}))"

HOLIDAYS = (
    r"(?:New[ \t\n]Year(?:['\u2019]?s)?(?:[ ](?:Day|Eve))?|Lunar[ ]New[ ]Year|Chinese[ ]New[ ]Year|Christmas(?:[ ](?:Eve|Day))?|x-?mas(?:[ ](?:eve|day))?|"
    r"Thanksgiving(?:[ ]Day)?|Halloween|Easter(?:[ ](?:Sunday|Monday))?|Good[ ]Friday|Ash[ ]Wednesday|Palm[ ]Sunday|Holy[ ]Week|Passover|"
    r"Yom[ ]Kippur|Rosh[ ]Hashanah?|Hanukkah|Chanukah|Sukkot|Purim|Ramadan|Eid(?:[ ]al-(?:Fitr|Adha))?|Diwali|Holi|Navratri|Kwanzaa|"
    r"Independence[ ]Day|(?:the[ ])?(?:Fourth|4th)[ -]of[ -]July|Labor[ \n]Day|Memorial[ \n]Day|Veterans['\u2019]?[ ]Day|"
    r"President(?:s['\u2019]?|['\u2019]s)[ \n]Day|MLK(?:[ ](?:Day|weekend))?|Martin[ ]Luther[ ]King(?:[ ]Jr\.?)?[ ]Day|Columbus[ ]Day|"
    r"Indigenous[ ]Peoples['\u2019]?[ ]Day|Juneteenth|Valentine(?:['\u2019]?s)(?:[ ]Day)?|St\.?[ ]Patrick['\u2019]?s[ ]Day|"
    r"Mother['\u2019]?s['\u2019]?[ ]Day|Father['\u2019]?s['\u2019]?[ ]Day|Groundhog[ \n]Day|April[ ]Fools?['\u2019]?s?[ ]Day|Cinco[ ]de[ ]Mayo|"
    r"Super[ ]Bowl(?:[ ]Sunday)?|All[ ](?:Saints|Souls)['\u2019]?(?:[ ]Day)?|Mardi[ ]Gras|Boxing[ ]Day|Bastille[ ]Day|ANZAC[ ]Day|"
    r"Australia[ ]Day|Canada[ ]Day|Victoria[ ]Day|(?:King|Queen)['\u2019]s[ ]Birthday|Bank[ \n]Holiday|Pride|Orthodox[ ]Easter|"
    r"Flag[ ]Day|Earth[ ]Day|Election[ ]Day|Patriots['\u2019][ ]Day|Pioneer[ ]Day|T\u1ebft|Tet|Songkran|Nowruz|Vesak|Epiphany|Pentecost|"
    r"D[i\u00ed]a[ ]de[ ](?:los[ ])?(?:Muertos|Reyes)|Three[ ]Kings(?:[ ]Day)?|Advent|Ashura|Shabbat)"
)
_HOLIDAY = rf"(?i)(?<![\w])(?=[A-Z4]){HOLIDAYS}(?:[ ](?:weekend|wknd|week))?(?:,?[ ](?:of[ ])?{_YEAR}|[ ]{_SHORT_YEAR})?(?!\w)"
_SEASON_YEAR = rf"(?i)(?<!\w)(?:(?:early|late|mid)[- ])?(?:winter|spring|summer|fall|autumn)(?:[ ](?:of[ ])?{_YEAR}(?:[/-]\d{{2,4}})?|[ ](?:of[ ])?{_SHORT_YEAR})(?!\w)"
_SEASON = r"(?i)(?<![\w-])(?:winters?|summers?|springtime|summertime|wintertime|autumns?)(?![\w-])"
_SEASON_CUED = (
    r"(?i)(?<=\b(?:in|since|until|till|by|this|last|next|past|every|each|during|over|through|before|after|mid|early|late)"
    r"[ -](?:the[ ])?(?:(?:early|late|mid)[ -])?)(?:spring|fall)(?![\w-])(?! (?:risk|from|precaution|out|asleep|short|behind|was|with|on|at|to|he|she|down|"
    r"into|off|while|when))"
)

_WEEKDAY_FULL = r"(?i)(?<![\w-])(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?!\w|-[A-Z])"
_WEEKDAY_SHORT = (
    r"(?<![\w'\u2019.-])(?:(?:Tues?|Weds?|Thurs?|Thu|Fri|Mon|MON|TUES?|WED|THURS?|THU|FRI)\b\.?|(?:tues?|weds?|thurs?|fri)\b)"
    r"(?![\w'\u2019@-]|/[a-z])"
)
_WEEKDAY_RISKY = (
    r"(?i)(?<=\b(?:on|since|until|till|til|by|from|thru|through|last|next|this|every|each|q|or|and|to|before|after|ed|am|pm|,|\d|/|-|"
    r"(?:mon|tue|tues|wed|thu|thurs|fri|sat))[ ,/-]{1,2})(?:sat|sun|mon)\b(?![\w'@-]|[ ]?\d{2,3}[ ]?%|[ ](?:up|on|in|\d\d|exposure|avoid|of))"
    r"|(?<![\w'-])(?:Sat|Sun)(?=[ ,]{1,2}(?:\d|AM|PM|am|pm|night|morning|evening|noon|eve))(?![ ]\d\d[ ]?%)(?! ?[89]\d\b)"
    r"|(?<![\w'-])(?:sat|sun|mon|SAT|SUN|Sat|Sun)(?=[ ](?:night|morning|am|pm|AM|PM|evening|afternoon|eve)\b)"
    r"|(?<=[a-z,] )(?:Sat|Sun)(?=[.,;)\n])"
)
_WEEKDAY_LETTERS = (
    r"(?<![\w/])(?:MWF|TTS|TThS|TThSa|TTh|TTHS|MWThF|TThSaSu|TuThSa|MTWThF|M-W-F|T-Th-S|T-Th|M/W/F(?:/Su|/Sa)?|T/Th/S(?:a|at)?|"
    r"Tu/Th/Sa?|T/Th|Tu/F|Tu/Th|M/Th|M/W|Mo/We/Fr|M,W,F|MW|T/TH/S|T/R|T,Th,S)(?![\w/])"
)

_YEAR_OPEN = (
    r"(?<![\w/.,:@$#+^-]|(?i:\b(?:at|vitamin d3?|d3|vit|no|box|lot|lots|fm|rm|room|ssn|4|sent|called|took over|arrived|"
    r"route|hwy|gli|unit|x|last four|took|pin|code|ext|pager|pgr|p|bed|dr|apt|suite|ste|opened|page|to|~|rn|given|time|clock|x)[ ]{1,2}))"
)
_YEAR_ALONE = (
    rf"{_YEAR_OPEN}(?:19|20)\d\d(?!\d)(?![\w/:]|[.,]\d|-\w){_UNIT}(?! {{1,2}}(?:IU|iu|rec|hrs?|h\b|S\. |N\. |W\. |E\. )|[ ]\p{{Lu}}\p{{L}}+[ ](?:St|Ave|Rd|Blvd|Dr|Ln)\b)"
)
_YEAR_RANGE = r"(?<![\w/.,:@$#-])(?:19|20)\d\d[-\u2013/](?:(?:19|20)\d\d|\d\d)(?![\w/-])"
_DECADE = r"(?i)(?<![\w])(?:(?:19|20)\d0['\u2019]?s|['\u2019]\d0s)(?!\w)"
_APOSTROPHE_YEAR = r"(?<![\w.)])['\u2019\u02bc]\d\d(?![\w'\u2019\"]|[.]\d)"
_MONTH_SLASH_YEAR = r"(?<![\w/.-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\w/]|[.-]\d)"
_QUARTER = r"(?<!\w)(?:Q[1-4](?:[ /-]?(?:FY)?['\u2019]?(?:20)?\d\d)|FY[ ]?['\u2019]?(?:20)?\d\d)(?!\w)"
_ORDINAL_ALONE = (
    rf"(?i)(?<=\b(?:on|since|until|till|by|from|the|of|around|before|after|and|rtc)[ \t]+(?:the[ ])?){_ORDINAL}"
    r"(?![ -](?:percentile|%|rib|grade|floor|fl\b|digit|toe|finger|metatarsal|metacarpal|mtp|mt\b|mc\b|time|dose|visit|day|week|month|year|"
    r"degree|nerve|cranial|cn\b|child|pregnancy|trimester|intercostal|ics|ed|st\b|street|ave|wife|husband|stage|line|cycle|generation|"
    r"episode|attempt|admission|session|attack|fall|night|one|of|ray|tooth|ventricle|heart|shift|opinion|hour|hr|centile|avenue|person|"
    r"quarter|place|birthday|try|set|round|culture|lumbar|thoracic|cervical|sacral|interspace|space|opinion|look|set|half|third|party))(?![\w-])"
)
_SPELLED = (
    r"(?i)(?<!\w)(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-\w+|thirtieth|thirty-first) of (?:January|February|March|April|"
    r"May|June|July|August|September|October|November|December)(?:,? two thousand(?: and)? [a-z]+(?:[ -][a-z]+)?)?(?!\w)"
    r"|(?<!\w)(?:twenty|nineteen) (?:nineteen|eighteen|seventeen|sixteen|fifteen|twenty(?:[ -](?:one|two|three|four|five|six))?|"
    r"(?:sixty|seventy|eighty|ninety)(?:[ -]\w+)?)(?= ?[,.;)]|$)"
)

DATE_CONTEXT = (
    "on", "since", "until", "till", "by", "from", "through", "thru", "dob", "d.o.b", "born", "birth", "date", "dated", "admit",
    "admitted", "adm", "discharge", "discharged", "dc", "d/c", "last dose", "started", "stopped", "seen", "visit", "surgery",
    "due", "rtc", "f/u", "effective", "exp", "expires", "as of", "signed", "dos", "begun", "placed", "film", "jacket",
)  # fmt: skip

_DIGITS = regex.compile(r"[\dOolI]+")
_OCR = str.maketrans("OolI", "0011")


def could_be_date(value: str) -> bool | None:
    """Return False for three numbers, or two, that are no day, month and year in any order."""
    parts = [int(part.translate(_OCR)) for part in _DIGITS.findall(value) if any(c.isdigit() for c in part)]
    if parts and parts[0] > 31:
        parts = parts[1:3]
    if len(parts) < 2:
        return None
    a, b = parts[:2]
    return None if 1 <= min(a, b) <= 12 and 1 <= max(a, b) <= 31 else False


def date_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of DATE."""
    return [
        FormRecognizer(
            "DATE",
            "clinsift_numeric_date",
            [
                ("day, month, year", _NUMERIC, 0.93),
                ("ISO", _ISO, 0.95),
                ("broken by a line end", _BROKEN, 0.8),
                ("blanks between the digits", _SPREAD, 0.6),
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
                ("month and day", _MONTH_DAY, 0.9),
                ("month-day-year", _MONTH_DAY_HYPHEN, 0.95),
                ("day and month", _DAY_MONTH, 0.9),
                ("day, Roman month, year", _DAY_ROMAN, 0.9),
                ("day and month joined", _DAY_MONTH_JOINED, 0.9),
                ("month and year", _MONTH_YEAR, 0.92),
                ("month", _MONTH_ALONE, 0.75),
                ("month after a cue", _MONTH_ALONE_CUED, 0.75),
                ("spelled out", _SPELLED, 0.7),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_partial_date",
            [
                ("month and year", _MONTH_SLASH_YEAR, 0.9),
                ("weekday, month and day", rf"(?i)(?<!\w){_WEEKDAY},?[ \t]+(?:{_FRACTION})(?![\w/])", 0.93),
                ("month and day after a cue", rf"(?i)(?<=\b{_CUE}:?[ \t]{{1,2}}\(?){_PARTIAL_OPEN}(?:{_FRACTION})(?!\d)(?![\w/%\"]|[.]\d)", 0.75),
                ("month and day", _PARTIAL, 0.7),
                ("month and day like a score", rf"(?i){_PARTIAL_OPEN}{_WEAK_FRACTION}(?:{_FRACTION})(?!\d)", 0.3),
                ("month-day", r"(?<![\w/.,-])(?:0?[1-9]|1[0-2])-(?:[12]\d|3[01]|0[1-9])(?![\w/-]|[.]\d| ?(?:mg|mcg|ml|units|tabs|%|weeks|wks|days|mm|cm|hrs?|h|min))", 0.15),
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
                ("quarter", _QUARTER, 0.75),
            ],
        ),
        FormRecognizer(
            "DATE",
            "clinsift_named_day",
            [
                ("weekday", _WEEKDAY_FULL, 0.9),
                ("weekday, short", _WEEKDAY_SHORT, 0.75),
                ("weekday, short and a word", _WEEKDAY_RISKY, 0.7),
                ("weekday letters", _WEEKDAY_LETTERS, 0.8),
                ("holiday", _HOLIDAY, 0.85),
                ("season and year", _SEASON_YEAR, 0.92),
                ("season", _SEASON, 0.75),
                ("season after a cue", _SEASON_CUED, 0.7),
                ("day of the month", _ORDINAL_ALONE, 0.6),
            ],
        ),
    ]
