/* SPDX-License-Identifier: ISC */
/* models.js: language models: what they may use and have used, whether they answer, and new ones. */
import { el } from '../text.js';
import { operator } from './api.js';
import { ask, button, facts, field, input, notices, state, table } from './parts.js';
import { Plot } from './plot.js';
import { count, lasts, money, sentence, t } from './words.js';

const PROVIDERS = ['openai', 'anthropic', 'azure', 'deepseek', 'qwen', 'gemini', 'openrouter', 'ollama', 'custom'];
const PAUSE = 2000; /* milliseconds between two looks at a trial */
const PATIENCE = 90000;

export function models(here, place) {
	return place.id ? model(here, place) : all(here);
}

function all(here) {
	const said = notices();
	const detailed = here.offers('model add');
	const rows = table(t.views.models, [
		{ name: t.columns.name, kind: 'text', cell: (row) => (detailed ? el('a', { href: `#console/models/${row.id}`, dir: 'auto' }, row.name) : row.name) },
		{ name: t.columns.state, cell: (row) => state(row.enabled ? 'enabled' : 'disabled') },
		{ name: t.columns.model, kind: 'text', cell: (row) => `${row.provider} · ${row.model}` },
		...(here.rank === 2 ? [{ name: t.columns.tenant, kind: 'text', cell: (row) => row.tenant ?? '–' }] : []),
		{ name: t.columns.agents, number: true, cell: (row) => count(row.agents) },
		{ name: t.columns.tokensToday, number: true, cell: (row) => (row.max_tokens_per_day ? `${count(row.tokens_today)} / ${count(row.max_tokens_per_day)}` : count(row.tokens_today)) },
		{ name: t.columns.tokensMonth, number: true, cell: (row) => count(row.tokens_30_days) },
		...(detailed ? [{ name: t.columns.costMonth, number: true, cell: (row) => money(row.cost_30_days, row.currency) }] : []),
		...(here.mayChange ? [{ name: t.columns.deeds, cell: (row) => el('span', { class: 'doing' }, ...deeds(here, row, said, refresh)) }] : []),
	]);
	const none = el('p', { class: 'none quiet', hidden: true }, t.nothingThere);
	async function refresh() {
		const { items } = await operator.list('models', { limit: 1000, ...here.narrow() });
		rows.show(items);
		none.hidden = items.length > 0;
		rows.element.hidden = !items.length;
	}
	return {
		title: t.views.models,
		element: el('div', {}, said.element, here.mayChange && detailed ? el('div', { class: 'bar' }, el('span', {}), button(t.addModel, () => edit(here, null, said, refresh), 'main')) : null, rows.element, none),
		refresh,
		pause: 60000,
		news: (kind) => kind === 'changed' && refresh().catch(() => {}),
		end: () => {},
	};
}

/* Buttons for a model. */
function deeds(here, it, said, done) {
	const flip = it.enabled ? 'disable' : 'enable';
	return [
		here.offers('model ask') ? button(t.askModel, () => trial(it, said)) : null,
		button(t[flip], async () => {
			said.clear();
			const act = () => operator.care('models', it.id, { do: flip });
			const answer = it.enabled ? await ask(t.disable, { text: [t.disableText(it.name, it.agents)], does: t.disable, danger: true, act }) : await said.run(act);
			if (!answer) return;
			said.say(t.saved);
			await said.run(done);
		}, it.enabled ? 'danger' : ''),
	];
}

/* Asks it for a word; a worker does, so it may take a while. */
async function trial(it, said) {
	said.say(t.asking(it.name));
	await said.run(async () => {
		let answer = await operator.care('models', it.id, { do: 'ask' });
		for (const end = Date.now() + PATIENCE; answer.state === 'waiting' && Date.now() < end;) {
			await new Promise((resolve) => setTimeout(resolve, PAUSE));
			answer = await operator.trial(answer.trial);
		}
		if (answer.state === 'waiting') said.say(t.stillWaiting, true);
		else if (answer.answers) said.say(t.answered(it.name, answer.said, lasts(answer.milliseconds), count(answer.tokens)));
		else said.element.replaceChildren(el('p', { class: 'problem' }, t.notAnswered(it.name), ' ', sentence(answer.cause ?? ''), answer.advice ? ' · ' : '', answer.advice ? sentence(answer.advice) : ''));
	});
}

/* A new one, or one that is there. What stays empty is not sent, or is taken away. */
async function edit(here, it, said, done) {
	const text = (name, value, more = {}) => input({ name, value: value ?? '', ...more });
	const number = (name, value, step = '1') => input({ name, type: 'number', min: '0', step, value: value ?? '' });
	const of = {
		label: text('label', it?.name, { required: true, maxlength: '100' }),
		/* one that is there stays with its provider */
		provider: input({ name: 'provider', value: it?.provider ?? 'openai', required: true, list: 'providers', disabled: Boolean(it) }),
		model: text('model', it?.model, { required: true, spellcheck: 'false' }),
		base_url: text('base_url', it?.base_url, { type: 'url', placeholder: 'https://' }),
		key: input({ name: 'key', type: 'password', autocomplete: 'new-password', placeholder: it?.has_key ? t.unchanged : '' }),
		max_tokens_per_day: number('max_tokens_per_day', it?.max_tokens_per_day),
		price: number('price', it?.price, 'any'),
		currency: text('currency', it?.currency ?? 'EUR', { maxlength: '3', pattern: '[A-Za-z]{3}' }),
	};
	const answer = await ask(it ? t.editModel : t.addModel, {
		fields: [el('datalist', { id: 'providers' }, ...PROVIDERS.map((value) => el('option', { value }))),
			field(t.columns.name, of.label), field(t.columns.provider, of.provider), field(t.columns.model, of.model, t.modelHint), field(t.columns.address, of.base_url, t.addressHint), field(t.columns.key, of.key),
			field(t.columns.tokensPerDay, of.max_tokens_per_day, t.emptyNone), field(t.columns.price, of.price, t.priceHint), field(t.columns.currency, of.currency)],
		does: it ? t.save : t.add,
		act: () => {
			const body = {};
			for (const [name, one] of Object.entries(of)) {
				const value = one.value.trim();
				const was = it ? String((name === 'label' ? it.name : it[name]) ?? '') : '';
				if (value === was || (name === 'key' && !value) || (!it && !value) || (name === 'currency' && !of.price.value)) continue;
				body[name] = value === '' ? null : one.type === 'number' ? Number(value) : name === 'currency' ? value.toUpperCase() : value;
			}
			if (it && !Object.keys(body).length) return { nothing: true };
			return it ? operator.care('models', it.id, { do: 'change', ...body }) : operator.add('models', { ...body, ...here.narrow() });
		},
	});
	if (!answer || answer.nothing) return;
	said.say(it ? t.saved : t.added(of.label.value.trim()));
	await said.run(done);
}

/* -- one model: by the day */
function model(here, place) {
	const said = notices();
	const body = el('div', { class: 'stack' });
	const plot = new Plot({ title: t.plots.tokens, kind: 'amounts', unit: 'count', series: [{ name: 'tokens', label: t.series.tokens, look: 's-completed' }] });
	const days = table(t.perDay, [
		{ name: t.columns.day, cell: (row) => row.day },
		{ name: t.columns.tokens, number: true, cell: (row) => count(row.tokens) },
		{ name: t.columns.cost, number: true, cell: (row) => money(row.cost, row.currency) },
	]);
	const chart = el('div', { class: 'plots' }, plot.element);
	async function refresh() {
		const answer = await operator.model(place.id);
		const it = answer.model;
		view.title = it.name;
		here.retitle?.();
		body.replaceChildren(
			el('div', { class: 'doing' }, state(it.enabled ? 'enabled' : 'disabled'), ...(here.mayChange ? [...deeds(here, it, said, refresh), button(t.editModel, () => edit(here, it, said, refresh))] : [])),
			facts([[t.columns.tenant, it.tenant], [t.columns.provider, it.provider], [t.columns.model, it.model], [t.columns.address, it.base_url], [t.columns.key, it.has_key ? t.yes : t.no], [t.columns.agents, count(it.agents)],
				[t.columns.tokensPerDay, it.max_tokens_per_day ? count(it.max_tokens_per_day) : t.none], [t.columns.tokensToday, count(it.tokens_today)], [t.columns.tokensMonth, count(it.tokens_30_days)],
				[t.columns.price, it.price === null || it.price === undefined ? t.none : money(it.price, it.currency)], [t.columns.costToday, money(it.cost_today, it.currency)], [t.columns.costMonth, money(it.cost_30_days, it.currency)]]));
		const ordered = [...answer.days].reverse();
		const start = ordered.map(({ day }) => new Date(`${day}T00:00`).getTime());
		plot.set({ from: start[0] ?? Date.now() - 30 * 86400000, to: (start.at(-1) ?? Date.now()) + 86400000, span: 86400000, times: start, values: { tokens: ordered.map(({ tokens }) => tokens) } });
		days.show(answer.days.map((one) => ({ ...one, currency: it.currency })));
	}
	const view = { title: t.views.models, under: 'models', element: el('div', {}, said.element, body, chart, el('h3', {}, t.perDay), days.element), refresh, pause: 60000, news: () => {}, end: () => plot.end() };
	return view;
}
