"""Answers in LaTeX, as a textbook sets them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlmath.answer import Answer, Example, Formula, Notation, Numbers, Section, Sentence, Step
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import Node
from dlmath.render.latex_expression import to_latex
from dlmath.render.latex_names import NAMED, escaped
from dlmath.render.plain import sentence_text, titled

__all__ = ["answer_latex", "answer_section", "document", "sentence_latex", "to_latex"]

#: LaTeX nests a list of one kind at most four deep; deeper steps stay at the last level.
_LISTS = ("enumerate", "itemize", "itemize", "itemize", "itemize")

#: What a saved file begins and ends with. amsmath: matrices, cases, words in mathematics.
_HEAD = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath, amssymb, graphicx}
\setcounter{MaxMatrixCols}{100}
% What is wider than the line is made smaller, as wide as the line.
\newsavebox{\fittedbox}
\newcommand{\fittedtext}[1]{\sbox{\fittedbox}{#1}%
  \ifdim\wd\fittedbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\fittedbox}}%
  \else\usebox{\fittedbox}\fi}
\newcommand{\fitted}[1]{\fittedtext{$\displaystyle #1$}}
\begin{document}
"""

#: A formula on a line of its own, as it is written here.
_DISPLAYED = re.compile(r"^( *)\\\[ (.*) \\\]$", re.MULTILINE)
_FOOT = "\\end{document}\n"


def answer_latex(answer: Answer, *, steps: bool = False) -> str:
    """The answer in mathematics mode; with `steps`, a text: the working, then the answer."""
    if answer.sections:
        return "\n\n".join(text for section in answer.sections for text in _page(section))
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    written = [_answered(part) for part in parts if part is not None]
    one = "".join(written)
    if len(written) > 1:
        one = r"\begin{cases} " + r" \\ ".join(written) + r" \end{cases}"
    if not steps or not answer.steps:
        return one
    return "\n".join([*_list(answer.steps, 0), rf"\[ {one} \]"])


def _answered(part: Node | str) -> str:
    """One line of the answer; equations among words are mathematics too."""
    if type(part) is str:
        from dlmath.render.latex_lines import line_latex

        return line_latex(part) or _part(part)
    return _part(part)


def answer_section(answer: Answer, *, steps: bool = False) -> str:
    """Question, working, answer, facts, tables and notes as paragraphs of a document."""
    body = answer_latex(answer, steps=steps)
    if not answer.sections and not (steps and answer.steps):
        body = rf"\[ {body} \]"
    from dlmath.render.latex_details import details

    notes = [rf"\noindent Note: {_prose(note)}" for note in answer.notes]
    question = rf"\noindent\textbf{{Question:}} {_prose(answer.question)}"
    return "\n\n".join([question, body, *details(answer), *notes]) + "\n\n"


def _page(section: Section) -> list[str]:
    """A heading and its paragraphs, formulas and examples."""
    heading = [rf"\noindent\textbf{{{escaped(section.title)}}}"] if section.title else []
    written = []
    for part in section.parts:
        if isinstance(part, Example):
            written += [rf"\noindent\texttt{{dlmath {escaped(part.command)}}}"]
            written += [rf"\[ {answer_latex(part.answer)} \]"]
        elif len(part) == 1 and isinstance(part[0], Node):
            written.append(rf"\[ {_part(part[0])} \]")
        elif len(part) == 1 and isinstance(part[0], Notation):
            written.append(rf"\noindent\quad\textit{{{_worded(part[0])}}}")
        else:
            written.append((r"\textbullet\ " if section.listed else "") + _prose(part))
    return [*heading, *written] if written else []


def document(sections: str) -> str:
    """A whole file around the sections, which pdflatex turns into a page."""
    fitted = _DISPLAYED.sub(r"\1\\[ \\fitted{\2} \\]", sections.rstrip())
    return f"{_HEAD}{fitted}\n{_FOOT}"


def _part(part: Node | str) -> str:
    if isinstance(part, Node):
        return to_latex(part)
    if isinstance(part, Formula):
        return part.latex
    if isinstance(part, Numbers):
        from dlmath.render.latex_numbers import numbers_latex

        return numbers_latex(part)
    return _notation(part) if isinstance(part, Notation) else rf"\text{{{escaped(part)}}}"


def sentence_latex(sentence: Sentence) -> str:
    """Words as text and mathematics as mathematics, for mathematics mode."""
    return "".join(_part(part) for part in sentence)


def _prose(sentence: Sentence) -> str:
    """Words as they are and mathematics between dollars, for a paragraph."""
    parts = []
    for part in sentence:
        if isinstance(part, (Node, Notation)):
            parts.append(f"${_part(part)}$")
        else:
            parts.append(escaped(part).replace("->", r"$\to$"))
    return "".join(parts)


def _list(steps: Sequence[Step], depth: int) -> list[str]:
    """The steps as an enumeration, the working of each inside it."""
    indent = "  " * depth
    lines = [rf"{indent}\begin{{{_LISTS[depth]}}}"]
    for step in steps:
        lines += _item(step, depth, indent)
    return [*lines, rf"{indent}\end{{{_LISTS[depth]}}}"]


def _item(step: Step, depth: int, indent: str) -> list[str]:
    lines = [rf"{indent}  \item {_heading(step)}"]
    if step.before is not None and step.after is not None and step.before is not step.after:
        is_equation = isinstance(step.after, Node) and step.after.op in BOOLEAN
        sign = r"\quad\Longrightarrow\quad" if is_equation else "="
        lines.append(rf"{indent}  \[ {_part(step.before)} {sign} {_part(step.after)} \]")
    elif step.after is not None:
        lines.append(rf"{indent}  \[ {_part(step.after)} \]")
    if step.steps:
        if depth + 1 < len(_LISTS):
            lines += _list(step.steps, depth + 1)
        else:
            lines += [line for part in step.steps for line in _item(part, depth, indent)]
    return lines


def _heading(step: Step) -> str:
    """The rule's name, where the words do not say it, and the words."""
    words = sentence_text(step.text)
    if not words:
        return escaped(step.rule)
    prefix = "" if titled(step.rule, words) == words else f"{escaped(step.rule)}: "
    return prefix + _prose(step.text)


#: An index in a rule: x_1, x_(k+1), lambda_max.
_LOWERED = re.compile(r"_(?:\(([^()]*)\)|([A-Za-z0-9]+))")


def _worded(rule: Notation) -> str:
    """A rule of words and signs, as text, for it may be half a sentence."""
    pieces = _LOWERED.split(rule.replace("**", "^").replace("->", "→"))
    indices = zip(pieces[1::3], pieces[2::3], strict=True)
    lowered = [rf"\textsubscript{{{escaped(a or b)}}}" for a, b in indices]
    texts = [escaped(piece) for piece in pieces[::3]]
    return "".join(text + low for text, low in zip(texts, [*lowered, ""], strict=True))


_NAME = re.compile(r"[A-Za-z_]{2,}")
_RAISED = re.compile(r"\^\(([^()]*)\)")
_FOREIGN = re.compile(r"([&#%$~\\]|[^\x20-\x7e])")


#: The sign of a derivative: d/dx, d^2/dxdy.
_DERIVATIVE = re.compile(r"(d(?:\^\d+)?)/((?:d[a-z](?:\^\d+)?)+)")


def _notation(text: str) -> str:
    r"""A rule in mathematics mode: `(x^n)' = n*x^(n - 1)` is (x^n)' = n x^{n - 1}."""
    sign = _DERIVATIVE.fullmatch(text)
    if sign is not None:
        above, below = (re.sub(r"\^(\d+)", r"^{\1}", part) for part in sign.groups())
        return rf"\frac{{{above}}}{{{below}}}"
    pieces = _FOREIGN.split(text)
    if len(pieces) > 1:  # a sign that means something else in LaTeX, or that it does not have
        written = (_notation(p) if k % 2 == 0 else escaped(p) for k, p in enumerate(pieces))
        return "".join(written)
    raised = _RAISED.sub(r"^{\1}", text)
    named = _NAME.sub(
        lambda found: NAMED.get(found[0], rf"\operatorname{{{escaped(found[0])}}}"), raised
    )
    # Numbers side by side would read as one.
    return re.sub(r"\*(?=[\d(])", r" \\cdot ", named).replace("*", " ")
