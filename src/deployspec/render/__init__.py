"""Plans and diagnostics as what people and tools read."""
