#!/bin/sh
# SPDX-License-Identifier: ISC
# cluster.sh: a temporary PostgreSQL cluster for tests, on a Unix socket only.
#
#   cluster.sh [setting=value ...]
#
# Prints the folder that holds the socket once the server answers, serves until its standard input ends, then removes everything. So
# it goes away with the test that started it, however that ends. The account that runs it, and the server's, may be `postgres` and
# the roles of an installation, which are made here: clawgw, clawgw_web, clawgw_worker.
# Signals of the terminal are the tests' business: they end, and with them the input.
set -eu
trap '' INT HUP

bin=$(pg_config --bindir 2>/dev/null || true)
for candidate in "$bin" /usr/lib/postgresql/*/bin; do
	[ -x "$candidate/initdb" ] && bin=$candidate
done
[ -x "$bin/initdb" ] || {
	echo "cluster.sh: no PostgreSQL server programs found" >&2
	exit 1
}

as_server() {
	if [ "$(id -u)" -eq 0 ]; then
		# PostgreSQL refuses to run as root
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# A short name: a socket's path holds at most 107 bytes. GW_TMP may name a folder in memory, which is several times as fast.
dir=$(mktemp -d "${GW_TMP:-/tmp}/gwpg.XXXXXX")
if [ "$(id -u)" -eq 0 ]; then chown postgres "$dir"; fi
chmod 755 "$dir"

finish() {
	as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' TERM

cd /
as_server "$bin/initdb" -D "$dir/data" -U postgres -A peer -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || {
	cat "$dir/initdb.log" >&2
	exit 1
}
{
	echo "listen_addresses = ''"
	echo "unix_socket_directories = '$dir'"
	echo "unix_socket_permissions = 0777"
	echo "max_connections = 200"
	echo "fsync = off"
	echo "autovacuum = off"
	echo "client_min_messages = warning"
	for setting in "$@"; do echo "$setting"; done
} >>"$dir/data/postgresql.conf"
echo 'local all all peer map=tests' >"$dir/data/pg_hba.conf"
for account in "$(id -un)" "$(as_server id -un)"; do
	for role in postgres clawgw clawgw_web clawgw_worker; do echo "tests $account $role"; done
done >"$dir/data/pg_ident.conf"
as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null 2>&1 || {
	cat "$dir/log" >&2
	exit 1
}
as_server "$bin/psql" -Xq -h "$dir" -U postgres -d postgres -c 'CREATE ROLE clawgw LOGIN' -c 'CREATE ROLE clawgw_web LOGIN' \
	-c 'CREATE ROLE clawgw_worker LOGIN' >&2
echo "$dir"
cat >/dev/null
