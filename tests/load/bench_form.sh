#!/bin/sh
# The form page, served by elod and by nginx: the same bytes and headers, in turns, on the same
# processors.  nginx sends a file that never changes; elod fills each page's own identifier in.
#
#   bench_form.sh ELOD DATABASE CAMPAIGN
# DATABASE: a file; CAMPAIGN: code of an open campaign, with ?t=TARGET where it has several targets.
# ROUNDS (5), SECONDS_EACH (2), CONNECTIONS ("16 256").  Prints one line a number of connections:
# medians of the rounds in requests a second, and their ratio.  Exit 77 where a tool is missing.
set -eu
elod=$1 database=$2 campaign=$3
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-2}
PATH=$PATH:/usr/sbin
for tool in nginx wrk perl; do
	command -v $tool >/dev/null || { echo "bench_form: $tool is missing (packages nginx-light, wrk)" >&2; exit 77; }
done
work=$(mktemp -d)
elod_pid= nginx_pid=
stop() {
	for pid in $elod_pid $nginx_pid; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# head and body of a GET, as they came
fetch() {
	perl -MIO::Socket::INET -e '
		my ($port, $path) = @ARGV;
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or exit 1;
		print $s "GET $path HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nConnection: close\r\n\r\n";
		print while <$s>;' "$1" "$2"
}

"$elod" serve --db "sqlite:$database" --listen 127.0.0.1:0 --access-log no --port-file "$work/port" >"$work/elod.log" 2>&1 &
elod_pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
	[ -s "$work/port" ] && break
	sleep .2
done
[ -s "$work/port" ] || { echo "bench_form: elod did not start" >&2; cat "$work/elod.log" >&2; exit 1; }
port=$(cat "$work/port")
fetch "$port" "/s/$campaign" >"$work/answer"
sed '/^\r$/q' "$work/answer" >"$work/head"
sed '1,/^\r$/d' "$work/answer" >"$work/page"
grep -q '^HTTP/1.1 200' "$work/head" || { echo "bench_form: no form at /s/$campaign" >&2; cat "$work/head" >&2; exit 1; }

# nginx adds Date, Content-Length and Connection by itself, like elod; Server and the validators
# of a file are left out, so that both send the same headers
other=$((port + 1))
while fetch $other / >/dev/null 2>&1; do other=$((other + 1)); done
{
	[ "$(id -u)" = 0 ] && echo "user root;"
	cat <<CONF
worker_processes auto;
pid $work/nginx.pid;
error_log $work/nginx.log warn;
events { worker_connections 4096; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000000;
	open_file_cache max=16;
	etag off;
	server_tokens off;
	default_type "text/html; charset=utf-8";
	client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
	uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
	server {
		listen 127.0.0.1:$other backlog=1024;
		location = /page {
			alias $work/page;
			if_modified_since off;
			add_header Last-Modified "";
			max_ranges 0;
CONF
	sed -n 's/\r$//; s/^\(Content-Security-Policy\|Referrer-Policy\|X-Content-Type-Options\|Cache-Control\|Content-Language\|Vary\): \(.*\)$/			add_header \1 "\2";/p' "$work/head"
	echo "		}"
	echo "	}"
	echo "}"
} >"$work/nginx.conf"
nginx -p "$work" -c "$work/nginx.conf" -g 'daemon off;' 2>>"$work/nginx.log" &
nginx_pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
	fetch $other /page >"$work/answer2" 2>/dev/null && break
	sleep .2
done
grep -q '^HTTP/1.1 200' "$work/answer2" || { echo "bench_form: nginx does not serve" >&2; cat "$work/nginx.log" >&2; exit 1; }

rate() { # connections, port, path
	wrk -t1 -c"$1" -d"${seconds}s" "http://127.0.0.1:$2$3" | awk '
		/Requests\/sec/ { rate = $2 }
		/Non-2xx|Socket errors/ { bad = $0 }
		END { if (bad != "") print "bench_form: " bad > "/dev/stderr"; print rate }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

printf 'form page: %s bytes, %s rounds of %s s\n' "$(wc -c <"$work/page")" "$rounds" "$seconds"
printf '%-12s %12s %12s %8s\n' connections elod/s nginx/s ratio
for connections in ${CONNECTIONS:-16 256}; do
	rate "$connections" "$port" "/s/$campaign" >/dev/null # both warm
	rate "$connections" "$other" /page >/dev/null
	: >"$work/a"
	: >"$work/b"
	i=0
	while [ $i -lt "$rounds" ]; do
		rate "$connections" "$port" "/s/$campaign" >>"$work/a"
		rate "$connections" "$other" /page >>"$work/b"
		i=$((i + 1))
	done
	ours=$(median <"$work/a")
	theirs=$(median <"$work/b")
	awk -v c="$connections" -v a="$ours" -v b="$theirs" 'BEGIN { printf "%-12s %12.0f %12.0f %8.2f\n", c, a, b, a / b }'
done
