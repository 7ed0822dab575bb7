/* SPDX-License-Identifier: ISC */
/* browser.mjs: Chromium for the tests, and TAP. Wants playwright-core and axe-core in node_modules of $GW_BROWSER_MODULES. */
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(join(process.env.GW_BROWSER_MODULES, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.GW_BROWSER_PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

let count = 0;
let failures = 0;
export function ok(holds, sentence, why = '') {
	count++;
	if (!holds) failures++;
	console.log(`${holds ? 'ok' : 'not ok'} ${count} - ${sentence}`);
	if (!holds && why) for (const line of String(why).split('\n')) console.log(`# ${line}`);
}
/* Runs a step; what it throws is its failure. */
export async function step(sentence, act) {
	try {
		const result = await act();
		ok(result !== false, sentence, result === false ? 'it is not so' : '');
	} catch (error) {
		ok(false, sentence, error.message.slice(0, 1500));
	}
}
export function end() {
	console.log(`1..${count}`);
	process.exit(failures ? 1 : 0);
}

/* A browser with a profile of its own; options are playwright's for a context. */
export async function open(options = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'gw-chromium-'));
	const context = await chromium.launchPersistentContext(folder, {
		executablePath: process.env.GW_CHROMIUM ?? '/usr/bin/chromium',
		headless: true,
		chromiumSandbox: false,
		args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
		viewport: { width: 1440, height: 900 },
		locale: 'en-GB',
		...options,
	});
	/* as long as a busy machine takes; what has to be quick is measured */
	context.setDefaultTimeout(60000);
	process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	const complaints = [];
	const watch = (page) => {
		page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
		page.on('pageerror', (error) => complaints.push(`${error}`));
	};
	context.pages().forEach(watch);
	context.on('page', watch);
	return { context, page: context.pages()[0] ?? (await context.newPage()), complaints };
}

export async function picture(page, name) {
	if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/* What axe finds that is serious. */
export async function offences(page) {
	await page.evaluate(axe.replace(/^/, ';')).catch(() => {});
	const result = await page.evaluate(() => window.axe?.run(document, { resultTypes: ['violations'] }));
	return (result?.violations ?? [{ id: 'axe did not run', impact: 'serious', nodes: [] }])
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
}
