"""The exit codes of all commands."""

SUCCESS, PROBLEMS, USAGE, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 130, 141
