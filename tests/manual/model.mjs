// SPDX-License-Identifier: ISC
// model.mjs: a stand-in for a language model, over OpenAI's chat completions, streamed. It knows nothing of the gateway: what it
// asks for it takes from the text that it is shown, addresses, headers and fields included. What was masked or mangled on the
// way is copied as it is, as a model does.
//
//     node model.mjs PORT LOG     LOG gets each request as a line of JSON
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';

const [port, log] = process.argv.slice(2);

const textOf = (content) =>
	typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n');

// The shell commands of a Markdown text.
const commandsOf = (markdown) => [...markdown.matchAll(/^```\w*\n([^]*?)^```$/gm)].map((match) => match[1]);

// A command with its places in <> filled in, in their order.
const fill = (command, ...values) => {
	let at = 0;
	return command.replace(/<(?!<)[^<>'"\n]+>/g, () => values[at++] ?? '');
};

// What stands in a text between the quotes of JSON; apostrophes and new lines may stay, says the skill.
const quoted = (text) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');

// The answer to a message: everything that shells and JSON trip over.
const answerTo = (message) => `It's "done": ${message.content}\n第二行 \\ $HOME \`date\``;

function messagesIn(text) {
	const begin = text.indexOf('{"messages":');
	if (begin < 0) return null;
	for (let end = text.length; end > begin; end = text.lastIndexOf('}', end - 1)) {
		try {
			return JSON.parse(text.slice(begin, end + 1)).messages;
		} catch {
			// more follows the JSON
		}
	}
	return null;
}

// What to do next: { say } or { tool, arguments }.
function decide(messages) {
	// what OpenClaw adds about itself comes as a message of the user, too
	const asked = messages.findLastIndex((message) => message.role === 'user' && !/^\s*<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>/.test(textOf(message.content)));
	const task = textOf(messages[asked]?.content);
	const results = messages.slice(asked + 1).filter((message) => message.role === 'tool').map((message) => textOf(message.content));
	if (!task.includes('clawith_sync')) return { say: 'HEARTBEAT_OK' };
	if (results.length === 0) {
		const system = messages.filter((message) => message.role === 'system' || message.role === 'developer')
			.map((message) => textOf(message.content)).join('\n');
		const place = /<name>clawith_sync<\/name>[^]*?<location>([^<]*)<\/location>/.exec(system);
		return place ? { tool: 'read', arguments: { path: place[1] } } : { say: 'There is no skill of that name.' };
	}
	const commands = commandsOf(results[0]);
	if (results.length === 1) {
		const poll = commands.find((command) => command.includes('/poll'));
		return poll ? { tool: 'exec', arguments: { command: poll } } : { say: 'The skill does not say how to fetch messages.' };
	}
	const received = messagesIn(results[1]);
	if (received === null) return { say: `No messages could be read: ${results[1].slice(0, 300)}` };
	const message = received[results.length - 2];
	if (message === undefined) return { say: `${received.length} message(s), all reported.` };
	const report = commands.find((command) => command.includes('/report') && !command.includes('in_progress'));
	return { tool: 'exec', arguments: { command: fill(report, message.id, quoted(answerTo(message))) } };
}

function stream(response, choice) {
	const send = (delta, finish) =>
		response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm',
			choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
	response.writeHead(200, { 'Content-Type': 'text/event-stream' });
	if (choice.say !== undefined) {
		send({ role: 'assistant', content: choice.say }, null);
		send({}, 'stop');
	} else {
		send({ role: 'assistant', tool_calls: [{ index: 0, id: `call_${Date.now()}`, type: 'function',
			function: { name: choice.tool, arguments: JSON.stringify(choice.arguments) } }] }, null);
		send({}, 'tool_calls');
	}
	response.end(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } })}\n\ndata: [DONE]\n\n`);
}

createServer((request, response) => {
	const chunks = [];
	request.on('data', (chunk) => chunks.push(chunk));
	request.on('end', () => {
		if (!request.url.endsWith('/chat/completions')) {
			response.writeHead(200, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
			return;
		}
		const { messages, tools } = JSON.parse(Buffer.concat(chunks).toString());
		const choice = decide(messages);
		appendFileSync(log, `${JSON.stringify({ messages, tools: tools?.map((tool) => tool.function?.name), choice })}\n`);
		stream(response, choice);
	});
}).listen(Number(port), '127.0.0.1');
