"""Equations, systems and inequalities for numbers."""
