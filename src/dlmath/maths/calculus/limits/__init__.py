"""Limits: the rules of a teacher, further routes, and how the sides are put together."""
