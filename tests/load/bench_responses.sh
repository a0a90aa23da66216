#!/bin/sh
# Whole durable responses over HTTP at 64 connections, against what bare SQLite commits in groups
# of 64 rows on the same disk, in turns.  The load generator runs on the same processors.
# bare: a loop that never waits for anybody; waiting: 64 threads that each wait for their own row
# to be durable, as 64 connections do.
#
#   bench_responses.sh ELOD LOAD_RESPONSES BENCH_STORE DATABASE CAMPAIGN
# DATABASE: a file, copied to WORK (build/bench) and left as it is; CAMPAIGN: code of an open,
# anonymous campaign.  ROUNDS (3), SECONDS_EACH (3), CONNECTIONS (64).  Prints one line a round
# and the medians.
set -eu
elod=$1 load=$2 bare=$3 database=$4 campaign=$5
rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-3} connections=${CONNECTIONS:-64}
base=${WORK:-build/bench}
mkdir -p "$base"
work=$(mktemp -d "$base/responses.XXXXXX")
elod_pid=
stop() {
	[ -n "$elod_pid" ] && kill "$elod_pid" 2>/dev/null || :
	[ -n "$elod_pid" ] && wait "$elod_pid" 2>/dev/null || :
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

cp "$database" "$work/elod.db"
[ -f "$database-wal" ] && cp "$database-wal" "$work/elod.db-wal"
"$elod" serve --db "sqlite:$work/elod.db" --listen 127.0.0.1:0 --access-log no --port-file "$work/port" >"$work/elod.log" 2>&1 &
elod_pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
	[ -s "$work/port" ] && break
	sleep .2
done
[ -s "$work/port" ] || { echo "bench_responses: elod did not start" >&2; cat "$work/elod.log" >&2; exit 1; }
url=http://127.0.0.1:$(cat "$work/port")

member() { sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
line() { awk '{ printf "%-7s %10.0f %10.0f %12.0f %8.2f %11.2f %7.1f %7.1f\n", $1, $2, $3, $4, $4 / $2, $4 / $3, $5, $6 }'; }
printf '%-7s %10s %10s %12s %8s %11s %7s %7s\n' round bare/s waiting/s responses/s of-bare of-waiting p50_ms p99_ms
i=1
while [ $i -le "$rounds" ]; do
	"$bare" 2 "$work" >"$work/bare.txt"
	b=$(sed -n 's/^bare .*groups.*: \([0-9]*\).s$/\1/p' "$work/bare.txt")
	w=$(sed -n 's/^bare .*waiting: \([0-9]*\).s$/\1/p' "$work/bare.txt")
	"$load" --url "$url" --campaign "$campaign" --connections "$connections" --seconds "$seconds" \
		--count 5000000 --seed "$i$$" >"$work/load.json" || { cat "$work/load.json" >&2; exit 1; }
	r=$(member responses_per_second <"$work/load.json")
	p50=$(member p50_ms <"$work/load.json")
	p99=$(member p99_ms <"$work/load.json")
	echo "$i $b $w $r $p50 $p99" | line | tee -a "$work/lines"
	i=$((i + 1))
done
for column in 2 3 4 7 8; do
	awk -v c=$column '{ print $c }' "$work/lines" | median
done | paste -s -d ' ' - | sed 's/^/median /' | line
