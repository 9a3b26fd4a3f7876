"""Reading a file that must be exactly one JSON value, as podman and the kubelet do."""

from __future__ import annotations

from deployspec._logins.go_shapes import Decoded, Shape, decode, zero
from deployspec._logins.lookup.report import Report

__all__: list[str] = []


def read_whole(report: Report, shape: Shape) -> Decoded:
    """Decode the file; each fault makes the client fail."""
    scan = report.file.scan
    at = scan.constant if scan.constant is not None else scan.fault
    if at is not None:
        report.fail("lookup-syntax", "file is empty" if scan.blank else "file is not valid JSON", at)
        return zero(shape)
    if scan.rest is not None:
        report.fail("lookup-trailing-text", "there is text after the JSON", scan.rest)
        return zero(shape)

    def wrong(path: str, expected: str, at: int) -> None:
        report.fail("lookup-type", f"{f'`{path}`' if path else 'file'} must be {expected}", at)

    return decode(shape, scan.value, wrong)
