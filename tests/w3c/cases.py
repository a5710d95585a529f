"""Parametrisation: one case per test of the W3C, with the known failures marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from w3c.expected_failures import EXPECTED_FAILURES
from w3c.manifests import suites

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from w3c.manifests import Case


def conformance(read: Callable[[], Sequence[Case]]) -> pytest.MarkDecorator:
    """Return the parametrisation of ``case`` by the tests that ``read`` finds; without files, a skip."""
    folder = suites()
    if not folder.is_dir():
        skipped = pytest.mark.skip(reason=f"W3C test files are not here: {folder}")
        return pytest.mark.parametrize("case", [pytest.param(None, id="absent", marks=skipped)])
    return pytest.mark.parametrize("case", [_parameter(case) for case in read()])


def _parameter(case: Case) -> object:
    reason = EXPECTED_FAILURES.get(case.id)
    marks = [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)] if reason else []
    return pytest.param(case, id=case.id, marks=marks)
