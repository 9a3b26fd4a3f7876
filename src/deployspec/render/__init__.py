"""Plans and diagnostics as what people and tools read."""

from deployspec.render._auth_file import auth_file
from deployspec.render._bake import bake
from deployspec.render._commands import Command, Commands, commands
from deployspec.render._compose import compose
from deployspec.render._diagnostics import diagnostics
from deployspec.render._explain import explain
from deployspec.render._export import Export
from deployspec.render._kubernetes import kubernetes, kubernetes_secret
from deployspec.render._registry_auth import auth_config, x_registry_auth

__all__ = [
    "Command",
    "Commands",
    "Export",
    "auth_config",
    "auth_file",
    "bake",
    "commands",
    "compose",
    "diagnostics",
    "explain",
    "kubernetes",
    "kubernetes_secret",
    "x_registry_auth",
]
