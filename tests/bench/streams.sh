#!/bin/bash
# SPDX-License-Identifier: ISC
# streams.sh: measures people's streams of events, and prints a table; see `make bench`. It asserts no time.
#
# BENCH_STREAMS (1000 5000), BENCH_RATE messages a second that people write (100), BENCH_SECONDS (10). Everything is temporary and behind
# nginx on a Unix socket. For each number of streams, each of another person:
#   pss    of events.fcgi, one process, while they are open   idle  of one core that events.fcgi takes meanwhile
#   request that writes a message → event on the writer's screen, at the rate; lost and failed have to be 0
set -u
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck disable=SC2034 # lib.sh looks at it
GW_TESTS=all
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"
ulimit -n "$(ulimit -Hn)"
rate=${BENCH_RATE:-100} seconds=${BENCH_SECONDS:-10}
most=0
read -ra counts <<<"${BENCH_STREAMS:-1000 5000}"
for count in "${counts[@]}"; do [ "$count" -lt "$most" ] || most=$count; done
export CLAWGW_MAX_WAITING=100000
e2e_folder
e2e_database
echo 'fsync = on' >>"$e2e/data/postgresql.conf"
sql 'TRUNCATE tenants CASCADE' 2>/dev/null
sql -v agents=100 -v messages=0 -f "$srcdir/tests/bench/fill.sql" || exit 1
sql "INSERT INTO users (id, tenant_id, display_name)
     SELECT lpad(n::text, 32, 'b')::uuid, '00000000-0000-0000-0000-00000000000a', 'Person ' || n FROM generate_series(0, $most) n;
     INSERT INTO clawgw.sessions (id, digest, user_id, way)
     SELECT gen_random_uuid(), sha256(('bench-' || n)::bytea), lpad(n::text, 32, 'b')::uuid, 'link' FROM generate_series(0, $most) n"
sql 'VACUUM ANALYZE' 2>/dev/null
e2e_front 1
# one worker may get most of the connections: more of them, where the limit on descriptors is low
sed -i 's/worker_processes .*/worker_processes 6;/' "$e2e/nginx/nginx.conf"
kill -HUP "$(cat "$e2e/nginx/nginx.pid")"
sleep 1

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
printf '%9s %9s %9s %9s %6s %6s %9s %9s %9s\n' streams 'pss KiB' 'idle %' received lost failed 'p50 µs' 'p99 µs' 'max µs'
for count in "${counts[@]}"; do
	: >"$e2e/out"
	"$builddir/tests/bench/streams" -n "$count" -r 0 -t 20 -a 00000000-0000-0000-0000-000000000000 "$e2e/http.sock" >"$e2e/out" &
	reader=$!
	wait_until 120 grep -q 'all open' "$e2e/out"
	pid=$(responder_children events)
	before=$(ticks "$pid")
	sleep 16
	idle=$(($(ticks "$pid") - before))
	memory=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
	wait "$reader"
	sleep 2
	read -r _ received lost failed p50 p99 max < <("$builddir/tests/bench/streams" -n "$count" -r "$rate" -t "$seconds" \
		-a 00000000-0000-0000-0000-000000000000 "$e2e/http.sock" | tail -n 1)
	printf '%9s %9s %9s %9s %6s %6s %9s %9s %9s\n' "$count" "$memory" "$(awk -v t=$idle 'BEGIN { printf "%.2f", t / 16 }')" \
		"$received" "$lost" "$failed" "$p50" "$p99" "$max"
done
