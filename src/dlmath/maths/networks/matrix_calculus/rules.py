"""The rules of differentials, as a book has them: in the language and in LaTeX."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """name: of the rule; text, latex: the rule itself."""

    name: str
    text: str
    latex: str


def _rule(name: str, text: str, latex: str) -> Rule:
    r"""latex: `~` stands for the sign of a differential, `\T` for that of a transpose."""
    signs = {"~": r"\mathrm{d} ", r"\T": r"^{\top}", r"\tr": r"\operatorname{tr}"}
    for short, long in signs.items():
        latex = latex.replace(short, long)
    return Rule(name, text, latex)


PRODUCT = _rule("product rule", "d(A*B) = dA*B + A*dB", r"~(A B) = (~A) B + A\, ~B")
ELEMENT_PRODUCT = _rule(
    "element-wise product",
    "d(A.*B) = dA.*B + A.*dB",
    r"~(A \odot B) = (~A) \odot B + A \odot ~B",
)
TRACE = _rule("trace", "d(tr(A)) = tr(dA)", r"~\tr(A) = \tr(~A)")
DETERMINANT = _rule(
    "determinant", "d(det(A)) = det(A)*tr(inv(A)*dA)", r"~\det(A) = \det(A) \tr(A^{-1} ~A)"
)
LOG_DETERMINANT = _rule(
    "log-determinant", "d(logdet(A)) = tr(inv(A)*dA)", r"~\log\det(A) = \tr(A^{-1} ~A)"
)
INVERSE = _rule("inverse", "d(inv(A)) = -inv(A)*dA*inv(A)", r"~(A^{-1}) = -A^{-1} (~A) A^{-1}")
SUM = _rule(
    "sum of elements", "d(sum(A)) = sum(dA)", r"~\operatorname{sum}(A) = \operatorname{sum}(~A)"
)
NORM = _rule(
    "norm", "d(norm(a)) = a'*da/norm(a)", r"~\lVert a \rVert = \frac{a\T ~a}{\lVert a \rVert}"
)
FROBENIUS = _rule(
    "Frobenius norm",
    "d(norm(A)) = tr(A'*dA)/norm(A)",
    r"~\lVert A \rVert_F = \frac{\tr(A\T ~A)}{\lVert A \rVert_F}",
)
SQUARED_NORM = _rule("squared norm", "d(norm(a)^2) = 2*a'*da", r"~\lVert a \rVert^2 = 2 a\T ~a")
SQUARED_FROBENIUS = _rule(
    "squared Frobenius norm",
    "d(norm(A)^2) = 2*tr(A'*dA)",
    r"~\lVert A \rVert_F^2 = 2 \tr(A\T ~A)",
)
POWER = _rule("power", "d(s^k) = k*s^(k - 1)*ds", r"~s^k = k s^{k - 1} ~s")
GENERAL_POWER = _rule(
    "power with a variable exponent",
    "d(s^t) = s^t*(t*ds/s + log(s)*dt)",
    r"~s^t = s^t \left(\tfrac{t}{s} ~s + \log(s)\, ~t\right)",
)
ELEMENT_POWER = _rule(
    "element-wise power",
    "d(a.^k) = k*a.^(k - 1).*da",
    r"~a^{\circ k} = k a^{\circ (k - 1)} \odot ~a",
)
GENERAL_ELEMENT_POWER = _rule(
    "element-wise power with a variable exponent",
    "d(a.^t) = a.^t.*(t*da./a + dt*log(a))",
    r"~a^{\circ t} = a^{\circ t} \odot \left(t\, ~a \oslash a + ~t \log(a)\right)",
)
DIAGONAL = _rule(
    "diagonal", "d(diag(a)) = diag(da)", r"~\operatorname{diag}(a) = \operatorname{diag}(~a)"
)
VEC = _rule("vec", "d(vec(A)) = vec(dA)", r"~\operatorname{vec}(A) = \operatorname{vec}(~A)")
KRONECKER = _rule(
    "Kronecker product",
    "d(kron(A, B)) = kron(dA, B) + kron(A, dB)",
    r"~(A \otimes B) = (~A) \otimes B + A \otimes ~B",
)
SOFTMAX = _rule(
    "softmax",
    "ds = (diag(s) - s*s')*dz for s = softmax(z)",
    r"~s = (\operatorname{diag}(s) - s s\T)\, ~z \text{ for } s = \operatorname{softmax}(z)",
)
SOFTMAX_ROWS = _rule(
    "softmax of each row",
    "dS = S.*dZ - diag((S.*dZ)*ones)*S for S = softmax(Z)",
    r"~S = S \odot ~Z - \operatorname{diag}((S \odot ~Z) \mathbf{1}) S"
    r" \text{ for } S = \operatorname{softmax}(Z)",
)
LOG_SUM_EXP = _rule(
    "log-sum-exp",
    "d(logsumexp(z)) = softmax(z)'*dz",
    r"~\operatorname{logsumexp}(z) = \operatorname{softmax}(z)\T ~z",
)
LOG_SUM_EXP_ROWS = _rule(
    "log-sum-exp of each row",
    "d(logsumexp(Z)) = (softmax(Z).*dZ)*ones",
    r"~\operatorname{logsumexp}(Z) = (\operatorname{softmax}(Z) \odot ~Z) \mathbf{1}",
)
LOG_ABS = _rule(
    "logarithm of an absolute value", "d(log(abs(s))) = ds/s", r"~\log|s| = \frac{~s}{s}"
)
TRACES = (
    _rule("", "tr(A) = tr(A')", r"\tr(A) = \tr(A\T)"),
    _rule("", "tr(A*B) = tr(B*A)", r"\tr(A B) = \tr(B A)"),
)

#: Differential and derivative: of a scalar by a scalar, by a vector, by a matrix.
IDENTITIES = (
    _rule("", "df = g*dt", r"~f = g\, ~t"),
    _rule("", "df = g'*dx", r"~f = g\T ~x"),
    _rule("", "df = tr(G'*dX)", r"~f = \tr(G\T ~X)"),
)
BY_SCALAR = _rule("", "dF = dt*D", r"~F = ~t\, D")
JACOBIAN = _rule("", "df = J*dx", r"~f = J\, ~x")
VEC_OF_PRODUCT = _rule(
    "",
    "vec(A*X*B) = kron(B', A)*vec(X)",
    r"\operatorname{vec}(A X B) = (B\T \otimes A) \operatorname{vec}(X)",
)
VEC_JACOBIAN = _rule(
    "", "vec(dF) = J*vec(dX)", r"\operatorname{vec}(~F) = J \operatorname{vec}(~X)"
)
