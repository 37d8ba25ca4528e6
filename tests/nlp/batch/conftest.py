"""Lets tests and the workers they start import `fake_pipeline`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)


@pytest.fixture(scope="session", autouse=True)
def _workers_find_the_fake_pipeline() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (HERE, os.environ.get("PYTHONPATH")))))
        patch.delenv("CLINSIFT_KEY", raising=False)
        patch.setenv("RAY_worker_niceness", "0")  # else the tests wait for whatever else the machine does
        yield


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Returns a function that writes texts as a JSONL dump with the ids n0, n1, ..."""

    def write(*texts: str, name: str = "dump.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps({"note_id": f"n{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
        return path

    return write
