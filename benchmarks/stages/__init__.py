"""A module a stage: its `COMPARISONS` with the peers, `GROWTHS` that must be linear, `COMMANDS`; each optional."""
