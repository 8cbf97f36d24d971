"""Published test functions, as text of the language, with their starts and minima.

MGH: J. J. More, B. S. Garbow, K. E. Hillstrom, Testing unconstrained optimization software, ACM
TOMS 7, 1981, by number; starts and minima as published there. JY: M. Jamil, X.-S. Yang, A
literature survey of benchmark functions, 2013, by number. SB: S. Surjanovic, D. Bingham, Virtual
library of simulation experiments. Where these publish no start, one is stated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Published(NamedTuple):
    """formula and start as typed. value: of the minimum reached. at: the point, where it is one.

    method: the one that reaches it from the start. options: further ones. within: of the value.
    """

    name: str
    source: str
    formula: str
    start: str
    value: float
    at: tuple[float, ...] | None = None
    method: str = "bfgs"
    steps_max: int = 1000
    rate: float | None = None
    within: float = 1e-9


def squares(residuals: Iterable[str]) -> str:
    return " + ".join(f"({residual})^2" for residual in residuals)


def point(values: Sequence[float]) -> str:
    return ",".join(f"x{i}={value!r}" for i, value in enumerate(values, 1))


def total(template: str, count: int, first: int = 1) -> str:
    """The sum of the template with i put in from `first` to `count`, and j for i + 1."""
    terms = (
        template.replace("[i]", str(i)).replace("[j]", str(i + 1)) for i in range(first, count + 1)
    )
    return " + ".join(terms)


BARD = (0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39)
GAUSS = (0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989)
KOWALIK_Y = (0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246)
KOWALIK_U = (4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625)


def bard() -> str:
    return squares(
        f"{y} - (x1 + {i}/({16 - i}*x2 + {min(i, 16 - i)}*x3))" for i, y in enumerate(BARD, 1)
    )


def gaussian() -> str:
    heights = (*GAUSS, *GAUSS[-2::-1])
    return squares(f"x1*exp(-x2*({8 - i}/2 - x3)^2/2) - {y}" for i, y in enumerate(heights, 1))


def kowalik() -> str:
    return squares(
        f"{y} - x1*({u}^2 + {u}*x2)/({u}^2 + {u}*x3 + x4)"
        for y, u in zip(KOWALIK_Y, KOWALIK_U, strict=True)
    )


def box() -> str:
    return squares(
        f"exp(-{i}*x1/10) - exp(-{i}*x2/10) - x3*(exp(-{i}/10) - exp(-{i}))" for i in range(1, 11)
    )


def brown_dennis() -> str:
    return squares(
        f"(x1 + {i}*x2/5 - exp({i}/5))^2 + (x3 + x4*sin({i}/5) - cos({i}/5))^2"
        for i in range(1, 21)
    )


def biggs() -> str:
    def y(i: int) -> str:
        return f"(exp(-{i}/10) - 5*exp(-{i}) + 3*exp(-4*{i}/10))"

    return squares(
        f"x3*exp(-{i}*x1/10) - x4*exp(-{i}*x2/10) + x6*exp(-{i}*x5/10) - {y(i)}"
        for i in range(1, 14)
    )


def watson(count: int) -> str:
    residuals = ["x1", "x2 - x1^2 - 1"]
    for i in range(1, 30):
        t = f"({i}/29)"
        slope = " + ".join(f"{j - 1}*x{j}*{t}^{j - 2}" for j in range(2, count + 1))
        value = " + ".join(f"x{j}*{t}^{j - 1}" for j in range(1, count + 1))
        residuals.append(f"{slope} - ({value})^2 - 1")
    return squares(residuals)


def trigonometric(count: int) -> str:
    cosines = " - ".join(f"cos(x{j})" for j in range(1, count + 1))
    return squares(
        f"{count} - {cosines} + {i}*(1 - cos(x{i})) - sin(x{i})" for i in range(1, count + 1)
    )


def almost_linear(count: int) -> str:
    names = [f"x{j}" for j in range(1, count + 1)]
    residuals = [f"x{i} + {' + '.join(names)} - {count + 1}" for i in range(1, count)]
    return squares([*residuals, f"{'*'.join(names)} - 1"])


def boundary_value(count: int) -> tuple[str, str]:
    h = f"(1/{count + 1})"
    names = ["0", *(f"x{i}" for i in range(1, count + 1)), "0"]
    residuals = [
        f"2*{names[i]} - {names[i - 1]} - {names[i + 1]} + {h}^2*({names[i]} + {i}*{h} + 1)^3/2"
        for i in range(1, count + 1)
    ]
    starts = [i / (count + 1) * (i / (count + 1) - 1) for i in range(1, count + 1)]
    return squares(residuals), point(starts)


def tridiagonal(count: int) -> str:
    names = ["0", *(f"x{i}" for i in range(1, count + 1)), "0"]
    return squares(
        f"(3 - 2*{names[i]})*{names[i]} - {names[i - 1]} - 2*{names[i + 1]} + 1"
        for i in range(1, count + 1)
    )


def banded(count: int) -> str:
    residuals = []
    for i in range(1, count + 1):
        near = [j for j in range(max(1, i - 5), min(count, i + 1) + 1) if j != i]
        others = " + ".join(f"x{j}*(1 + x{j})" for j in near)
        residuals.append(f"x{i}*(2 + 5*x{i}^2) + 1 - ({others})")
    return squares(residuals)


def variably_dimensioned(count: int) -> str:
    weighted = " + ".join(f"{j}*(x{j} - 1)" for j in range(1, count + 1))
    return f"{total('(x[i] - 1)^2', count)} + ({weighted})^2 + ({weighted})^4"


def penalty_one(count: int) -> str:
    return f"10^(-5)*({total('(x[i] - 1)^2', count)}) + ({total('x[i]^2', count)} - 1/4)^2"


def trid(count: int) -> str:
    pairs = " - ".join(f"x{i}*x{i - 1}" for i in range(2, count + 1))
    return f"{total('(x[i] - 1)^2', count)} - {pairs}"


HELIX = (
    "100*((x3 - 10*piecewise((atan(x2/x1)/(2*pi), x1 > 0), (atan(x2/x1)/(2*pi) + 1/2, true)))^2"
    " + (sqrt(x1^2 + x2^2) - 1)^2) + x3^2"
)
WOOD = (
    "100*(x2 - x1^2)^2 + (1 - x1)^2 + 90*(x4 - x3^2)^2 + (1 - x3)^2"
    " + 10*(x2 + x4 - 2)^2 + (x2 - x4)^2/10"
)
POWELL = "(x1 + 10*x2)^2 + 5*(x3 - x4)^2 + (x2 - 2*x3)^4 + 10*(x1 - x4)^4"
BROWN = "(x1 - 10^6)^2 + (x2 - 2*10^(-6))^2 + (x1*x2 - 2)^2"
GOLDSTEIN = (
    "(1 + (x1 + x2 + 1)^2*(19 - 14*x1 + 3*x1^2 - 14*x2 + 6*x1*x2 + 3*x2^2))"
    "*(30 + (2*x1 - 3*x2)^2*(18 - 32*x1 + 12*x1^2 + 48*x2 - 36*x1*x2 + 27*x2^2))"
)
BRANIN = "(x2 - 5.1*x1^2/(4*pi^2) + 5*x1/pi - 6)^2 + 10*(1 - 1/(8*pi))*cos(x1) + 10"
ACKLEY = "-20*exp(-0.2*sqrt((x1^2 + x2^2)/2)) - exp((cos(2*pi*x1) + cos(2*pi*x2))/2) + 20 + exp(1)"
BOUNDARY = boundary_value(8)

PUBLISHED = (
    Published(
        "Rosenbrock, BFGS", "MGH 1", "100*(x2 - x1^2)^2 + (1 - x1)^2", "x1=-1.2,x2=1", 0.0, (1, 1)
    ),
    Published(
        "Rosenbrock, Newton",
        "MGH 1",
        "100*(x2 - x1^2)^2 + (1 - x1)^2",
        "x1=-1.2,x2=1",
        0.0,
        (1, 1),
        "newton",
    ),
    Published(
        "Rosenbrock, conjugate gradients",
        "MGH 1",
        "100*(x2 - x1^2)^2 + (1 - x1)^2",
        "x1=-1.2,x2=1",
        0.0,
        (1, 1),
        "conjugate",
    ),
    Published(
        "Rosenbrock, Adam",
        "MGH 1",
        "100*(x2 - x1^2)^2 + (1 - x1)^2",
        "x1=-1.2,x2=1",
        0.0,
        (1, 1),
        "adam",
        steps_max=20_000,
    ),
    Published(
        "Rosenbrock, gradient descent",
        "MGH 1",
        "100*(x2 - x1^2)^2 + (1 - x1)^2",
        "x1=-1.2,x2=1",
        0.0,
        (1, 1),
        "gd",
        steps_max=60_000,
        rate=0.001,
    ),
    Published(
        "Freudenstein and Roth",
        "MGH 2 (the local minimum)",
        squares(["-13 + x1 + ((5 - x2)*x2 - 2)*x2", "-29 + x1 + ((x2 + 1)*x2 - 14)*x2"]),
        "x1=0.5,x2=-2",
        48.9842536,
        (11.4127790, -0.8968053),
        within=1e-6,
    ),
    Published(
        "Powell badly scaled",
        "MGH 3",
        squares(["10^4*x1*x2 - 1", "exp(-x1) + exp(-x2) - 1.0001"]),
        "x1=0,x2=1",
        0.0,
        (1.098159e-5, 9.106147),
    ),
    Published("Brown badly scaled", "MGH 4", BROWN, "x1=1,x2=1", 0.0, (1e6, 2e-6), "newton"),
    Published(
        "Beale",
        "MGH 5",
        squares(["1.5 - x1*(1 - x2)", "2.25 - x1*(1 - x2^2)", "2.625 - x1*(1 - x2^3)"]),
        "x1=1,x2=1",
        0.0,
        (3, 0.5),
    ),
    Published(
        "Jennrich and Sampson",
        "MGH 6",
        squares(f"2 + 2*{i} - (exp({i}*x1) + exp({i}*x2))" for i in range(1, 11)),
        "x1=0.3,x2=0.4",
        124.362182,
        (0.257825, 0.257825),
        within=1e-6,
    ),
    Published("Helical valley", "MGH 7", HELIX, "x1=-1,x2=0,x3=0", 0.0, (1, 0, 0)),
    Published("Bard", "MGH 8", bard(), "x1=1,x2=1,x3=1", 8.21487731e-3, within=1e-8),
    Published("Gaussian", "MGH 9", gaussian(), "x1=0.4,x2=1,x3=0", 1.12793277e-8, within=1e-12),
    Published("Box, three-dimensional", "MGH 12", box(), "x1=0,x2=10,x3=20", 0.0, within=1e-8),
    Published("Powell singular", "MGH 13", POWELL, "x1=3,x2=-1,x3=0,x4=1", 0.0, None, "newton"),
    Published("Wood", "MGH 14", WOOD, "x1=-3,x2=-1,x3=-3,x4=-1", 0.0, (1, 1, 1, 1), "conjugate"),
    Published(
        "Kowalik and Osborne",
        "MGH 15",
        kowalik(),
        "x1=0.25,x2=0.39,x3=0.415,x4=0.39",
        3.07505604e-4,
        within=1e-8,
    ),
    Published(
        "Brown and Dennis",
        "MGH 16",
        brown_dennis(),
        "x1=25,x2=5,x3=-5,x4=-1",
        85822.2016,
        None,
        "newton",
        within=1e-3,
    ),
    Published("Watson, 6", "MGH 20", watson(6), point([0.0] * 6), 2.28767005e-3, within=1e-7),
    Published(
        "Rosenbrock, extended to 6",
        "MGH 21",
        squares(
            residual for i in (1, 3, 5) for residual in (f"10*(x{i + 1} - x{i}^2)", f"1 - x{i}")
        ),
        point([-1.2, 1.0] * 3),
        0.0,
        (1,) * 6,
    ),
    Published(
        "Penalty I, 4", "MGH 23", penalty_one(4), point([1, 2, 3, 4]), 2.24997e-5, within=1e-9
    ),
    Published(
        "Variably dimensioned, 5",
        "MGH 25",
        variably_dimensioned(5),
        point([1 - i / 5 for i in range(1, 6)]),
        0.0,
        (1,) * 5,
        "newton",
    ),
    Published("Trigonometric, 5", "MGH 26", trigonometric(5), point([1 / 5] * 5), 0.0, within=3e-3),
    Published("Brown almost-linear, 5", "MGH 27", almost_linear(5), point([0.5] * 5), 0.0),
    Published("Discrete boundary value, 8", "MGH 28", *BOUNDARY, 0.0),
    Published("Broyden tridiagonal, 8", "MGH 30", tridiagonal(8), point([-1.0] * 8), 0.0),
    Published("Broyden banded, 8", "MGH 31", banded(8), point([-1.0] * 8), 0.0),
    Published(
        "Sphere, 5", "JY 137", total("x[i]^2", 5), point([5, -4, 3, -2, 1]), 0.0, (0,) * 5, "gd"
    ),
    Published(
        "Booth",
        "JY 17",
        squares(["x1 + 2*x2 - 7", "2*x1 + x2 - 5"]),
        "x1=-10,x2=10",
        0.0,
        (1, 3),
        "momentum",
    ),
    Published(
        "Matyas",
        "JY 71",
        "0.26*(x1^2 + x2^2) - 0.48*x1*x2",
        "x1=8,x2=-5",
        0.0,
        (0, 0),
        "nesterov",
        rate=0.5,
    ),
    Published(
        "Himmelblau",
        "JY 65",
        squares(["x1^2 + x2 - 11", "x1 + x2^2 - 7"]),
        "x1=0,x2=0",
        0.0,
        (3, 2),
        "gd",
    ),
    Published(
        "Three-hump camel",
        "JY 29",
        "2*x1^2 - 1.05*x1^4 + x1^6/6 + x1*x2 + x2^2",
        "x1=0.5,x2=-1",
        0.0,
        (0, 0),
        "adam",
    ),
    Published(
        "Six-hump camel",
        "JY 30",
        "(4 - 2.1*x1^2 + x1^4/3)*x1^2 + x1*x2 + (4*x2^2 - 4)*x2^2",
        "x1=0.5,x2=-0.5",
        -1.0316284535,
        (0.08984201, -0.71265640),
        "adam",
        steps_max=3000,
    ),
    Published(
        "McCormick",
        "JY 69",
        "sin(x1 + x2) + (x1 - x2)^2 - 1.5*x1 + 2.5*x2 + 1",
        "x1=0,x2=0",
        -1.9132229550,
        (-0.54719755, -1.54719755),
        "gd",
    ),
    Published(
        "Styblinski and Tang",
        "JY 144",
        total("(x[i]^4 - 16*x[i]^2 + 5*x[i])/2", 2),
        "x1=-1,x2=-1",
        -78.3323314075,
        (-2.90353403, -2.90353403),
        "newton",
    ),
    Published(
        "Goldstein and Price", "JY 53", GOLDSTEIN, "x1=0.1,x2=-0.8", 3.0, (0, -1), within=1e-7
    ),
    Published(
        "Branin", "JY 22", BRANIN, "x1=3,x2=3", 0.3978873577, (3.14159265, 2.275), "conjugate"
    ),
    Published(
        "Easom",
        "JY 50",
        "-cos(x1)*cos(x2)*exp(-(x1 - pi)^2 - (x2 - pi)^2)",
        "x1=2.5,x2=3.5",
        -1.0,
        (3.14159265, 3.14159265),
        "adagrad",
    ),
    Published(
        "Bohachevsky 1",
        "JY 11",
        "x1^2 + 2*x2^2 - 0.3*cos(3*pi*x1) - 0.4*cos(4*pi*x2) + 0.7",
        "x1=0.1,x2=0.1",
        0.0,
        (0, 0),
    ),
    Published(
        "Ackley", "JY 1 (near the minimum)", ACKLEY, "x1=0.2,x2=-0.1", 0.0, (0, 0), within=1e-2
    ),
    Published(
        "Rastrigin, 3",
        "SB (the basin of the minimum)",
        f"30 + {total('x[i]^2 - 10*cos(2*pi*x[i])', 3)}",
        point([0.3, -0.2, 0.1]),
        0.0,
        (0, 0, 0),
        "gd",
    ),
    Published(
        "Griewank, 2",
        "JY 59 (the basin of the minimum)",
        "1 + (x1^2 + x2^2)/4000 - cos(x1)*cos(x2/sqrt(2))",
        "x1=1,x2=1.5",
        0.0,
        (0, 0),
        "conjugate",
    ),
    Published(
        "Levy 13",
        "SB",
        "sin(3*pi*x1)^2 + (x1 - 1)^2*(1 + sin(3*pi*x2)^2) + (x2 - 1)^2*(1 + sin(2*pi*x2)^2)",
        "x1=1.1,x2=0.9",
        0.0,
        (1, 1),
        "newton",
    ),
    Published(
        "Dixon and Price, 3",
        "JY 48",
        "(x1 - 1)^2 + 2*(2*x2^2 - x1)^2 + 3*(2*x3^2 - x2)^2",
        point([1.0, 1.0, 1.0]),
        0.0,
        (1, 0.70710678, 0.59460356),
        "newton",
    ),
    Published(
        "Zakharov, 4",
        "JY 173",
        f"{total('x[i]^2', 4)} + ({total('[i]*x[i]/2', 4)})^2 + ({total('[i]*x[i]/2', 4)})^4",
        point([1.0, -1.0, 0.5, 2.0]),
        0.0,
        (0,) * 4,
    ),
    Published(
        "Sum of squares, 6",
        "SB",
        total("[i]*x[i]^2", 6),
        point([3, -2, 1, 4, -5, 2]),
        0.0,
        (0,) * 6,
        "conjugate",
    ),
    Published(
        "Trid, 6", "JY 150", trid(6), point([0.0] * 6), -50.0, (6, 10, 12, 12, 10, 6), "conjugate"
    ),
    Published(
        "Leon", "JY 64", "100*(x2 - x1^3)^2 + (1 - x1)^2", "x1=-1.2,x2=1", 0.0, (1, 1), "newton"
    ),
    Published(
        "Zettl",
        "JY 174",
        "(x1^2 + x2^2 - 2*x1)^2 + 0.25*x1",
        "x1=-1,x2=1",
        -0.0037912372,
        (-0.02989597, 0),
    ),
    Published(
        "Brent",
        "JY 23",
        "(x1 + 10)^2 + (x2 + 10)^2 + exp(-x1^2 - x2^2)",
        "x1=0.5,x2=-1",
        0.0,
        (-10, -10),
        "gd",
    ),
    Published(
        "Exponential, 3",
        "JY 54",
        f"-exp(-({total('x[i]^2', 3)})/2)",
        point([0.9, -0.8, 0.7]),
        -1.0,
        (0, 0, 0),
        "rmsprop",
        within=1e-3,
    ),
    Published(
        "Chung Reynolds, 3",
        "JY 34",
        f"({total('x[i]^2', 3)})^2",
        point([2.0, -1.0, 1.0]),
        0.0,
        None,
        "newton",
    ),
    Published(
        "Perm 0, 2",
        "SB, with its beta 10",
        "((1 + 10)*(x1 - 1) + (2 + 10)*(x2 - 1/2))^2"
        " + ((1 + 10)*(x1^2 - 1) + (2 + 10)*(x2^2 - 1/4))^2",
        "x1=1.5,x2=0.2",
        0.0,
        (1, 0.5),
    ),
)
