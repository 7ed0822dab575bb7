#!/bin/bash
# SPDX-License-Identifier: ISC
# waiting.sh: measures polls that wait, and prints a table; see `make bench`. It asserts no time.
#
# BENCH_WAITERS (1000 10000), BENCH_RATE messages a second (200), BENCH_SECONDS (10), BENCH_PROCESSES of poll.fcgi (1). Everything is
# temporary and behind nginx on a Unix socket. For each number of waiters:
#   pss    of poll.fcgi, all processes, while they wait      idle  of one core that poll.fcgi takes meanwhile
#   send → receipt of a message to one of them, at the rate; lost and failed have to be 0
set -u
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck disable=SC2034 # lib.sh looks at it
GW_TESTS=all
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"
ulimit -n "$(ulimit -Hn)"
rate=${BENCH_RATE:-200} seconds=${BENCH_SECONDS:-10} processes=${BENCH_PROCESSES:-1}
most=0
read -ra counts <<<"${BENCH_WAITERS:-1000 10000}"
for count in "${counts[@]}"; do [ "$count" -lt "$most" ] || most=$count; done
export CLAWGW_MAX_WAITING=100000
e2e_folder
e2e_database
echo 'fsync = on' >>"$e2e/data/postgresql.conf"
sql 'TRUNCATE tenants CASCADE' 2>/dev/null
sql -v agents="$most" -v messages=0 -f "$srcdir/tests/bench/fill.sql" || exit 1
sql 'VACUUM ANALYZE' 2>/dev/null
e2e_front "$processes"
# one worker may get most of the connections: more of them, where the limit on descriptors is low
sed -i 's/worker_processes .*/worker_processes 6;/' "$e2e/nginx/nginx.conf"
kill -HUP "$(cat "$e2e/nginx/nginx.pid")"
sleep 1

children() { responder_children poll; }
# of all processes of poll.fcgi
pss() {
	local pid sum=0
	for pid in $(children); do sum=$((sum + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"))); done
	echo "$sum"
}
ticks() {
	local pid sum=0
	for pid in "$@"; do sum=$((sum + $(awk '{ print $14 + $15 }' "/proc/$pid/stat"))); done
	echo "$sum"
}
printf '%9s %9s %9s %9s %9s %6s %6s %9s %9s %9s\n' waiters 'pss KiB' 'idle %' nginx-KiB received lost failed 'p50 µs' 'p99 µs' 'max µs'
for count in "${counts[@]}"; do
	: >"$e2e/out"
	"$builddir/tests/bench/waiters" -w "$count" -r 0 -t 12 "$e2e/http.sock" >"$e2e/out" &
	waiter=$!
	wait_until 120 grep -q 'all wait' "$e2e/out"
	mapfile -t pids < <(children)
	before=$(ticks "${pids[@]}")
	sleep 8
	idle=$(($(ticks "${pids[@]}") - before))
	memory=$(pss)
	nginx=0
	for pid in $(pgrep -P "$(awk '{ print $1 }' "$e2e/nginx/nginx.pid")"); do
		nginx=$((nginx + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")))
	done
	wait "$waiter"
	sleep 2
	read -r _ received lost failed p50 p99 max < <("$builddir/tests/bench/waiters" -w "$count" -r "$rate" -t "$seconds" "$e2e/http.sock" | tail -n 1)
	printf '%9s %9s %9s %9s %9s %6s %6s %9s %9s %9s\n' "$count" "$memory" "$(awk -v t=$idle 'BEGIN { printf "%.2f", t / 8 }')" "$nginx" \
		"$received" "$lost" "$failed" "$p50" "$p99" "$max"
done
