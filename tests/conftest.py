"""Counting what code does instead of timing it: a busy machine makes a clock lie, a count never."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("clinsift", deadline=None)
settings.load_profile("clinsift")


@pytest.fixture
def operations() -> Callable[[Callable[[], object]], int]:
    """Return a function that counts what another one does."""
    return count_operations


def count_operations(run: Callable[[], object]) -> int:
    """Return how many Python and C functions ``run`` calls and how many lines it executes."""
    count = 0

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return count
