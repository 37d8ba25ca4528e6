"""Ages of persons: the number, or the words, without the unit."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation

_N = r"(?:1[01]\d|[1-9]?\d)"
_OPEN = r"(?=\d)(?<![\w.,/$#:+<>\u00b0-])"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_WORD = (
    rf"(?:{_TENS}(?:[ -]{_ONES})?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_ONES}|"
    rf"(?:one|a)[ -]hundred(?:[ -](?:and[ -])?{_ONES})?)"
)
_YEARS = (
    r"[ \t]?-?[ \t\n]?(?i:y(?:ea)?rs?\.?[ \t]?-?\n?(?:o\b|of[ ]age|olds?)|y[./ ]?o\b|y\.[ ]?o\.|yo[mf]?\b|years?[- \n]olds?|"
    r"years?[- ]young|yr?[ ](?:girl|boy|male|female|man|woman|[mf])\b)"
)
_MONTHS = r"[ -]?(?i:(?:months?|mos?\.?|weeks?|wks?|days?)[ -]?(?:old\b|of[ ]age|o\b)|[mw]/o\b|mo[ ]?[mf]\b)"
_SEX = r"(?:[MF](?![\w.'\u2019/-])|[mf](?![\w.'\u2019/-]|[ ]\w)|[Mm]ale\b|[Ff]emale\b|MALE\b|FEMALE\b|W[MF]\b|BF\b|[Mm]an\b|[Ww]oman\b)"
_KIN = alternation("kin")
_UNIT = (
    r"(?![ \t]?(?i:%|mg|mcg|ml|l\b|kg|lbs?|cm|mm|m\b|units?|bpm|/|days?\b|d\b|hrs?\b|hours?\b|h\b|min|weeks?|wks?|months?|mos?\b|x\b|"
    r"fr\b|french|pack|ppd|[ap]\.?m\b|o'clock|times|cig|beers|drinks|degrees|atm)|[.:]\d|-\d|,\d{3}|\d|['\u2019]s)"
)
_ILLNESS = (
    r"(?:died|death|d\.|deceased|dx(?:'?d)?|diagnosed|onset|mi|cva|stroke|cancer|ca|chd|cad|cabg|dm2?|infarct(?:ion)?|bypass|disease|"
    r"menarche|menopause|married|widowed|divorced|quit|started|smoking|smoked|sober|retired|fracture|appendectomy|asthma|failure|"
    r"attack|episode|attempt|seizure|adhd|emigrated|left[ ]school|depression|[a-z]+(?:itis|oma|ectomy|emia|osis|iasis))"
)


def age_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of AGE."""
    return [
        FormRecognizer(
            "AGE",
            "clinsift_age",
            [
                ("years old", rf"{_OPEN}{_N}(?:[ ]?\u00bd|[ ]1/2|[ ]\d\d?/12)?(?={_YEARS})", 0.95),
                ("scanned, years old", r"(?<![\w.,/])(?:\d[lOI]|[lI]\d)(?=[ -]?(?:y/?o|year))", 0.8),
                ("months, weeks or days old", rf"{_OPEN}{_N}(?={_MONTHS})", 0.95),
                ("years and months", rf"{_OPEN}\d{{1,2}}(?=[ ]?y(?:(?:ea)?rs?)?[ ,]{{0,2}}\d{{1,2}}[ ]?mo)", 0.8),
                ("months after years", rf"{_OPEN}(?<=\d[ ]?y(?:(?:ea)?rs?)?[ ,]{{1,2}})\d{{1,2}}(?=[ ]?mo)", 0.8),
                (
                    "number and sex",
                    rf"{_OPEN}(?<!(?i:temp|fr|foley|walks|walked|t)[ ])(?:1[5-9]|[2-9]\d)(?=[ ]?(?:y|yr)?[ ,]?{_SEX})(?!F[ ](?:sheath|cath|pig|\())",
                    0.72,
                ),
                (
                    "sex and number",
                    r"(?<![\w/.])(?:[MF]|[mf](?=/)|[Mm]ale|[Ff]emale)[ ]?[,/][ ]?\K[1-9]\d?(?![\w/.:%]|-\d)",
                    0.85,
                ),
                ("number, slash and sex", rf"{_OPEN}[1-9]\d?(?=[ ]?/[ ]?[MF]\b)", 0.85),
                ("sex, blanks, number", r"(?<=[ ]{2,}|^|\|[ ])[MF][ ]{1,4}\K[1-9]\d?(?=[ ]{2,}|$|[ ]?[|])", 0.7),
                (
                    "after a label",
                    rf"(?i)\bage[sd]?(?:[ ]?/[ ]?sex)?[ \t]*[:=.]{{0,20}}[ \t]{{0,12}}(?:[mf]/)?(?:of[ ])?(?<!page[ ]{{0,4}})\K(?:{_N}(?![\w/]|\.\d|-\d)(?![ ]of)|{_WORD}\b)",
                    0.9,
                ),
                (
                    "second after ages",
                    rf"{_OPEN}(?<=\b[Aa]ges[ ]\d{{1,3}}(?:,[ ]\d{{1,3}})?,?(?:[ ]and|,|[ ]&)[ ]){_N}(?!\w)",
                    0.85,
                ),
                ("words", rf"(?i)(?<![\w-]){_WORD}(?=[ -]years?[- ]old|[ -](?:months?|weeks?)[ -]old)", 0.95, "year years month months week weeks"),
                (
                    "decade of life",
                    r"(?i)\b(?:in|into|since)[ ](?:his|her|their|my|your)[ ](?:(?:early|mid|late)[- ])?\K(?:['\u2019]?[1-9]0['\u2019]?s|teens|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b",
                    0.95,
                ),
                (
                    "early or late decade",
                    r"(?i)\b(?:early|mid|late)[- ]\K(?:[2-9]0s|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b",
                    0.6,
                ),
                ("Latin word", r"(?i)(?<!\w)(?:octo|nona|septua|cente|sexa)(?:ge)?narian\b", 0.9),
                (
                    "after a birth date",
                    r"(?=\d)(?<=[/.-](?:19|20)\d\d[ ]{1,4}\(|(?i:dob|born|birth)[^\n]{6,24}(?:[ ]/[ ]|[ ]\())[1-9]?\d(?=[ ]?(?:y|yr|yrs|y/?o|y\.o\.|[MF]|years)?\b[^)\n]{0,6}\)|[ \t]*$)",
                    0.85,
                ),
            ],
        ),
        FormRecognizer(
            "AGE",
            "clinsift_age_in_story",
            [
                (
                    "relative and number",
                    rf"{_OPEN}(?<=\b(?i:{_KIN})(?:[ ]\p{{Lu}}[\p{{L}}'\u2019-]+){{0,2}}(?:,[ ]?|[ ]\()(?:age[ ])?)[1-9]?\d(?=[,;.:)]|[ ](?:and|&)[ ])(?!\.\d)",
                    0.8,
                ),
                (
                    "title, name and number",
                    rf"{_OPEN}(?<=\b(?:Mr|Mrs|Ms|Miss)\.?[ ]\p{{Lu}}[\p{{L}}'\u2019-]+(?:[ -]\p{{Lu}}[\p{{L}}'\u2019-]+)?(?:,[ ]|[ ]is[ ]|[ ]\()(?:now[ ])?(?:age[ ])?)[1-9]\d(?=[,;.) ]){_UNIT}",
                    0.85,
                ),
                (
                    "name, number, comma",
                    rf"{_OPEN}(?<=\b\p{{Lu}}\p{{Ll}}+(?:[ -]\p{{Lu}}\.?[\p{{L}}'\u2019]*)+,[ ])[1-9]\d(?=,[ ]\p{{Ll}}|[ ]--)",
                    0.6,
                ),
                (
                    "turns",
                    rf"(?i)\b(?:turn(?:s|ed|ing)|(?:she|he|patient|pt)[ ]is)[ ](?:now[ ])?\K(?:[1-9]\d|{_TENS}(?:-{_ONES})?)(?=[,;.]|[ ]on\b|[ ]and[ ])(?!\.\d)",
                    0.75,
                ),
                (
                    "illness or death at",
                    rf"{_OPEN}(?<=\b(?i:{_ILLNESS}[ ](?:of[ ][a-z]+[ ](?:[a-z]+[ ])?)?(?:suddenly[ ])?(?:at|@)(?:[ ]age)?[ ]))[1-9]?\d{_UNIT}",
                    0.75,
                ),
                (
                    "family history",
                    rf"{_OPEN}(?<=\b(?i:(?:[mf]|mother|father|mom|dad|sister|brother|sis|bro|[mp]g[mf])[ ](?:died|d\.|dec\.?|living|alive|a&w)[ ](?:at[ ]|age[ ])?))[1-9]\d\b(?!/|:|[ ]?%|\.\d)",
                    0.85,
                ),
                ("after dx", rf"{_OPEN}(?<=\b(?i:dx'?d?|d\.)[ ](?:at[ ]|age[ ])?)[1-9]\d(?=[,;.)\n]|[ ]?$)", 0.65),
                (
                    "children",
                    rf"{_OPEN}(?<=\b(?i:kids?|children|sons|daughters|boys|girls|sibs?|siblings|grandkids)[ ,]{{0,2}}[ (](?:ages?[ ])?(?:\d{{1,2}}[ ]?(?:,|&|and|\+)[ ]?){{0,2}})\d{{1,2}}(?=[ ]?(?:,|&|and|\)|\+|\.|;|$)){_UNIT}",
                    0.75,
                ),
            ],
        ),
    ]
