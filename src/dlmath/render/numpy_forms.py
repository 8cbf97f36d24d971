"""How each function of the language is written with numpy and scipy, in stable forms."""

from __future__ import annotations

from collections.abc import Callable

Form = Callable[..., "str | None"]

#: Small functions that are copied into the generated text when it uses them.
HELPERS: dict[str, str] = {
    "vector": '''def vector(*entries):
    """The entries along a new first axis."""
    return np.stack(np.broadcast_arrays(*entries))''',
    "sech": '''def sech(x):
    """1/cosh(x) without overflow."""
    small = np.exp(-np.abs(x))
    return 2 * small / (1 + small**2)''',
    "csch": '''def csch(x):
    """1/sinh(x) without overflow."""
    return -2 * np.sign(x) * np.exp(-np.abs(x)) / np.expm1(-2 * np.abs(x))''',
    "elliptic_pi": '''def elliptic_pi(n, m):
    """The complete elliptic integral of the third kind, by Carlson's symmetric forms."""
    return special.elliprf(0, 1 - m, 1) + n / 3 * special.elliprj(0, 1 - m, 1, 1 - n)''',
    "pnorm": '''def pnorm(v, p):
    """The p-norm along the first axis."""
    if np.isinf(p):
        return np.max(np.abs(v), axis=0)
    return np.sum(np.abs(v) ** p, axis=0) ** (1 / p)''',
    "huber": '''def huber(p, y, delta=1.0):
    """The mean Huber loss."""
    size = np.abs(p - y)
    return np.mean(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)), axis=0)''',
}


def _call(name: str) -> Form:
    return lambda *args: f"{name}({', '.join(args)})"


def _scalar(template: str) -> Form:
    """A template with `x` for the operand, which is put in parentheses."""
    return lambda x: template.replace("x", f"({x})" if not x.isidentifier() else x)


def _pair(template: str) -> Form:
    """A template with `{a}` and `{b}`."""

    def write(a: str, b: str) -> str:
        return template.format(
            a=a if a.isidentifier() else f"({a})", b=b if b.isidentifier() else f"({b})"
        )

    return write


def _inside(name: str, form: str) -> Form:
    """A function of something simple: `np.arccos(1 / x)`."""
    return lambda x: f"{name}({form.replace('x', x if x.isidentifier() else f'({x})')})"


def _item(name: str, place: int) -> Form:
    return lambda x: f"{name}({x})[{place}]"


def _together(args: tuple[str, ...]) -> str:
    """One vector, or several numbers as one."""
    return args[0] if len(args) == 1 else f"vector({', '.join(args)})"


def _over_entries(name: str) -> Form:
    return lambda *args: f"{name}({_together(args)}, axis=0)"


def _log(x: str, base: str | None = None) -> str:
    if base is None:
        return f"np.log({x})"
    return f"(np.log({x}) / np.log({base}))"


def _leaky(x: str, slope: str = "0.01") -> str:
    return f"np.where(({x}) > 0, {x}, ({slope}) * ({x}))"


def _elu(x: str, alpha: str = "1") -> str:
    return f"np.where(({x}) > 0, {x}, ({alpha}) * np.expm1(np.minimum({x}, 0)))"


def _zeta(s: str, a: str = "1") -> str:
    return f"special.zeta({s}, {a})"


def _lambert(x: str, branch: str = "0") -> str:
    return f"special.lambertw({x}, {branch}).real"


def _elliptic_e(first: str, m: str | None = None) -> str:
    return f"special.ellipe({first})" if m is None else f"special.ellipeinc({first}, {m})"


def _elliptic_pi(*args: str) -> str | None:
    return f"elliptic_pi({', '.join(args)})" if len(args) == 2 else None


def _norm(v: str, p: str | None = None) -> str:
    if p is None:
        return f"np.sqrt(np.sum(np.abs({v}) ** 2, axis=0))"
    return f"pnorm({v}, {p})"


def _entries(text: str) -> list[str]:
    """The parts of a written vector of numbers."""
    inner = text.removeprefix("vector(").removesuffix(")")
    return [part.strip() for part in inner.split(",")] if inner else []


def _hyper(above: str, below: str, x: str) -> str | None:
    sizes = [len(_entries(part)) if part.startswith("vector(") else 0 for part in (above, below)]
    if any("(" in part.removeprefix("vector(") for part in (above, below)):
        return None
    name = {(2, 1): "hyp2f1", (1, 1): "hyp1f1", (0, 1): "hyp0f1"}.get((sizes[0], sizes[1]))
    if name is None:
        return None
    return f"special.{name}({', '.join([*_entries(above), *_entries(below), x])})"


FORMS: dict[str, Form] = {
    # elementary
    "exp": _call("np.exp"),
    "log": _log,
    "sin": _call("np.sin"),
    "cos": _call("np.cos"),
    "tan": _call("np.tan"),
    "sec": _scalar("(1 / np.cos(x))"),
    "csc": _scalar("(1 / np.sin(x))"),
    "cot": _scalar("(1 / np.tan(x))"),
    "asin": _call("np.arcsin"),
    "acos": _call("np.arccos"),
    "atan": _call("np.arctan"),
    "asec": _inside("np.arccos", "1 / x"),
    "acsc": _inside("np.arcsin", "1 / x"),
    "acot": _inside("np.arctan", "1 / x"),
    "atan2": _call("np.arctan2"),
    "sinh": _call("np.sinh"),
    "cosh": _call("np.cosh"),
    "tanh": _call("np.tanh"),
    "sech": _call("sech"),
    "csch": _call("csch"),
    "coth": _scalar("(1 / np.tanh(x))"),
    "asinh": _call("np.arcsinh"),
    "acosh": _call("np.arccosh"),
    "atanh": _call("np.arctanh"),
    "asech": _inside("np.arccosh", "1 / x"),
    "acsch": _inside("np.arcsinh", "1 / x"),
    "acoth": _inside("np.arctanh", "1 / x"),
    "cbrt": _call("np.cbrt"),
    "abs": _call("np.abs"),
    "sign": _call("np.sign"),
    "floor": _call("np.floor"),
    "ceil": _call("np.ceil"),
    "min": _over_entries("np.min"),
    "max": _over_entries("np.max"),
    "re": _call("np.real"),
    "im": _call("np.imag"),
    "conjugate": _call("np.conj"),
    "arg": _call("np.angle"),
    "heaviside": lambda x: f"np.heaviside({x}, 0.5)",
    # special
    "erf": _call("special.erf"),
    "erfc": _call("special.erfc"),
    "erfi": _call("special.erfi"),
    "gamma": _call("special.gamma"),
    "loggamma": _call("special.gammaln"),
    "digamma": _call("special.digamma"),
    "polygamma": _call("special.polygamma"),
    "beta": _call("special.beta"),
    "uppergamma": _pair("(special.gammaincc({a}, {b}) * special.gamma({a}))"),
    "lowergamma": _pair("(special.gammainc({a}, {b}) * special.gamma({a}))"),
    "factorial": lambda x: f"special.gamma({x} + 1)",
    "binomial": _call("special.binom"),
    "Si": _item("special.sici", 0),
    "Ci": _item("special.sici", 1),
    "Shi": _item("special.shichi", 0),
    "Chi": _item("special.shichi", 1),
    "Ei": _call("special.expi"),
    "li": lambda x: f"special.expi(np.log({x}))",
    "expint": _call("special.expn"),
    "fresnels": _item("special.fresnel", 0),
    "fresnelc": _item("special.fresnel", 1),
    "airyai": _item("special.airy", 0),
    "airyaiprime": _item("special.airy", 1),
    "airybi": _item("special.airy", 2),
    "airybiprime": _item("special.airy", 3),
    "besselj": _call("special.jv"),
    "bessely": _call("special.yv"),
    "besseli": _call("special.iv"),
    "besselk": _call("special.kv"),
    "zeta": _zeta,
    "LambertW": _lambert,
    "elliptic_k": _call("special.ellipk"),
    "elliptic_e": _elliptic_e,
    "elliptic_f": _call("special.ellipkinc"),
    "elliptic_pi": _elliptic_pi,
    "hyper": _hyper,
    # deep learning: activations
    "sigmoid": _call("special.expit"),
    "relu": lambda x: f"np.maximum({x}, 0)",
    "leaky_relu": _leaky,
    "elu": _elu,
    "selu": lambda x: (
        f"(1.0507009873554804934193349852946 * {_elu(x, '1.6732632423543772848170429916717')})"
    ),
    "gelu": lambda x: f"(({x}) * special.ndtr({x}))",
    "softplus": lambda x: f"np.logaddexp(0, {x})",
    "silu": lambda x: f"(({x}) * special.expit({x}))",
    "mish": lambda x: f"(({x}) * np.tanh(np.logaddexp(0, {x})))",
    "hardtanh": lambda x: f"np.clip({x}, -1, 1)",
    "hard_sigmoid": lambda x: f"np.clip(({x}) / 6 + 0.5, 0, 1)",
    "softsign": lambda x: f"(({x}) / (1 + np.abs({x})))",
    "softmax": _over_entries("special.softmax"),
    "log_softmax": _over_entries("special.log_softmax"),
    "logsumexp": _over_entries("special.logsumexp"),
    # deep learning: losses
    "mse": _pair("np.mean(({a} - {b}) ** 2, axis=0)"),
    "mae": _pair("np.mean(np.abs({a} - {b}), axis=0)"),
    "huber": _call("huber"),
    "bce": _pair("-np.mean(special.xlogy({b}, {a}) + special.xlog1py(1 - {b}, -{a}), axis=0)"),
    "cross_entropy": _pair("-np.sum(special.xlogy({b}, {a}), axis=0)"),
    "hinge": _pair("np.mean(np.maximum(0, 1 - {b} * {a}), axis=0)"),
    "kl_div": _pair("np.sum(special.rel_entr({a}, {b}), axis=0)"),
    # vectors
    "norm": _norm,
    "dot": _pair("np.sum({a} * {b}, axis=0)"),
    "mean": _over_entries("np.mean"),
    "var": _over_entries("np.var"),
}
