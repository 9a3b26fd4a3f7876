#!/bin/sh
# Write deployspec.lock for the app in the directory $1 (default: .): look up the digest of each image with skopeo.
# Further arguments are options of `deployspec plan`, such as --env-file FILE.
set -eu
app=${1:-.}
[ $# -eq 0 ] || shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

deployspec plan "$app" "$@" > "$work/plan.json"
deployspec export auth-file "$app" "$@" --tool skopeo --output "$work/auth.json"
deployspec pin "$work/plan.json" --print needed > "$work/images"

set --
while read -r image; do
    digest=$(skopeo inspect --no-tags --authfile "$work/auth.json" --format '{{.Digest}}' "docker://$image")
    set -- "$@" --digest "$image=$digest"
done < "$work/images"

deployspec pin "$work/plan.json" "$@" --print lock > "$work/lock"
mv "$work/lock" "$app/deployspec.lock"
