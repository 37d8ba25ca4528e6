"""Added code systems: RxNorm from its zip, what is refused, the fingerprint."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors import terminology
from extractors.drugs import rxnorm
from nlp.cli.terminology import app
from nlp.errors import ConfigError

DRUGS = [("100", "IN", "zorbitol"), ("101", "IN", "quaxine"), ("102", "BN", "Zorbex"),
         ("103", "MIN", "quaxine / zorbitol"),
         ("104", "PIN", "zorbitol sodium"), ("100", "SY", "zorbit")]  # fmt: skip
LINKS = [("100", "tradename_of", "102"), ("102", "has_tradename", "100"), ("103", "part_of", "100"),
         ("103", "part_of", "101"),
         ("100", "form_of", "104")]  # fmt: skip


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLINSIFT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(rxnorm, "FEWEST_INGREDIENTS", 2)
    return tmp_path / "data"


def release(path: Path, *, conso: str | None = None, members: tuple[str, ...] = ("RXNCONSO.RRF", "RXNREL.RRF")) -> Path:
    names = conso or "".join(f"{r}|ENG||||||{r}||||RXNORM|{tty}|{r}|{name}||N||\n" for r, tty, name in DRUGS)
    links = "".join(f"{a}|||RO|{b}|||{rela}|||RXNORM||||N||\n" for a, rela, b in LINKS)
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(f"rrf/{member}", names if member == "RXNCONSO.RRF" else links)
    return path


def test_names_of_an_added_release(tmp_path: Path) -> None:
    done = terminology.add("rxnorm", [release(tmp_path / "RxNorm_full_prescribe_10062025.zip")], year=2025)
    assert (done.version, done.entries) == ("2025-10-06", 6)
    names = rxnorm.installed_names()
    assert names["zorbex"].ingredients == ("zorbitol",)
    assert (names["zorbex"].brand, names["zorbex"].rxcui) == ("Zorbex", "102")
    assert names["zorbit"].rxcui == "100"
    assert names["zorbitolsodium"].ingredient_rxcuis == ("100",)
    assert names["quaxinezorbitol"].ingredients == ("quaxine", "zorbitol")


def test_fingerprint_tells_what_was_added(tmp_path: Path) -> None:
    before = terminology.fingerprint()
    assert before == terminology.fingerprint()
    terminology.add("rxnorm", [release(tmp_path / "RxNorm_full_prescribe_10062025.zip")])
    assert "rxnorm:2025-10-06" in terminology.fingerprint()
    assert terminology.fingerprint().startswith(before)


@pytest.mark.parametrize(
    ("name", "options", "year", "message"),
    [
        ("RxNorm_full_prescribe_10062025.zip", {}, 2024, "2024 is wanted"),
        ("release.zip", {}, None, "date"),
        ("RxNorm_10062025.zip", {"members": ("RXNCONSO.RRF",)}, None, "RXNREL.RRF"),
        ("RxNorm_10062025.zip", {"conso": "1|2|3\n"}, None, "line 1 has 2 columns"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, options: dict, year: int | None, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        terminology.add("rxnorm", [release(tmp_path / name, **options)], year=year)
    assert terminology.installed() == []


def test_a_file_that_is_no_zip_and_one_that_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "RxNorm_10062025.zip"
    broken.write_bytes(b"PK no")
    with pytest.raises(ConfigError, match="no zip file"):
        terminology.add("rxnorm", [broken])
    monkeypatch.setattr(rxnorm, "FEWEST_INGREDIENTS", 1000)
    with pytest.raises(ConfigError, match="2 ingredients, fewer than 1000"):
        terminology.add("rxnorm", [release(broken)])


def test_unknown_system_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="rxnorm"):
        terminology.add("snomed", [tmp_path])


def test_broken_manifest_is_told(data: Path) -> None:
    (data / "terminology" / "rxnorm").mkdir(parents=True)
    (data / "terminology" / "rxnorm" / "manifest.json").write_text(json.dumps({"system": "rxnorm"}))
    with pytest.raises(ConfigError, match="add the terminology again"):
        terminology.installed()


def test_command_adds_lists_and_replaces(tmp_path: Path) -> None:
    runner = CliRunner()
    assert "rxnorm  not added" in runner.invoke(app, ["list"]).output
    for month in ("10062025", "11032025"):
        done = runner.invoke(app, ["add", "rxnorm", str(release(tmp_path / f"RxNorm_{month}.zip"))])
        assert done.exit_code == 0, done.output
    assert "rxnorm  2025-11-03  6 entries" in runner.invoke(app, ["list"]).output
    assert runner.invoke(app, ["add", "rxnorm", str(tmp_path / "none.zip")]).exit_code == 2
