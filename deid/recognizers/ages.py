"""Ages of persons: the number, or the words, without the unit."""

from __future__ import annotations

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation

_N = r"(?:1[01]\d|[1-9]?\d)"
_OPEN = r"(?=\d)(?<![\w.,/$#:+<>\u00b0-])"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_WORD = rf"(?:{_TENS}(?:[ -]{{1,2}}{_ONES})?|{_TEENS}|{_ONES}|one[ -]hundred(?:[ -](?:and[ -])?{_ONES})?)"
_WORD_LIST = (
    "twenty thirty forty fifty sixty seventy eighty ninety ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen one two three four five six seven eight nine"
)
_YEARS = (
    r"[ \t]?-?[ \t\n]?(?i:y(?:ea)?rs?\.?[ \t]?-?\n?(?:o\b|of[ ]age|olds?)|y[./ ]?o\b|y\.[ ]?o\.|yo[mf]?\b|"
    r"years?[- \n]olds?|years?[- ]young|yr?[ ](?:girl|boy|male|female|man|woman|[mf])\b)"
)
_MONTHS = r"[ -]?(?i:(?:months?|mos?\.?|weeks?|wks?|days?)[ -]?(?:old\b|of[ ]age|o\b)|[mw]/o\b|mo[ ]?[mf]\b|month[ ]\d)"
_SEX = (
    r"(?:[MF](?![\w.'\u2019/-])|[mf](?![\w.'\u2019/-]|[ ]\w)|[Mm]ale\b|[Ff]emale\b|MALE\b|FEMALE\b|W[MF]\b|BF\b|"
    r"[Mm]an\b|[Ww]oman\b)"
)
_KIN = alternation("kin")
_NO_MEASURE = (
    r"(?![ \t]?(?i:%|mg|mcg|ml|l\b|kg|lbs?|cm|mm|m\b|units?|bpm|/|days?\b|d\b|hrs?\b|hours?\b|h\b|min|weeks?|wks?|"
    r"months?|mos?\b|x\b|fr\b|french|pack|ppd|[ap]\.?m\b|o'clock|times|cig|beers|drinks|degrees|atm)|"
    r"[.:]\d|-\d|,\d{3}|\d|['\u2019]s)"
)
_ILLNESS = (
    r"(?:died|death|d\.|deceased|dx(?:'?d)?|diagnosed|onset|mi|cva|stroke|cancer|ca|chd|cad|cabg|dm2?|disease|"
    r"infarct(?:ion)?|bypass|menarche|menopause|married|widowed|divorced|quit|started|smoking|smoked|sober|retired|"
    r"fracture|appendectomy|asthma|failure|attack|episode|attempt|seizure|adhd|emigrated|left[ ]school|depression|"
    r"[a-z]+(?:itis|oma|ectomy|emia|osis|iasis))"
)
_TITLED = r"(?:Mr|Mrs|Ms|Miss)\.?[ ]\p{Lu}[\p{L}'\u2019-]+(?:[ -]\p{Lu}[\p{L}'\u2019-]+)?"
_DECADE = r"(?:['\u2019]?[1-9]0['\u2019]?s|teens|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b"
_CHILDREN = r"(?i:kids?|children|sons|daughters|boys|girls|sibs?|siblings|grandkids)"


def age_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of AGE."""
    label = r"(?i)\bage[sd]?(?:[ ]?/[ ]?sex)?[ \t]*[:=.]{0,20}[ \t]{0,12}(?:[mf]/)?(?:of[ ])?"
    many = r"(?:\d{1,2}[ ]?(?:,|&|and|\+)[ ]?){0,2}"
    birth = r"(?<=[/.-](?:19|20)\d\d[ ]{1,4}\(|(?i:dob|born|birth)[^\n]{6,24}(?:[ ]/[ ]|[ ]\())"
    relative = (
        rf"(?<=\b(?i:{_KIN})(?:[ ]\p{{Lu}}[\p{{L}}'\u2019-]+){{0,2}}(?:,[ ]?|[ ]\()(?:age[ ])?)"
        r"[1-9]?\d(?=[,;.:)]|[ ](?:and|&)[ ])(?!\.\d)"
    )
    illness = (
        rf"(?<=\b(?i:{_ILLNESS}[ ](?:of[ ][a-z]+[ ](?:[a-z]+[ ])?)?(?:suddenly[ ])?(?:at|@)(?:[ ]age)?[ ]))"
        rf"[1-9]?\d{_NO_MEASURE}"
    )
    history = (
        r"(?<=\b(?i:(?:[mf]|mother|father|mom|dad|sister|brother|sis|bro|[mp]g[mf])[ ](?:died|d\.|dec\.?|living|alive|"
        r"a&w)[ ](?:at[ ]|age[ ])?))[1-9]\d\b(?!/|:|[ ]?%|\.\d)"
    )
    diagnosed = r"(?<=\b(?i:dx'?d?|d\.)[ ](?:at[ ]|age[ ])?)[1-9]\d(?=[,;.)\n]|[ ]?$)"
    return [
        FormRecognizer(
            "AGE",
            "clinsift_age",
            [
                Form("years old", rf"{_OPEN}{_N}(?:[ ]?\u00bd|[ ]1/2|[ ]\d\d?/12)?(?={_YEARS}|{_MONTHS})", 0.95),
                Form("scanned, years old", r"(?<=[ \n(])(?:\d[lOI]|[lI]\d)(?=[ -]?(?:y/?o|year))", 0.8, "yo y year"),
                Form(
                    "years and months",
                    rf"{_OPEN}(?:\d{{1,2}}(?=[ ]?y(?:(?:ea)?rs?)?[ ,]{{0,2}}\d{{1,2}}[ ]?mo)|"
                    r"(?<=\d[ ]?y(?:(?:ea)?rs?)?[ ,]{1,2})\d{1,2}(?=[ ]?mo))",
                    0.8,
                ),
                Form(
                    "number and sex",
                    rf"{_OPEN}(?<!(?i:temp|fr|foley|walks|walked|t)[ ])(?:1[5-9]|[2-9]\d)(?=[ ]?(?:y|yr)?[ ,]?{_SEX})"
                    r"(?!..F[ ](?:sheath|cath|pig|\())",
                    0.72,
                ),
                Form("number, slash and sex", rf"{_OPEN}[1-9]\d?(?=[ ]?/[ ]?[MF]\b)", 0.85),
                Form(
                    "sex and number",
                    r"(?<![\w/.])(?:[MF]|[mf](?=/)|[Mm]ale|[Ff]emale)[ ]?[,/][ ]?\K[1-9]\d?(?![\w/.:%]|-\d)",
                    0.85,
                    "m f male female",
                    True,
                ),
                Form(
                    "sex, blanks, number",
                    r"(?<=[ ]{2}|^|\|[ ])[MFmf][ ]{1,4}\K[1-9]\d?(?=[ ]{2}|$|[ ]?[|])",
                    0.7,
                    "m f",
                    True,
                ),
                Form(
                    "after a label",
                    rf"{label}\K(?:{_N}(?![\w/]|\.\d|-\d)(?![ ]of)|{_WORD}\b)",
                    0.9,
                    "age ages aged",
                    True,
                ),
                Form("second after ages", rf"{_OPEN}(?<=\b[Aa]ges[ ]{many}){_N}(?!\w)", 0.85, "ages"),
                Form(
                    "words",
                    rf"(?i)(?<![\w-]){_WORD}(?=[ -]years?[- ]old|[ -](?:months?|weeks?|days?)[ -]old)",
                    0.95,
                    _WORD_LIST,
                    True,
                ),
                Form(
                    "decade of life",
                    rf"(?i)(?:in|into|since)[ ](?:his|her|their|my|your)[ ](?:(?:early|mid|late)[- ])?\K{_DECADE}",
                    0.95,
                    "in into since",
                    True,
                ),
                Form("early or late decade", rf"(?i)\b(?:early|mid|late)[- ]\K{_DECADE}", 0.6, "early mid late", True),
                Form(
                    "Latin word",
                    r"(?i)(?<!\w)(?:octo|nona|septua|cente|sexa)(?:ge)?narian\b",
                    0.9,
                    "octogenarian nonagenarian septuagenarian centenarian sexagenarian",
                    True,
                ),
                Form(
                    "after a birth date",
                    rf"(?=\d){birth}[1-9]?\d(?=[ ]?(?:y|yr|yrs|y/?o|y\.o\.|[MF]|years)?\b[^)\n]{{0,6}}\)|[ \t]*$)",
                    0.85,
                ),
            ],
        ),
        FormRecognizer(
            "AGE",
            "clinsift_age_in_story",
            [
                Form(
                    "title, name and number",
                    rf"{_TITLED}(?:,[ ]|[ ]is[ ]|[ ]\()(?:now[ ])?(?:age[ ])?\K[1-9]\d(?=[,;.) ]){_NO_MEASURE}",
                    0.85,
                    "mr mrs ms miss",
                    True,
                ),
                Form(
                    "title, name and words",
                    rf"{_TITLED}(?:,[ ]|[ ]is[ ])(?:now[ ])?\K(?i:{_TENS}(?:[ -]{_ONES})?)(?=[,;.])",
                    0.85,
                    "mr mrs ms miss",
                    True,
                ),
                Form(
                    "name, number, comma",
                    rf"{_OPEN}(?<=\b\p{{Lu}}\p{{Ll}}+(?:[ -]\p{{Lu}}\.?[\p{{L}}'\u2019]*)+,[ ])[1-9]\d(?=,[ ]"
                    rf"\p{{Ll}}|[ ]--)",
                    0.6,
                ),
                Form(
                    "turns",
                    rf"(?i)(?:turn(?:s|ed|ing)|(?:she|he|patient|pt)[ ]is)[ ](?:now[ ])?\K"
                    rf"(?:[1-9]\d|{_TENS}(?:-{_ONES})?)(?=[,;.]|[ ]on\b|[ ]and[ ]|[ ]now\b)(?!\.\d)",
                    0.75,
                    "turn turns turned turning she he patient pt",
                    True,
                ),
                Form("relative, illness or death", rf"{_OPEN}(?:{relative}|{illness}|{history}|{diagnosed})", 0.75),
                Form(
                    "children",
                    rf"{_OPEN}(?<=\b{_CHILDREN}[ ,]{{0,2}}[ (](?:ages?[ ])?{many})\d{{1,2}}"
                    rf"(?=[ ]?(?:,|&|and|\)|\+|\.|;|$)){_NO_MEASURE}",
                    0.75,
                    "kid kids children sons daughters boys girls sib sibs siblings grandkids",
                ),
            ],
        ),
    ]
