# shellcheck shell=bash
# lib.sh: a whole gateway in a temporary folder, for the end-to-end tests; and TAP. Sourced.
#
# e2e_start: cluster, schema, responders, nginx, the latter on a Unix socket (no port to fight for). Everything is ended by
# recorded identity when the test leaves, however it leaves. Wants $srcdir and $builddir (automake sets the first).

srcdir=${srcdir:-.} builddir=${builddir:-.}
srcdir=$(cd "$srcdir" && pwd -P) builddir=$(cd "$builddir" && pwd -P)
# shellcheck source=scripts/processes.sh
. "$srcdir/scripts/processes.sh"
# shellcheck source=scripts/postgres.sh
. "$srcdir/scripts/postgres.sh"
# shellcheck source=scripts/front.sh
. "$srcdir/scripts/front.sh"

checks=0
# ok CONDITION-STATUS SENTENCE
ok() {
	checks=$((checks + 1))
	if [ "$1" = 0 ]; then echo "ok $checks - $2"; else echo "not ok $checks - $2"; fi
}
# is GOT WANTED SENTENCE
is() {
	local result=0
	[ "$1" = "$2" ] || result=1
	ok "$result" "$3"
	[ "$result" = 0 ] || printf '# got:    %s\n# wanted: %s\n' "$1" "$2"
}
plan() {
	echo "1..$checks"
}

e2e_leave() {
	local record
	for record in "$e2e"/records/*.pid; do
		[ ! -e "$record" ] || process_end 5 "$record"
	done
	if postgres_running "$e2e/data"; then postgres_stop "$e2e/data" immediate; fi
	rm -rf "$e2e"
}

# e2e_folder: makes $e2e, short enough for sockets and open to the accounts that need it.
e2e_folder() {
	e2e=$(mktemp -d /tmp/gw-XXXXXX) || exit 99
	trap e2e_leave EXIT
	trap 'exit 130' INT TERM HUP
	chmod 711 "$e2e"
	mkdir "$e2e/records" "$e2e/logs" "$e2e/run" "$e2e/programs"
	cp "$builddir"/*.fcgi "$builddir"/clawgw-* "$e2e/programs/"
	[ "$(id -u)" != 0 ] || { chown root:www-data "$e2e/run" && chmod 770 "$e2e/run"; }
	CLAWGW_DATABASE_URL=$(database_url "$e2e/pg")
	export CLAWGW_CONFIG=/dev/null CLAWGW_DATABASE_URL
}

e2e_database() {
	postgres_create "$e2e/data" "$e2e/pg" www-data && postgres_start "$e2e/data" "$e2e/data/log" &&
		postgres_database "$e2e/pg" && "$e2e/programs/clawgw-admin" migrate >"$e2e/logs/migrate.log"
}

e2e_front() {
	local name
	for name in "${responders[@]}"; do
		responder_start "$e2e/records" "$e2e/run" "$e2e/logs" "$e2e/programs/$name.fcgi" "${1-1}"
	done
	nginx_configure "$e2e/nginx" "$e2e/run" "$srcdir/nginx/clawgw.conf" "unix:$e2e/http.sock"
	process_keep "$e2e/records" nginx "$e2e/logs/nginx.log" "$(nginx_program)" -e stderr -c "$e2e/nginx/nginx.conf"
	wait_until 10 test -S "$e2e/http.sock"
}

# ask PATH CURL-ARGUMENTS...: through nginx, below /api/gateway.
ask() {
	local path=$1
	shift
	curl -sS -m 30 --unix-socket "$e2e/http.sock" "$@" "http://localhost/api/gateway$path"
}
