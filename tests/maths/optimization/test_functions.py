"""Published test functions, each reached from its start by the stated method."""

from __future__ import annotations

import pytest

from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.descend import descend
from dlmath.settings import Settings
from tests.maths.optimization.functions import PUBLISHED, Published


def test_there_are_at_least_forty() -> None:
    assert len({case.name.split(",")[0] for case in PUBLISHED}) >= 40


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.name)
def test_the_published_minimum_is_reached(case: Published) -> None:
    answer = descend(
        parse(case.formula).node,
        parse_assignments(case.start),
        Settings(check=False),
        method=case.method,
        rate=case.rate,
        steps_max=case.steps_max,
    )
    assert answer.value == pytest.approx(case.value, abs=case.within, rel=1e-8)
    if case.at is not None:
        found = list(answer.facts["at"].values())
        near = max(1e-4, case.within)
        assert found == pytest.approx(case.at, abs=near, rel=1e-5)
