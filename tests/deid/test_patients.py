import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from deid.keys import SecretKey
from deid.patients import PatientTable, read_patients
from nlp.errors import ConfigError, InputError

KEY = SecretKey(b"k" * 32)


def table_of(tmp_path, content: str, name: str = "patients.csv", **options):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return list(read_patients([str(path)], **options))


def test_rows_of_csv_and_jsonl_become_identifiers(tmp_path):
    assert table_of(tmp_path, "patient_id,Last Name,sex,MRN\n7,Quist,F,0044\n") == [
        ("7", {"last_name": "Quist", "mrn": "0044"})
    ]
    row = {"patient_id": 7, "phone": ["555-0101", 5550102], "alias": None, "phone_2": "555-0103"}
    assert table_of(tmp_path, json.dumps(row) + "\n", "p.jsonl") == [("7", {"phone": "555-0101;5550102;555-0103"})]


def test_columns_are_mapped_and_ids_renamed(tmp_path):
    rows = table_of(tmp_path, "SUBJ,col9,x\n7,Quist,1\n", columns={"col9": "surname", "x": "ignore"}, id_column="SUBJ")
    assert rows == [("7", {"surname": "Quist"})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("patient_id,shoe\n7,Quist\n", "column 'shoe'"),
        ("patient_id,name\n,Quist\n", "row 1: no patient_id"),
        ("name\nQuist\n", "row 1: no patient_id"),
        ("patient_id,name\n7,Quist,9\n", "row 1: cannot be read"),
        ("patient_id,name\n", "no rows"),
    ],
)
def test_bad_tables_are_refused_without_their_values(tmp_path, content, message):
    with pytest.raises(InputError, match=message) as caught:
        table_of(tmp_path, content)
    assert "Quist" not in str(caught.value)


def test_unknown_label_is_refused_with_the_choices(tmp_path):
    with pytest.raises(ConfigError, match="ignore, a PHI label"):
        table_of(tmp_path, "patient_id,x\n1,a\n", columns={"x": "shoe"})


def test_patients_are_looked_up_and_their_rows_united(tmp_path):
    rows = [("7", {"name": "Ana Quist"}), ("8", {"name": "Bo"}), ("7", {"name": "Ana Voss", "mrn": "1"})]
    PatientTable.build(rows, KEY, tmp_path / "t")
    table = PatientTable.open(tmp_path / "t", KEY)
    assert table.get("7") == {"name": "Ana Quist;Ana Voss", "mrn": "1"}
    assert table.get("9") == {}
    assert (tmp_path / "t").stat().st_mode & 0o777 == 0o600


def test_the_file_holds_neither_ids_nor_values(tmp_path):
    PatientTable.build([("subject-seven", {"name": "Ana Quist"})], KEY, tmp_path / "t")
    content = (tmp_path / "t").read_bytes()
    assert b"Quist" not in content
    assert b"subject-seven" not in content


def test_another_key_finds_nobody_and_no_table_is_an_error(tmp_path):
    PatientTable.build([("7", {"name": "Ana"})], KEY, tmp_path / "t")
    assert PatientTable.open(tmp_path / "t", SecretKey(b"x" * 32)).get("7") == {}
    (tmp_path / "no").write_bytes(b"no table")
    for name in ("no", "absent"):
        with pytest.raises(ConfigError, match="no patient table"):
            PatientTable.open(tmp_path / name, KEY)


def test_equal_rows_have_equal_hashes():
    rows = [("7", {"name": "Ana"}), ("8", {"name": "Bo"})]
    assert PatientTable.build(rows, KEY).sha256 == PatientTable.build(iter(rows), SecretKey(b"x" * 32)).sha256
    assert PatientTable.build(rows, KEY).sha256 != PatientTable.build(rows[::-1], KEY).sha256


def test_another_thread_may_ask(tmp_path):
    PatientTable.build([("7", {"name": "Ana"})], KEY, tmp_path / "t")
    for table in (PatientTable.open(tmp_path / "t", KEY), PatientTable.build([("7", {"name": "Ana"})], KEY)):
        with ThreadPoolExecutor(1) as other:
            assert other.submit(table.get, "7").result() == {"name": "Ana"}
