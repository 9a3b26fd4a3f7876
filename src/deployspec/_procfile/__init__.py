"""Procfiles: text to services."""
