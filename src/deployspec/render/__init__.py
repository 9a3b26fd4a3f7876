"""Plans and diagnostics as what people and tools read."""

from deployspec.render._diagnostics import diagnostics
from deployspec.render._explain import explain

__all__ = ["diagnostics", "explain"]
