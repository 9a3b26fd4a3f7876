"""Measurements beside the libraries that a user would otherwise combine.

    python -m benchmarks

A stage (a module of `benchmarks.stages`) declares what is compared and what must grow linearly; `benchmarks.worker`
has pyperf time it, in processes of its own. Ours and the peers take turns, and no function sees an input twice.
"""
