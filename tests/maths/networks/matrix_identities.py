"""Identities of the literature: where from, expression, variable, shapes, derivative.

Numbers in parentheses are equations of K. B. Petersen and M. S. Pedersen, The Matrix Cookbook,
version of 15 November 2012.
"""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """source: where the identity is found; order: 2 for a Hessian."""

    source: str
    expression: str
    wrt: str
    shapes: str
    expected: str
    order: int = 1


SQUARE = "X, A, B, C: n,n; a, b: n"
WIDE = "X: n,m; A, C: m,n; B: n,n; D: n,n; b, c: m"

IDENTITIES = [
    # determinants
    Identity("(49)", "det(X)", "X", SQUARE, "det(X)*inv(X)'"),
    Identity("(51)", "det(A*X*B)", "X", SQUARE, "det(A*X*B)*inv(X)'"),
    Identity("(52)", "det(X'*A*X)", "X", SQUARE, "2*det(X'*A*X)*inv(X)'"),
    Identity(
        "(53)", "det(X'*S*X)", "X", "X: n,m; S: n,n symmetric", "2*det(X'*S*X)*S*X*inv(X'*S*X)"
    ),
    Identity(
        "(54)",
        "det(X'*A*X)",
        "X",
        "X: n,m; A: n,n",
        "det(X'*A*X)*(A*X*inv(X'*A*X) + A'*X*inv(X'*A*X)')",
    ),
    Identity("(55)", "log(det(X'*X))", "X", "X: n,m", "2*X*inv(X'*X)"),
    Identity("(57)", "log(abs(det(X)))", "X", SQUARE, "inv(X)'"),
    Identity("(57), logdet", "logdet(X)", "X", SQUARE, "inv(X)'"),
    Identity("(58)", "det(X^3)", "X", SQUARE, "3*det(X^3)*inv(X)'"),
    # inverses
    Identity("(59)", "inv(A + t*B)", "t", "A, B: n,n; t: 1", "-inv(A + t*B)*B*inv(A + t*B)"),
    Identity("(61)", "a'*inv(X)*b", "X", SQUARE, "-inv(X)'*a*b'*inv(X)'"),
    Identity("(62)", "det(inv(X))", "X", SQUARE, "-inv(X)'/det(X)"),
    Identity("(63)", "tr(A*inv(X)*B)", "X", "X: n,n; A: m,n; B: n,m", "-inv(X)'*A'*B'*inv(X)'"),
    Identity("(64)", "tr(inv(X + A))", "X", SQUARE, "-inv(X + A)'^2"),
    # first order
    Identity("(69)", "x'*a", "x", "x, a: n", "a"),
    Identity("(70)", "a'*X*b", "X", "X: m,n; a: m; b: n", "a*b'"),
    Identity("(71)", "a'*X'*b", "X", "X: m,n; a: n; b: m", "b*a'"),
    Identity("(72)", "a'*X*a", "X", SQUARE, "a*a'"),
    # second order
    Identity("(77)", "b'*X'*X*c", "X", WIDE, "X*(c*b' + b*c')"),
    Identity(
        "(78)",
        "(B*x + b)'*C*(D*x + d)",
        "x",
        "B: m,n; C: m,k; D: k,n; x: n; b: m; d: k",
        "B'*C*(D*x + d) + D'*C'*(B*x + b)",
    ),
    Identity("(81)", "x'*B*x", "x", "B: n,n; x: n", "(B + B')*x"),
    Identity("(82)", "b'*X'*D*X*c", "X", WIDE, "D*X*c*b' + D'*X*b*c'"),
    Identity(
        "(83)", "(X*b + c)'*D*(X*b + c)", "X", "X: n,m; b: m; c: n; D: n,n", "(D + D')*(X*b + c)*b'"
    ),
    Identity(
        "(84)",
        "(x - A*s)'*W*(x - A*s)",
        "s",
        "x: m; A: m,n; s: n; W: m,m symmetric",
        "-2*A'*W*(x - A*s)",
    ),
    Identity("(85)", "(x - s)'*W*(x - s)", "x", "x, s: n; W: n,n symmetric", "2*W*(x - s)"),
    Identity("(86)", "(x - s)'*W*(x - s)", "s", "x, s: n; W: n,n symmetric", "-2*W*(x - s)"),
    Identity(
        "(87)",
        "(x - A*s)'*W*(x - A*s)",
        "x",
        "x: m; A: m,n; s: n; W: m,m symmetric",
        "2*W*(x - A*s)",
    ),
    Identity(
        "(88)",
        "(x - A*s)'*W*(x - A*s)",
        "A",
        "x: m; A: m,n; s: n; W: m,m symmetric",
        "-2*W*(x - A*s)*s'",
    ),
    Identity("(91) with n = 3", "a'*X^3*b", "X", SQUARE, "(X^2*b*a' + X*b*a'*X + b*a'*X^2)'"),
    Identity("(92) with n = 1", "a'*X'*X*b", "X", "X: m,n; a, b: n", "X*(b*a' + a*b')"),
    Identity("(96)", "x'*A*x + b'*x", "x", "A: n,n; x, b: n", "(A + A')*x + b"),
    Identity("(97)", "x'*A*x + b'*x", "x", "A: n,n; x, b: n", "A + A'", 2),
    # traces
    Identity("(99)", "tr(X)", "X", SQUARE, "eye(n)"),
    Identity("(100)", "tr(X*A)", "X", "X: n,m; A: m,n", "A'"),
    Identity("(101)", "tr(A*X*B)", "X", "X: n,m; A: k,n; B: m,k", "A'*B'"),
    Identity("(102)", "tr(A*X'*B)", "X", "X: n,m; A: k,m; B: n,k", "B*A"),
    Identity("(103)", "tr(X'*A)", "X", "X, A: n,m", "A"),
    Identity("(104)", "tr(A*X')", "X", "X, A: n,m", "A"),
    Identity("(105)", "tr(kron(A, X))", "X", "X: n,n; A: m,m", "tr(A)*eye(n)"),
    Identity("(106)", "tr(X^2)", "X", SQUARE, "2*X'"),
    Identity("(107)", "tr(X^2*B)", "X", SQUARE, "(X*B + B*X)'"),
    Identity("(108)", "tr(X'*B*X)", "X", WIDE, "(B + B')*X"),
    Identity("(109)", "tr(B*X*X')", "X", WIDE, "(B + B')*X"),
    Identity("(110)", "tr(X*X'*B)", "X", WIDE, "(B + B')*X"),
    Identity("(111)", "tr(X*B*X')", "X", "X: m,n; B: n,n", "X*(B + B')"),
    Identity("(112)", "tr(B*X'*X)", "X", "X: m,n; B: n,n", "X*(B + B')"),
    Identity("(113)", "tr(X'*X*B)", "X", "X: m,n; B: n,n", "X*(B + B')"),
    Identity("(114)", "tr(A*X*B*X)", "X", "X: n,m; A: m,n; B: m,n", "(B*X*A + A*X*B)'"),
    Identity("(115)", "tr(X'*X)", "X", "X: m,n", "2*X"),
    Identity("(115), the other order", "tr(X*X')", "X", "X: m,n", "2*X"),
    Identity("(116)", "tr(B'*X'*C*X*B)", "X", "X: m,n; B: n,k; C: m,m", "(C + C')*X*B*B'"),
    Identity("(117)", "tr(X'*B*X*C)", "X", "X: m,n; B: m,m; C: n,n", "B*X*C + B'*X*C'"),
    Identity(
        "(118)", "tr(A*X*B*X'*C)", "X", "X: m,n; A: k,m; B: n,n; C: m,k", "A'*C'*X*B' + C*A*X*B"
    ),
    Identity(
        "(119)",
        "tr((A*X*B + C)*(A*X*B + C)')",
        "X",
        "X: m,n; A: k,m; B: n,p; C: k,p",
        "2*A'*(A*X*B + C)*B'",
    ),
    Identity("(120)", "tr(kron(X, X))", "X", SQUARE, "2*tr(X)*eye(n)"),
    Identity("(121) with k = 4", "tr(X^4)", "X", SQUARE, "4*X'^3"),
    Identity("(122) with k = 3", "tr(A*X^3)", "X", SQUARE, "(X^2*A + X*A*X + A*X^2)'"),
    Identity(
        "(123)",
        "tr(B'*X'*C*X*X'*C*X*B)",
        "X",
        "X: m,n; B: n,k; C: m,m",
        "C*X*X'*C*X*B*B' + C'*X*B*B'*X'*C'*X + C*X*B*B'*X'*C*X + C'*X*X'*C'*X*B*B'",
    ),
    Identity("(124)", "tr(A*inv(X)*B)", "X", SQUARE, "-inv(X)'*A'*B'*inv(X)'"),
    Identity(
        "(125)",
        "tr(inv(X'*C*X)*A)",
        "X",
        "X: n,m; C: n,n symmetric; A: m,m",
        "-C*X*inv(X'*C*X)*(A + A')*inv(X'*C*X)",
    ),
    Identity(
        "(126)",
        "tr(inv(X'*C*X)*(X'*B*X))",
        "X",
        "X: n,m; B, C: n,n symmetric",
        "2*(B*X*inv(X'*C*X) - C*X*inv(X'*C*X)*X'*B*X*inv(X'*C*X))",
    ),
    # norms
    Identity("(129)", "norm(x - a)", "x", "x, a: n", "(x - a)/norm(x - a)"),
    Identity(
        "(130)",
        "(x - a)/norm(x - a)",
        "x",
        "x, a: n",
        "eye(n)/norm(x - a) - (x - a)*(x - a)'/norm(x - a)^3",
    ),
    Identity("(131)", "norm(x)^2", "x", "x: n", "2*x"),
    Identity("(132)", "norm(X)^2", "X", "X: m,n", "2*X"),
    Identity("(134)-(137) Frobenius", "norm(X)", "X", "X: m,n", "X/norm(X)"),
    Identity("(141), symmetric part", "logdet(X)", "X", "X: n,n symmetric", "inv(X)"),
    # Jacobians and Kronecker products: Magnus and Neudecker, chapter 9
    Identity("MN 9.4", "A*x", "x", "A: m,n; x: n", "A"),
    Identity("MN 9.5", "A*X*B", "X", "A: k,m; X: m,n; B: n,p", "kron(B', A)"),
    Identity("MN 9.5 transpose", "X'", "X", "X: m,n", "commutation(m, n)"),
    Identity("MN 9.6 inverse", "inv(X)", "X", "X: n,n", "-kron(inv(X)', inv(X))"),
    Identity(
        "MN 9.5 X'X", "X'*X", "X", "X: m,n", "kron(X', eye(n))*commutation(m, n) + kron(eye(n), X')"
    ),
    Identity(
        "MN 3.7, theorem 10",
        "kron(A, X)",
        "X",
        "A: m,n; X: p,q",
        "kron(kron(eye(n), commutation(q, m)), eye(p))*kron(vec(A), eye(p*q))",
    ),
    Identity(
        "diagonal of a product", "diag(A*X)", "X", "A: n,m; X: m,n", "selection(n)'*kron(eye(n), A)"
    ),
    Identity("rows scaled", "diag(x)*A", "x", "A: n,m; x: n", "kron(A', eye(n))*selection(n)"),
    Identity("any power", "sum(x.^t)", "t", "x: n; t: 1", "sum(x.^t.*log(x))"),
    Identity("any power, by the base", "sum(x.^t)", "x", "x: n; t: 1", "t*x.^(t - 1)"),
    Identity("Hadamard", "A.*X", "X", "A, X: m,n", "diag(vec(A))"),
    Identity(
        "Kronecker and vec",
        "norm(kron(A, B)*vec(X) - c)^2",
        "X",
        "A: m,n; B: p,q; X: q,n; c: m*p",
        "2*B'*(B*X*A' - reshape(c, p, m))*A",
    ),
    # learning
    Identity("least squares", "norm(A*x - b)^2", "x", "A: m,n; x: n; b: m", "2*A'*(A*x - b)"),
    Identity("least squares, Hessian", "norm(A*x - b)^2", "x", "A: m,n; x: n; b: m", "2*A'*A", 2),
    Identity(
        "least squares, product",
        "(A*x - b)'*(A*x - b)",
        "x",
        "A: m,n; x: n; b: m",
        "2*A'*(A*x - b)",
    ),
    Identity(
        "ridge",
        "norm(A*x - b)^2 + lambda*norm(x)^2",
        "x",
        "A: m,n; x: n; b: m; lambda: 1",
        "2*A'*(A*x - b) + 2*lambda*x",
    ),
    Identity(
        "ridge, Hessian",
        "norm(A*x - b)^2 + lambda*norm(x)^2",
        "x",
        "A: m,n; x: n; b: m; lambda: 1",
        "2*A'*A + 2*lambda*eye(n)",
        2,
    ),
    Identity(
        "logistic, labels -1 and 1",
        "sum(log(ones(m) + exp(-y.*(X*w))))",
        "w",
        "X: m,n; w: n; y: m",
        "-X'*(sigmoid(-y.*(X*w)).*y)",
    ),
    Identity(
        "logistic, labels 0 and 1",
        "bce(sigmoid(X*w), y)",
        "w",
        "X: m,n; w: n; y: m",
        "X'*(sigmoid(X*w) - y)/m",
    ),
    Identity(
        "logistic, Hessian",
        "m*bce(sigmoid(X*w), y)",
        "w",
        "X: m,n; w: n; y: m",
        "X'*diag(sigmoid(X*w).*(ones(m) - sigmoid(X*w)))*X",
        2,
    ),
    Identity(
        "softmax regression, W",
        "cross_entropy(softmax(W*x + b), y)",
        "W",
        "W: k,n; x: n; b, y: k",
        "(softmax(W*x + b) - y)*x'",
    ),
    Identity(
        "softmax regression, b",
        "cross_entropy(softmax(W*x + b), y)",
        "b",
        "W: k,n; x: n; b, y: k",
        "softmax(W*x + b) - y",
    ),
    Identity(
        "softmax regression, x",
        "cross_entropy(softmax(W*x + b), y)",
        "x",
        "W: k,n; x: n; b, y: k",
        "W'*(softmax(W*x + b) - y)",
    ),
    Identity(
        "softmax regression, rows",
        "cross_entropy(softmax(X*W), Y)",
        "W",
        "X: m,n; W: n,k; Y: m,k",
        "X'*(softmax(X*W) - Y)",
    ),
    Identity("softmax", "softmax(z)", "z", "z: n", "diag(softmax(z)) - softmax(z)*softmax(z)'"),
    Identity("log-softmax", "log_softmax(z)", "z", "z: n", "eye(n) - ones(n)*softmax(z)'"),
    Identity("log-sum-exp", "logsumexp(A*x + b)", "x", "A: m,n; x: n; b: m", "A'*softmax(A*x + b)"),
    Identity(
        "log-sum-exp, Hessian",
        "logsumexp(x)",
        "x",
        "x: n",
        "diag(softmax(x)) - softmax(x)*softmax(x)'",
        2,
    ),
    Identity(
        "Rayleigh quotient",
        "x'*A*x/(x'*x)",
        "x",
        "A: n,n symmetric; x: n",
        "2*A*x/(x'*x) - 2*(x'*A*x)*x/(x'*x)^2",
    ),
    Identity(
        "Rayleigh quotient, any A",
        "x'*A*x/(x'*x)",
        "x",
        "A: n,n; x: n",
        "(A + A')*x/(x'*x) - 2*(x'*A*x)*x/(x'*x)^2",
    ),
    Identity("principal components", "tr(W'*S*W)", "W", "W: n,k; S: n,n symmetric", "2*S*W"),
    Identity(
        "reconstruction",
        "norm(X - X*W*W')^2",
        "W",
        "X: m,n; W: n,k",
        "-2*(X'*(X - X*W*W') + (X - X*W*W')'*X)*W",
    ),
    Identity(
        "matrix factorization", "norm(X - U*V')^2", "U", "X: m,n; U: m,k; V: n,k", "-2*(X - U*V')*V"
    ),
    Identity(
        "Gaussian, mean",
        "(x - mu)'*inv(S)*(x - mu)/2 + logdet(S)/2",
        "mu",
        "x, mu: n; S: n,n symmetric",
        "-inv(S)*(x - mu)",
    ),
    Identity(
        "Gaussian, covariance",
        "(x - mu)'*inv(S)*(x - mu)/2 + logdet(S)/2",
        "S",
        "x, mu: n; S: n,n symmetric",
        "(inv(S) - inv(S)*(x - mu)*(x - mu)'*inv(S))/2",
    ),
    Identity(
        "Gaussian, precision", "tr(S*P) - logdet(P)", "P", "S, P: n,n symmetric", "S - inv(P)"
    ),
    Identity(
        "layer, squared error, W",
        "sum((sigmoid(W*x + b) - y).^2)",
        "W",
        "W: m,n; x: n; b, y: m",
        "2*((sigmoid(W*x + b) - y).*sigmoid(W*x + b).*(ones(m) - sigmoid(W*x + b)))*x'",
    ),
    Identity(
        "layer, squared error, b",
        "sum((sigmoid(W*x + b) - y).^2)",
        "b",
        "W: m,n; x: n; b, y: m",
        "2*(sigmoid(W*x + b) - y).*sigmoid(W*x + b).*(ones(m) - sigmoid(W*x + b))",
    ),
    Identity(
        "layer, tanh",
        "norm(tanh(W*x + b) - y)^2",
        "W",
        "W: m,n; x: n; b, y: m",
        "2*((ones(m) - tanh(W*x + b).^2).*(tanh(W*x + b) - y))*x'",
    ),
    Identity(
        "layer, relu", "sum(relu(W*x + b))", "W", "W: m,n; x: n; b: m", "heaviside(W*x + b)*x'"
    ),
    Identity(
        "two layers",
        "norm(V*tanh(W*x) - y)^2",
        "W",
        "V: k,m; W: m,n; x: n; y: k",
        "2*((ones(m) - tanh(W*x).^2).*(V'*(V*tanh(W*x) - y)))*x'",
    ),
    Identity(
        "element-wise, Jacobian", "tanh(W*x)", "x", "W: m,n; x: n", "diag(ones(m) - tanh(W*x).^2)*W"
    ),
    Identity(
        "attention scores",
        "sum(G.*softmax(Q*K'/sqrt(d)))",
        "Q",
        "Q: n,d; K: m,d; G: n,m",
        "(softmax(Q*K'/sqrt(d)).*(G - (softmax(Q*K'/sqrt(d)).*G)*ones(m, m)))*K/sqrt(d)",
    ),
    Identity(
        "attention scores, keys",
        "sum(G.*softmax(Q*K'/sqrt(d)))",
        "K",
        "Q: n,d; K: m,d; G: n,m",
        "(softmax(Q*K'/sqrt(d)).*(G - (softmax(Q*K'/sqrt(d)).*G)*ones(m, m)))'*Q/sqrt(d)",
    ),
    Identity(
        "attention, values",
        "tr(G'*softmax(Q*K'/sqrt(d))*V)",
        "V",
        "Q: n,d; K: m,d; V: m,p; G: n,p",
        "softmax(Q*K'/sqrt(d))'*G",
    ),
    Identity(
        "attention, queries",
        "tr(G'*softmax(Q*K'/sqrt(d))*V)",
        "Q",
        "Q: n,d; K: m,d; V: m,p; G: n,p",
        "(softmax(Q*K'/sqrt(d)).*(G*V' - (softmax(Q*K'/sqrt(d)).*(G*V'))*ones(m, m)))*K/sqrt(d)",
    ),
    Identity(
        "scalar of a scalar",
        "norm(A*x - t*b)^2",
        "t",
        "A: m,n; x: n; b: m; t: 1",
        "-2*b'*(A*x - t*b)",
    ),
    Identity("diagonal", "diag(x)*A*x", "x", "A: n,n; x: n", "diag(A*x) + diag(x)*A"),
    Identity(
        "D-optimal design",
        "logdet(A*diag(x)*A')",
        "x",
        "A: m,n; x: n",
        "diag(A'*inv(A*diag(x)*A')*A)",
    ),
    Identity(
        "D-optimal design, Hessian",
        "logdet(A*diag(x)*A')",
        "x",
        "A: m,n; x: n",
        "-(A'*inv(A*diag(x)*A')*A).^2",
        2,
    ),
    Identity(
        "logarithmic barrier", "-sum(log(b - A*x))", "x", "A: m,n; x: n; b: m", "A'*(1./(b - A*x))"
    ),
    Identity(
        "logarithmic barrier, Hessian",
        "-sum(log(b - A*x))",
        "x",
        "A: m,n; x: n; b: m",
        "A'*diag(1./(b - A*x).^2)*A",
        2,
    ),
    Identity(
        "Poisson regression",
        "sum(exp(X*w) - y.*(X*w))",
        "w",
        "X: m,n; w: n; y: m",
        "X'*(exp(X*w) - y)",
    ),
    Identity(
        "Poisson regression, Hessian",
        "sum(exp(X*w) - y.*(X*w))",
        "w",
        "X: m,n; w: n; y: m",
        "X'*diag(exp(X*w))*X",
        2,
    ),
    Identity(
        "Fisher discriminant",
        "w'*B*w/(w'*S*w)",
        "w",
        "B,S: n,n symmetric; w: n",
        "2*B*w/(w'*S*w) - 2*(w'*B*w)*S*w/(w'*S*w)^2",
    ),
    Identity(
        "Gaussian process, noise",
        "y'*inv(K + s*eye(n))*y + logdet(K + s*eye(n))",
        "s",
        "K: n,n symmetric; y: n; s: 1",
        "tr(inv(K + s*eye(n))) - y'*inv(K + s*eye(n))^2*y",
    ),
    Identity(
        "weighted least squares",
        "(A*x - b)'*diag(w)*(A*x - b)",
        "x",
        "A: m,n; x: n; b,w: m",
        "2*A'*((A*x - b).*w)",
    ),
    Identity(
        "weighted least squares, weights",
        "(A*x - b)'*diag(w)*(A*x - b)",
        "w",
        "A: m,n; x: n; b,w: m",
        "(A*x - b).^2",
    ),
    Identity(
        "support vector machine",
        "sum(relu(ones(m) - y.*(X*w))) + lambda*norm(w)^2",
        "w",
        "X: m,n; w: n; y: m; lambda: 1",
        "2*lambda*w - X'*(heaviside(ones(m) - y.*(X*w)).*y)",
    ),
    Identity("mean squared error", "mse(X*w, y)", "w", "X: m,n; w: n; y: m", "2*X'*(X*w - y)/m"),
    Identity(
        "linear autoencoder",
        "norm(X - X*E*D)^2",
        "E",
        "X: m,n; E: n,k; D: k,n",
        "-2*X'*(X - X*E*D)*D'",
    ),
    Identity("smoothness on a graph", "tr(F'*L*F)", "F", "F: n,k; L: n,n symmetric", "2*L*F"),
    Identity(
        "cosine similarity",
        "a'*x/(norm(a)*norm(x))",
        "x",
        "a,x: n",
        "a/(norm(a)*norm(x)) - (a'*x)*x/(norm(a)*norm(x)^3)",
    ),
    Identity("entropy", "-sum(p.*log(p))", "p", "p: n", "-(log(p) + ones(n))"),
    Identity(
        "hidden layer",
        "cross_entropy(softmax(V*relu(W*x + b) + c), y)",
        "W",
        "V: k,h; W: h,n; x: n; b: h; c,y: k",
        "(heaviside(W*x + b).*(V'*(softmax(V*relu(W*x + b) + c) - y)))*x'",
    ),
    Identity(
        "hidden layer, output weights",
        "cross_entropy(softmax(V*relu(W*x + b) + c), y)",
        "V",
        "V: k,h; W: h,n; x: n; b: h; c,y: k",
        "(softmax(V*relu(W*x + b) + c) - y)*relu(W*x + b)'",
    ),
    Identity(
        "layer normalization, squared",
        "norm(x - mean(x)*ones(n))^2",
        "x",
        "x: n",
        "2*(x - sum(x)*ones(n)/n)",
    ),
    Identity("variance", "var(x)", "x", "x: n", "2*(x - sum(x)*ones(n)/n)/n"),
    Identity(
        "Mahalanobis metric", "(x - y)'*M'*M*(x - y)", "M", "x,y: n; M: k,n", "2*M*(x - y)*(x - y)'"
    ),
    Identity(
        "matrix square root", "norm(X*X - A)^2", "X", "X,A: n,n", "2*((X^2 - A)*X' + X'*(X^2 - A))"
    ),
    Identity(
        "contrastive", "log(ones(n)'*exp(A*x))", "x", "A: n,m; x: m", "A'*exp(A*x)/sum(exp(A*x))"
    ),
    Identity("Woodbury", "logdet(eye(n) + U*V')", "U", "U,V: n,k", "inv(eye(n) + U*V')'*V"),
]
