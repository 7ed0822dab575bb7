# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $e2e is set in lib.sh
# apache.sh: an Apache with one of the shipped configuration files, for the end-to-end tests. Sourced after lib.sh.
#
# Apache 2.4 listens on TCP only: a free port of 127.0.0.1 is found by trying. Sets $url.

apache_modules="authz_core unixd alias headers setenvif env rewrite unique_id reqtimeout log_config"

apache_program() {
	PATH=$PATH:/usr/sbin:/sbin command -v apache2
}

# apache_repoint FILE: a shipped file with its paths re-pointed to $e2e, on standard output.
apache_repoint() {
	sed -e "s|@responderdir@|$e2e/programs|g" -e "s|@sysconfdir@/clawgw/clawgw.conf|$e2e/clawgw.conf|g" \
		-e "s|@pkgdatadir@/apache|$e2e/apache|g" -e "s|/run/clawgw|$e2e/run|g" "$1"
}

# A configuration file for programs that get no environment.
apache_configuration() {
	printf '%s\n' "database_url = $CLAWGW_DATABASE_URL" "database_url_web = $CLAWGW_DATABASE_URL_WEB" 'rate_sends = 0' 'rate_wrong_keys = 0' "${CLAWGW_FEISHU_URL+feishu_url = $CLAWGW_FEISHU_URL}" \
		>"$e2e/clawgw.conf"
}

# apache_site MODULES FILE LINES...: a host that includes apache/FILE; LINES are for the whole server.
apache_site() {
	local modules=$1 file=$2
	shift 2
	apache_configuration
	mkdir -p "$e2e/apache"
	apache_repoint "$srcdir/apache/$file.in" >"$e2e/apache/$file"
	cp "$srcdir/apache/clawgw-common.conf" "$e2e/apache/"
	apache_write "$modules" "$@" "<VirtualHost *>" "Include $e2e/apache/$file" "</VirtualHost>"
}

# apache_write MODULES LINES...: everything Apache writes stays in $e2e/apache.
apache_write() {
	local folder=$e2e/apache modules="mpm_event $apache_modules $1" module
	shift
	mkdir -p "$folder/root"
	[ "$(id -u)" != 0 ] || chown www-data: "$folder"
	{
		echo "ServerRoot $folder"
		echo "PidFile $folder/apache.pid"
		echo "DefaultRuntimeDir $folder"
		echo "ServerName localhost"
		[ "$(id -u)" != 0 ] || printf 'User www-data\nGroup www-data\n'
		for module in $modules; do
			[ ! -e "/usr/lib/apache2/modules/mod_$module.so" ] ||
				echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
		done
		cat <<-END
			StartServers 1
			ServerLimit 2
			ThreadsPerChild 32
			MaxRequestWorkers 64
			ErrorLog $e2e/logs/apache.log
			<Directory />
				Require all denied
				AllowOverride None
			</Directory>
			DocumentRoot $folder/root
		END
		# where the counters of tests/coverage go: Apache keeps its environment from the programs that it starts
		if [ -n "${GCOV_PREFIX-}" ]; then
			echo 'PassEnv GCOV_PREFIX'
			case " $modules " in *' fcgid '*) echo "FcgidInitialEnv GCOV_PREFIX $GCOV_PREFIX" ;; esac
		fi
		printf '%s\n' "$@"
	} >"$folder/apache.conf.base"
}

apache_conformance() {
	GW_FEISHU=1 GW_SUPERUSER_URL=${CLAWGW_DATABASE_URL/clawgw@/postgres@} GW_TEST_SRCDIR=$srcdir "$builddir/tests/e2e/conformance" "$url"
}

apache_answers() {
	curl -s -o /dev/null -m 5 --noproxy '*' "$url/"
}

apache_ready_or_dead() {
	apache_answers || ! process_alive "$e2e/records/apache.pid"
}

apache_start() {
	local folder=$e2e/apache port try
	for try in 1 2 3 4 5 6 7 8 9 10; do
		port=$(free_port)
		url=http://127.0.0.1:$port
		! apache_answers || continue
		{ echo "Listen 127.0.0.1:$port" && cat "$folder/apache.conf.base"; } >"$folder/apache.conf"
		process_start "$e2e/records" apache "$e2e/logs/apache-$try.log" \
			"$(apache_program)" -DFOREGROUND -f "$folder/apache.conf"
		wait_until 20 apache_ready_or_dead
		! process_alive "$e2e/records/apache.pid" || return 0
		if ! grep -q 'in use' "$e2e/logs/apache-$try.log"; then break; fi
	done
	sed 's/^/# /' "$e2e/logs/apache-$try.log" "$e2e/logs/apache.log"
	return 1
}
