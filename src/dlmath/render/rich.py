"""For people at a terminal: the question, the answer, facts, tables, working, checks, notes."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from dlmath.answer import FAILED, PASSED, REFUTED, Answer, Check, Step, Table
from dlmath.render.plain import titled
from dlmath.render.pretty import Writer

if TYPE_CHECKING:
    from rich.console import Console

#: No narrower than this, whatever the terminal says.
_WIDTH_LEAST = 10

#: Tables are drawn with rules only where there is room for them.
_ROOMY = 40


def render(
    answer: Answer, width: int = 80, *, terminal: bool = False, encoding: str = "utf-8"
) -> str:
    """The whole answer as lines no wider than `width`; formulas are wrapped, never cut.

    terminal: may colours be used (NO_COLOR and TERM are respected)? encoding: of the terminal;
    signs beyond ASCII are used where it has them.
    """
    from rich.console import Console

    unicode = encoding.replace("-", "").replace("_", "") in ("utf8", "utf16", "utf32")
    stream = StringIO()
    console = Console(
        file=stream,
        force_terminal=terminal,
        width=max(_WIDTH_LEAST, width),
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        safe_box=not unicode,
    )
    _Page(console, Writer(unicode=unicode), answer).draw()
    # Cells of a table are filled up with blanks; nobody wants them in a copied text.
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().splitlines())


class _Page:
    """Draws one answer. Every text is given as `Text`, so nothing in it is read as markup."""

    def __init__(self, console: Console, writer: Writer, answer: Answer) -> None:
        self.console = console
        self.writer = writer
        self.answer = answer
        self.narrow = console.width < _ROOMY

    def draw(self) -> None:
        answer = self.answer
        if answer.steps:
            self._line(self.writer.sentence(answer.question), "dim")
            self._steps(answer.steps, 0)
            self.console.print()
        self._result()
        if answer.facts:
            self._facts()
        for table in answer.tables:
            self._table(table)
        if answer.checks or answer.notes:
            self.console.print()
        for check in answer.checks:
            self._check(check)
        for note in answer.notes:
            self._line(f"note: {self.writer.sentence(note)}", "yellow", hang=6)

    def _line(self, text: str, style: str = "", indent: int = 0, hang: int = 0) -> None:
        """One paragraph, wrapped; `hang` characters of it stand before its further lines."""
        from rich.text import Text

        if self.console.width - indent < _WIDTH_LEAST:
            indent = 0
        room = self.console.width - indent
        if room < 2 * hang + _WIDTH_LEAST:
            hang = 0
        lines = Text(text[hang:], style).wrap(self.console, room - hang, overflow="fold")
        for number, line in enumerate(lines):
            line.rstrip()
            head = Text(" " * hang if number else text[:hang], "" if number else style)
            # soft_wrap: the lines are as long as they may be already
            self.console.print(Text(" " * indent) + head + line, soft_wrap=True)

    def _result(self) -> None:
        answer, writer = self.answer, self.writer
        if not answer.steps:
            question = writer.sentence(answer.question)
            if question:
                self._line(question, "dim")
        if answer.result is None or answer.status == REFUTED:
            from dlmath.render.plain import reason

            self._line(reason(answer), "bold red", indent=2)
            return
        parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
        for part in parts:
            words = isinstance(part, str)
            text = writer.part(part) if words else f"= {writer.part(part)}"
            self._line(text, "bold green", indent=2, hang=0 if words else 2)
        if answer.decimal and answer.decimal != writer.part(parts[0]):
            sign = "≈ " if writer.unicode else "~ "
            self._line(sign + answer.decimal, "cyan", indent=2, hang=2)

    def _facts(self) -> None:
        from rich.padding import Padding
        from rich.table import Table as Grid
        from rich.text import Text

        facts = self.answer.facts.items()
        rows = [(name.replace("_", " "), self.writer.value(fact)) for name, fact in facts]
        self.console.print()
        if self.narrow:
            for name, value in rows:
                self._line(f"{name}: {value}")
            return
        grid = Grid.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(Text(name, "dim"), Text(value))
        self.console.print(Padding(grid, (0, 0, 0, 2), expand=False))

    def _table(self, table: Table) -> None:
        from rich import box
        from rich.table import Table as Drawn
        from rich.text import Text

        self.console.print()
        if table.title:
            self._line(table.title, "bold")
        cells = [[self.writer.value(cell) for cell in row] for row in table.rows]
        widths = [
            max([len(head), *(len(row[place]) for row in cells)])
            for place, head in enumerate(table.columns)
        ]
        if sum(widths) + 3 * len(widths) > self.console.width:
            self._records(table, cells)
            return
        drawn = Drawn(
            box=box.SIMPLE_HEAD if self.writer.unicode else box.ASCII2,
            pad_edge=False,
            show_edge=False,
        )
        for place, head in enumerate(table.columns):
            numeric = all(_looks_numeric(row[place]) for row in cells)
            drawn.add_column(Text(head), justify="right" if numeric else "left", overflow="fold")
        for row in cells:
            drawn.add_row(*(Text(cell) for cell in row))
        self.console.print(drawn)

    def _records(self, table: Table, cells: list[list[str]]) -> None:
        """A table that is too wide: each row as a few lines of `head: cell`."""
        for row in cells:
            pairs = [f"{head}: {cell}" for head, cell in zip(table.columns, row, strict=True)]
            self._line("  ".join(pairs), indent=2)

    def _steps(self, steps: list[Step] | tuple[Step, ...], depth: int) -> None:
        indent = min(2 + 2 * depth, max(0, self.console.width // 3))
        for number, step in enumerate(steps, start=1):
            mark = f"{number}. " if depth == 0 else "- "
            words = self.writer.sentence(step.text)
            text = titled(step.rule, words)
            self._line(mark + text, "" if depth == 0 else "dim", indent, hang=len(mark))
            for formula in self._formulas(step, self.console.width - indent - len(mark)):
                hang_formula = 2 if formula.startswith("= ") else 0
                self._line(formula, "cyan", indent + len(mark), hang=hang_formula)
            self._steps(step.steps, depth + 1)

    def _formulas(self, step: Step, room: int) -> list[str]:
        """What the step turns into what: on one line, or broken at the sign of equality."""
        if step.after is None:
            return []
        after = self.writer.node(step.after)
        if step.before is None:
            return [f"= {after}"]
        before = self.writer.node(step.before)
        if before == after:
            return [] if step.text else [after]
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


def _looks_numeric(cell: str) -> bool:
    return cell in ("", "-") or cell.lstrip("+-")[:1].isdigit()
