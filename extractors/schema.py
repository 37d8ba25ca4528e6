"""What a record holds: pydantic models, and the Arrow schemas made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, get_args, get_origin

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nlp.labels import ASSERTIONS, ATTRIBUTE_LABELS, PROBLEM_LABELS, STATUSES

REASON = "REASON"
"""Label of a `Part` that is what a drug is given for, or what an allergy causes; the others are attribute labels."""


ALLERGY_CATEGORIES = ("medication", "food", "environment")
"""Of substances, as FHIR's AllergyIntolerance has them."""


def _one_of(choices: Sequence[str]) -> Callable[[str | None], str | None]:
    def check(value: str | None) -> str | None:
        if value is not None and value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return check


class _Model(BaseModel):
    # Neither a repr nor a validation error shows text of a note.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, protected_namespaces=())


class Part(_Model):
    """Where something that belongs to a mention stands in the de-identified text.

    Attributes:
        label: "STRENGTH", "DOSAGE", "FORM", "ROUTE", "FREQUENCY", "DURATION" or "REASON".
        start, end: offsets into the de-identified text, in characters.
    """

    label: Annotated[str, AfterValidator(_one_of((*ATTRIBUTE_LABELS, REASON)))]
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class CodeCandidate(_Model):
    """A code that a mention may stand for, and how well it fits (0..1)."""

    code: str
    score: float = Field(ge=0, le=1)


class Record(_Model):
    """What every record holds.

    Attributes:
        note_id: of the note.
        patient_key: pseudonym of the patient, None where the note names none.
        note_date: ISO 8601 date of the note as the policy leaves it, None where it takes it away.
        start, end: offsets into the de-identified text, in characters.
        surface: the de-identified text from start to end.
        section: kind of the section around it (`extractors.sections`).
        section_loinc: LOINC code of that kind of section, None where there is none.
        score: 0..1, of the tagger.
        model: what found it.
    """

    note_id: str
    patient_key: str | None = Field(default=None, repr=False)
    note_date: str | None = Field(default=None, repr=False)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    surface: str = Field(min_length=1, repr=False)
    section: str
    section_loinc: str | None = None
    score: float = Field(ge=0, le=1)
    model: str


class _Problem(Record):
    """A disease or symptom, with its code.

    Attributes:
        assertion: one of `nlp.labels.ASSERTIONS`.
        relative: who of the family has it, a name of `extractors.family`; None where it is the
            patient's or not told.
        family_negated: whether the note says that nobody of the family has it; None unless the assertion is "family".
        icd10: ICD-10-CM code, None where none was assigned.
        icd10_title: of the code.
        icd10_billable: whether the code is valid for billing (a leaf of the classification).
        icd10_category: the first three characters of the code.
        icd10_score: 0..1, how well the code fits the words.
    """

    assertion: Annotated[str, AfterValidator(_one_of(ASSERTIONS))]
    relative: str | None = None
    family_negated: bool | None = None
    icd10: str | None = None
    icd10_title: str | None = None
    icd10_billable: bool | None = None
    icd10_category: str | None = None
    icd10_score: float | None = Field(default=None, ge=0, le=1)


class DiagnosisRecord(_Problem):
    """One mention of a diagnosis (DX) or symptom (SX).

    Attributes:
        label: "DX" or "SX".
        icd10_candidates: the codes that fit, best first.
    """

    label: Annotated[str, AfterValidator(_one_of(PROBLEM_LABELS))]
    icd10_candidates: tuple[CodeCandidate, ...] = ()


class ProblemRecord(_Problem):
    """One problem of a note's problem list (`extractors.problems`): a diagnosis, however often it is mentioned.

    What it shares with `DiagnosisRecord` is that of the mention that says most.

    Attributes:
        mentions: where its mentions begin: the `start` of their diagnosis records.
    """

    mentions: tuple[int, ...] = ()


class _Substance(Record):
    """A mention of a substance, with what the drug table knows of it.

    Attributes:
        ingredients: names of the active ingredients, empty where the mention names none that is known.
        brand: brand name, None where the mention names an ingredient or a class.
        rxcui: RxNorm identifier of the ingredient or brand that is named.
        ingredient_rxcuis: RxNorm identifiers of the ingredients.
        drug_class: therapeutic class.
        match_score: 0..1, how surely the mention names this drug or class.
    """

    ingredients: tuple[str, ...] = ()
    brand: str | None = None
    rxcui: str | None = None
    ingredient_rxcuis: tuple[str, ...] = ()
    drug_class: str | None = None
    match_score: float | None = Field(default=None, ge=0, le=1)


class MedicationRecord(_Substance):
    """One mention of a drug, with its attributes as they stand in the text and as they read.

    Several attributes of one kind (a taper, a changed dose) are joined by "; " in the text columns;
    the columns that read them (numbers, codes) are of the first that can be read.

    Attributes:
        status: one of `nlp.labels.STATUSES`.
        strength, dosage, form, route, frequency, duration: as written, None where not given.
        strength_value, strength_unit: of "5 mg/mL": 5 and "mg".
        strength_per_value, strength_per_unit: of "5 mg/mL": 1 and "mL"; None where it is no ratio.
        dose_value, dose_value_max, dose_unit: of "1-2 tablets": 1, 2 and "tablet".
        form_name, form_rxcui: RxNorm's dose form.
        route_name, route_code: display name and SNOMED CT code of the route.
        frequency_times, frequency_times_max, frequency_period, frequency_period_max, frequency_period_unit:
            so many times (up to) in so many (up to) "min", "h", "d", "wk", "mo" or "a" (years).
        frequency_when: moments and events such as "bedtime".
        frequency_days: days of the week ("mon" ... "sun").
        as_needed: whether it is taken as needed; None where no frequency is given.
        duration_days: in days.
        daily_dose, daily_dose_unit: total amount a day, where strength, dose and frequency tell it.
        reason: what it is given for, as written.
        parts: where the attributes and the reason stand.
    """

    status: Annotated[str, AfterValidator(_one_of(STATUSES))]
    strength: str | None = Field(default=None, repr=False)
    strength_value: float | None = None
    strength_unit: str | None = None
    strength_per_value: float | None = None
    strength_per_unit: str | None = None
    dosage: str | None = Field(default=None, repr=False)
    dose_value: float | None = None
    dose_value_max: float | None = None
    dose_unit: str | None = None
    form: str | None = Field(default=None, repr=False)
    form_name: str | None = None
    form_rxcui: str | None = None
    route: str | None = Field(default=None, repr=False)
    route_name: str | None = None
    route_code: str | None = None
    frequency: str | None = Field(default=None, repr=False)
    frequency_times: float | None = None
    frequency_times_max: float | None = None
    frequency_period: float | None = None
    frequency_period_max: float | None = None
    frequency_period_unit: str | None = None
    frequency_when: tuple[str, ...] = ()
    frequency_days: tuple[str, ...] = ()
    as_needed: bool | None = None
    duration: str | None = Field(default=None, repr=False)
    duration_days: float | None = None
    daily_dose: float | None = None
    daily_dose_unit: str | None = None
    reason: str | None = Field(default=None, repr=False)
    parts: tuple[Part, ...] = ()


class AllergyRecord(_Substance):
    """One mention of something that the patient is allergic to or does not tolerate, or that there is no such thing.

    Attributes:
        none_known: whether the mention says that there is none ("NKDA"); the substance's columns are empty then.
        category: "medication", "food" or "environment", None where it is about all of them.
        substance: usual name of a substance that is no drug ("latex"), None for drugs.
        reactions: what it causes, as written.
        parts: where the reactions stand.
    """

    none_known: bool = False
    category: Annotated[str | None, AfterValidator(_one_of(ALLERGY_CATEGORIES))] = None
    substance: str | None = None
    reactions: tuple[str, ...] = Field(default=(), repr=False)
    parts: tuple[Part, ...] = ()


_ARROW: dict[Any, pa.DataType] = {str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_()}


def _arrow_type(kind: Any) -> pa.DataType:
    """Return the Arrow type of ``tuple[X, ...]``, of a model, or of a plain type."""
    if get_origin(kind) is tuple:
        return pa.list_(pa.field("element", _arrow_type(get_args(kind)[0]), nullable=False))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return pa.struct(list(arrow_schema(kind)))
    return _ARROW[kind]


def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """Return the Arrow schema of a record model: its fields in order, nullable where they may be None."""
    fields = []
    for name, info in model.model_fields.items():
        kinds = (info.annotation,) if get_origin(info.annotation) is tuple else get_args(info.annotation)
        kinds = kinds or (info.annotation,)
        kind = next(kind for kind in kinds if kind is not type(None))
        fields.append(pa.field(name, _arrow_type(kind), nullable=type(None) in kinds))
    return pa.schema(fields)


RECORDS: dict[str, type[Record]] = {
    "diagnoses": DiagnosisRecord,
    "problems": ProblemRecord,
    "medications": MedicationRecord,
    "allergies": AllergyRecord,
}
"""The tables of records by name."""
RECORD_SCHEMAS: dict[str, pa.Schema] = {table: arrow_schema(model) for table, model in RECORDS.items()}
