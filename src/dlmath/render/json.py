"""JSON: everything an answer holds, as one object on one line."""

from __future__ import annotations

import json
import math
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


def error_json(error: DlmathError, command: str, *, line: int | None = None) -> str:
    """The object of an error: the same keys, with `error` filled in."""
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
            "question": error.text if error.text is not None else "",
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


def _dump(content: dict[str, Any]) -> str:
    # Stand-ins for bytes that are not UTF-8 must not reach the stream: escape all but ASCII then.
    text = json.dumps(content, allow_nan=False, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(content, allow_nan=False)
    return text


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
        return [plain_value(part) for part in value]
    if hasattr(value, "tolist"):  # a numpy array or scalar
        return plain_value(value.tolist())
    return _number(value)


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.value, int)


def _number(value: Any) -> Any:
    """Fraction, complex, mpmath numbers."""
    try:
        number = complex(value)
    except (OverflowError, ValueError):
        return None  # beyond binary64
    except TypeError:
        return str(value)
    if not (math.isfinite(number.real) and math.isfinite(number.imag)):
        return None
    if number.imag == 0 and not isinstance(value, complex):
        return number.real
    return {"re": number.real, "im": number.imag}
