"""README and docs say what is true: their commands and code run, their options, links and tables exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
import typer.main

from deid.offsets import OffsetMap
from deid.policy import builtin_policies
from extractors.records import build_records
from extractors.structure import structure
from nlp.batch import RunReport
from nlp.batch.tables import SCHEMAS
from nlp.cli import app
from nlp.labels import ASSERTIONS, CLINICAL_LABELS, PHI_SCHEME, STATUSES
from nlp.markup import parse
from nlp.models import DEFAULT_TAGGER, TAGGERS
from nlp.reading import FIELDS, KINDS, Reason
from nlp.types import Note

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md")), ROOT / "tests" / "gold" / "README.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    language: str
    code: str
    line: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(language: str, pages: list[Path] = PAGES) -> list[Block]:
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found += [
            Block(page.relative_to(ROOT).as_posix(), match[1], match[2], text.count("\n", 0, match.start()) + 1)
            for match in FENCE.finditer(text)
        ]
    return [block for block in found if block.language == language]


def commands() -> list[list[str]]:
    """Return every command of the pages' bash blocks as words, comments left out."""
    lines = [line for block in blocks("bash") for line in block.code.splitlines()]
    return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


def named(program: str) -> list[list[str]]:
    return [words for words in commands() if words[0] == program]


def subcommands() -> dict[str, set[str]]:
    """Return the commands of clinsift with their options."""

    def options(command):
        own = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
        return own.union(*(options(below) for below in getattr(command, "commands", {}).values()))

    return {name: options(command) for name, command in typer.main.get_command(app).commands.items()}


def table(page: str, heading: str) -> list[list[str]]:
    """Return the rows, as cells, of the table whose first header cell is ``heading``."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
    return rows


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a dump, as the pages assume it, and clinsift and python on the path."""
    shutil.copy(ROOT / "nlp" / "samples" / "notes.jsonl", tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.delenv("CLINSIFT_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_starts_with_the_two_commands():
    first = blocks("bash", [README])[0]
    assert [line.split("#")[0].strip() for line in first.code.splitlines()] == ["make demo", "make test"]
    assert first.line <= 3


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    mentioned = {words[1] for words in named("make")} | set(re.findall(r"`make (\w+)", text))
    assert {"demo", "test"} <= mentioned
    assert mentioned <= set(re.findall(r"^(\w+):", makefile, re.M))


@pytest.mark.parametrize("words", named("clinsift"), ids=" ".join)
def test_commands_and_options_exist(words):
    known = subcommands()
    assert words[1] in known
    options = {word.split("=")[0] for word in words[2:] if word.startswith("-")}
    assert options <= known[words[1]]


def test_every_option_is_explained_somewhere():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = {option for options in subcommands().values() for option in options if option not in text}
    assert missing == set()


def test_scripts_that_are_named_exist():
    scripts = [word for words in named("python") for word in words if word.endswith(".py")]
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_files_and_folders_that_are_named_exist():
    text = "\n".join(FENCE.sub("", page.read_text(encoding="utf-8")) for page in PAGES)
    paths = set(re.findall(r"`((?:nlp|deid|extractors|scripts|tests|examples|corpora_templates)/[^`\s*]*)", text))
    assert len(paths) >= 5
    assert {path for path in paths if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        if anchor:
            headings = HEADING.findall(linked.read_text(encoding="utf-8"))
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, target


def test_every_page_of_the_docs_is_linked_from_the_readme_or_another_page():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    assert set((ROOT / "docs").glob("*.md")) <= linked


def test_label_table_is_the_scheme():
    rows = [(row[0], row[2], row[3], row[4]) for row in table("labels.md", "label | what | i2b2")]
    assert rows == [(label.name, *label.i2b2, label.hipaa or "-") for label in PHI_SCHEME]


def test_clinical_tables_are_the_schemes():
    assert tuple(row[0] for row in table("labels.md", "label | what | fields")) == CLINICAL_LABELS
    assert tuple(row[0] for row in table("labels.md", "assertion of DX")) == ASSERTIONS
    assert tuple(row[0] for row in table("labels.md", "status of DRUG")) == STATUSES


def test_input_tables_are_what_is_read():
    endings = " ".join(row[0] for row in table("input-formats.md", "ending"))
    assert all(kind.removesuffix(".gz") in endings for kind in KINDS)
    assert [row[0] for row in table("input-formats.md", "column | needed")][: len(FIELDS)] == list(FIELDS)
    assert [row[0] for row in table("input-formats.md", "reason | what")] == [reason.value for reason in Reason]


def shown_type(kind: pa.DataType) -> str:
    """Return how the pages name an Arrow type."""
    if pa.types.is_list(kind):
        return "list of records" if pa.types.is_struct(kind.value_type) else f"list of {shown_type(kind.value_type)}"
    return {"string": "text", "int32": "integer", "int64": "integer", "double": "number", "bool": "yes/no"}[str(kind)]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_output_tables_are_the_schemas(name):
    wanted = [(f.name, shown_type(f.type), "yes" if f.nullable else "no") for f in SCHEMAS[name]]
    assert [tuple(row[:3]) for row in table("output.md", f"column of {name}")] == wanted


def test_report_table_is_the_report():
    assert [row[0] for row in table("output.md", "field of the report")] == list(RunReport.model_fields)


def test_model_table_names_the_taggers_and_the_default():
    rows = [row[0] for row in table("models.md", "`--tagger`")]
    assert [row.split("`")[0] for row in rows] == list(TAGGERS)
    assert [row.split("`")[0] for row in rows if "(default)" in row] == [DEFAULT_TAGGER]


def test_policy_table_names_the_built_in_policies():
    rows = [row[0] for row in table("policies.md", "policy | for")]
    assert sorted(row.split("`")[0] for row in rows) == list(builtin_policies())


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("python", [README]), ids=str)
def test_python_blocks_run(block, folder):
    done = subprocess.run([sys.executable, "-c", block.code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


NOTE = """Mr. [PATIENT], [AGE], seen [DATE] by Dr. [DOCTOR-1].
PMH: [[DX:type 2 diabetes|present]], [[DX:COPD|present]]. [[DX:MI|historical]] in [DATE]. Denies \
[[SX:chest pain|negated]]. Mother had [[DX:breast cancer|family]].
Allergies: [[DRUG:penicillin|m1|allergy]] ([[SX:hives|historical]])
Plan: start [[DRUG:metformin|m2|start]] [[STRENGTH:500 mg|m2]] [[DOSAGE:2 tablets|m2]] [[ROUTE:PO|m2]] \
[[FREQUENCY:BID|m2]]; [[DRUG:albuterol|m3|start]] [[DOSAGE:2 puffs|m3]] [[FREQUENCY:q4-6h prn|m3]] \
[[SX:wheezing|hypothetical||m3]]. Stop [[DRUG:lisinopril|m4|stop]].
"""


def test_note_of_the_readme_has_the_records_that_stand_beside_it():
    """Given the mentions; what taggers find is measured elsewhere."""
    text, annotations, mistakes = parse(NOTE)
    assert not mistakes
    assert text in [block.code for block in blocks("text", [README])]
    spans = [replace(span, assertion=None, status=None, drug=None, icd10=None) for span in annotations.entities]
    untouched = SimpleNamespace(text=text, offsets=OffsetMap())
    found = build_records(Note("n", text), [], structure(text, spans), untouched, "m")
    lines = README.read_text(encoding="utf-8").splitlines()
    rows = [line[1:-1].split("|") for line in lines if re.match(r"\| (?:diagnoses|medications|allergies) ", line)]
    rows = [[cell.strip() for cell in row] for row in rows if len(row) == 6]
    assert len(rows) == 8
    for name, surface, section, status, code, more in rows:
        (record,) = [r for r in getattr(found, name) if r.surface == surface]
        assert record.section == section
        assert status in ("", getattr(record, "assertion", None), getattr(record, "status", None))
        assert code in ("", getattr(record, "icd10", None), f"RxNorm {getattr(record, 'rxcui', None)}")
        names = ("relative", "strength", "dosage", "route", "reason")
        told = [*getattr(record, "reactions", ()), *(getattr(record, n, None) for n in names)]
        assert all(words in more for words in told if words)
        assert bool(more) == any(told)


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples_run(script, folder):
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip()


@pytest.mark.slow
def test_shell_blocks_of_the_readme_run(folder):
    """All in one folder, in order, as a reader would; those with make are checked above."""
    script = "\n".join(block.code for block in blocks("bash", [README]) if not block.code.startswith("make "))
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    tables = {"notes", "diagnoses", "medications", "quarantine"}
    assert tables | {"report.json"} <= {path.name for path in (folder / "out").iterdir()}
    assert len((folder / "annotations.jsonl").read_text(encoding="utf-8").splitlines()) == 24
    first = [
        line for part in (folder / "out-first" / "notes").glob("*.jsonl") for line in part.read_text().splitlines()
    ]
    assert len(first) == 5
    for block in blocks("python", [ROOT / "docs" / "output.md"]):
        done = subprocess.run([sys.executable, "-c", block.code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
