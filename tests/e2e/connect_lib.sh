# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# connect_lib.sh: clawgw-connect before a whole gateway. Sourced after lib.sh.
# shellcheck disable=SC2154 # lib.sh sets them

# The port at which a gateway with connect_tls speaks TLS.
secure=$(free_port)

# An authority of our own, $e2e/tls/ca.pem, and a certificate for localhost and gateway.test.
connect_certificates() {
	mkdir "$e2e/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=Test authority' \
		-keyout "$e2e/tls/ca.key" -out "$e2e/tls/ca.pem" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=gateway.test' \
		-keyout "$e2e/tls/key" -out "$e2e/tls/request" 2>/dev/null
	openssl x509 -req -in "$e2e/tls/request" -CA "$e2e/tls/ca.pem" -CAkey "$e2e/tls/ca.key" -CAcreateserial -days 2 \
		-extfile <(echo 'subjectAltName=DNS:localhost,DNS:gateway.test') -out "$e2e/tls/certificate" 2>/dev/null
	cat "$e2e/tls/ca.pem" >>"$e2e/tls/certificate"
}

# connect_tls: for connect_gateway; prints what makes nginx speak TLS, too.
connect_tls() {
	connect_certificates
	cat <<-END
		listen 127.0.0.1:$secure ssl;
		ssl_certificate $e2e/tls/certificate;
		ssl_certificate_key $e2e/tls/key;
	END
}

# connect_gateway [FUNCTION]: the gateway of lib.sh, and nginx on a port of 127.0.0.1 and of ::1 besides its socket; sets $port.
# What FUNCTION prints, when there is a folder, belongs to nginx's server.
connect_gateway() {
	local name
	export CLAWGW_METRICS_FILE=''
	port=$(free_port)
	e2e_folder
	e2e_database
	for name in "${responders[@]}"; do
		responder_start "$e2e/records" "$e2e/run" "$e2e/logs" "$e2e/programs/$name.fcgi" 1
	done
	nginx_configure "$e2e/nginx" "$e2e/run" "$srcdir/nginx/clawgw.conf" "127.0.0.1:$port" \
		"listen \"unix:$e2e/http.sock\"; listen [::1]:$port; $("${1-true}")"
	process_keep "$e2e/records" nginx "$e2e/logs/nginx.log" "$(nginx_program)" -e stderr -c "$e2e/nginx/nginx.conf"
	responders_listen && wait_until 10 curl -sf -o /dev/null "http://127.0.0.1:$port/api/gateway/health"
	printf '%s\n' "$alpha_key" >"$e2e/key"
	chmod 600 "$e2e/key"
}

# connect NAME ARGUMENTS...: clawgw-connect for Alpha in the background; its state is $e2e/state-NAME, its log $e2e/logs/NAME.log.
connect() {
	local name=$1
	shift
	process_start "$e2e/records" "$name" "$e2e/logs/$name.log" "$e2e/programs/clawgw-connect" --url "http://127.0.0.1:$port" \
		--key-file "$e2e/key" --state "$e2e/state-$name" --log-level info "$@"
}

# connect_end NAME: in order, as a service manager does.
connect_end() {
	process_end 25 "$e2e/records/$1.pid"
}

# connect_kill NAME: as a machine does that has no memory left; the keepers go on.
connect_kill() {
	local pid rest
	read -r pid rest <"$e2e/records/$1.pid"
	kill -KILL "$pid"
	wait_until 5 test ! -e "/proc/$pid" || true
}

# write TEXT [CONVERSATION]: Gamma writes to Alpha; prints the message's id.
write() {
	ask /send-message -H "X-Api-Key: $gamma_key" -d "$(printf '{"target":"Alpha","content":"%s"}' "$1")" |
		sed -n 's/.*"message_id":"\([^"]*\)".*/\1/p'
}

# message TEXT [CONVERSATION]: written to Alpha by other software; prints its id.
message() {
	PGOPTIONS='-c client_min_messages=warning' psql -XAtq -v ON_ERROR_STOP=1 -v text="$1" -v talk="${2-}" -v to="$alpha_id" \
		"$CLAWGW_DATABASE_URL" <<-'SQL'
			INSERT INTO gateway_messages (agent_id, content, conversation_id) VALUES (:'to', :'text', nullif(:'talk', '')) RETURNING id
		SQL
}

# answer ID [SECONDS]: waits until the message is no longer pending or at work; prints its result.
answer() {
	wait_until "${2:-20}" is_over "$1"
	sql "SELECT result FROM gateway_messages WHERE id = '$1'"
}
is_over() {
	[ "$(status_of "$1")" != pending ] && [ "$(status_of "$1")" != delivered ]
}
status_of() {
	sql "SELECT status FROM gateway_messages WHERE id = '$1'"
}
# has_status ID STATUS
has_status() {
	[ "$(status_of "$1")" = "$2" ]
}
has_result() {
	[ "$(sql "SELECT result FROM gateway_messages WHERE id = '$1'")" = "$2" ]
}
# status_says NAME REGULAR-EXPRESSION: `clawgw-connect status` does.
status_says() {
	[[ $("$e2e/programs/clawgw-connect" status --state "$e2e/state-$1") =~ $2 ]]
}
# all_gone REGULAR-EXPRESSION: no process has such a command line.
all_gone() {
	! pgrep -f "$1" >/dev/null
}
# logged NAME TEXT: the log of that clawgw-connect says it.
logged() {
	grep -qF -- "$2" "$e2e/logs/$1.log"
}
