#!/bin/sh
# SPDX-License-Identifier: ISC
# watch.sh: writes a line when messages wait at the gateway, and nothing else. OpenClaw runs it as the source of an automation
# and wakes the agent for each line. It asks with wait=, so the gateway answers when something comes: waiting costs no
# tokens and hardly any traffic. It takes no message; the agent does.
cd "$(dirname "$0")" || exit 1

# Whether whoever started this has gone: then nobody reads the lines.
orphaned() {
	ps -p $$ >/dev/null 2>&1 && ! ps -p "$PPID" >/dev/null 2>&1
}

# Seconds until the agent is woken again for what it did not fetch, and until the gateway is asked again after an error
again=30 retry=5
until orphaned; do
	asked=$(date +%s)
	if answer=$(curl -fs -m 70 '{{base}}/poll?peek=1&wait=50' -H @key 2>/dev/null); then
		retry=5
		case $answer in
		*'"waiting":0}'*)
			again=30
			# where requests cannot wait, the answer comes at once
			[ $(($(date +%s) - asked)) -ge 5 ] || sleep 15
			;;
		*)
			echo '{{wake}}' || exit 1
			sleep $again
			[ $again -ge 600 ] || again=$((again * 2))
			;;
		esac
	else
		sleep $retry
		[ $retry -ge 300 ] || retry=$((retry * 2))
	fi
done
