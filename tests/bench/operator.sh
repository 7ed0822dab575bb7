#!/bin/bash
# SPDX-License-Identifier: ISC
# operator.sh: measures what operators look at, with many messages, and prints a table; see `make bench-operator`. It asserts no time.
#
# BENCH_MESSAGES (10000000) stored, of thirty days, with a tenth as many jobs and a hundredth as many letters; BENCH_TIMES (9) each view is
# asked. Everything is temporary and behind nginx on a Unix socket; it takes some 7 GB below GW_TMP (/var/tmp) and some minutes.
#   first   the first answer after the database was started: milliseconds, whole request
#   p50, max  of the others
set -u
srcdir=${srcdir:-.} builddir=${builddir:-.}
export GW_TMP=${GW_TMP:-/var/tmp}
# shellcheck disable=SC2034 # lib.sh looks at it
GW_TESTS=all
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"
messages=${BENCH_MESSAGES:-10000000} times=${BENCH_TIMES:-9}
export CLAWGW_JWT_SECRET=Zk3v9QxT7mB1nL5pR8sD2fG6hJ4wY0uE
e2e_folder
e2e_database
sql 'TRUNCATE tenants CASCADE' 2>/dev/null
# as the server's administrator: triggers and foreign keys rest while the rows come in
psql -XAtq -v ON_ERROR_STOP=1 -v messages="$messages" -f "$srcdir/tests/bench/operator.sql" "$(database_url "$e2e/pg" postgres)" >/dev/null || exit 1
sql 'VACUUM ANALYZE' 2>/dev/null
# nothing is in the database's own memory
postgres_stop "$e2e/data" && postgres_start "$e2e/data" "$e2e/data/log" || exit 1
e2e_front

# look WHO PATH…: asks the path as often as it is to be, and prints a row.
look() {
	local who=$1 path=$2 took
	took=$(for _ in $(seq "$((times + 1))"); do
		curl -sS -o "$e2e/out" -w '%{http_code} %{time_total}\n' --unix-socket "$e2e/http.sock" \
			-H "Authorization: Bearer ${tokens[$who]}" "http://localhost/api/gateway/operator$path"
	done)
	awk '$1 != 200 { bad = $1 } NR == 1 { first = $2 } NR > 1 { print 1000 * $2 }
		END { printf "%.1f %s\n", 1000 * first, bad >"/dev/stderr" }' <<<"$took" 2>"$e2e/first" | sort -n >"$e2e/others"
	read -r first bad <"$e2e/first"
	printf '%-15s %-62s %8s %8.1f %8.1f %s\n' "$who" "$path" "$first" "$(sed -n "$(((times + 1) / 2))p" "$e2e/others")" \
		"$(tail -n 1 "$e2e/others")" "${bad:+status $bad}"
}

declare -A tokens
tokens[platform_admin]=$("$e2e/programs/clawgw-admin" user token 'Operator 2')
tokens[org_admin]=$("$e2e/programs/clawgw-admin" user token 'Operator 1')
tokens[agent_admin]=$("$e2e/programs/clawgw-admin" user token Keeper)
newest=a$(printf %031d "$((messages - 6000))") old=a$(printf %031d "$((messages / 2))")
busy=$(printf %032d 1001) idle=$(printf %032d 1190)
printf '%s messages, load %s\n%-15s %-62s %8s %8s %8s\n' "$messages" "$(cut -d ' ' -f 1 /proc/loadavg)" role view first p50 max
for who in platform_admin org_admin agent_admin; do
	for period in 1h 24h 30d; do look "$who" "/overview?period=$period"; done
	look "$who" /messages
	look "$who" '/messages?state=pending'
	look "$who" '/messages?state=failed'
	look "$who" '/messages?older_than=20d'
	look "$who" '/messages?text=order%20976'
	look "$who" '/messages?text=nothing%20like%20this'
	look "$who" /jobs
	look "$who" '/jobs?state=dead'
	look "$who" '/jobs?state=queued'
	look "$who" /letters
	look "$who" '/letters?state=failed'
	look "$who" /agents
done
for who in platform_admin org_admin; do
	look "$who" /health
	look "$who" /people
	look "$who" /models
	look "$who" "/messages?agent=$busy"
	look "$who" "/messages?agent=$idle&state=expired"
	look "$who" "/stories/${newest:0:8}-${newest:8:4}-${newest:12:4}-${newest:16:4}-${newest:20}"
	look "$who" "/stories/${old:0:8}-${old:8:4}-${old:12:4}-${old:16:4}-${old:20}"
	look "$who" "/stories/trace-$((messages - 6000))-1"
	look "$who" "/agents/${busy:0:8}-${busy:8:4}-${busy:12:4}-${busy:16:4}-${busy:20}"
done
