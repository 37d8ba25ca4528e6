import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def surrogate_table():
    spec = importlib.util.spec_from_file_location("surrogate_table", ROOT / "scripts/surrogate_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_in_the_docs_is_what_the_command_writes(surrogate_table):
    page = (ROOT / "docs/surrogates.md").read_text(encoding="utf-8")
    assert surrogate_table.with_table(page) == page
    assert page.count("\n| ") >= 41


def test_a_page_without_marks_is_refused(surrogate_table):
    with pytest.raises(ValueError, match="needs the lines"):
        surrogate_table.with_table("no marks")
