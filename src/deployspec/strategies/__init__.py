"""Hypothesis strategies for everything that goes into a resolution and comes out of it.

Needs Hypothesis (`pip install deployspec[strategies]`). Where both are installed, `st.from_type(DeployPlan)` and its
like work without an import of this module. Texts come in kinds, so that a test can ask for what it needs:

- `valid`: accepted by construction, not by trial;
- `near-valid`: one character, or one habit of people, away from valid;
- `hostile`: anything at all;
- `any`: all of these.

The images, hosts and scopes of all strategies are drawn from one small world, in which many hosts look alike, so that
logins often match, and often only seem to.

>>> from hypothesis import given
>>> @given(plans())
... def every_plan_starts_a_service(plan):
...     assert plan.services
>>> every_plan_starts_a_service()
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError("Hypothesis is not installed; install `deployspec[strategies]`") from error

from deployspec.strategies._apps import AppKind, apps, build_options, plans
from deployspec.strategies._config import configs, credentials, keyrings, platform_keyrings, profiles
from deployspec.strategies._dockerfiles import DockerfileKind, dockerfile_texts, dockerfiles
from deployspec.strategies._procfiles import procfile_texts, procfiles
from deployspec.strategies._references import hosts, image_references, image_texts, scope_texts
from deployspec.strategies._texts import Kind, edits

__all__ = [
    "AppKind",
    "DockerfileKind",
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
    "plans",
    "platform_keyrings",
    "procfile_texts",
    "procfiles",
    "profiles",
    "scope_texts",
]
