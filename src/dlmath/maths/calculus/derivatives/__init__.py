"""Derivatives: rules, working, kinks, tangents."""
