"""Which image to pull, build or extend, with which credential, and which services to start.

Text and mappings in, an immutable `DeployPlan` out. Nothing here reads files, the environment or a clock.

>>> app = App({"APTIBLE_DOCKER_IMAGE": "quay.io/acme/web:1.4"}, procfile="web: bundle exec rails s")
>>> plan = resolve(app)
>>> match plan.action:
...     case Pull(image=image):
...         print("pull", image.reference)
...     case Build(recipe=recipe) | Extend(recipe=recipe):
...         print("build", recipe.dockerfile_path)
pull quay.io/acme/web:1.4
"""

import importlib
from typing import TYPE_CHECKING

from deployspec._app import APTIBLE_2016, APTIBLE_CURRENT, App, BuildOptions, Profile
from deployspec._core.diagnostics import (
    DeploySpecError,
    Diagnostic,
    InvalidDockerConfig,
    InvalidDockerfile,
    InvalidEnv,
    InvalidPlan,
    InvalidProcfile,
    InvalidReference,
    ResolutionError,
    Severity,
)
from deployspec._core.secret import Secret
from deployspec._env import Env, parse_assignments, parse_env
from deployspec._logins.credentials import Credential, CredentialRef, Credentials, Keyring, Owner
from deployspec._plan import Action, Build, DeployPlan, Extend, ImagePull, Pull, Recipe, Role, Step
from deployspec._procfile.procfile import Procfile, Service, parse_procfile
from deployspec._references.reference import ImageReference, parse_reference
from deployspec._resolve.credentials_for import credentials_for
from deployspec._resolve.decisions import DECISIONS, Decision
from deployspec._resolve.resolve import resolve

if TYPE_CHECKING:
    from deployspec._dockerfile import BuildImage, BuildImages, Dockerfile, frontend_of, parse_dockerfile
    from deployspec._logins.docker_config import parse_docker_config
    from deployspec._plans import (
        Change,
        PlanDiff,
        Policy,
        audit,
        diff,
        fingerprint,
        parse_policy,
        pin,
        plan_from_json,
        plan_schema,
        plan_to_json,
    )
    from deployspec._resolve.counterfactuals import Counterfactual, counterfactuals

__all__ = [
    "APTIBLE_2016",
    "APTIBLE_CURRENT",
    "DECISIONS",
    "Action",
    "App",
    "Build",
    "BuildImage",
    "BuildImages",
    "BuildOptions",
    "Change",
    "Counterfactual",
    "Credential",
    "CredentialRef",
    "Credentials",
    "Decision",
    "DeployPlan",
    "DeploySpecError",
    "Diagnostic",
    "Dockerfile",
    "Env",
    "Extend",
    "ImagePull",
    "ImageReference",
    "InvalidDockerConfig",
    "InvalidDockerfile",
    "InvalidEnv",
    "InvalidPlan",
    "InvalidProcfile",
    "InvalidReference",
    "Keyring",
    "Owner",
    "PlanDiff",
    "Policy",
    "Procfile",
    "Profile",
    "Pull",
    "Recipe",
    "ResolutionError",
    "Role",
    "Secret",
    "Service",
    "Severity",
    "Step",
    "audit",
    "counterfactuals",
    "credentials_for",
    "diff",
    "fingerprint",
    "frontend_of",
    "parse_assignments",
    "parse_docker_config",
    "parse_dockerfile",
    "parse_env",
    "parse_policy",
    "parse_procfile",
    "parse_reference",
    "pin",
    "plan_from_json",
    "plan_schema",
    "plan_to_json",
    "resolve",
]

if not TYPE_CHECKING:
    # What not every deploy needs is imported when it is first asked for; type checkers read the imports above.
    _LATE = {
        **dict.fromkeys(
            (
                "Change",
                "PlanDiff",
                "Policy",
                "audit",
                "diff",
                "fingerprint",
                "parse_policy",
                "pin",
                "plan_from_json",
                "plan_schema",
                "plan_to_json",
            ),
            "deployspec._plans",
        ),
        **dict.fromkeys(("Counterfactual", "counterfactuals"), "deployspec._resolve.counterfactuals"),
        **dict.fromkeys(("parse_docker_config",), "deployspec._logins.docker_config"),
        **dict.fromkeys(
            ("BuildImage", "BuildImages", "Dockerfile", "frontend_of", "parse_dockerfile"), "deployspec._dockerfile"
        ),
    }

    def __getattr__(name: str) -> object:
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(importlib.import_module(_LATE[name]), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_LATE})
