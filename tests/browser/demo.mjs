/* SPDX-License-Identifier: ISC */
/* demo.mjs: the demo organisation that lib.sh has started: clawgw-admin, its database, and its gateway as an agent sees it. */
import { execFileSync } from 'node:child_process';

export const { GW_URL: url } = process.env;
export const command = (...words) => execFileSync(process.env.GW_ADMIN, words).toString().trim();
export const sql = (text) => execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text, process.env.CLAWGW_DATABASE_URL]).toString().trim();
export const as = async (key, path, body) => (await fetch(`${url}/api/gateway${path}`, { method: body ? 'POST' : 'GET', headers: { 'X-Api-Key': key }, body: body && JSON.stringify(body) })).json();
