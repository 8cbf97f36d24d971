"""train, predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_number, read_whole
from dlmath.cli.read import Given

if TYPE_CHECKING:
    from dlmath.maths.networks.training.model_file import Model
    from dlmath.maths.networks.training.options import TrainOptions

_WHOLE = {"batch": 1, "epochs": 1, "early_stop": 1, "trace": 1, "seed": 0}
_NUMBERS: dict[str, dict[str, Any]] = {
    "rate": {"above": True},
    "validation": {"below": 1.0},
    "dropout": {"below": 1.0},
    "clip": {"above": True},
}
_PARAMETERS = ("momentum", "beta1", "beta2", "epsilon", "rho", "weight_decay")


@command(
    example="--layers 2,8,1 --data @xor.csv --target y",
    more=[
        "--layers 4,8,3 --data @iris.csv --target species --validation 0.2",
        "--layers 16 --data @houses.csv --target price --early-stop 20 --validation 0.2",
        "--layers 2,8,1 --data @xor.csv --target y --save model.npz",
    ],
    saves=(".npz",),
)
def train(
    given: Given,
    *,
    layers: Annotated[
        str | None,
        typer.Option(
            "--layers",
            metavar="SIZES",
            help="Inputs, units of hidden layers, outputs: 2,8,1. One number: a hidden layer.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="@FILE", help="A table; its first line names the columns."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="NAMES", help="The column to predict, or several."),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option("--features", metavar="NAMES", help="Columns to predict from; all others."),
    ] = None,
    activation: Annotated[
        str,
        typer.Option(
            "--activation",
            metavar="NAME",
            help="Of hidden layers, relu if not given; dlmath activation lists them.",
        ),
    ] = "relu",
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss",
            metavar="NAME",
            help="mse, mae, huber, bce, cross_entropy or hinge; by the target if not given.",
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method", metavar="NAME", help="An optimizer of descend; adam if not given."
        ),
    ] = "adam",
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="R", help="The learning rate, above 0.")
    ] = None,
    schedule: Annotated[
        str,
        typer.Option(
            "--schedule",
            metavar="NAME",
            help="Of the rate: constant, step, exponential, cosine, warmup-cosine.",
        ),
    ] = "constant",
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="N", help="Rows of a step; 32 if not given.")
    ] = None,
    epochs: Annotated[
        str | None,
        typer.Option("--epochs", metavar="N", help="How often all rows are gone through."),
    ] = None,
    validation: Annotated[
        str,
        typer.Option("--validation", metavar="PART", help="Of the rows, held back: 0.2."),
    ] = "0",
    penalty: Annotated[
        str | None,
        typer.Option("--penalty", metavar="SIZES", help="On the weights: l2=0.01, l1=0.001."),
    ] = None,
    dropout: Annotated[
        str,
        typer.Option("--dropout", metavar="PART", help="Of the hidden units, left out: 0.2."),
    ] = "0",
    early_stop: Annotated[
        str | None,
        typer.Option(
            "--early-stop",
            metavar="N",
            help="End after N epochs without a lower validation loss; keeps the best.",
        ),
    ] = None,
    clip: Annotated[
        str | None, typer.Option("--clip", metavar="L", help="The longest gradient.")
    ] = None,
    initialization: Annotated[
        str | None,
        typer.Option(
            "--initialization",
            metavar="NAME",
            help="xavier, he, lecun, or xavier-uniform, ...; by the activation if not given.",
        ),
    ] = None,
    no_standardize: Annotated[
        bool,
        typer.Option(
            "--no-standardize", help="Do not bring columns to mean 0 and standard deviation 1."
        ),
    ] = False,
    seed: Annotated[str, typer.Option("--seed", metavar="N", help="Of what is random.")] = "0",
    momentum: Annotated[
        str | None, typer.Option("--momentum", metavar="M", help="For momentum and nesterov.")
    ] = None,
    beta1: Annotated[
        str | None, typer.Option("--beta1", metavar="B", help="For adam and its kin, and lion.")
    ] = None,
    beta2: Annotated[
        str | None, typer.Option("--beta2", metavar="B", help="For adam and its kin, and lion.")
    ] = None,
    epsilon: Annotated[
        str | None, typer.Option("--epsilon", metavar="E", help="Beside the root, above 0.")
    ] = None,
    rho: Annotated[
        str | None, typer.Option("--rho", metavar="R", help="For rmsprop and adadelta.")
    ] = None,
    weight_decay: Annotated[
        str | None,
        typer.Option("--weight-decay", metavar="W", help="Pulls all parameters towards 0."),
    ] = None,
    trace: Annotated[
        str | None, typer.Option("--trace", metavar="N", help="How many rows of the table to show.")
    ] = None,
) -> Answer:
    """Train a small network on the rows of a table."""
    typed = {**locals()}
    if data is None:
        raise InvalidOption("train needs a table of data", hint="add --data @file.csv")
    if target is None:
        raise InvalidOption("train needs a column to predict", hint="add --target y")
    from dataclasses import replace
    from time import monotonic

    from dlmath.cli.read_columns import read_columns
    from dlmath.maths.networks.training.options import check_options
    from dlmath.maths.networks.training.train import train

    options = _options(typed)
    check_options(options)
    targets = read_columns_of(target, "--target")
    needed = None if options.features is None else {*options.features, *targets}
    begun = monotonic()
    columns = read_columns(data, "--data", needed)
    settings = given.settings
    if settings.seconds:  # what reading took is no longer there for the epochs
        left = max(settings.seconds - (monotonic() - begun), 0.1)
        settings = replace(settings, seconds=left)
    return train(columns, targets, settings, options)


@command(
    example="iris.npz --data @new-flowers.csv",
    more=[
        "iris.npz --data @new-flowers.csv --json",
        "iris.npz --data @new-flowers.csv --save predicted.csv",
    ],
)
def predict(
    given: Given,
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A file that train --save wrote: model.npz.")
    ],
    *,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="@FILE", help="A table with the columns of the model."),
    ] = None,
) -> Answer:
    """What a trained network predicts for the rows of a table."""
    from dlmath.maths.networks.training.predict import predict

    if data is None:
        raise InvalidOption("predict needs a table of data", hint="add --data @file.csv")
    found = read_model(model)
    columns, notes = _columns_for(found, data)
    return predict(found, columns, given.settings, notes)


def read_model(path: str) -> Model:
    """The network in a file. Raises InvalidInput."""
    from dlmath.cli.read_data import content_of, shown
    from dlmath.maths.networks.training.model_file import from_bytes

    plain = path.removeprefix("@")
    return from_bytes(content_of(plain), shown(plain))


def _columns_for(model: Model, data: str) -> tuple[Any, list[Any]]:
    """The columns that the model takes, with the target where it is there and can be read."""
    from dlmath.cli.read_columns import read_columns
    from dlmath.errors import InvalidInput

    features, targets = set(model.encoding.features), set(model.encoding.targets)
    try:
        return read_columns(data, "--data", features | targets), []
    except InvalidInput as error:
        try:
            found = read_columns(data, "--data", features)
        except InvalidInput:
            raise error from None
        return found, [(f"the target is not compared: {error.message}",)]


def read_columns_of(text: str, option: str) -> list[str]:
    """Names of columns, written as in the file or as they are known. Raises InvalidOption."""
    from dlmath.cli.read_columns import column_name

    names = [column_name(name) for name in text.split(",")]
    if not all(names):
        raise InvalidOption(
            f"{option} takes names of columns, separated by commas", hint=f"{option} x1,x2"
        )
    return names


def _options(typed: Mapping[str, Any]) -> TrainOptions:
    """The options as typed, as numbers. Raises InvalidOption."""
    from dlmath.maths.networks.training.losses import LOSSES
    from dlmath.maths.networks.training.options import TrainOptions

    values: dict[str, Any] = {
        name: typed[name]
        for name in ("layers", "activation", "loss", "method", "schedule", "initialization")
    }
    for name, least in _WHOLE.items():
        text = typed[name]
        option = "--" + name.replace("_", "-")
        values[name] = None if text is None else read_whole(text, option, least=least)
    for name, bounds in _NUMBERS.items():
        values[name] = (
            None if typed[name] is None else read_number(typed[name], f"--{name}", **bounds)
        )
    if typed["loss"] is not None:
        choose(typed["loss"], "--loss", tuple(LOSSES))
    values |= _penalty(typed["penalty"])
    if typed["features"] is not None:
        values["features"] = read_columns_of(typed["features"], "--features")
    values["parameters"] = {
        name: read_number(typed[name], f"--{name.replace('_', '-')}")
        for name in _PARAMETERS
        if typed[name] is not None
    }
    return TrainOptions(standardize=not typed["no_standardize"], **values)


def _penalty(text: str | None) -> dict[str, float]:
    """`l2=0.01,l1=0.001`. Raises InvalidOption."""
    found: dict[str, float] = {}
    for part in (text or "").split(",") if text is not None else []:
        name, sign, value = part.partition("=")
        name = name.strip()
        if name not in ("l1", "l2") or not sign:
            raise InvalidOption(
                "--penalty: a penalty is l1 or l2 and its size", hint="write --penalty l2=0.01"
            )
        if name in found:
            raise InvalidOption(f"--penalty: {name} is given twice")
        found[name] = read_number(value, f"--penalty {name}")
    return found
