"""For people at a terminal: the question, the answer, facts, tables, working, checks, notes."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from dlmath.answer import (
    FAILED,
    PASSED,
    REFUTED,
    Answer,
    Check,
    Example,
    Formula,
    Notation,
    Numbers,
    Section,
    Step,
    Table,
)
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import Node
from dlmath.render.errors import columns, visible
from dlmath.render.facts import fact_lines
from dlmath.render.plain import titled
from dlmath.render.pretty import Writer
from dlmath.render.wrap import wrapped

if TYPE_CHECKING:
    from rich.console import Console

    from dlmath.picture import Diagram, Picture

#: No narrower than this, whatever the terminal says.
_WIDTH_LEAST = 10

#: Below this many columns facts stand at the left edge.
_ROOMY = 30

#: Digits of the numbers in a table: fewer where it would not fit otherwise.
_TABLE_DIGITS = (10, 6, 4)

#: Blanks between the columns of a table.
_GAP = 2


def render(
    answer: Answer,
    width: int = 80,
    *,
    terminal: bool = False,
    encoding: str = "utf-8",
    plot: bool = False,
) -> str:
    """The whole answer as lines no wider than `width`; formulas are wrapped, never cut.

    terminal: may colours be used (NO_COLOR and TERM are respected)? encoding: of the terminal;
    signs beyond ASCII are used where it has them. plot: draw the picture, if there is one.
    """
    from rich.console import Console

    unicode = encoding.replace("-", "").replace("_", "") in ("utf8", "utf16", "utf32")
    stream = StringIO()
    console = Console(
        file=stream,
        force_terminal=terminal,
        width=max(_WIDTH_LEAST, width),
        height=25,  # without one, rich takes every dumb terminal for 80 columns
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        safe_box=not unicode,
    )
    _Page(console, Writer(unicode=unicode), answer, plot=plot).draw()
    # Cells of a table are filled up with blanks; nobody wants them in a copied text.
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().splitlines())


class _Page:
    """Draws one answer. Every text is given as `Text`, so nothing in it is read as markup."""

    def __init__(
        self, console: Console, writer: Writer, answer: Answer, *, plot: bool = False
    ) -> None:
        self.console = console
        self.writer = writer
        self.answer = answer
        self.plot = plot
        self.narrow = console.width < _ROOMY

    def draw(self) -> None:
        answer = self.answer
        if answer.drawn and answer.picture is not None:
            self._picture(answer.picture)
        elif answer.sections:
            self._card(answer)
        else:
            self._body(answer)
        if answer.checks or answer.notes:
            self.console.print()
        for check in answer.checks:
            self._check(check)
        for note in answer.notes:
            self._line(f"note: {self.writer.sentence(note)}", "yellow", hang=6)

    def _card(self, answer: Answer) -> None:
        """A page of sections under its title, a line below it."""
        title = self.writer.sentence(answer.question)
        self._line(title, "bold")
        width = min(self.console.width, max(map(columns, wrapped(title, self.console.width))))
        self._line(("─" if self.writer.unicode else "-") * width, "dim")
        for section in answer.sections:
            self._section(section)
        if self.plot and answer.picture is not None:
            self._picture(answer.picture)

    def _section(self, section: Section) -> None:
        if not section.parts:
            return
        if section.title:
            self.console.print()
            self._line(section.title, "bold")
        for part in section.parts:
            if isinstance(part, Example):
                self._line(f"$ dlmath {part.command}", "dim", indent=2, hang=2)
                self._inset(part.answer)
                continue
            words = self.writer.sentence(part)
            if len(part) == 1 and isinstance(part[0], (Node, Notation)):
                self._line(words, "bold green", indent=2, formula=True)
            elif section.listed:
                self._line(f"- {words}", indent=2, hang=2)
            else:
                self._line(words, indent=2 if section.title else 0)

    def _inset(self, answer: Answer) -> None:
        """Another answer, two columns further in."""
        from rich.text import Text

        width = self.console.width
        self.console.width = max(_WIDTH_LEAST, width - 2)
        with self.console.capture() as drawn:
            _Page(self.console, self.writer, answer).draw()
        self.console.width = width
        for line in drawn.get().splitlines():
            self.console.print(Text("  ") + Text.from_ansi(line), soft_wrap=True)

    def _body(self, answer: Answer) -> None:
        if answer.steps:
            self._line(self.writer.sentence(answer.question), "dim")
            self._steps(answer.steps, 0)
            self.console.print()
        self._result()
        if answer.facts:
            self._facts()
        if self.plot and answer.picture is not None:
            self._picture(answer.picture)
        for table in answer.tables:
            self._table(table)

    def _line(
        self, text: str, style: str = "", indent: int = 0, hang: int = 0, *, formula: bool = False
    ) -> None:
        """One paragraph, wrapped; `hang` characters of it stand before its further lines."""
        from rich.text import Text

        if self.console.width - indent < _WIDTH_LEAST:
            indent = 0
        room = self.console.width - indent
        if room < 2 * hang + _WIDTH_LEAST:
            hang = 0
        for number, line in enumerate(wrapped(text[hang:], room - hang, formula=formula)):
            head = Text(" " * hang if number else text[:hang], "" if number else style)
            # soft_wrap: the lines are as long as they may be already
            self.console.print(Text(" " * indent) + head + Text(line, style), soft_wrap=True)

    def _result(self) -> None:
        answer, writer = self.answer, self.writer
        if not answer.steps:
            question = writer.sentence(answer.question)
            if question:
                self._line(question, "dim")
        if answer.result is None or answer.status == REFUTED:
            from dlmath.render.plain import reason

            self._line(visible(reason(answer)), "bold red", indent=2)
            return
        parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
        for part in parts:
            if isinstance(part, Numbers):
                rows = writer.floats(part, self.console.width - 2)
                for row in rows or [visible(part.brief)]:
                    self._line(row, "bold green", indent=2)
                continue
            drawn = None if isinstance(part, str) else writer.matrix(part, self.console.width - 4)
            if isinstance(part, str) and not isinstance(part, Formula):
                self._line(writer.part(part), "bold green", indent=2)
            elif drawn is None:
                sign = "" if isinstance(part, Node) and part.op == "eq" else "= "
                self._line(f"{sign}{writer.part(part)}", "bold green", 2, hang=2, formula=True)
            else:
                self._line(f"= {drawn[0]}", "bold green", indent=2)
                for row in drawn[1:]:
                    self._line(row, "bold green", indent=4)
        if answer.decimal and answer.decimal != writer.part(parts[0]):
            sign = "≈ " if writer.unicode else "~ "
            self._line(sign + answer.decimal, "cyan", indent=2, hang=2)

    def _facts(self) -> None:
        """Names and values side by side, one below the other where that is too wide."""
        from rich.text import Text

        rows = fact_lines(self.answer, self.writer)
        if not rows:
            return
        self.console.print()
        left = max(columns(name) for name, _ in rows) + 2
        for name, value in rows:
            if self.narrow:
                self._line(f"{name}: {value}")
                continue
            head = Text(f"  {name:{left}}", "dim")
            for number, line in enumerate(wrapped(value, self.console.width - left - 2)):
                start = Text(" " * (left + 2)) if number else head
                self.console.print(start + Text(line), soft_wrap=True)

    def _picture(self, picture: Picture | Diagram) -> None:
        """As plotext draws it, in colour where the terminal has colours."""
        from rich.text import Text

        from dlmath.render.terminal_plot import plot_text

        colour = self.console.color_system is not None and not self.console.no_color
        text = plot_text(picture, self.console.width, unicode=self.writer.unicode, colour=colour)
        if not self.answer.drawn:
            self.console.print()
        for line in text.splitlines():
            self.console.print(Text.from_ansi(line), soft_wrap=True)

    def _table(self, table: Table) -> None:
        self.console.print()
        table = table._replace(columns=tuple(map(self.writer.part, table.columns)))
        if table.title:
            self._line(table.title, "bold")
        for digits in _TABLE_DIGITS:
            writer = Writer(unicode=self.writer.unicode, digits=digits)
            cells = [[writer.value(cell) for cell in row] for row in table.rows]
            for heads in ([[head] for head in table.columns], [h.split() for h in table.columns]):
                if self._grid(heads, cells):
                    return
        cells = [[self.writer.value(cell) for cell in row] for row in table.rows]
        if len(table.rows) < len(table.columns):
            table, cells = _turned(table, cells)
            if self._grid([[head] for head in table.columns], cells):
                return
        self._records(table, cells)

    def _grid(self, heads: list[list[str]], cells: list[list[str]]) -> bool:
        """Draws rows and columns, if there is room for them; a head may take several lines."""
        from rich.text import Text

        count = range(len(heads))
        width = [max(map(columns, [*heads[i], *(row[i] for row in cells)])) for i in count]
        total = sum(width) + _GAP * (len(heads) - 1)
        if total + 2 > self.console.width:
            return False
        numeric = [all(_looks_numeric(row[place]) for row in cells) for place in count]

        def line(texts: list[str], style: str = "") -> None:
            padded = [
                (t.rjust if numeric[i] else t.ljust)(width[i] + len(t) - columns(t))
                for i, t in enumerate(texts)
            ]
            self.console.print(Text("  " + (" " * _GAP).join(padded), style), soft_wrap=True)

        tall = max(map(len, heads))
        lifted = [[""] * (tall - len(head)) + head for head in heads]
        for level in range(tall):
            line([head[level] for head in lifted], "bold")
        rule = "─" if self.writer.unicode else "-"
        self.console.print(Text("  " + rule * total, "dim"), soft_wrap=True)
        for row in cells:
            line(row)
        return True

    def _records(self, table: Table, cells: list[list[str]]) -> None:
        """A table that is too wide: each row as a few lines of `head: cell`."""
        for row in cells:
            for place, (head, cell) in enumerate(zip(table.columns, row, strict=True)):
                self._line(f"{head}: {cell}", indent=4 if place else 2)

    def _steps(self, steps: list[Step] | tuple[Step, ...], depth: int) -> None:
        indent = min(2 + 2 * depth, max(0, self.console.width // 3))
        for number, step in enumerate(steps, start=1):
            mark = f"{number}. " if depth == 0 else "- "
            words = self.writer.sentence(step.text)
            text = titled(step.rule, words)
            self._line(mark + text, "" if depth == 0 else "dim", indent, hang=len(mark))
            for formula in self._formulas(step, self.console.width - indent - len(mark)):
                hang_formula = 2 if formula.startswith("= ") else 0
                self._line(formula, "cyan", indent + len(mark), hang_formula, formula=True)
            self._steps(step.steps, depth + 1)

    def _formulas(self, step: Step, room: int) -> list[str]:
        """What the step turns into what: on one line, or broken at the sign of equality."""
        if step.after is None:
            return []
        after = self.writer.part(step.after)
        is_equation = isinstance(step.after, Node) and step.after.op in BOOLEAN
        if step.before is None:
            return [after if is_equation else f"= {after}"]
        before = self.writer.part(step.before)
        if before == after:
            return [after]
        if is_equation:
            return [before, after]
        whole = f"{before} = {after}"
        return [whole] if len(whole) <= room else [before, f"= {after}"]

    def _check(self, check: Check) -> None:
        unicode = self.writer.unicode
        if check.verdict == PASSED:
            mark, style = ("✓ " if unicode else "+ "), "green"
        elif check.verdict == FAILED:
            mark, style = ("✗ " if unicode else "x "), "bold red"
        else:
            mark, style = "? ", "yellow"
        verdict = "" if check.verdict == PASSED else f"{check.verdict}: "
        text = f"{verdict}{check.name}" + (f": {check.detail}" if check.detail else "")
        self._line(mark + self.writer.part(text), style, hang=2)


def _turned(table: Table, cells: list[list[str]]) -> tuple[Table, list[list[str]]]:
    """The table on its side: a few long rows become a few columns."""
    head, *rest = zip(table.columns, *cells, strict=True)
    return Table(table.title, head, tuple(rest)), [list(row) for row in rest]


def _looks_numeric(cell: str) -> bool:
    return cell in ("", "-") or cell.lstrip("+-")[:1].isdigit()
