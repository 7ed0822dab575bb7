# shellcheck shell=bash disable=SC2154 # $e2e is set in lib.sh
# apache.sh: an Apache with one of the shipped configuration files, for the end-to-end tests. Sourced after lib.sh.
#
# Apache 2.4 listens on TCP only: a free port of 127.0.0.1 is found by trying. Sets $url.

apache_modules="authz_core unixd mime alias headers setenvif env rewrite unique_id reqtimeout log_config"

apache_program() {
	PATH=$PATH:/usr/sbin:/sbin command -v apache2
}

# apache_repoint FILE: a shipped file with its paths re-pointed to $e2e, on standard output.
apache_repoint() {
	sed -e "s|@responderdir@|$e2e/programs|g" -e "s|@sysconfdir@/clawgw/clawgw.conf|$e2e/clawgw.conf|g" \
		-e "s|@sysconfdir@/apache2|$e2e/apache|g" -e "s|/run/clawgw|$e2e/run|g" "$1"
}

# apache_configure MODULES LINES: everything Apache writes stays in $e2e/apache.
apache_configure() {
	local folder=$e2e/apache module user=''
	mkdir -p "$folder/root"
	[ "$(id -u)" != 0 ] || { user=$'User www-data\nGroup www-data' && chown www-data: "$folder"; }
	(
		echo "ServerRoot $folder"
		echo "PidFile $folder/apache.pid"
		echo "DefaultRuntimeDir $folder"
		echo "Mutex sem"
		echo "ServerName localhost"
		echo "$user"
		for module in mpm_event $apache_modules $1; do
			[ ! -e "/usr/lib/apache2/modules/mod_$module.so" ] ||
				echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
		done
		cat <<-END
			StartServers 1
			ServerLimit 2
			ThreadsPerChild 32
			MaxRequestWorkers 64
			ErrorLog $e2e/logs/apache.log
			LogLevel info
			<Directory />
				Require all denied
				AllowOverride None
			</Directory>
			DocumentRoot $folder/root
			<VirtualHost *>
			$2
			</VirtualHost>
		END
	) >"$folder/apache.conf.base"
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
		port=$((20000 + RANDOM % 12000))
		url=http://127.0.0.1:$port
		! apache_answers || continue
		{ echo "Listen 127.0.0.1:$port" && cat "$folder/apache.conf.base"; } >"$folder/apache.conf"
		process_start "$e2e/records" apache "$e2e/logs/apache-$try.log" \
			"$(apache_program)" -DFOREGROUND -f "$folder/apache.conf"
		wait_until 20 apache_ready_or_dead
		! process_alive "$e2e/records/apache.pid" || return 0
		if ! grep -q 'in use' "$e2e/logs/apache-$try.log"; then cat "$e2e/logs/apache-$try.log" >&2 && return 1; fi
	done
	return 1
}
