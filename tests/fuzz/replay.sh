#!/bin/sh
# tests/fuzz/replay.sh -- every fuzz program over its seeds, under the sanitizers of the unit tests:
# what once failed must not fail again.  TAP lines.
set -u
cd "$(dirname "$0")/../.." || exit 1
b=${B:-build/address-undefined}
programs=$(ls tests/fuzz/fuzz_*.c | sed "s|^|$b/|; s|\.c\$||")
${MAKE:-make} --no-print-directory -j2 SAN=address,undefined CFLAGS="-O1 -g" B="$b" $programs || exit 1
failed=0
for p in $programs; do
	name=${p##*/fuzz_}
	ls "tests/fuzz/seeds/$name"/* >/dev/null 2>&1 || { echo "not ok 1 - fuzz_$name has no seeds"; failed=1; continue; }
	timeout 120 "$p" tests/fuzz/seeds/"$name"/* || { echo "not ok 1 - fuzz_$name"; failed=1; }
done
exit $failed
