#!/bin/bash
# SPDX-License-Identifier: ISC
# exim.sh: people's letters through a real Exim, with the router and the transport that docs/letters.md gives; by hand, because Debian's
# Exim and Postfix cannot be installed side by side, and Postfix is the one that letters.test drives. As root, in the build folder:
#
#     apt-get download exim4-daemon-light && dpkg-deb -x exim4-daemon-light_*.deb FOLDER
#     ../tests/manual/exim.sh FOLDER
#
# Takes half a minute and speaks TAP. Exim's queue and logs are in a temporary folder; it listens on 127.0.0.1 only.
folder=${1:?usage: exim.sh FOLDER, where dpkg-deb has unpacked exim4-daemon-light}
exim=$(cd "$folder" && pwd -P)/usr/sbin/exim4
builddir=${builddir:-.} srcdir=${srcdir:-$(dirname "$0")/../..}
# shellcheck source=tests/e2e/lib.sh
. "$srcdir/tests/e2e/lib.sh"
"$exim" -bV >/dev/null && [ "$(id -u)" = 0 ] || { echo 'Bail out! no Exim, or not root'; exit 99; }
echo "# $("$exim" -bV | sed -n 1p)"

e2e_folder
e2e_database
e2e_front 1
export CLAWGW_INBOUND_ADDRESS=agents@example.org CLAWGW_LETTER_SECRET=a-secret-of-sixteen-and-more CLAWGW_INBOUND_AUTH_HOST=mx.example.org
emma=55555555-0000-4000-8000-000000000003
port=$(free_port)
mkdir -p "$e2e/exim/spool" "$e2e/exim/log" "$e2e/mail"
chown -R mail: "$e2e/exim" "$e2e/mail"

# Exim cleans the environment.
{
	echo '#!/bin/bash'
	export -p | grep -E '^declare -x (CLAWGW_|[AUL]+SAN_OPTIONS)'
	echo "exec '$e2e/programs/clawgw-mail' \"\$@\""
} >"$e2e/programs/mail-pipe"
chmod 755 "$e2e/programs" "$e2e/programs/mail-pipe"
printf '%s\n' '*: "|'"$e2e/programs/mail-pipe"'"' >"$e2e/exim/valiases"
# of_docs NAME: the block of the manual that begins so, as this machine needs it
of_docs() {
	awk -v name="    $1:" '$0 == name { inside = 1 } inside && !/^    / { exit } inside' "$srcdir/docs/letters.md" | sed 's/^    //' |
		sed "s|/usr/sbin/clawgw-mail|$e2e/programs/mail-pipe|; s|user = clawgw|user = www-data|"
}
{
	cat <<-END
		exim_path = $exim
		exim_user = mail
		exim_group = mail
		primary_hostname = mail.example.org
		spool_directory = $e2e/exim/spool
		log_file_path = $e2e/exim/log/%s.log
		pid_file_path = $e2e/exim/exim.pid
		local_interfaces = <; 127.0.0.1
		daemon_smtp_ports = $port
		acl_smtp_rcpt = accept
		queue_only
		keep_environment =
		begin routers
	END
	of_docs clawgw_router
	# in a domain of their own
	of_docs clawgw_router | grep -v ' local_part' | sed 's/^clawgw_router/clawgw_own/; s/example.org/own.example.org/'
	cat <<-END
		catch_all:
		  driver = redirect
		  domains = catch.example.org
		  data = \${lookup{\$local_part@\$domain}lsearch*{$e2e/exim/valiases}}
		  pipe_transport = address_pipe
		  user = www-data
		people:
		  driver = accept
		  domains = person.example.org
		  transport = inbox
		begin transports
	END
	of_docs clawgw_pipe
	cat <<-END
		address_pipe:
		  driver = pipe
		  return_output
		inbox:
		  driver = appendfile
		  file = $e2e/mail/inbox
		  user = mail
		begin retry
		* * F,2h,1s
	END
} >"$e2e/exim/exim.conf"
"$exim" -C "$e2e/exim/exim.conf" -bV >"$e2e/logs/exim.log" 2>&1
is $? 0 'Exim takes the router and the transport of docs/letters.md'
process_keep "$e2e/records" exim "$e2e/logs/exim.log" "$exim" -C "$e2e/exim/exim.conf" -bdf
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
wait_until 10 listens

# Only the superuser's own queue runner may use a configuration that is not Debian's.
deliver() { "$exim" -C "$e2e/exim/exim.conf" -qff >>"$e2e/logs/exim.log" 2>&1; }
waiting() { "$exim" -C "$e2e/exim/exim.conf" -bpc; }
post() { sed 's/$/\r/' >"$e2e/message" && curl -sS -m 20 "smtp://127.0.0.1:$port/person.example.org" --mail-from "<$1>" --mail-rcpt "<$2>" -T "$e2e/message" && deliver && deliver; }
value() { node -e 'let v = JSON.parse(require("fs").readFileSync(0, "utf8")); for (const k of process.argv[1].split(".").filter(Boolean)) v = v?.[k]; console.log(typeof v === "string" ? v : JSON.stringify(v) ?? "none")' "$1"; }
poll() { ask /poll -H "X-Api-Key: $alpha_key"; }
report() { ask /report -H "X-Api-Key: $alpha_key" -d "{\"message_id\":\"$1\",\"result\":\"ok\"}" >/dev/null; }
inbox() { tr -d '\r' <"$e2e/mail/inbox" 2>/dev/null | tr '\n' ' ' | tr -s ' '; }
empty_inbox() { rm -f "$e2e/mail/inbox"; }

sql "UPDATE org_members SET email = 'emma@person.example.org' WHERE id = '$emma';
	INSERT INTO clawgw.threads (id, agent_id, member_id, channel, subject) VALUES ('99999999-0000-4000-8000-000000000001', '$alpha_id', '$emma', 'email', 'Paper')"
token=$(node -e '
	const crypto = require("crypto"), day = Math.floor(Date.now() / 86400000) & 0xffff;
	const signed = Buffer.concat([Buffer.from("99999999000040008000000000000001", "hex"), Buffer.from([day >> 8, day & 255])]);
	const mac = crypto.createHmac("sha256", process.argv[1]).update("clawgw letter token 1\0").update(signed).digest().subarray(0, 12);
	const bits = [...Buffer.concat([signed, mac])].map((byte) => byte.toString(2).padStart(8, "0")).join("");
	console.log(bits.match(/.{5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join(""));
' "$CLAWGW_LETTER_SECRET")

# -- a letter in
post emma@person.example.org "agents+$token@example.org" <<END
From: Emma Mail <emma@person.example.org>
Message-ID: <exim-1@person.example.org>
Subject: Re: Paper

Yes, please.

> Shall I?
END
answer=$(poll)
is "$(value messages.0.content <<<"$answer")" 'Yes, please.' 'the agent gets what was answered'
report "$(value messages.0.id <<<"$answer")"
is "$(waiting)" 0 'and the queue is empty'
# -- sysexits become answers that people understand
refused() { # FROM TO SENTENCE NAME
	empty_inbox
	post "$1" "$2" <<-END
		From: $1
		Message-ID: <exim-$RANDOM$RANDOM@person.example.org>

		Yes.
	END
	like "$(inbox)" "$3" "$4"
}
refused emma@person.example.org "agents+${token:0:47}$([ "${token: -1}" = a ] && echo b || echo a)@example.org" 'There is no such address here' 'an altered token comes back (67)'
refused mallory@person.example.org "agents+$token@example.org" 'Only who was written to can answer here' 'so does another sender (77)'
sql "UPDATE agents SET status = 'stopped' WHERE id = '$alpha_id'"
refused emma@person.example.org "agents+$token@example.org" 'is switched off and takes no letters' 'and what is for an agent that is switched off (69)'
sql "UPDATE agents SET status = 'idle' WHERE id = '$alpha_id'"
empty_inbox
post emma@person.example.org "agents+$token@example.org" <<END
From: emma@person.example.org
Message-ID: <exim-3@person.example.org>

> Shall I?
END
like "$(inbox)" 'holds no text of your own' 'and what has no words (65)'
is "$(value messages.length <<<"$(poll)")" 0 'nothing of that has reached the agent'

# -- for now
empty_inbox
postgres_stop "$e2e/data"
post emma@person.example.org "agents+$token@example.org" <<END
From: emma@person.example.org
Message-ID: <exim-4@person.example.org>

Later.
END
is "$(waiting) $(inbox)" '1 ' 'without the database the letter waits in the queue, and nothing comes back (75)'
postgres_start "$e2e/data" "$e2e/data/log"
sleep 2
deliver
answer=$(poll)
is "$(value messages.0.content <<<"$answer")" 'Later.' 'and is there when it is back'
report "$(value messages.0.id <<<"$answer")"

# -- bounces have no sender
post '' "agents+$token@example.org" <<END
From: MAILER-DAEMON@mail.example.org
Subject: Undeliverable: something
Message-ID: <exim-5@mail.example.org>

Your message could not be delivered.
END
is "$(waiting) $(inbox) $(value messages.length <<<"$(poll)")" '0  0' 'a bounce is taken, and starts no loop'

# -- a catch-all without plus addresses, as cPanel has it: the address with the token is in the headers
inbound() { sed -i "s|^.*exec|CLAWGW_INBOUND_ADDRESS=$1 exec|" "$e2e/programs/mail-pipe"; }
inbound agents@catch.example.org
post emma@person.example.org "agents+$token@catch.example.org" <<END
From: emma@person.example.org
Message-ID: <exim-6@person.example.org>

From a catch-all.
END
answer=$(poll)
is "$(value messages.0.content <<<"$answer")" 'From a catch-all.' 'a default address that pipes to the program'
report "$(value messages.0.id <<<"$answer")"
post emma@person.example.org someone-else@catch.example.org <<END
From: emma@person.example.org
To: <agents+$token@catch.example.org>
Message-ID: <exim-7@person.example.org>

By its headers.
END
like "$(inbox)" 'Nothing proves that this letter comes from you|There is no someone-else here' 'what is for nobody here comes back'

# -- a domain that is the agents' alone: by their names
inbound mail@own.example.org
empty_inbox
post emma@person.example.org alpha-claw@own.example.org <<END
Authentication-Results: mx.example.org; dmarc=pass
From: emma@person.example.org
Message-ID: <exim-8@person.example.org>
Subject: Hello

Are you there?
END
is "$(value messages.0.content <<<"$(poll)")$(inbox)" 'Subject: Hello

Are you there?' 'people write to agents by their names'
[ "$failures" = 0 ] || sed "s/^/# /" "$e2e"/exim/log/*.log
e2e_end
