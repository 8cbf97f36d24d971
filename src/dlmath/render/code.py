"""`--format numpy`, `torch`, `jax`: a self-contained function of value and gradient.

The gradient is written out, not left to the library: the text shows what automatic
differentiation computes, and its numbers are the same.
"""

from __future__ import annotations

import re

from dlmath.answer import Answer, Formula, Program
from dlmath.errors import InvalidInput
from dlmath.expression.graph import free_symbols
from dlmath.render.code_dialects import DIALECTS, Dialect
from dlmath.render.code_reverse import backward
from dlmath.render.code_writer import Writer, bare, described
from dlmath.render.plain import sentence_text

#: The formats of this module.
CODE_FORMATS = tuple(DIALECTS)

_WITH_PROGRAM = frozenset({"derive", "gradient", "matrix-derive", "backprop"})


def answer_code(answer: Answer, form: str) -> str:
    """The program of an answer for `numpy`, `torch` or `jax`.

    Raises InvalidInput where the answer has none or the library lacks a function.
    """
    if isinstance(answer.result, Formula) and answer.result.code is not None:
        return answer.result.code(form)
    if answer.program is None and answer.command in _WITH_PROGRAM:
        raise InvalidInput(
            f"--format {form} writes a function whose value is a number, and this one's is not",
            hint="use --format python",
        )
    if answer.program is None:
        raise InvalidInput(
            f"--format {form} writes a function and its gradient, and {answer.command} has none",
            hint="its formats are auto, rich, plain, json, latex and python; "
            f"{form} is for derive, gradient, matrix-derive and backprop",
        )
    return program_text(answer.program(), DIALECTS[form], sentence_text(answer.question))


def program_text(program: Program, dialect: Dialect, title: str) -> str:
    """The text of a module with the one function `value_and_gradient`."""
    names = sorted(free_symbols(program.value) | set(program.wrt))
    writer = Writer(dialect, program.shapes, names)
    for name in names:
        own = writer.arguments[name]
        writer.lines.append(f"{own} = {dialect.convert.replace('{0}', own)}")
    if program.derivative is not None:
        writer.write_all([program.value, program.derivative])
        value = bare(writer.texts[program.value])
        slope = bare(writer.texts[program.derivative])
        returned = f"return {value}, {slope}"
        what = "the value and the derivative"
    else:
        writer.write_all([program.value], every=True)
        slopes = backward(writer, program.value, program.wrt)
        value = bare(writer.texts[program.value])
        listed = ", ".join(bare(slopes[name]) for name in program.wrt)
        returned = f"return {value}, ({listed}{',' if len(program.wrt) == 1 else ''})"
        what = "the value and the gradient by " + ", ".join(program.wrt)
    return _module(writer, names, returned, program, title, what)


def _module(
    writer: Writer, names: list[str], returned: str, program: Program, title: str, what: str
) -> str:
    dialect = writer.dialect
    body = "\n".join([*writer.lines, returned])
    helpers = _helpers(body, dialect)
    imports = [dialect.imports]
    everything = body + helpers
    imports += [
        line for name, line in dialect.optional.items() if re.search(rf"\b{name}\.", everything)
    ]
    if dialect.name == "jax" and "jax." not in everything.replace("jax.numpy", ""):
        imports = ["import jax.numpy as jnp"]
    arguments = ", ".join(writer.arguments[name] for name in names)
    shapes = [
        f"{name}: {' by '.join(map(str, shape))}"
        for node, shape in program.shapes.items()
        if node.op == "symbol" and (name := writer.arguments.get(node.name)) and shape
    ]
    title = title.replace("\\", "\\\\").replace('"', "'")
    if len(title) > 200:
        title = title[:197] + "..."
    documentation = [f"{title}", "", f"Returns {what}", f"of {described(program.value)}."]
    if shapes:
        documentation.append("Shapes: " + "; ".join(shapes) + ".")
    text = "\n    ".join(line for line in documentation)
    inside = "\n".join(f"    {line}" for line in body.splitlines())
    function = f'def value_and_gradient({arguments}):\n    """{text}\n    """\n{inside}'
    function = re.sub(r"[ \t]+$", "", function, flags=re.MULTILINE)
    return "\n\n\n".join(part for part in ("\n".join(imports), helpers, function) if part) + "\n"


def _helpers(body: str, dialect: Dialect) -> str:
    """The small functions that are used, those that others use first."""
    used: list[str] = []
    text = body
    for name, source in reversed(dialect.helpers.items()):
        if re.search(rf"(?<![\w.]){name}\(", text):
            used.insert(0, source)
            text += source
    return "\n\n\n".join(used)
