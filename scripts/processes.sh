# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# processes.sh: start, find and end background processes by recorded identity, never by name. Sourced.
#
# A record is a file `<name>.pid` with the process id and the time it was started, in clock ticks since boot, as
# /proc tells it: the pair belongs to one process only. Each recorded process leads a session of its own, so that
# whatever it started can be ended with it even when it died before its children.

scripts_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Prints the start time of process $1, or nothing if there is none (or only its corpse).
process_start_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
	stat=${stat##*) } # the name in parentheses may hold anything
	local fields
	read -ra fields <<<"$stat"
	[ "${fields[0]}" = Z ] || echo "${fields[19]}"
}

# process_start RECORDS NAME LOG COMMAND...: in the background, in a session of its own, output to LOG.
process_start() {
	local records=$1 name=$2 log=$3
	shift 3
	setsid "$@" </dev/null >>"$log" 2>&1 &
	echo "$! $(process_start_time $!)" >"$records/$name.pid"
}

# The same, started again whenever it ends.
process_keep() {
	local records=$1 name=$2 log=$3
	shift 3
	process_start "$records" "$name" "$log" bash "$scripts_dir/supervise.sh" "$@"
}

# True if the process recorded in file $1 still runs.
process_alive() {
	local pid started
	read -r pid started <"$1" 2>/dev/null || return 1
	[ -n "$started" ] && [ "$(process_start_time "$pid")" = "$started" ]
}

# Lists the living members of session $1.
session_members() {
	local directory stat fields
	for directory in /proc/[0-9]*; do
		# without a process of its own for each: this is asked often. `read` fails at the end of the file.
		stat=''
		{ IFS= read -r -d '' stat <"$directory/stat"; } 2>/dev/null
		stat=${stat##*) }
		read -ra fields <<<"$stat"
		if [ "${fields[3]-}" = "$1" ] && [ "${fields[0]}" != Z ]; then echo "${directory#/proc/}"; fi
	done
}

# wait_until SECONDS COMMAND...: asks every twentieth of a second; false when the time is over. Where $patience is set, that is the
# shortest time that is waited.
wait_until() {
	local end=$((SECONDS + ($1 > ${patience:-0} ? $1 : patience)))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

session_gone() {
	[ -z "$(session_members "$1")" ]
}

# process_end SECONDS RECORD...: asks all to leave, waits, and ends by force what is left of their sessions.
process_end() {
	local limit=$1 record pid started now pids=()
	shift
	# at once is at once
	[ "$limit" -gt 0 ] || local patience=0
	for record in "$@"; do
		read -r pid started <"$record" 2>/dev/null || continue
		now=$(process_start_time "$pid")
		# a different process with the same number is none of our business, nor is its session
		[ -z "$now" ] || [ "$now" = "$started" ] || continue
		[ -z "$now" ] || kill -TERM "$pid" 2>/dev/null
		pids+=("$pid")
	done
	for pid in "${pids[@]}"; do
		if ! wait_until "$limit" session_gone "$pid"; then
			# shellcheck disable=SC2046 # a list of numbers
			kill -KILL $(session_members "$pid") 2>/dev/null
			wait_until 5 session_gone "$pid"
		fi
	done
	rm -f "$@"
}
