/* SPDX-License-Identifier: ISC */
/* console.mjs: operators at the console, in a real browser. Started by console.test, which has filled it with console.sql. */
import { readFileSync } from 'node:fs';
import { end, offences, ok, open, picture, step } from './browser.mjs';
import { as, command, signIn, sql, url, visit } from './demo.mjs';

const { GW_BETA_KEY: betaKey } = process.env;
const VIEWS = ['overview', 'messages', 'jobs', 'letters', 'agents', 'people', 'models', 'channels', 'health'];
const SIZES = [[1440, 900], [360, 740]];

const fault = (found) => {
	if (found.length) throw new Error(found.join('\n'));
};

const { context, page, complaints } = await open();
const agent = (name) => sql(`SELECT id FROM agents WHERE name = '${name}'`);
const beta = agent('Beta');
const nina = agent('Nina');

/* -- who sees it */
await step('an administrator finds the console on the page', async () => {
	await signIn(page, 'Olga');
	await page.getByRole('link', { name: 'Console' }).click();
	await page.locator('.figure').nth(3).waitFor();
});
await step('the plots have axes, lines and areas, and a sentence for those who hear them', async () => {
	const plot = page.locator('.figure', { hasText: 'Messages ended' }).first();
	await plot.locator('path.area').first().waitFor();
	const drawn = await plot.locator('path.area').evaluateAll((paths) => paths.filter((path) => path.getAttribute('d').length > 200).length);
	const marks = await plot.locator('text.mark').allTextContents();
	return drawn >= 2 && marks.includes('0') && marks.some((mark) => /^\d\d:\d\d$/.test(mark)) && /Completed [\d,]+/.test(await plot.locator('svg.plot').getAttribute('aria-label'));
});
await step('the pointer shows the values of a time, and so do the arrow keys', async () => {
	const plot = page.locator('.figure', { hasText: 'Messages ended' }).first();
	await plot.locator('svg.plot').hover({ position: { x: 300, y: 80 } });
	await plot.locator('.bubble', { hasText: 'Completed' }).waitFor();
	await picture(page, 'console-plot');
	await page.mouse.move(5, 5);
	await plot.locator('.bubble').waitFor({ state: 'hidden' });
	await plot.locator('.frame').focus();
	await page.keyboard.press('ArrowLeft');
	await page.keyboard.press('ArrowLeft');
	await plot.locator('.bubble', { hasText: 'Failed' }).waitFor();
	return /: Completed/.test(await plot.locator('[aria-live]').textContent());
});
await step('below it the same is a table', async () => {
	const plot = page.locator('.figure', { hasText: 'Messages ended' }).first();
	await plot.getByText('As a table').click();
	await plot.locator('tbody tr').nth(50).waitFor();
});
await step('other times are shown: a day and a month', async () => {
	for (const [name, least] of [['24 hours', 100], ['30 days', 500]]) {
		await page.getByRole('button', { name }).click();
		await page.waitForFunction((rows) => document.querySelectorAll('.numbers tbody tr').length > rows, least);
	}
	await picture(page, 'console-month');
});

/* -- how it looks, everywhere */
const story = sql("SELECT id FROM gateway_messages WHERE content = 'Invoice 9 of the travel accounts'");
for (const view of [...VIEWS, `story/${story}`, `agents/${beta}`]) {
	const name = view.replace(/\/.*/, '-one');
	await step(`${name}: at both widths, by day and by night, nothing sticks out and axe has nothing serious to say`, async () => {
		for (const [width, height] of SIZES) {
			await page.setViewportSize({ width, height });
			await visit(page, view);
			for (const colorScheme of ['light', 'dark']) {
				await page.emulateMedia({ colorScheme });
				await picture(page, `console-${name}-${width}-${colorScheme}`);
				const wide = await page.evaluate(() => document.documentElement.scrollWidth);
				if (wide > width) throw new Error(`${wide} pixels wide at ${width}`);
				/* colours at one width are those of the other */
				if ((width === 1440) === (colorScheme === 'light')) fault(await offences(page));
			}
		}
	});
}
await page.setViewportSize({ width: 1440, height: 900 });
await page.emulateMedia({ colorScheme: 'light' });

/* -- a message that somebody asks about */
await step('it is found by a word, opens with its story, and is delivered again', async () => {
	await visit(page, 'messages');
	await page.getByLabel('Words in it').fill('invoice 18 of');
	await page.getByRole('button', { name: 'Show', exact: true }).click();
	await page.getByRole('link', { name: 'Invoice 18 of the travel accounts' }).click();
	await page.locator('.story .step', { hasText: 'Written' }).getByText('from Olga to Beta').waitFor();
	await page.getByRole('button', { name: 'Deliver again' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Deliver again' }).click();
	await page.locator('.said-of', { hasText: 'now: Waiting' }).waitFor();
	await page.locator('.story h3 .state', { hasText: 'Waiting' }).waitFor();
	return sql("SELECT status || (SELECT count(*) FROM clawgw.audit WHERE action = 'message redeliver') FROM gateway_messages WHERE content LIKE 'Invoice 18 of%'") === 'pending1';
});
await step('a pasted id leads to it, and so does a trace id', async () => {
	await as(betaKey, '/poll');
	const sent = await fetch(`${url}/api/gateway/send-message`, { method: 'POST', headers: { 'X-Api-Key': betaKey, 'X-Trace-Id': 'asked-by-phone' }, body: JSON.stringify({ target: 'Alpha', content: '<img src=x onerror="window.evil=1"> <b>bold</b>' }) });
	const { message_id: id } = await sent.json();
	for (const wanted of [id, 'asked-by-phone']) {
		await page.getByLabel('Find by id or trace id').fill(wanted);
		await page.keyboard.press('Enter');
		await page.waitForURL((address) => address.hash.endsWith(wanted));
		await page.locator('.story .id', { hasText: id }).first().waitFor();
		await page.locator('.wording', { hasText: '<b>bold</b>' }).waitFor();
	}
	const made = await page.evaluate(() => [typeof window.evil, document.querySelectorAll('.story img, .wording b').length].join());
	if (made !== 'undefined,0') throw new Error(made);
});
await step('what nobody knows is said to be so', async () => {
	await visit(page, 'story/nobody-knows');
	await page.getByText('has the id or trace id “nobody-knows”').waitFor();
});
await step('all that match are counted first, and the question names the number', async () => {
	await visit(page, 'messages?state=pending&text=waiting+invoice');
	await page.getByRole('link', { name: 'Waiting invoice 13' }).waitFor();
	await page.getByLabel('All that match:').selectOption('expire');
	await page.getByRole('button', { name: 'Count them' }).click();
	await page.getByRole('dialog').getByText('13 that match').waitFor();
	await picture(page, 'console-confirm');
	fault(await offences(page));
	await page.keyboard.press('Escape');
	if (sql("SELECT count(*) FROM gateway_messages WHERE content LIKE 'Waiting%' AND status = 'pending'") !== '13') return false;
	await page.getByRole('button', { name: 'Count them' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Expire 13' }).click();
	await page.locator('.said-of', { hasText: '13 of 13' }).waitFor();
	return sql("SELECT count(*) FROM gateway_messages WHERE content LIKE 'Waiting%' AND status = 'expired'") === '13';
});
await step('a job that was given up is tried again, a letter is deleted', async () => {
	await visit(page, `story/${sql("SELECT id FROM clawgw.jobs WHERE state = 'dead' LIMIT 1")}`);
	await page.getByText('HTTP 503').first().waitFor();
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
	await page.locator('.said-of', { hasText: 'now: Waiting' }).waitFor();
	await visit(page, 'letters?state=failed');
	const before = Number(sql("SELECT count(*) FROM clawgw.letters WHERE state = 'failed'"));
	await page.getByRole('link', { name: 'Travel accounts' }).first().click();
	await page.getByText('no such mailbox').first().waitFor();
	await page.getByRole('button', { name: 'Delete' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
	await page.waitForURL((address) => address.hash.startsWith('#console/letters'));
	return Number(sql("SELECT count(*) FROM clawgw.letters WHERE state = 'failed'")) === before - 1;
});

/* -- agents */
const offers = await page.evaluate(async () => (await (await fetch('../api/gateway/operator/overview')).json()).offers ?? []);
if (offers.includes('agent add')) {
	await step('an agent is made, and the line that joins it is there', async () => {
		await visit(page, 'agents');
		await page.getByRole('button', { name: 'Add an agent' }).click();
		await page.getByRole('dialog').getByLabel('Name').fill('Gustav 古斯塔夫');
		await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
		await page.locator('.once', { hasText: '/api/gateway/join/' }).waitFor();
		await picture(page, 'console-join');
		fault(await offences(page));
		await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
		await page.getByRole('link', { name: 'Gustav' }).waitFor();
		return sql("SELECT count(*) FROM agents WHERE name = 'Gustav 古斯塔夫'") === '1';
	});
}
await step('an agent is suspended and comes back, gets a new key, and another name', async () => {
	await visit(page, `agents/${beta}`);
	await page.getByRole('button', { name: 'Suspend' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
	await page.locator('.reasons', { hasText: 'it is suspended' }).getByRole('button', { name: 'Resume' }).click();
	await page.locator('.said-of', { hasText: 'Beta is back' }).waitFor();
	await page.getByRole('button', { name: 'New key' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'New key' }).click();
	const key = await page.locator('.once').textContent();
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
	await page.getByRole('button', { name: 'Rename' }).click();
	await page.getByRole('dialog').getByLabel('Name').fill('Berta');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Berta' }).waitFor();
	command('agent', 'edit', 'Berta', '--name', 'Beta');
	return Array.isArray((await as(key, '/poll')).messages);
});

if (offers.includes('agent limits')) {
	await step('a native agent gets limits, and loses them again', async () => {
		await visit(page, `agents/${nina}`);
		for (const [tokens, calls] of [['5000', '7'], ['', '']]) {
			await page.getByRole('button', { name: 'Limits' }).click();
			await page.getByRole('dialog').getByLabel('Tokens a day at most').fill(tokens);
			await page.getByRole('dialog').getByLabel('Calls a day at most').fill(calls);
			await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
			await page.getByRole('dialog').waitFor({ state: 'detached' });
			const now = sql(`SELECT coalesce(max_tokens_per_day, 0) || ' ' || max_llm_calls_per_day FROM agents WHERE id = '${nina}'`);
			if (now !== (tokens ? '5000 7' : '0 -1')) throw new Error(`the limits are ${now}`);
		}
	});
}

/* -- people, models */
command('user', 'add', 'Mina', '--tenant', 'demo', '--role', 'member');
await step('a person gets another role, a link, and is signed out everywhere', async () => {
	await visit(page, 'people');
	const row = page.locator('tr', { hasText: 'Mina' });
	await row.getByRole('button', { name: 'Role' }).click();
	await page.getByRole('dialog').getByLabel('Role').selectOption('agent_admin');
	await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
	await row.getByText('Agent administrator').waitFor();
	await row.getByRole('button', { name: 'Sign-in link' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Sign-in link' }).click();
	await page.locator('.once', { hasText: '/app/#in=' }).waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
	return sql("SELECT role FROM users WHERE display_name = 'Mina'") === 'agent_admin';
});
if (offers.includes('person add')) {
	await step('a person is invited, and an agent is handed over', async () => {
		await visit(page, 'people');
		await page.getByRole('button', { name: 'Invite a person' }).click();
		await page.getByRole('dialog').getByLabel('Name').fill('Otto');
		await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
		await page.locator('.once', { hasText: '/app/#in=' }).waitFor();
		await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
		await page.locator('tr', { hasText: 'Otto' }).waitFor();
		await visit(page, `agents/${beta}`);
		for (const who of ['Nobody', 'Otto', 'Olga']) {
			await page.getByRole('button', { name: 'Hand over' }).click();
			await page.getByRole('dialog').getByLabel('Made by').fill(who);
			await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
			if (who === 'Nobody') {
				await page.getByRole('dialog').getByRole('alert').filter({ hasText: who }).waitFor();
				await page.keyboard.press('Escape');
			} else await page.locator('.said-of', { hasText: `belongs to ${who} now` }).waitFor();
		}
		return sql(`SELECT display_name FROM users JOIN agents ON creator_id = users.id WHERE agents.id = '${beta}'`) === 'Olga';
	});
}
await step('a model is switched off and on', async () => {
	await visit(page, 'models');
	await page.getByRole('button', { name: 'Switch off' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
	await page.getByRole('button', { name: 'Switch on' }).click();
	await page.getByRole('button', { name: 'Switch off' }).waitFor();
	return sql('SELECT bool_and(enabled) FROM llm_models') === 't';
});

if (offers.includes('model ask')) {
	await step('a model is asked for a word, and its days are shown', async () => {
		await visit(page, 'models');
		await page.getByRole('button', { name: 'Ask for a word' }).first().click();
		await page.locator('.said-of', { hasText: 'echo said' }).waitFor({ timeout: 40000 });
		await page.getByRole('link', { name: 'echo' }).click();
		await page.getByRole('button', { name: 'Change' }).click();
		await page.getByRole('dialog').getByLabel('Tokens a day at most').fill('12345');
		await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
		await page.locator('.said-of', { hasText: 'Saved' }).waitFor();
		await picture(page, 'console-model');
		fault(await offences(page));
		return sql("SELECT max_tokens_per_day FROM llm_models WHERE label = 'echo'") === '12345';
	});
}

if (offers.includes('model add')) {
	await step('a model is added, and a wrong address is refused in words', async () => {
		await visit(page, 'models');
		await page.getByRole('button', { name: 'Add a model' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByLabel('Name', { exact: true }).fill('Own');
		await dialog.getByRole('combobox', { name: 'Provider' }).fill('custom');
		await dialog.getByRole('textbox', { name: /^Model/ }).fill('own-1');
		await dialog.getByRole('button', { name: 'Add', exact: true }).click();
		await dialog.getByRole('alert').filter({ hasText: 'needs an address' }).waitFor();
		await dialog.getByRole('textbox', { name: /^Address/ }).fill('http://127.0.0.1:9/v1');
		await dialog.getByRole('button', { name: 'Add', exact: true }).click();
		await page.getByRole('link', { name: 'Own' }).waitFor();
		return sql("SELECT provider || ' ' || model || ' ' || base_url FROM llm_models WHERE label = 'Own'") === 'custom own-1 http://127.0.0.1:9/v1';
	});
}

/* -- by the keyboard alone */
await step('everything can be reached with the keyboard', async () => {
	await visit(page, 'overview');
	const reach = async (what) => {
		for (let i = 0; i < 40; i++) {
			await page.keyboard.press('Tab');
			if (await page.evaluate((text) => document.activeElement?.textContent === text || document.activeElement?.getAttribute('aria-label') === text, what)) return;
		}
		throw new Error(`the keyboard does not reach ${what}`);
	};
	await page.getByRole('button', { name: 'Back to the conversations' }).focus();
	await reach('Jobs');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Jobs' }).waitFor();
	await reach('Translate letter 1');
	await page.keyboard.press('Enter');
	await page.locator('.story').waitFor();
	await reach('Delete');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
});
await step('back among the conversations nothing of it is left', async () => {
	await page.getByRole('button', { name: 'Back to the conversations' }).click();
	await page.locator('.entry').first().waitFor();
	return (await page.locator('.desk').count()) === 0;
});
ok(complaints.filter((text) => !/status of 40[49]/.test(text)).length === 0, 'the browser has nothing to complain about, its policy for contents least of all', complaints.join('\n'));
await context.close();

/* -- others */
const mina = await open();
await step('an agent administrator has the agents she made, and no numbers of the organisation', async () => {
	await signIn(mina.page, 'Mina');
	await mina.page.getByRole('link', { name: 'Console' }).click();
	await mina.page.getByText('Numbers belong to the organisation').waitFor();
	await visit(mina.page, 'agents');
	await mina.page.getByText('There is nothing here.').waitFor();
	return (await mina.page.getByRole('link', { name: 'People' }).count()) === 0;
});
await step('an ordinary person has no console, at its address neither', async () => {
	sql("UPDATE users SET role = 'member' WHERE display_name = 'Mina'");
	await mina.page.goto('about:blank');
	await mina.page.goto(`${url}/app/#console/messages`);
	await mina.page.locator('.house .room .empty').waitFor();
	const answer = await mina.page.evaluate(async () => (await fetch('../api/gateway/operator/messages')).status);
	return answer === 404 && (await mina.page.getByRole('link', { name: 'Console' }).count()) === 0 && (await mina.page.locator('.desk').count()) === 0;
});
await mina.context.close();

const texts = async (language) => (await import(`data:text/javascript,${encodeURIComponent(readFileSync(new URL(`../../web/console/${language}.js`, import.meta.url)))}`)).default;
const names = (all, path = '') => Object.entries(all).flatMap(([name, text]) => (Array.isArray(text) || path === 'failures.' || path === 'reasons.' ? [] : typeof text === 'object' ? names(text, `${path}${name}.`) : `${path}${name} ${typeof text}`));
await step('the console has every text in both languages', async () => {
	const [english, other] = [names(await texts('en')), names(await texts('zh'))];
	fault([...english.filter((name) => !other.includes(name)), ...other.filter((name) => !english.includes(name))]);
});
const chinese = await open({ locale: 'zh-CN' });
await step('in Chinese it is Chinese, what keeps an agent from answering, too', async () => {
	await signIn(chinese.page, 'Olga', '继续');
	await chinese.page.getByRole('link', { name: '控制台' }).click();
	await chinese.page.getByText('按结果统计的消息').waitFor();
	await picture(chinese.page, 'console-chinese');
	sql("UPDATE agents SET status = 'stopped' WHERE name = 'Beta'");
	await visit(chinese.page, `agents/${beta}`);
	await chinese.page.getByText('它已被暂停').waitFor();
	await picture(chinese.page, 'console-chinese-agent');
	sql("UPDATE agents SET status = 'running' WHERE name = 'Beta'");
	fault(await offences(chinese.page));
});
await chinese.context.close();
end();
