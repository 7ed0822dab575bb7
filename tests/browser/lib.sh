# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $e2e and others are set in lib.sh
# lib.sh: the demo organisation behind nginx, with a worker and a stand-in for a language model, for a real browser. Sourced.
# Skipped where Chromium, or what package.json names, is not there: `npm ci` in a copy of it, whose folder GW_BROWSER_MODULES names.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"
# shellcheck source=scripts/demo.sh
. "$srcdir/scripts/demo.sh"

export GW_BROWSER_MODULES=${GW_BROWSER_MODULES:-$builddir/tests/browser}
for needed in /usr/bin/chromium "$GW_BROWSER_MODULES/node_modules/playwright-core" "$GW_BROWSER_MODULES/node_modules/axe-core"; do
	[ -e "$needed" ] || {
		echo "1..0 # SKIP there is no $needed"
		exit 0
	}
done

admin() { "$e2e/programs/clawgw-admin" "$@"; }

# Starts all of it; settings are in the environment. browser_before, if there is such a function, may start what they name.
browser_demo() {
	port=$(free_port)
	e2e_folder
	[ "$(type -t browser_before)" != function ] || browser_before
	export CLAWGW_PUBLIC_URL=http://127.0.0.1:$port CLAWGW_ONLINE_AFTER=8s CLAWGW_SEEN_INTERVAL=1s
	e2e_database
	sql 'TRUNCATE tenants, users, llm_models, agents, org_members, participants CASCADE'
	mkdir "$e2e/model"
	process_start "$e2e/records" model "$e2e/model/port" "$builddir/tests/mock/model" -d "$e2e/model"
	wait_until 10 test -s "$e2e/model/port"
	demo_create "$e2e/demo.env" "http://127.0.0.1:$(cat "$e2e/model/port")/v1" || { echo 'Bail out! no demo'; exit 99; }
	# shellcheck source=/dev/null
	. "$e2e/demo.env"
	for name in "${responders[@]}"; do
		responder_start "$e2e/records" "$e2e/run" "$e2e/logs" "$e2e/programs/$name.fcgi" 1
	done
	process_start "$e2e/records" worker "$e2e/logs/worker.log" "$e2e/programs/clawgw-worker"
	nginx_configure "$e2e/nginx" "$e2e/run" "$srcdir/nginx/clawgw.conf" "127.0.0.1:$port"
	process_keep "$e2e/records" nginx "$e2e/logs/nginx.log" "$(nginx_program)" -e stderr -c "$e2e/nginx/nginx.conf"
	responders_listen && wait_until 10 curl -sf -o /dev/null "http://127.0.0.1:$port/api/gateway/health"
	# shellcheck disable=SC2153 # the keys come with demo.env
	export GW_URL=http://127.0.0.1:$port GW_BETA_KEY=$BETA_KEY GW_ALPHA_KEY=$ALPHA_KEY GW_ADMIN=$e2e/programs/clawgw-admin
	export GW_BROWSER_PICTURES=$builddir/tests/browser/pictures
}

# browser_run SCRIPT
browser_run() { PATH=$(postgres_bin):$PATH node "$srcdir/tests/browser/$1"; }
