"""Official files: read, or refused with what is wrong."""

import gzip

import pytest

from extractors.coding.coder import Coder
from extractors.coding.index import TermIndex
from extractors.coding.loader import bundled, install, installed, load_index, load_tabular
from extractors.coding.system import split_seventh, with_seventh
from nlp.errors import ConfigError

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2027</version><chapter><name>1</name><section id="S52-S52">
<diag><name>S52</name><desc>Fracture of forearm</desc>
 <sevenChrDef><extension char="A">initial encounter</extension><extension char="S">sequela</extension></sevenChrDef>
 <diag><name>S52.5</name><desc>Fracture of radius</desc>
  <inclusionTerm><note>Broken  radius</note></inclusionTerm></diag>
</diag>
<diag><name>I10</name><desc>Hypertension</desc></diag>
</section></chapter></ICD10CM.tabular>"""
INDEX = """<ICD10CM.index><version>2027</version><letter><title>F</title>
<mainTerm><title>Fracture <nemod>(closed)</nemod></title><see>Injury</see>
 <term level="1"><title>radius</title><code>S52.5-</code>
  <term level="2"><title>gone</title><code>Z99.9</code></term></term>
</mainTerm></letter></ICD10CM.index>"""


@pytest.fixture
def tabular(tmp_path):
    path = tmp_path / "tabular.xml"
    path.write_text(TABULAR)
    return path


def test_tabular_list_becomes_a_tree(tabular):
    system = load_tabular(tabular, 2027, fewest=1)
    assert system.version == "2027"
    assert list(system) == ["S52", "S52.5", "I10"]
    assert system["S52"].children == ("S52.5",)
    assert system["S52.5"].terms == ("Broken radius",)
    assert system.describe("S52.5XXA") == ("Fracture of radius, initial encounter", True)
    assert system.describe("S52.5") == ("Fracture of radius", False)
    assert system.describe("I10") == ("Hypertension", True)
    with pytest.raises(KeyError):
        system.describe("S52.5XXQ")


def test_gzipped_file_reads_the_same(tabular, tmp_path):
    zipped = tmp_path / "tabular.xml.gz"
    zipped.write_bytes(gzip.compress(tabular.read_bytes()))
    assert dict(load_tabular(zipped, fewest=1)) == dict(load_tabular(tabular, fewest=1))


def test_index_adds_names(tabular, tmp_path):
    path = tmp_path / "index.xml"
    path.write_text(INDEX)
    system = load_tabular(tabular, fewest=1)
    entries = load_index(path, system)
    assert [(e.term, e.code) for e in entries] == [("Fracture radius", "S52.5")]
    coder = Coder(system, TermIndex(system, [("zorbitis", "I10")]))
    assert coder("zorbitis")[0].code == "I10"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "broken XML"),
        (TABULAR[:300], "broken XML"),
        ("<html></html>", "<html> document"),
        (INDEX, "an index, but the tabular list"),
        (TABULAR.replace("2027", "2019"), "release of 2019, but 2027 is wanted"),
        (TABULAR.replace("2027", "draft"), "is no year"),
        (TABULAR.replace("I10<", "S52<"), "stands twice"),
        (TABULAR.replace("<name>I10", "<name>hello"), "is no ICD-10-CM code"),
        (TABULAR.replace("<desc>Hypertension</desc>", ""), "has no title"),
    ],
)
def test_wrong_file_is_refused(tmp_path, content, message):
    path = tmp_path / "file.xml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=message) as caught:
        load_tabular(path, 2027, fewest=1)
    assert str(path) in str(caught.value)


def test_cut_file_and_missing_file_are_refused(tabular, tmp_path):
    with pytest.raises(ConfigError, match="3 codes, fewer than"):
        load_tabular(tabular)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_tabular(tmp_path / "none.xml")
    broken = tmp_path / "broken.xml.gz"
    broken.write_bytes(b"no gzip")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_tabular(broken)


def test_index_of_another_year_is_refused(tabular, tmp_path):
    path = tmp_path / "index.xml"
    path.write_text(INDEX.replace("2027", "2020"))
    with pytest.raises(ConfigError, match="release of 2020"):
        load_index(path, load_tabular(tabular, fewest=1))


@pytest.mark.parametrize(("code", "full"), [("S72.00", "S72.00XA"), ("T68", "T68.XXXA"), ("S52.502", "S52.502A")])
def test_seventh_character_goes_on_and_off(code, full):
    assert with_seventh(code, "A") == full
    assert split_seventh(full) == (code, "A")


def test_bundled_list_is_whole():
    system = bundled()
    assert len(system) > 46_000
    assert system["I10"].title.startswith("Essential")


def test_installed_release_is_read_back(tabular, tmp_path, monkeypatch):
    monkeypatch.setattr("extractors.coding.loader.load_tabular.__kwdefaults__", {"fewest": 1})
    index = tmp_path / "index.xml.gz"
    index.write_bytes(gzip.compress(INDEX.encode()))
    folder = tmp_path / "icd10cm"
    folder.mkdir()
    assert install([tabular, index], folder) == ("2027", 4)
    system, entries = installed(folder)
    assert system.version == "2027"
    assert [entry.code for entry in entries] == ["S52.5"]
    with pytest.raises(ConfigError, match="not 0 files"):
        install([], folder)
