"""The public functions of `import dlmath`: text or nodes in, `Answer` out, nothing printed.

Every function takes these keywords beside its own: `steps`, `check`, `digits`, `at`, `assume`,
`plot` (fills `Answer.picture`); they mean what the options of the command line mean. `at` is a
mapping (`{"x": 2}`) or text (`"x=2"`). Raises `errors.DlmathError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.graph import number as number_node
from dlmath.maths.networks.stability_screen import add_stability
from dlmath.maths.variables import choose_variable
from dlmath.settings import Settings

#: An expression: a node, text in dlmath's language, or a number.
Expression = Node | str | int | float | Fraction


def _node(value: Expression) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        from dlmath.expression.parser import parse

        return parse(value).node
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return number_node(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        # As if typed: 0.1 is one tenth.
        return number_node(Fraction(repr(value)))
    raise InvalidInput(f"an expression is text, a node or a number, not {type(value).__name__}")


def _settings(
    *,
    steps: bool = False,
    check: bool = True,
    digits: int | None = None,
    at: Mapping[str, Expression] | str | None = None,
    assume: str | None = None,
    at_kink: str = "undefined",
    plot: bool = False,
) -> Settings:
    from dlmath.expression.parser import parse_assumptions

    return Settings(
        steps=steps,
        check=check,
        digits=digits,
        at=_values(at),
        assume=parse_assumptions(assume) if assume else {},
        at_kink=at_kink,
        plot=plot,
    )


def _values(values: Mapping[str, Expression] | str | None) -> dict[str, Node]:
    if values is None:
        return {}
    if isinstance(values, str):
        from dlmath.expression.parser import parse_assignments

        return parse_assignments(values)
    return {name: _node(value) for name, value in values.items()}


def _variable(expression: Node, wrt: str | None, deed: str) -> str:
    return wrt if wrt is not None else choose_variable(expression, deed)[0]


def derive(
    expression: Expression,
    wrt: str | Sequence[str] | None = None,
    *,
    order: int = 1,
    **options: Any,
) -> Answer:
    """The derivative; `wrt` may name several variables for a mixed one."""
    from dlmath.maths.calculus import derive as module

    node = _node(expression)
    if wrt is None or isinstance(wrt, str):
        names = [_variable(node, wrt, "differentiate")] * order
    else:
        names = list(wrt)
    settings = _settings(**options)
    answer = module.derive(node, names, settings)
    if settings.check:
        add_stability(answer, node)
    return answer


def _names(expression: Node, wrt: str | Sequence[str] | None) -> list[str]:
    """The variables named, else all of the expression in alphabetical order."""
    if wrt is None:
        return sorted(free_symbols(expression)) or ["x"]
    return [wrt] if isinstance(wrt, str) else list(wrt)


def gradient(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """The vector of partial derivatives, by all variables where `wrt` names none."""
    from dlmath.maths.calculus import several

    node = _node(expression)
    return several.gradient(node, _names(node, wrt), _settings(**options))


def jacobian(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """Row i holds the partial derivatives of the i-th function of a vector."""
    from dlmath.maths.calculus import several

    node = _node(expression)
    return several.jacobian(node, _names(node, wrt), _settings(**options))


def hessian(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """The matrix of second partial derivatives; with `at`, its eigenvalues."""
    from dlmath.maths.calculus import several

    node = _node(expression)
    return several.hessian(node, _names(node, wrt), _settings(**options))


def series(
    expression: Expression,
    around: Expression = 0,
    order: int = 6,
    *,
    wrt: str | None = None,
    **options: Any,
) -> Answer:
    """The terms of degree below `order` in powers of x - a."""
    from dlmath.maths.calculus import series as module

    node = _node(expression)
    variable = _variable(node, wrt, "expand")
    return module.series(node, variable, _node(around), order, _settings(**options))


def integrate(
    expression: Expression,
    wrt: str | None = None,
    lower: Expression | None = None,
    upper: Expression | None = None,
    *,
    numeric: bool = False,
    **options: Any,
) -> Answer:
    """The integral; definite with `lower` and `upper`."""
    from dlmath.maths.calculus import integrate as module

    node = _node(expression)
    return module.integrate(
        node,
        _variable(node, wrt, "integrate"),
        None if lower is None else _node(lower),
        None if upper is None else _node(upper),
        _settings(**options),
        numeric=numeric,
    )


def limit(
    expression: Expression,
    to: Expression = 0,
    *,
    wrt: str | None = None,
    side: str = "both",
    **options: Any,
) -> Answer:
    """The limit as the variable goes to `to`; side: both, left or right."""
    from dlmath.maths.calculus import limit as module

    node = _node(expression)
    variable = _variable(node, wrt, "take the limit")
    return module.limit(node, variable, _node(to), side, _settings(**options))


def ode(
    equations: str | Sequence[str],
    given: str | Sequence[str] = (),
    functions: str | None = None,
    *,
    method: str | None = None,
    numeric: bool = False,
    until: Expression | None = None,
    step: Expression | None = None,
    events: str | Sequence[str] = (),
    **options: Any,
) -> Answer:
    """Ordinary differential equations as text, with conditions: `ode("y' = x*y", "y(0)=1")`.

    functions: what is looked for, `"y(x)"` or `"x(t), y(t)"`; what is differentiated if not given.
    numeric: numbers, up to `until`; so does a numerical method, a step, or events (`"y = 0"`).
    """
    from dlmath.expression.differential import read_differential
    from dlmath.maths.equations.numeric.methods import NUMERIC_METHODS
    from dlmath.maths.equations.ode import ode as module
    from dlmath.maths.equations.ode.methods import require_method

    texts = [equations] if isinstance(equations, str) else list(equations)
    conditions = [given] if isinstance(given, str) else list(given)
    problem = read_differential(texts, conditions, functions)
    end = None if until is None else _node(until)
    if numeric or step is not None or events or method in NUMERIC_METHODS:
        from dlmath.maths.equations.numeric.solve import solve_numeric

        names = ", ".join(map(str, problem.functions))
        wanted = [events] if isinstance(events, str) else list(events)
        return solve_numeric(
            problem,
            _settings(**options),
            until=end,
            method=method,
            step=None if step is None else _node(step),
            events=read_differential(wanted, (), names).equations if wanted else (),
        )
    if method is not None:
        require_method(method)
    return module.ode(problem, _settings(**options), method=method, until=end)


def study(
    expression: Expression,
    wrt: str | None = None,
    lower: Expression | None = None,
    upper: Expression | None = None,
    **options: Any,
) -> Answer:
    """Domain, zeros, extrema, bending, asymptotes, range; between `lower` and `upper` if given."""
    from dlmath.maths.calculus import study as module

    node = _node(expression)
    return module.study(
        node,
        _variable(node, wrt, "study"),
        None if lower is None else _node(lower),
        None if upper is None else _node(upper),
        _settings(**options),
    )


def dot(a: Any, b: Any, **options: Any) -> Answer:
    """The product of two vectors or matrices: text, nodes, or numpy arrays."""
    from dlmath.maths.linear_algebra import dot as module

    operands = [value if hasattr(value, "dtype") else _node(value) for value in (a, b)]
    return module.dot(operands[0], operands[1], _settings(**options))


def matrix(
    operation: str,
    a: Any,
    b: Any = None,
    *,
    order: str | None = None,
    numeric: bool = False,
    method: str | None = None,
    start: Any = None,
    **options: Any,
) -> Answer:
    """One operation on a matrix: text, a node, or a numpy array (see `dlmath matrix --help`).

    method: of "eigen": "power" is power iteration from the vector start.
    """
    from dlmath.maths.linear_algebra import matrix as module

    left, right, first = (
        value if value is None or hasattr(value, "dtype") else _node(value)
        for value in (a, b, start)
    )
    settings = _settings(**options)
    return module.matrix(
        operation,
        left,
        right,
        settings,
        order=order,
        numeric=numeric,
        method=method,
        start=first,
    )


def vector(
    operation: str, a: Any, b: Any = None, *, order: Expression | None = None, **options: Any
) -> Answer:
    """An operation of the command `vector`, such as "norm" or "cross"; text, nodes or arrays.

    order: the p of a p-norm. Several vectors are the rows of a matrix.
    """
    from dlmath.maths.linear_algebra import vector as module

    return module.vector(
        operation,
        _operand(a),
        None if b is None else _operand(b),
        _settings(**options),
        order=None if order is None else _node(order),
    )


def tensor(
    operation: str,
    *operands: Any,
    subscripts: str | None = None,
    axes: str | None = None,
    shape: str | None = None,
    selection: str | None = None,
    **options: Any,
) -> Answer:
    """An operation of the command `tensor`, such as "add" or "einsum"; text, nodes or arrays.

    subscripts: of einsum ("ij,jk->ik"). axes, shape, selection: as `--axes`, `--shape`, `--slice`.
    """
    from dlmath.maths.linear_algebra import tensor as module

    return module.tensor(
        operation,
        [_operand(operand) for operand in operands],
        _settings(**options),
        subscripts=subscripts,
        axes=axes,
        shape=shape,
        selection=selection,
    )


def _operand(value: Any) -> Any:
    """An array as it is, anything else as a node."""
    return value if hasattr(value, "dtype") else _node(value)


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
    function, settings = _node(expression), _settings(**options)
    point = _values(None if random else start)
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
            {name: (_node(a), _node(b)) for name, (a, b) in box.items()}
            if isinstance(box, Mapping)
            else (_node(box[0]), _node(box[1]))
        )
        return starts_descent.descend_from_many(function, starts, sides, settings, asked)
    if compare:
        return race.compare(function, point, compare, settings, asked)
    return module.descend(function, point, settings, asked)


def matrix_derive(
    expression: str,
    wrt: str,
    shapes: str = "",
    *,
    layout: str | None = None,
    order: int = 1,
    **options: Any,
) -> Answer:
    """The derivative of a matrix expression such as "norm(A*x - b)^2", in matrix form.

    shapes: `"A: m,n; x: n; b: m"`. layout: numerator or denominator. order: 2 for a Hessian.
    """
    from dlmath.maths.networks import matrix_derive as module

    settings = _settings(**options)
    return module.matrix_derive(expression, wrt, shapes, settings, layout=layout, order=order)


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
    settings = _settings(**options)
    return module.extrema(_node(expression), settings, subject_to=constraints, box=box)


def convex(expression: Expression, **options: Any) -> Answer:
    """Convex, concave, both, neither or unknown, with the proof or a counterexample."""
    from dlmath.maths.optimization.convexity import convex as module

    return module.convex(_node(expression), _settings(**options))


def evaluate(expression: Expression, **options: Any) -> Answer:
    """The exact value and its decimal."""
    from dlmath.maths import evaluate as module

    node, settings = _node(expression), _settings(**options)
    answer = module.evaluate(node, settings)
    if settings.check:
        add_stability(answer, node, settings.at)
    return answer


def simplify(expression: Expression, form: str | None = None, **options: Any) -> Answer:
    """A simpler form; form: expand, factor, apart or collect."""
    from dlmath.maths import simplify as module

    return module.simplify(_node(expression), _settings(**options), form)


def check(a: Expression, b: Expression, **options: Any) -> Answer:
    """Are two expressions equal? The answer says why, or where they differ."""
    from dlmath.maths import compare as module

    return module.compare(_node(a), _node(b), _settings(**options))


def backprop(
    expression: Expression,
    at: Mapping[str, Expression] | str,
    *,
    wrt: str | Sequence[str] | None = None,
    path: str | None = None,
    **options: Any,
) -> Answer:
    """The gradient of a number at a point by reverse mode, with the graph that it comes from.

    path: a variable whose paths from the loss are written out. Matrices are nested vectors:
    `at="W=[[1,2],[3,4]],x=[1,2]"`.
    """
    from dlmath.maths.networks import backprop as module

    names = [wrt] if isinstance(wrt, str) else wrt
    return module.backprop(_node(expression), _settings(at=at, **options), wrt=names, path=path)


def activation(
    name: Expression | None = None, *, compare: Sequence[Expression] = (), **options: Any
) -> Answer:
    """What an activation (a name or a formula of one variable) does; with no name, the list."""
    from dlmath.maths.networks import activation as module

    texts = [*([] if name is None else [name]), *compare]
    if not texts:
        return module.listing()
    first, *others = (_named_or_node(text, module.named_call, module.NAMES) for text in texts)
    return module.activation(first, _settings(**options), compare=others)


def _named_or_node(value: Expression, named: Callable[[str], Node], names: Sequence[str]) -> Node:
    """A name of a list as a call, anything else as an expression."""
    from dlmath.expression.vocabulary import ALIASES

    name = ALIASES.get(value, value) if isinstance(value, str) else value
    return named(name) if isinstance(name, str) and name in names else _node(value)


def plot(
    *expressions: Expression,
    lower: Expression | None = None,
    upper: Expression | None = None,
    over: Mapping[str, tuple[Expression, Expression]] | None = None,
    polar: Sequence[Expression] = (),
    points: Mapping[str, Sequence[float]] | None = None,
    log: str | None = None,
    **options: Any,
) -> Answer:
    """A picture of curves, paths, equations, level lines, conditions, in `Answer.picture`.

    lower, upper: ends of the axis, or of the parameter of paths. over: ends of variables by name.
    polar: radii over an angle. points: columns of equal length; the first goes across. log: `x`,
    `y` or `both`.
    """
    from dlmath.maths.plot import plot as draw
    from dlmath.maths.plotting import Data

    columns = [
        (name, [float(value) for value in column]) for name, column in (points or {}).items()
    ]
    if len(columns) == 1 or len({len(column) for _, column in columns}) > 1:
        raise InvalidInput("points are at least two columns of equal length")
    data = [Data(columns[0][0], name, columns[0][1], column) for name, column in columns[1:]]
    return draw(
        [_relation(expression) for expression in expressions],
        _settings(**options),
        polar=[_relation(radius) for radius in polar],
        data=data,
        ends=(
            None if lower is None else _float(lower),
            None if upper is None else _float(upper),
        ),
        ranges={name: (_float(a), _float(b)) for name, (a, b) in (over or {}).items()},
        log=log,
    )


def _relation(value: Expression) -> Node:
    """An expression, an equation or a condition."""
    if isinstance(value, str):
        from dlmath.expression.parser import parse

        return parse(value, equation=True, condition=True).node
    return _node(value)


def _float(value: Expression) -> float:
    from dlmath.expression.numbers import evaluate

    number = evaluate(_node(value))
    if isinstance(number, (int, float)) and abs(number) < float("inf"):
        return float(number)
    raise InvalidInput("an end of an axis is a finite number")


def loss(
    name: Expression | None = None, *, compare: Sequence[Expression] = (), **options: Any
) -> Answer:
    """What a loss (a name or a formula of a prediction and y) asks; with no name, the list."""
    from dlmath.maths.networks import loss as module

    texts = [*([] if name is None else [name]), *compare]
    if not texts:
        return module.listing()
    first, *others = (_named_or_node(text, module.named_call, module.NAMES) for text in texts)
    return module.loss(first, _settings(**options), compare=others)
