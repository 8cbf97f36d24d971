"""Plain text: the answer alone, and what goes to stderr beside it."""

from __future__ import annotations

import re

from dlmath.answer import REFUTED, UNDEFINED, Answer, Sentence, Step
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import Node
from dlmath.render.errors import visible

_WORD = re.compile(r"[^\W_]+")


def answer_text(answer: Answer) -> str:
    """The answer in the expression language; several solutions one per line.

    "" where there is none, or where a check contradicts it.
    """
    result = answer.result
    if result is None or answer.status == REFUTED:
        return ""
    if isinstance(result, tuple):
        return "\n".join(text_of(part) for part in result)
    return text_of(result)


def text_of(part: Node | str) -> str:
    """Mathematics in the expression language, words as they are."""
    if isinstance(part, str):
        return part
    from dlmath.expression.text import to_text

    return to_text(part)


def sentence_text(sentence: Sentence) -> str:
    """Words and mathematics on one line."""
    return "".join(text_of(part) for part in sentence)


def notes_text(answer: Answer, line: int | None = None) -> str:
    """The notes, one per line, for stderr; line: of standard input, which they are about."""
    return "".join(_note(visible(sentence_text(note)), line) for note in answer.notes)


def _note(words: str, line: int | None) -> str:
    return f"note: {words}\n" if line is None else f"note: line {line}: {words}\n"


def difference_text(answer: Answer, line: int | None = None) -> str:
    """Why a `check` says no, for stderr: its one line of answer does not."""
    found = answer.facts.get("reason") if answer.facts.get("equal") is False else None
    return _note(visible(str(found)), line) if found else ""


def decimal_text(answer: Answer) -> str:
    """The decimal value that `--digits` asks for; the answer itself where there is none."""
    return answer.decimal or answer_text(answer)


def exact_text(answer: Answer, line: int | None = None) -> str:
    """What the decimal value stands for, for stderr."""
    exact = answer_text(answer)
    return _note(f"exactly {exact}", line) if answer.decimal not in (None, exact) else ""


def reason_text(answer: Answer, line: int | None) -> str:
    """Why there is no answer, for stderr."""
    where = f"line {line}: " if line is not None else ""
    return f"error: {where}{visible(reason(answer))}\n"


def reason(answer: Answer) -> str:
    """Why there is no answer, in one sentence."""
    if answer.error and answer.error.get("message"):
        return str(answer.error["message"])
    if answer.status == "refuted":
        failed = [check for check in answer.checks if check.verdict == "failed"]
        detail = f": {failed[0].name}: {failed[0].detail}" if failed else ""
        return "the check contradicts the computed answer, which is withheld" + detail
    if isinstance(answer.result, str):
        return answer.result
    return "undefined" if answer.status == UNDEFINED else "no answer was found"


def steps_text(answer: Answer) -> str:
    """The working as indented lines, for stderr."""
    return "".join(f"{line}\n" for line in _lines(answer.steps, 0))


def titled(rule: str, words: str) -> str:
    """The rule's name and the words of a step; the words alone where they say the name."""
    if not words:
        return rule
    said = set(_WORD.findall(words.lower()))
    return words if said.issuperset(_WORD.findall(rule.lower())) else f"{rule}: {words}"


def _lines(steps: list[Step] | tuple[Step, ...], depth: int) -> list[str]:
    lines = []
    for step in steps:
        indent = "  " * depth
        lines.append(indent + titled(step.rule, sentence_text(step.text)))
        if step.before is not None and step.after is not None and step.before is not step.after:
            before, after = text_of(step.before), text_of(step.after)
            if isinstance(step.after, Node) and step.after.op in BOOLEAN:
                lines += [f"{indent}    {before}", f"{indent}    {after}"]
            else:
                lines.append(f"{indent}    {before} = {after}")
        elif step.after is not None:
            lines.append(f"{indent}    {text_of(step.after)}")
        lines += _lines(step.steps, depth + 1)
    return lines
