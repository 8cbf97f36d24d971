"""Matrix expressions as text that reads back as the same expression, and as LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from dlmath.maths.networks.matrix_calculus.build import (
    chain_of,
    is_differential_name,
    neg,
    number,
    power,
)
from dlmath.maths.networks.matrix_calculus.expression import (
    ONE_ROW,
    SCALAR,
    Expr,
    Shape,
    Size,
    make,
)

#: How strongly the parts of a text hold together, weakest first.
SUM, PRODUCT, POWER, ATOM = range(4)

#: Functions written `name(argument)`; the operation's name is the language's.
_CALLS = frozenset("inv tr det logdet norm sum diag vec kron softmax logsumexp d".split())


class Piece:
    """Written mathematics and how strongly it holds together."""

    __slots__ = ("strength", "text")

    def __init__(self, text: str, strength: int = ATOM) -> None:
        self.text = text
        self.strength = strength


@lru_cache(maxsize=4096)
def to_text(e: Expr) -> str:
    """The expression in the language, in the style `2*A'*(A*x - b)`."""
    return _text(e).text


def _within(e: Expr, least: int) -> str:
    piece = _text(e)
    return piece.text if piece.strength >= least else f"({piece.text})"


def name_text(text: str) -> str:
    """`X`, or `dX` for its differential."""
    return "d" + text[2:] if is_differential_name(text) else text


def _text(e: Expr) -> Piece:
    if e.op == "name":
        return Piece(name_text(str(e.value)))
    if e.op == "number":
        assert isinstance(e.value, Fraction)
        whole = e.value.denominator == 1 and e.value >= 0
        return Piece(str(e.value), ATOM if whole else PRODUCT if e.value >= 0 else SUM)
    if e.op == "size":
        return Piece(str(e.value))
    if e.op in ("eye", "ones", "zeros", "commutation", "selection"):
        return Piece(f"{e.op}({_sizes(e)})")
    if e.op == "func":
        return Piece(f"{e.value}({to_text(e.args[0])})")
    if e.op == "reshape":
        return Piece(f"reshape({to_text(e.args[0])}, {e.rows}, {e.columns})")
    if e.op in _CALLS:
        return Piece(f"{e.op}({', '.join(map(to_text, e.args))})")
    if e.op == "transpose":
        return Piece(_within(e.args[0], ATOM) + "'")
    if e.op == "add":
        return Piece(_sum([(_text(part), part) for part in e.args]), SUM)
    if e.op in ("power", "epow"):
        return _power_text(e)
    if e.op == "had":
        return _elementwise_text(e)
    return _product_text(e)


def _sizes(e: Expr) -> str:
    shape: Shape = e.shape
    if e.op == "commutation":
        assert isinstance(e.value, tuple)
        return f"{e.value[0]}, {e.value[1]}"
    if e.op == "selection":
        return str(shape[1])
    if e.op == "eye" or shape[1] == ONE_ROW:
        return str(shape[0])
    return f"{shape[0]}, {shape[1]}"


def _sum(parts: Sequence[tuple[Piece, Expr]]) -> str:
    text = ""
    for piece, part in parts:
        written = f"({piece.text})" if part.op == "add" else piece.text
        if not text:
            text = written
        elif written.startswith("-"):
            text += " - " + written[1:]
        else:
            text += " + " + written
    return text


def _power_text(e: Expr) -> Piece:
    base, exponent = e.args
    dot = "." if e.op == "epow" else ""
    if exponent.op == "number" and isinstance(exponent.value, Fraction):
        if exponent.value < 0:
            return _fraction([], [(base, -exponent.value)], dot=dot)
        if exponent.value == Fraction(1, 2):
            return Piece(f"sqrt({to_text(base)})")
        if exponent.value.denominator == 1:
            return Piece(f"{_within(base, ATOM)}{dot}^{exponent.value}", POWER)
    raised = to_text(exponent)
    if exponent.op not in ("name", "size"):
        raised = f"({raised})"
    return Piece(f"{_within(base, ATOM)}{dot}^{raised}", POWER)


def _fraction(above: list[str], below: list[tuple[Expr, Fraction]], *, dot: str) -> Piece:
    """`a*b/(c*d^2)`, or the same element by element."""
    texts = []
    for base, exponent in below:
        whole = _raised(base, exponent, dot)
        texts.append(whole.text if whole.strength >= POWER else f"({whole.text})")
    top = f"{dot}*".join(above) or "1"
    if not texts:
        return Piece(top, PRODUCT)
    if len(texts) == 1 or dot:
        return Piece(top + "".join(f"{dot}/{text}" for text in texts), PRODUCT)
    return Piece(f"{top}/({'*'.join(texts)})", PRODUCT)


def _raised(base: Expr, exponent: Fraction, dot: str) -> Piece:
    if exponent == 1:
        return _text(base)
    made = make("epow" if dot else "power", (base, number(exponent)), None, base.shape)
    return _power_text(made)


def _elementwise_text(e: Expr) -> Piece:
    above: list[str] = []
    below: list[tuple[Expr, Fraction]] = []
    for part in e.args:
        exponent = part.args[1].value if part.op == "epow" else Fraction(1)
        if isinstance(exponent, Fraction) and exponent < 0:
            below.append((part.args[0], -exponent))
        else:
            above.append(_within(part, POWER))
    return _fraction(above, below, dot=".")


def _product_text(e: Expr) -> Piece:
    coefficient = Fraction(1)
    above: list[str] = []
    below: list[tuple[Expr, Fraction]] = []
    chain: list[Expr] = []
    dots = [part for part in e.args if part.is_scalar and part.op == "mul"]
    last = dots[0] if len(dots) == 1 and all(part.is_scalar for part in e.args) else None
    for part in e.args:
        if part.op == "number":
            assert isinstance(part.value, Fraction)
            coefficient *= part.value
        elif not part.is_scalar:
            chain.append(part)
        elif part is last:
            continue
        else:
            exponent = part.args[1].value if part.op == "power" else Fraction(1)
            if isinstance(exponent, Fraction) and exponent < 0:
                below.append((part.args[0], -exponent))
            else:
                above.append(_within(part, POWER if part.op != "mul" else ATOM))
    if len(chain) == 1 and chain[0].op == "had":  # 2*a.*b is 2*(a.*b)
        above.append(to_text(chain[0]))
    else:
        above += _chain_texts(chain_of(last) if last is not None else chain)
    if abs(coefficient.numerator) != 1 or not above:
        above.insert(0, str(abs(coefficient.numerator)))
    if coefficient.denominator != 1:
        below.insert(0, (number(coefficient.denominator), Fraction(1)))
    written = _fraction(above, below, dot="").text
    return Piece("-" + written, SUM) if coefficient < 0 else Piece(written, PRODUCT)


def _chain_texts(chain: Sequence[Expr]) -> list[str]:
    """The matrices in order; equal neighbours as a power."""
    texts: list[str] = []
    place = 0
    while place < len(chain):
        part = chain[place]
        count = 1
        while place + count < len(chain) and chain[place + count] is part:
            count += 1
        if count > 1:
            texts.append(f"{_within(part, ATOM)}^{count}")
        else:
            texts.append(_within(part, POWER))
        place += count
    return texts


# --- LaTeX ----------------------------------------------------------------------------------

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()
)

_KNOWN_FUNCTIONS = frozenset("exp log sin cos tan sinh cosh tanh sec csc cot".split())


def to_latex(e: Expr) -> str:
    r"""The expression in LaTeX: `2 A^{\top} \left(A x - b\right)`."""
    return _latex(e).text


def latex_name(text: str) -> str:
    """A name as a letter with an index where it has one."""
    if is_differential_name(text):
        return rf"\mathrm{{d}} {latex_name(text[2:])}"
    head, _, index = text.partition("_")
    if not index and len(head) > 1 and head.rstrip("0123456789") not in ("", head):
        letters = head.rstrip("0123456789")
        head, index = letters, head[len(letters) :]
    written = f"\\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    safe = index.replace("_", r"\_")
    return f"{written}_{{{safe}}}" if index else written


def _group(text: str) -> str:
    return rf"\left({text}\right)"


def _latex_within(e: Expr, least: int) -> str:
    piece = _latex(e)
    return piece.text if piece.strength >= least else _group(piece.text)


def _latex_size(value: Size) -> str:
    parts = ([str(value.number)] if value.number != 1 or not value.names else []) + [
        latex_name(part) for part in value.names
    ]
    return " ".join(parts)


def _called(head: str) -> Callable[[Expr], Piece]:
    return lambda e: Piece(head + _group(", ".join(to_latex(part) for part in e.args)))


def _latex_norm(e: Expr) -> Piece:
    kind = "2" if e.args[0].is_vector else "F"
    return Piece(rf"\left\lVert {to_latex(e.args[0])} \right\rVert_{{{kind}}}")


_LATEX: dict[str, Callable[[Expr], Piece]] = {
    "tr": _called(r"\operatorname{tr}"),
    "det": _called(r"\det"),
    "logdet": _called(r"\log\det"),
    "sum": lambda e: (
        Piece(rf"\mathbf{{1}}^{{\top}} {_latex_within(e.args[0], POWER)}")
        if e.args[0].is_vector
        else _called(r"\operatorname{sum}")(e)
    ),
    "diag": _called(r"\operatorname{diag}"),
    "vec": _called(r"\operatorname{vec}"),
    "softmax": _called(r"\operatorname{softmax}"),
    "logsumexp": _called(r"\operatorname{logsumexp}"),
    "reshape": lambda e: Piece(
        rf"\operatorname{{unvec}}_{{{_latex_size(e.rows)} \times {_latex_size(e.columns)}}}"
        + _group(to_latex(e.args[0]))
    ),
    "d": lambda e: Piece(rf"\mathrm{{d}}{_group(to_latex(e.args[0]))}"),
    "norm": _latex_norm,
    "eye": lambda e: Piece(rf"I_{{{_latex_size(e.rows)}}}"),
    "selection": lambda e: Piece(rf"E_{{{_latex_size(e.columns)}}}"),
    "commutation": lambda e: Piece(rf"K_{{{', '.join(map(_latex_size, e.value))}}}"),  # type: ignore[arg-type]
    "kron": lambda e: Piece(
        r" \otimes ".join(_latex_within(part, POWER) for part in e.args), PRODUCT
    ),
}


def _latex(e: Expr) -> Piece:
    written = _LATEX.get(e.op)
    if written is not None:
        return written(e)
    if e.op == "name":
        return Piece(latex_name(str(e.value)))
    if e.op == "number":
        assert isinstance(e.value, Fraction)
        return _latex_number(e.value)
    if e.op == "size":
        assert isinstance(e.value, Size)
        return Piece(_latex_size(e.value))
    if e.op in ("ones", "zeros"):
        sizes = [_latex_size(part) for part in e.shape if part != ONE_ROW]
        digit = "1" if e.op == "ones" else "0"
        written_sizes = r" \times ".join(sizes)
        return Piece(rf"\mathbf{{{digit}}}_{{{written_sizes}}}")
    if e.op == "inv":
        return Piece(f"{_latex_within(e.args[0], ATOM)}^{{-1}}", POWER)
    if e.op == "transpose":
        inner = e.args[0]
        if inner.op == "inv":
            return Piece(rf"{_latex_within(inner.args[0], ATOM)}^{{-\top}}", POWER)
        return Piece(rf"{_latex_within(inner, ATOM)}^{{\top}}", POWER)
    if e.op == "func":
        head = str(e.value)
        if head == "abs":
            return Piece(rf"\left| {to_latex(e.args[0])} \right|")
        written_head = "\\" + head if head in _KNOWN_FUNCTIONS else _operator(head)
        return Piece(written_head + _group(to_latex(e.args[0])))
    if e.op == "add":
        return Piece(_sum([(_latex(part), part) for part in e.args]), SUM)
    if e.op in ("power", "epow"):
        return _latex_power(e.args[0], e.args[1], e.op == "epow")
    if e.op == "had":
        return Piece(r" \odot ".join(_latex_within(part, POWER) for part in e.args), PRODUCT)
    return _latex_product(e)


def _operator(head: str) -> str:
    safe = head.replace("_", r"\_")
    return rf"\operatorname{{{safe}}}"


def _latex_number(value: Fraction) -> Piece:
    if value.denominator == 1:
        return Piece(str(value), SUM if value < 0 else ATOM)
    sign = "-" if value < 0 else ""
    text = rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return Piece(text, SUM if value < 0 else PRODUCT)


def _latex_power(base: Expr, exponent: Expr, elementwise: bool) -> Piece:
    if exponent.op == "number" and exponent.value == Fraction(1, 2) and not elementwise:
        return Piece(rf"\sqrt{{{to_latex(base)}}}")
    circle = r"\circ " if elementwise else ""
    return Piece(f"{_latex_within(base, ATOM)}^{{{circle}{to_latex(exponent)}}}", POWER)


def _latex_product(e: Expr) -> Piece:
    """A product as one fraction; a bar groups what stands alone above or below it."""
    coefficient = Fraction(1)
    above: list[Piece] = []
    below: list[Piece] = []
    for part in e.args:
        if part.op == "number":
            assert isinstance(part.value, Fraction)
            coefficient *= part.value
        elif part.is_scalar and part.op != "mul" and _is_below(part):
            turned = power(part.args[0], neg(part.args[1]))
            below.append(_latex(turned))
        elif part.is_scalar and part.op != "mul":
            above.append(_latex(part))
    dots = [part for part in e.args if part.is_scalar and part.op == "mul"]
    chain = [part for part in e.args if not part.is_scalar]
    if len(dots) == 1 and not chain:
        chain = chain_of(dots[0])
        dots = []
    above += [Piece(_group(to_latex(part)), ATOM) for part in dots]
    above += [_latex(part) for part in chain]
    if abs(coefficient.numerator) != 1 or not above:
        above.insert(0, Piece(str(abs(coefficient.numerator))))
    if coefficient.denominator != 1:
        below.insert(0, Piece(str(coefficient.denominator)))
    if below:
        written = (
            rf"\frac{{{_juxtaposed(above, barred=True)}}}{{{_juxtaposed(below, barred=True)}}}"
        )
    else:
        written = _juxtaposed(above)
    return Piece("-" + written, SUM) if coefficient < 0 else Piece(written, PRODUCT)


def _is_below(e: Expr) -> bool:
    exponent = e.args[1].value if e.op == "power" else Fraction(1)
    return isinstance(exponent, Fraction) and exponent < 0


def _juxtaposed(parts: Sequence[Piece], *, barred: bool = False) -> str:
    """Factors side by side, in parentheses where they need them."""
    if len(parts) == 1 and barred:
        return parts[0].text
    texts = []
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        enough = part.strength >= (PRODUCT if last and len(parts) <= 2 else POWER)
        texts.append(part.text if enough else _group(part.text))
    return " ".join(texts)


__all__ = ["SCALAR", "latex_name", "name_text", "to_latex", "to_text"]
