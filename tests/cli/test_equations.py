"""Equations at the command line."""

from __future__ import annotations

from tests.cli.command import dlmath


def test_a_variable_that_was_guessed_is_said() -> None:
    guessed = dlmath("ode", "y'' + z = 0")
    assert guessed.code == 0
    assert "z is taken for the variable of y" in guessed.err
    assert "is taken" not in dlmath("ode", "dy/dz = y").err
    assert dlmath("ode", "y' = r*y").out == "y(x) = C1*exp(r*x)\n"
