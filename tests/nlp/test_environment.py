"""Importing clinsift beside pydicom's distribution ``deid`` fails with a message that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def import_beside(folder: Path, statement: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", statement],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def foreign(tmp_path):
    """A folder that looks like a site-packages with the distribution ``deid`` in it."""
    metadata = tmp_path / "deid-0.3.25.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: deid\nVersion: 0.3.25\n")
    return tmp_path


@pytest.mark.parametrize("package", ["nlp", "deid", "nlp.types"])
def test_import_fails_beside_the_foreign_distribution(foreign, package):
    done = import_beside(foreign, f"import {package}")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: clinsift cannot share an environment with pydicom's distribution 'deid'")
    assert "0.3.25" in last
    assert "pip uninstall deid" in last


def test_import_succeeds_without_it(tmp_path):
    done = import_beside(tmp_path, "import nlp, deid, extractors")
    assert done.returncode == 0, done.stderr


def test_import_is_quick_to_answer_and_loads_no_model_library(tmp_path):
    heavy = "{'torch', 'transformers', 'ray', 'spacy', 'presidio_analyzer'}"
    done = import_beside(tmp_path, f"import sys, nlp, nlp.cli; print(sorted({heavy} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr
