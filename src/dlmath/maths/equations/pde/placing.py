"""Where numbers are given, and how they are written."""

from __future__ import annotations

from dlmath.errors import InvalidInput
from dlmath.maths.equations.numeric.report import place_text
from dlmath.maths.equations.numeric.system import real_number
from dlmath.maths.equations.pde.read import Equation
from dlmath.settings import Settings

#: Of the size of the solution: an error beyond which no numbers are given.
LOST = 0.05


def place_asked(
    equation: Equation, settings: Settings, name: str, low: float, high: float
) -> float | None:
    """The value of a variable that is asked for, or None. Raises InvalidInput."""
    if name not in settings.at:
        return None
    at = real_number(settings.at[name], f"the value of {name}")
    if not low <= at <= high:
        raise InvalidInput(f"{name} = {at:g} is outside of [{low:g}, {high:g}]")
    return at


def value_line(equation: Equation, place: float, time: float, value: str) -> str:
    """`u(0.5, 0.1) = 0.3727`."""
    words = {equation.space: place_text(place), equation.time: place_text(time)}
    args = ", ".join(words[name] for name in equation.function.variables)
    return f"{equation.function.name}({args}) = {value}"
