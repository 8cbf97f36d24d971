"""A page to share: one file of HTML with everything in it, without a script and without network.

Mathematics is MathML, colours follow the reader's light or dark setting, and every word that was
typed is escaped in one place, `_Writer.html`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from dlmath.answer import (
    FAILED,
    PASSED,
    REFUTED,
    Answer,
    Check,
    Example,
    Formula,
    Notation,
    Section,
    Sentence,
    Step,
    Table,
)
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import Node
from dlmath.render.errors import visible
from dlmath.render.facts import fact_lines
from dlmath.render.html_style import STYLE
from dlmath.render.mathml import LINE_MOST, equation, to_mathml
from dlmath.render.plain import reason, sentence_text, text_of, titled
from dlmath.render.pretty import Writer

#: Nothing is fetched and nothing runs; the style is in the page, and so are the shades of pictures.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)

#: Begins every answer on a page; the label is its question, which also becomes the page's title.
_ARTICLE = '<article aria-label="'
_LABEL = re.compile(f'^{_ARTICLE}([^"]*)">', re.MULTILINE)

_MARKS = {PASSED: "✓", FAILED: "✗"}


def answer_html(answer: Answer) -> str:
    """The whole answer as a page. Raises LimitReached when a formula is too long to write."""
    return page(answer_section(answer))


def page(sections: str) -> str:
    """The file around one or several answers that `answer_section` wrote."""
    labels = _LABEL.findall(sections)
    title = labels[0] if labels else "dlmath"
    if len(labels) > 1:
        title += f" and {len(labels) - 1} more"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="{_POLICY}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="generator" content="dlmath" />
<title>{title} · dlmath</title>
<style>
{STYLE}</style>
</head>
<body>
<header><h1>dlmath</h1></header>
<main>
{sections.strip()}
</main>
</body>
</html>
"""


def answer_section(answer: Answer) -> str:
    """Question, answer, facts, picture, tables, working, checks and notes, as an article."""
    writer = _Writer()
    question = writer.html(writer.sentence(answer.question or (answer.command,)))
    label = escape(visible(sentence_text(answer.question) or answer.command))
    parts = [
        f'{_ARTICLE}{label}">',
        f'<h2 class="question">{question}</h2>',
        *_body(answer, writer),
        _working(answer, writer),
        _checks(answer.checks, writer),
        _notes(answer.notes, writer),
        "</article>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _body(answer: Answer, writer: _Writer) -> list[str]:
    """Answer, facts, picture and tables; where the picture is the answer, the picture alone."""
    if answer.drawn:
        return [_picture(answer)]
    if answer.sections:
        return [*(_part_of_page(part, writer) for part in answer.sections), _picture(answer)]
    tables = [_table(table, writer) for table in answer.tables]
    return [_answer(answer, writer), _facts(answer, writer), _picture(answer), *tables]


def result_html(answer: Answer) -> str:
    """The answer alone, as a fragment: a line for each of several solutions."""
    if answer.result is None or answer.status == REFUTED:
        return f'<p class="unanswered">{escape(visible(reason(answer)))}</p>'
    writer = _Writer()
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    return "\n".join(
        _formula(to_mathml(part, block=True))
        if isinstance(part, Node) and not _is_long_number(part)
        else f"<p>{writer.html(writer.part(part))}</p>"
        for part in parts
    )


def notebook_html(answer: Answer) -> str:
    """The answer as a notebook shows it: result, decimal, notes, and the picture if it has one."""
    writer = _Writer()
    parts = [] if answer.drawn else [result_html(answer), _decimal(answer, writer)]
    if answer.sections:
        title = f"<h3>{writer.html(writer.sentence(answer.question))}</h3>"
        parts = [title, *(_part_of_page(section, writer) for section in answer.sections)]
    parts += [f"<p>note: {writer.html(writer.sentence(note))}</p>" for note in answer.notes]
    if answer.picture is not None:
        from dlmath.render.html_picture import picture_html

        parts.append(picture_html(answer.picture))
    return "\n".join(part for part in parts if part)


def _is_long_number(node: Node) -> bool:
    """A whole number that needs several lines, which mathematics does not break but text does."""
    return node.op == "number" and isinstance(node.value, int) and abs(node.value) >= 10**LINE_MOST


# --- words ----------------------------------------------------------------------------------


class _Writer(Writer):
    """Writes words and mathematics as one text in which places stand for markup.

    Only `html` makes markup of such a text: it escapes all of it and then fills the places, so
    that nothing can be forgotten. What stands between the places has passed `visible`, which
    leaves no control character.
    """

    _PLACE = re.compile("\x00(\\d+)\x00")

    #: The minus sign of a number, not a hyphen: what stands in formulas beside it.
    _MINUS = re.compile(r"(?<![\w.)])-(?=[\d∞.])")

    def __init__(self) -> None:
        super().__init__(unicode=True)
        self._markup: list[str] = []
        self._known: dict[Node | Notation, str] = {}

    def node(self, node: Node) -> str:
        """An expression; a whole number is a word like any other."""
        if node.op == "number" and isinstance(node.value, int):
            return super().node(node)
        return self._known.get(node) or self._placed(node, to_mathml(node))

    def part(self, part: Node | str) -> str:
        """Mathematics or words."""
        if isinstance(part, Formula):
            return self._placed(part, _spelled(part))
        if isinstance(part, Notation):
            return self._placed(part, rule_html(part))
        return super().part(part)

    def _placed(self, part: Node | Notation, markup: str) -> str:
        """The place of the markup; the same for the same part, so that texts can be compared."""
        if part not in self._known:
            self._known[part] = f"\x00{len(self._markup)}\x00"
            self._markup.append(markup)
        return self._known[part]

    def html(self, text: str) -> str:
        """The text as markup."""
        signed = self._MINUS.sub("−", escape(text))
        return self._PLACE.sub(lambda found: self._markup[int(found[1])], signed)


_RAISED = re.compile(r"\^(?:\(([^()]*)\)|(\w+))")


#: An index: x_1, x_(k+1), lambda_max; the underscore of a name such as log_softmax is none.
_LOWERED = re.compile(
    r"(?:(?<![A-Za-z_])([A-Za-z]|beta|lambda|theta)|(\)))_(?:\(([^()]*)\)|([A-Za-z0-9]+))"
)


def rule_html(rule: Notation) -> str:
    """A rule that the language cannot say: `(x^n)' = n*x^(n - 1)` with raised exponents."""
    text = escape(visible(rule).replace("**", "^").replace("*", "·").replace("-", "−"))
    raised = _RAISED.sub(lambda found: f"<sup>{found[1] or found[2]}</sup>", text)
    lowered = _LOWERED.sub(
        lambda found: f"{found[1] or found[2]}<sub>{found[3] or found[4]}</sub>", raised
    )
    return f'<span class="rule">{lowered}</span>'


def _spelled(formula: Formula) -> str:
    """A formula with a language of its own, on one line with the signs of a terminal."""
    text = escape(Writer(unicode=True).part(formula)).replace("-", "−")
    return f'<span class="rule">{text}</span>'


# --- parts of an article --------------------------------------------------------------------


def _section(title: str, body: str) -> str:
    return f"<section>\n<h3>{title}</h3>\n{body}\n</section>" if body else ""


def _formula(math: str) -> str:
    """A formula on lines of its own, which scrolls where it is wider than the page."""
    return f'<div class="formula">{math}</div>'


def _answer(answer: Answer, writer: _Writer) -> str:
    body = f'<div class="answer">\n{result_html(answer)}\n</div>'
    decimal = _decimal(answer, writer)
    return _section("Answer", f"{body}\n{decimal}" if decimal else body)


def _part_of_page(section: Section, writer: _Writer) -> str:
    """Paragraphs, formulas and examples under their heading."""
    written = []
    for part in section.parts:
        if isinstance(part, Example):
            written += [f"<pre><code>dlmath {escape(visible(part.command))}</code></pre>"]
            written += [result_html(part.answer), _decimal(part.answer, writer)]
            written += [_facts_list(part.answer, writer)]
            written += [_table(table, writer) for table in part.answer.tables]
            written += [_steps(part.answer.steps, writer) if part.answer.steps else ""]
        elif len(part) == 1 and isinstance(part[0], Node):
            written.append(_formula(to_mathml(part[0], block=True)))
        else:
            tag = "li" if section.listed else "p"
            written.append(f"<{tag}>{writer.html(writer.sentence(part))}</{tag}>")
    if section.listed and written:
        written = ["<ul>", *written, "</ul>"]
    body = "\n".join(text for text in written if text)
    return _section(section.title, body) if section.title else body


def _decimal(answer: Answer, writer: _Writer) -> str:
    """The decimal value, where it says more than the result."""
    if not answer.decimal or answer.result is None or answer.status == REFUTED:
        return ""
    first = answer.result[0] if isinstance(answer.result, tuple) else answer.result
    if answer.decimal == text_of(first):
        return ""
    return f'<p class="decimal">≈ {writer.html(writer.part(answer.decimal))}</p>'


def _facts(answer: Answer, writer: _Writer) -> str:
    return _section("Details", _facts_list(answer, writer))


def _facts_list(answer: Answer, writer: _Writer) -> str:
    rows = "".join(
        f"<dt>{writer.html(writer.part(name))}</dt>\n<dd>{writer.html(words)}</dd>\n"
        for name, words in fact_lines(answer, writer)
    )
    return f'<dl class="facts">\n{rows}</dl>' if rows else ""


def _picture(answer: Answer) -> str:
    if answer.picture is None:
        return ""
    from dlmath.render.html_picture import picture_html

    return _section("Picture", picture_html(answer.picture))


def _table(table: Table, writer: _Writer) -> str:
    """Heads have a scope; the first cell of a row is its head."""
    texts = [[writer.value(cell) for cell in row] for row in table.rows]
    numeric = [all(_looks_numeric(row[i]) for row in texts) for i in range(len(table.columns))]
    heads = [writer.html(writer.part(head)) for head in table.columns]
    lines = ["<tr>" + "".join(map(_column_head, heads, numeric)) + "</tr>"]
    for row in texts:
        cells = [_cell(writer.html(t), numeric[i], head=i == 0) for i, t in enumerate(row)]
        lines.append("<tr>" + "".join(cells) + "</tr>")
    title = writer.html(writer.part(table.title)) or "table"
    label = escape(visible(table.title) or "table")
    body = "\n".join(["<thead>", lines[0], "</thead>", "<tbody>", *lines[1:], "</tbody>"])
    return (
        f'<div class="table" role="region" aria-label="{label}" tabindex="0">\n'
        f"<table>\n<caption>{title}</caption>\n{body}\n</table>\n</div>"
    )


def _column_head(markup: str, numeric: bool) -> str:
    return f'<th scope="col"{_kind(numeric)}>{markup}</th>' if markup else "<td></td>"


def _cell(markup: str, numeric: bool, *, head: bool) -> str:
    kind = _kind(numeric)
    return f'<th scope="row"{kind}>{markup}</th>' if head else f"<td{kind}>{markup}</td>"


def _kind(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _looks_numeric(text: str) -> bool:
    return text in ("", "-") or text.lstrip("+-")[:1].isdigit()


def _working(answer: Answer, writer: _Writer) -> str:
    return _section("Working", _steps(answer.steps, writer) if answer.steps else "")


def _steps(steps: Sequence[Step], writer: _Writer) -> str:
    """The steps as a numbered list, the working of each inside it."""
    items = []
    for step in steps:
        words = titled(step.rule, writer.sentence(step.text))
        formula = _step_formula(step)
        inner = [f"<p>{writer.html(words)}</p>"]
        inner += [_formula(formula)] if formula else []
        inner += [_steps(step.steps, writer)] if step.steps else []
        items.append("<li>" + "\n".join(inner) + "</li>")
    return '<ol class="steps">\n' + "\n".join(items) + "\n</ol>"


def _step_formula(step: Step) -> str:
    """What the step turns into what."""
    if step.after is None:
        return ""
    if isinstance(step.after, Formula) or isinstance(step.before, Formula):
        sides = [side for side in (step.before, step.after) if isinstance(side, Formula)]
        return " = ".join(dict.fromkeys(map(_spelled, sides)))
    if step.before is None or step.before is step.after:
        return to_mathml(step.after, block=True)
    if step.after.op in BOOLEAN:  # from equation to equation
        return to_mathml(step.before, block=True) + to_mathml(step.after, block=True)
    return equation(step.before, step.after)


def _checks(checks: Sequence[Check], writer: _Writer) -> str:
    items = []
    for check in checks:
        text = check.name + (f": {check.detail}" if check.detail else "")
        verdict = f'<span class="verdict">{_MARKS.get(check.verdict, "?")} {check.verdict}</span>'
        items.append(f'<li class="{check.verdict}">{verdict} {writer.html(writer.part(text))}</li>')
    return _section("Checks", _bullets(items, "checks"))


def _notes(notes: Sequence[Sentence], writer: _Writer) -> str:
    items = [f"<li>{writer.html(writer.sentence(note))}</li>" for note in notes]
    return _section("Notes", _bullets(items, "notes"))


def _bullets(items: Sequence[str], kind: str) -> str:
    return f'<ul class="{kind}">\n' + "\n".join(items) + "\n</ul>" if items else ""
