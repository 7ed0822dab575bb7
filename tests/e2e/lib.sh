# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# lib.sh: a whole gateway in a temporary folder, for the end-to-end tests; and TAP. Sourced.
#
# e2e_start: cluster, schema (our own, or with GW_TEST_PLATFORM the platform's), the rows of tests/cases/fixtures.sql, responders,
# nginx, the latter on a Unix socket (no port to fight for). Everything is ended by recorded identity when the test leaves, however it
# leaves. Wants $srcdir and $builddir (automake sets the first). The cluster is made by the scripts that quickstart uses;
# tests/lib/cluster.sh, for tests without programs, cannot be stopped and started again.
set -u
# bash writes \u escapes and counts characters by the locale; a build machine may have none set
export LC_ALL=C.UTF-8

if [ "${GW_TESTS:-all}" = quick ]; then
	echo '1..0 # SKIP GW_TESTS=quick'
	exit 0
fi

srcdir=${srcdir:-.} builddir=${builddir:-.}
srcdir=$(cd "$srcdir" && pwd -P) builddir=$(cd "$builddir" && pwd -P)
# shellcheck source=scripts/processes.sh
. "$srcdir/scripts/processes.sh"
# shellcheck source=scripts/postgres.sh
. "$srcdir/scripts/postgres.sh"
# shellcheck source=scripts/front.sh
. "$srcdir/scripts/front.sh"

# Whoever waits for something waits for as long as a busy machine may take; what has to be quick is measured (at_most).
# shellcheck disable=SC2034 # wait_until reads it
patience=${GW_PATIENCE:-60}

# free_port: prints a port of 127.0.0.1 on which nobody listens, below those that the kernel gives to outgoing connections.
free_port() {
	local port
	while
		port=$((10000 + SRANDOM % 22000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
	do :; done
	echo "$port"
}

checks=0 failures=0
# ok CONDITION-STATUS SENTENCE
ok() {
	checks=$((checks + 1))
	if [ "$1" = 0 ]; then
		echo "ok $checks - $2"
	else
		failures=$((failures + 1))
		echo "not ok $checks - $2"
	fi
}
# is GOT WANTED SENTENCE
is() {
	local result=0
	[ "$1" = "$2" ] || result=1
	ok "$result" "$3"
	[ "$result" = 0 ] || printf '# got:    %s\n# wanted: %s\n' "$1" "$2"
}
# like GOT REGULAR-EXPRESSION SENTENCE
like() {
	local result=0
	[[ $1 =~ $2 ]] || result=1
	ok "$result" "$3"
	[ "$result" = 0 ] || printf '# got:    %s\n# wanted: %s\n' "${1:0:1000}" "$2"
}
# unlike GOT REGULAR-EXPRESSION SENTENCE
unlike() {
	local result=0
	[[ ! $1 =~ $2 ]] || result=1
	ok "$result" "$3"
	[ "$result" = 0 ] || printf '# got:    %s\n# must not match: %s\n' "${1:0:1000}" "$2"
}
# at_most NUMBER LIMIT SENTENCE
at_most() {
	local result=0
	[ "$1" -le "$2" ] || result=1
	ok "$result" "$3"
	[ "$result" = 0 ] || echo "# $1 is more than $2"
}

# The rows of the fixtures that the tests use most.
# shellcheck disable=SC2034
{
	alpha_id=33333333-0000-4000-8000-000000000001 alpha_key=oc-alpha-plaintext-key-0001
	gamma_id=33333333-0000-4000-8000-000000000003 gamma_key=oc-gamma-plain-key-0003
	zed_id=33333333-0000-4000-8000-00000000000d zed_key=oc-zed-key
}

e2e_leave() {
	local record
	for record in "$e2e"/records/*.pid; do
		[ ! -e "$record" ] || process_end 5 "$record"
	done
	if postgres_running "$e2e/data"; then postgres_stop "$e2e/data" immediate; fi
	if [ "$failures" -gt 0 ]; then tail -n 20 "$e2e"/logs/*.log | sed 's/^/# /'; fi
	# `make check` fails when it finds one of these
	if sanitizer_reports && mkdir -p "$builddir/tests/sanitizer"; then cp "$e2e"/sanitizer/log* "$builddir/tests/sanitizer/"; fi
	rm -rf "$e2e"
}

# Whether the programs are built with AddressSanitizer, whose own memory is no measure of theirs.
sanitized() {
	ldd "$e2e/programs/events.fcgi" | grep -q libasan
}

sanitizer_reports() {
	compgen -G "$e2e/sanitizer/log*" >/dev/null
}

# The last line of a test. The programs have to leave first: that is when leaks are reported.
e2e_end() {
	local records=("$e2e"/records/*.pid)
	[ ! -e "${records[0]}" ] || process_end 10 "${records[@]}"
	! sanitizer_reports
	ok $? 'no program was reported by a sanitizer'
	echo "1..$checks"
	[ "$failures" = 0 ]
}

# e2e_folder: makes $e2e, short enough for sockets and open to the accounts that need it.
e2e_folder() {
	e2e=$(mktemp -d "${GW_TMP:-/tmp}/gw-XXXXXX") || exit 99
	trap e2e_leave EXIT
	trap 'exit 130' INT TERM HUP
	chmod 711 "$e2e"
	mkdir "$e2e/records" "$e2e/logs" "$e2e/run" "$e2e/programs" "$e2e/sanitizer"
	# the programs run as an account that may not enter the build folder
	chmod 1777 "$e2e/sanitizer"
	cp "$srcdir/tests/lsan.supp" "$e2e/sanitizer/suppressions"
	export ASAN_OPTIONS=log_path=$e2e/sanitizer/log:detect_stack_use_after_return=1
	export UBSAN_OPTIONS=log_path=$e2e/sanitizer/log:print_stacktrace=1
	export LSAN_OPTIONS=suppressions=$e2e/sanitizer/suppressions:print_suppressions=0
	# GW_PROGRAMS: those of another build, to see what they do with this one's database
	cp "${GW_PROGRAMS:-$builddir}"/*.fcgi "${GW_PROGRAMS:-$builddir}"/clawgw-* "$e2e/programs/"
	[ "$(id -u)" != 0 ] || { chown root:www-data "$e2e/run" && chmod 770 "$e2e/run"; }
	CLAWGW_DATABASE_URL=$(database_url "$e2e/pg")
	CLAWGW_DATABASE_URL_WEB=$(database_url "$e2e/pg" clawgw_web)
	CLAWGW_DATABASE_URL_WORKER=$(database_url "$e2e/pg" clawgw_worker)
	# models are stand-ins on this machine
	export CLAWGW_ALLOW_HTTP_HOSTS=127.0.0.1 CLAWGW_ALLOW_PRIVATE_HOSTS=127.0.0.1
	# tests are floods; rates.test sets its own limits
	export CLAWGW_CONFIG=/dev/null CLAWGW_DATABASE_URL CLAWGW_DATABASE_URL_WEB CLAWGW_DATABASE_URL_WORKER CLAWGW_RATE_SENDS=0 CLAWGW_RATE_WRONG_KEYS=0
}

e2e_cluster() {
	postgres_create "$e2e/data" "$e2e/pg" www-data && echo 'fsync = off' >>"$e2e/data/postgresql.conf" &&
		postgres_start "$e2e/data" "$e2e/data/log" && postgres_database "$e2e/pg" &&
		# tests end connections of the programs
		as_postgres psql -h "$e2e/pg" -U postgres -d postgres -XAtq -c 'GRANT pg_signal_backend TO clawgw'
}

# With GW_TEST_PLATFORM (2026-04, 2026-08) the tables are the platform's own of that version, adopted by who owns them.
e2e_schema() {
	local platform=$srcdir/tests/platform/database.sh part
	if [ -z "${GW_TEST_PLATFORM-}" ]; then
		"$e2e/programs/clawgw-admin" migrate >"$e2e/logs/migrate.log" && sql -f "$srcdir/tests/cases/fixtures.sql"
		return
	fi
	for part in tables defaults; do sh "$platform" "$GW_TEST_PLATFORM" "$part" | sql -f - >/dev/null || return 1; done
	# adopted long ago: messages of tests are none of those from before
	"$e2e/programs/clawgw-admin" adopt >"$e2e/logs/migrate.log" &&
		sql "UPDATE clawgw.migrations SET applied_at = '2020-01-01' WHERE version = 1" && sh "$platform" "$GW_TEST_PLATFORM" fixtures | sql -f -
}

e2e_database() {
	if ! { e2e_cluster && e2e_schema; }; then
		echo 'Bail out! no database'
		exit 99
	fi
}

# stand_in NAME: starts tests/mock/NAME, whose log is $e2e/NAME/NAME.log; prints its port.
stand_in() {
	mkdir "$e2e/$1"
	process_start "$e2e/records" "$1" "$e2e/$1/port" "$builddir/tests/mock/$1" -d "$e2e/$1"
	wait_until 10 test -s "$e2e/$1/port"
	cat "$e2e/$1/port"
}

# e2e_feishu: programs started from now on find the stand-in where they look for Feishu.
e2e_feishu() {
	CLAWGW_FEISHU_URL=http://127.0.0.1:$(stand_in feishu)
	export CLAWGW_FEISHU_URL
}

# listening SOCKET...: somebody takes connections on each. A socket is a file from bind() on, which is a moment before that.
listening() {
	awk 'BEGIN { for (i = 2; i < ARGC; i++) { wanted[ARGV[i]]; ARGV[i] = "" } }
		$4 == "00010000" { delete wanted[$8] }
		END { for (path in wanted) exit 1 }' /proc/net/unix "$@"
}

# responders_listen [NAME...]: waits until these, or all, take connections.
responders_listen() {
	local name sockets=()
	[ $# -gt 0 ] || set -- "${responders[@]}"
	for name in "$@"; do sockets+=("$e2e/run/$name.sock"); done
	wait_until 20 listening "${sockets[@]}"
}

e2e_front() {
	local name
	for name in "${responders[@]}"; do
		responder_start "$e2e/records" "$e2e/run" "$e2e/logs" "$e2e/programs/$name.fcgi" "${1-1}"
	done
	nginx_configure "$e2e/nginx" "$e2e/run" "$srcdir/nginx/clawgw.conf" "unix:$e2e/http.sock"
	process_keep "$e2e/records" nginx "$e2e/logs/nginx.log" "$(nginx_program)" -e stderr -c "$e2e/nginx/nginx.conf"
	responders_listen && wait_until 10 listening "$e2e/http.sock"
}

# ask PATH CURL-ARGUMENTS...: through nginx, below /api/gateway.
ask() {
	local path=$1
	shift
	curl -sS -m 30 --unix-socket "$e2e/http.sock" "$@" "http://localhost/api/gateway$path"
}

# ask_on PATH CURL-ARGUMENTS...: the same in the background, to be ended by its id: what $! is then is curl, and no shell that
# would leave curl behind.
ask_on() {
	local path=$1
	shift
	curl -sS -m 300 --unix-socket "$e2e/http.sock" "$@" "http://localhost/api/gateway$path" &
}

# e2e_start [PROCESSES]: all of it.
e2e_start() {
	e2e_folder
	e2e_database
	e2e_front "$@"
}

# sql STATEMENT, or sql -f FILE: prints values only.
sql() {
	[ $# != 1 ] || set -- -c "$1"
	PGOPTIONS='-c client_min_messages=warning' psql -XAtq -v ON_ERROR_STOP=1 "$@" "$CLAWGW_DATABASE_URL"
}

# block STATEMENTS: they are done in a transaction that stays open, as a statement that runs, until unblock ends it.
block() {
	sql "BEGIN; $1; SELECT pg_sleep(600)" >/dev/null 2>&1 &
	blocker=$!
	wait_until 10 blocking
}
blocking() {
	[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'BEGIN; % pg_sleep(600)'")" = 1 ]
}
unblock() {
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'BEGIN; % pg_sleep(600)'" >/dev/null
	wait "$blocker"
}

# load OPTIONS...: tests/e2e/load through nginx, path below /api/gateway; loaded WHAT then prints a line of its account.
load() {
	local arguments=() argument previous=''
	for argument in "$@"; do
		[ "$previous" != -p ] || argument=/api/gateway$argument
		arguments+=("$argument")
		previous=$argument
	done
	"$builddir/tests/e2e/load" -s "$e2e/http.sock" "${arguments[@]}" >"$e2e/load" 2>"$e2e/load.failures"
	local result=$?
	sed 's/^/# /' "$e2e/load.failures" | head -n 5
	return $result
}
loaded() {
	local value
	value=$(sed -n "s/^$1 //p" "$e2e/load")
	echo "${value:-0}"
}

# responder_children NAME: the ids of the processes that answer, not of those that watch them.
responder_children() {
	local pid rest child children
	read -r pid rest <"$e2e/records/$1.pid"
	read -ra children <"/proc/$pid/task/$pid/children"
	for child in "${children[@]}"; do
		read -ra children <"/proc/$child/task/$child/children"
		[ "${#children[@]}" = 0 ] || printf '%s\n' "${children[@]}"
	done
}

milliseconds() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
