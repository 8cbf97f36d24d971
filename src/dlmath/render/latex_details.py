"""Facts and tables of an answer as LaTeX, below its working."""

from __future__ import annotations

import re

from dlmath.answer import Answer, Notation, Table
from dlmath.expression.graph import Node
from dlmath.render.facts import fact_lines
from dlmath.render.latex_names import escaped
from dlmath.render.pretty import Writer

#: Rows of a table at most: a page has room for so many.
_ROWS_MOST = 45


class _Writer(Writer):
    """Writes words and mathematics as one text in which places stand for markup.

    Only `latex` makes markup of such a text: it escapes all of it and then fills the places.
    """

    _PLACE = re.compile("\x00(\\d+)\x00")
    _MINUS = re.compile(r"(?<![\w.)])-(?=\d)")

    def __init__(self) -> None:
        super().__init__(unicode=True, digits=6)
        self._markup: list[str] = []
        self._known: dict[str, str] = {}

    def node(self, node: Node) -> str:
        """An expression."""
        from dlmath.render.latex_expression import to_latex

        return self._placed(f"${to_latex(node)}$")

    def part(self, part: Node | str) -> str:
        """Mathematics or words."""
        if isinstance(part, Notation):
            from dlmath.render.latex import sentence_latex

            return self._placed(f"${sentence_latex((part,))}$")
        return super().part(part)

    def _placed(self, markup: str) -> str:
        """The place of the markup; the same for the same markup, so that texts can be compared."""
        if markup not in self._known:
            self._known[markup] = f"\x00{len(self._markup)}\x00"
            self._markup.append(markup)
        return self._known[markup]

    def latex(self, text: str) -> str:
        """The text as markup."""
        places = self._PLACE.split(text)
        words = [
            self._MINUS.sub("$-$", escaped(part)) if number % 2 == 0 else self._markup[int(part)]
            for number, part in enumerate(places)
        ]
        return "".join(words)


def details(answer: Answer) -> list[str]:
    """Paragraphs: the facts as a list of names and values, then every table."""
    if answer.drawn:  # its tables are the points of its picture
        return []
    writer = _Writer()
    facts = [
        rf"\item[{writer.latex(writer.part(name))}] {writer.latex(words)}"
        for name, words in fact_lines(answer, writer)
    ]
    found = [_list(facts)] if facts else []
    return found + [_table(table, writer) for table in answer.tables if table.columns]


def _list(items: list[str]) -> str:
    return "\n".join([r"\begin{description}\sloppy", *items, r"\end{description}"])


def _table(table: Table, writer: _Writer) -> str:
    """A table as wide as the page at most; of a long one the beginning."""
    cells = [[writer.value(cell) for cell in row] for row in table.rows[:_ROWS_MOST]]
    count = len(table.columns)
    columns = "".join(
        "r" if all(_looks_numeric(row[place]) for row in cells) else "l" for place in range(count)
    )
    lines = [[writer.latex(writer.part(head)) for head in table.columns]]
    lines += [[writer.latex(cell) for cell in row] for row in cells]
    head, *body = (" & ".join(line) + r" \\" for line in lines)
    title = writer.latex(writer.part(table.title)) if table.title else ""
    more = len(table.rows) - len(cells)
    return "\n".join(
        [
            r"\par\medskip\noindent"
            + (rf"\textbf{{{title}}}\par\nopagebreak\noindent" if title else ""),
            rf"\fittedtext{{\begin{{tabular}}{{@{{}}{columns}@{{}}}}",
            head,
            r"\hline",
            *body,
            r"\end{tabular}}",
            *([rf"\par\noindent and {more} more rows"] if more > 0 else []),
        ]
    )


def _looks_numeric(text: str) -> bool:
    return text in ("", "-") or text.lstrip("+-")[:1].isdigit()
