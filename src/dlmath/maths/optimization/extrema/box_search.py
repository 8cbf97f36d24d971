"""All solutions of a smooth system in a box, proved by interval arithmetic.

Branch and bound: a box on which an equation has no zero is dropped; Krawczyk's operator
(R. Krawczyk 1969; A. Neumaier, Interval Methods for Systems of Equations, 1990, section 5.1)
proves that a small box holds exactly one solution. What can be neither dropped nor proved is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite
from time import monotonic
from typing import Any

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, contains
from dlmath.expression.interval_arithmetic import interval_sum, product
from dlmath.expression.intervals import Enclosures, Interval, Unsupported
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.convexity.domain import ABOVE, LEAST, demands
from dlmath.maths.optimization.extrema.algebraic import Root
from dlmath.maths.optimization.extrema.recognition import exact_place
from dlmath.maths.optimization.extrema.systems import CERTIFIED, SEARCHED, Found

#: Boxes smaller than this are not cut any further.
_SMALL = 1e-6
#: A box is cut a little beside its middle: solutions like to be at middles, and one that lies on a
#: cut can be proved in neither half.
_SHARE = 0.48731
_MOST_BOXES = 60_000
_MOST_ROOTS = 400

#: Where these occur an equation may jump, so that Krawczyk's operator proves nothing.
_JUMPS = frozenset({"sign", "heaviside", "floor", "ceil", "piecewise"})

Box = tuple[Interval, ...]


def search_box(
    equations: Sequence[Node],
    names: Sequence[str],
    wanted: int,
    box: Mapping[str, Interval],
    seconds: float,
) -> Found:
    """The solutions in the box, each with a proof that it is the only one near it where possible.

    Where no bounds are known for the equations, Newton's method from many places searches.
    """
    sides = tuple(box[name] for name in names)
    wide = tuple(_widened(side) for side in sides)
    if len(names) > 6:
        return _by_newton(equations, names, sides, "there are too many variables to cut the box")
    try:
        search = _Search(equations, names, seconds)
    except Unsupported as reason:
        return _by_newton(equations, names, sides, str(reason))
    search.run(wide)
    return search.found(sides)


def _widened(side: Interval) -> Interval:
    """A little more than the box: solutions like to be on its edge."""
    margin = 0.00317 * (side[1] - side[0])
    return side[0] - margin, side[1] + margin


class _Search:
    def __init__(self, equations: Sequence[Node], names: Sequence[str], seconds: float) -> None:
        self.equations = [tidy(equation) for equation in equations]
        self.names = list(names)
        size = len(names)
        self.jacobian: list[Node] = []
        for equation in self.equations:
            slopes = gradient(equation, names)
            self.jacobian += [tidy(slopes[name]) for name in names]
        asked = [one for equation in self.equations for one in demands(equation)]
        self.demands = [one for one in dict.fromkeys(asked) if one.kind in (ABOVE, LEAST)]
        self.smooth = not any(contains(node, _JUMPS) for node in (*self.equations, *self.jacobian))
        self.values = Enclosures(self.equations, names)
        self.all = Enclosures(
            [*self.equations, *self.jacobian, *(one.part for one in self.demands)], names
        )
        self.size = size
        self.end = monotonic() + seconds
        self.certain: list[Box] = []
        self.doubtful: list[Box] = []
        self.unfinished = False

    def run(self, box: Box) -> None:
        waiting = [box]
        count = 0
        while waiting:
            count += 1
            if count > _MOST_BOXES or (count % 64 == 0 and monotonic() > self.end):
                self.unfinished = True
                return
            current = waiting.pop()
            verdict = self._look(current)
            if isinstance(verdict, tuple):
                waiting.extend(self._cut(verdict))

    def _cut(self, box: Box) -> list[Box]:
        place = max(range(self.size), key=lambda index: box[index][1] - box[index][0])
        low, high = box[place]
        if high - low <= _SMALL:
            self.doubtful.append(box)
            return []
        middle = low + _SHARE * (high - low)
        return [
            (*box[:place], (low, middle), *box[place + 1 :]),
            (*box[:place], (middle, high), *box[place + 1 :]),
        ]

    def _look(self, box: Box) -> Box | None:
        """None where the box is done with; else what is left of it to cut."""
        bounds = self.values(box)
        if any(b is None or b[0] > 0 or b[1] < 0 for b in bounds):
            return None
        if max(high - low for low, high in box) > 3:
            return box
        everything = self.all(box)
        rows = everything[self.size : self.size + self.size**2]
        if any(entry is None or not (isfinite(entry[0]) and isfinite(entry[1])) for entry in rows):
            return box
        jacobian = [entry for entry in rows if entry is not None]
        image = self._krawczyk(box, jacobian)
        if image is None:
            return box
        if any(a[1] < b[0] or b[1] < a[0] for a, b in zip(image, box, strict=True)):
            return None
        if (
            self.smooth
            and self._whole(everything[self.size + self.size**2 :])
            and all(low < a and b < high for (a, b), (low, high) in zip(image, box, strict=True))
        ):
            self.certain.append(image)
            return None
        return tuple((max(a[0], b[0]), min(a[1], b[1])) for a, b in zip(image, box, strict=True))

    def _whole(self, parts: Sequence[Interval | None]) -> bool:
        """Is everything defined on the whole box?"""
        return all(
            part is not None and (part[0] > 0 or (part[0] >= 0 and one.kind == LEAST))
            for part, one in zip(parts, self.demands, strict=True)
        )

    def _krawczyk(self, box: Box, jacobian: list[Interval]) -> Box | None:
        """K = m - Y F(m) + (1 - Y J)(X - m), Y near the inverse of J at the middle m."""
        size = self.size
        middle = [(low + high) / 2 for low, high in box]
        near = [(low + high) / 2 for low, high in jacobian]
        inverse = _inverse(near, size)
        if inverse is None:
            return None
        at = self.values([(m, m) for m in middle])
        if any(value is None for value in at):
            return None
        values = [value for value in at if value is not None]
        image = []
        for i in range(size):
            total: Interval = (middle[i], middle[i])
            for k in range(size):
                y = inverse[i * size + k]
                total = interval_sum(total, product((-y, -y), values[k]))
            for j in range(size):
                entry: Interval = (1.0, 1.0) if i == j else (0.0, 0.0)
                for k in range(size):
                    y = inverse[i * size + k]
                    entry = interval_sum(entry, product((-y, -y), jacobian[k * size + j]))
                low, high = box[j]
                side = interval_sum((low, high), (-middle[j], -middle[j]))
                total = interval_sum(total, product(entry, side))
            image.append(total)
        if any(not (isfinite(low) and isfinite(high)) for low, high in image):
            return None
        return tuple(image)

    def found(self, box: Box) -> Found:
        """The solutions to many digits, and what is not proved."""
        import mpmath

        doubts: list[str] = []
        open_places: list[tuple[float, ...]] = []
        roots = []
        for image in self.certain[:_MOST_ROOTS]:
            place = [(a + b) / 2 for a, b in image]
            reach = max(b - a for a, b in image) + 1e-12
            certain = refined(self.equations, self.names, place, reach)
            if certain is None:
                certain = Root(tuple(map(mpmath.mpf, place)), (None,) * self.size)
            roots.append(certain)
        for place in _clusters(self.doubtful):
            if not all(low <= x <= high for x, (low, high) in zip(place, box, strict=True)):
                continue
            root = refined(self.equations, self.names, place)
            if root is None:
                open_places.append(tuple(place))
                continue
            roots.append(root)
            doubts.append(
                f"that there is one critical point alone at {_shown(self.names, root.values)}"
            )
        if self.unfinished:
            doubts.append("that there are no others in the box: the search ran out of time")
        kept = [root for root in roots if root is not None and _inside(root, box)]
        if len(kept) > _MOST_ROOTS:
            doubts.append(f"only the first {_MOST_ROOTS} are listed")
        how = SEARCHED if self.unfinished else CERTIFIED
        return Found(_once(kept), [], how, tuple(dict.fromkeys(doubts)), tuple(open_places))


def _inverse(matrix: list[float], size: int) -> list[float] | None:
    """The inverse of a small matrix by elimination with pivots, or None."""
    work = [
        matrix[i * size : (i + 1) * size] + [float(i == j) for j in range(size)]
        for i in range(size)
    ]
    for k in range(size):
        pivot = max(range(k, size), key=lambda row: abs(work[row][k]))
        if abs(work[pivot][k]) < 1e-300:
            return None
        work[k], work[pivot] = work[pivot], work[k]
        scale = work[k][k]
        work[k] = [entry / scale for entry in work[k]]
        for i in range(size):
            if i != k and work[i][k]:
                factor = work[i][k]
                work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    found = [entry for row in work for entry in row[size:]]
    return found if all(map(isfinite, found)) else None


def _clusters(boxes: list[Box]) -> list[list[float]]:
    """One place for boxes that lie together."""
    found: list[list[float]] = []
    for box in boxes[:2000]:
        place = [(low + high) / 2 for low, high in box]
        near = any(
            all(abs(a - b) < 1e-3 * (1 + abs(a)) for a, b in zip(place, other, strict=True))
            for other in found
        )
        if not near:
            found.append(place)
    return found[:50]


def _inside(root: Root, box: Box) -> bool:
    return all(
        low - 1e-9 <= value <= high + 1e-9
        for value, (low, high) in zip(root.values, box, strict=False)
    )


def _once(roots: list[Root]) -> list[Root]:
    kept: list[Root] = []
    for root in roots:
        if not any(
            all(
                abs(a - b) < 1e-12 * (1 + abs(a))
                for a, b in zip(root.values, o.values, strict=True)
            )
            for o in kept
        ):
            kept.append(root)
    return kept


def _shown(names: Sequence[str], place: Sequence[Any]) -> str:
    return ", ".join(f"{n} = {float(v):.6g}" for n, v in zip(names, place, strict=False))


# --- Newton's method --------------------------------------------------------------------------


def refined(
    equations: Sequence[Node], names: Sequence[str], place: Sequence[float], reach: float = 1e-2
) -> Root | None:
    """The solution within reach of a place to fifty digits, exact where a form fits; or None."""
    import mpmath

    from dlmath.maths.optimization.extrema.systems import value_at

    rows = [[tidy(gradient(e, [name])[name]) for name in names] for e in equations]
    with mpmath.workdps(60):
        x = [mpmath.mpf(v) for v in place]
        for _ in range(60):
            values = dict(zip(names, x, strict=True))
            f = [value_at(e, values, 50) for e in equations]
            j = [[value_at(entry, values, 50) for entry in row] for row in rows]
            if any(v is None for v in f) or any(v is None for row in j for v in row):
                return None
            size = max(abs(v) for v in f if v is not None)
            if size < mpmath.mpf(10) ** -48:
                break
            try:
                step = mpmath.lu_solve(mpmath.matrix(j), mpmath.matrix(f))
            except (ZeroDivisionError, ValueError):
                break
            move = max(abs(s) for s in step)
            x = [a - s for a, s in zip(x, step, strict=True)]
            if move < mpmath.mpf(10) ** -50 * (1 + max(map(abs, x))):
                break
        values = dict(zip(names, x, strict=True))
        worst = [value_at(e, values, 40) for e in equations]
        if any(v is None or abs(v) > mpmath.mpf(10) ** -20 for v in worst):
            return None
        if max(abs(a - b) for a, b in zip(x, place, strict=True)) > reach:
            return None
        return exact_place(equations, names, x)


def _by_newton(equations: Sequence[Node], names: Sequence[str], box: Box, reason: str) -> Found:
    """Newton's method from many random places of the box: nothing is proved."""
    import numpy as np

    from dlmath.expression.compile import compile_function

    size = len(names)
    slopes = [gradient(equation, names) for equation in equations]
    outputs = [*equations, *(tidy(slope[name]) for slope in slopes for name in names)]
    doubt = f"that these are all in the box: {reason}"
    function = compile_function(outputs, list(names))
    rng = np.random.default_rng(5)
    found: list[Root] = []
    low = np.array([side[0] for side in box])
    high = np.array([side[1] for side in box])
    for trial in range(300):
        x = low + (high - low) * rng.random(size) if trial else (low + high) / 2
        place = _newton(function, x, size)
        if place is None or not all(low - 1e-9 <= place) or not all(place <= high + 1e-9):
            continue
        if any(
            all(
                abs(float(a) - b) < 1e-6 * (1 + abs(b))
                for a, b in zip(r.values, place, strict=True)
            )
            for r in found
        ):
            continue
        root = refined(equations, names, [float(v) for v in place])
        if root is not None:
            found.append(root)
    return Found(_once(found), [], SEARCHED, (doubt,))


def _newton(function: Any, x: Any, size: int) -> Any | None:
    """Damped Newton's method in floats, or None where it does not arrive."""
    import numpy as np

    best = inf
    for _ in range(60):
        try:
            values = function(*x)
        except (ArithmeticError, ValueError):
            return None
        f = np.array(values[:size], dtype=float)
        j = np.array(values[size:], dtype=float).reshape(size, size)
        if not (np.isfinite(f).all() and np.isfinite(j).all()):
            return None
        best = float(np.abs(f).max())
        if best < 1e-11:
            return x
        step = np.linalg.lstsq(j, f, rcond=None)[0]
        length = float(np.abs(step).max())
        x = x - step * min(1.0, 2.0 * (1 + float(np.abs(x).max())) / max(length, 1e-300))
    return x if best < 1e-7 else None
