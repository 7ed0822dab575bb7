# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $e2e and others are set in lib.sh
# worker_lib.sh: a worker and a stand-in for language models, for the end-to-end tests. Sourced behind lib.sh.

# shellcheck disable=SC2034
{
	nina=33333333-0000-4000-8000-000000000004
	claude=33333333-0000-4000-8000-0000000000cc
	declare -A names=([$nina]=openai [$claude]=anthropic)
}

# sender N: the id of the Nth sending agent.
sender() { printf '88888888-0000-4000-8000-%012d' "$1"; }

# Database, stand-in, models, two native agents and 60 senders.
worker_start_all() {
	e2e_folder
	e2e_database
	mkdir "$e2e/model"
	process_start "$e2e/records" model "$e2e/model/port" "$builddir/tests/mock/model" -d "$e2e/model"
	wait_until 10 test -s "$e2e/model/port"
	model_log=$e2e/model/model.log
	sql "UPDATE llm_models SET base_url = 'http://127.0.0.1:$(cat "$e2e/model/port")/v1';
		INSERT INTO llm_models (id, tenant_id, provider, model, api_key_encrypted, base_url)
		SELECT '44444444-0000-4000-8000-0000000000cc', tenant_id, 'anthropic', 'mock-claude', 'sk-ant-test', base_url
		FROM llm_models WHERE model = 'mock-gpt';
		UPDATE agents SET max_llm_calls_per_day = -1;
		INSERT INTO agents (id, name, creator_id, tenant_id, primary_model_id, max_llm_calls_per_day)
		SELECT '$claude', 'Claude Native', creator_id, tenant_id, '44444444-0000-4000-8000-0000000000cc', -1
		FROM agents WHERE id = '$nina';
		INSERT INTO agents (id, name, creator_id, tenant_id, agent_type)
		SELECT ('88888888-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'Sender ' || i, creator_id, tenant_id, 'openclaw'
		FROM agents, generate_series(1, 60) i WHERE agents.id = '$nina'"
	export CLAWGW_SHUTDOWN_TIMEOUT=1s CLAWGW_LOG_LEVEL=info
}

# job SENDER TARGET CONTENT
job() {
	sql -v content="$3" -f - <<<"INSERT INTO clawgw.jobs (source_agent_id, target_agent_id, content)
		VALUES ('$(sender "$1")', '$2', :'content')"
}

worker() { "$e2e/programs/clawgw-worker" "$@" 2>>"$e2e/logs/worker.log"; }
# worker_daemon NAME: in the background. The shell need not tell what becomes of it.
worker_daemon() {
	process_start "$e2e/records" "$1" "$e2e/logs/$1.log" "$e2e/programs/clawgw-worker"
	disown
}
worker_pid() {
	local pid rest
	read -r pid rest <"$e2e/records/$1.pid"
	echo "$pid"
}

settled() { [ "$(sql "SELECT count(*) FROM clawgw.jobs WHERE state IN ('queued', 'running')")" = 0 ]; }
running() { [ "$(sql "SELECT count(*) FROM clawgw.jobs WHERE state = 'running'")" = "$1" ]; }
