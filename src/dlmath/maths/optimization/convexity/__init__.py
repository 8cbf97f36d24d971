"""Is a function convex? Rules of composition, second derivatives, counterexamples."""
