"""What every other package is built on: diagnostics, secrets, fast constructors."""
