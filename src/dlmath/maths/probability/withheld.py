"""An answer that its check contradicts is withheld, whatever command made it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from dlmath.answer import REFUTED, Answer

P = ParamSpec("P")


def withheld_if_refuted(compute: Callable[P, Answer]) -> Callable[P, Answer]:
    """The same computation; of a contradicted answer only the checks and notes are left."""

    @wraps(compute)
    def checked(*args: P.args, **named: P.kwargs) -> Answer:
        answer = compute(*args, **named)
        if answer.refuted:
            answer.status, answer.facts, answer.tables = REFUTED, {}, []
            answer.result = answer.value = answer.decimal = answer.picture = None
        return answer

    return checked
