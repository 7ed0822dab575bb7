# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154 # $e2e and others are set in lib.sh
# mail_lib.sh: a mail server (Postfix) for the end-to-end tests. Sourced behind lib.sh.

# Whether there is one that can be started: Postfix wants to be root.
postfix_there() {
	[ "$(id -u)" = 0 ] && command -v postfix >/dev/null
}

# postfix_start [PROGRAM]: a Postfix of its own. Takes mail on 127.0.0.1. What goes to example.com is put into $e2e/mail/inbox. With
# PROGRAM: what goes to agents.example.com is handed to it by pipe(8), and what goes to agents@host.example.com by an alias, as from a
# .forward file (local(8)), both as the account that may use the database. Prints its port. End it with postfix_stop.
postfix_start() {
	local folder=$e2e/postfix program=${1-} port
	mkdir -p "$folder/etc" "$folder/queue" "$folder/data" "$e2e/mail"
	chown postfix: "$folder/data"
	chown nobody: "$e2e/mail"
	port=$(free_port)
	cat >"$folder/etc/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = $folder/queue
		data_directory = $folder/data
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		myhostname = mail.example.com
		mydestination = ${program:+host.example.com}
		recipient_delimiter = +
		local_recipient_maps =
		smtpd_recipient_restrictions = check_recipient_access inline:{ { refused.example.com = 550 5.1.1 not here } }, permit_mynetworks, reject
		virtual_mailbox_domains = example.com xn--bcher-kva.example
		virtual_mailbox_base = $e2e/mail
		virtual_mailbox_maps = static:inbox
		virtual_uid_maps = static:$(id -u nobody)
		virtual_gid_maps = static:$(id -g nobody)
		virtual_minimum_uid = 1
		virtual_alias_maps =
		alias_maps = ${program:+inline:{ { agents = "|$program-alias" \} \}}
		alias_database =
		relay_domains = ${program:+agents.example.com}
		transport_maps = ${program:+inline:{ { agents.example.com = clawgw-mail: \} \}}
		clawgw-mail_destination_recipient_limit = 1
		default_privs = www-data
		fast_flush_domains =
		minimal_backoff_time = 1s
		maximal_backoff_time = 1s
		queue_run_delay = 1s
		maillog_file_prefixes = $folder
		maillog_file = $folder/log
	END
	{
		echo "127.0.0.1:$port inet n - n - - smtpd"
		echo 'pickup unix n - n 60 1 pickup'
		echo 'cleanup unix n - n - 0 cleanup'
		echo 'qmgr unix n - n 1 1 qmgr'
		echo 'rewrite unix - - n - - trivial-rewrite'
		echo 'bounce unix - - n - 0 bounce'
		echo 'defer unix - - n - 0 bounce'
		echo 'trace unix - - n - 0 bounce'
		echo 'proxymap unix - - n - - proxymap'
		echo 'anvil unix - - n - 1 anvil'
		echo 'scache unix - - n - 1 scache'
		echo 'error unix - - n - - error'
		echo 'retry unix - - n - - error'
		echo 'local unix - n n - - local'
		echo 'virtual unix - n n - - virtual'
		echo 'postlog unix-dgram n - n - 1 postlogd'
		echo 'clawgw-mail unix - n n - 4 pipe'
		# the words of docs/letters.md
		# shellcheck disable=SC2016
		echo "  flags=Rq user=www-data null_sender= argv=$program"' -f ${sender} -- ${original_recipient}'
	} >"$folder/etc/master.cf"
	postfix -c "$folder/etc" start >"$e2e/logs/postfix.log" 2>&1 || return 1
	echo "$port"
}

postfix_stop() {
	postfix -c "$e2e/postfix/etc" abort >/dev/null 2>&1
}
