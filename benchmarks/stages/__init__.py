"""A module a stage: its `COMPARISONS` with the peers, and the `GROWTHS` that must be linear. Both are optional."""
