"""Logical lines to instructions: flags, arguments, checks."""
