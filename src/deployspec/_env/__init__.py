"""Config: variables from text or from assignments, and their names."""
