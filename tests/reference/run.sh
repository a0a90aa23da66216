#!/bin/sh
# tests/reference/run.sh -- figures against trusted peers, by the sanitized build where it exists.
set -u
cd "$(dirname "$0")/../.." || exit 1
run=${1:-build/address-undefined/tests/reference/run}
[ -x "$run" ] || run=build/plain/tests/reference/run
exec "$run" tests/reference ../shared/reference daemon/demo/data
