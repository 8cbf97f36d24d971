"""Facts as a person reads them: which ones are worth a line, under what name, in what words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.render.pretty import Writer

#: Names that mean more to a program than to a person.
_LABELS = {
    ("dot", "norm_a"): "length of a",
    ("dot", "norm_b"): "length of b",
    ("integrate", "error"): "error bound",
    ("limit", "error"): "error bound",
    ("activation", "lipschitz"): "Lipschitz constant",
    ("loss", "lipschitz"): "largest slope",
    ("loss", "minimizer"): "best constant",
    ("loss", "model"): "probability model",
    ("loss", "logits"): "form for logits",
    ("loss", "logits_gradient"): "its gradient",
    ("activation", "saturates"): "slope below 1%",
    ("activation", "saturation"): "saturates on",
    ("activation", "mean"): "mean of f(z)",
    ("activation", "second_moment"): "mean of f(z)^2",
    ("activation", "gain_backward"): "gain for gradients",
    ("activation", "gain_torch"): "gain in PyTorch",
    ("integrate", "place"): "infinite at",
}

#: Measures of an error, of which the size is what matters.
_ERRORS = frozenset({"error"})

#: Lists of what was found, shown without brackets.
_LISTS = frozenset(
    "zeros extrema increasing decreasing convex concave inflections discontinuities asymptotes "
    "kinks saturates".split()
)

#: Facts that the answer, or another fact, says already.
_SAID = {
    "convex": frozenset({"curvature", "counterexample"}),
    "extrema": frozenset({"critical_points", "level_sets"}),
    "backprop": frozenset({"gradient"}),
    "check": frozenset({"equal"}),
    "matrix-derive": frozenset("gradient jacobian hessian derivative".split()),
    "descend": frozenset({"at", "basins", "methods", "reason"}),
    "ode": frozenset("table events equilibria stiff blow_up end".split()),
    "solve": frozenset(
        "solutions multiplicities integers interval set cases thrown_out reason families".split()
    ),
    "pde": frozenset({"table"}),
    "train": frozenset("gradient_norms gradient_norms_start classes".split()),
    "predict": frozenset({"predictions", "probabilities"}),
    "matrix": frozenset(
        "operation L U P Q R S V eigenvalues eigenvectors multiplicities singular_values basis "
        "least_squares reason nonzero".split()
    ),
}

#: Facts that are left out where they are the answer itself.
_MAY_REPEAT = frozenset({"at", "left", "minimum", "right", "value"})


def fact_lines(answer: Answer, writer: Writer) -> list[tuple[str, str]]:
    """Label and words of each fact that says something beyond the answer itself."""
    if answer.sections:
        return []  # the page says them
    said = _said(answer, writer)
    lines = []
    for name, fact in answer.facts.items():
        if fact is None or name in _SAID.get(answer.command, ()):
            continue
        if name in _ERRORS and _is_zero(fact):
            continue
        if name == "reason" and "counterexample" in answer.facts:
            continue  # it says the counterexample in words
        text = _words(name, fact, writer)
        if name not in _MAY_REPEAT or text not in said:
            lines.append((_LABELS.get((answer.command, name), name.replace("_", " ")), text))
    return lines


def _said(answer: Answer, writer: Writer) -> set[str]:
    """The answer in the words in which a fact could repeat it."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    said = {writer.part(part) for part in parts if part is not None}
    if answer.decimal:
        said |= {answer.decimal, writer.value(answer.value)}
    return said


def _is_zero(fact: Any) -> bool:
    return isinstance(fact, (int, float)) and fact == 0


def _words(name: str, fact: Any, writer: Writer) -> str:
    if name in _ERRORS and isinstance(fact, float):
        return f"{fact:.1e}"
    if name == "angle" and isinstance(fact, dict):
        return _angle(fact, writer)
    if name == "coefficients" and isinstance(fact, dict):
        return ", ".join(f"{writer.value(part)} (power {key})" for key, part in fact.items())
    if name == "sign" and isinstance(fact, dict):
        texts = {key: writer.value(part) for key, part in fact.items()}
        return "; ".join(f"{k} nowhere" if t == "{}" else f"{k} on {t}" for k, t in texts.items())
    if name == "limits" and isinstance(fact, dict):
        return "; ".join(f"{writer.value(v)} as x -> {k}" for k, v in fact.items())
    if name in _LISTS and isinstance(fact, (list, tuple)):
        return _listed(fact, writer)
    return writer.value(fact)


def _listed(facts: Sequence[Any], writer: Writer) -> str:
    """Places, points with their kinds, or intervals; where there are none, it says so."""
    if not facts:
        return "none"
    texts = [_point(f, writer) if isinstance(f, dict) else writer.value(f) for f in facts]
    return ("; " if any(isinstance(fact, dict) for fact in facts) else ", ").join(texts)


def _point(fact: dict[str, Any], writer: Writer) -> str:
    """`local maximum at x = -1, y = 2`."""
    place = ", ".join(f"{key} = {writer.value(v)}" for key, v in fact.items() if key != "kind")
    return f"{fact['kind']} at {place}" if "kind" in fact else place


def _angle(fact: dict[str, Any], writer: Writer) -> str:
    """Radians and degrees of a number; of a formula only the radians, which hold the formula."""
    radians, in_degrees = (fact.get(unit) for unit in ("radians", "degrees"))
    if not isinstance(in_degrees, (int, float)):
        return writer.value(radians)
    degrees = writer.value(in_degrees) + ("°" if writer.unicode else " degrees")
    return f"{degrees} ({writer.value(radians)} radians)"
