"""Ports, signals, modes, digests and sizes, as the Go functions accept them."""

from __future__ import annotations

import pytest

from deployspec._dockerfile.dispatch.values import (
    digest_fault,
    is_size,
    is_unsigned,
    mode_fault,
    port_fault,
    signal_fault,
)

PORTS = [
    *("80", "0", "65535", "+80", "080", "80-80", "8000-8010", "80/tcp", "80/UDP", "53/sctp", "80/"),
    *(":80", "8080:80", "8000-8001:80", "8000-8001:80-81", "127.0.0.1::80", "127.0.0.1:8080:80", "[::1]:80:80"),
    *("::1:80:80", "[]:80:80"),
]
NO_PORTS = {
    "": "missing",
    "/tcp": "missing",
    "80/http": "protocol",
    "x": "0 to 65535",
    "80-79": "0 to 65535",
    "-80": "0 to 65535",
    "80-": "0 to 65535",
    "70000": "0 to 65535",
    "1-70000": "0 to 65535",
    "80x:80": "0 to 65535",
    "x:80:80": "address",
    "[::1:80:80": "address",
    "fe80::1%eth0:80:80": "address",
    "8000-8002:80-81": "length",
}


@pytest.mark.parametrize("port", PORTS)
def test_a_port_is_valid(port: str) -> None:
    assert port_fault(port) is None


@pytest.mark.parametrize(("port", "reason"), NO_PORTS.items())
def test_a_port_is_refused(port: str, reason: str) -> None:
    assert reason in (port_fault(port) or "")


@pytest.mark.parametrize(
    "signal", ["9", "-1", "+15", "SIGTERM", "term", "SigRtMin+15", "RTMAX-14", "SIGCLD", "s\u0131gterm"]
)
def test_a_signal_is_valid(signal: str) -> None:
    assert signal_fault(signal) is None


@pytest.mark.parametrize("signal", ["", "0", "00", "FOO", "SIG", "9x", "RTMIN+16", "RTMAX-15", "SIGSIGTERM", "$A"])
def test_a_signal_is_refused(signal: str) -> None:
    assert signal_fault(signal) is not None


@pytest.mark.parametrize("mode", ["0", "755", "07777", "000000755", "u+x", "=", "+", "u=rwX,go-w", "a+rw-x,o=u", "+t"])
def test_a_mode_is_valid(mode: str) -> None:
    assert mode_fault(mode) is None


@pytest.mark.parametrize("mode", ["10000", "8", "0888", "9x", "x", "zz", "u", "+x,", ",", "u+q", "-1x", "u+x g"])
def test_a_mode_is_refused(mode: str) -> None:
    assert mode_fault(mode) is not None


def test_digests_have_an_algorithm_and_its_number_of_digits() -> None:
    assert digest_fault("sha256:" + "a" * 64) is None
    assert digest_fault("sha512:" + "0" * 128) is None
    assert "64" in (digest_fault("sha256:" + "A" * 64) or "")
    assert "96" in (digest_fault("sha384:aa") or "")
    assert "not supported" in (digest_fault("md5:aa") or "")
    for text in ("x", ":", "sha256:", ":aa", "MD5:aa", "md5:a!"):
        assert "a digest is" in (digest_fault(text) or "")


@pytest.mark.parametrize(
    "size",
    [
        "1",
        "1.5",
        ".5",
        "1.",
        "1e3",
        "64m",
        "64MB",
        "64Mib",
        "1 gib",
        "1 ",
        "1b",
        "+1k",
        "inf b",
        "NaN k",
        "0x1p4",
        "-0",
    ],
)
def test_a_size_is_valid(size: str) -> None:
    assert is_size(size)


@pytest.mark.parametrize("size", ["", "x", "-1", "1x", "1kbb", "1bb", "1e999", "1 k b", "k", "1kk", "1..2", "--1"])
def test_a_size_is_refused(size: str) -> None:
    assert not is_size(size)


def test_numbers_without_a_sign_have_32_bits() -> None:
    assert is_unsigned("0644", 8)
    assert is_unsigned("0" * 40 + "37777777777", 8)
    assert is_unsigned("4294967295", 10)
    for text, base in [("", 10), ("+1", 10), ("9", 8), ("4294967296", 10), ("1" * 12, 8), ("\u0661", 10), ("1_0", 10)]:
        assert not is_unsigned(text, base)
