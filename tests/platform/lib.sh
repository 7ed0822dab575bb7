# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $e2e and others are set in tests/e2e/lib.sh
# lib.sh: a database of the platform's own, whose tables belong to a role `platform`, while the gateway's is `clawgw`. Sourced behind
# tests/e2e/lib.sh.

# owner STATEMENT, or owner -f FILE: as the platform's role. Rows that it writes so are as the platform writes them (see defaults.sql).
owner() {
	[ $# != 1 ] || set -- -c "$1"
	PGAPPNAME=platform PGOPTIONS='-c client_min_messages=warning -c search_path=public' \
		psql -XAtq -v ON_ERROR_STOP=1 "$@" "${CLAWGW_DATABASE_URL/clawgw@/platform@}"
}

superuser() {
	as_postgres psql -XAtq -v ON_ERROR_STOP=1 -h "$e2e/pg" -U postgres -d clawgw -c "$1"
}

# Whoever may enter the socket's folder may be the platform's role, too.
platform_account() {
	echo 'local all all trust' | as_postgres tee "$e2e/data/pg_hba.conf" >/dev/null &&
		as_postgres "$(postgres_bin)/pg_ctl" -D "$e2e/data" -m fast -w -s restart -l "$e2e/data/log"
}

# platform_database VERSION: a cluster with the platform's database, which nobody has adopted.
platform_database() {
	local script=$srcdir/tests/platform/database.sh part
	if ! { e2e_cluster && platform_account && superuser 'CREATE ROLE platform LOGIN; ALTER DATABASE clawgw OWNER TO platform; GRANT clawgw TO platform'; }; then
		echo 'Bail out! no database'
		exit 99
	fi
	for part in tables defaults; do sh "$script" "$1" "$part" | owner -f - >/dev/null || exit 99; done
	# the fixtures are rows of a test
	sh "$script" "$1" fixtures | sed 's/, clawgw.backlogs//' |
		PGOPTIONS='-c client_min_messages=warning' psql -XAtq -v ON_ERROR_STOP=1 -f - "${CLAWGW_DATABASE_URL/clawgw@/platform@}" || exit 99
}

# The platform's tables as they are defined, each statement's lines as they come.
platform_shape() {
	as_postgres "$(postgres_bin)/pg_dump" -s --no-privileges -n public -h "$e2e/pg" -U postgres clawgw |
		grep -Ev '^(--|$|\\(un)?restrict)'
}
