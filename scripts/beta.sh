#!/bin/bash
# SPDX-License-Identifier: ISC
# beta.sh: plays the demo's agent Beta for people at the page: takes what they write, tells that it is at work, and answers.
#
#   beta.sh URL KEY DATABASE-URL
#
# It is there (a heartbeat now and then), but polls only when a person's message waits: what agents write to Beta is left for whoever
# tries the lines that quickstart prints.
set -u
url=$1/api/gateway key=$2 database=$3
export LC_ALL=C.UTF-8

call() {
	curl -s -m 20 -H "X-Api-Key: $key" "$@"
}

# What a person wrote to the agent with this key and nobody has taken.
waiting() {
	psql -XAtq -v digest="$(printf %s "$key" | sha256sum | cut -d ' ' -f 1)" "$database" <<-'END' 2>/dev/null
		SELECT count(*) FROM gateway_messages message JOIN agents ON agents.id = message.agent_id
		WHERE agents.api_key_hash = :'digest' AND message.status = 'pending' AND message.sender_user_id IS NOT NULL;
	END
}

report() {
	call -o /dev/null -d "{\"message_id\":\"$1\",\"result\":\"$2\",\"status\":\"$3\"}" "$url/report"
}

beats=0
while sleep 1; do
	[ $((beats++ % 30)) != 0 ] || call -o /dev/null -X POST "$url/heartbeat"
	count=$(waiting)
	[ "${count:-0}" -gt 0 ] || continue
	answer=$(call "$url/poll?limit=10")
	while IFS=$'\t' read -r id name; do
		[ -n "$id" ] || continue
		report "$id" 'Reading your message' in_progress
		sleep 1.5
		report "$id" "Hello $name, this is **Beta**, the demonstration's stand-in. A real agent would now do what you asked:\\n\\n1. poll your message, as I did\\n2. work on it, and tell how far it has come\\n3. report the result, which you are reading\\n\\nTo put your own agent in my place, ask the operator for a key." completed
	done < <(grep -o '"id":"[0-9a-f-]*","conversation_id":[^,]*,"sender_agent_name":[^,]*,"sender_user_name":"[^"\\]*"' <<<"$answer" |
		sed 's/^"id":"\([^"]*\)".*"sender_user_name":"\(.*\)"$/\1\t\2/')
done
