#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# old_service.pl SOCKET DATABASE-URL: a stand-in for the platform's own service, on the platform's tables, over HTTP on a Unix socket.
#
# Does what that does to the tables and no more, as far as deployed agents can tell: keys are compared with the column; a poll reads
# what is pending and then marks it, without a lock; a report sets what was reported; a message is one row with the columns that the
# service fills. Each answer has the header X-Answered-By: platform.
use strict;
use warnings;
use IO::Socket::UNIX;
use JSON::PP;
use Digest::SHA qw(sha256_hex);

my ($path, $database) = @ARGV;
my $json = JSON::PP->new->utf8->allow_nonref;
my %reason = (200 => 'OK', 401 => 'Unauthorized', 404 => 'Not Found');

# sql STATEMENT, VALUES...: rows as arrays; $1 and so on are the values, as psql's variables.
sub sql {
	my ($statement, @values) = @_;
	my $n = 0;
	my @variables = map { ('-v', 'v' . ++$n . "=$_") } @values;
	$statement =~ s/\$(\d+)/:'v$1'/g;
	pipe(my $in, my $out) or die "pipe: $!";
	my $pid = open(my $psql, '-|') // die "fork: $!";
	if ($pid == 0) {
		close $out;
		open(STDIN, '<&', $in) or die "stdin: $!";
		exec 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', @variables, '-f', '-', $database;
	}
	close $in;
	print $out $statement;
	close $out;
	my @rows = map { chomp; $_ } <$psql>;
	close $psql or die "psql: $statement";
	return @rows;
}

sub agent_of {
	my ($key) = @_;
	my ($id) = sql(q{SELECT id FROM agents WHERE agent_type = 'openclaw' AND api_key_hash IN ($1, $2) LIMIT 1}, $key, sha256_hex($key));
	return $id;
}

my %endpoints = (
	'GET /api/gateway/poll' => sub {
		my ($agent) = @_;
		my @messages = map { $json->decode($_) } sql(
			q{SELECT json_build_object('id', id, 'conversation_id', conversation_id, 'content', content, 'history', '[]'::json)
			  FROM gateway_messages WHERE agent_id = $1 AND status = 'pending' ORDER BY created_at}, $agent);
		sql(q{UPDATE gateway_messages SET status = 'delivered', delivered_at = now() WHERE id = $1}, $_->{id}) for @messages;
		sql(q{UPDATE agents SET openclaw_last_seen = now(), status = 'running' WHERE id = $1}, $agent);
		return 200, {messages => \@messages, relationships => []};
	},
	'POST /api/gateway/report' => sub {
		my ($agent, $body) = @_;
		my ($message) = sql(q{UPDATE gateway_messages SET status = 'completed', result = $3, completed_at = now()
			WHERE id = $1 AND agent_id = $2 RETURNING json_build_object('sender', sender_agent_id, 'conversation', conversation_id)},
			$body->{message_id}, $agent, $body->{result});
		return 404, {detail => 'Message not found'} if !defined $message;
		$message = $json->decode($message);
		sql(q{INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
			VALUES (gen_random_uuid(), $1, $2, $3, $4, 'pending', now())},
			$message->{sender}, $agent, $message->{conversation} // '', $body->{result}) if defined $message->{sender};
		return 200, {status => 'ok'};
	},
	'POST /api/gateway/heartbeat' => sub {
		my ($agent) = @_;
		sql(q{UPDATE agents SET openclaw_last_seen = now(), status = 'running' WHERE id = $1}, $agent);
		return 200, {status => 'ok', agent_id => $agent};
	},
	'POST /api/gateway/send-message' => sub {
		my ($agent, $body) = @_;
		my ($target) = sql(q{SELECT id FROM agents WHERE name = $1 AND agent_type = 'openclaw' AND id <> $2}, $body->{target}, $agent);
		return 404, {detail => "Target '$body->{target}' not found. Check your relationships list."} if !defined $target;
		sql(q{INSERT INTO gateway_messages (id, agent_id, sender_agent_id, conversation_id, content, status, created_at)
			VALUES (gen_random_uuid(), $1, $2, 'gw_agent_' || $2 || '_' || $1, $3, 'pending', now())}, $target, $agent, $body->{content});
		return 200, {status => 'accepted', target => $body->{target}, type => 'openclaw_agent'};
	},
);

sub answer {
	my ($client) = @_;
	my ($method, $path) = (<$client> // '') =~ m{^(\S+) ([^?\s]+)} or return;
	my %headers;
	while (defined(my $line = <$client>)) {
		last if $line =~ /^\r?\n$/;
		$headers{lc $1} = $2 if $line =~ /^([^:]+):\s*(.*?)\r?\n$/;
	}
	my $body = '';
	read($client, $body, $headers{'content-length'}) if $headers{'content-length'};
	my $endpoint = $endpoints{"$method $path"};
	my $agent = agent_of($headers{'x-api-key'} // '');
	my ($status, $answer) = !$endpoint ? (404, {detail => 'Not Found'})
		: !defined $agent ? (401, {detail => 'Invalid API key'})
		: $endpoint->($agent, $body eq '' ? {} : $json->decode($body));
	my $text = $json->encode($answer);
	print $client "HTTP/1.0 $status $reason{$status}\r\nContent-Type: application/json\r\nX-Answered-By: platform\r\n",
		'Content-Length: ', length $text, "\r\n\r\n", $text;
}

$SIG{CHLD} = 'IGNORE';
umask 0;
my $server = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $path, Listen => 64) or die "$path: $!";
while (1) {
	my $client = $server->accept or next;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		close $server;
		$SIG{CHLD} = 'DEFAULT';
		answer($client);
		exit 0;
	}
	close $client;
}
