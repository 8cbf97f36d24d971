"""Is a page of HTML whole? Read by the parsers of the standard library."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

#: Elements of HTML that have no end.
_VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})


class Page(HTMLParser):
    """What a page holds. Raises AssertionError where a tag does not end as it began.

    tags: every start tag with its attributes. text: the words between them.
    """

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert not self._open, f"never ended: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def names(self) -> list[str]:
        """The start tags, in order."""
        return [tag for tag, _ in self.tags]


def as_xml(markup: str) -> ElementTree.Element:
    """The elements of a page or a fragment; raises ParseError where it is not well-formed."""
    return ElementTree.fromstring(markup.removeprefix("<!DOCTYPE html>"))  # noqa: S314  our own
