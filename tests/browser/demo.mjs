/* SPDX-License-Identifier: ISC */
/* demo.mjs: the demo organisation that lib.sh has started: clawgw-admin, its database, and its gateway as an agent sees it. */
import { execFileSync } from 'node:child_process';

export const { GW_URL: url } = process.env;
export const command = (...words) => execFileSync(process.env.GW_ADMIN, words).toString().trim();
export const sql = (text) => execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text, process.env.CLAWGW_DATABASE_URL]).toString().trim();
export const as = async (key, path, body) => (await fetch(`${url}/api/gateway${path}`, { method: body ? 'POST' : 'GET', headers: { 'X-Api-Key': key }, body: body && JSON.stringify(body) })).json();

/* -- the operators' console */
export async function signIn(page, who, continues = 'Continue') {
	await page.goto(command('user', 'link', who));
	await page.getByRole('button', { name: continues }).click();
	await page.locator('.house').waitFor();
}

/* Waits until the view is there and has what it shows. */
export async function visit(page, view, at = url) {
	await page.goto(`${at}/app/#console/${view}`);
	await page.locator(`.desk .place[aria-busy=false][data-shown="#console/${view}"]`).waitFor();
}

/* Waits until it holds; a machine may be busy. */
export async function until(what, holds) {
	for (const end = Date.now() + 60000; Date.now() < end;) {
		if (await holds()) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`in vain: ${what}`);
}
