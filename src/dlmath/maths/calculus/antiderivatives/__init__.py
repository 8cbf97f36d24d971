"""Antiderivatives by the rules of a textbook: one plan gives the answer and its working."""
