# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# demo.sh: the organisation that quickstart shows. Sourced; the caller gives admin() which runs clawgw-admin.

# Prints the string value of field $2 of the compact or spaced JSON object $1.
json_field() {
	sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$1" | head -n 1
}

# demo_works URL FILE: the demo's agents are there and have the keys in FILE. Other programs use the database too: a test
# may have emptied it.
demo_works() {
	local name value
	[ -e "$2" ] || return 1
	while IFS='=' read -r name value; do
		[ "$(curl -s -o /dev/null -m 10 -w '%{http_code}' -X POST -H "X-Api-Key: $value" \
			"$1/api/gateway/heartbeat")" = 200 ] || return 1
	done <"$2"
}

# demo_create FILE MODEL-URL: makes what is missing, and new keys; the database holds only their digests, they are kept in
# FILE.
demo_create() {
	local file=$1 model_url=$2 answer alpha beta
	demo_add tenant demo tenant add "Demo organisation" --slug demo || return 1
	demo_add user Olga user add Olga --tenant demo --role org_admin || return 1
	demo_add model echo model add echo --tenant demo --provider openai --model echo \
		--base-url "$model_url" --key none || return 1
	demo_add agent Alpha agent add Alpha --tenant demo --creator Olga --type openclaw || return 1
	demo_add agent Beta agent add Beta --tenant demo --creator Olga --type openclaw || return 1
	demo_add agent Nina agent add Nina --tenant demo --creator Olga --type native --model echo \
		--role-description "Answers everything with an echo" || return 1
	demo_add member Paul member add Paul --tenant demo --email paul@example.org || return 1
	demo_add member Lin member add Lin --tenant demo --external-id demo_lin || return 1
	demo_add channel Alpha/feishu channel add --agent Alpha --tenant demo --type feishu --app-id demo_app \
		--app-secret demo_secret || return 1
	demo_relate Alpha --agent Beta --relation peer || return 1
	demo_relate Alpha --agent Nina --relation peer || return 1
	demo_relate Alpha --member Paul --relation supervisor || return 1
	demo_relate Alpha --member Lin --relation collaborator || return 1
	demo_relate Beta --agent Alpha --relation peer || return 1
	answer=$(admin agent key Alpha --tenant demo --json) && alpha=$(json_field "$answer" api_key) || return 1
	answer=$(admin agent key Beta --tenant demo --json) && beta=$(json_field "$answer" api_key) || return 1
	[ -n "$alpha" ] && [ -n "$beta" ] || return 1
	(umask 077 && printf 'ALPHA_KEY=%s\nBETA_KEY=%s\n' "$alpha" "$beta" >"$file.new") && mv "$file.new" "$file"
}

# demo_model DATABASE-URL MODEL-URL: where the demo's model is reached from now on.
demo_model() {
	psql -XAtq -v ON_ERROR_STOP=1 -v url="$2" "$1" <<-'END'
		UPDATE llm_models SET base_url = :'url'
		FROM tenants
		WHERE tenants.id = llm_models.tenant_id AND tenants.slug = 'demo' AND llm_models.label = 'echo'
		  AND base_url <> :'url';
	END
}

# demo_add NOUN NAME COMMAND...: unless an earlier run made it already. Others may have organisations with the same names.
demo_add() {
	local noun=$1 name=$2 where=(--tenant demo)
	shift 2
	[ "$noun" != tenant ] || where=()
	admin "$noun" show "$name" "${where[@]}" --json >/dev/null 2>&1 || admin "$@" --json >/dev/null
}

# demo_relate AGENT OPTIONS...: likewise; exit status 4 says that it is there.
demo_relate() {
	local message status
	message=$(admin relationship add "$@" --tenant demo --json 2>&1 >/dev/null)
	status=$?
	[ "$status" = 0 ] || [ "$status" = 4 ] || {
		echo "$message" >&2
		return 1
	}
}

# demo_beta FILE KEY: the key of Beta in a file of its own, as clawgw-connect wants it.
demo_beta() {
	(umask 077 && printf '%s\n' "$2" >"$1.new") && mv "$1.new" "$1"
}

# demo_lines URL ALPHA_KEY CONNECT NATIVE: three lines that show a message and its answer; CONNECT is how Beta's clawgw-connect is called.
demo_lines() {
	local url=$1/api/gateway alpha="-H 'X-Api-Key: $2'" targets=Beta
	[ -z "$4" ] || targets='Beta Nina'
	cat <<-END
		  for to in $targets; do curl -s $alpha -d "{\"target\":\"\$to\",\"content\":\"Hello \$to\"}" $url/send-message; echo; done
		  $3 --once --input text -- cat
		  curl -s $alpha $url/poll; echo
	END
}
