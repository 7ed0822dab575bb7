#!/bin/bash
# SPDX-License-Identifier: ISC
# openclaw.sh: the setup guide, followed with the real OpenClaw; by hand, because its installation is large. In the build folder:
#
#     npm install --prefix FOLDER openclaw@2026.9.6 node@24
#     ../tests/manual/openclaw.sh FOLDER
#
# Takes some four minutes and speaks TAP. The model is tests/manual/model.mjs, which takes every command from what OpenClaw shows
# it. OpenClaw's home is a temporary folder; nothing listens but on 127.0.0.1.
# shellcheck disable=SC2016 # Perl's variables, and those of the answer
packages=${1:?usage: openclaw.sh FOLDER, where npm installed openclaw and node}
builddir=${builddir:-.} srcdir=${srcdir:-$(dirname "$0")/../..}
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"

packages=$(cd "$packages" && pwd -P)
openclaw_version=$(sed -n 's/^ *"version": *"\(.*\)".*/\1/p' "$packages/node_modules/openclaw/package.json")
echo "# OpenClaw $openclaw_version"

e2e_folder
e2e_database
port=$(free_port) model_port=$(free_port) claw_port=$(free_port)
export CLAWGW_PUBLIC_URL=http://127.0.0.1:$port
base=$CLAWGW_PUBLIC_URL/api/gateway
e2e_front
nginx_configure "$e2e/nginx-tcp" "$e2e/run" "$srcdir/nginx/clawgw.conf" "127.0.0.1:$port"
process_keep "$e2e/records" nginx-tcp "$e2e/logs/nginx-tcp.log" "$(nginx_program)" -e stderr -c "$e2e/nginx-tcp/nginx.conf"
wait_until 10 curl -fs -o "$e2e/health" "$base/health"

# Gamma is the agent that OpenClaw becomes; Alpha writes to it.
mkdir -p "$e2e/bin" "$e2e/home/.openclaw"
ln -s "$packages/node_modules/node/bin/node" "$e2e/bin/node"
printf '#!/bin/sh\nexec "%s/bin/node" "%s/node_modules/openclaw/openclaw.mjs" "$@"\n' "$e2e" "$packages" >"$e2e/bin/openclaw"
chmod 755 "$e2e/bin/openclaw"
cat >"$e2e/home/.openclaw/openclaw.json" <<END
{ "gateway": { "mode": "local", "port": $claw_port, "bind": "loopback", "auth": { "mode": "token", "token": "of-this-test" } },
  "models": { "mode": "replace", "providers": { "scripted": { "baseUrl": "http://127.0.0.1:$model_port/v1", "apiKey": "none",
    "api": "openai-completions", "models": [ { "id": "m", "name": "m", "reasoning": false, "input": ["text"], "contextWindow": 200000,
    "maxTokens": 8192, "cost": { "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0 } } ] } } },
  "agents": { "defaults": { "model": { "primary": "scripted/m" }, "skipBootstrap": true } },
  "discovery": { "mdns": { "mode": "off" } } }
END
# as the owner works: a home, a shell, openclaw in PATH
as_owner() {
	env -u OPENCLAW_WORKSPACE_DIR -u OPENCLAW_STATE_DIR HOME="$e2e/home" PATH="$e2e/bin:$PATH" OPENCLAW_SKIP_CHANNELS=1 "$@"
}
workspace=$e2e/home/.openclaw/workspace skill=skills/clawith_sync

process_keep "$e2e/records" model "$e2e/logs/model.log" "$e2e/bin/node" "$srcdir/tests/manual/model.mjs" "$model_port" "$e2e/model.log"
process_keep "$e2e/records" openclaw "$e2e/logs/openclaw.log" env HOME="$e2e/home" PATH="$e2e/bin:$PATH" OPENCLAW_SKIP_CHANNELS=1 NO_COLOR=1 \
	"$e2e/bin/openclaw" gateway run
wait_until 90 grep -q "\[gateway\].* ready.\{0,5\}$" "$e2e/logs/openclaw.log" || { tail -n 20 "$e2e/logs/openclaw.log"; echo "Bail out! OpenClaw does not start"; exit 99; }

# guide LANGUAGE EXPRESSION: what the Perl expression makes of the guide, $g
guide() {
	curl -fsS "$base/setup-guide/$gamma_id" -H "X-Api-Key: $gamma_key" -H "Accept-Language: $1" |
		perl -MJSON::PP -0777 -e 'our $g = decode_json(<STDIN>); binmode STDOUT, ":utf8"; print eval $ARGV[0]; die $@ if $@' "$2"
}
# follow LANGUAGE: the commands, one after the other, each in a shell of its own as somebody pastes them
follow() {
	guide "$1" 'join "\0", @{$g->{commands}}, $g->{test}' |
		(cd "$e2e/home" && as_owner xargs -0 -n 1 sh -c) >"$e2e/follow.out" 2>"$e2e/follow.err"
}
script() {
	curl -fsS "$base/setup-guide/$gamma_id.sh" -H "X-Api-Key: $gamma_key" -H "Accept-Language: $1" |
		(cd "$e2e/home" && as_owner sh -s -- "${@:2}") >"$e2e/script.out" 2>&1
}
# jobs EXPRESSION: of OpenClaw's automations with our declaration key, @j
jobs_of() {
	as_owner openclaw cron list --all --json 2>/dev/null </dev/null |
		perl -MJSON::PP -0777 -e 'our @j = grep { ($_->{declarationKey} // "") =~ /^clawith-sync/ } @{decode_json(<STDIN>)->{jobs}}; print eval $ARGV[0]; die $@ if $@' "$1"
}
# state: what the commands leave behind, without what changes by itself
state() {
	jobs_of 'join "\n", map { JSON::PP->new->canonical->encode({id => $_->{id}, schedule => $_->{schedule}, payload => $_->{payload}, revision => $_->{configRevision}}) } @j'
	(cd "$workspace" && find "$skill" -type f -exec stat -c '%n %a' {} + -exec cat {} +) | sort
}
# write TEXT: Alpha writes to Gamma; $message is its id
write() {
	message=$(ask /send-message -X POST -H "X-Api-Key: $alpha_key" -d "$(perl -MJSON::PP -MEncode -e 'print encode_json({target => "Gamma", content => decode("UTF-8", $ARGV[0])})' "$1")" |
		sed -n 's/.*"message_id":"\([^"]*\)".*/\1/p')
}
answered() {
	[ "$(sql "SELECT status FROM gateway_messages WHERE id = '$message'")" = completed ]
}
answer_to() {
	printf 'It'\''s "done": %s\n第二行 \\ $HOME `date`' "$1"
}
has_state() {
	[ "$(jobs_of "\$j[0]{state}{$1} // ''")" = "$2" ]
}
model_calls() {
	if [ -e "$e2e/model.log" ]; then grep -c 'clawith_sync.*skills' "$e2e/model.log"; else echo 0; fi
}

# settled: no model was asked in 20 s; $calls is how often before
settled() {
	calls=$(model_calls)
	sleep 20
	[ "$(model_calls)" = "$calls" ]
}

for language in en zh; do
	# the one language by the commands first, the other by the script first
	if [ $language = en ]; then first=follow second=script; else first=script second=follow; fi
	$first $language
	ok $? "$language: $first: the guide can be followed"
	is "$(jobs_of 'scalar @j')" 1 "$language: there is one automation"
	before=$(state)
	$first $language
	is "$(state)" "$before" "$language: a second time changes nothing"
	$second $language
	is "$(jobs_of 'scalar @j')" 1 "$language: $second makes no second automation"
	is "$(state)" "$before" "$language: nor does it change anything"
	is "$(grep -rl "$gamma_key" "$workspace")" "$workspace/$skill/key" "$language: the key is in the key file alone"
	is "$(stat -c %a "$workspace/$skill/key")" 600 "$language: which nobody else may read"

	wait_until 20 has_state streamStatus running
	ok $? "$language: the watcher runs"
	sleep 12
	calls=$(model_calls)
	text="Isn't it \"late\"? $language
报告 \\ \$PATH"
	write "$text"
	began=$(milliseconds)
	wait_until 40 answered
	at_most $(($(milliseconds) - began)) 35000 "$language: a message is answered within 35 s by the stream automation"
	echo "# $language: stream automation: $(($(milliseconds) - began)) ms"
	is "$(sql "SELECT result FROM gateway_messages WHERE id = '$message'")" "$(answer_to "$text")" "$language: to the letter"
	like "$(ask /poll -H "X-Api-Key: $alpha_key")" 'second|第二行' "$language: and Alpha gets it"
	wait_until 20 has_state lastRunStatus ok
	ok $? "$language: and the run ended well"
	[ "$(model_calls)" -gt "$calls" ]
	ok $? "$language: by runs of the model"

	# within the 30 s that OpenClaw leaves between two wakes
	job=$(jobs_of '$j[0]{id}')
	write "forced $language"
	began=$(milliseconds)
	as_owner openclaw cron run "$job" >"$e2e/run.out" 2>&1 </dev/null
	wait_until 15 answered
	at_most $(($(milliseconds) - began)) 10000 "$language: a forced run answers within 10 s"
	echo "# $language: forced run: $(($(milliseconds) - began)) ms"
	# the watcher has told of that message, too; the run for it finds nothing
	wait_until 180 settled
	sleep 35
	is "$(model_calls)" "$calls" "$language: while nothing waits, no model is asked"
	is "$(as_owner openclaw cron runs --id "$job" 2>/dev/null </dev/null |
		perl -MJSON::PP -0777 -e 'print join " ", grep { $_ ne "ok" } map { $_->{status} // "?" } @{decode_json(<STDIN>)->{entries}}')" '' \
		"$language: no run ended in an error"
	is "$(jobs_of '$j[0]{state}{consecutiveErrors} // 0')" 0 "$language: nor does the automation count any"

	script $language --remove
	ok $? "$language: it is taken back"
	is "$(jobs_of 'scalar @j')" 0 "$language: no automation is left"
	is "$(cd "$workspace" && find . -path ./.git -prune -o -name '*clawith*' -print; find "$workspace" -name skills)" '' "$language: nor any file"
done
is "$(grep -c "$gamma_key" "$e2e/model.log")" 0 'no request to the model held the key'
# what the model was shown last, and did, for whoever looks for a fault
[ "$failures" = 0 ] || tail -n 12 "$e2e/model.log" | perl -MJSON::PP -ne '
	BEGIN { binmode STDOUT, ":utf8" } my $call = decode_json($_); my $last = $call->{messages}[-1];
	printf "# shown: %.600s\n# did: %.600s\n", map { my $text = JSON::PP->new->encode($_); $text =~ s/\n/ /g; $text } $last, $call->{choice};'
e2e_end
