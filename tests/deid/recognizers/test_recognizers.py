"""Each recognizer on inline mark-up: what it must find, and what looks alike and must be left alone."""

import pytest

from deid.recognizers import PatternTagger, pattern_recognizers
from deid.recognizers.ages import age_recognizers
from deid.recognizers.contacts import contact_recognizers, is_ip_address
from deid.recognizers.dates import could_be_date, date_recognizers
from deid.recognizers.numbers import is_dea, is_npi, is_vin, number_recognizers
from deid.recognizers.people import people_recognizers
from deid.recognizers.places import place_recognizers
from nlp.markup import parse

FAMILIES = {
    "dates": date_recognizers,
    "contacts": contact_recognizers,
    "numbers": number_recognizers,
    "places": place_recognizers,
    "people": people_recognizers,
    "ages": age_recognizers,
}
TAGGERS = {name: PatternTagger(make()) for name, make in FAMILIES.items()}
ALL = PatternTagger()


def found(family: str, text: str) -> list[tuple[str, str]]:
    """Return label and surface of what scores at least 0.5."""
    spans = TAGGERS[family].tag([text])[0]
    return [(span.label, text[span.start : span.end]) for span in spans if span.score >= 0.5]


DATES = [
    "Seen [[DATE:03/14/2023]] and [[DATE:4-5-21]].",
    "DOB: [[DATE:1956-01-17]], printed [[DATE:2021-08-19]]T03:14:55Z",
    "born [[DATE:02.06.1967]]",
    "On [[DATE:June 14, 2022]] she came; discharged [[DATE:22 January 2023]].",
    "DOB:[[DATE:14-Nov-1985]] and [[DATE:14MAY1949]] and [[DATE:12.VI.1980]]",
    "admitted on the [[DATE:15th]], home by the [[DATE:20th]]",
    "echo on [[DATE:3/15]], repeat [[DATE:10/22]]",
    "PICC [[DATE:6/26]]-[[DATE:7/1]]",
    "ICD changed [[DATE:6/2021]]; MI in [[DATE:2014]], stent '[[DATE:'09]]".replace("'[[DATE:'09]]", "[[DATE:'09]]"),
    "sober since the [[DATE:1990s]]",
    "RTC [[DATE:Thursday]], then [[DATE:Tues]] and [[DATE:Fri]].",
    "coumadin 5 mg [[DATE:MWF]]",
    "worse since [[DATE:Labor Day]], better by [[DATE:New Year's Eve]]",
    "flare in [[DATE:winter 2019]], again last [[DATE:fall]]",
    "since [[DATE:August]]; next visit in [[DATE:May]]",
    "film jacket [[DATE:06231987]]",
    "Signed [[DATE:20230514]] by staff",
    "[[DATE:FY22]] goal and [[DATE:Q3 2021]]",
    "SY [[DATE:2023-24]]",
    "note of [[DATE:O3/l4/2018]]",
]
NO_DATES = [
    "BP 120/80, repeat 96/60",
    "strength 5/5, grip 4/5",
    "pain 7/10, murmur 2/6 SEM",
    "POD 3, 2 weeks ago, HD 4",
    "1-2 tabs q4-6h, 1/2 tab daily",
    "Vitamin D3 2000 IU daily",
    "K 4.1, INR 2.4, ratio 1.5",
    "at 1930 hrs",
    "sat 96% on room air",
    "T2N1M0, G2P1",
    "he may go home; may take 2",
    "fall precautions, spring-loaded lancet",
    "1st dose, 2nd toe, 3rd degree burn",
    "MoCA 24/30, 20/40 vision",
    "24/7 nurse line",
    "bilateral 5.10.15 mg",
]
CONTACTS = [
    "call [[PHONE:617-555-0119]] or [[PHONE:(207) 555-0147]]",
    "cell [[PHONE:830.555.0109]], home [[PHONE:1-800-555-0149]] x[[PHONE:2214]]",
    "WhatsApp [[PHONE:+91 90030 55012]]; tel [[PHONE:+44 20 7946 0018]]",
    "Ph [[PHONE:02 5550 0143]] or [[PHONE:0452-555 0119]]",
    "pager [[PHONE:30418]], pgr [[PHONE:4-0881]], bleep [[PHONE:307]]",
    "Wife's number [[PHONE:555-0148]]",
    "call lab ext [[PHONE:52217]]",
    "tel [[PHONE:401.555.0170]] fax [[FAX:401.555.0171]]",
    "T [[PHONE:478-555-0120]] F [[FAX:478-555-0121]]",
    "faxed to clinic at [[FAX:509-555-0119]]",
    "write [[EMAIL:m.oyelaran@gulfmail.example]] or [[EMAIL:jo @ host . com]]",
    "reach me: [[EMAIL:jane(at)clinic(dot)org]]",
    "see [[URL:https://my.clinic.example/p?id=1]] or [[URL:www.kneestrong.org/stage2]], [[URL:lanternbay.example]].",
    "from [[IPADDR:10.44.18.203]] and [[IPADDR:2601:1c2:8801:4f0::a3]]",
]
NO_CONTACTS = [
    "stent 3.0 x 22 mm, 97110 x2",
    "0900 1400 2100",
    "at 10:20:30, ratio 1:2:3",
    "dose 250 mg, 1000 mL",
    "page 3 of 7",
    "e.g. the patient i.e. he",
    "version 2.1.0.999",
    "WBC 12.4 with 555 platelets",
]
NUMBERS = [
    "SSN: [[SSN:319-00-5542]], SSN xxx-xx-[[SSN:4471]], last 4 [[SSN:2086]]",
    "MRN: [[MEDICALRECORD:4471902]]  MR# [[MEDICALRECORD:00-48-21-93]]",
    "Hosp no. [[MEDICALRECORD:WH0108-2274]], chart [[MEDICALRECORD:GS09226]]",
    "NHS no: [[MEDICALRECORD:458 112 9034]]",
    "Medicare [[HEALTHPLAN:4WX9-RH3-MC27]], member ID [[HEALTHPLAN:EBH-55190-Q]]",
    "policy [[HEALTHPLAN:PK-0093-55127]]  Grp [[HEALTHPLAN:70115]]",
    "Acct #: [[ACCOUNT:70019938254]]  FIN [[ACCOUNT:880014463]]",
    "NPI [[LICENSE:1093817465]]  DEA [[LICENSE:FG4410927]]",
    "RN lic [[LICENSE:9412207]], CLIA [[LICENSE:13D2299871]]",
    "VIN [[VEHICLE:4T1B11HK5KU718820]], plate [[VEHICLE:KTR 418]]",
    "pacemaker s/n [[DEVICE:PJN8812047]], stent lot [[DEVICE:0027714496]]",
    "fingerprint [[BIOID:FP-0A77-3321]] on file",
    "case # [[IDNUM:23-D-4410]], accession [[IDNUM:SF24-55710]], claim [[IDNUM:WC-24-0093317]]",
    "interpreter ID [[IDNUM:40417]], badge [[IDNUM:2217]]",
    "path [[IDNUM:S22-18804]] was benign",
]
NO_NUMBERS = [
    "flu vaccine given, lot U2257AA",
    "Mr. 2 days of cough",
    "in case of 3 or more",
    "visit 10/3, order 500 mL NS",
    "WBC 12.4, platelets 211, Na 138",
    "trial NCT04512388, CPT 99213",
    "G2P1001 at 38w2d",
    "serial 7s 5/5, group 2",
    "report of 2019",
    "ID recs 3/4",
]
PLACES = [
    "lives at [[STREET:9 Quahog Ln]]; [[STREET:P.O. Box 9110]]",
    "[[STREET:1189 Maryland Ave E, Apt 4]]",
    "[[CITY:Holyoke]], [[STATE:MA]] [[ZIP:01040]]",
    "[[CITY:Macon]], [[STATE:Georgia]] [[ZIP:31201-4419]]",
    "London [[ZIP:SW9 6SN]], Todmorden [[ZIP:OL14 7QP]], Ontario".replace("Ontario", "[[STATE:Ontario]]"),
    "[[HOSPITAL:Bright Heron Children's Hospital]] and [[HOSPITAL:St. Brannoc's]]",
    "seen at [[HOSPITAL:Kapua Medical Center]] in pain",
    "off [[LOCATION-OTHER:I-95]] in [[LOCATION-OTHER:Essex County]]",
]
NO_PLACES = [
    "BRIEF HOSPITAL COURSE",
    "Cardiology Clinic and Primary Care",
    "the hospital, our clinic",
    "St. John's wort",
    "give 12345 units",
    "he went to the OR 30 min later",
    "Dr. Lane saw 2 patients",
]
PEOPLE = [
    "seen by Dr. [[DOCTOR:Grabowski]] and Dr [[DOCTOR:van der Berg]]",
    "[[DOCTOR:Marisol Quintanilla-Reyes]], ARNP",
    "Attending: [[DOCTOR:Keanu Abernathy]], MD",
    "Patient: [[PATIENT:Cuong Pham]]",
    "Name: [[PATIENT:HOLLIS, BEA]]",
    "Mrs. [[PATIENT:Wheeler]]'s cough",
    "wife [[RELATIVE:Wilma]], son [[RELATIVE:Leif]]",
    "e-signed [[USERNAME:tlindq2]] 03/01/2023",
    "[[USERNAME:mjet/abk]]   D: 02/27/23",
    "login [[USERNAME:rm_begaye61]]",
]
NO_PEOPLE = [
    "Patient: presents with cough",
    "mother had diabetes, father MI",
    "Bell's palsy, Parkinson disease",
    "n/v, c/d/i, w/o",
    "HEENT: normal",
    "CC: SOB",
]
AGES = [
    "[[AGE:74]]-year-old man, [[AGE:6]] months old, [[AGE:41]] y.o.",
    "[[AGE:38]]M, [[AGE:67]] F",
    "in her [[AGE:nineties]], in his [[AGE:40s]]",
    "Age: [[AGE:92]]",
    "[[AGE:ninety-one]]-year-old widow",
    "died of MI at [[AGE:61]]; father d. [[AGE:71]]",
    "brother ([[AGE:4]]) with flu",
    "Sex/Age M/[[AGE:83]]",
]
NO_AGES = [
    "6F sheath, Foley 16 Fr",
    "walks 20 m with frame",
    "INH 9 mo in 1996",
    "T 98 F",
    "for 3 years",
    "at 8 am, sat at 92%",
]
CASES = [
    *(("dates", marked) for marked in DATES + NO_DATES),
    *(("contacts", marked) for marked in CONTACTS + NO_CONTACTS),
    *(("numbers", marked) for marked in NUMBERS + NO_NUMBERS),
    *(("places", marked) for marked in PLACES + NO_PLACES),
    *(("people", marked) for marked in PEOPLE + NO_PEOPLE),
    *(("ages", marked) for marked in AGES + NO_AGES),
]


@pytest.mark.parametrize(("family", "marked"), CASES)
def test_a_family_finds_what_is_marked_and_nothing_else(family, marked):
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    expected = [(span.label, text[span.start : span.end]) for span in annotations.phi]
    assert found(family, text) == expected


def test_every_recognizer_finds_something_in_the_examples():
    texts = [parse(marked)[0] for _, marked in CASES]
    idle = [r.name for r in pattern_recognizers() if not any(r.find(text) for text in texts)]
    assert idle == []


@pytest.mark.parametrize(("value", "right"), [("1234567893", True), ("1234567890", None)])
def test_npi_check_digit(value, right):
    assert is_npi(value) is right


@pytest.mark.parametrize(("value", "right"), [("AB1234563", True), ("AB1234567", None)])
def test_dea_check_digit(value, right):
    assert is_dea(value) is right


@pytest.mark.parametrize(
    ("value", "right"), [("1M8GDM9AXKP042788", True), ("1M8GDM9A1KP042788", None), ("KE118842", None)]
)
def test_vin_check_digit(value, right):
    assert is_vin(value) is right


def test_a_right_check_digit_lifts_the_score():
    right, wrong = ALL.tag(["NPI 1234567893", "NPI 1234567890"])
    assert right[0].score > wrong[0].score >= 0.9


def test_a_dea_number_without_a_label_needs_its_check_digit():
    right, wrong = ALL.tag(["on file AB1234563 ok", "on file AB1234567 ok"])
    assert [span.label for span in right] == ["LICENSE"]
    assert all(span.label != "LICENSE" or span.score < 0.5 for span in wrong)


@pytest.mark.parametrize("value", ["13/32/2020", "99/99/99", "00/12/2020"])
def test_numbers_that_are_no_day_and_month_are_no_date(value):
    assert could_be_date(value) is False


def test_a_clock_time_is_no_ip_address():
    assert is_ip_address("10:20:30") is False
    assert is_ip_address("fe80::1c2b:77ff:fe0a:91") is None
