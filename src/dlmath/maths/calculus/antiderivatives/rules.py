"""Symbolic integration by the rules of the textbook.

`integrate_by_rules` finds the antiderivative and the working at once: a bounded search builds a
plan, a tree of applied rules (`integration_plan`), and both are read off that plan. The rules
stand in the order of `FIRST` and `RULES`; each lives in the module of its subject. Logarithms are
real: the integral of 1/x is log(abs(x)), valid on both sides of zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import (
    ONE,
    Node,
    add,
    call,
    free_symbols,
    mul,
    replace,
    symbol,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.angles import (
    half_angle_root_rule,
    half_tangent_rule,
    linear_trig_rule,
    multiple_angle_rule,
    product_to_sum_rule,
)
from dlmath.maths.calculus.antiderivatives.ansatz import ansatz_rule
from dlmath.maths.calculus.antiderivatives.deep import definition_rule
from dlmath.maths.calculus.antiderivatives.exponentials import (
    arctangent_of_exponential_rule,
    exponential_denominator_parts_rule,
    exponential_fraction_rule,
    lower_exponential_rule,
    polylog_rule,
)
from dlmath.maths.calculus.antiderivatives.forms import integral, multiplied_out
from dlmath.maths.calculus.antiderivatives.inverse import (
    complex_wave_rule,
    inverse_function_rule,
    inverse_power_rule,
    square_moment_rule,
)
from dlmath.maths.calculus.antiderivatives.logarithms import (
    logarithm_over_x_rule,
    logarithm_power_rule,
    quotient_rule,
)
from dlmath.maths.calculus.antiderivatives.nested_roots import nested_root_rule, two_roots_rule
from dlmath.maths.calculus.antiderivatives.parts import (
    cyclic_rule,
    denominator_parts_rule,
    parts_rule,
)
from dlmath.maths.calculus.antiderivatives.pieces import periodic_abs_rule, pieces_rule
from dlmath.maths.calculus.antiderivatives.plan import (
    CONSTANT_FACTOR,
    Plan,
    Problem,
    Rule,
    Search,
)
from dlmath.maths.calculus.antiderivatives.powers import (
    binomial_rule,
    nested_power_rule,
    polynomial_power_rule,
    split_power_rule,
)
from dlmath.maths.calculus.antiderivatives.radicals import euler_rule, radical_rule
from dlmath.maths.calculus.antiderivatives.rational import polynomial_rule, rational_rule
from dlmath.maths.calculus.antiderivatives.rewriting import hyperbolic_in
from dlmath.maths.calculus.antiderivatives.roots import (
    linear_argument_rule,
    logarithm_variable_rule,
    root_rule,
)
from dlmath.maths.calculus.antiderivatives.special import (
    dilogarithm_rule,
    fresnel_rule,
    gaussian_rule,
    incomplete_gamma_rule,
    logarithmic_integral_rule,
    over_linear_rule,
    power_exponential_rule,
)
from dlmath.maths.calculus.antiderivatives.substitution import (
    changed,
    exponential_kernel,
    substituted,
    substitution_rule,
)
from dlmath.maths.calculus.antiderivatives.table import (
    constant_rule,
    exponential_rule,
    power_rule,
    table_rule,
)
from dlmath.maths.calculus.antiderivatives.together import together
from dlmath.maths.calculus.antiderivatives.trig import trig_powers_rule
from dlmath.maths.calculus.antiderivatives.waves import (
    polynomial_secant_rule,
    simple_wave_rule,
    wave_fraction_rule,
)


@dataclass
class RuleResult:
    """An antiderivative with its working.

    conditions: what must hold of parameters (`("n is not -1")`) for the form to be right.
    """

    antiderivative: Node
    steps: list[Step] = field(default_factory=list)
    conditions: list[Sentence] = field(default_factory=list)


def integrate_by_rules(
    node: Node, variable: str, assume: Mapping[str, frozenset[str]] | None = None
) -> RuleResult | None:
    """The antiderivative of the node by rules, with its working; None when no rule leads on.

    The search is bounded in depth and in the number of integrals it looks at.
    """
    x = symbol(variable)
    search = Search(FIRST, RULES, assume or {})
    search.names = free_symbols(node)
    plan = search.solve(node, x)
    if plan is None or not plan.complete:
        return None
    steps = plan.steps()
    if steps and tidy(node) is not node:
        steps[0] = steps[0]._replace(before=integral(node, x))
    return RuleResult(plan.antiderivative, steps, plan.all_conditions())


# --- rules for any integrand ----------------------------------------------------------------


def sum_rule(problem: Problem) -> Plan | None:
    """The integral of a sum is the sum of the integrals."""
    if problem.integrand.op != "add":
        return None
    plans: list[Plan] = []
    for term in problem.integrand.args:
        plan = problem.search.solve(term, problem.x, problem.depth + 1)
        if plan is None:
            return None
        plans.append(plan)
    result = add(*(integral(plan.integrand, problem.x) for plan in plans))
    return problem.plan("sum", ("integrate term by term",), result, tuple(plans))


def constant_factor_rule(problem: Problem) -> Plan | None:
    """A constant factor stays in front of the integral; equal bases are collected."""
    product = problem.product
    rest = product.variable_part
    if product.constant is ONE:
        if rest is problem.integrand or problem.integrand.op == "add":
            return None
        plan = problem.search.solve(rest, problem.x, problem.depth)
        if plan is None:
            return None
        text: Sentence = ("collect powers",)
        return problem.plan("rewrite", text, integral(plan.integrand, problem.x), (plan,))
    plan = problem.search.solve(rest, problem.x, problem.depth)
    if plan is None:
        return None
    text = ("the constant factor ", product.constant, " stays in front")
    result = mul(product.constant, integral(plan.integrand, problem.x))
    return problem.plan(CONSTANT_FACTOR, text, result, (plan,))


def expansion_rule(problem: Problem) -> Plan | None:
    """Products of sums multiplied out."""
    if problem.integrand.op not in ("mul", "pow"):
        return None
    written = multiplied_out(problem.integrand)
    if written is problem.integrand or written.op != "add":
        return None
    plan = problem.solve(written)
    if plan is None:
        return None
    result = integral(plan.integrand, problem.x)
    return problem.plan("multiply out", ("multiply out",), result, (plan,))


def together_rule(problem: Problem) -> Plan | None:
    """A rational expression with fractions inside fractions, as one fraction."""
    if not problem.ops <= {"add", "mul", "pow", "symbol"}:
        return None
    written = together(problem.integrand, problem.x)
    if written is None or written is problem.integrand:
        return None
    plan = problem.solve(written)
    if plan is None:
        return None
    result = integral(plan.integrand, problem.x)
    return problem.plan("rewrite", ("write as one fraction",), result, (plan,))


def exponential_rule_of_all(problem: Problem) -> Plan | None:
    """u = exp(k*x) for a function of exponentials and hyperbolic functions."""
    inner = exponential_kernel(problem)
    if inner is None or problem.depth > 7:
        return None
    u = problem.new_variable()
    written = changed(problem.integrand, problem.x, inner, u)
    if written is None:
        return None
    return substituted(problem, inner, u, together(written, u) or written)


def hyperbolic_definition_rule(problem: Problem) -> Plan | None:
    """sinh and cosh beside other functions, written as exponentials."""
    waves = [part for part in problem.nodes if part.op in ("sinh", "cosh")]
    if not waves:
        return None
    mapping = {part: hyperbolic_in(part.op, call("exp", part.args[0])) for part in waves}
    written = multiplied_out(replace(problem.integrand, mapping))
    plan = problem.solve(written)
    if plan is None:
        return None
    text: Sentence = ("by definition ", waves[0], " = ", mapping[waves[0]])
    result = integral(plan.integrand, problem.x)
    return problem.plan("definition", text, result, (plan,))


#: Rules for any integrand; the last one takes a constant factor out.
FIRST: tuple[Rule, ...] = (
    constant_rule,
    power_rule,
    exponential_rule,
    table_rule,
    sum_rule,
    constant_factor_rule,
)

#: Rules for an integrand without a constant factor, in the order in which they are tried.
RULES: tuple[Rule, ...] = (
    periodic_abs_rule,
    pieces_rule,
    nested_power_rule,
    split_power_rule,
    cyclic_rule,
    gaussian_rule,
    over_linear_rule,
    logarithmic_integral_rule,
    dilogarithm_rule,
    logarithm_over_x_rule,
    exponential_fraction_rule,
    lower_exponential_rule,
    polylog_rule,
    square_moment_rule,
    fresnel_rule,
    linear_trig_rule,
    half_angle_root_rule,
    trig_powers_rule,
    substitution_rule,
    polynomial_rule,
    rational_rule,
    radical_rule,
    polynomial_power_rule,
    together_rule,
    quotient_rule,
    polynomial_secant_rule,
    simple_wave_rule,
    exponential_denominator_parts_rule,
    inverse_power_rule,
    two_roots_rule,
    nested_root_rule,
    parts_rule,
    arctangent_of_exponential_rule,
    logarithm_power_rule,
    logarithm_variable_rule,
    product_to_sum_rule,
    incomplete_gamma_rule,
    power_exponential_rule,
    root_rule,
    exponential_rule_of_all,
    euler_rule,
    expansion_rule,
    definition_rule,
    hyperbolic_definition_rule,
    denominator_parts_rule,
    linear_argument_rule,
    multiple_angle_rule,
    wave_fraction_rule,
    half_tangent_rule,
    inverse_function_rule,
    complex_wave_rule,
    ansatz_rule,
    binomial_rule,
)
