"""The limit from one side: claims of the symbolic routes, each judged by sequences of values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks import sequences
from dlmath.checks.approach import is_infinite
from dlmath.checks.sequences import Behaviour
from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.limits.identify import identify
from dlmath.maths.calculus.limits.kinks import KINKED, Oracle, resolve
from dlmath.maths.calculus.limits.oscillation import reason_of_oscillation
from dlmath.maths.calculus.limits.problem import (
    NONE,
    UNDEFINED,
    UNKNOWN,
    VALUE,
    Problem,
    SideLimit,
)
from dlmath.maths.calculus.limits.routes import OSCILLATES, routes
from dlmath.maths.calculus.limits.spikes import leaves_again, swings_on

CHECK_NAME = "sequences of values"

#: The part of the time that one route may take, and its most seconds.
_SHARE = 0.25
_MOST_SECONDS = 3.0

#: Seconds for other routes to confirm what the rules say and the sequences cannot decide.
_CONFIRMATION = 3.0


class Witness:
    """What the values do on one side, for each set of numbers for the parameters."""

    def __init__(self, problem: Problem, side: str, seconds: float = 1.2) -> None:
        self.problem = problem
        self.side = side
        self.sets = problem.parameter_sets()
        self.behaviours = [
            leaves_again(problem, side, values, problem.observe(side, values, seconds))
            for values in self.sets
        ]

    @property
    def kinds(self) -> set[str]:
        """The kinds of behaviour seen."""
        return {behaviour.kind for behaviour in self.behaviours}

    @property
    def real(self) -> bool:
        """Are all values real?"""
        return all(behaviour.real for behaviour in self.behaviours)

    @property
    def complex(self) -> bool:
        """Are values complex for every set?"""
        return not any(behaviour.real for behaviour in self.behaviours)

    def check(self, claim: Node) -> Check:
        """The verdict over all sets: failed where one contradicts the claim."""
        judged = [
            judge_claim(behaviour, claim, values)
            for behaviour, values in zip(self.behaviours, self.sets, strict=True)
        ]
        verdicts = [verdict for verdict, _ in judged]
        if FAILED in verdicts:
            return Check(CHECK_NAME, FAILED, judged[verdicts.index(FAILED)][1])
        if PASSED in verdicts:
            detail = judged[verdicts.index(PASSED)][1]
            if len(judged) > 1:
                detail += f"; agrees for {verdicts.count(PASSED)} sets of parameter values"
            return Check(CHECK_NAME, PASSED, detail)
        return Check(CHECK_NAME, UNAVAILABLE, judged[0][1])

    def agreeing(self, claim: Node) -> list[dict[str, Fraction]]:
        """The sets of parameter values for which the claim is borne out."""
        return [
            values
            for behaviour, values in zip(self.behaviours, self.sets, strict=True)
            if judge_claim(behaviour, claim, values)[0] == PASSED
        ]


def judge_claim(behaviour: Behaviour, claim: Node, values: dict[str, Fraction]) -> tuple[str, str]:
    """The verdict of one behaviour on a claimed limit, evaluated at the parameters."""
    number = number_of(claim, values)
    if number is None:
        return FAILED, "the claimed limit has no value"
    return sequences.judge(behaviour, number)


def number_of(claim: Node, values: dict[str, Fraction]) -> Any:
    """The claim as a number, or as the name of an infinity, or None where it has no value."""
    import mpmath

    from dlmath.expression.precise import evaluate

    try:
        number = evaluate(claim, values, 40)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(number, list) or mpmath.isnan(number):
        return None
    if mpmath.isinf(number):
        if mpmath.im(number) != 0:
            return None
        return sequences.PLUS if number > 0 else sequences.MINUS
    return number


class _Claim(NamedTuple):
    value: Node | str
    route: str
    check: Check


def solve_side(
    problem: Problem,
    side: str,
    budget: Budget,
    witness: Witness,
    by_rules: SideLimit | None = None,
) -> SideLimit:
    """The limit from one side; the routes are tried until the sequences bear one out.

    by_rules: what the rules say, where the sequences could not decide on it.
    """
    settled = _seen_without_algebra(problem, side, witness)
    if settled is not None:
        return settled
    if by_rules is not None and by_rules.value is not None and by_rules.check is not None:
        confirmation = Budget(min(_CONFIRMATION, budget.left or 0.1))
        for claim in _claims(problem, side, confirmation, witness):
            if claim.value is by_rules.value or claim.check.verdict == PASSED:
                same = claim.value is by_rules.value
                return by_rules if same else _from_claim(claim, witness)
        return by_rules
    weak: list[_Claim] = []
    partial: list[_Claim] = []
    for claim in _claims(problem, side, budget, witness):
        if isinstance(claim.value, str) or claim.check.verdict == UNAVAILABLE:
            if any(other.value is claim.value or other.value == claim.value for other in weak):
                weak.insert(0, claim)
                break
            weak.append(claim)
        elif claim.check.verdict == PASSED:
            return _from_claim(claim, witness)
        elif len(witness.sets) > 1 and witness.agreeing(claim.value):
            partial.append(claim)
    if weak:
        return _from_weak(weak[0], witness)
    return _from_values(witness) or _depends(partial, witness)


def _seen_without_algebra(problem: Problem, side: str, witness: Witness) -> SideLimit | None:
    """What the values alone settle: no limit, or no values."""
    kinds = witness.kinds
    first = witness.behaviours[0]
    if kinds == {sequences.OSCILLATING}:
        reason = reason_of_oscillation(problem, side) or (first.detail,)
        check = Check(CHECK_NAME, PASSED, first.detail)
        return SideLimit(NONE, None, reason, "values", check, witness.real)
    if kinds == {sequences.UNDEFINED}:
        return SideLimit(UNDEFINED, None, ("the function has no values there",), "values")
    if kinds == {sequences.UNBOUNDED}:
        reason = ("its size grows without bound, in no real direction",)
        check = Check(CHECK_NAME, PASSED, first.detail)
        return SideLimit(NONE, None, reason, "values", check, witness.real)
    return None


def _claims(
    problem: Problem, side: str, budget: Budget, witness: Witness
) -> Sequence[_Claim] | Any:
    """Each route's claim with its verdict, one after the other."""
    prepared = problem
    if graph.contains(problem.expression, KINKED):
        simpler = resolve(problem.expression, problem.variable, Oracle(problem, side))
        prepared = problem.with_expression(simpler)
    for route in routes(prepared, side):
        try:
            with within(budget.share(_SHARE, _MOST_SECONDS)):
                claim = route.run()
        except OutOfTime:
            continue
        except Exception:  # noqa: S112  sympy raises anything where it is at a loss
            continue
        if isinstance(claim, Node) and not _is_infinite_inside(claim):
            yield _Claim(claim, route.name, witness.check(claim))
        elif claim == OSCILLATES and witness.kinds == {sequences.UNDECIDED}:
            yield _Claim(
                claim, route.name, Check(CHECK_NAME, UNAVAILABLE, witness.behaviours[0].detail)
            )


def _is_infinite_inside(claim: Node) -> bool:
    """Infinite parts of what is not plainly oo or -oo (oo**n) say nothing."""
    return not is_infinite(claim) and graph.INFINITY in graph.topological(claim)


def _from_claim(claim: _Claim, witness: Witness) -> SideLimit:
    assert isinstance(claim.value, Node)
    return SideLimit(VALUE, claim.value, (), claim.route, claim.check, witness.real)


def _from_weak(claim: _Claim, witness: Witness) -> SideLimit:
    if isinstance(claim.value, str):
        reason = ("the values keep ranging over an interval",)
        return SideLimit(NONE, None, reason, claim.route, claim.check, witness.real)
    return _from_claim(claim, witness)


def _from_values(witness: Witness) -> SideLimit | None:
    """The limit from the values alone, where no route gave one: labelled as such.

    Where the function swings on without end, values prove nothing: there may be others between.
    """
    first = witness.behaviours[0]
    if swings_on(witness.problem, witness.side, witness.sets[0]):
        return None
    if witness.kinds in ({sequences.PLUS}, {sequences.MINUS}):
        plus = first.kind == sequences.PLUS
        value = graph.INFINITY if plus else graph.neg(graph.INFINITY)
        note = ("found from values, not proved",)
        return SideLimit(VALUE, value, note, "values", _only_values(first), witness.real)
    if len(witness.sets) == 1 and first.kind == sequences.FINITE:
        closed = identify(first.value, first.error)
        if closed is not None:
            note = ("the closed form was identified from the decimal value, not proved",)
            return SideLimit(VALUE, closed, note, "identified", _only_values(first), witness.real)
        return SideLimit(
            VALUE,
            None,
            ("no closed form was found; the value is decimal",),
            "decimal",
            _only_values(first),
            witness.real,
            first,
        )
    return None


def _only_values(behaviour: Behaviour) -> Check:
    detail = f"the value comes from the sequences themselves: {behaviour.detail}"
    return Check(CHECK_NAME, UNAVAILABLE, detail)


def _depends(partial: list[_Claim], witness: Witness) -> SideLimit:
    """Nothing holds for all parameters; say where what was found holds."""
    if not partial:
        words = "no route found it"
        if len(witness.sets) > 1 and len(witness.kinds) > 1:
            words = "it depends on the parameters; say what is known of them with --assume"
        return SideLimit(UNKNOWN, None, (words,))
    found = partial[0]
    assert isinstance(found.value, Node)
    good = witness.agreeing(found.value)
    where = " and ".join(
        ", ".join(f"{name} = {value}" for name, value in values.items()) for values in good
    )
    reason = ("it depends on the parameters: it is ", found.value, f" for {where}, not for others")
    return SideLimit(UNKNOWN, None, reason)
