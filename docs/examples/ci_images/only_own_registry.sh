#!/bin/sh
# Fail unless every image that a build of the given Dockerfiles pulls is in our own registry.
set -eu
for file in "$@"; do
    images=$(deployspec images -- "$file") # if it fails, so does this script, with the same exit code
    if printf '%s' "$images" | grep --invert-match '^registry\.example\.com:5000/'; then
        echo "$file pulls the images above, which are not in registry.example.com:5000" >&2
        exit 1
    fi
done
