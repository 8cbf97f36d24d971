"""Optimization: the functions of the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
    to_values,
)


def descend(
    expression: Expression,
    start: Mapping[str, Expression] | str | None = None,
    *,
    method: str = "gd",
    compare: Sequence[str] = (),
    rate: float | None = None,
    schedule: str = "constant",
    line_search: str | None = None,
    momentum: float | None = None,
    beta1: float | None = None,
    beta2: float | None = None,
    epsilon: float | None = None,
    rho: float | None = None,
    weight_decay: float | None = None,
    clip: float | None = None,
    noise: float | None = None,
    seed: int = 0,
    steps_max: int = 1000,
    tolerance: float = 1e-8,
    trace: int | None = None,
    checkpoint: str | None = None,
    data: Mapping[str, Any] | None = None,
    batch: int | None = None,
    epochs: int | None = None,
    parameters: Mapping[str, tuple[int, ...]] | None = None,
    features: Sequence[str] | None = None,
    starts: int | None = None,
    box: Mapping[str, tuple[Expression, Expression]] | tuple[Expression, Expression] = (-1, 1),
    **options: Any,
) -> Answer:
    """Descent from `start` by a method (`docs/commands/descend.md` lists them), or a race.

    compare: methods that descend against each other, instead of one `method`. data: columns by
    name (a dictionary or a data frame), whose names stand in the expression; parameters: shapes of
    those that are vectors or matrices; features: what `X` stands for; start "random" is by seed.
    starts: so many random starts in the box, one side for each variable or for all.
    """
    given = {**locals()}
    from dlmath.maths.optimization import compare as race
    from dlmath.maths.optimization import descend as module
    from dlmath.maths.optimization.plan import Options

    asked = Options(**{name: given[name] for name in Options._fields})
    random = start == "random"
    function, settings = to_node(expression), make_settings(**options)
    point = to_values(None if random else start)
    if data is not None:
        from dlmath.columns import columns_of
        from dlmath.maths.optimization import data_descent

        own = data_descent.DataOptions(
            batch, epochs, parameters, features, tuple(data), random=random
        )
        return data_descent.descend_on_data(function, columns_of(data), point, settings, asked, own)
    if starts is not None:
        from dlmath.maths.optimization import starts_descent

        sides = (
            {name: (to_node(a), to_node(b)) for name, (a, b) in box.items()}
            if isinstance(box, Mapping)
            else (to_node(box[0]), to_node(box[1]))
        )
        return starts_descent.descend_from_many(function, starts, sides, settings, asked)
    if compare:
        return race.compare(function, point, compare, settings, asked)
    return module.descend(function, point, settings, asked)


def extrema(
    expression: Expression,
    *,
    subject_to: Sequence[str] | str = (),
    box: Mapping[str, tuple[float, float]] | tuple[float, float] | None = None,
    **options: Any,
) -> Answer:
    """Critical points, each classified; `subject_to`: constraints, as "x + y = 1".

    box: where to search if elimination does not reach, -5 to 5 if not given.
    """
    from dlmath.expression.parser import parse
    from dlmath.maths.optimization.extrema import extrema as module

    texts = [subject_to] if isinstance(subject_to, str) else list(subject_to)
    constraints = [parse(text, equation=True, condition=True).node for text in texts]
    settings = make_settings(**options)
    return module.extrema(to_node(expression), settings, subject_to=constraints, box=box)


def convex(expression: Expression, **options: Any) -> Answer:
    """Convex, concave, both, neither or unknown, with the proof or a counterexample."""
    from dlmath.maths.optimization.convexity import convex as module

    return module.convex(to_node(expression), make_settings(**options))
