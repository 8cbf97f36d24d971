"""Concept cards: what `explain` shows. The cards themselves are data in `dlmath/concepts/`."""
