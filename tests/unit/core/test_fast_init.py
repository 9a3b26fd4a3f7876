"""Values that are made fast are what their constructors make."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from deployspec import _plan
from deployspec._dockerfile import dockerfile as _file
from deployspec._dockerfile.build import values as _images
from deployspec._dockerfile.stages import stages
from deployspec._logins import credentials as _registry
from deployspec._procfile import service as _procfile
from deployspec._references import reference as _reference

PAIRS = [
    (_file.make_dockerfile, _file.Dockerfile),
    (_images.make_build_images, _images.BuildImages),
    (_plan.make_plan, _plan.DeployPlan),
    (_plan.make_pull, _plan.ImagePull),
    (_plan.make_recipe, _plan.Recipe),
    (_procfile.make_procfile, _procfile.Procfile),
    (_procfile.make_service, _procfile.Service),
    (_registry.make_credential_ref, _registry.CredentialRef),
    (_images.make_build_image, _images.BuildImage),
    (stages.make_argument, stages.Argument),
    (stages.make_source, stages.Source),
    (stages.make_stage, stages.Stage),
]


@pytest.mark.parametrize(("make", "cls"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_value_made_fast_is_what_the_constructor_makes(make: Any, cls: type[Any]) -> None:
    values = {field.name: (field.name,) for field in attrs.fields(cls)}
    fast = make(**values)
    slow = cls(**values)
    assert type(fast) is cls
    assert fast == slow
    assert hash(fast) == hash(slow)
    assert repr(fast) == repr(slow)
    assert pickle.loads(pickle.dumps(fast)) == copy.deepcopy(fast) == slow  # noqa: S301  # our own
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(fast, attrs.fields(cls)[0].name, "x")


def test_every_field_is_to_be_given() -> None:
    with pytest.raises(TypeError, match="line"):
        stages.make_source("copy", "base")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_a_reference_made_fast_is_what_the_constructor_makes() -> None:
    fast = _reference.parse_reference("quay.io/acme/web:1")
    assert fast == _reference.ImageReference("quay.io", "acme/web", "1")
    assert type(fast) is _reference.ImageReference
