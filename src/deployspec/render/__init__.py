"""Plans and diagnostics as text for people and for other tools."""

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
