"""Plans and diagnostics as text for people and for other tools."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployspec.render._auth_file import auth_file, auth_files
    from deployspec.render._bake import bake
    from deployspec.render._check_report import CheckedApp, Verdict, check_report, check_report_schema
    from deployspec.render._commands import Command, Commands, commands
    from deployspec.render._compose import compose
    from deployspec.render._diagnostics import Format, diagnostics
    from deployspec.render._explain import explain
    from deployspec.render._kubernetes import kubernetes, kubernetes_secret
    from deployspec.render._lookups import LookupFormat, lookups
    from deployspec.render._registry_auth import auth_config, x_registry_auth
    from deployspec.render._shared import AuthFiles, Entrypoint, Export, Tool
    from deployspec.render._source_policy import source_policy

__all__ = [
    "AuthFiles",
    "CheckedApp",
    "Command",
    "Commands",
    "Entrypoint",
    "Export",
    "Format",
    "LookupFormat",
    "Tool",
    "Verdict",
    "auth_config",
    "auth_file",
    "auth_files",
    "bake",
    "check_report",
    "check_report_schema",
    "commands",
    "compose",
    "diagnostics",
    "explain",
    "kubernetes",
    "kubernetes_secret",
    "lookups",
    "source_policy",
    "x_registry_auth",
]

# The modules that define the names; each is imported when one of its names is first used.
_MODULES = {
    "_auth_file": "auth_file auth_files",
    "_bake": "bake",
    "_check_report": "CheckedApp Verdict check_report check_report_schema",
    "_commands": "Command Commands commands",
    "_compose": "compose",
    "_diagnostics": "Format diagnostics",
    "_explain": "explain",
    "_kubernetes": "kubernetes kubernetes_secret",
    "_lookups": "LookupFormat lookups",
    "_registry_auth": "auth_config x_registry_auth",
    "_shared": "AuthFiles Entrypoint Export Tool",
    "_source_policy": "source_policy",
}
_HOME = {name: f"deployspec.render.{module}" for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
