"""The pages of the site that are made, not written: the reference of commands, and the concepts.

A reference page is the help of a command, read from the command itself; a concept page is a card of
`dlmath/concepts/` with its example computed now. Both are Markdown for mkdocs.
"""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from html import escape
from typing import Any

from dlmath.answer import Notation, Sentence
from dlmath.cli.app import COMMANDS, SUBJECTS, Commands
from dlmath.cli.explain import run_line
from dlmath.cli.options import COMMON
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse
from dlmath.maths.concepts.cards import SUBJECTS as CONCEPTS
from dlmath.maths.concepts.cards import Card, cards, reading, sentence

#: Signs of Markdown in words; what stands between backticks or tags is not touched.
_SIGNS = re.compile(r"([\\`*_\[\]<>|])")

#: Columns of what the terminal shows.
_WIDTH = 80


def pages(*, quick: bool) -> dict[str, str]:
    """Path below docs to Markdown, for every page that is made.

    quick: leave out what concept pages compute, the examples and their drawings.
    """
    return {**reference_pages(), **concept_pages(quick=quick)}


# --- the reference ---------------------------------------------------------------------------


def reference_pages() -> dict[str, str]:
    """A page for each command, the list of them, and the options that all of them have."""
    found = {f"reference/{name}.md": _reference(name) for name in COMMANDS}
    found["reference/index.md"] = _reference_index()
    return found


def _reference(name: str) -> str:
    command = _command(name)
    context = _context(command, name)
    common = {parameter.name for parameter in COMMON}
    rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or parameter.name in common or parameter.name == "help":
            continue
        kind = "Arguments" if parameter.param_type_name == "argument" else "Options"
        rows[kind].append((record[0], str(getattr(parameter, "help", "") or record[1])))
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    usage = " ".join(["dlmath", name, *(p.make_metavar(context) for p in arguments), "[OPTIONS]"])
    parts = [f"# {name}", _words(command.help.strip()), f"```text\n{usage}\n```"]
    for heading, records in rows.items():
        if records:
            parts += [f"## {heading}", _table(records)]
    parts += [
        "It also has the [options of every command](index.md#options-of-every-command).",
        "## Examples",
        "```text\n"
        + "\n".join(f"dlmath {name} {example}".rstrip() for example in command.callback.examples)
        + "\n```",
        f"[What these and others answer](../commands/{name}.md)",
    ]
    return "\n\n".join(parts) + "\n"


def _reference_index() -> str:
    parts = [
        "# Reference",
        "What `dlmath COMMAND --help` says, command by command. The pages of [the commands]"
        "(../commands/README.md) show them at work.",
    ]
    for heading, (_, summaries) in SUBJECTS.items():
        rows = [f"| [`{name}`]({name}.md) | {_words(text)} |" for name, text in summaries.items()]
        parts += [f"## {heading}", "\n".join(["| command | |", "| --- | --- |", *rows])]
    records = []
    for parameter in COMMON:
        option = parameter.annotation.__metadata__[0]
        flag = option.param_decls[0] if option.param_decls else option.default
        records.append((f"{flag} {option.metavar or ''}".strip(), option.help))
    parts += ["## Options of every command", _table([*records, ("-h, --help", "The help.")])]
    return "\n\n".join(parts) + "\n"


def _table(records: list[tuple[str, str]]) -> str:
    rows = [f"| `{name.replace('|', '/')}` | {_words(text)} |" for name, text in records]
    return "\n".join(["| | |", "| --- | --- |", *rows])


def _command(name: str) -> Any:
    return Commands(name="dlmath").get_command(None, name)


def _context(command: Any, name: str) -> Any:
    import typer

    parent = typer.Context(Commands(name="dlmath"), info_name="dlmath")
    return typer.Context(command, info_name=name, parent=parent)


# --- the concepts ----------------------------------------------------------------------------


def concept_pages(*, quick: bool) -> dict[str, str]:
    """A page for each card, and the list of them by subject."""
    every = list(cards().values())
    if quick:
        texts = [concept_page(card, quick=True) for card in every]
    else:
        first = concept_page(every[0], quick=False)  # loads what the others need, once for all
        with ProcessPoolExecutor() as pool:
            rest = pool.map(partial(concept_page, quick=False), every[1:], chunksize=4)
            texts = [first, *rest]
    found = {f"concepts/{slug(card.title)}.md": t for card, t in zip(every, texts, strict=True)}
    found["concepts/index.md"] = _concept_index(every)
    return found


def slug(title: str) -> str:
    """The name of a card's page."""
    return "-".join(re.findall(r"[a-z0-9]+", title.casefold().replace("'s", "s").replace("'", "")))


def concept_page(card: Card, *, quick: bool) -> str:
    """The page of one card; see `pages`."""
    parts = [f"# {card.title}"]
    parts += [f"<p>{_html(sentence(paragraph))}</p>" for paragraph in card.text.split("\n\n")]
    if card.names:
        parts.append("Also called: " + ", ".join(map(_words, card.names)) + ".")
    if card.words:
        parts.append("Explained here, too: " + ", ".join(map(_words, card.words)) + ".")
    parts.append("## Formulas")
    parts += [f'<p class="formula">{_html((Notation(rule),))}</p>' for rule in card.rules]
    for formula in card.formulas:
        node = parse(formula, equation=True).node
        parts.append(f'<p class="formula">{_html((node,), block=True)}</p>')
    parts += ["## Example", *([] if quick else _example(card))]
    mistakes = "".join(f"<li>{_html(sentence(text))}</li>" for text in card.mistakes)
    parts += ["## Common mistakes", f"<ul>{mistakes}</ul>"]
    links = ", ".join(f"[{title}]({slug(title)}.md)" for title in card.related)
    commands = ", ".join(f"[`{name}`](../commands/{name}.md)" for name in card.commands)
    parts += ["## Related", f"Concepts: {links}", f"Commands: {commands}", "## Read on"]
    parts.append("\n".join(f"- {_words(reading(book))}" for book in card.reading))
    parts.append(f"In the terminal: `dlmath explain {_quoted(card.title)}`")
    return "\n\n".join(parts) + "\n"


def _quoted(title: str) -> str:
    return f'"{title}"' if " " in title or "'" in title else title


def _example(card: Card) -> list[str]:
    """What the terminal shows for the example, and the card's picture."""
    from dlmath.render.html_picture import picture_html
    from dlmath.render.rich import render

    drawn = run_line(card.picture or card.example, ["--plot"])
    example = run_line(card.example, []) if card.picture else drawn
    text = f"$ dlmath {card.example}\n{render(example, _WIDTH)}"
    parts = [f"<pre><code>{escape(text)}</code></pre>"]
    if drawn.picture is None:
        return parts
    if card.picture:
        parts.append(f"<pre><code>{escape(f'$ dlmath {card.picture} --plot')}</code></pre>")
    # An empty line would end the block of HTML in the page.
    parts.append(re.sub(r"\n\s*\n", "\n", picture_html(drawn.picture)))
    return parts


def _concept_index(every: list[Card]) -> str:
    parts = [
        "# Concepts",
        "A hundred concepts in short, from vector to attention score: what each is, its formulas, "
        "an example at work, what is often taken wrongly, and where to read on. In the terminal: "
        "[`dlmath explain`](../commands/explain.md).",
    ]
    for heading in CONCEPTS.values():
        rows = [
            f"| [{card.title}]({slug(card.title)}.md) | {_cell(card)} |"
            for card in every
            if card.subject == heading
        ]
        parts += [f"## {heading}", "\n".join(["| concept | |", "| --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def _cell(card: Card) -> str:
    from dlmath.maths.concepts.cards import plain

    return _words(plain(sentence(card.summary)))


# --- words -----------------------------------------------------------------------------------


def _words(text: str) -> str:
    """Words in Markdown, with none of their signs read as markup."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def _html(words: Sentence, *, block: bool = False) -> str:
    """Words and mathematics as HTML."""
    from dlmath.render.html import rule_html
    from dlmath.render.mathml import to_mathml

    parts = []
    for part in words:
        if isinstance(part, Node):
            parts.append(to_mathml(part, block=block))
        elif isinstance(part, Notation):
            parts.append(f"<em>{rule_html(part)}</em>")
        else:
            parts.append(escape(part))
    return "".join(parts)
