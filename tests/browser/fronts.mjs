/* SPDX-License-Identifier: ISC */
/*
 * fronts.mjs: the page at another address or behind another web server: it loads, signs in, and events arrive. Started by
 * page_fronts.test, with the page's address in GW_URL.
 */
import { execFileSync } from 'node:child_process';
import { end, ok, open, picture, step } from './browser.mjs';

const { GW_URL: url, GW_BETA_KEY: key, GW_FRONT: front } = process.env;
const link = execFileSync(process.env.GW_ADMIN, ['user', 'link', 'Olga']).toString().trim();
const beta = async (path, body) => (await fetch(`${url}/api/gateway${path}`, { method: body ? 'POST' : 'GET', headers: { 'X-Api-Key': key }, body: body && JSON.stringify(body) })).json();

await step(`${front}: links lead to the public address`, async () => link.startsWith(`${url}/app/#in=`));
await beta('/poll');
const { context, page, complaints } = await open();
await step(`${front}: the address without a slash leads to the page`, async () => {
	await page.goto(`${url}/app`);
	await page.getByLabel('Password').waitFor();
	return new URL(page.url()).pathname === `${new URL(url).pathname.replace(/\/$/, '')}/app/`;
});
await step(`${front}: a link signs in`, async () => {
	await page.goto('about:blank');
	await page.goto(link);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.locator('.entry', { hasText: 'Beta' }).click();
	await page.locator('.write textarea').waitFor();
});
await step(`${front}: the cookie belongs to this address`, async () => {
	const cookie = (await context.cookies()).find(({ name }) => name === 'clawgw_session');
	return cookie.path === `${new URL(url).pathname.replace(/\/$/, '')}/` && cookie.httpOnly;
});
await step(`${front}: a message reaches Beta, and the answer the page, at once`, async () => {
	await page.locator('.write textarea').fill(`Hello from ${front}`);
	await page.keyboard.press('Enter');
	let message;
	for (let i = 0; i < 50 && !message; i++) message = (await beta('/poll?wait=1')).messages.find(({ content }) => content === `Hello from ${front}`);
	await page.locator('.line.mine', { hasText: front }).getByText('Being worked on').waitFor({ timeout: 2000 });
	const began = Date.now();
	await beta('/report', { message_id: message.id, result: `Hello **${front}**` });
	await page.locator('.line strong', { hasText: front }).waitFor();
	await picture(page, `front-${front.replace(/\W+/g, '-')}`);
	if (Date.now() - began > 1500) throw new Error(`${Date.now() - began} ms`);
});
await step(`${front}: files are kept by the browser and asked for again by their ETag`, async () => {
	const first = await fetch(`${url}/app/main.js`);
	const again = await fetch(`${url}/app/main.js`, { headers: { 'If-None-Match': first.headers.get('etag') } });
	return first.headers.get('cache-control') === 'no-cache' && again.status === 304;
});
await step(`${front}: the page has its policy, and files their types`, async () => {
	const { headers } = await fetch(`${url}/app/`);
	const type = (await fetch(`${url}/app/main.js`)).headers.get('content-type');
	return headers.get('content-security-policy').startsWith("default-src 'self'") && headers.get('x-content-type-options') === 'nosniff' &&
		headers.get('referrer-policy') === 'no-referrer' && /^text\/javascript/.test(type);
});
await step(`${front}: the first view is at most 60 KiB, compressed`, async () => {
	const sizes = await page.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
		.filter(({ name }) => name.includes('/app/') && !name.includes('markdown-it')).map(({ name, encodedBodySize }) => [name, encodedBodySize]));
	const sum = sizes.reduce((total, [, size]) => total + size, 0);
	if (sum > 60 * 1024 || sizes.length < 5) throw new Error(JSON.stringify(sizes));
});
ok(complaints.filter((text) => !/status of 401/.test(text)).length === 0, `${front}: the browser has nothing to complain about`, complaints.join('\n'));
await context.close();
end();
