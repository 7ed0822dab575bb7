/* SPDX-License-Identifier: ISC */
/* health.js: workers, jobs, the database, and what doctor checks, with the mend beside each line. */
import { ago, el } from '../text.js';
import { operator } from './api.js';
import { facts, notices, state, table } from './parts.js';
import { at, count, lasts, named, sentence, t } from './words.js';

const MARKS = { ok: 'good', note: 'note', failed: 'bad' };

function bytes(value) {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let i = 0;
	for (; value >= 1000 && i < units.length - 1; i++) value /= 1000;
	return `${count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} ${units[i]}`;
}

function replicas(list) {
	return list.length ? list.map(({ name, state: its, lag_seconds: lag }) => `${name}: ${its}${lag ? `, +${lasts(lag * 1000)}` : ''}`).join('; ') : t.none;
}

export function health(here) {
	const said = notices();
	const workers = table(t.workers, [
		{ name: t.columns.name, kind: 'text', cell: (row) => row.name },
		{ name: t.columns.state, cell: (row) => state(row.alive ? 'alive' : 'gone') },
		{ name: t.columns.jobs, number: true, cell: (row) => `${count(row.in_flight)} / ${count(row.max_inflight)}` },
		{ name: t.columns.lastSeen, cell: (row) => ago(row.seen_at) },
		{ name: t.columns.version, kind: 'text', cell: (row) => row.version },
	]);
	const jobs = table(t.views.jobs, [
		{ name: t.columns.model, kind: 'text', cell: (row) => row.model ?? '–' },
		{ name: t.columns.state, cell: (row) => state(row.state) },
		{ name: t.columns.jobs, number: true, cell: (row) => count(row.jobs) },
		{ name: t.columns.oldest, number: true, cell: (row) => lasts(row.oldest_seconds === null ? null : row.oldest_seconds * 1000) },
	]);
	const letters = table(t.lettersDay, [
		{ name: t.columns.channel, cell: (row) => named(t.channels, row.channel) },
		{ name: t.columns.direction, cell: (row) => named(t.directions, row.direction) },
		{ name: t.columns.state, cell: (row) => state(row.state) },
		{ name: t.columns.letters, number: true, cell: (row) => count(row.letters) },
	]);
	const section = (title, ...children) => el('section', { class: 'part' }, el('h3', {}, title), ...children);
	const database = el('div', {});
	const present = el('div', {});
	const parts = { agents: section(t.views.agents, present), workers: section(t.workers, workers.element), jobs: section(t.jobsNow, jobs.element), letters: section(t.lettersDay, letters.element), database: section(t.database, database) };
	for (const one of Object.values(parts)) one.hidden = true;

	const show = (part, rows, list) => {
		part.hidden = !list?.length;
		if (list) rows.show(list);
	};

	async function refresh() {
		const answer = here.offers('health') ? await operator.health(here.narrow()) : await operator.overview({ period: '1h', ...here.narrow() });
		show(parts.workers, workers, answer.workers);
		if (answer.workers && !answer.workers.some(({ alive }) => alive)) said.say(t.worries.workers, true);
		if (here.offers('checks')) await look();
		if (!here.offers('health')) return;
		show(parts.jobs, jobs, answer.jobs);
		show(parts.letters, letters, answer.letters);
		const it = answer.database;
		parts.database.hidden = !it;
		const hosts = answer.agents;
		parts.agents.hidden = !hosts;
		if (hosts) present.replaceChildren(facts([[t.types.openclaw, count(hosts.openclaw)], [t.states.online, count(hosts.online)], [t.db.polls, hosts.waiting === null ? null : count(hosts.waiting)]]));
		if (it) database.replaceChildren(facts([[t.db.size, bytes(it.size_bytes)], [t.db.connections, `${count(it.connections)} / ${count(it.max_connections)}`], [t.db.active, count(it.active)], [t.db.locks, count(it.waiting_for_locks)],
			[t.db.transaction, it.oldest_transaction_seconds ? lasts(it.oldest_transaction_seconds * 1000) : '–'], [t.db.cache, it.cache_hit === null || it.cache_hit === undefined ? '–' : `${count(Math.round(it.cache_hit * 1000) / 10)} %`], [t.db.deadlocks, count(it.deadlocks)], [t.db.replicas, replicas(answer.replicas ?? [])]]));
	}

	/* -- what doctor found when it was run on each host; it looks at what only the host can see */
	const found = el('ul', { class: 'reasons' });
	const verdict = el('p', { class: 'quiet' }, t.checksText);
	async function look() {
		const { items, failed } = await operator.checks();
		const order = ['failed', 'note', 'ok'];
		const newest = items.reduce((all, { checked_at: time }) => (time > all ? time : all), '');
		verdict.textContent = items.length ? `${failed ? t.checksFailed(count(failed)) : t.checksFine} ${t.lookedAt(at(newest))}` : t.checksText;
		const hosts = new Set(items.map(({ host }) => host)).size;
		found.replaceChildren(...[...items].sort((a, b) => order.indexOf(a.finding) - order.indexOf(b.finding)).map(({ host, check, finding, text, advice }) => el('li', { class: MARKS[finding] ?? 'note' },
			el('div', {}, el('b', {}, check), hosts > 1 ? ` ${host}` : '', ' ', state(finding), el('div', { dir: 'auto' }, sentence(text))), advice ? el('div', { class: 'advice', dir: 'auto' }, sentence(advice)) : null)));
	}
	const checks = here.offers('checks') ? section(t.checks, verdict, found) : null;

	return { title: t.views.health, element: el('div', {}, said.element, checks, parts.agents, parts.workers, parts.jobs, parts.letters, parts.database), refresh, pause: 15000, news: () => {}, end: () => {} };
}
