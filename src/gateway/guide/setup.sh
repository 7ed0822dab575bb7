#!/bin/sh
# SPDX-License-Identifier: ISC
# {{about}}
#
#   sh setup.sh             {{usage_setup}}
#   sh setup.sh --remove    {{usage_remove}}
#   --agent ID              {{usage_agent}}
#   --workspace DIR         {{usage_workspace}}
set -eu

base='{{base}}'
folder=skills/clawith_sync
agent=${OPENCLAW_AGENT:-}
workspace=${OPENCLAW_WORKSPACE_DIR:-}
remove=no

say() {
	printf '%s\n' "$*"
}

fail() {
	say "$*" >&2
	exit 1
}

# What OpenClaw says in JSON, each member at the beginning of a line. Its input is not ours: that may be this script.
members() {
	openclaw "$@" </dev/null 2>/dev/null | sed 's/[{,] *"/\
"/g; s/^ *//'
}

# The workspace of the agent, as OpenClaw knows it.
find_workspace() {
	members agents list --json | awk -F '"' -v agent="$agent" '
		$2 == "id" { id = $4; folder = "" }
		$2 == "workspace" { folder = $4; if (id == agent) found = folder }
		$2 == "isDefault" && /true/ && agent == "" { found = folder }
		END { print found }'
}

# The automations that this script made.
find_jobs() {
	members cron list --all --json | awk -F '"' -v name="$name" '
		$2 == "id" { id = $4 }
		$2 == "declarationKey" && $4 == name { print id }'
}

write_key() {
	umask 077
{{key}}	chmod 600 key
	umask 022
}

write_files() {
	cat >SKILL.md <<'CLAWGW_END'
{{skill}}CLAWGW_END
	cat >watch.sh <<'CLAWGW_END'
{{watch}}CLAWGW_END
	chmod 644 SKILL.md watch.sh
}

# The automation: woken by the watcher; by the clock in releases of OpenClaw that know no streams.
add_automation() {
	set -- cron add --name clawith-sync --session isolated --no-deliver --declaration-key "$name" --message '{{task}}'
	[ -z "$agent" ] || set -- "$@" --agent "$agent"
	if openclaw cron add --help </dev/null 2>/dev/null | grep -q stream-command; then
		set -- "$@" --stream-command '["sh","skills/clawith_sync/watch.sh"]' --stream-cwd "$workspace"
	else
		set -- "$@" --every 5m
	fi
	openclaw "$@" </dev/null >/dev/null
}

take_back() {
	if command -v openclaw >/dev/null; then
		for job in $(find_jobs); do
			openclaw cron rm "$job" </dev/null >/dev/null
			say "{{say_job_removed}} $job"
		done
	fi
	if [ -d "$workspace/$folder" ]; then
		(cd "$workspace/$folder" && rm -f key key.new SKILL.md watch.sh)
		rmdir "$workspace/$folder"
		rmdir "$workspace/skills" 2>/dev/null || :
		say "{{say_folder_removed}} $workspace/$folder"
	fi
}

main() {
	while [ $# -gt 0 ]; do
		case $1 in
		--remove) remove=yes ;;
		--agent | --workspace)
			[ $# -ge 2 ] || fail "{{say_usage}}"
			if [ "$1" = --agent ]; then agent=$2; else workspace=$2; fi
			shift
			;;
		*) fail "{{say_usage}}" ;;
		esac
		shift
	done
	command -v curl >/dev/null || fail "{{say_no_curl}}"
	name=clawith-sync${agent:+-$agent}
	if [ -z "$workspace" ] && command -v openclaw >/dev/null; then workspace=$(find_workspace); fi
	[ -n "$workspace" ] || workspace=${OPENCLAW_STATE_DIR:-$HOME/.openclaw}/workspace${agent:+-$agent}
	if [ "$remove" = yes ]; then
		take_back
		return
	fi
	say "{{say_begin}} $base"
	mkdir -p "$workspace/$folder"
	cd "$workspace/$folder"
	write_key
	write_files
	say "{{say_written}} $workspace/$folder (SKILL.md, watch.sh, key)"
	curl -fsS -m 30 -X POST "$base/heartbeat" -H @key >/dev/null || fail "{{say_key_refused}}"
	say "{{say_key_good}}"
	command -v openclaw >/dev/null || fail "{{say_no_openclaw}}"
	add_automation || fail "{{say_no_automation}}"
	say "{{say_done}}"
}

main "$@"
