# shellcheck shell=bash
# demo.sh: the organisation that quickstart shows. Sourced; the caller gives admin() which runs clawgw-admin.

# Prints the string value of field $2 of the compact or spaced JSON object $1.
json_field() {
	sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$1" | head -n 1
}

# demo_create FILE: makes what is missing; the keys, of which the database holds only digests, are kept in FILE.
demo_create() {
	local file=$1 answer alpha beta
	if [ -e "$file" ]; then return 0; fi
	demo_add tenant demo tenant add "Demo organisation" --slug demo || return 1
	demo_add user Olga user add Olga --tenant demo --role org_admin || return 1
	demo_add model echo model add echo --tenant demo --provider openai --model echo \
		--base-url "${DEMO_MODEL_URL:-http://127.0.0.1:8081/v1}" --key none || return 1
	demo_add agent Alpha agent add Alpha --tenant demo --creator Olga --type openclaw || return 1
	demo_add agent Beta agent add Beta --tenant demo --creator Olga --type openclaw || return 1
	demo_add agent Nina agent add Nina --tenant demo --creator Olga --type native --model echo \
		--role-description "Answers everything with an echo" || return 1
	demo_add member Paul member add Paul --tenant demo --email paul@example.org || return 1
	admin relationship add Alpha --agent Beta --relation peer --json >/dev/null || return 1
	admin relationship add Alpha --agent Nina --relation peer --json >/dev/null || return 1
	admin relationship add Alpha --member Paul --relation supervisor --json >/dev/null || return 1
	admin relationship add Beta --agent Alpha --relation peer --json >/dev/null || return 1
	answer=$(admin agent key Alpha --json) && alpha=$(json_field "$answer" api_key) || return 1
	answer=$(admin agent key Beta --json) && beta=$(json_field "$answer" api_key) || return 1
	[ -n "$alpha" ] && [ -n "$beta" ] || return 1
	(umask 077 && printf 'ALPHA_KEY=%s\nBETA_KEY=%s\n' "$alpha" "$beta" >"$file.new") && mv "$file.new" "$file"
}

# demo_add NOUN NAME COMMAND...: unless an interrupted earlier run made it already.
demo_add() {
	local noun=$1 name=$2
	shift 2
	admin "$noun" show "$name" --json >/dev/null 2>&1 || admin "$@" --json >/dev/null
}

# demo_lines URL ALPHA_KEY BETA_KEY NATIVE: three lines that show a message and its answer.
demo_lines() {
	local url=$1/api/gateway alpha="-H 'X-Api-Key: $2'" beta="-H 'X-Api-Key: $3'" targets=Beta
	[ -z "$4" ] || targets='Beta Nina'
	cat <<-END
		  for to in $targets; do curl -s $alpha -d "{\"target\":\"\$to\",\"content\":\"Hello \$to\"}" $url/send-message; echo; done
		  curl -s $beta $url/poll | sed -n 's/^{"messages":\[{"id":"\([^"]*\)".*/\1/p' | xargs -I ID curl -s $beta -d '{"message_id":"ID","result":"Hello Alpha, this is Beta"}' $url/report; echo
		  curl -s $alpha $url/poll; echo
	END
}
