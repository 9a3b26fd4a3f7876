"""Word expansion: quotes, escapes, variables, patterns."""
