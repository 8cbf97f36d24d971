"""A loss over the rows of a table, as a graph of cells: what each part is in one row.

In the formula the name of a column stands for its value in a row, and a parameter for a number, a
vector or a matrix that is the same in all rows. Inside a row vectors follow the rules of the
language. What differs from row to row is a number, a vector or a matrix of each row; the outermost
`mean` (or `var`, `max`, `min`, `norm`, or a loss such as `mse`) takes all rows together, and what
stands inside a `mean` works within its row.

The graph of the formula is lowered to cells. Scalar arithmetic that needs no vector rules in
between becomes one cell, whose graph is compiled together with its local derivatives; products of
matrices, softmax, and reductions are cells of their own (`rows_run` computes them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlmath.errors import InvalidInput
from dlmath.expression.graph import BINDERS, Node, free_symbols, make, symbol
from dlmath.expression.vocabulary import FUNCTIONS

Shape = tuple[int, ...]

EACH, LEAF, STACK, PRODUCT, REDUCE, SOFTMAX, LOG_SOFTMAX, LOGSUMEXP, PICK = (
    "each",
    "leaf",
    "stack",
    "product",
    "reduce",
    "softmax",
    "log_softmax",
    "logsumexp",
    "pick",
)


class PartError(InvalidInput):
    """A part of the formula does not fit the data or the shapes; `part` is that part."""

    def __init__(self, message: str, part: Node, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.part = part


@dataclass(eq=False)
class Cell:
    """One computed thing.

    op: one of the names above. inputs: the cells it is computed of. rows: does it differ from row
    to row? shape: within a row: (), (n,) or (n, m). active: does it depend on a parameter?
    source: the part of the formula that it is the value of.
    graph: of an `each`: the scalar expression over the names of its inputs (`Cell.name`).
    name: of a leaf: of the column or parameter; else a name that nobody can type.
    how: of a `reduce`: sum, mean, max or min. over: of a `reduce`: are rows taken together, are
    entries?
    """

    op: str
    inputs: tuple[Cell, ...]
    rows: bool
    shape: Shape
    active: bool
    source: Node
    name: str
    graph: Node | None = None
    how: str = ""
    over: tuple[bool, bool] = (False, False)

    @property
    def described(self) -> str:
        """For people: `a vector of length 3`."""
        return described(self.shape)


def described(shape: Shape) -> str:
    """For people: `a number`, `a vector of length 3`, `a matrix of 4 by 3`."""
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of length {shape[0]}"
    return "a matrix of " + " by ".join(map(str, shape))


@dataclass
class Names:
    """What the names of a formula are.

    columns: numbers in each row. words: columns of words, with how many there are. blocks: names
    for several columns at once, a vector in each row. parameters: name to shape.
    """

    columns: frozenset[str]
    words: Mapping[str, int]
    blocks: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Shape]


@dataclass
class Lowering:
    """Makes cells of nodes; each node is lowered once where it stands alike."""

    names: Names
    done: dict[tuple[Node, bool], Cell] = field(default_factory=dict)
    leaves: dict[str, Cell] = field(default_factory=dict)
    count: int = 0

    def lower(self, node: Node, inside: bool) -> Cell:
        """The cell of a part of the formula. inside: does it stand inside a `mean`?

        Raises PartError.
        """
        key = (node, inside)
        found = self.done.get(key)
        if found is None:
            found = self.done[key] = self._lowered(node, inside)
        return found

    def _lowered(self, node: Node, inside: bool) -> Cell:
        from dlmath.maths.optimization import rows_reduce

        op = node.op
        if op == "symbol":
            return self._leaf(node)
        if not node.args:
            return self.each(node, node, ())
        if op == "vector":
            return self._vector(node, inside)
        if op in BINDERS or op == "derive":
            return self._bound(node)
        kind = FUNCTIONS[op].kind if op in FUNCTIONS else ""
        if op == "dot":
            return self._dot(node, inside)
        if kind == "reduction":
            return rows_reduce.reduction(self, node, inside)
        if kind == "vector":
            return self._softmax(node, inside)
        if op == "pow":
            squared = rows_reduce.squared_norm(self, node, inside)
            if squared is not None:
                return squared
        cells = [self.lower(part, inside) for part in node.args]
        if op == "mul" and sum(bool(cell.shape) for cell in cells) > 1:
            return self._product(node, cells)
        if op == "pow":
            self._check_power(node, cells)
        if op == "hyper":
            raise PartError(f"{op} of data is not supported", node)
        return self.apply(node, cells)

    # --- leaves -------------------------------------------------------------------------------

    def _leaf(self, node: Node) -> Cell:
        name = node.name
        if name in self.leaves:
            return self.leaves[name]
        names = self.names
        if name in names.parameters:
            cell = Cell(LEAF, (), False, names.parameters[name], True, node, name)
        elif name in names.blocks:
            cell = Cell(LEAF, (), True, (len(names.blocks[name]),), False, node, name)
        else:
            cell = Cell(LEAF, (), True, (), False, node, name)
        self.leaves[name] = cell
        return cell

    def column_of_words(self, node: Node) -> int | None:
        """How many words the column has that this node names, None where it is something else."""
        return self.names.words.get(node.name) if node.op == "symbol" else None

    # --- scalar arithmetic, entry by entry ------------------------------------------------------

    def each(self, node: Node, graph: Node, inputs: tuple[Cell, ...]) -> Cell:
        """A scalar expression over cells that are no such expressions themselves."""
        shapes = [cell.shape for cell in inputs if cell.shape]
        return Cell(
            EACH,
            inputs,
            any(cell.rows for cell in inputs),
            shapes[0] if shapes else (),
            any(cell.active for cell in inputs),
            node,
            self.fresh(),
            graph,
        )

    def fresh(self) -> str:
        """A name that nobody can type."""
        self.count += 1
        return f"cell.{self.count}"

    def apply(self, node: Node, cells: list[Cell], op: str | None = None) -> Cell:
        """The operation of the node on cells, entry by entry. Raises PartError."""
        self.check_alike(node, cells)
        self._check_words(node, cells)
        graphs = [_graph(cell) for cell in cells]
        return self.each(node, make(op or node.op, graphs, node.value), _inputs(cells))

    def expression(self, node: Node, graph: Node, cells: list[Cell]) -> Cell:
        """A scalar expression in the cells' own names, entry by entry. Raises PartError."""
        from dlmath.expression.graph import substitute

        self.check_alike(node, cells)
        self._check_words(node, cells)
        values = {cell.name: _graph(cell) for cell in cells}
        return self.each(node, substitute(graph, values), _inputs(cells))

    def check_alike(self, node: Node, cells: list[Cell]) -> None:
        """Vectors side by side have one length; numbers stand beside every entry."""
        shaped = [cell for cell in cells if cell.shape]
        for cell in shaped[1:]:
            if cell.shape != shaped[0].shape:
                raise PartError(
                    f"{shaped[0].described} and {cell.described} do not fit together", node
                )

    def _check_words(self, node: Node, cells: list[Cell]) -> None:
        for cell in cells:
            count = self.names.words.get(cell.name, 2)
            if count > 2:
                raise PartError(
                    f"the column {cell.name} holds {count} different words, which are no numbers",
                    node,
                    hint=f"classes are compared by cross_entropy(softmax(...), {cell.name})",
                )

    def _check_power(self, node: Node, cells: list[Cell]) -> None:
        base, exponent = cells
        if exponent.shape or (base.shape and not base.rows):
            raise PartError(
                f"{base.described} has no power",
                node,
                hint="dot(W, W) or norm(W)^2 is the sum of squares",
            )

    def _bound(self, node: Node) -> Cell:
        """`sum` and `product` over a range: one scalar expression."""
        if node.op not in ("sum", "product"):
            raise PartError(f"{node.op} cannot be carried out here", node)
        cells = [self.lower(symbol(name), True) for name in sorted(free_symbols(node))]
        shaped = [cell for cell in cells if cell.shape]
        if shaped:
            raise PartError(
                f"{shaped[0].name} is {shaped[0].described}, and a {node.op} is of numbers", node
            )
        self._check_words(node, cells)
        return self.each(node, node, tuple(cells))

    # --- vectors ------------------------------------------------------------------------------

    def _vector(self, node: Node, inside: bool) -> Cell:
        return self.stack(node, [self.lower(part, inside) for part in node.args])

    def stack(self, node: Node, cells: list[Cell]) -> Cell:
        """Numbers as a vector, vectors as the rows of a matrix. Raises PartError."""
        if any(cell.shape != cells[0].shape for cell in cells) or len(cells[0].shape) > 1:
            raise PartError("the entries of a vector have different shapes", node)
        return self.cell(STACK, node, cells, (len(cells), *cells[0].shape))

    def cell(
        self, op: str, node: Node, cells: list[Cell], shape: Shape, *, rows: bool | None = None
    ) -> Cell:
        """A cell that is no scalar expression."""
        return Cell(
            op,
            tuple(cells),
            any(cell.rows for cell in cells) if rows is None else rows,
            shape,
            any(cell.active for cell in cells),
            node,
            self.fresh(),
        )

    def _softmax(self, node: Node, inside: bool) -> Cell:
        cells = [self.lower(part, inside) for part in node.args]
        cell = cells[0] if len(cells) == 1 else self.stack(node, cells)
        if len(cell.shape) != 1:
            raise PartError(
                f"{node.op} is of a vector, and this is {cell.described}",
                node,
                hint='a matrix of parameters makes one score for each class: X*W with "W: 4,3"',
            )
        return self.cell(SOFTMAX if node.op == "softmax" else LOG_SOFTMAX, node, [cell], cell.shape)

    # --- products -----------------------------------------------------------------------------

    def _dot(self, node: Node, inside: bool) -> Cell:
        left, right = (self.lower(part, inside) for part in node.args)
        if not left.shape and not right.shape:
            if left.rows or right.rows:
                raise PartError(
                    "dot of two numbers of a row is not said",
                    node,
                    hint="x*y is their product, mean(x*y) its mean over the rows",
                )
            return self.apply(node, [left, right], "mul")
        return self._times(node, left, right)

    def _product(self, node: Node, cells: list[Cell]) -> Cell:
        """Numbers scale; the vectors and matrices are multiplied from left to right."""
        result, *others = (cell for cell in cells if cell.shape)
        for other in others:
            alike = len(result.shape) == len(other.shape) == 1
            if alike and not (result.rows and not other.rows):
                raise PartError(
                    "the product of two vectors is not said", node, hint="write dot(a, b)"
                )
            result = self._times(node, result, other)
        scalars = [cell for cell in cells if not cell.shape]
        return self.apply(node, [*scalars, result]) if scalars else result

    def _times(self, node: Node, left: Cell, right: Cell) -> Cell:
        """A product of vectors and matrices, as `expression.shapes.product`."""
        if not left.shape or not right.shape:
            return self.apply(node, [left, right], "mul")
        if left.shape[-1] != right.shape[0]:
            raise PartError(f"{left.described} and {right.described} cannot be multiplied", node)
        return self.cell(PRODUCT, node, [left, right], left.shape[:-1] + right.shape[1:])


def _graph(cell: Cell) -> Node:
    """The cell inside a scalar expression: its own expression, or its name."""
    if cell.op == EACH:
        assert cell.graph is not None
        return cell.graph
    return symbol(cell.name)


def _inputs(cells: list[Cell]) -> tuple[Cell, ...]:
    """The cells that the expressions are over, each once."""
    found: dict[Cell, None] = {}
    for cell in cells:
        for part in cell.inputs if cell.op == EACH else (cell,):
            found[part] = None
    return tuple(found)


def lower(formula: Node, names: Names) -> Cell:
    """The loss as a cell, which is one number for all rows.

    Raises PartError where shapes do not fit, and for a loss that differs from row to row.
    """
    from dlmath.expression.text import to_text

    cell = Lowering(names).lower(formula, False)
    if cell.rows:
        raise PartError(
            "the loss differs from row to row"
            if not cell.shape
            else f"the loss is {cell.described}",
            formula,
            hint=f"take its mean over the rows: mean({to_text(formula)})",
        )
    if cell.shape:
        raise PartError(f"the loss must be one number, and this is {cell.described}", formula)
    return cell
