#!/bin/sh
# Check only the apps whose Procfile or Dockerfile differs from another branch: changed_apps.sh BRANCH [OPTION...]
set -eu
branch=$1
shift
git diff --name-only -z --diff-filter=d --relative "$branch"... -- \
  '*Procfile' '*Dockerfile' '*Dockerfile.*' '*Containerfile' ':!*.dockerignore' |
  xargs -0 -r deployspec check "$@" || exit 1
