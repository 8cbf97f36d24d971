"""JSON: everything an answer holds, as one object on one line."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

from dlmath.answer import Answer, Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node
from dlmath.render.plain import answer_text, reason, sentence_text, text_of

SCHEMA = 1


def answer_json(answer: Answer) -> str:
    """The object of an answer. NaN and infinities never appear; they are null."""
    from dlmath.render.latex import answer_latex

    has_answer = answer.result is not None and answer.status != "refuted"
    error = answer.error
    if error is None and answer.code != 0 and answer.exit_code is None:
        error = {"message": reason(answer)}
    facts = dict(answer.facts)
    if answer.decimal is not None:
        facts.setdefault("decimal", answer.decimal)
    return _dump(
        {
            "schema": SCHEMA,
            "command": answer.command,
            "question": sentence_text(answer.question),
            "status": answer.status,
            "answer": answer_text(answer) if has_answer else None,
            "latex": answer_latex(answer) if has_answer else None,
            "value": None if answer.status == "refuted" else plain_value(answer.value),
            "facts": {name: plain_value(fact) for name, fact in facts.items()},
            "checks": [check._asdict() for check in answer.checks],
            "steps": [_step(step) for step in answer.steps],
            "tables": [
                {
                    "title": table.title,
                    "columns": list(table.columns),
                    "rows": [[plain_value(cell) for cell in row] for row in table.rows],
                }
                for table in answer.tables
            ],
            "notes": [sentence_text(note) for note in answer.notes],
            "error": plain_value(error),
            "seconds": round(answer.seconds, 6),
        }
    )


def error_json(error: DlmathError, command: str, asked: str, *, line: int | None = None) -> str:
    """The object of an error: the same keys, with `error` filled in.

    asked: what was typed.
    """
    facts = {
        "message": error.message,
        "text": error.text,
        "start": error.start,
        "end": error.end,
        "hint": error.hint,
        "line": line,
    }
    return _dump(
        {
            "schema": SCHEMA,
            "command": command,
            "question": asked,
            "status": error.status,
            "answer": None,
            "latex": None,
            "value": None,
            "facts": {},
            "checks": [],
            "steps": [],
            "tables": [],
            "notes": [],
            "error": {name: fact for name, fact in facts.items() if fact is not None},
            "seconds": 0.0,
        }
    )


class _Token(str):
    """A number as it stands in JSON: one that no float holds."""

    __slots__ = ()


def _dump(content: dict[str, Any]) -> str:
    # Stand-ins for bytes that are not UTF-8 must not reach the stream: escape all but ASCII then.
    text = _encoded(content, ascii_only=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _encoded(content, ascii_only=True)
    return text


def _encoded(value: Any, *, ascii_only: bool) -> str:
    """As `json.dumps` writes it, which cannot write a number beyond binary64."""
    if isinstance(value, dict):
        pairs = (
            f"{json.dumps(key, ensure_ascii=ascii_only)}: {_encoded(part, ascii_only=ascii_only)}"
            for key, part in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        if _plain_numbers(value):
            return json.dumps(value, allow_nan=False)
        return "[" + ", ".join(_encoded(part, ascii_only=ascii_only) for part in value) + "]"
    if isinstance(value, _Token):
        return str(value)
    return json.dumps(value, allow_nan=False, ensure_ascii=ascii_only)


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "text": sentence_text(step.text),
        "before": None if step.before is None else text_of(step.before),
        "after": None if step.after is None else text_of(step.after),
        "steps": [_step(part) for part in step.steps],
    }


def plain_value(value: Any) -> Any:
    """A value in JSON's terms: numbers as numbers, mathematics as text, infinities as null."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, Node):
        return value.value if _is_whole(value) else text_of(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain_value(part) for key, part in value.items()}
    if isinstance(value, tuple) and {Node, str} <= {type(part) for part in value}:
        return sentence_text(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        if isinstance(value, list) and _plain_numbers(value):
            return value
        return [plain_value(part) for part in value]
    if hasattr(value, "tolist"):  # a numpy array or scalar
        return plain_value(value.tolist())
    return _number(value)


def _plain_numbers(value: list[Any]) -> bool:
    """Are these finite floats, or whole numbers, as they stand? Quick, for large arrays."""
    kinds = set(map(type, value))
    return kinds == {int} or (kinds == {float} and all(map(math.isfinite, value)))


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.value, int)


#: Below this a float loses digits.
_LEAST = sys.float_info.min

#: Digits of a number that no float holds.
_DIGITS = 15


def _number(value: Any) -> Any:
    """Fraction, complex, mpmath numbers."""
    if isinstance(value, complex) or hasattr(value, "_mpc_"):
        parts = {"re": _real(value.real), "im": _real(value.imag)}
        return None if None in parts.values() else parts
    return _real(value)


def _real(value: Any) -> Any:
    """A float where one holds the number, else its digits; None for NaN and infinities."""
    try:
        found = float(value)
    except OverflowError:  # a Fraction
        found = math.inf
    except (TypeError, ValueError):
        return str(value)
    if math.isfinite(found) and (abs(found) >= _LEAST or value == 0):
        return found
    if math.isnan(found) or isinstance(value, float):
        return found if math.isfinite(found) else None
    from dlmath.expression.precise import decimal_text

    digits = decimal_text(value, _DIGITS)
    return None if "oo" in digits else _Token(digits)
