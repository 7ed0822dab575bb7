#!/bin/bash
# SPDX-License-Identifier: ISC
# beta.sh: plays the demo's agent Beta for people at the page: clawgw-connect runs it for what they write.
#
#   beta.sh URL KEY-FILE DATABASE-URL CLAWGW-CONNECT STATE-FOLDER
#   beta.sh answer
#
# It is there (a heartbeat now and then), but asks for messages only when a person's message waits: what agents write to Beta is left for
# whoever tries the lines that quickstart prints. An agent that is not shared like this lets clawgw-connect run without --once.
set -u
export LC_ALL=C.UTF-8

if [ "$1" = answer ]; then
	cat >/dev/null
	sleep 1.5
	cat <<-END
		Hello ${MESSAGE_SENDER:-there}, this is **Beta**, the demonstration's stand-in. A real agent would now do what you asked:

		1. clawgw-connect asked for your message
		2. it ran a program, and told that it is at work
		3. what the program printed is what you are reading

		To put your own program in my place: docs/connect.md.
	END
	exit
fi

url=$1 key_file=$2 database=$3 connect=$4 state=$5

# What a person wrote to the agent with this key and nobody has taken.
waiting() {
	psql -XAtq -v digest="$(printf %s "$key" | sha256sum | cut -d ' ' -f 1)" "$database" <<-'END' 2>/dev/null
		SELECT count(*) FROM gateway_messages message JOIN agents ON agents.id = message.agent_id
		WHERE agents.api_key_hash = :'digest' AND message.status = 'pending' AND message.sender_user_id IS NOT NULL;
	END
}

beats=0
while sleep 1; do
	key=$(<"$key_file")
	[ $((beats++ % 30)) != 0 ] || curl -s -m 20 -o /dev/null -H "X-Api-Key: $key" -X POST "$url/api/gateway/heartbeat"
	count=$(waiting)
	[ "${count:-0}" -eq 0 ] ||
		"$connect" --once --url "$url" --key-file "$key_file" --state "$state" --log-level warning --input text -- bash "$0" answer
done
