/* SPDX-License-Identifier: ISC */
/* overview.js: how it goes and went: what needs a look, what there is now, and plots of an hour, a day or thirty. */
import { el } from '../text.js';
import { operator } from './api.js';
import { notices } from './parts.js';
import { Plot } from './plot.js';
import { count, lasts, t } from './words.js';

const BACK = { '1h': 3600000, '24h': 86400000, '30d': 30 * 86400000 };
const OLD = 3600; /* seconds after which what waits is worth a look */

const plots = () => [
	{ title: t.plots.messages, kind: 'amounts', unit: 'perMinute', series: ['completed', 'failed', 'expired', 'cancelled'] },
	{ title: t.plots.accepted, kind: 'lines', unit: 'perMinute', series: ['accepted'] },
	{ title: t.plots.handed, kind: 'lines', unit: 'duration', series: ['handed p50', 'handed p99'] },
	{ title: t.plots.answered, kind: 'lines', unit: 'duration', series: ['answered p50', 'answered p99'] },
	{ title: t.plots.agents, kind: 'lines', unit: 'count', series: ['online'] },
	{ title: t.plots.waiting, kind: 'lines', unit: 'count', series: ['pending', 'working', 'queued', 'running'], everybody: true },
	{ title: t.plots.jobs, kind: 'amounts', unit: 'count', series: ['job done', 'job dead'] },
	{ title: t.plots.jobTime, kind: 'lines', unit: 'duration', series: ['job p50', 'job p99'] },
	{ title: t.plots.oldest, kind: 'lines', unit: 'age', series: ['oldest message', 'oldest job'], everybody: true },
	{ title: t.plots.letters, kind: 'amounts', unit: 'count', series: ['letter sent', 'letter received', 'letter failed', 'letter unknown'] },
	{ title: t.plots.refused, kind: 'amounts', unit: 'count', series: ['refused key', 'refused rate'], everybody: true },
	{ title: t.plots.workers, kind: 'lines', unit: 'count', series: ['workers'], everybody: true },
];

const rare = new Set(['failed', 'expired', 'cancelled', 'letter failed', 'letter unknown', 'job dead']);
const gauges = new Set(['online', 'pending', 'working', 'queued', 'running', 'workers', 'oldest message', 'oldest job']);
const measured = (name) => / p\d\d$/.test(name);
const look = (name) => `s-${name.replaceAll(' ', '-')}`;

/* The answer as a plot wants it: where it was counted and nothing is there, nothing happened. */
function prepare(answer) {
	const times = answer.times.map((at) => Date.parse(at));
	const span = answer.minutes * 60000;
	const newest = (times.at(-1) ?? 0) + span;
	/* by the gateway's clock, which may not be this one's */
	const to = Math.abs(Date.now() - newest) < 600000 + span ? newest : Date.now();
	const from = to - BACK[answer.period];
	const values = {};
	for (const [name, series] of Object.entries(answer.series)) values[name] = measured(name) ? series : series.map((value) => value ?? 0);
	for (const name of ['accepted', 'completed', 'failed', 'expired', 'cancelled']) if (values[name]) values[name] = values[name].map((value) => value / answer.minutes);
	/* the span that has not ended yet has not all that will be counted */
	if (times.length && newest > Date.now()) for (const name of Object.keys(values)) if (!gauges.has(name)) values[name] = [...values[name].slice(0, -1), null];
	const first = times.filter((at) => at < from).length;
	for (const name of Object.keys(values)) values[name] = values[name].slice(first);
	return { from, to, span, times: times.slice(first), values };
}

export function overview(here, place) {
	const said = notices();
	const verdict = el('div', { class: 'verdict' });
	const tiles = el('ul', { class: 'tiles' });
	const grid = el('div', { class: 'plots' });
	const choice = el('div', { class: 'choice', role: 'group', 'aria-label': t.period });
	let period = place.parameters.get('period') ?? '1h';
	if (!BACK[period]) period = '1h';
	let drawn = [];
	let answer = null;
	let now = null;

	for (const name of Object.keys(BACK)) choice.append(el('button', { class: 'button', type: 'button', 'aria-pressed': String(name === period), onclick: () => {
		period = name;
		history.replaceState(null, '', `#console/overview?period=${name}`);
		for (const one of choice.children) one.setAttribute('aria-pressed', String(one.dataset.period === name));
		refresh().catch(() => {});
	} }, t.periods[name]));
	[...choice.children].forEach((one, i) => (one.dataset.period = Object.keys(BACK)[i]));

	/* the newest of the numbers that were counted, or what the gateway tells */
	const newest = (name) => now?.[name.replace(' ', '_')] ?? (answer?.totals?.some(({ what }) => what === name) || gauges.has(name) ? (answer?.series?.[name]?.at(-1) ?? 0) : null);
	const sum = (name) => answer?.totals?.find(({ what }) => what === name)?.value ?? 0;

	function paintTiles() {
		const everybody = here.rank === 2 && !here.tenant;
		const list = [['online', '#console/agents']];
		if (everybody || now) list.push(['pending', '#console/messages?state=pending'], ['working', '#console/messages?state=delivered'], ['queued', '#console/jobs?state=queued'], ['running', '#console/jobs?state=running']);
		if (everybody) list.push(['oldest message', '#console/messages?state=pending'], ['workers', '#console/health']);
		tiles.replaceChildren(...list.filter(([name]) => newest(name) !== null).map(([name, href]) => el('li', {}, el('a', { href },
			el('b', {}, name.startsWith('oldest') ? lasts(newest(name) * 1000) : count(newest(name))), el('span', {}, t.series[name])))));
		const worries = [];
		if (everybody && newest('workers') === 0) worries.push(['bad', t.worries.workers, '#console/health']);
		if (everybody && newest('oldest message') > OLD) worries.push(['warn', t.worries.oldest(lasts(newest('oldest message') * 1000)), '#console/messages?state=pending']);
		for (const [name, href] of [['failed', '#console/messages?state=failed'], ['expired', '#console/messages?state=expired'], ['job dead', '#console/jobs?state=dead'], ['letter failed', '#console/letters?state=failed'], ['letter unknown', '#console/letters?state=unknown']])
			if (sum(name)) worries.push(['warn', t.worries[name](count(sum(name))), href]);
		if (!answer?.series) return;
		const quiet = !answer.times.length;
		verdict.replaceChildren(worries.length
			? el('ul', {}, ...worries.map(([kind, text, href]) => el('li', { class: kind }, el('a', { href }, text))))
			: el('p', { class: quiet ? 'note' : 'good' }, quiet ? t.notCountedYet : t.allWell(t.periods[period])));
	}

	async function refresh() {
		const asked = period;
		const given = await operator.overview({ period, ...here.narrow() });
		if (asked !== period) return;
		answer = given;
		here.learn(answer);
		paintTiles();
		if (!answer.series) return verdict.replaceChildren(el('p', { class: 'note' }, t.noNumbers));
		const data = prepare(answer);
		const everybody = here.rank === 2 && !here.tenant;
		if (!drawn.length) {
			drawn = plots().filter((one) => (!one.everybody || everybody) && !(one.title === t.plots.refused && !one.series.some((name) => answer.series[name])))
				.map((one) => new Plot({ ...one, series: one.series.map((name) => ({ name, label: t.series[name], look: look(name), rare: rare.has(name) })) }));
			grid.replaceChildren(...drawn.map(({ element }) => element));
		}
		for (const one of drawn) one.set(data);
	}

	return {
		title: t.views.overview,
		element: el('div', {}, said.element, el('div', { class: 'bar' }, verdict, choice), tiles, grid),
		refresh,
		pause: 15000,
		news(kind, data) {
			if (kind === 'counted') refresh().catch(() => {});
			if (kind !== 'now') return;
			now = data;
			paintTiles();
		},
		end: () => drawn.forEach((one) => one.end()),
	};
}
