// SPDX-License-Identifier: ISC
// clients.mjs: both generations of the official SDK as a client of the gateway, in TAP. Run by clients.test, which sets GW_MCP_URL,
// GW_MCP_KEY (Alpha's), GW_MCP_OTHER_KEY (Gamma's) and GW_MCP_MODULES (where npm put the packages).
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { GW_MCP_URL: url, GW_MCP_KEY: key, GW_MCP_OTHER_KEY: otherKey, GW_MCP_MODULES: modules } = process.env;
const require = createRequire(`${modules}/none.js`);
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);

let checks = 0;
let failures = 0;
function ok(condition, sentence, detail) {
	checks++;
	if (!condition) failures++;
	console.log(`${condition ? 'ok' : 'not ok'} ${checks} - ${sentence}`);
	if (!condition && detail !== undefined) console.log(`# ${JSON.stringify(detail, (_, value) => (value instanceof Error ? String(value) : value))}`);
}

const sdks = {
	'SDK 1': async () => {
		const { Client } = await load('@modelcontextprotocol/sdk/client/index.js');
		const { StreamableHTTPClientTransport } = await load('@modelcontextprotocol/sdk/client/streamableHttp.js');
		return { Client, StreamableHTTPClientTransport, ages: [['as it is', undefined]] };
	},
	'SDK 2': async () => {
		const { Client, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client');
		return {
			Client,
			StreamableHTTPClientTransport,
			ages: [
				['as it is', undefined],
				['the newest alone', { mode: { pin: '2026-07-28' } }],
				['whatever the server knows', { mode: 'auto' }],
			],
		};
	},
};

const headersOf = (bearer, presented) => (bearer ? { Authorization: `Bearer ${presented}` } : { 'X-Api-Key': presented });

async function connected({ Client, StreamableHTTPClientTransport }, versionNegotiation, headers) {
	const client = new Client({ name: 'clawgw-test', version: '1' }, versionNegotiation ? { versionNegotiation } : {});
	await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
	return client;
}

const call = (client, name, args) => client.callTool({ name, arguments: args });
const textOf = (result) => result.content.map((part) => part.text).join('\n');

async function talk(who, sdk, versionNegotiation, bearer) {
	const alpha = await connected(sdk, versionNegotiation, headersOf(bearer, key));
	const gamma = await connected(sdk, versionNegotiation, headersOf(bearer, otherKey));
	console.log(`# ${who}: protocol ${alpha.getNegotiatedProtocolVersion?.() ?? '?'}`);
	ok(alpha.getServerVersion()?.name === 'clawgw', `${who}: the server says who it is`, alpha.getServerVersion());
	ok(/check_inbox/.test(alpha.getInstructions() ?? ''), `${who}: and how it is used`);
	const { tools } = await alpha.listTools();
	ok(tools.map((tool) => tool.name).join(' ') === 'check_inbox wait_for_message report send_message message_status directory', `${who}: it has six tools`, tools.map((tool) => tool.name));

	const found = await call(alpha, 'directory', { query: 'gamma' });
	ok(found.structuredContent?.items?.some((item) => item.name.includes('Gamma')), `${who}: the directory finds Gamma`, found);
	const text = `It's "late": 你好 \\ $HOME\n${who}`;
	const waiting = call(gamma, 'wait_for_message', { seconds: 20 });
	const began = Date.now();
	const sent = await call(alpha, 'send_message', { target: 'Gamma', content: text });
	ok(sent.structuredContent?.status === 'accepted', `${who}: a message is sent`, sent);
	const { messages } = (await waiting).structuredContent;
	ok(messages.length === 1 && messages[0].content === text, `${who}: who waits gets it, to the letter`, messages);
	console.log(`# ${who}: ${Date.now() - began} ms from sending to waking`);
	const state = await call(alpha, 'message_status', { message_id: sent.structuredContent.message_id });
	ok(state.structuredContent?.status === 'working', `${who}: its state is told`, state);
	const ending = call(alpha, 'message_status', { message_id: sent.structuredContent.message_id, wait: 20 });
	await call(gamma, 'report', { message_id: messages[0].id, result: 'half way', in_progress: true });
	const reported = await call(gamma, 'report', { message_id: messages[0].id, result: `Done: ${text}` });
	ok(reported.structuredContent?.status === 'ok' && !reported.isError, `${who}: the result is reported`, reported);
	ok((await ending).structuredContent?.status === 'completed', `${who}: who waits for the end is told`);
	const inbox = await call(alpha, 'check_inbox', {});
	ok(inbox.structuredContent?.messages?.some((message) => message.content === `Done: ${text}` && message.expects_reply === false), `${who}: the answer is in the inbox`, inbox);
	for (const message of inbox.structuredContent.messages) await call(alpha, 'report', { message_id: message.id, result: 'seen', reply: false });
	ok((await call(alpha, 'wait_for_message', { seconds: 1 })).structuredContent.messages.length === 0, `${who}: nothing more waits`);

	const wrong = await call(alpha, 'report', { id: sent.structuredContent.message_id, text: 'x' });
	ok(wrong.isError && /report needs message_id/.test(textOf(wrong)), `${who}: a wrong argument is a sentence`, wrong);
	const nobody = await call(alpha, 'send_message', { target: 'Nobody of that name', content: 'x' });
	ok(nobody.isError && /not found/.test(textOf(nobody)), `${who}: so is a name that nobody has`, nobody);
	const unknown = await call(alpha, 'delete_everything', {}).then(() => null, (error) => error);
	ok(unknown !== null && /no such tool/.test(unknown.message), `${who}: and a tool that does not exist`, unknown);
	await alpha.close();
	await gamma.close();
}

for (const [name, make] of Object.entries(sdks)) {
	const sdk = await make();
	for (const [index, [age, negotiation]] of sdk.ages.entries()) {
		await talk(`${name}, ${age}`, sdk, negotiation, index % 2 === 1).catch((error) => ok(false, `${name}, ${age}: ${error.stack}`));
	}
	const stranger = await connected(sdk, undefined, {}).then(
		async (client) => {
			await client.listTools();
			return call(client, 'check_inbox', {}).then(() => 'a result', (error) => error);
		},
		(error) => error,
	);
	ok(stranger instanceof Error && /401|key|nauthorized/.test(`${stranger.name} ${stranger.message} ${stranger.code}`), `${name}: without a key there are tools, but no messages`, stranger);
}
console.log(`1..${checks}`);
process.exit(failures === 0 ? 0 : 1);
