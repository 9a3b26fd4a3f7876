"""The reason why the text of a login file is not JSON, in words that help to correct it. No text is quoted."""

from __future__ import annotations

import re

from deployspec._core.json_scan import GO_DEPTH, Scan

__all__: list[str] = []

_YAML = re.compile(r"\s*(?:---\s|(?:apiVersion|kind|metadata|data|auths|type)\s*:)")
_BASE64_OF_OBJECT = re.compile(r"\s*(?:eyJ|ewo|ewog|eyA|ewk|ew0K)[A-Za-z0-9+/]")
_BLANKS = " \t\r\n"
_AT_MARK = {
    "'": "strings need double quotes",
    "/": "comments are not valid JSON",
    "#": "comments are not valid JSON",
    '"': "unterminated string, or one with a line end or an invalid escape",
}


def json_fault(text: str, scan: Scan) -> tuple[str, int | None, str | None]:
    """Return a message, the offset of the fault, and a hint.

    >>> from deployspec._core.json_scan import scan
    >>> text = '{"auths": {},}'
    >>> json_fault(text, scan(text))
    ('invalid JSON: trailing comma', 12, 'remove the comma')
    """
    at = scan.constant if scan.constant is not None else scan.fault
    if at is None or scan.constant is not None:
        return "`NaN` and `Infinity` are not valid JSON", at, None
    if scan.depth > GO_DEPTH:
        return "JSON is nested too deeply", at, None
    if _YAML.match(text):
        return "file is YAML, not JSON", at, "print the Secret with `kubectl get secret NAME --output json`"
    if _BASE64_OF_OBJECT.match(text):
        return "file is base64 of JSON", at, "decode it with `base64 --decode`"
    if at == len(text):
        return "invalid JSON: file ends too early", at, "write the file again"
    comma = _last_before(text, at)
    if text[at] in "]}" and comma >= 0 and text[comma] == ",":
        return "invalid JSON: trailing comma", comma, "remove the comma"
    reason = _AT_MARK.get(text[at])
    return f"invalid JSON: {reason}" if reason else "invalid JSON", at, None


def _last_before(text: str, at: int) -> int:
    """Return the offset of the last character before `at` that is not blank, or -1."""
    return len(text[:at].rstrip(_BLANKS)) - 1
