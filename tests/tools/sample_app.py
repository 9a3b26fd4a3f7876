"""The app that the tests deploy: it serves who it is, one of its variables, and the names of all of them."""

from __future__ import annotations

# Stands in for Bundler and Rails; what it installs is for whichever user runs it.
BUNDLE = """#!/bin/sh
mkdir -p /srv
test "$1" = exec || { chmod 777 /srv; exit 0; }
test "$2" != rake || exit 0
{ cat /etc/name; echo "$GREETING"; env | sed 's/=.*//' | sort; } > /srv/index.html
exec httpd -f -p "127.0.0.1:$PORT" -h /srv
"""
GREETING = 'it\'s $5 "&" more; `true` \\ #1'
PROCFILE = {"Procfile": "web: bundle exec rails s\n"}


# What a repository of a Rails app holds besides, as far as a Dockerfile names it.
GEMS = {"Gemfile": "", "Gemfile.lock": ""}
# Stands in for what the platform's Ruby has from Debian.
DEBIAN = {"usr/bin/apt-get": "#!/bin/sh\n", "etc/passwd": "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"}


def rails(name: str) -> dict[str, str]:
    """The files of an image that serves `name`."""
    return {"usr/bin/bundle": BUNDLE, "etc/name": f"{name}\n"}
