"""`dist` for several values at once: the summary, densities at a point, samples."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, number
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.joint import Joint, outcomes
from dlmath.maths.probability.joint_checks import check_density
from dlmath.maths.probability.summary import shorter
from dlmath.settings import Settings

if TYPE_CHECKING:
    from dlmath.maths.probability.dist import Questions

#: The sample that stands for the whole where no sum or factorization does.
_DRAWS = 100_000

_OUTCOMES_MOST = 20_000


def joint_dist(joint: Joint, questions: Questions, settings: Settings) -> Answer:
    """The summary, or the density at a point, or a sample. Raises InvalidInput."""
    words: list[str | Node] = [f"{joint.name.replace('_', ' ')} distribution"]
    for name, value in joint.parameters.items():
        words += [f", {name} ", value]
    answer = Answer("dist", question=tuple(words))
    for option in ("cumulative", "quantile", "interval"):
        if getattr(questions, option) is not None:
            flag = {"cumulative": "cdf"}.get(option, option)
            raise InvalidInput(
                f"--{flag} takes a distribution of one variable", hint="--pdf and --sample work"
            )
    if questions.density is not None:
        _density(answer, joint, questions.density, settings)
    elif questions.sample_size is not None:
        _sample(answer, joint, questions.sample_size, questions.seed)
    else:
        _summary(answer, joint, settings)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import joint_picture

        put_picture(answer, joint_picture, joint)
    return answer


def _summary(answer: Answer, joint: Joint, settings: Settings) -> None:
    density = shorter(joint.density(outcomes(joint)))
    answer.result = density
    several = joint.dimension > 1
    answer.facts = {
        "parameters": dict(joint.parameters),
        "support": "".join(
            part if isinstance(part, str) else _text(part) for part in joint.support
        ),
        "pmf" if joint.discrete else "pdf": density,
        "mean": joint.mean,
        "covariance" if several else "variance": joint.covariance,
        "entropy": joint.entropy,
        "mode": joint.mode,
    }
    if joint.name == "categorical":
        answer.notes.append(("classes are counted from 0; the mean is that of the place",))
    if settings.check:
        answer.checks.append(check_joint(joint))


def _text(node: Node) -> str:
    from dlmath.expression.text import to_text

    return to_text(node)


def _density(answer: Answer, joint: Joint, at: Node, settings: Settings) -> None:
    from dataclasses import replace

    from dlmath.maths.evaluate import evaluate as evaluated

    values = list(at.args) if at.op == "vector" else [at]
    if len(values) != joint.dimension:
        raise InvalidInput(f"--pdf takes {joint.dimension} values here, not {len(values)}")
    if not _inside(joint, values):
        answer.result, answer.value = number(0), 0
        answer.notes.append(("outside the support: ", *joint.support))
        return
    found = evaluated(joint.density(values), replace(settings, at={}, plot=False, steps=False))
    answer.result, answer.value, answer.decimal = found.result, found.value, found.decimal
    answer.checks = found.checks
    if isinstance(found.result, Node) and found.result.op != "number" and found.decimal:
        answer.result = found.decimal
        answer.facts["exact"] = found.result


def _inside(joint: Joint, values: Sequence[Node]) -> bool:
    numbers = [evaluate(value) for value in values]
    if not all(isinstance(value, (int, float)) and value == value for value in numbers):
        return True
    if joint.name == "dirichlet":
        return all(v >= 0 for v in numbers) and abs(sum(numbers) - 1) < 1e-12
    if joint.name == "multinomial":
        total = evaluate(joint.parameters["number of draws"])
        return sum(numbers) == total and all(v >= 0 and v == int(v) for v in numbers)
    return True


def _sample(answer: Answer, joint: Joint, count: int, seed: int | None) -> None:
    import numpy as np

    from dlmath.maths.probability.dist import SAMPLE_MOST

    if joint.symbols():
        raise InvalidInput(f"a sample needs numbers: {', '.join(sorted(joint.symbols()))} has none")
    if not 1 <= count <= SAMPLE_MOST:
        raise InvalidInput(f"--sample takes a number from 1 to {SAMPLE_MOST}")
    drawn: Any = joint.sample(np.random.default_rng(seed), count).tolist()
    if joint.dimension == 1:
        drawn = [row[0] for row in drawn]
    answer.value = drawn
    answer.facts["sample"] = drawn
    answer.result = "\n".join(map(repr, drawn))
    if seed is None:
        words: Sentence = ("drawn anew each time; --seed 1 makes it repeatable",)
        answer.notes.append(words)


# --- checks ---------------------------------------------------------------------------------


def check_joint(joint: Joint) -> Check:
    """All outcomes added up where they are few; else a sample's mean and covariance."""
    if joint.name in ("multivariate_normal", "dirichlet"):
        return check_density(joint)
    if joint.symbols():
        return Check("sample", UNAVAILABLE, "the parameters have no numbers")
    if joint.discrete:
        points = list(_points(joint))
        if points:
            return _by_sum(joint, points)
    return _by_sample(joint)


def _points(joint: Joint) -> list[tuple[int, ...]]:
    if joint.name == "categorical":
        return [(k,) for k in range(len(joint.parameters["probabilities"].args))]
    draws = int(joint.parameters["number of draws"].number)
    if (draws + 1) ** (joint.dimension - 1) > _OUTCOMES_MOST:
        return []
    return [
        (*head, draws - sum(head))
        for head in product(range(draws + 1), repeat=joint.dimension - 1)
        if sum(head) <= draws
    ]


def _by_sum(joint: Joint, points: Sequence[tuple[int, ...]]) -> Check:
    """Total, means and covariances, added up over every outcome."""
    import numpy as np

    weights = np.array([_number(joint.density([number(k) for k in point])) for point in points])
    places = np.array(points, dtype=float)
    mean = weights @ places
    covariance = (places - mean).T @ ((places - mean) * weights[:, None])
    name = "sums of the probabilities"
    for what, found, claimed in (
        ("total", np.array(weights.sum()), np.array(1.0)),
        ("mean", mean, _array(joint.mean).reshape(-1)),
        ("covariance", covariance, _array(joint.covariance).reshape(covariance.shape)),
    ):
        if not np.allclose(found, claimed, rtol=1e-9, atol=1e-9):
            return Check(name, FAILED, f"the {what} is {found.tolist()}, not {claimed.tolist()}")
    return Check(name, PASSED, f"total, mean and covariance over {len(points)} outcomes")


def _by_sample(joint: Joint) -> Check:
    """Mean and covariance of draws, within five standard errors."""
    import numpy as np

    drawn = joint.sample(np.random.default_rng(11), _DRAWS).astype(float)
    mean, covariance = _array(joint.mean), _array(joint.covariance)
    off = drawn - mean
    products = off[:, :, None] * off[:, None, :]
    errors = products.std(axis=0) / np.sqrt(_DRAWS)
    name = f"sample of {_DRAWS}"
    if (abs(off.mean(axis=0)) > 5 * off.std(axis=0) / np.sqrt(_DRAWS) + 1e-12).any():
        return Check(name, FAILED, "its mean is more than five standard errors away")
    if (abs(products.mean(axis=0) - covariance) > 5 * errors + 1e-12).any():
        return Check(name, FAILED, "its covariance is more than five standard errors away")
    return Check(name, PASSED, "mean and covariance within five standard errors")


def _array(node: Node) -> Any:
    import numpy as np

    return np.array(to_float(evaluate(node)), dtype=float)


def _number(node: Node) -> float:
    return float(to_float(evaluate(tidy(node))))
