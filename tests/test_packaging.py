"""The wheel holds what it must and works from another directory; pins and make targets are sound."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nlp.labels import NAME_LABELS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("nlp", "deid", "extractors")
DATA_SUFFIXES = {".txt", ".yaml", ".json", ".jsonl", ".safetensors", ".typed", ".model", ".vocab"}


def requirements() -> list[Requirement]:
    """Return what the project and its extras need, itself left out."""
    listed = [
        *PROJECT["dependencies"],
        *(entry for extra in PROJECT["optional-dependencies"].values() for entry in extra),
    ]
    return [r for r in map(Requirement, listed) if r.name != PROJECT["name"]]


def pins() -> dict[str, str]:
    """Return name -> version of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def source_files() -> set[str]:
    """Return the files of our packages that git tracks or would track, caches left out."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_pins_satisfy_the_requirements(requirement):
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_torch_is_pinned_without_a_local_suffix():
    assert pins()["torch"] == "2.13.0"


def test_pins_are_what_the_tests_run_with():
    installed = {canonicalize_name(d.name): d.version.split("+")[0] for d in distributions()}
    wanted = {canonicalize_name(r.name) for r in requirements()}
    assert {name: installed.get(name) for name in wanted} == {name: pins()[name] for name in wanted}


def test_make_does_not_install_again_when_nothing_changed(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    stamps = tmp_path / ".venv"
    (stamps / "bin").mkdir(parents=True)
    for name in ("bin/python", ".installed-run", ".installed-test"):
        (stamps / name).touch()

    def planned(target: str) -> str:
        command = ["make", "--dry-run", "--no-print-directory", "VENV=.venv", target]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "pip install" not in planned("demo") + planned("test") + planned("lint")
    newer = (stamps / ".installed-run").stat().st_mtime + 10
    os.utime(tmp_path / "constraints.txt", (newer, newer))
    assert "-c constraints.txt -e ." in planned("demo")
    assert "-c constraints.txt -e '.[test]'" in planned("test")


def test_continuous_integration_checks_format_lint_types_and_tests():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    steps = re.findall(r"^make (\w+)$", text, re.M)
    assert steps == ["lint", "test"]
    command = ["make", "--dry-run", "--no-print-directory", "lint"]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(tool in planned for tool in ("ruff format --check", "ruff check", "mypy"))


def test_samples_are_varied_notes_with_the_columns_that_the_demo_reads():
    lines = (ROOT / "nlp" / "samples" / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    assert len({note["note_id"] for note in notes}) == len(notes) >= 24
    assert len({note["note_type"] for note in notes}) >= 12
    assert len({note["patient_id"] for note in notes}) < len(notes)
    assert all(1000 <= len(note["text"]) <= 3000 for note in notes)
    assert all(note["last_name"] and note["first_name"] for note in notes)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without network from a copy of the tree: setuptools leaves files where it builds."""
    tree, folder = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(folder.glob("clinsift-*.whl"))


@pytest.mark.slow
def test_wheel_holds_every_source_and_data_file_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packed = {name for name in names if name.split("/")[0] in PACKAGES}
    wanted = {name for name in source_files() if Path(name).suffix in {*DATA_SUFFIXES, ".py"}}
    assert wanted - packed == set()
    assert packed - source_files() == set()
    assert {name.split("/")[0] for name in names} - set(PACKAGES) == {f"clinsift-{PROJECT['version']}.dist-info"}


@pytest.mark.slow
def test_wheel_stays_below_sixty_megabytes(wheel):
    assert wheel.stat().st_size < 60e6


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The ``bin`` folder of a fresh environment with the wheel in it.

    The libraries come from the environment that runs the tests, through a .pth file: installing
    them again takes minutes. Its editable clinsift is hidden by the wheel, which comes first.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    site = next((home / "lib").glob("python3.*")) / "site-packages"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--prefix", str(home)]
    subprocess.run([*command, "--ignore-installed", str(wheel)], check=True, capture_output=True)
    libraries = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return home / "bin"


def run(installed: Path, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_installed_packages_come_from_the_wheel_and_declare_their_entry_points(installed, tmp_path):
    code = (
        "import nlp, deid, extractors, json; from importlib.metadata import distribution;"
        "print(json.dumps([[m.__file__ for m in (nlp, deid, extractors)],"
        "[[e.group, e.name, callable(e.load())] for e in distribution('clinsift').entry_points]]))"
    )
    done = run(installed, str(installed / "python"), "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    files, entries = json.loads(done.stdout)
    assert all(Path(file).is_relative_to(installed.parent) for file in files)
    factories = [["spacy_factories", name, True] for name in ("clinsift_deid", "clinsift_extract")]
    assert sorted(entries) == [["console_scripts", "clinsift", True], *factories]


@pytest.mark.slow
def test_installed_script_annotates_from_another_directory(installed, tmp_path):
    (tmp_path / "notes.jsonl").write_text(
        json.dumps({"note_id": "n1", "text": "Mr. Amos Tillery, MRN 7731-204, takes metformin 500 mg twice daily."})
        + "\n"
    )
    # pip wrote the interpreter that ran it into the script; this one is the fresh environment's.
    command = [str(installed / "python"), str(installed / "clinsift"), "annotate", "notes.jsonl", "-o", "out.jsonl"]
    done = run(installed, *command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    labels = {span["label"] for span in found["phi"]}
    assert "MEDICALRECORD" in labels
    assert labels & NAME_LABELS  # who Mr. Tillery is, one sentence cannot tell
    assert "DRUG" in {span["label"] for span in found["entities"]}
