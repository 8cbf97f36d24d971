"""Answers in LaTeX, as a textbook sets them."""

from __future__ import annotations

from dlmath.answer import Answer, Sentence, Step
from dlmath.expression.graph import Node
from dlmath.render.latex_expression import to_latex
from dlmath.render.latex_names import escaped

__all__ = ["answer_latex", "sentence_latex", "to_latex"]


def answer_latex(answer: Answer, *, steps: bool = False) -> str:
    """The answer in LaTeX; with `steps`, the working before it as an `align*` block."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    written = [_part(part) for part in parts if part is not None]
    if steps and answer.steps:
        rows = [row for step in answer.steps for row in _step_rows(step)]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"
    if len(written) > 1:
        return r"\begin{cases} " + r" \\ ".join(written) + r" \end{cases}"
    return "".join(written)


def _part(part: Node | str) -> str:
    return to_latex(part) if isinstance(part, Node) else rf"\text{{{escaped(part)}}}"


def _step_rows(step: Step) -> list[str]:
    words = rf"&& \text{{{escaped(step.rule)}: }}" + sentence_latex(step.text)
    if step.before is not None and step.after is not None:
        row = f"{to_latex(step.before)} &= {to_latex(step.after)} {words}"
    elif step.after is not None:
        row = f"&= {to_latex(step.after)} {words}"
    else:
        row = f"& {words}"
    return [row, *(inner for part in step.steps for inner in _step_rows(part))]


def sentence_latex(sentence: Sentence) -> str:
    """Words as text and mathematics as mathematics, for mathematics mode."""
    return "".join(_part(part) for part in sentence)
