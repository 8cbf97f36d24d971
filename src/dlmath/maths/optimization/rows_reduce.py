"""Reductions and losses over rows, lowered to sums, means and scalar expressions (`rows`).

Losses of a `sigmoid` or a `softmax` are written in the form that neither overflows nor rounds to
log(0): bce(sigmoid(z), y) = softplus(z) - y*z, and cross_entropy(softmax(z), y) is the sum of
-y*log_softmax(z) (I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, 2016, section 6.2.2).
"""

from __future__ import annotations

from dlmath.expression.graph import (
    HALF,
    INFINITY,
    ONE,
    TRUE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    is_integer,
    make,
    mul,
    neg,
    power,
    sqrt,
    sub,
    symbol,
)
from dlmath.expression.shapes import PAIRED
from dlmath.maths.optimization.rows import (
    EACH,
    LOGSUMEXP,
    PICK,
    REDUCE,
    Cell,
    Lowering,
    PartError,
)

#: Losses that are sums over the entries of a row; the others are means.
_SUMS = frozenset({"cross_entropy", "kl_div"})


def reduction(lowering: Lowering, node: Node, inside: bool) -> Cell:
    """`mean`, `var`, `max`, `min`, `norm`, `logsumexp`, or a loss. Raises PartError."""
    op = node.op
    if op in PAIRED:
        return _loss(lowering, node, inside)
    if op == "mean":
        cells = [lowering.lower(part, True) for part in node.args]
    else:
        cells = [lowering.lower(part, inside) for part in node.args]
    if op in ("max", "min") and len(cells) > 1 and not any(cell.shape for cell in cells):
        return lowering.apply(node, cells)
    order: Node = TWO
    if op == "norm" and len(cells) > 1:
        order = node.args[1]
        cells = cells[:1]
        if order.op not in ("number", "constant"):
            raise PartError("the order of a norm is a number here", node)
    cell = cells[0] if len(cells) == 1 else lowering.stack(node, cells)
    rows = cell.rows and (not inside or not cell.shape)
    if op == "logsumexp":
        return _logsumexp(lowering, node, cell)
    if op == "norm":
        if inside and cell.rows and not cell.shape:
            raise PartError("the norm of one number in each row", node, hint="write abs(...)")
        return _norm(lowering, node, cell, order, rows)
    if op == "var":
        centre = reduce(lowering, node, cell, "mean", rows)
        if centre.rows and cell.shape:
            raise PartError("var within a row is not supported", node)
        graph = power(sub(symbol(cell.name), symbol(centre.name)), TWO)
        return reduce(
            lowering, node, lowering.expression(node, graph, [cell, centre]), "mean", rows
        )
    return reduce(lowering, node, cell, op, rows)


def reduce(lowering: Lowering, node: Node, cell: Cell, how: str, rows: bool) -> Cell:
    """Sum, mean, max or min over the entries, and over the rows too where asked."""
    over = (rows and cell.rows, bool(cell.shape))
    if over == (False, False):
        return cell
    made = lowering.cell(REDUCE, node, [cell], (), rows=cell.rows and not rows)
    made.how, made.over = how, over
    return made


def _norm(lowering: Lowering, node: Node, cell: Cell, order: Node, rows: bool) -> Cell:
    me = symbol(cell.name)
    if order is INFINITY:
        sizes = lowering.expression(node, call("abs", me), [cell])
        return reduce(lowering, node, sizes, "max", rows)
    if order is TWO:
        total = reduce(
            lowering, node, lowering.expression(node, power(me, TWO), [cell]), "sum", rows
        )
        return lowering.expression(node, sqrt(symbol(total.name)), [total])
    sizes = lowering.expression(node, power(call("abs", me), order), [cell])
    total = reduce(lowering, node, sizes, "sum", rows)
    return lowering.expression(node, power(symbol(total.name), div(ONE, order)), [total])


def squared_norm(lowering: Lowering, node: Node, inside: bool) -> Cell | None:
    """norm(v)^2 as a sum of squares, which has a gradient at 0 too; None for other powers."""
    base, exponent = node.args
    even = is_integer(exponent) and exponent.number > 0 and exponent.number % 2 == 0
    if base.op != "norm" or not even or (len(base.args) > 1 and base.args[1] is not TWO):
        return None
    cell = lowering.lower(base.args[0], inside)
    rows = cell.rows and (not inside or not cell.shape)
    squares = lowering.expression(node, power(symbol(cell.name), TWO), [cell])
    total = reduce(lowering, node, squares, "sum", rows)
    half = mul(exponent, HALF)
    return lowering.expression(node, power(symbol(total.name), half), [total])


def _logsumexp(lowering: Lowering, node: Node, cell: Cell) -> Cell:
    if not cell.shape:
        if cell.rows:
            raise PartError("logsumexp is of a vector in each row, and this is a number", node)
        return cell
    if len(cell.shape) > 1:
        raise PartError(f"logsumexp is of a vector, and this is {cell.described}", node)
    return lowering.cell(LOGSUMEXP, node, [cell], ())


# --- losses -----------------------------------------------------------------------------------


def _loss(lowering: Lowering, node: Node, inside: bool) -> Cell:
    """A loss of prediction and target: of each row inside a `mean`, else the mean over the rows."""
    first, second = node.args[:2]
    op = node.op
    cell = None
    if op == "cross_entropy":
        cell = _of_classes(lowering, node, inside)
    if cell is None:
        prediction, target = _unsquashed(lowering, op, first, inside), second
        cells = [lowering.lower(part, inside) for part in (prediction, target, *node.args[2:])]
        if cells[0].shape != cells[1].shape:
            raise PartError(
                f"{op} compares two of the same shape, and these are {cells[0].described} and"
                f" {cells[1].described}",
                node,
                hint=_hint_of_shapes(op, cells),
            )
        me, you = symbol(cells[0].name), symbol(cells[1].name)
        if cells[0] is cells[1]:
            cells = cells[:1]
        fused = prediction is not first
        graph = _entry(op, me, you, [symbol(cell.name) for cell in cells[2:]], fused)
        each = lowering.expression(node, graph, cells)
        cell = reduce(lowering, node, each, "sum" if op in _SUMS else "mean", False)
    if cell.rows and not inside:
        return reduce(lowering, node, cell, "mean", True)
    return cell


def _hint_of_shapes(op: str, cells: list[Cell]) -> str | None:
    if op == "cross_entropy" and cells[1].shape and not cells[0].shape:
        return "the prediction comes first: cross_entropy(softmax(...), column)"
    if cells[0].shape and not cells[1].shape:
        return "a column of classes is compared by cross_entropy(softmax(...), column)"
    return None


def _unsquashed(lowering: Lowering, op: str, prediction: Node, inside: bool) -> Node:
    """The scores behind a sigmoid or softmax whose loss is taken of the scores."""
    lowering.lower(prediction, inside)  # what does not fit is named as it was typed
    if op == "bce" and prediction.op == "sigmoid":
        return prediction.args[0]
    if op == "cross_entropy" and prediction.op == "softmax":
        return make("log_softmax", prediction.args)
    return prediction


def _entry(op: str, p: Node, y: Node, more: list[Node], fused: bool) -> Node:
    """The loss of one entry."""
    error = sub(p, y)
    if op == "mse":
        return power(error, TWO)
    if op == "mae":
        return call("abs", error)
    if op == "huber":
        delta = more[0] if more else ONE
        size = call("abs", error)
        near, far = div(power(error, TWO), TWO), mul(delta, sub(size, div(delta, TWO)))
        return make("piecewise", (near, make("le", (size, delta)), far, TRUE))
    if op == "hinge":
        return call("relu", sub(ONE, mul(y, p)))
    if op == "kl_div":
        return _weighted_log(p, div(p, y))
    if op == "cross_entropy":
        return neg(mul(y, p)) if fused else neg(_weighted_log(y, p))
    if fused:
        return sub(call("softplus", p), mul(y, p))
    return neg(add(_weighted_log(y, p), _weighted_log(sub(ONE, y), sub(ONE, p))))


def _weighted_log(weight: Node, operand: Node) -> Node:
    """weight*log(operand), and 0 for the weight 0."""
    term = mul(weight, call("log", operand))
    return make("piecewise", (term, make("ne", (weight, ZERO)), ZERO, TRUE))


def _of_classes(lowering: Lowering, node: Node, inside: bool) -> Cell | None:
    """cross_entropy with a column of classes for its target; None for another target."""
    first, target = node.args
    chosen = lowering.lower(target, inside)
    if chosen.shape or not chosen.rows or chosen.active:
        return None
    prediction = _unsquashed(lowering, "cross_entropy", first, inside)
    cell = lowering.lower(prediction, inside)
    count = lowering.column_of_words(target)
    if len(cell.shape) != 1:
        classes = f"{count} classes" if count is not None else "classes"
        wanted = count if count is not None else 3
        raise PartError(
            f"cross_entropy of {classes} takes a vector with a probability for each, and this is"
            f" {cell.described}",
            node,
            hint=f'for example softmax(X*W + b) with --parameters "W: 4,{wanted}; b: {wanted}"',
        )
    if count is not None and count != cell.shape[0]:
        raise PartError(
            f"there are {count} classes in {target.name}, and {cell.shape[0]} probabilities", node
        )
    picked = lowering.cell(PICK, node, [cell, chosen], ())
    me = symbol(picked.name)
    graph = neg(me) if prediction is not first else neg(call("log", me))
    return lowering.expression(node, graph, [picked])


def additive(cell: Cell) -> bool:
    """Is the loss of all rows the mean of the losses of equally large pieces?

    So it is where it is a sum of means over rows, times constants, and terms without rows.
    """
    if not _meets_rows(cell):
        return True
    if cell.op == REDUCE:
        plain = cell.over[0] and cell.how == "mean"
        return plain and not any(_takes_rows(part) for part in cell.inputs)
    if cell.op != EACH or cell.graph is None:
        return False
    varying = {part.name for part in cell.inputs if _meets_rows(part)}
    linear = _linear_in(cell.graph, varying)
    return linear and all(additive(part) for part in cell.inputs)


def _meets_rows(cell: Cell) -> bool:
    return cell.rows or any(_meets_rows(part) for part in cell.inputs)


def _takes_rows(cell: Cell) -> bool:
    return (cell.op == REDUCE and cell.over[0]) or any(_takes_rows(part) for part in cell.inputs)


def _linear_in(graph: Node, names: set[str]) -> bool:
    from dlmath.expression.graph import free_symbols

    if not free_symbols(graph) & names or graph.op == "symbol":
        return True
    if graph.op == "add":
        return all(_linear_in(part, names) for part in graph.args)
    if graph.op == "mul":
        varying = [part for part in graph.args if free_symbols(part) & names]
        return len(varying) == 1 and _linear_in(varying[0], names)
    return False
