"""Settings of every test."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run: a change fails for what it did, not for what was drawn. To search
# further: pytest --hypothesis-profile=search --hypothesis-seed=N
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None)
settings.load_profile("repeatable")
