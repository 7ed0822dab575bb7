# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# front.sh: the responders under spawn-fcgi and multiwatch, and an nginx before them. Sourced after processes.sh.

# shellcheck disable=SC2154 # processes.sh sets it
mapfile -t responders < <(awk '!/^#/ && $1 != "worker" { print $1 }' "$scripts_dir/../init/responders.list")

# processes_of NAME: as many as operators get by default.
processes_of() {
	# shellcheck disable=SC2154 # processes.sh sets it
	awk -v name="$1" '$1 == name { print $2 }' "$scripts_dir/../init/responders.list"
}

# responder_start RECORDS SOCKETS LOGS PROGRAM [PROCESSES]: the socket is <SOCKETS>/<name>.sock.
#
# spawn-fcgi opens the socket, multiwatch keeps it open and replaces children at once; a child that lives less than
# 50 ms counts as one that cannot start, a hundred of those in a row make multiwatch give up. So no series of restarts
# wears it out, and a program that cannot start does not burn a processor: supervise.sh tries again, slower and slower.
responder_start() {
	local records=$1 sockets=$2 logs=$3 program=$4 processes=${5-1} name account=()
	name=$(basename "$program" .fcgi)
	[ "$(id -u)" != 0 ] || account=(-u www-data -g www-data -U www-data -G www-data)
	process_keep "$records" "$name" "$logs/$name.log" \
		spawn-fcgi -n -s "$sockets/$name.sock" -M 0660 "${account[@]}" -b 4096 -- \
		/usr/bin/multiwatch -f "$processes" -s TERM -r 100 -t 50 -- "$program"
}

# page_prepare FOLDER LOCATIONS: a copy of the page that the web server's account can read, and its locations.
page_prepare() {
	local source=$scripts_dir/../web
	: >"$1/clawgw-page.conf"
	[ -e "$2" ] && [ -e "$source/index.html" ] || return 0
	rm -rf "$1/web"
	cp -R "$source" "$1/web" && sh "$scripts_dir/markdown.sh" "$1/web/vendor/markdown-it.js" && chmod -R a+rX "$1/web" &&
		sed "s|/usr/share/clawgw/web/|$1/web/|" "$2" >"$1/clawgw-page.conf"
}

# nginx_configure FOLDER SOCKETS LOCATIONS LISTEN [MORE]: writes FOLDER/nginx.conf; everything nginx writes stays in
# FOLDER. MORE are lines for the server.
nginx_configure() {
	local folder=$1 sockets=$2 locations=$3 listen=$4 more=${5-} user='' name descriptors
	descriptors=$(ulimit -Hn)
	[[ $descriptors =~ ^[0-9]+$ && $descriptors -lt 65536 ]] || descriptors=65536
	[ "$(id -u)" != 0 ] || user='user www-data;'
	mkdir -p "$folder"
	cp "$locations" "$folder/clawgw.conf"
	page_prepare "$folder" "$(dirname "$locations")/clawgw-page.conf"
	for name in "${responders[@]}"; do
		echo "upstream clawgw_${name//-/_} { server \"unix:$sockets/$name.sock\"; }"
	done >"$folder/clawgw-upstreams.conf"
	cat >"$folder/nginx.conf" <<-END
		# written by clawgw's scripts/front.sh
		$user
		daemon off;
		pid "$folder/nginx.pid";
		error_log stderr;
		worker_processes 2;
		worker_rlimit_nofile $descriptors;
		events {
			worker_connections 32768;
		}
		http {
			log_format clawgw '\$remote_addr [\$time_iso8601] "\$request" \$status \$body_bytes_sent '
				'\$request_time \$clawgw_trace_id';
			access_log "$folder/access.log" clawgw;
			client_body_temp_path "$folder/body";
			fastcgi_temp_path "$folder/fastcgi";
			proxy_temp_path "$folder/proxy";
			scgi_temp_path "$folder/scgi";
			uwsgi_temp_path "$folder/uwsgi";
			server_tokens off;
			keepalive_requests 100000;
			include "$folder/clawgw-upstreams.conf";
			server {
				listen "$listen";
				include "$folder/clawgw.conf";
				include "$folder/clawgw-page.conf";
				$more
				# nothing else lives here
				location / {
					error_page 404 /clawgw-refused/404;
					return 404;
				}
			}
		}
	END
}

nginx_program() {
	PATH=$PATH:/usr/sbin:/sbin command -v nginx
}
