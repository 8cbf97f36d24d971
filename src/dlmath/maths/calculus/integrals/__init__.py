"""Integrals: routes to a closed form, singular points, convergence, quadrature."""
