"""Critical points: where they are, what the function is worth there, and of what kind they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, number, substitute
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.optimization.extrema.algebraic import Root

MINIMUM, MAXIMUM, SADDLE, UNDECIDED = "minimum", "maximum", "saddle", "undecided"
INFLECTION = "inflection"
#: The only feasible point nearby: minimum and maximum at once.
ISOLATED = "isolated"

#: An exact value longer than this is shown as a decimal number.
_LONGEST = 40


class Critical(NamedTuple):
    """One critical point.

    names, root: the place. value: of the function, fifty digits; exact: in closed form, or None.
    kind: `minimum`, `maximum`, `saddle`, `inflection` (one variable) or `undecided`.
    eigenvalues: of the Hessian (of the reduced one on a constraint), ascending; None at a kink.
    smooth: has the function a gradient there? why: how the kind was found. judged: was it judged
    by values nearby, not proved? multipliers: of the constraints, for a constrained point.
    """

    names: tuple[str, ...]
    root: Root
    value: Any
    exact: Node | None
    kind: str
    eigenvalues: tuple[float, ...] | None
    smooth: bool
    why: str
    judged: bool = False
    multipliers: tuple[Node | float, ...] = ()

    @property
    def place(self) -> tuple[Node | float, ...]:
        """The coordinates: exact where they are known so, else floats."""
        return tuple(
            exact if exact is not None else _plain(value)
            for exact, value in zip(self.root.exact, self.root.values, strict=True)
        )

    @property
    def shown_value(self) -> Node | float:
        return self.exact if self.exact is not None else _plain(self.value)

    def text(self) -> str:
        """`x = 3, y = 2: minimum 0`."""
        return f"{self.place_text()}: {self.kind} {part_text(self.shown_value)}"

    def doubt(self) -> str:
        """What is not proved of its kind."""
        if self.kind == UNDECIDED:
            return f"the kind of {self.place_text()}: {self.why}"
        article = "an" if self.kind[0] in "aeiou" else "a"
        what = f"{article} {self.kind}"
        if self.kind == ISOLATED:
            what = "the only point nearby that satisfies the constraints"
        return f"that {self.place_text()} is {what}: judged by {self.why}"

    def place_text(self) -> str:
        return place_text(self.names, self.place)

    def fact(self) -> dict[str, Any]:
        fact: dict[str, Any] = {
            "at": dict(zip(self.names, self.place, strict=True)),
            "value": self.shown_value,
            "kind": self.kind,
        }
        if self.eigenvalues is not None:
            fact["eigenvalues"] = list(self.eigenvalues)
        if not self.smooth:
            fact["smooth"] = False
        return fact


def place_text(names: Sequence[str], place: Sequence[Node | float]) -> str:
    return ", ".join(f"{n} = {part_text(part)}" for n, part in zip(names, place, strict=True))


def part_text(part: Node | float) -> str:
    """A number as the language reads it, decimals to ten digits."""
    if isinstance(part, Node):
        return to_text(part)
    text = f"{part:.10g}"
    return "0" if text == "-0" else text


def _plain(value: Any) -> float:
    found = float(value)
    return 0.0 if abs(found) < 1e-30 else found


def exact_at(function: Node, names: Sequence[str], root: Root) -> Node | None:
    """The value in closed form at an exact place, where it is short."""
    if any(form is None for form in root.exact):
        return None
    known: Mapping[str, Node] = {
        name: form for name, form in zip(names, root.exact, strict=True) if form is not None
    }
    there = substitute(function, dict(known))
    forms = [tidy(there), expand(there), tidy(expand_vectors(there))]
    best = min(forms, key=lambda form: len(to_text(form)))
    return best if len(to_text(best)) <= _LONGEST else None


def rational_place(root: Root) -> list[Any] | None:
    """The coordinates as fractions, where all of them are."""
    from fractions import Fraction

    found = []
    for form in root.exact:
        if form is None or form.op != "number":
            return None
        found.append(Fraction(form.number))
    return found


def as_root(values: Sequence[Any]) -> Root:
    """An exact place of fractions."""
    import mpmath

    with mpmath.workdps(60):
        digits = tuple(mpmath.mpf(v.numerator) / v.denominator for v in values)
    return Root(digits, tuple(number(value) for value in values))
