"""Expansions in powers."""
