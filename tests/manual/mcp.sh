#!/bin/bash
# SPDX-License-Identifier: ISC
# mcp.sh: the clients of the Model Context Protocol that people have add the gateway by the lines of docs/connect.md; by hand,
# because their installation is large. In the build folder:
#
#     npm install --prefix FOLDER @anthropic-ai/claude-code @openai/codex @google/gemini-cli opencode-ai openclaw@2026.9.6 node@24 @modelcontextprotocol/inspector@2.12
#     ../tests/manual/mcp.sh FOLDER
#
# Speaks TAP; what is not installed is skipped. None of them asks a model: each only connects and lists the tools. Their home is a
# temporary folder; nothing listens but on 127.0.0.1. Several FOLDERs may be given.
[ $# -gt 0 ] || { echo "usage: mcp.sh FOLDER..., where npm installed the clients" >&2; exit 2; }
builddir=${builddir:-.} srcdir=${srcdir:-$(dirname "$0")/../..}
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"

path=''
for folder in "$@"; do
	folder=$(cd "$folder" && pwd -P)
	path=$path:$folder/node_modules/node/bin:$folder/node_modules/.bin
done
export PATH=${path#:}:$PATH

port=$(free_port)
e2e_folder
export CLAWGW_PUBLIC_URL=http://127.0.0.1:$port
e2e_database
e2e_front
nginx_configure "$e2e/nginx-tcp" "$e2e/run" "$srcdir/nginx/clawgw.conf" "127.0.0.1:$port"
process_keep "$e2e/records" nginx-tcp "$e2e/logs/nginx-tcp.log" "$(nginx_program)" -e stderr -c "$e2e/nginx-tcp/nginx.conf"
wait_until 10 curl -sf -o "$e2e/health" "http://127.0.0.1:$port/api/gateway/health"
mkdir "$e2e/home" "$e2e/home/work"
export HOME=$e2e/home NO_COLOR=1 CI=1
unset CLAUDECODE CLAUDE_CODE_ENTRYPOINT XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME CODEX_HOME
cd "$HOME/work" || exit 99

# lines HEADING: the commands that docs/connect.md gives for a client, with address and key filled in
lines() {
	sed -n "/^### $1\$/,/^##/p" "$srcdir/docs/connect.md" | sed -n 's/^    //p' |
		sed "s|https://HOST/|http://127.0.0.1:$port/|; s|oc-KEY|$alpha_key|"
}
# client PROGRAM HEADING CHECK WANTED: types the lines, and then CHECK
client() {
	local before after
	if ! command -v "$1" >/dev/null; then
		checks=$((checks + 1))
		echo "ok $checks - $2 # SKIP there is no $1"
		return
	fi
	echo "# $("$1" --version 2>/dev/null </dev/null | head -n 1)"
	lines "$2" >"$e2e/lines"
	timeout 120 bash -e "$e2e/lines" >"$e2e/typed" 2>&1 </dev/null
	ok $? "$2: its lines can be typed"
	before=$(grep -c 'POST /api/gateway/mcp.* 20[02] ' "$e2e/nginx-tcp/access.log")
	timeout 120 bash -c "$3" >"$e2e/checked" 2>&1 </dev/null
	like "$(cat "$e2e/checked")" "$4" "$2: and it says that it is connected"
	after=$(grep -c 'POST /api/gateway/mcp.* 20[02] ' "$e2e/nginx-tcp/access.log")
	[ "$after" -gt "$before" ]
	ok $? "$2: it has asked the gateway ($((after - before)) times)"
	[ "$failures" = 0 ] || sed 's/^/# /' "$e2e/lines" "$e2e/typed" "$e2e/checked" | tail -n 30
}
client claude 'Claude Code' 'claude mcp list' 'clawgw: .*Connected'
# codex connects when a session begins; there is no model for it
export CLAWGW_KEY=$alpha_key
client codex Codex 'codex mcp list; timeout 40 codex exec --skip-git-repo-check -c model_provider=none -c '\''model_providers.none={name="none",base_url="http://127.0.0.1:1/v1",wire_api="responses",request_max_retries=0,stream_max_retries=0}'\'' hello' 'clawgw .*/api/gateway/mcp'
client gemini 'Gemini CLI' 'GEMINI_CLI_TRUST_WORKSPACE=true gemini mcp list' 'clawgw.*Connected'
client opencode opencode 'opencode mcp list' 'clawgw.*connected'
client openclaw OpenClaw 'openclaw mcp probe clawgw' 'check_inbox|6 tools'
if command -v mcp-inspector >/dev/null; then
	for arguments in '--method tools/list' '--method tools/call --tool-name check_inbox --tool-arg limit=1'; do
		# shellcheck disable=SC2086 # words
		timeout 120 mcp-inspector --cli "http://127.0.0.1:$port/api/gateway/mcp" --transport http --header "X-Api-Key: $alpha_key" \
			$arguments >"$e2e/checked" 2>&1 </dev/null
		like "$(cat "$e2e/checked")" '"check_inbox"|"messages": \[\]' "Inspector: $arguments"
	done
fi
e2e_end
