"""Ages of persons: the number, or the words, without the unit."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation

_N = r"(?:1[01]\d|[1-9]?\d)"
_OPEN = r"(?<![\w.,/$#:+\u00b0-]|(?i:\bx)[ ])"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_WORD = (
    rf"(?:{_TENS}(?:[ -]{_ONES})?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_ONES}|"
    rf"(?:one|a)[ -]hundred(?:[ -](?:and[ -])?{_ONES})?)"
)
_YEARS = (
    r"[ \t]?-?[ \t\n]?(?:y(?:ea)?rs?\.?[ \t]?-?\n?(?:o\b|of[ ]age|olds?)|y[./ ]?o\b|y\.[ ]?o\.|y/o|yo[mfMF]?\b|yowm|years?[- \n]olds?|years?[- ]young)"
)
_SEX = r"(?:[mMfF]\b(?![./'\u2019-]\w)|[Mm]ale\b|[Ff]emale\b|MALE\b|FEMALE\b|[WBHA][MF]\b|w[mf]\b|b[mf]\b|[Mm]an\b|[Ww]oman\b)"
_KIN = alternation("kin")
_NOT_MEASURE = r"(?![ \t]?(?:%|mg|mcg|ml|mL|kg|lb|cm|mm|m\b|units?|mmHg|bpm|/|days?\b|d\b|hrs?\b|hours?\b|h\b|min|weeks?[ ]ago|x\b|\.\d|-\d|F\b|Fr\b|French|pack|ppd|pm\b|am\b|:|wk|yrs?\b[ ](?:ago|hx)|years?[ ]ago|times|cig|beers|drinks))"


def age_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of AGE."""
    return [
        FormRecognizer(
            "AGE",
            "clinsift_age",
            [
                ("years old", rf"{_OPEN}{_N}(?:[ ]?[\u00bd]|[ ]1/2|[ ]\d\d?/12)?(?={_YEARS})", 0.95),
                ("OCR years old", r"(?<![\w.,/])(?:\d[lOI]|[lI]\d)(?=[ -]?(?:y/?o|year))", 0.8),
                (
                    "months, weeks or days old",
                    rf"(?i){_OPEN}{_N}(?=[ -]?(?:m(?:o(?:nth)?s?)?|w(?:ee)?ks?|days?|d|mos)[ -]?(?:\.|of[ ])?[ -]?(?:old|o\b|of[ ]age|age\b))",
                    0.95,
                ),
                ("year and month", rf"(?i){_OPEN}{_N}(?=[ ]?(?:y(?:ea)?r?s?)[ ]?,?[ ]?\d{{1,2}}[ ]?mo)|(?<=\b\d{{1,2}}[ ]?(?:y(?:ea)?r?s?)[ ]?,?[ ]?)\d{{1,2}}(?=[ ]?mo)", 0.85),
                ("number and sex", rf"{_OPEN}(?<!(?i:temp|fr|foley|t)[ ])[1-9]\d?(?=(?:[ ]?|[ ]?(?:yr|y)[ ,]?[ ]?){_SEX})(?!m[ ,;)]?(?:\d|of|away|walk))", 0.75),
                ("sex and number", rf"(?<![\w/.])(?:[MF]|[mf](?=/)|[Mm]ale|[Ff]emale)[ ]?[,/][ ]?\K[1-9]\d?(?![\w/.:%]|-\d)", 0.85),
                ("sex, blanks, number", rf"(?<=[ ]{{2,}}|^|\|[ ])[MF][ ]{{1,4}}\K[1-9]\d?(?=[ ]{{2,}}|$|[ ]?[|])", 0.7),
                ("label", rf"(?i)\b(?:age|aged)(?:[ ]?/[ ]?sex)?[ \t]*[:=.]{{0,20}}[ \t]{{0,12}}(?:[mf]/)?(?:of[ ])?\K(?:{_N}(?![\w/]|\.\d|-\d)|{_WORD}\b)", 0.92),
                ("at the age", rf"(?i)\bages[ ]\K{_N}(?!\w)|(?<=\bages[ ]\d{{1,3}}(?:,[ ]\d{{1,3}})?(?:,)?(?:[ ]and|,|[ ]&)[ ]){_N}(?!\w)", 0.9),
                ("words", rf"(?i)(?<![\w-]){_WORD}(?=[ -]years?[- ]old|[ -]?(?:months?|weeks?|days?)[ -]old)", 0.95),
                ("decade of life", rf"(?i)\b(?:in|into)[ ](?:(?:his|her|their|my|your)[ ])(?:(?:early|mid|late)[- ])?\K(?:['\u2019]?[1-9]0['\u2019]?s|teens|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b", 0.95),
                ("decade of life, early or late", r"(?i)\b(?:early|mid|late)[- ]\K(?:[2-9]0s)\b", 0.75),
                ("half and words", r"(?i)(?<!\w)(?:octo|nona|septua|cente|sexa)(?:ge)?narian\b", 0.9),
                (
                    "after birth date",
                    r"(?<=(?:/|-|[ ])(?:19|20)?\d\d[ ]{1,4})\((?:age[ ])?\K[1-9]?\d(?=(?:[ ]?(?:y|yr|yrs|y/?o|y\.o\.|[MF]|years)\b[^)\n]{0,6})?\))|"
                    r"(?<=(?i:dob|born|birth)[^\n]{6,22}[ ]/[ ])[1-9]?\d(?!\w|/)",
                    0.85,
                ),
            ],
        ),
        FormRecognizer(
            "AGE",
            "clinsift_age_in_story",
            [
                ("relative and number", rf"(?i)\b{_KIN}(?:[ ](?-i:\p{{Lu}}[\p{{L}}'\u2019-]+)){{0,2}}(?:,[ ]?|[ ]\()(?:age[ ])?\K[1-9]?\d(?=[,;.)]|[ ]?(?:and|&)[ ])(?!\.\d)", 0.8),
                ("name and number", rf"\b(?:Mr|Mrs|Ms|Miss)\.?[ ]\p{{Lu}}[\p{{L}}'\u2019-]+(?:[ -]\p{{Lu}}[\p{{L}}'\u2019-]+)?(?:,[ ]|[ ]is[ ])(?:now[ ])?(?:age[ ])?\K(?:[1-9]\d|{_WORD})(?=[,;.) ])(?![ ]?%){_NOT_MEASURE}", 0.85),
                ("turns", rf"(?i)\b(?:turn(?:s|ed|ing)|she['\u2019]?s|he['\u2019]?s|(?:she|he|patient|pt)[ ]is)[ ](?:now[ ])?\K(?:[1-9]\d|{_TENS}(?:-{_ONES})?)(?=[,;.]|[ ]on\b|[ ]and[ ])(?!\.\d)", 0.8),
                (
                    "illness or death at",
                    rf"(?i)\b(?:died|death|d\.|dec(?:eased)?|dx(?:'?d)?|diagnosed|onset|mi|cva|stroke|cancer|ca|chd|cad|cabg|dm2?|infarct(?:ion)?|bypass|disease|menarche|menopause|"
                    rf"married|widowed|divorced|quit|started|smok(?:ing|ed)|sober|retired|fracture|appendicitis|appendectomy|asthma|psoriasis|leukemia|dementia|failure|attack|"
                    rf"[a-z]+(?:itis|oma|ectomy|emia|osis))[ ](?:of[ ][a-z]+[ ](?:[a-z]+[ ])?)?(?:suddenly[ ])?(?:at|@)(?:[ ]age)?[ ]\K(?:[1-9]?\d|{_TENS}(?:-{_ONES})?)\b(?!/|:|\.\d|-\d|\d|['\u2019]s|,\d{{3}}|[ ]?[ap]\.?m\b|[ ]?(?:%|mg|mL|ml|L\b|units|hours|h\b|bpm|cm|mm|weeks|wks|days|months|mo\b|min|degrees|pm|am|o'clock))",
                    0.75,
                ),
                ("family history", rf"(?i)\b(?:(?:M|F|mother|father|mom|dad|sister|brother|sis|bro|[MP]G[MF])[ ])(?:died|d\.|dec\.?|living|alive|a&w)[ ](?:at[ ]|age[ ])?\K[1-9]\d\b(?!/|:|[ ]?%|\.\d)", 0.85),
                ("dx", r"(?i)\bdx['\u2019]?d?[ ](?:at[ ]|age[ ])?\K[1-9]\d(?=[,;.)\n]|[ ]?$)", 0.7),
                ("children", r"(?i)\b(?:kids?|children|sons|daughters|boys|girls|sibs?|siblings|grandkids)[ ,]{0,2}[ (](?:ages?[ ])?\K\d{1,2}(?=[ ]?(?:,|&|and|\)|\+)[ ]?)(?![ ]?(?:%|mg))|(?<=\b(?:kids?|children|sons|daughters|boys|girls|sibs?|siblings)[ ,]{0,2}[ (]\d{1,2}(?:,[ ]?\d{1,2})?[ ]?(?:,|&|and|\+)[ ](?:and[ ])?)\d{1,2}(?=[ ).,;]|$)(?![ ]?(?:%|mg))", 0.8),
            ],
        ),
    ]
