#!/bin/bash
# SPDX-License-Identifier: ISC
# supervise.sh COMMAND...: keeps one command running until it is told to leave (SIGTERM, SIGINT or SIGHUP).
#
# The command is started again when it ends, after a pause that doubles from 0.25 s to 30 s and starts anew once it
# has run for a minute. What it left behind in this session is ended first: a multiwatch that was killed leaves its
# children with the socket. It must lead a session of its own (setsid).
set -u
child='' leaving='' pause=25

# shellcheck disable=SC2317 # called by the trap
leave() {
	leaving=1
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap leave TERM INT HUP

end_remains() {
	local directory stat fields
	for directory in /proc/[0-9]*; do
		[ "${directory#/proc/}" != $$ ] || continue
		stat=$(cat "$directory/stat" 2>/dev/null) || continue
		read -ra fields <<<"${stat##*) }"
		if [ "${fields[3]}" = $$ ] && [ "${fields[0]}" != Z ]; then kill -KILL "${directory#/proc/}" 2>/dev/null; fi
	done
}

wait_for_child() {
	wait "$child"
	status=$?
	while kill -0 "$child" 2>/dev/null; do
		wait "$child"
		status=$?
	done
}

status=0
while [ -z "$leaving" ]; do
	began=$SECONDS
	"$@" &
	child=$!
	[ -z "$leaving" ] || kill -TERM "$child" 2>/dev/null
	wait_for_child
	[ -z "$leaving" ] || break
	end_remains
	[ $((SECONDS - began)) -lt 60 ] || pause=25
	printf 'supervise: %s ended with status %d, starting it again\n' "${1##*/}" "$status" >&2
	sleep "$((pause / 100)).$(printf %02d $((pause % 100)))" &
	child=$!
	wait_for_child
	child=
	pause=$((pause * 2 > 3000 ? 3000 : pause * 2))
done
exit 0
