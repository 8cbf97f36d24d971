"""A picture on a page: a vector drawing in the page's own colours, with words beside it.

matplotlib draws; here its drawing becomes part of the page: no style sheet, no names that could
meet others, light and dark. Without matplotlib the picture is text.
"""

from __future__ import annotations

import re
from html import escape
from importlib.util import find_spec
from zlib import crc32

from dlmath.picture import Diagram, Picture
from dlmath.render.picture_words import picture_description, picture_title

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"

#: Colours that are not of a curve follow the page; what stands after the comma is for a fragment
#: outside of a page.
_COLOURS = {
    "#000000": "currentColor",
    "#dddddd": "var(--line, #ddd)",
    "#cccccc": "var(--line, #ccc)",
    "#999999": "var(--faint, #999)",
    "#777777": "var(--faint, #777)",
    "#555555": "var(--faint, #555)",
    "#eaf3f9": "var(--panel, #eaf3f9)",
}
_PAPER = "#ffffff"

_FONTS = "'DejaVu Sans', Verdana, system-ui, sans-serif"

#: Pixels of a page for a point of the drawing.
_SCALE = 96 / 72

#: Columns of a picture that is text.
_TEXT_WIDTH = 72

_REFERENCE = re.compile(r"url\(#([^)]*)\)")


def picture_html(picture: Picture | Diagram) -> str:
    """The picture as an element `figure`."""
    if find_spec("matplotlib") is None:
        return _as_text(picture)
    return f'<figure class="picture">\n{inline_svg(picture)}\n</figure>'


def _as_text(picture: Picture | Diagram) -> str:
    from dlmath.render.terminal_plot import plot_text

    label = escape(f"{picture_title(picture)}. {picture_description(picture)}")
    text = escape(plot_text(picture, _TEXT_WIDTH, unicode=False).rstrip("\n"))
    return (
        f'<figure class="picture">\n'
        f'<div class="table" role="img" aria-label="{label}" tabindex="0"><pre>{text}</pre></div>\n'
        "<figcaption>Drawn as text: with matplotlib (pip install 'dlmath[plot]') it is a drawing."
        "</figcaption>\n</figure>"
    )


def inline_svg(picture: Picture | Diagram) -> str:
    """The drawing as an element `svg` with title and description."""
    from xml.etree import ElementTree

    from dlmath.render.picture_file import picture_svg

    text = picture_svg(picture)
    root = ElementTree.fromstring(text)  # noqa: S314  drawn here, from numbers and escaped words
    for part in list(root):
        if part.tag == f"{{{_SVG}}}metadata":
            root.remove(part)
    parents = {child: parent for parent in root.iter() for child in parent}
    for style in list(root.iter(f"{{{_SVG}}}style")):
        parents[style].remove(style)
    prefix = f"p{crc32(text.encode()):08x}-"
    used = {
        name
        for element in root.iter()
        for key, value in element.attrib.items()
        for name in _named(key, value)
    }
    for element in root.iter():
        _restyle(element, prefix, used)
    width, height = (float(size) for size in root.get("viewBox", "0 0 1 1").split()[2:])
    root.attrib = {
        "viewBox": root.get("viewBox", ""),
        "width": f"{width * _SCALE:.0f}",
        "height": f"{height * _SCALE:.0f}",
        "role": "img",
        "aria-labelledby": f"{prefix}title {prefix}words",
        "fill": "currentColor",
        "font-family": _FONTS,
        "stroke-linejoin": "round",
        "stroke-linecap": "butt",
    }
    words = (("title", picture_title(picture)), ("desc", picture_description(picture)))
    for place, (tag, content) in enumerate(words):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}")
        element.set("id", prefix + ("title" if tag == "title" else "words"))
        element.text = content
        root.insert(place, element)
    for element in root.iter():  # a page needs no names of languages
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        link = element.attrib.pop(f"{{{_LINK}}}href", None)
        if link is not None:
            element.set("href", link)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _named(key: str, value: str) -> list[str]:
    """The names of other elements in an attribute."""
    if key == f"{{{_LINK}}}href":
        return [value[1:]] if value.startswith("#") else []
    return _REFERENCE.findall(value)


def _restyle(element: object, prefix: str, used: set[str]) -> None:
    """Attributes instead of a style, the page's colours, names that nothing else has."""
    from xml.etree.ElementTree import Element

    assert isinstance(element, Element)
    is_text = element.tag == f"{{{_SVG}}}text"
    attributes = {key: value for key, value in element.attrib.items() if key != "style"}
    for declaration in element.attrib.get("style", "").split(";"):
        key, colon, value = (part.strip() for part in declaration.partition(":"))
        if colon and key != "font-family":
            attributes[key] = value
    for key, value in list(attributes.items()):
        if key in ("fill", "stroke"):
            attributes[key] = _COLOURS.get(value) or _REFERENCE.sub(rf"url(#{prefix}\1)", value)
            if value == _PAPER and not is_text:
                attributes[key] = "var(--paper, #fff)"
        elif key == "id":
            if value in used:
                attributes[key] = prefix + value
            else:
                del attributes[key]
        elif key == f"{{{_LINK}}}href" and value.startswith("#"):
            attributes[key] = f"#{prefix}{value[1:]}"
        else:
            attributes[key] = _REFERENCE.sub(rf"url(#{prefix}\1)", value)
    element.attrib = attributes
