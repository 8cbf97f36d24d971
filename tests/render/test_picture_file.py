"""Pictures in files: whole, the same each time, and all that has a name in them."""

from __future__ import annotations

import math
import random
from xml.etree import ElementTree

import pytest

from dlmath.picture import Arrows, Bars, Curve, Diagram, HeatMap, Mark, Picture
from dlmath.render.picture_file import picture_file, picture_svg
from dlmath.render.picture_file_diagram import layered
from dlmath.render.terminal_plot import plot_text
from tests.render.pictures import PICTURES

pytest.importorskip("matplotlib")


def words_of(svg: str) -> str:
    """All text of a drawing."""
    root = ElementTree.fromstring(svg)  # noqa: S314  our own
    texts = ["".join(part.itertext()) for part in root.iter() if part.tag.endswith("text")]
    return "\n".join(texts).replace("\u2212", "-")


@pytest.mark.parametrize(
    "name",
    [
        "pole",
        "bars",
        "named bars",
        "shades",
        "regions",
        "vectors",
        "logarithmic",
        "graph",
        "shared",
    ],
)
def test_names_are_in_the_drawing(name: str) -> None:
    picture = PICTURES[name]
    words = words_of(picture_svg(picture))
    if isinstance(picture, Diagram):
        wanted = ["w·x = 2"] if name == "graph" else ["x", "v = u + x"] if name == "shared" else []
    else:
        wanted = [picture.x_label, picture.y_label]
        wanted += [bars.label[0] for bars in picture.bars]
        wanted += [arrows.label[0] for arrows in picture.arrows]
        wanted += [mark.label[0] for mark in picture.marks]
    assert wanted
    for text in wanted:
        assert str(text) in words


@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF-")])
def test_every_form_is_written(form: str, begins: bytes) -> None:
    for name in ("panels", "shared"):
        assert picture_file(PICTURES[name], form).startswith(begins)


def test_the_same_picture_gives_the_same_bytes() -> None:
    for name in ("regions", "graph"):
        assert picture_file(PICTURES[name], "svg") == picture_file(PICTURES[name], "svg")


def test_names_are_no_mathematics_of_the_drawing_library() -> None:
    curve = Curve(("$x_{1}$ \\frac",), [0.0, 1.0], [0.0, 1.0])
    words = words_of(
        picture_svg(Picture(("$t$ <b>",), "a$b$", "y_$", (0.0, 1.0), (0.0, 1.0), (curve,)))
    )
    for text in ("$x_{1}$ \\frac", "$t$ <b>", "a$b$", "y_$"):
        assert text in words


def test_ranges_are_those_of_the_picture() -> None:
    """A curve that leaves them does not widen them; shades neither."""
    import matplotlib.figure

    from dlmath.render import picture_file as module

    for name in ("spiral", "regions", "matrix", "logarithmic"):
        picture = PICTURES[name]
        assert isinstance(picture, Picture)
        with module._matplotlib():
            figure = module._figure(picture)
        assert isinstance(figure, matplotlib.figure.Figure)
        axes = figure.axes[0]
        assert axes.get_xlim() == picture.x_range
        ends = axes.get_ylim()
        assert (ends[::-1] if name == "matrix" else ends) == picture.y_range
        assert axes.get_xscale() == ("log" if picture.x_log else "linear")


@pytest.mark.parametrize("name", ["graph", "shared", "chain"])
def test_edges_lead_to_later_layers(name: str) -> None:
    diagram = PICTURES[name]
    assert isinstance(diagram, Diagram)
    layers, paths = layered(len(diagram.nodes), diagram.edges)
    depth = {node: number for number, layer in enumerate(layers) for node in layer}
    assert sorted(node for node in depth if node < len(diagram.nodes)) == list(
        range(len(diagram.nodes))
    )
    assert {(path[0], path[-1]) for path in paths} == set(diagram.edges)
    for path in paths:
        assert [depth[node] for node in path] == list(
            range(depth[path[0]], depth[path[0]] + len(path))
        )


def test_no_two_things_of_a_layer_are_in_one_place() -> None:
    layers, _ = layered(6, [(0, 2), (1, 2), (0, 3), (1, 3), (2, 4), (3, 5), (0, 5), (1, 4)])
    assert all(len(layer) == len(set(layer)) for layer in layers)


def test_layers_are_untangled() -> None:
    """Two rails that begin crossed end side by side."""
    layers, _ = layered(4, [(0, 3), (1, 2)])
    first, second = layers
    assert [{0: 3, 1: 2}[node] for node in first] == second


@pytest.mark.parametrize("seed", range(5))
def test_numbers_that_cannot_be_drawn_end_nothing(seed: int) -> None:
    """Whatever the numbers are, there is a picture, in the terminal and in a file."""
    chance = random.Random(seed)  # noqa: S311  nothing secret
    kinds = [0.0, 1.0, -1.0, 1e-300, 1e300, -1e300, math.nan, math.inf, -math.inf, 5e-324]

    def numbers(count: int) -> list[float]:
        return [chance.choice(kinds) for _ in range(count)]

    ends = [tuple(sorted(chance.sample([0.0, 1.0, -1.0, 1e-300, 1e300], 2))) for _ in range(2)]
    picture = Picture(
        ("t",),
        "x",
        "y",
        *ends,
        curves=(Curve(("c",), numbers(5), numbers(5)),),
        marks=(Mark(*numbers(2), ("m",)),),
        bars=(Bars(("b",), numbers(4), numbers(4), numbers(4)),) if seed % 2 else (),
        heat=HeatMap(("h",), *ends, [numbers(3), numbers(3)]) if seed % 3 == 0 else None,
        arrows=(Arrows(("a",), numbers(3), numbers(3), numbers(3), numbers(3), seed % 2 == 0),),
        x_log=seed % 4 == 1,
        y_log=seed % 4 == 2,
        equal=seed % 5 == 0,
    )
    assert plot_text(picture, 40).startswith("  t\n")
    assert picture_svg(picture).startswith("<svg")
