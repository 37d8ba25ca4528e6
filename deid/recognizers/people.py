"""Names in their surest forms, after titles and labels or before degrees; login names and initials of a dictation."""

from __future__ import annotations

from deid.recognizers.base import FormRecognizer
from deid.recognizers.words import alternation

_CAP = r"\p{Lu}(?:[\p{L}\u02bb]|['\u2019\u02bb-](?=\p{L}))*"
_WORD = r"(?:\p{Lu}(?:['\u2019\u02bb-]?\p{L}+)+(?:-\p{Lu}\p{L}+)*)"
_PARTICLE = r"(?:van|der|den|de|la|del|los|von|al-|el-|ben|bin|dos|da|di|le|St\.|O['\u2019]|vd|ter|ten|y|VAN|DER|DE|LA|DEL|VON|AL-|DOS|DA|ST\.)"
_GIVEN = rf"(?:{_WORD}|\p{{Lu}}\.(?:[ ]?\p{{Lu}}\.)?|\p{{Lu}}(?=[ ]\p{{Lu}}))"
_SURNAME = rf"(?:(?:{_PARTICLE}[ ]?){{0,3}}{_WORD})"
_FULL = rf"(?:{_GIVEN}[ ]){{0,3}}{_SURNAME}(?:,?[ ](?:Jr|Sr|III|II|IV)\b\.?)?"
_LAST_FIRST = rf"{_SURNAME}(?:[ ]{_WORD})?,[ ]?{_WORD}(?:[ ](?:{_WORD}|\p{{Lu}}\b\.?)){{0,2}}"
_NO_WORD = (
    r"(?!(?:Date|DOB|Name|Age|Sex|Patient|Dr|Doctor|Mr|Mrs|Ms|MRN|None|Unknown|See|The|He|She|Is|Was|Has|And|Or|Not|No|Yes|On|In|At|To|For|"
    r"Department|Clinic|Service|Medicine|Surgery|Emergency|Cardiology|Hospital|Team|Note|Notes|Summary|History|Same|Self|This|Presents|"
    r"Denies|States|Reports|Seen|Will|Continue|Stable|Room|Bed|Unit|Floor|ED|ICU|Admit|Admitted|Full|Location|Type|Date/Time|Signed|"
    r"DATE|NAME|AGE|SEX|PATIENT|NONE|SEE|THE|HE|SHE|IS|WAS|HAS|AND|OR|NOT|NO|YES|ON|IN|AT|TO|FOR|STATES|DENIES|REPORTS|SEEN|NOTE|DR|DX|HX|"
    r"Alert|Awake|Appears|Pt|PT|Med|Meds|Exam|Plan|If|It|We|I|They|You|Name:)\b)"
)
_CREDENTIAL = alternation("credentials")
_KIN = alternation("kin")
_STAFF = (
    r"(?:attending(?:[ ]physician|[ ]md)?|surgeon|assistant|anesthesi(?:a|ologist)|resident|fellow|intern|consultant|pcp|provider|"
    r"ordering(?:[ ](?:provider|physician|md))?|referring(?:[ ](?:provider|physician|md))?|ref(?:erring)?[ ]md|physician|pathologist|radiologist|"
    r"interpreter|electronically[ ]signed(?:[ ]by)?|e-?signed(?:[ ]by)?|signed(?:[ ]by)?|dictated(?:[ ]by)?|transcribed(?:[ ]by)?|cosigned(?:[ ]by)?|"
    r"reviewed[ ]by|read[ ]by|requested[ ]by|ordered[ ]by|performed[ ]by|seen[ ]by|nurse|rn|clinician|therapist|case[ ]manager|social[ ]worker|"
    r"technologist|tech|scribe|author|examiner|recorder|circulator|scrub|coordinator|prescriber|cc|attn|att|md)"
)
_LETTERS = r"(?:[A-Za-z]{2,5})"
_PAIR = r"[A-Za-z]{2,6}(?:[/:][A-Za-z0-9]{2,8}){1,2}"
_NO_PAIR = (
    r"(?!(?i:(?:po|iv|im|sc|sq|pr|pt|ot|gi|gu|cv|ed|er|hr|bp|rr|he|she|his|her|and|or|him|yes|no|os|od|rt|lt|us|ct|mri|na|cl|bun|cr|ast|alt|"
    r"wbc|hgb|hct|plt|tob|etoh|htn|dm|cad|chf|nc|at|rrr|nl|wnl|up|down|am|pm|low|high|med|meds|ap|lat|flu|rsv|ro|rx|dx|tx|hx|fx|sx|heent|"
    r"lung|heart|abd|ext|neuro|psych|skin|msk|ams|mg|ml|kg|cm|mm|phone|fax|tel|dob|age|sex|mrn|date|time|name|plan|note|imp|assess|"
    r"day|days|night|week|left|right|qd|bid|tid|prn|ms|mr|mom|dad|son|per|via|see|tab|cap|gait|bal|adl|iadl|nad|ros|pe|vs|id|icu|or|"
    r"http|https|std|sti|lab|labs|ob|gyn|ent|mod|min|sup|sob|cp|flex|ext|abd|add|int|pro|sup|inv|dl|dll|rll|lll|rul|lul)[/:]))"
)

_USER_LABEL = (
    r"(?:e-?sig(?:ned|nature)?|elec(?:tronic)?(?:ally)?[ ]sig(?:ned)?|signed|cosigned?|co-signed|typed|scribe|scribed|log-?in|user(?:name)?|user[ ]id|printed|"
    r"sent|transcribed|trans|dict(?:ated)?|portal[ ]user|agent|txn|recorder|entered|done|taken|tech|by|addendum|posted[ ]as|handle|uid)"
)
_USER = r"[@]?(?=[a-z0-9._#\\-]{3,24}(?![\w@.]\w|\w))(?:[a-z]{1,16}[._-][a-z0-9._-]{1,14}|[a-z]{2,16}\d{1,6}[a-z]{0,3})"


def people_recognizers() -> list[FormRecognizer]:
    """Return the recognizers of DOCTOR, PATIENT, RELATIVE and USERNAME."""
    return [
        FormRecognizer(
            "DOCTOR",
            "clinsift_doctor",
            [
                ("after Dr", rf"(?<!\w)D(?:rs?|RS?)\b\.?[ \n]\K{_NO_WORD}{_FULL}(?!\w)", 0.92),
                ("two after Drs", rf"(?<=\bDrs\.?[ ]{_WORD}(?:,|[ ]and|[ ]&)[ ]){_NO_WORD}{_SURNAME}(?!\w)", 0.85),
                ("before a degree", rf"(?<![\w'\u2019-]){_NO_WORD}(?:{_GIVEN}[ ]){{1,3}}{_SURNAME}(?=,?[ ]{{1,3}}{_CREDENTIAL}(?![\w]))", 0.88),
                ("last name before a degree", rf"(?<![\w'\u2019-]){_NO_WORD}{_WORD}(?=,?[ ](?:MD|M\.D\.|DO|D\.O\.|RN|NP|PA-C|PharmD|LCSW|LPN|CNA|RRT|DPT|ARNP|APRN|CRNA)\b)", 0.7),
                ("last, first before a degree", rf"(?<![\w'\u2019-]){_SURNAME},[ ]?{_WORD}(?:[ ]\p{{Lu}}\.?)?(?=,?[ ]{{1,3}}(?:MD|M\.D\.|DO|D\.O\.|RN|NP|PA-C|PharmD|LCSW|CRNA)\b)", 0.85),
                ("after a label", rf"(?<![\w-])(?i:{_STAFF})[ \t.]{{0,12}}:[ \t]*(?:Dr\.?[ ])?\K{_NO_WORD}(?:{_LAST_FIRST}|{_FULL})(?!\w)", 0.75),
                ("signed by", rf"(?i:\b(?:signed|dictated|transcribed|reviewed|read|performed|interpreted|verified|approved|seen)[ ]by)[ \t:]{{1,8}}(?:Dr\.?[ ])?\K{_NO_WORD}(?:{_GIVEN}[ ]){{1,3}}{_SURNAME}(?!\w)", 0.85),
                ("/s/", rf"(?<=/s/[ ]|/es/[ ]){_FULL}(?!\w)", 0.85),
                ("nurse and name", rf"(?<![\w-])(?:RN|NP|RT|CNA|LPN|PharmD|SW|LCSW|Nurse|Chaplain|Officer|Ofc\.?|Deputy|Trooper|Sgt\.?|Det\.?)[ ]\K{_NO_WORD}(?:{_GIVEN}[ ])?{_WORD}(?=[,.;)]|[ ][a-z(])", 0.65),
            ],
        ),
        FormRecognizer(
            "PATIENT",
            "clinsift_patient",
            [
                ("after a label", rf"(?<![\w-])(?i:(?:patient|pt)(?:'?s)?(?:[ ]name)?|name|resident|decedent|member|re)[ \t.]{{0,20}}:[ \t]*(?:(?:Mr|Mrs|Ms|Miss|MR|MRS|MS)\.?[ ])?\K{_NO_WORD}(?:{_LAST_FIRST}|{_FULL})(?!\w)", 0.85),
                ("last, first before an identifier", rf"(?<![\w'\u2019-]){_NO_WORD}(?:{_SURNAME}(?:[ ]{_WORD})?,[ ]?{_WORD}(?:[ ](?:{_WORD}|\p{{Lu}}\b\.?)){{0,2}})(?=[ \t(\"A-Z)]{{1,24}}(?:MRN|MR\#|DOB|D\.O\.B|[0-9]{{1,3}}[ ]?[MFmfy]\b))", 0.85),
                ("after a title", rf"(?<!\w)(?:Mr|Mrs|Ms|Miss|MR|MRS|MS)(?:\.[ \n]?|[ \n])\K{_NO_WORD}(?:{_GIVEN}[ ]){{0,2}}{_SURNAME}(?!\w)", 0.7),
            ],
        ),
        FormRecognizer(
            "RELATIVE",
            "clinsift_relative",
            [
                ("after kin", rf"(?<![\w-])(?i:{_KIN})(?:,|[ ]?:)?[ ](?:(?:is|named)[ ])?\K{_NO_WORD}(?:{_GIVEN}[ ]){{0,2}}{_SURNAME}(?!\w)", 0.75),
                ("before kin", rf"(?<![\w'\u2019-]){_NO_WORD}(?:{_GIVEN}[ ]){{0,2}}{_WORD}(?=[ ]\((?i:{_KIN})\b)", 0.8),
            ],
        ),
        FormRecognizer(
            "USERNAME",
            "clinsift_username",
            [
                ("after a label", rf"(?<![\w-])(?i:{_USER_LABEL})(?:[ ]by)?[ \t.]{{0,10}}:?[ \t\[(/]{{1,12}}\K{_USER}", 0.85),
                ("word after a label", rf"(?<![\w-])(?i:e-?sig(?:ned)?|elec[ ]sig|log-?in|user(?:name)?|typed(?:[ ]by)?|printed[ ]by|scribe|txn|cosign)[ \t:]{{1,6}}\K[a-z]{{4,14}}(?=[ ]{{2,}}|[ ]?$|[ ]\d{{1,2}}[/-]|\))", 0.7),
                ("capitals after a label", r"(?<![\w-])(?i:(?:e-?)?sign(?:ed)?|printed|cosign(?:ed)?|entered|signed)[ ](?i:by[ ])\K[A-Z]{4,12}\d{0,2}(?=[ ]{1,3}(?:on[ ])?(?:\d|FROM|from))", 0.75),
                ("initials of a dictation", rf"(?:^|(?<=[ \t]{{2,}}))[ \t]{{0,60}}\K{_NO_PAIR}{_PAIR}(?=[ \t]*$|[ \t]{{2,}}|[ \t]+(?i:job|d:|t:|dict|d[ ]?\d))", 0.7),
                ("slash and initials", r"(?<=[ \t]{2,}|^|MD |DO |\d )/\K[a-z]{2,4}\d?(?=[ \t]*$|[ \t]{2,})", 0.7),
                ("initials between lower and code", r"(?<=^|[ (])[a-z]{1,3}[a-z._]{2,12}_?\d{1,4}(?=\)|[ \t]*$|[ \t]{2,})(?<!\d{5})(?<=[a-z]{3}[a-z0-9._]*)", 0.35),
                ("handle", r"(?<![\w@.])@[a-z][\w.]{3,20}(?!\w)|(?<!\w)[a-z][\w.]{2,20}#\d{4}(?!\w)", 0.75),
                ("domain and user", r"(?<!\w)[A-Z][A-Z0-9-]{2,15}\\[a-z][\w.]{2,15}(?!\w)", 0.85),
            ],
            context=("signed", "sig", "e-sig", "typed", "rn", "md", "portal", "user", "login", "scribe", "by", "cosign", "np", "pharmd", "do"),
        ),
    ]
