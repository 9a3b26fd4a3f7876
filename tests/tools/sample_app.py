"""The app that the tests deploy: it serves who it is, one of its variables, and the names of all of them."""

from __future__ import annotations

# Stands in for Bundler and Rails.
BUNDLE = """#!/bin/sh
test "$1" = exec || exit 0
mkdir -p /srv
{ cat /etc/name; echo "$GREETING"; env | sed 's/=.*//' | sort; } > /srv/index.html
exec httpd -f -p "127.0.0.1:$PORT" -h /srv
"""
GREETING = 'it\'s $5 "&" more; `true` \\ #1'
PROCFILE = {"Procfile": "web: bundle exec rails s\n"}


def rails(name: str) -> dict[str, str]:
    """The files of an image that serves `name`."""
    return {"usr/bin/bundle": BUNDLE, "etc/name": f"{name}\n"}
