#!/bin/bash
# SPDX-License-Identifier: ISC
# waiting.sh: measures polls that wait, and prints a table; see `make bench`. It asserts no time.
#
# BENCH_WAITERS (1000 10000 50000x5: so many on so many processes of poll.fcgi), BENCH_RATE messages a second (200), BENCH_SECONDS (10).
# Everything is temporary and behind nginx on Unix sockets, an nginx of one worker for each 5,000, because a process may
# have only so many descriptors. For each number of waiters:
#   pss     of poll.fcgi, all processes, and of nginx, while they wait
#   idle    of one core that poll.fcgi, and PostgreSQL, take meanwhile, when nothing is sent
#   beats   requests a second of others' heartbeats while they wait, as a part of the same without them
#   send → receipt of a message to one of them, at the rate; lost and failed have to be 0
#   load    of the machine, at the beginning
set -u
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck disable=SC2034 # lib.sh looks at it
GW_TESTS=all
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"
ulimit -n "$(ulimit -Hn)"
rate=${BENCH_RATE:-200} seconds=${BENCH_SECONDS:-10} most=0
read -ra rows <<<"${BENCH_WAITERS:-1000 10000 50000x5}"
for row in "${rows[@]}"; do [ "${row%x*}" -lt "$most" ] || most=${row%x*}; done
export CLAWGW_MAX_WAITING=100000
e2e_folder
e2e_database
echo 'fsync = on' >>"$e2e/data/postgresql.conf"
sql 'TRUNCATE tenants CASCADE' 2>/dev/null
sql -v agents="$most" -v messages=0 -f "$srcdir/tests/bench/fill.sql" || exit 1
sql 'VACUUM ANALYZE' 2>/dev/null
e2e_front
# the usual ones answer heartbeats; those that hold waiters are others
fronts=$(((most + 4999) / 5000))
for number in $(seq $fronts); do
	nginx_configure "$e2e/nginx$number" "$e2e/run" "$srcdir/nginx/clawgw.conf" "unix:$e2e/http$number.sock"
	sed -i 's/worker_processes .*/worker_processes 1;/; s/worker_connections .*/worker_connections 12000;/; /worker_rlimit_nofile/d; s/access_log .*/access_log off;/' \
		"$e2e/nginx$number/nginx.conf"
	process_keep "$e2e/records" "nginx$number" "$e2e/logs/nginx$number.log" "$(nginx_program)" -e stderr -c "$e2e/nginx$number/nginx.conf"
	wait_until 10 test -S "$e2e/http$number.sock"
done

# pss PID...: in KiB
pss() {
	local pid sum=0
	for pid in "$@"; do sum=$((sum + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"))); done
	echo "$sum"
}
# ticks PID...: hundredths of a second of the processor; a process that has ended took none
ticks() {
	local pid sum=0 took
	for pid in "$@"; do
		took=$(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null)
		sum=$((sum + ${took:-0}))
	done
	echo "$sum"
}
postgres() { pgrep -P "$(head -n 1 "$e2e/data/postmaster.pid")"; }
beats() {
	load -d 3 -c 8 -m POST -p /heartbeat -H 'X-Api-Key: oc-bench-0' || echo 'heartbeats failed' >&2
	loaded per_second
}
printf '%9s %9s %9s %7s %7s %6s %9s %6s %6s %9s %9s %9s %6s\n' waiters 'pss KiB' nginx-KiB 'idle %' 'pg %' beats received lost failed 'p50 µs' 'p99 µs' 'max µs' load
for row in "${rows[@]}"; do
	count=${row%x*} processes=1 sockets=() nginx=()
	[ "$row" = "$count" ] || processes=${row#*x}
	process_end 10 "$e2e/records/poll.pid"
	responder_start "$e2e/records" "$e2e/run" "$e2e/logs" "$e2e/programs/poll.fcgi" "$processes"
	for number in $(seq $(((count + 4999) / 5000))); do
		sockets+=("$e2e/http$number.sock")
		mapfile -t -O "${#nginx[@]}" nginx < <(cat "$e2e/nginx$number/nginx.pid"; pgrep -P "$(cat "$e2e/nginx$number/nginx.pid")")
	done
	load=$(cut -d ' ' -f 1 /proc/loadavg)
	without=$(beats)
	: >"$e2e/out"
	"$builddir/tests/e2e/waiters" -w "$count" -r 0 -t 16 "${sockets[@]}" >"$e2e/out" &
	waiter=$!
	wait_until 300 grep -q 'all wait' "$e2e/out" || exit 1
	mapfile -t pids < <(responder_children poll)
	mapfile -t backends < <(postgres)
	before=$(ticks "${pids[@]}") before_pg=$(ticks "${backends[@]}")
	sleep 8
	idle=$(($(ticks "${pids[@]}") - before)) idle_pg=$(($(ticks "${backends[@]}") - before_pg))
	memory=$(pss "${pids[@]}") nginx_memory=$(pss "${nginx[@]}")
	with=$(beats)
	wait "$waiter"
	sleep 2
	without="$without $(beats)"
	read -r _ received lost failed _ p50 p99 max < <("$builddir/tests/e2e/waiters" -w "$count" -r "$rate" -t "$seconds" "${sockets[@]}" | tail -n 1)
	# shellcheck disable=SC2086 # two numbers
	printf '%9s %9s %9s %7s %7s %6s %9s %6s %6s %9s %9s %9s %6s\n' "$row" "$memory" "$nginx_memory" \
		"$(awk -v t=$idle 'BEGIN { printf "%.2f", t / 8 }')" "$(awk -v t=$idle_pg 'BEGIN { printf "%.2f", t / 8 }')" \
		"$(awk -v with="$with" -v without="$without" 'BEGIN { split(without, w, " "); printf "%.2f", 2 * with / (w[1] + w[2]) }')" \
		"$received" "$lost" "$failed" "$p50" "$p99" "$max" "$load"
done
