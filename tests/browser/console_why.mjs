/* SPDX-License-Identifier: ISC */
/*
 * console_why.mjs: an operator who is asked why an agent does not answer, and mends it where it is said; the screen on the wall, a letter to
 * oneself, one organisation of several, a page that nobody sees. Started by console_why.test.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { end, offences, ok, open, picture, step } from './browser.mjs';
import { as, command, signIn, sql, until, url, visit } from './demo.mjs';

const { GW_ALPHA_KEY: alphaKey, GW_BETA_KEY: betaKey, GW_MAILS: mails, GW_RECORDS: records, GW_WALL: wall, GW_WORKER: worker } = process.env;
const fault = (found) => {
	if (found.length) throw new Error(found.join('\n'));
};
const agent = (name) => sql(`SELECT id FROM agents WHERE name = '${name}'`);
const beta = agent('Beta');
const nina = agent('Nina');
const last = sql(`SELECT id FROM gateway_messages WHERE agent_id = '${beta}' ORDER BY created_at DESC LIMIT 1`);
const texts = async (language) => (await import(`data:text/javascript,${encodeURIComponent(readFileSync(new URL(`../../web/console/${language}.js`, import.meta.url)))}`)).default;

const { context, page, complaints } = await open();
const dialog = page.getByRole('dialog');
const reason = (code) => page.locator(`.reasons li[data-code=${code}]`);
/* Opens an agent anew, as somebody does who was just asked about it. */
async function look(id) {
	await page.goto('about:blank');
	await visit(page, `agents/${id}`);
}
/* What stood in its way is not there any more. */
async function mended(id, code) {
	await look(id);
	await page.locator('.reasons').waitFor({ state: 'attached' });
	if (await reason(code).count()) throw new Error(`still there: ${await reason(code).textContent()}`);
}
/* Presses the button beside the line, and that in the question which it asks. */
async function press(code, name, fill = async () => {}, does = name) {
	await reason(code).getByRole('button', { name }).click();
	await dialog.waitFor();
	await fill();
	await dialog.getByRole('button', { name: does, exact: true }).click();
}

await signIn(page, 'Olga');
/* she looks after all organisations */
command('tenant', 'add', 'Second organisation', '--slug', 'second');
command('user', 'add', 'Petra', '--tenant', 'second', '--role', 'platform_admin');
command('agent', 'add', 'Zeta', '--tenant', 'second', '--creator', 'Petra', '--type', 'openclaw');
const petra = await open();
await signIn(petra.page, 'Petra');
sql("UPDATE agents SET openclaw_last_seen = now() + interval '1 hour' WHERE agent_type = 'openclaw'");

/* [what it is, whose, what makes it so, its code, what is read, what the operator does about it] */
const ways = [
	['suspended', beta, "UPDATE agents SET status = 'stopped' WHERE name = 'Beta'", 'suspended', 'it is suspended', async () => {
		await reason('suspended').getByRole('button', { name: 'Resume' }).click();
		await page.locator('.said-of', { hasText: 'Beta is back' }).waitFor();
	}],
	['never polled', beta, "UPDATE agents SET openclaw_last_seen = NULL WHERE name = 'Beta'", 'never_asked', 'nobody has ever asked with its key', async () => {
		await press('never_asked', 'Connect a program');
		await page.locator('.once', { hasText: '/api/gateway/join/' }).waitFor();
		await as(betaKey, '/poll');
	}],
	['its lease is running', beta, `UPDATE gateway_messages SET status = 'delivered', delivered_at = now() WHERE id = '${last}'`, 'working', `it is working on message ${last}`, async () => {
		await reason('working').getByRole('link', { name: last }).click();
		await page.getByRole('button', { name: 'Expire' }).click();
		await dialog.getByRole('button', { name: 'Expire' }).click();
		await page.locator('.said-of', { hasText: 'now: Expired' }).waitFor();
	}],
	['its message expired', beta, `UPDATE gateway_messages SET status = 'expired', completed_at = now() + interval '1 second' WHERE id = '${last}'`, 'message_unanswered', `its last message without an answer, ${last}, has expired`, async () => {
		await reason('message_unanswered').getByRole('link', { name: last }).click();
		await page.getByRole('button', { name: 'Deliver again' }).click();
		await dialog.getByRole('button', { name: 'Deliver again' }).click();
		await page.locator('.said-of', { hasText: 'now: Waiting' }).waitFor();
		sql("UPDATE gateway_messages SET status = 'completed' WHERE status IN ('expired', 'failed')");
	}],
	['its name is ambiguous', beta, "UPDATE agents SET name = 'BETA' WHERE name = 'Alpha'", 'name_ambiguous', 'its name means others, too', async () => {
		await press('name_ambiguous', 'Rename', () => dialog.getByLabel('Name').fill('Berta'));
		await page.getByRole('heading', { name: 'Berta' }).waitFor();
		sql("UPDATE agents SET name = CASE name WHEN 'Berta' THEN 'Beta' ELSE 'Alpha' END WHERE name IN ('Berta', 'BETA')");
	}],
	['its letter bounced', beta, `UPDATE clawgw.threads SET agent_id = '${beta}'`, 'letter_failed', 'did not arrive: 550 5.1.1 no such mailbox', async () => {
		await reason('letter_failed').getByRole('link', { name: 'Letters' }).click();
		await page.getByText('no such mailbox').first().waitFor();
		sql("UPDATE clawgw.threads SET agent_id = (SELECT id FROM agents WHERE name = 'Alpha')");
	}],
	['its model is disabled', nina, 'UPDATE llm_models SET enabled = false', 'models_disabled', 'none of its language models is enabled', async () => {
		await reason('models_disabled').getByRole('link', { name: 'Models' }).click();
		await page.getByRole('button', { name: 'Switch on' }).click();
		await page.getByRole('button', { name: 'Switch off' }).waitFor();
	}],
	['its quota is used up', nina, "UPDATE agents SET max_llm_calls_per_day = 5, llm_calls_today = 5, llm_calls_reset_at = now() WHERE name = 'Nina'", 'calls_of_day_made', 'it has made its 5 calls of a day', async () => {
		await press('calls_of_day_made', 'Limits', () => dialog.getByLabel('Calls a day at most').fill(''), 'Save');
		await page.locator('.said-of', { hasText: 'Saved' }).waitFor();
	}],
];
for (const [name, id, make, code, said, mend] of ways) {
	await step(`why it does not answer: ${name}; it is mended from there`, async () => {
		sql(make);
		await look(id);
		await reason(code).filter({ hasText: said }).waitFor();
		if (!['bad', 'warn'].includes(await reason(code).getAttribute('class'))) throw new Error('it looks as if all were well');
		await mend();
		await mended(id, code);
	});
}

await step('why it does not answer: its program has a wrong key; it is mended from there', async () => {
	await look(beta);
	await page.getByRole('button', { name: 'New key' }).click();
	await dialog.getByRole('button', { name: 'New key' }).click();
	await page.locator('.once').waitFor();
	if ((await fetch(`${url}/api/gateway/poll`, { headers: { 'X-Api-Key': betaKey } })).status !== 401) throw new Error('the old key still works');
	sql("UPDATE agents SET openclaw_last_seen = now() - interval '1 hour' WHERE name = 'Beta'");
	await until('the refused key is counted', () => sql("SELECT count(*) > 0 FROM clawgw.rollups WHERE what = 'refused key'") === 't');
	await look(beta);
	await reason('away').filter({ hasText: 'asks with a key that was replaced' }).waitFor();
	await reason('keys_refused').filter({ hasText: 'refused within the hour' }).waitFor();
	await picture(page, 'console-wrong-key');
	fault(await offences(page));
	await press('away', 'Connect a program');
	const line = await page.locator('.once', { hasText: '/api/gateway/join/' }).textContent();
	/* what the line does where the agent lives */
	const joined = await (await fetch(/https?:\S+/.exec(line)[0], { method: 'POST', headers: { Accept: 'application/json' } })).json();
	if (!Array.isArray((await as(joined.api_key, '/poll')).messages)) throw new Error('the new key does not work');
	await until('the poll is noted', () => sql(`SELECT openclaw_last_seen > now() - interval '30 minutes' FROM agents WHERE id = '${beta}'`) === 't');
	/* it stays there, however long the browser takes to look */
	sql(`UPDATE agents SET openclaw_last_seen = now() + interval '1 hour' WHERE id = '${beta}'`);
	await mended(beta, 'away');
	await mended(beta, 'keys_refused');
});

const alive = () => sql('SELECT count(*) FROM clawgw.workers WHERE seen_until > clock_timestamp()');
let started = null;
process.on('exit', () => started?.kill());
await step('why it does not answer: the worker stopped; whoever starts it again sees that it is mended', async () => {
	process.kill(Number(readFileSync(`${records}/worker.pid`, 'utf8').split(' ')[0]));
	await until('the worker ends', () => alive() === '0');
	await fetch(`${url}/api/gateway/send-message`, { method: 'POST', headers: { 'X-Api-Key': alphaKey }, body: JSON.stringify({ target: 'Nina', content: 'Are you there?' }) });
	await look(nina);
	await reason('no_worker').filter({ hasText: 'start clawgw-worker' }).waitFor();
	await picture(page, 'console-no-worker');
	/* workers are no organisation's: who may see them is led there */
	if (await reason('no_worker').getByRole('link').count()) throw new Error('an administrator of an organisation is led to what is hidden');
	await visit(petra.page, `agents/${nina}`);
	await petra.page.locator('.reasons li[data-code=no_worker]').getByRole('link', { name: 'Health' }).click();
	await petra.page.locator('.said-of', { hasText: 'No worker is alive' }).waitFor();
	started = spawn(worker, { stdio: 'ignore' });
	await until('the worker takes the job', () => alive() === '1' && sql("SELECT count(*) FROM clawgw.jobs WHERE state IN ('queued', 'running')") === '0');
	await mended(nina, 'no_worker');
});

/* -- the screen on the wall */
await step('where the gateway is set to be read only, everything is seen and there is nothing to press', async () => {
	sql("UPDATE agents SET status = 'stopped' WHERE name = 'Beta'");
	const views = [`agents/${beta}`, `story/${last}`, 'messages', 'agents', 'people', 'models', 'channels', 'health'];
	for (const view of views) {
		await page.goto('about:blank');
		await visit(page, view, wall);
		await page.getByText('Read only').waitFor();
		const names = await page.locator('.place button').allTextContents();
		fault(names.filter((name) => !['Show', 'Show more'].includes(name)).map((name) => `${view}: ${name}`));
	}
	await page.goto('about:blank');
	await visit(page, `agents/${beta}`, wall);
	await reason('suspended').waitFor();
	await picture(page, 'console-wall');
	const refused = await page.evaluate(async (id) => {
		const answer = await fetch(`../api/gateway/operator/agents/${id}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"do":"resume"}' });
		return `${answer.status} ${(await answer.json()).detail.code}`;
	}, beta);
	if (refused !== '403 read_only') throw new Error(`the gateway said ${refused}`);
	sql("UPDATE agents SET status = 'running' WHERE name = 'Beta'");
});

/* -- a letter to oneself */
await step('without an address the test of mail says so; with one a letter arrives', async () => {
	await page.goto('about:blank');
	await visit(page, 'channels');
	await page.locator('.mail').getByRole('button', { name: 'Send one to myself' }).click();
	await page.locator('.said-of', { hasText: 'has no address' }).waitFor();
	command('member', 'add', 'Olga', '--tenant', 'demo', '--email', 'olga@example.org');
	sql("UPDATE org_members SET user_id = (SELECT id FROM users WHERE display_name = 'Olga') WHERE name = 'Olga'");
	await page.locator('.mail').getByRole('button', { name: 'Send one to myself' }).click();
	await page.locator('.said-of', { hasText: 'Sent to olga@example.org' }).waitFor();
	const arrived = readdirSync(mails).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(`${mails}/${name}`, 'utf8'));
	return arrived.length === 1 && /^To:.*olga@example\.org/m.test(arrived[0]) && /^Subject: A test of the gateway/m.test(arrived[0]);
});
await step('what the mail server refuses is said in its words, with what to do', async () => {
	sql("UPDATE org_members SET email = 'refused_olga@example.org' WHERE name = 'Olga'");
	await page.locator('.mail').getByRole('button', { name: 'Send one to myself' }).click();
	await page.locator('.said-of .problem', { hasText: '550' }).filter({ hasText: 'smtp_url' }).waitFor();
	await picture(page, 'console-letter-refused');
});

/* -- a page that nobody sees */
await step('a page that is not seen asks nothing and closes its stream; seen again it asks at once', async () => {
	const other = await context.newPage();
	await other.clock.install();
	const streams = new Set();
	let asked = 0;
	other.on('request', (request) => {
		if (!request.url().includes('/operator/')) return;
		if (request.url().includes('/operator/events')) streams.add(request);
		else asked++;
	});
	for (const over of ['requestfailed', 'requestfinished']) other.on(over, (request) => streams.delete(request));
	await visit(other, `agents/${beta}`);
	await until('there is a stream', () => streams.size === 1);
	const show = (hidden) => other.evaluate((value) => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
		Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (value ? 'hidden' : 'visible') });
		document.dispatchEvent(new Event('visibilitychange'));
	}, hidden);
	/* seen, it asks from time to time */
	let before = asked;
	await until('it asks by itself', async () => {
		await other.clock.fastForward(60000);
		return asked > before;
	});
	await show(true);
	await until('the stream is closed', () => streams.size === 0);
	/* what was on its way when it was hidden may have set a clock; from then on none runs */
	await other.clock.fastForward(60000);
	await other.evaluate(() => fetch('../api/gateway/people/me').then(() => {}));
	before = asked;
	for (let i = 0; i < 5; i++) await other.clock.fastForward(60000);
	await other.evaluate(() => fetch('../api/gateway/people/me').then(() => {}));
	if (asked !== before || streams.size) throw new Error(`${asked - before} requests, ${streams.size} streams`);
	sql("UPDATE agents SET status = 'stopped' WHERE name = 'Beta'");
	await show(false);
	await other.locator('.reasons li[data-code=suspended]').waitFor();
	await until('there is a stream again', () => streams.size === 1);
	sql("UPDATE agents SET status = 'running' WHERE name = 'Beta'");
	await other.close();
});
ok(complaints.filter((text) => !/status of 40[1349]/.test(text)).length === 0, 'the browser has nothing to complain about', complaints.join('\n'));
await context.close();

/* -- one organisation of several */
await step('whoever looks after all organisations chooses one, and sees and makes what is there', async () => {
	await visit(petra.page, 'agents');
	for (const name of ['Beta', 'Zeta']) await petra.page.getByRole('link', { name }).waitFor();
	const choice = petra.page.getByLabel('Organisation', { exact: true });
	await choice.selectOption({ label: 'Second organisation' });
	await petra.page.getByRole('link', { name: 'Beta' }).waitFor({ state: 'detached' });
	await petra.page.getByRole('link', { name: 'Zeta' }).waitFor();
	await petra.page.getByRole('button', { name: 'Add an agent' }).click();
	await petra.page.getByRole('dialog').getByLabel('Name').fill('Yota');
	await petra.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
	await petra.page.locator('.once', { hasText: '/api/gateway/join/' }).waitFor();
	await petra.page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
	await petra.page.getByRole('link', { name: 'Yota' }).waitFor();
	await picture(petra.page, 'console-one-organisation');
	fault(await offences(petra.page));
	await petra.page.getByRole('link', { name: 'People', exact: true }).click();
	await petra.page.locator('tr', { hasText: 'Petra' }).waitFor();
	if (await petra.page.locator('tr', { hasText: 'Olga' }).count()) throw new Error('the other organisation\'s people are there, too');
	await choice.selectOption({ label: 'All organisations' });
	await petra.page.locator('tr', { hasText: 'Olga' }).waitFor();
	return sql("SELECT slug FROM tenants JOIN agents ON agents.tenant_id = tenants.id WHERE agents.name = 'Yota'") === 'second';
});
await step('the audit, which is for him alone, says who did what', async () => {
	await visit(petra.page, 'audit');
	await petra.page.locator('tr', { hasText: 'Olga' }).filter({ hasText: 'agent resume' }).first().waitFor();
	await picture(petra.page, 'console-audit');
	fault(await offences(petra.page));
});
await petra.context.close();

/* -- words for codes */
const statement = readFileSync(new URL('../../sql/statements/agent_why.sql', import.meta.url), 'utf8');
const codes = [...statement.matchAll(/SELECT [123](?: AS weight)?,\s+'(\w+)'/g)].map(([, code]) => code);
await step('in Chinese there are words for all that may keep an agent from answering, and no others', async () => {
	const { reasons } = await texts('zh');
	if (codes.length < 20) throw new Error(`only ${codes.length} codes were found`);
	fault([...codes.filter((code) => !(code in reasons)), ...Object.keys(reasons).filter((code) => !codes.includes(code))]);
});
await step('what mends something, and where, is for codes that there are', async () => {
	const source = readFileSync(new URL('../../web/console/agents.js', import.meta.url), 'utf8');
	const known = [...source.matchAll(/\b(\w+): \['/g)].map(([, code]) => code);
	if (known.length < 15) throw new Error(`only ${known.length} were found`);
	fault([...known, ...Object.keys((await texts('en')).reasons)].filter((code) => !codes.includes(code)));
});
end();
