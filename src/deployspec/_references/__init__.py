"""Image references: grammar, values, diagnostics and hints."""
