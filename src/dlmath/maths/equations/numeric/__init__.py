"""Differential equations by numbers: initial and boundary values, events, blow-up, stiffness."""
