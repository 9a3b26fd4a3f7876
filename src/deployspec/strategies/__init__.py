"""Hypothesis strategies for the inputs and outputs of a resolution.

Needs Hypothesis (`pip install deployspec[strategies]`). `st.from_type(DeployPlan)`, and the same for other types, works
without importing this module. Strategies of texts have a `kind`:

- `valid`: valid by construction;
- `near-valid`: one character or one common mistake away from valid;
- `hostile`: any text;
- `any`: all of these.

All strategies draw images, hosts and scopes from the same small set of names, many of which look alike. So logins often
match an image, and often almost match it.

>>> from hypothesis import given
>>> @given(plans())
... def every_plan_starts_a_service(plan):
...     assert plan.services
>>> every_plan_starts_a_service()
"""

try:
    import hypothesis as _hypothesis  # noqa: F401  # pyright: ignore[reportUnusedImport]
except ModuleNotFoundError as error:
    raise ImportError("Hypothesis is not installed; install `deployspec[strategies]`") from error

from deployspec.strategies._apps import AppKind, apps, build_options, plans
from deployspec.strategies._config import configs, credentials, keyrings, platform_keyrings, profiles
from deployspec.strategies._dockerfiles import DockerfileKind, dockerfile_texts, dockerfiles
from deployspec.strategies._mirrors import mirrors
from deployspec.strategies._procfiles import procfile_texts, procfiles
from deployspec.strategies._references import Hosts, hosts, image_references, image_texts, scope_texts
from deployspec.strategies._texts import Kind, edits

__all__ = [
    "AppKind",
    "DockerfileKind",
    "Hosts",
    "Kind",
    "apps",
    "build_options",
    "configs",
    "credentials",
    "dockerfile_texts",
    "dockerfiles",
    "edits",
    "hosts",
    "image_references",
    "image_texts",
    "keyrings",
    "mirrors",
    "plans",
    "platform_keyrings",
    "procfile_texts",
    "procfiles",
    "profiles",
    "scope_texts",
]
