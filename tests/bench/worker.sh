#!/bin/bash
# SPDX-License-Identifier: ISC
# worker.sh: what clawgw-worker does on this machine, as a small table. No part of `make check`; wants $srcdir and $builddir.
# The database is durable (fsync), the model is tests/mock/model, everything runs on this machine.
# shellcheck source=tests/e2e/lib.sh
. "${srcdir:-.}/tests/e2e/lib.sh"
# shellcheck source=tests/e2e/worker_lib.sh
. "$srcdir/tests/e2e/worker_lib.sh"

pairs=1000 jobs=6000 calls=1000 latencies=300

row() { printf '%-62s %14s\n' "$1" "$2"; }

# fill COUNT PAIRS CONTENT
fill() {
	sql "TRUNCATE clawgw.jobs, chat_messages; DELETE FROM gateway_messages;
		INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content)
		SELECT ('88888888-0000-4000-8000-' || lpad((1 + i % $2)::text, 12, '0'))::uuid, '$nina', '$3 ' || i
		FROM generate_series(1, $1) i"
}
per_second() { awk -v n="$1" -v ms="$2" 'BEGIN { printf "%d/s", n * 1000 / ms }'; }
finished() { sql "SELECT count(*) FROM clawgw.jobs WHERE state = 'done'"; }

worker_start_all
sed -i '/^fsync/d' "$e2e/data/postgresql.conf"
postgres_stop "$e2e/data" && postgres_start "$e2e/data" "$e2e/data/log"
sql "INSERT INTO agents (id, name, creator_id, tenant_id, agent_type)
	SELECT ('88888888-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'Sender ' || i, creator_id, tenant_id, 'openclaw'
	FROM agents, generate_series(61, $pairs) i WHERE agents.id = '$nina'"
# one model of one organisation may have all of it: this is about speed, not about shares
export CLAWGW_LOG_LEVEL=warning CLAWGW_SHARE_MODEL=100 CLAWGW_SHARE_ORGANISATION=100
row 'fsync' "$(sql 'SHOW fsync')"

for inflight in 64 256; do
	fill $jobs $pairs hello
	started=$(milliseconds)
	CLAWGW_MAX_INFLIGHT=$inflight worker --once
	row "zero-latency model, $jobs jobs, max_inflight $inflight" "$(per_second "$(finished)" $(($(milliseconds) - started)))"
done

fill 50000 $((pairs - 1)) hello
sql "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content)
	SELECT '$(sender $pairs)', '$nina', 'hello ' || i FROM generate_series(1, 50000) i"
sql 'ANALYZE clawgw.jobs'
started=$(milliseconds)
CLAWGW_MAX_INFLIGHT=64 worker --once --max-seconds 5
row 'the same out of 100,000 that wait, half of them of one pair' "$(per_second "$(finished)" $(($(milliseconds) - started)))"

fill $calls $calls 'delay=2000'
started=$(milliseconds)
CLAWGW_MAX_INFLIGHT=$calls "$e2e/programs/clawgw-worker" --once 2>>"$e2e/logs/worker.log" &
pid=$! most=0
while kill -0 $pid 2>/dev/null; do
	pss=$(awk '/^Pss:/ { print $2 }' /proc/$pid/smaps_rollup 2>/dev/null)
	[ "${pss:-0}" -le "$most" ] || most=$pss
	sleep 0.1
done
row "$calls calls of 2 s each in one process, wall time" "$(awk -v ms=$(($(milliseconds) - started)) 'BEGIN { printf "%.1f s", ms / 1000 }')"
row '  answered' "$(finished)"
row '  memory at most (PSS)' "$(awk -v kb="$most" 'BEGIN { printf "%.1f MiB", kb / 1024 }')"

sql 'TRUNCATE clawgw.jobs, chat_messages'
worker_daemon latency
alive() { [ "$(sql 'SELECT count(*) FROM clawgw.workers')" = 1 ]; }
wait_until 10 alive
for number in $(seq $latencies); do
	echo "INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content)
		VALUES ('$(sender $((1 + number % 50)))', '$nina', 'hello $number'); SELECT pg_notify('clawgw_jobs', ''); SELECT pg_sleep(0.01);"
done | sql -f - >/dev/null
wait_until 10 settled
# the request's row is written when the job is claimed, ahead of the call
sql "SELECT round((1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY took))::numeric, 1) || ' ms',
	round((1000 * percentile_cont(0.99) WITHIN GROUP (ORDER BY took))::numeric, 1) || ' ms'
	FROM (SELECT extract(epoch FROM m.created_at - j.created_at) AS took FROM clawgw.jobs j
		JOIN chat_messages m ON m.content = j.content AND m.role = 'user') pickup" | {
	IFS='|' read -r median slowest
	row 'from a job to its pickup, p50' "$median"
	row '  p99' "$slowest"
}
