# The public names for type checkers: those that each module lists in its `__all__`. `__init__.py` has the same names by
# module; a test compares the two.

from deployspec import laws as laws
from deployspec import render as render
from deployspec import sources as sources
from deployspec import strategies as strategies
from deployspec._app import *
from deployspec._core.diagnostics import *
from deployspec._core.mounts import *
from deployspec._core.secret import *
from deployspec._core.spans import *
from deployspec._dockerfile import *
from deployspec._env.env import *
from deployspec._logins.credentials import *
from deployspec._logins.docker_config import *
from deployspec._logins.lookup import *
from deployspec._logins.mirrors import *
from deployspec._plan import *
from deployspec._plans import *
from deployspec._plans.lookups import *
from deployspec._procfile.procfile import *
from deployspec._profile import *
from deployspec._references.origin import *
from deployspec._references.reference import *
from deployspec._resolve.counterfactuals import *
from deployspec._resolve.credentials_for import *
from deployspec._resolve.decisions import *
from deployspec._resolve.environment_for import *
from deployspec._resolve.resolve import *

__version__: str
