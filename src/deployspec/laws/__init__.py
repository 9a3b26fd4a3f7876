"""Properties that every resolver must have ("laws"), for the test suite of your own deployer.

A law is called with a resolver, and checks it on apps that `deployspec.strategies` generates: half of them are
realistic, half are hostile. Three lines test your own deployer, with the profile of your own platform::

    @pytest.mark.parametrize("law", laws.LAWS, ids=str)
    def test_the_laws_hold(law):
        law(my_resolve, profile=MY_PROFILE)

A resolver with rules of its own gets apps that comply with them, so that it accepts most of them::

    law(my_resolve, apps=strategies.apps(profile=MY_PROFILE, policy=MY_POLICY, services=["web"]))

Needs Hypothesis (`pip install deployspec[strategies]`) and uses its current settings.
"""

# First, since it says how to install Hypothesis.
import deployspec.strategies  # noqa: F401  # pyright: ignore[reportUnusedImport]
from deployspec.laws._inputs import (
    deterministic,
    edits_are_located,
    empty_is_unset,
    environment_exact,
    image_wins,
    secrets_of_needed_stages,
    services_in_order,
    total,
    unrelated_variables,
)
from deployspec.laws._law import Law, LawBroken, VacuousLaw
from deployspec.laws._logins import (
    adding_a_login,
    confined,
    extends_by_login,
    hints_keep_the_registry,
    spelled_like_the_image,
)
from deployspec.laws._mirrors import mirrors_change_places_only, mirrors_confined
from deployspec.laws._plans import (
    counterfactuals_resolve,
    diff_is_of_fingerprints,
    pin_keeps,
    references_canonical,
    round_trip,
    secret,
)

LAWS: tuple[Law, ...] = (
    total,
    deterministic,
    confined,
    secret,
    image_wins,
    empty_is_unset,
    extends_by_login,
    secrets_of_needed_stages,
    spelled_like_the_image,
    hints_keep_the_registry,
    services_in_order,
    environment_exact,
    unrelated_variables,
    round_trip,
    references_canonical,
    pin_keeps,
    diff_is_of_fingerprints,
    counterfactuals_resolve,
    adding_a_login,
    edits_are_located,
    mirrors_confined,
    mirrors_change_places_only,
)
"""All laws."""

__all__ = [
    "LAWS",
    "Law",
    "LawBroken",
    "VacuousLaw",
    "adding_a_login",
    "confined",
    "counterfactuals_resolve",
    "deterministic",
    "diff_is_of_fingerprints",
    "edits_are_located",
    "empty_is_unset",
    "environment_exact",
    "extends_by_login",
    "hints_keep_the_registry",
    "image_wins",
    "mirrors_change_places_only",
    "mirrors_confined",
    "pin_keeps",
    "references_canonical",
    "round_trip",
    "secret",
    "secrets_of_needed_stages",
    "services_in_order",
    "spelled_like_the_image",
    "total",
    "unrelated_variables",
]
