# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# postgres.sh: a private PostgreSQL cluster on a Unix socket. Sourced; needs nothing but the server package.
#
# PostgreSQL refuses to run as root: then everything here runs as the account `postgres`, which must be able to
# enter the folders. Nothing listens on TCP. Who connects is known by the account (peer): whoever set it up may be any role of the
# installation, the web server's account those of the programs; other roles need a password.

# postgres_bin [DATA]: the programs of the newest version here, or of the one that the cluster DATA belongs to, if it is here.
postgres_bin() {
	local newest version=''
	[ -z "${1-}" ] || version=$(postgres_version "$1")
	if [ -n "$version" ] && [ -x "/usr/lib/postgresql/$version/bin/postgres" ]; then
		echo "/usr/lib/postgresql/$version/bin"
		return
	fi
	newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
	[ -x "$newest/initdb" ] || return 1
	echo "$newest"
}

# postgres_version DATA: the major version that the files of a cluster are of; nothing if there is none.
postgres_version() {
	as_postgres cat "$1/PG_VERSION" 2>/dev/null
}

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec runuser -u postgres -- "$@")
	else
		(cd / && exec "$@")
	fi
}

# postgres_create DATA SOCKETS [GROUP]: both folders are made; GROUP may enter the second.
postgres_create() {
	local data=$1 sockets=$2 group=${3-} bin
	bin=$(postgres_bin) || return 1
	mkdir -p "$data" "$sockets"
	chmod 700 "$data" "$sockets"
	if [ "$(id -u)" = 0 ]; then
		chown postgres: "$data" "$sockets"
		if [ -n "$group" ]; then
			chown "postgres:$group" "$sockets"
			chmod 750 "$sockets"
		fi
	fi
	as_postgres "$bin/initdb" -D "$data" --username=postgres --locale=C.UTF-8 --encoding=UTF8 \
		--auth-local=peer --auth-host=reject >/dev/null || return 1
	as_postgres tee "$data/pg_hba.conf" >/dev/null <<-END
		local all postgres,clawgw,clawgw_web,clawgw_worker peer map=clawgw
		local all all scram-sha-256
	END
	postgres_accounts | as_postgres tee "$data/pg_ident.conf" >/dev/null || return 1
	as_postgres tee -a "$data/postgresql.conf" >/dev/null <<-END
		listen_addresses = ''
		unix_socket_directories = '$sockets'
		max_connections = 200
		shared_buffers = 64MB
		timezone = 'UTC'
	END
}

# For pg_ident.conf: which account may be which role.
postgres_accounts() {
	local account role
	for account in "$(id -un)" postgres; do
		for role in postgres clawgw clawgw_web clawgw_worker; do echo "clawgw $account $role"; done
	done
	[ "$(id -u)" != 0 ] || printf 'clawgw www-data %s\n' clawgw_web clawgw_worker
}

# postgres_fits DATA: whether an installed server can open the cluster: its files belong to one major version.
postgres_fits() {
	[ -x "/usr/lib/postgresql/$(postgres_version "$1")/bin/postgres" ]
}

# postgres_misfit DATA: the sentence for one that none can open.
postgres_misfit() {
	local old
	old=$(postgres_version "$1")
	echo "the data in $1 is of PostgreSQL $old, which is not installed here, and no other version can read it." \
		"Install postgresql-$old beside what is there, if your Debian has it; or give the data up and begin anew:" \
		"./quickstart stop --purge"
}

# postgres_start DATA LOG: returns when it answers.
postgres_start() {
	as_postgres "$(postgres_bin "$1")/pg_ctl" -D "$1" -l "$2" -w -t 60 -s start
}

# postgres_stop DATA [MODE]
postgres_stop() {
	as_postgres "$(postgres_bin "$1")/pg_ctl" -D "$1" -m "${2-fast}" -w -t 60 -s stop
}

postgres_running() {
	[ -d "$1" ] && as_postgres "$(postgres_bin "$1")/pg_ctl" -D "$1" -s status >/dev/null 2>&1
}

# postgres_database SOCKETS: the roles and the database `clawgw`, if they are missing.
postgres_database() {
	local sql=(psql -h "$1" -U postgres -d postgres -v ON_ERROR_STOP=1 -XAtq) role
	for role in clawgw clawgw_web clawgw_worker; do
		[ "$(as_postgres "${sql[@]}" -c "select 1 from pg_roles where rolname = '$role'")" = 1 ] ||
			as_postgres "${sql[@]}" -c "create role $role login" || return 1
	done
	[ "$(as_postgres "${sql[@]}" -c "select 1 from pg_database where datname = 'clawgw'")" = 1 ] ||
		as_postgres "${sql[@]}" -c 'create database clawgw owner clawgw' || return 1
	# or psql would look into the schema that has the role's name first
	as_postgres "${sql[@]}" -c 'alter role clawgw set search_path = public'
}

# database_url SOCKETS [ROLE]: a libpq URI that needs no quoting in a shell.
database_url() {
	local text=$1 role=${2-clawgw} encoded='' character i LC_ALL=C
	for ((i = 0; i < ${#text}; i++)); do
		character=${text:i:1}
		case $character in
		[a-zA-Z0-9._~-]) encoded+=$character ;;
		*) encoded+=$(printf '%%%02X' $(($(printf %d "'$character") & 255))) ;;
		esac
	done
	echo "postgresql://$role@/clawgw?host=$encoded"
}
