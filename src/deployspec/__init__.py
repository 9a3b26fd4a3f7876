"""Which image to pull, build or extend, with which credential, and which services to start.

Text and mappings in, an immutable `DeployPlan` out. Nothing here reads files, the environment or a clock; the module
`deployspec.sources` reads the files of an app.

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

__version__ = "0.1.0"

# The public names, under the modules that define them. A module is imported when one of its names is first used.
# Type checkers read `__init__.pyi` instead.
_PUBLIC = {
    "_app": "APTIBLE_2016 APTIBLE_CURRENT App BuildOptions OnHostMismatch Profile",
    "_core.diagnostics": """
        DeploySpecError Diagnostic InvalidDockerConfig InvalidDockerfile InvalidEnv InvalidLock InvalidPlan
        InvalidProcfile InvalidReference ResolutionError Severity
    """,
    "_core.mounts": "BuildSecret BuildSsh",
    "_core.secret": "Secret",
    "_dockerfile": """
        Argument BuildImage BuildImages BuildRole Dockerfile Place Source Stage StartCommand Trigger frontend_of
        parse_dockerfile
    """,
    "_core.spans": "Span VariableSpan",
    "_env.env": "Env parse_assignments parse_env",
    "_logins.credentials": "Credential CredentialRef Credentials Keyring Owner",
    "_logins.docker_config": "parse_docker_config",
    "_logins.lookup": "Client Lookup LookupKind LookupOutcome LookupRule SkippedEntry lookup lookup_all",
    "_logins.mirrors": "Mirror parse_mirrors",
    "_plan": "Action Build DeployPlan Extend ImagePull Pull Recipe Role Step plan_to_dict",
    "_plans": """
        Change Kind Lock PlanDiff Policy Requirement audit check_lock diff fingerprint lock_to_json parse_lock
        parse_policy pin pins_needed plan_from_dict plan_from_json plan_schema plan_to_json
    """,
    "_plans.lookups": "compare_lookups",
    "_procfile.procfile": "Procfile Service parse_procfile",
    "_profile": "parse_profile",
    "_references.origin": "Origin OriginKind",
    "_references.reference": "ImageReference parse_reference",
    "_resolve.counterfactuals": "Counterfactual counterfactuals",
    "_resolve.credentials_for": "credentials_for",
    "_resolve.decisions": "DECISIONS Decision Outcome",
    "_resolve.environment_for": "environment_for",
    "_resolve.resolve": "Resolver resolve",
}
_HOME = {name: f"deployspec.{module}" for module, names in _PUBLIC.items() for name in names.split()}
__all__ = list(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name in _HOME:
        value = getattr(importlib.import_module(_HOME[name]), name)
    elif name in {"laws", "render", "sources", "strategies"}:
        value = importlib.import_module(f"deployspec.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    # Without `laws` and `strategies`: looking at each attribute would fail where Hypothesis is not installed.
    return sorted({*globals(), *_HOME, "__version__", "render", "sources"})
