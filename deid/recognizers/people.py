"""Names in their surest forms, after titles and labels or before degrees; login names and initials of a dictation."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation, gate

# A word of a name in title case ("McNeil", "O'Shea-Ruiz") and in capitals; a possessive 's stays outside.
_TITLE = r"(?:(?:[OD]['\u2019])?\p{Lu}(?:\p{L}|[\u02bb](?=\p{L})|['\u2019](?=\p{L}{2})|-(?=\p{Lu}))*\p{Ll}\b)"
_UPPER = r"(?:\p{Lu}(?:\p{Lu}|['\u2019\u02bb](?=\p{Lu}{2})|-(?=\p{Lu}))+(?!\p{Ll}))"
_INITIALS = r"(?:\p{Lu}\.[ ]?){1,3}"
_PARTICLE = r"(?:(?:van|der|den|de|la|del|los|von|al-|el-|ben|bin|dos|da|di|le|vd|ter|ten|St\.)[ ]?){0,3}"
_SURNAME = rf"{_PARTICLE}{_TITLE}"
_GIVEN = rf"(?:{_TITLE}[ ]|{_INITIALS}[ ]?|\p{{Lu}}[ ])"
_FULL = rf"(?:{_GIVEN}){{0,3}}{_SURNAME}"
_UPPER_FULL = rf"(?:(?:{_UPPER}|\p{{Lu}}\.?)[ ]){{0,3}}{_UPPER}"
_LAST_FIRST = rf"(?:{_SURNAME}(?:[ ]{_TITLE})?,[ ]?{_TITLE}|{_UPPER}(?:[ ]{_UPPER}){{0,2}},[ ]?{_UPPER})(?:[ ](?:{_TITLE}|{_UPPER}|\p{{Lu}}\b\.?)){{0,2}}"
_AT_END = r"(?=[ ]?(?:[,;|(/)\[]|$|[ \t]{2}|\t|[ ]-))"  # what ends a field
_CREDENTIAL = alternation("credentials")
_NO_NAME = rf"(?!(?i:{alternation('no_names')})(?![\p{{L}}'\u2019-])|{_CREDENTIAL}(?!\w))"
_KIN = alternation("kin")
_STAFF = (
    r"(?:attending(?:[ ]physician|[ ]md)?|surgeons?|assistants?|anesthesiologist|resident|fellow|intern|consultant|pcp|provider|"
    r"(?:ordering|referring)(?:[ ](?:provider|physician|md))?|ref(?:erring)?[ ]md|physician|pathologist|radiologist|interpreter|"
    r"(?:electronically[ ]|e-?)?signed(?:[ ]by)?|(?:dictated|transcribed|cosigned|reviewed|read|requested|ordered|performed|seen)[ ]by|"
    r"nurse|clinician|therapist|case[ ]manager|social[ ]worker|technologist|scribe|author|examiner|recorder|circulator|"
    r"coordinator|prescriber|attn|md|rn)"
)
_SIGNING = r"(?:(?:electronically[ ]|e-?)?signed|dictated|transcribed|reviewed|performed|interpreted|verified|approved)"

_PAIR = r"[A-Za-z]{2,6}(?:[/:][A-Za-z0-9]{2,8}){1,2}"
_NO_PAIR = rf"(?!(?i:[A-Za-z/:]{{0,7}}?\b{alternation('no_initials')}\b))"
_USER_LABEL = (
    r"(?:e-?sig(?:ned|nature)?|elec(?:tronic)?(?:ally)?[ ]sig(?:ned)?|signed|co-?signe?d?|typed|scribed?|log-?in|user(?:name)?|"
    r"user[ ]id|printed|transcribed|trans|dict(?:ated)?|portal[ ]user|agent|txn|recorder|entered|addendum|posted[ ]as|handle|uid)"
)
_USER_GATE = (
    "e esig esigned elec electronic electronically signed cosign cosigned co typed scribe scribed log login user username printed "
    "transcribed trans dict dictated portal agent txn recorder entered addendum posted handle uid"
)
_USER = r"@?(?:[a-z]{1,16}[._][a-z0-9._-]{1,14}|[a-z]{2,16}\d{1,6}[a-z]{0,3})(?![\w@]|[.-]\w)"


def people_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of DOCTOR, PATIENT, RELATIVE and USERNAME."""
    return [
        FormRecognizer(
            "DOCTOR",
            "clinsift_doctor",
            [
                (
                    "after Dr",
                    rf"(?<!\w)D(?:rs?|R|RS)\b\.?[ \n]\K{_NO_NAME}(?:{_FULL}|(?:{_INITIALS}[ ]?)?{_UPPER})(?!\w)",
                    0.92,
                ),
                ("second after Drs", rf"(?<=\bDrs\.?[ ]{_TITLE}(?:,|[ ]and|[ ]&)[ ]){_NO_NAME}{_SURNAME}", 0.85, "drs"),
                (
                    "before a degree",
                    rf"(?r)(?<![\w'\u2019-]){_NO_NAME}(?:{_GIVEN}){{0,3}}{_SURNAME}(?=,?[ ]{{0,3}}{_CREDENTIAL}(?!\w))(?=[ ,])",
                    0.88, gate("credentials")),
                (
                    "capitals before a degree",
                    rf"(?r)(?<![\w'\u2019-]){_NO_NAME}(?:{_UPPER}|\p{{Lu}}\.)[ ](?:\p{{Lu}}\.?[ ])?{_UPPER}(?=,[ ]{_CREDENTIAL}(?!\w))(?=,)",
                    0.8,
                ),
                (
                    "after a label",
                    rf"(?<![\w-])(?i:{_STAFF})[ \t.]{{0,12}}:[ \t]*(?:Dr\.?[ ])?\K{_NO_NAME}(?:{_LAST_FIRST}|{_FULL}|{_UPPER_FULL}){_AT_END}(?<!,[ ]?{_CREDENTIAL})",
                    0.75,
                ),
                (
                    "after a signing verb",
                    rf"(?i:\b{_SIGNING}[ ]by)[ \t:]{{1,8}}(?:Dr\.?[ ])?\K{_NO_NAME}(?:{_GIVEN}){{1,3}}{_SURNAME}",
                    0.85,
                ),
                ("after /s/", rf"/e?s/[ ]\K{_NO_NAME}{_FULL}", 0.85, "s es"),
                (
                    "after a role",
                    rf"(?<![\w-])(?:RN|NP|RT|CNA|LPN|PharmD|LCSW|Nurse|Chaplain|Officer|Ofc\.?|Deputy|Trooper|Sgt\.?|Det\.?)[ ]\K{_NO_NAME}(?:{_GIVEN})?{_TITLE}(?=[,.;)]|[ ][a-z(])",
                    0.65,
                ),
            ],
        ),
        FormRecognizer(
            "PATIENT",
            "clinsift_patient",
            [
                (
                    "after a label",
                    rf"(?<![\w-])(?:(?i:(?:patient|pt)(?:[ ]name)?|name|decedent)|RE|Re)[ \t.]{{0,20}}:[ \t]*(?i:mr|mrs|ms|miss)?\.?[ ]?\K"
                    rf"{_NO_NAME}(?:{_LAST_FIRST}|{_FULL}|{_UPPER_FULL}){_AT_END}",
                    0.85,
                ),
                (
                    "last, first before an identifier",
                    rf"(?r)(?<![\w'\u2019-]){_NO_NAME}{_LAST_FIRST}(?=[ \t]{{2,24}}(?:\(|MRN|MR\#|DOB|D\.O\.B|[0-9]{{1,3}}[ ]?[MFmfy]\b))(?=[ \t]{{2}})",
                    0.85,
                ),
                (
                    "after a title",
                    rf"(?<!\w)(?:(?:Mr|Mrs|Ms|Miss)\.?[ \n]\K{_NO_NAME}{_FULL}|(?:MR|MRS|MS)\.?[ \n]\K{_NO_NAME}{_UPPER}(?!\w))",
                    0.7,
                ),
            ],
        ),
        FormRecognizer(
            "RELATIVE",
            "clinsift_relative",
            [
                ("after kin", rf"(?<![\w-])(?i:{_KIN})(?:,|[ ]?:)?[ ]\K{_NO_NAME}(?:{_GIVEN}){{0,2}}{_TITLE}", 0.75, gate("kin")),
                (
                    "before kin",
                    rf"(?r)(?<![\w'\u2019-]){_NO_NAME}(?:{_GIVEN}){{0,2}}{_TITLE}(?=[ ]\((?i:{_KIN})\b)(?=[ ]\()",
                    0.75, gate("kin")),
            ],
        ),
        FormRecognizer(
            "USERNAME",
            "clinsift_username",
            [
                (
                    "after a label",
                    rf"(?<![\w-])(?i:{_USER_LABEL})(?:[ ]by)?[ \t.]{{0,10}}:?[ \t\[(/]{{1,12}}\K{_USER}",
                    0.85, _USER_GATE),
                (
                    "word after a label",
                    r"(?<![\w-])(?i:e-?sig(?:ned)?|elec[ ]sig|log-?in|user(?:name)?|typed(?:[ ]by)?|printed[ ]by|scribe|txn|cosign)[ \t:]{1,6}\K"
                    r"(?!provider|patient|nurse|electronic)[a-z]{4,14}(?=[ ]{2,}|[ ]?$|[ ]\d{1,2}[/-]|\))",
                    0.7, _USER_GATE),
                (
                    "capitals after a label",
                    r"(?<![\w-])(?i:sign(?:ed)?|e-?signed|printed|cosign(?:ed)?|entered)[ ](?i:by[ ])\K[A-Z]{4,12}\d{0,2}(?=[ ]{1,3}(?:on[ ])?(?:\d|FROM|from))",
                    0.75, "sign signed e esigned printed cosign cosigned entered"),
                (
                    "initials of a dictation",
                    rf"(?<![^\s])(?=[A-Za-z]{{2,6}}[/:])(?<=^[ \t]{{0,80}}|[ \t]{{2}}){_NO_PAIR}{_PAIR}(?=[ \t]*$|[ \t]{{2,}}|[ \t]+(?i:job|d:|t:|dict|d[ ]?\d))",
                    0.6,
                ),
                ("slash and initials", r"(?<=[ \t]{2}|^|MD |DO )/\K[a-z]{2,4}\d?(?=[ \t]*$|[ \t]{2,})", 0.6),
                ("handle", r"@(?<![\w@.]@)(?=[a-z._]*[\d_])[a-z][\w.]{3,20}(?!\w)", 0.75),
                ("handle with a number", r"(?r)(?<!\w)[a-z][a-z._]{2,20}\#\d{4}(?!\w)", 0.75),
                ("domain and user", r"(?<!\w)[A-Z][A-Z0-9-]{2,15}\\[a-z][\w.]{2,15}(?!\w)", 0.85),
            ],
        ),
    ]
