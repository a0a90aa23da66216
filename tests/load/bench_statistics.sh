#!/bin/sh
# What a page of statistics costs when few and when many have answered: the lecture evaluation with
# its 73,421 real ratings, and the same lecturers with RESPONSES (1000000) generated ones, both
# through the importer, each behind a daemon of its own, asked in turns.
#
#   bench_statistics.sh ELOD DEMO
# DEMO: daemon/demo.  ROUNDS (5), SECONDS_EACH (2).  Prints medians in milliseconds a request.
# Exit 77 where a tool is missing.
set -eu
elod=$1 demo=$2
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-2} responses=${RESPONSES:-1000000}
campaign=lecture-evaluation-eth
for tool in wrk perl; do
	command -v $tool >/dev/null || { echo "bench_statistics: $tool is missing (packages wrk, perl-base)" >&2; exit 77; }
done
base=${WORK:-build/bench}
mkdir -p "$base"
work=$(mktemp -d "$base/statistics.XXXXXX")
pids=
stop() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# the real file's lecturers in turn, with a seeded rating each
awk -F, -v OFS=, -v n="$responses" '
	NR == 1 { print; for (i = 1; i <= NF; i++) if ($i == "y") y = i; next }
	{ row[m++] = $0 }
	END {
		x = 20261122
		for (i = 0; i < n; i++) {
			x = (x * 16807) % 2147483647
			$0 = row[i % m]
			$y = 1 + int(5 * x / 2147483647)
			print
		}
	}' "$demo/data/insteval.csv" >"$work/many.csv"

make_one() { # name, csv
	db=sqlite:$work/$1.db
	"$elod" import instrument "$demo/instruments/lecture_evaluation.json" --db "$db" >/dev/null
	"$elod" import campaign "$demo/campaigns/lecture_evaluation_eth.json" --db "$db" >/dev/null
	start=$(date +%s)
	"$elod" import responses "$2" --map "$demo/maps/insteval.json" --db "$db" >/dev/null
	echo "$1: $(($(wc -l <"$2") - 1)) responses imported in $(($(date +%s) - start)) s"
	echo 'a passphrase for measuring 1' |
		"$elod" user add bench@test.example --role quality_office --password-file - --db "$db" >/dev/null
	"$elod" serve --db "$db" --listen 127.0.0.1:0 --access-log no --port-file "$work/$1.port" --log "$work/$1.log" >/dev/null &
	pids="$pids $!"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -s "$work/$1.port" ] && break
		sleep .2
	done
	perl -MIO::Socket::INET -e '
		my $port = shift;
		my $body = "login=bench%40test.example&password=a+passphrase+for+measuring+1";
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or exit 1;
		print $s "POST /signin HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nOrigin: http://127.0.0.1:$port\r\nConnection: close\r\n",
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ", length $body, "\r\n\r\n$body";
		while (<$s>) { print "$1\n" if /^Set-Cookie: (elod_session=[^;]+)/i }' "$(cat "$work/$1.port")" >"$work/$1.cookie"
	[ -s "$work/$1.cookie" ] || { echo "bench_statistics: cannot sign in" >&2; exit 1; }
}
make_one real "$demo/data/insteval.csv"
make_one many "$work/many.csv"

ask() { # name, path: milliseconds a request, one after the other
	wrk -t1 -c1 -d"${seconds}s" -H "Cookie: $(cat "$work/$1.cookie")" "http://127.0.0.1:$(cat "$work/$1.port")$2" | awk '
		/Requests\/sec/ { rate = $2 }
		/Non-2xx|Socket errors/ { print "bench_statistics: " $0 > "/dev/stderr" }
		END { printf "%.3f\n", 1000 / rate }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

printf '%-44s %12s %12s %8s\n' 'statistics (ms a request)' 'real 73,421' "$responses" ratio
for path in "/campaigns/$campaign" "/api/v1/campaigns/$campaign/statistics" "/campaigns/$campaign/targets"; do
	ask real "$path" >/dev/null
	ask many "$path" >/dev/null
	: >"$work/a"
	: >"$work/b"
	i=0
	while [ $i -lt "$rounds" ]; do
		ask real "$path" >>"$work/a"
		ask many "$path" >>"$work/b"
		i=$((i + 1))
	done
	awk -v p="$path" -v a="$(median <"$work/a")" -v b="$(median <"$work/b")" \
		'BEGIN { printf "%-44s %12.2f %12.2f %8.2f\n", p, a, b, b / a }'
done
