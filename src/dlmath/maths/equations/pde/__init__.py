"""Partial differential equations of two variables: classified, solved, checked; or numbers."""
