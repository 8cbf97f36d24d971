"""`backprop`: the computation graph of a loss, forward and backward, and the gradient.

The graph, the sweep and the rules are in `backprop_graph` and `backprop_rules`; here they become
an `Answer`: the table of nodes, the gradient with differences beside it, the chain rule written
out for one variable, the working.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from dlmath.answer import REFUTED, Answer, Notation, Program, Sentence, Step, Table
from dlmath.checks.backprop import Compared, check_gradient_at
from dlmath.errors import InvalidInput
from dlmath.expression import shapes
from dlmath.expression.elements import expand_vectors
from dlmath.expression.evaluator import needed_values
from dlmath.expression.graph import (
    Node,
    contains,
    eq_node,
    free_symbols,
    symbol,
    topological,
    unfolded,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.networks.backprop_graph import Place, Tape, is_finite, record
from dlmath.maths.networks.backprop_paths import MOST_PATHS, count_paths, paths
from dlmath.maths.networks.backprop_words import (
    cell,
    exact_node,
    is_exact,
    kink_notes,
    local_value,
    local_words,
    plain_number,
    shown,
)
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

#: Longer graphs are shown by their last nodes; files hold all.
MOST_ROWS = 200
Value = Any


@under_assumptions
def backprop(
    expression: Node,
    settings: Settings = DEFAULTS,
    *,
    wrt: Sequence[str] | None = None,
    path: str | None = None,
) -> Answer:
    """The gradient of a number at `settings.at`, by reverse mode over the graph as it is typed.

    wrt: by which variables (None: all). path: the variable whose paths from the loss are written
    out. Facts: `value`, `gradient` (name to value); tables: the nodes in order of evaluation, the
    gradient beside central differences, the paths.
    Raises InvalidInput for a variable without a value or a loss that is not a number, Undefined
    where the loss or a slope has no value, Unsolved where a function has no derivative.
    """
    loss = carry_out(expression, settings) if contains(expression, OPERATIONS) else expression
    names = _names(loss, wrt, path, settings)
    point = {name: point_value(name, settings.at[name]) for name in sorted(free_symbols(loss))}
    tape = record(loss, point, names)
    digits = settings.digits or 10
    gradient = {name: tape.of_variable(name).adjoint for name in names}
    answer = Answer("backprop", ("gradient of L = ", expression, *at_words(settings.at)))
    answer.result = tuple(_line(name, gradient[name], digits) for name in names)
    values = [plain_number(value) for value in gradient.values()]
    answer.value = values[0] if len(values) == 1 else values
    answer.facts["value"] = plain_number(tape.places[-1].value)
    answer.facts["gradient"] = dict(zip(names, values, strict=True))
    answer.facts["nodes"] = len(tape.places)
    answer.tables.append(_graph_table(tape, digits))
    compared: list[Compared] = []
    if settings.check:
        compared, check = check_gradient_at(loss, _numbers(tape, point), gradient)
        answer.checks.append(check)
        if compared:
            answer.tables.append(_gradient_table(compared, digits))
    if path is not None:
        answer.tables.append(_paths_table(tape, path, digits))
    _add_notes(answer, tape, loss)
    if answer.refuted:
        answer.status, answer.facts, answer.tables = REFUTED, {}, []
        return answer
    if settings.steps:
        answer.steps = _steps(tape, names, answer, digits)
    if settings.plot:
        from dlmath.maths.pictures.networks import backprop_diagram

        answer.picture = backprop_diagram(tape, ("computation graph of ", expression))
    _put_files(answer, tape, digits)
    answer.program = partial(_program, loss, tape, names)
    return answer


def _numbers(tape: Tape, names: Iterable[str]) -> dict[str, Value]:
    return {name: tape.values[symbol(name)] for name in names}


def _program(loss: Node, tape: Tape, names: Sequence[str]) -> Program:
    """The same computation for other points of the same shapes, in forms that do not overflow."""
    from dlmath.maths.networks.stability import stable_form

    given = _numbers(tape, sorted(free_symbols(loss)))
    stable = stable_form(loss, given)
    arithmetic = tape.algebra.arithmetic
    values = needed_values(stable, given, arithmetic)
    for node in topological(stable):  # branches that are not taken here have shapes too
        for part in node.args if node.op == "piecewise" else ():
            if part not in values:
                values |= needed_values(part, given, arithmetic)
    values |= {symbol(name): value for name, value in given.items()}
    vectors = {
        node: shapes.shape(value) for node, value in values.items() if isinstance(value, list)
    }
    return Program(stable, tuple(names), vectors)


def _put_files(answer: Answer, tape: Tape, digits: int) -> None:
    from dlmath.maths.networks.backprop_files import dot_text, mermaid_text

    answer.files[".dot"] = lambda: dot_text(tape, digits)
    answer.files[".mmd"] = lambda: mermaid_text(tape, digits)


# --- what is given --------------------------------------------------------------------------


def _names(
    loss: Node, wrt: Sequence[str] | None, path: str | None, settings: Settings
) -> list[str]:
    """The variables to differentiate by. Raises InvalidInput."""
    free = sorted(free_symbols(loss))
    if not free:
        raise InvalidInput(
            "the loss has no variable", hint='for example backprop "(w*x - 1)^2" --at w=2,x=3'
        )
    missing = [name for name in free if name not in settings.at]
    if missing:
        listed, given = ", ".join(missing), ",".join(f"{name}=1" for name in missing)
        has = "has no value" if len(missing) == 1 else "have no values"
        raise InvalidInput(
            f"{listed} {has}: the graph is computed at a point",
            hint=f"add --at {given}" if not settings.at else f"add {given} to --at",
        )
    names = list(dict.fromkeys(wrt)) if wrt is not None else [n for n in settings.at if n in free]
    asked = [*names, path] if path is not None else names
    for name in asked:
        if name not in free:
            raise InvalidInput(
                f"there is no variable {name} in the loss",
                hint=f"its variables are {', '.join(free)}",
            )
    if path is not None and path not in names:
        names.append(path)
    return names


def point_value(name: str, node: Node) -> Node:
    """The value given to a variable, with vectors written out.

    Raises InvalidInput where it is not a real number or a vector of such.
    """
    if free_symbols(node):
        raise InvalidInput(f"--at {name} takes a number or a vector of numbers")
    value = tidy(expand_vectors(node))
    for entry in _entries(value):
        if entry.op == "number":
            continue
        if entry.op == "vector":
            raise InvalidInput(f"--at {name} is an empty vector")
        from dlmath.expression.precise import evaluate

        if not is_finite(evaluate(entry, digits=20)):
            raise InvalidInput(f"--at {name} takes a real number")
    return value


def _entries(node: Node) -> list[Node]:
    if node.op != "vector" or not node.args:
        return [node]
    return [entry for part in node.args for entry in _entries(part)]


# --- what is shown --------------------------------------------------------------------------


def _line(name: str, value: Value, digits: int) -> Node | str:
    """`dL_dw = 12`, which reads back as an equation."""
    if is_exact(value):
        return eq_node(symbol(f"dL_d{name}"), exact_node(value))
    return f"dL_d{name} = {shown(value, digits)}"


def _graph_table(tape: Tape, digits: int) -> Table:
    with_shapes = any(isinstance(place.value, list) for place in tape.places)
    columns = ["node", "operation", "shape", "value", "local derivatives", "adjoint"]
    first = max(0, len(tape.places) - MOST_ROWS)
    rows = []
    for index in range(first, len(tape.places)):
        place = tape.places[index]
        row = [
            place.name,
            "input" if place.node.op == "symbol" else place.operation,
            _shape_text(place),
            cell(place.value, digits),
            local_words(tape, index, digits),
            _adjoint_cell(place, digits),
        ]
        rows.append(tuple(row if with_shapes else row[:2] + row[3:]))
    if not with_shapes:
        del columns[2]
    title = "computation graph, in order of evaluation; the adjoint of v is dL/dv"
    if with_shapes:
        title += "; G is the adjoint of the node itself, .* goes entry by entry"
    if first:
        title += f" (the last {MOST_ROWS} of {len(tape.places)} nodes)"
    return Table(title, tuple(columns), tuple(rows))


def _shape_text(place: Place) -> str:
    return "x".join(map(str, place.shape)) or "number"


#: Of a node with more uses than this, the shares are not listed.
_MOST_USES = 6


def _adjoint_cell(place: Place, digits: int) -> Any:
    """The adjoint; of a node used several times as the sum of its uses."""
    if len(place.uses) < 2:
        return cell(place.adjoint, digits)
    whole = shown(place.adjoint, digits)
    if len(place.uses) > _MOST_USES:
        return Notation(f"{whole} (the sum of {len(place.uses)} uses)")
    return Notation(f"{_sum_text([share for _, share in place.uses], digits)} = {whole}")


def _sum_text(terms: Sequence[Value], digits: int) -> str:
    """`8 + 4`, `8 + (-4)`."""
    texts = [shown(term, digits) for term in terms]
    return " + ".join(
        f"({text})" if text.startswith("-") and place else text for place, text in enumerate(texts)
    )


def _gradient_table(compared: Sequence[Compared], digits: int) -> Table:
    rows = tuple(
        (
            row.name,
            cell(row.gradient, digits),
            cell(row.difference, digits),
            row.verdict if not row.detail else f"{row.verdict}: {row.detail}",
        )
        for row in compared
    )
    return Table(
        "gradient beside central differences",
        ("variable", "gradient", "difference", "verdict"),
        rows,
    )


def _paths_table(tape: Tape, name: str, digits: int) -> Table:
    """Every path from the loss to the variable, its factors and what it adds."""
    place = tape.of_variable(name)
    target = tape.places.index(place)
    count = count_paths(tape, target)
    found = paths(tape, target)
    rows: list[tuple[Any, ...]] = []
    for path in found:
        names = [tape.places[at].name for at in path.places]
        rows.append(
            (
                " <- ".join(names),
                Notation("*".join(f"d{a}/d{b}" for a, b in pairwise(names)) or "1"),
                _factors_text(path.factors, digits),
                cell(path.share, digits),
            )
        )
    if count > len(found):
        rows.append((f"and {count - len(found)} more", "", "", None))
    if count > 1:
        rows.append((f"sum of all {count}", "", "", cell(place.adjoint, digits)))
    words = "path" if count == 1 else "paths"
    title = f"chain rule for dL/d{name}: {count} {words} from the loss to {name}"
    if count > MOST_PATHS:
        title += f", {MOST_PATHS} of them shown"
    return Table(title, ("path", "product of local derivatives", "numbers", "adds"), tuple(rows))


def _factors_text(factors: Sequence[Any], digits: int) -> str:
    if not factors:
        return "1"
    if None in factors:
        return ""  # between vectors they are Jacobians
    texts = [shown(factor, digits) for factor in factors]
    return Notation(
        "*".join(f"({text})" if text.startswith("-") or "/" in text else text for text in texts)
    )


def _add_notes(answer: Answer, tape: Tape, loss: Node) -> None:
    answer.notes += kink_notes(tape)
    if answer.checks:  # not with --no-check: measuring takes time
        from dlmath.maths.networks.stability import stability_notes

        answer.notes += stability_notes(loss, at=_numbers(tape, sorted(free_symbols(loss))))
    if len(tape.places) > MOST_ROWS:
        answer.notes.append(
            (
                f"the table shows the last {MOST_ROWS} of {len(tape.places)} nodes; "
                "--save graph.dot writes all of them",
            )
        )


# --- the working ------------------------------------------------------------------------------


def _steps(tape: Tape, names: Sequence[str], answer: Answer, digits: int) -> list[Step]:
    """Forward in order of evaluation, backward in the opposite order, and the gradient."""
    inner = [p for p in tape.places if p.node.op != "symbol"][-MOST_ROWS:]
    last = tape.places[-1]
    forward = [_forward_step(tape, place, digits) for place in inner]
    start = Step("start", (Notation(f"dL/d{last.name}"), f" = 1: the loss is {last.name}"))
    used = [
        index
        for index in range(len(tape.places) - 1, -1, -1)
        if tape.places[index].active and tape.places[index].uses
    ]
    backward = [start, *(_backward_step(tape, index, digits) for index in used[: 2 * MOST_ROWS])]
    result = answer.result if isinstance(answer.result, tuple) else ()
    ends = [
        Step(
            "gradient",
            (f"dL/d{name} is the adjoint of {name}, {shown(_adjoint(tape, name), digits)}",),
            None,
            part if isinstance(part, Node) else None,
        )
        for name, part in zip(names, result, strict=True)
    ]
    return [
        Step("forward pass", ("each node from its operands",), steps=tuple(forward)),
        Step(
            "backward pass",
            (
                "each adjoint is the sum over the uses of the adjoint of the user times the local "
                "derivative",
            ),
            steps=tuple(backward),
        ),
        *ends,
    ]


def _forward_step(tape: Tape, place: Place, digits: int) -> Step:
    values = tape.operand_values(place)
    words: Sentence = (f"{place.name} = ", place.operation, f" = {shown(place.value, digits)}")
    exact = (
        is_exact(place.value)
        and all(
            value is not None and not isinstance(value, bool) and is_exact(value)
            for value in values
        )
        and not isinstance(place.value, bool)
    )
    if not exact:
        return Step("value", words)
    put_in = {
        part: exact_node(value)
        for part, value in zip(place.operation.args, values, strict=True)
        if part.op == "symbol"
    }
    before = unfolded(place.operation.op, (put_in.get(part, part) for part in place.operation.args))
    return Step("value", words, before, exact_node(place.value))


def _adjoint(tape: Tape, name: str) -> Value:
    return tape.of_variable(name).adjoint


def _backward_step(tape: Tape, index: int, digits: int) -> Step:
    """dL/dw = dL/dv1*dv1/dw + dL/dv4*dv4/dw = 10*3 + 1*1 = 31"""
    place = tape.places[index]
    users = list(dict.fromkeys(user for user, _ in place.uses))
    names = [tape.places[user].name for user in users]
    terms = " + ".join(f"dL/d{name}*d{name}/d{place.name}" for name in names)
    whole = shown(place.adjoint, digits)
    values = [place.value, *(tape.places[user].value for user in users)]
    if any(isinstance(value, list) for value in values):
        shares = _sum_text([share for _, share in place.uses], digits)
        words = f"dL/d{place.name} = {shares}"
        return Step("adjoint", (words if len(place.uses) < 2 else f"{words} = {whole}",))
    pairs = [(tape.places[user].adjoint, local_value(tape, user, place.name)) for user in users]
    products = " + ".join(
        "*".join(f"({text})" if text.startswith("-") else text for text in texts)
        for texts in ([shown(a, digits), shown(b, digits)] for a, b in pairs)
    )
    words = f"dL/d{place.name} = {terms} = {products} = {whole}"
    if not is_exact([place.adjoint, *(number for pair in pairs for number in pair)]):
        return Step("adjoint", (Notation(words),))
    nodes = [unfolded("mul", (exact_node(a), exact_node(b))) for a, b in pairs]
    before = nodes[0] if len(nodes) == 1 else unfolded("add", nodes)
    return Step("adjoint", (Notation(words),), before, exact_node(place.adjoint))
