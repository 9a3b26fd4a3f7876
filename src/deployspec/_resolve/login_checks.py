"""Checks of logins: passwords that were copied with a line end, and logins that expire within hours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deployspec._resolve.report import Report

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# A JSON key of Google is a text of several lines, so its line ends are intended.
# https://cloud.google.com/artifact-registry/docs/docker/authentication
_JSON_KEYS = frozenset({"_json_key", "_json_key_base64"})
_ANY_HOST = re.compile(".*")
_SHORT_LIVED = {
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html: 12 hours
    "AWS": re.compile(
        r"[0-9]+\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
        r"|[0-9]+\.dkr-ecr(?:-fips)?\.[a-z0-9-]+\.on\.(?:aws|amazonwebservices\.com\.cn)|public\.ecr\.aws"
    ),
    # https://learn.microsoft.com/azure/container-registry/container-registry-authentication: 3 hours
    "00000000-0000-0000-0000-000000000000": _ANY_HOST,
    # https://cloud.google.com/artifact-registry/docs/docker/authentication: 1 hour
    "oauth2accesstoken": _ANY_HOST,
    # https://docs.gitlab.com/ci/jobs/ci_job_token/: until the job ends
    "gitlab-ci-token": _ANY_HOST,
}


def has_control_character(text: str) -> bool:
    """Whether a text has a control character; `isprintable` is fast, and nearly always true."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def report_whitespace(username: str | None, password: str, source: str, report: Report) -> None:
    """Report a password that begins or ends with whitespace, which may have been copied by accident."""
    if password != password.strip() and username not in _JSON_KEYS:
        message = "password has leading or trailing whitespace, which is kept"
        report.warning("config-whitespace", message, source=source)


def report_control_character(username: str, password: str, source: str, report: Report) -> None:
    """Report a password with a control character, such as the line end of the file that it was read from."""
    if has_control_character(password) and username not in _JSON_KEYS:
        message = "password contains a control character"
        action = "log in again" if source.startswith("keyring:") else "set the variable again"
        hint = f"if a line end was added by accident, {action} without it"
        report.warning("credentials-password-control", message, source=source, hint=hint)


def report_short_lived(scope: str, username: str | None, source: str, report: Report) -> None:
    """Report a login that is valid for hours: a token of a cloud, under the username that the cloud prescribes."""
    hosts = _SHORT_LIVED.get(username or "")
    if hosts is not None and hosts.fullmatch(scope.partition("/")[0]):
        message = f"login for `{scope}` expires within hours, so a later deploy will fail"
        report.note("credentials-short-lived", message, source=source, hint="renew the login for each deploy")
