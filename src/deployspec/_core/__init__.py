"""Used by every other package: diagnostics, secrets, text in messages, fast constructors."""
