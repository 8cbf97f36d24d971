"""`convex`: convex, concave, both, neither or unknown, with the proof or a counterexample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import REFUTED, Answer, Sentence
from dlmath.errors import ExitCode, InvalidInput, Undefined, Unsolved
from dlmath.expression.graph import (
    BINDERS,
    Node,
    add,
    call,
    contains,
    free_symbols,
    mul,
    neg,
    number,
    replace,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derive import prepared
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.maths.optimization.convexity import counterexample as search
from dlmath.maths.optimization.convexity.counterexample import Counterexample
from dlmath.maths.optimization.convexity.curved import (
    KINKS,
    by_hessian,
    convex_domain,
    strong_modulus,
)
from dlmath.maths.optimization.convexity.domain import (
    LEAST,
    Ranges,
    demands,
    surely_empty,
    variable_bounds,
)
from dlmath.maths.optimization.convexity.one_variable import by_curve
from dlmath.maths.optimization.convexity.proofs import (
    AFFINE,
    CONCAVE,
    CONSTANT,
    CONVEX,
    UNKNOWN,
    Proof,
    as_steps,
    first_unknown,
)
from dlmath.maths.optimization.convexity.rules import Rules
from dlmath.maths.optimization.convexity.working import counterexample_step, proof_steps
from dlmath.maths.optimization.quadratics import definiteness, linear_parts, quadratic
from dlmath.settings import DEFAULTS, Assumptions, Settings

BOTH, NEITHER = "both", "neither"

_STATEMENTS = frozenset("lt le gt ge eq ne and or not true false".split())
_SIGNS = {"positive": " > 0", "negative": " < 0", "nonnegative": " >= 0", "nonpositive": " <= 0"}


@under_assumptions
def convex(expression: Node, settings: Settings = DEFAULTS) -> Answer:
    """The curvature of a real function of one or several variables on its domain.

    The result is `convex`, `concave`, `both` (affine), `neither` or `unknown`: the first three
    only with a proof, `neither` only with two certified counterexamples or a domain that is not
    convex. What is assumed of the signs of variables limits the domain.
    Facts: `curvature`, `proof` or `counterexample`, `strict`, `strong` (the modulus).
    Raises InvalidInput for vectors and statements, Undefined where there is no domain.
    """
    function = real_function(expression, settings)
    names = sorted(free_symbols(function))
    answer = Answer("convex", ("is ", expression, " convex?", *_assumed(settings.assume, names)))
    for name in names:
        if settings.assume.get(name, frozenset()) & {"integer"}:
            answer.notes.append((symbol(name), " is taken as a real number here"))
    box = variable_bounds(function, names, settings.assume)
    empty = surely_empty(function, Ranges(names, box))
    if empty is not None:
        raise Undefined(f"the function has no real value anywhere: see {to_text(empty)}")
    proof = prove(function, settings)
    if proof.curvature == UNKNOWN:
        _refute(answer, function, names, proof, settings)
    else:
        _claim(answer, function, names, proof, settings)
    if settings.check and answer.result != "unknown":
        from dlmath.checks.convexity import check_convexity

        counter = _counterexamples(answer)
        slow = contains(function, search.SLOW)
        claim = str(answer.result)
        answer.checks.append(check_convexity(function, names, box, claim, counter, slow=slow))
        if answer.refuted:
            answer.status, answer.facts = REFUTED, {}
    answer.facts.pop("_counterexamples", None)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.extrema import curvature_picture

        put_picture(answer, curvature_picture, function, names, answer.facts)
    return answer


def real_function(expression: Node, settings: Settings) -> Node:
    """One real function with the values of `settings.at` put in. Raises InvalidInput."""
    if expression.op in _STATEMENTS:
        raise InvalidInput(
            "a function is needed here, not a statement", hint="write the function alone: x^2"
        )
    filled = substitute(expression, dict(settings.at))
    if contains(filled, OPERATIONS):
        filled = carry_out(filled, settings)
    function = prepared(filled, settings, stable=True)
    if contains(function, BINDERS | {"derive"}):
        raise Unsolved("sums, products, integrals and limits are not looked at unless carried out")
    _require_real(function)
    if function.op == "vector":
        raise InvalidInput(
            "one function is needed here, not a vector of them", hint="ask for each entry by itself"
        )
    return function


def _require_real(function: Node) -> None:
    """Raises InvalidInput where a part without variables is not a real number."""
    from dlmath.expression.numbers import evaluate

    for part in topological(function):
        if free_symbols(part) or part.op in _STATEMENTS or part.op in ("number", "vector"):
            continue
        value = evaluate(part)
        real = isinstance(value, (int, float)) and value == value and abs(value) != float("inf")
        if not real and not isinstance(value, (list, tuple)):
            raise InvalidInput(f"a real function is needed here, and {to_text(part)} is not real")


def prove(function: Node, settings: Settings = DEFAULTS) -> Proof:
    """The best proof of the curvature of a function; `unknown` where none was found."""
    names = sorted(free_symbols(function))
    box = variable_bounds(function, names, settings.assume)
    rules = Rules(names, Ranges(names, box))
    first = rules.of(function)
    if first.curvature != UNKNOWN:
        return first
    for form in dict.fromkeys((tidy(function), expand(function), expand(_exponentials(function)))):
        found = rules.of(form)
        if found.curvature != UNKNOWN and convex_domain(function, rules):
            return found
    if not search.has_values(function, names, box):
        return first
    return by_hessian(function, rules) or by_curve(function, rules, settings) or first


def _exponentials(function: Node) -> Node:
    """The hyperbolic functions written with exponentials."""
    half = number(Fraction(1, 2))
    written: dict[Node, Node] = {}
    for part in topological(function):
        if part.op in ("cosh", "sinh"):
            up, down = call("exp", part.args[0]), call("exp", tidy(neg(part.args[0])))
            written[part] = mul(half, add(up, down if part.op == "cosh" else neg(down)))
    return replace(function, written) if written else function


# --- yes ------------------------------------------------------------------------------------


def _claim(
    answer: Answer, function: Node, names: Sequence[str], proof: Proof, settings: Settings
) -> None:
    affine = proof.curvature in (AFFINE, CONSTANT)
    answer.result = BOTH if affine else proof.curvature
    answer.facts["curvature"] = answer.result
    answer.facts["proof"] = (*proof.why,) if len(proof.why) > 1 else proof.why[0]
    if affine:
        kind = "constant" if proof.curvature == CONSTANT else "affine"
        answer.notes.append((f"the function is {kind}: convex and concave at once",))
    else:
        _strength(answer, function, names, proof.curvature, settings)
    if settings.steps:
        answer.steps.append(proof_steps(proof, names))


def _strength(
    answer: Answer, function: Node, names: Sequence[str], curvature: str, settings: Settings
) -> None:
    """Facts `strict` and `strong` where they are proved."""
    signed = function if curvature == CONVEX else tidy(neg(function))
    box = variable_bounds(function, names, settings.assume)
    modulus = _quadratic_modulus(signed, names)
    if modulus is None:
        modulus = strong_modulus(signed, names, Ranges(names, box))
    if modulus is not None:
        answer.facts["strict"] = True
        answer.facts["strong"] = modulus
        return
    form = quadratic(signed, names)
    if form is not None:
        answer.facts["strict"] = definiteness(form.matrix).endswith(" definite")
    elif len(names) == 1 and _analytic(signed, Ranges(names, box)):
        # Not affine, so the second derivative of an analytic function has isolated zeros only.
        answer.facts["strict"] = True


def _quadratic_modulus(function: Node, names: Sequence[str]) -> float | None:
    """The smallest eigenvalue of a constant Hessian, where it is positive."""
    form = quadratic(function, names)
    if form is None or definiteness(form.matrix) != "positive definite":
        return None
    import numpy as np

    rows = [[float(entry) for entry in row] for row in form.matrix]
    least = float(np.linalg.eigvalsh(np.array(rows))[0])
    near = round(least)
    return float(near) if abs(least - near) < 1e-12 * max(1.0, abs(least)) else least


def _analytic(function: Node, ranges: Ranges) -> bool:
    """Is the function analytic inside its domain? Roots of what may vanish inside are not."""
    if contains(function, KINKS | {"cbrt"}):
        return False
    return all(
        kind != LEAST or ranges(part)[0] > 0 or linear_parts(part, ranges.names) is not None
        for part, kind in demands(function)
    )


# --- no, or not known -----------------------------------------------------------------------


def _refute(
    answer: Answer, function: Node, names: Sequence[str], proof: Proof, settings: Settings
) -> None:
    box = variable_bounds(function, names, settings.assume)
    strict = [bool(settings.assume.get(n, frozenset()) & _STRICT) for n in names]
    domain = search.find(function, names, box, "domain", strict, _share(settings))
    if domain is not None:
        answer.result = NEITHER
        answer.facts = {"curvature": NEITHER, "counterexample": _fact(domain, names)}
        answer.notes.append(_domain_words(domain, names))
        answer.notes += _on_parts(function, names, settings)
        answer.facts["_counterexamples"] = [domain]
        _refuting_steps(answer, settings, proof, function, [domain])
        return
    found = {
        kind: search.find(function, names, box, kind, strict, _share(settings))
        for kind in (CONVEX, CONCAVE)
    }
    certain = [one for one in found.values() if one is not None]
    answer.result = NEITHER if len(certain) == 2 else "unknown"
    answer.facts["curvature"] = answer.result
    if len(certain) == 2:
        answer.facts["counterexample"] = [_fact(one, names) for one in certain]
        answer.facts["_counterexamples"] = certain
    else:
        answer.exit_code = ExitCode.NO_ANSWER
        answer.facts["counterexample"] = [_fact(one, names) for one in certain] or None
        part = first_unknown(proof)
        if part is not None:
            answer.notes.append(("no proof was found: ", part.node, ": ", *part.why))
    answer.notes += [_words(one, names) for one in certain]
    _refuting_steps(answer, settings, proof, function, certain)


def _share(settings: Settings) -> float:
    """The seconds for one search for a counterexample."""
    return 0.15 * settings.seconds if settings.seconds else 5.0


_STRICT = frozenset({"positive", "negative", "nonzero"})


def _counterexamples(answer: Answer) -> list[Counterexample]:
    found: list[Counterexample] = answer.facts.get("_counterexamples", [])
    return found


def _refuting_steps(
    answer: Answer,
    settings: Settings,
    proof: Proof,
    function: Node,
    found: Sequence[Counterexample],
) -> None:
    if not settings.steps:
        return
    names = sorted(free_symbols(function))
    answer.steps.append(as_steps(proof)._replace(rule="rules of composition"))
    for one in found:
        words = _domain_words(one, names) if one.kind == "domain" else _words(one, names)
        answer.steps.append(counterexample_step(function, names, one, words))


def _on_parts(function: Node, names: Sequence[str], settings: Settings) -> list[Sentence]:
    """On which side of zero of one variable the function has a proved curvature."""
    found: list[Sentence] = []
    for name in names:
        if settings.assume.get(name):
            continue
        for sign, words in (("positive", ">"), ("negative", "<")):
            assume = {**settings.assume, name: frozenset({sign})}
            limited = Settings(steps=False, check=False, assume=assume, seconds=settings.seconds)
            proof = prove(function, limited)
            if proof.curvature in (CONVEX, CONCAVE):
                found.append((f"for {name} {words} 0 it is {proof.curvature}: ", *proof.why))
    if found:
        found.append(("--assume chooses such a part of the domain",))
    return found


def _fact(found: Counterexample, names: Sequence[str]) -> dict[str, Any]:
    def place(values: Sequence[Fraction]) -> dict[str, Node]:
        return {name: number(value) for name, value in zip(names, values, strict=True)}

    fact: dict[str, Any] = {
        "refutes": "a convex domain" if found.kind == "domain" else found.kind,
        "a": place(found.a),
        "b": place(found.b),
        "t": number(Fraction(1, 2)),
        "between": place(found.middle),
    }
    if found.value is not None:
        fact["value"] = float(found.value)
        fact["chord"] = float(found.chord)
    return fact


def _place(names: Sequence[str], values: Sequence[Fraction]) -> str:
    if len(names) == 1:
        return str(values[0])
    return "(" + ", ".join(map(str, values)) + ")"


def _words(found: Counterexample, names: Sequence[str]) -> Sentence:
    a, b, middle = (_place(names, values) for values in (found.a, found.b, found.middle))
    sign = ">" if found.kind == CONVEX else "<"
    return (
        f"not {found.kind}: halfway between {a} and {b}, at {middle}, the value "
        f"{float(found.value):.6g} {sign} {float(found.chord):.6g}, the mean of theirs",
    )


def _domain_words(found: Counterexample, names: Sequence[str]) -> Sentence:
    a, b, middle = (_place(names, values) for values in (found.a, found.b, found.middle))
    return (
        f"the domain is not convex: the function has values at {a} and at {b}, "
        f"but none halfway between, at {middle}",
    )


def _assumed(assume: Assumptions | Mapping[str, frozenset[str]], names: Sequence[str]) -> Sentence:
    words = [
        name + sign
        for name in names
        for known, sign in _SIGNS.items()
        if known in assume.get(name, frozenset())
    ]
    return (" for ", ", ".join(words)) if words else ()
