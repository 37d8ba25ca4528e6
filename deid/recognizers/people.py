"""Names in their surest forms, after titles and labels or before degrees; login names, initials of dictations."""

from __future__ import annotations

from deid.recognizers.base import Form, FormRecognizer
from deid.recognizers.words import alternation, first_words

# A word of a name in title case ("McNeil", "O'Shea-Ruiz") and in capitals; a possessive 's stays outside.
_TITLE = r"(?:(?:[OD]['\u2019])?\p{Lu}(?:\p{L}|\u02bb(?=\p{L})|['\u2019](?=\p{L}{2})|-(?=\p{Lu}))*\p{Ll}\b)"
_UPPER = r"(?:\p{Lu}(?:\p{Lu}|['\u2019\u02bb](?=\p{Lu}{2})|-(?=\p{Lu}))+(?!\p{Ll}))"
_INITIALS = r"(?:\p{Lu}\.[ ]?){1,3}"
_PARTICLE = r"(?:(?:van|der|den|de|la|del|los|von|al-|el-|ben|bin|dos|da|di|le|vd|ter|ten|St\.)[ ]?){0,3}"
_SURNAME = rf"{_PARTICLE}{_TITLE}"
_GIVEN = rf"(?:{_TITLE}[ ]|{_INITIALS}[ ]?|\p{{Lu}}[ ])"
_FULL = rf"(?:{_GIVEN}){{0,3}}{_SURNAME}"
_UPPER_FULL = rf"(?:(?:{_UPPER}|\p{{Lu}}\.?)[ ]){{0,3}}{_UPPER}"
_LAST_FIRST = (
    rf"(?:{_SURNAME}(?:[ ]{_TITLE})?,[ ]?{_TITLE}|{_UPPER}(?:[ ]{_UPPER}){{0,2}},[ ]?{_UPPER})"
    rf"(?:[ ](?:{_TITLE}|{_UPPER}|\p{{Lu}}\b\.?)){{0,2}}"
)
_FIELD_END = r"(?=[ ]?(?:[,;|(/)\[]|$|[ \t]{2}|\t|[ ]-))"
_NOT_INSIDE = r"(?<![\w'\u2019-])"
_DEGREE = alternation("credentials")
_NO_NAME = rf"(?!(?i:{alternation('no_names')})(?![\p{{L}}'\u2019-])|{_DEGREE}(?!\w))"

_NO_PAIR = rf"(?!(?i:[A-Za-z/:]{{0,7}}?\b{alternation('no_initials')}\b))"
_USER = r"@?(?:[a-z]{1,16}[._][a-z0-9._-]{1,14}|[a-z]{2,16}\d{1,6}[a-z]{0,3})(?![\w@]|[.-]\w)"
_USER_LABEL = rf"(?<![\w-])(?i:{alternation('user_labels')})"
_USER_LABELS = first_words("user_labels")


def people_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of DOCTOR, PATIENT, RELATIVE and USERNAME."""
    return [_doctor(), _patient(), _relative(), _username()]


def _doctor() -> FormRecognizer:
    title = rf"(?<!\w)D(?:rs?|R|RS)\b\.?[ \n]\K{_NO_NAME}(?:{_FULL}|(?:{_INITIALS}[ ]?)?{_UPPER})(?!\w)"
    second = rf"Drs\.?[ ]{_TITLE}(?:,|[ ]and|[ ]&)[ ]\K{_NO_NAME}{_SURNAME}"
    degree = rf"(?={_DEGREE}(?!\w))(?<={_NOT_INSIDE}{_NO_NAME}(?P<value>(?:{_GIVEN}){{0,3}}{_SURNAME}),?[ ]{{1,3}})\w"
    degree_upper = (
        rf"(?={_DEGREE}(?!\w))(?<={_NOT_INSIDE}{_NO_NAME}"
        rf"(?P<value>(?:{_UPPER}|\p{{Lu}}\.)[ ](?:\p{{Lu}}\.?[ ])?{_UPPER}),[ ])\w"
    )
    label = (
        rf"(?<![\w-])(?i:{alternation('staff_labels')})[ \t.]{{0,12}}:[ \t]*(?:Dr\.?[ ])?\K"
        rf"{_NO_NAME}(?:{_LAST_FIRST}|{_FULL}|{_UPPER_FULL}){_FIELD_END}(?<!,[ ]?{_DEGREE})"
    )
    signing = (
        rf"(?i:{alternation('signing_verbs')}[ ]by)[ \t:]{{1,8}}(?:Dr\.?[ ])?\K{_NO_NAME}(?:{_GIVEN}){{1,3}}{_SURNAME}"
    )
    role = rf"(?<![\w-]){alternation('staff_titles')}[ ]\K{_NO_NAME}(?:{_GIVEN})?{_TITLE}(?=[,.;)]|[ ][a-z(])"
    return FormRecognizer(
        "DOCTOR",
        "clinsift_doctor",
        [
            Form("after Dr", title, 0.92, "dr drs", True),
            Form("second after Drs", second, 0.85, "drs", True),
            Form("before a degree", degree, 0.85, first_words("credentials"), True),
            Form("capitals before a degree", degree_upper, 0.8, first_words("credentials"), True),
            Form("after a label", label, 0.75, first_words("staff_labels"), True),
            Form("after a signing verb", signing, 0.85, first_words("signing_verbs"), True),
            Form("after /s/", rf"e?s/[ ]\K{_NO_NAME}{_FULL}", 0.85, "s es", True),
            Form("after a role", role, 0.65, first_words("staff_titles"), True),
        ],
    )


def _patient() -> FormRecognizer:
    label = (
        r"(?<![\w-])(?:(?i:(?:patient|pt)(?:[ ]name)?|name|decedent)|RE|Re)[ \t.]{0,20}:[ \t]*(?i:mr|mrs|ms|miss)"
        r"?\.?[ ]?\K"
        rf"{_NO_NAME}(?:{_LAST_FIRST}|{_FULL}|{_UPPER_FULL}){_FIELD_END}"
    )
    before_id = (
        rf"(?:(?=MRN|MR\#|DOB|D\.O\.B)|(?<=\d{{1,3}}[ ]?)(?=[MFmfy]\b))"
        rf"(?<={_NOT_INSIDE}{_NO_NAME}(?P<value>{_LAST_FIRST})[ \t]{{2,24}}\(?(?:\d{{1,3}}[ ]?)?)\w"
    )
    title = rf"(?<!\w)(?:(?:Mr|Mrs|Ms|Miss)\.?[ \n]\K{_NO_NAME}{_FULL}|(?:MR|MRS|MS)\.?[ \n]\K{_NO_NAME}{_UPPER}(?!\w))"
    return FormRecognizer(
        "PATIENT",
        "clinsift_patient",
        [
            Form("after a label", label, 0.85, "patient pt name decedent re", True),
            Form("last, first before an identifier", before_id, 0.85, "mrn mr dob d m f y", True),
            Form("after a title", title, 0.7, "mr mrs ms miss", True),
        ],
    )


def _relative() -> FormRecognizer:
    kin, words = alternation("kin"), first_words("kin")
    after = rf"(?<![\w-])(?i:{kin})(?:,|[ ]?:)?[ ]\K{_NO_NAME}(?:{_GIVEN}){{0,2}}{_TITLE}"
    before = rf"(?<=[ ]\()(?i:{kin})\b(?<={_NOT_INSIDE}{_NO_NAME}(?P<value>(?:{_GIVEN}){{0,2}}{_TITLE})[ ]\([\w-]+)"
    return FormRecognizer(
        "RELATIVE",
        "clinsift_relative",
        [Form("after kin", after, 0.75, words, True), Form("before kin", before, 0.75, words, True)],
    )


def _username() -> FormRecognizer:
    word = r"(?!provider|patient|nurse|electronic)[a-z]{4,14}(?=[ ]{2,}|[ ]?$|[ ]\d{1,2}[/-]|\))"
    initials = (
        rf"[/:](?<=(?:^[ \t]{{0,80}}|[ \t]{{2}})(?P<begin>{_NO_PAIR}[A-Za-z]{{2,6}})[/:])[A-Za-z0-9]{{2,8}}(?:[/:]"
        rf"[A-Za-z0-9]{{2,8}})?"
        r"(?=[ \t]*$|[ \t]{2,}|[ \t]+(?i:job|d:|t:|dict|d[ ]?\d))"
    )
    return FormRecognizer(
        "USERNAME",
        "clinsift_username",
        [
            Form(
                "after a label",
                rf"{_USER_LABEL}(?:[ ]by)?[ \t.]{{0,10}}:?[ \t\[(/]{{1,12}}\K{_USER}",
                0.85,
                _USER_LABELS,
                True,
            ),
            Form("word after a label", rf"{_USER_LABEL}(?:[ ]by)?[ \t:]{{1,6}}\K{word}", 0.65, _USER_LABELS, True),
            Form(
                "capitals after a label",
                rf"{_USER_LABEL}[ ](?i:by[ ])\K[A-Z]{{4,12}}\d{{0,2}}(?=[ ]{{1,3}}(?:on[ ])?(?:\d|FROM|from))",
                0.75,
                _USER_LABELS,
                True,
            ),
            Form("initials of a dictation", initials, 0.6),
            Form("slash and initials", r"/(?<=[ \t]{2}/|^/|MD /|DO /)\K[a-z]{2,4}\d?(?=[ \t]*$|[ \t]{2,})", 0.6),
            Form("handle", r"@(?<![\w@.]@)(?=[a-z._]*[\d_])[a-z][\w.]{3,20}(?!\w)", 0.75),
            Form("handle with a number", r"(?r)(?<!\w)[a-z][a-z._]{2,20}\#\d{4}(?!\w)", 0.75),
            Form("domain and user", r"(?<!\w)[A-Z][A-Z0-9-]{2,15}\\[a-z][\w.]{2,15}(?!\w)", 0.85),
        ],
    )
