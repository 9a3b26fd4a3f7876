"""Text to logical lines: directives, continuation lines, heredocs."""
