/* SPDX-License-Identifier: ISC */
/* parts.js: what the console's views are made of: tables, fields, questions, answers that are shown once. */
import { dialog } from '../dialog.js';
import { announce, el, t as page } from '../text.js';
import { operator } from './api.js';
import { failure, named, t, when, at } from './words.js';

/* How a state looks: well, at work, worth a look, bad. */
const looks = {
	completed: 'good', done: 'good', sent: 'good', received: 'good', online: 'good', ok: 'good', enabled: 'good', active: 'good', alive: 'good',
	pending: 'work', delivered: 'work', queued: 'work', running: 'work', sending: 'work',
	expired: 'warn', unknown: 'warn', cancelled: 'quiet', away: 'quiet', disabled: 'quiet', note: 'note',
	failed: 'bad', dead: 'bad', suspended: 'bad', gone: 'bad',
};

export const state = (name) => el('span', { class: `state ${looks[name] ?? 'quiet'}` }, named(t.states, name));
export const moment = (time) => (time ? el('time', { datetime: time, title: when(time) }, at(time)) : '–');
export const button = (text, act, kind = '') => el('button', { class: `button ${kind}`, type: 'button', onclick: act }, text);

/* columns: [{ name, cell(row), number, kind }]; a row has its key in `id`. On narrow screens each row is a card. */
export function table(caption, columns) {
	const body = el('tbody', {});
	const element = el('div', { class: 'sheet', role: 'region', tabindex: '0', 'aria-label': caption }, el('table', {},
		el('caption', { class: 'unseen' }, caption),
		el('thead', {}, el('tr', {}, ...columns.map(({ name, number }) => el('th', { scope: 'col', class: number && 'number' }, name)))), body));
	const fill = ({ name, cell, number, kind }, row) => {
		const what = cell(row);
		return el('td', { 'data-name': name, class: [number && 'number', kind, what === '–' && 'blank'].filter(Boolean).join(' ') || null, dir: kind === 'text' ? 'auto' : null }, what);
	};
	const line = (row) => {
		const made = el('tr', {}, ...columns.map((column) => fill(column, row)));
		if (row.id) made.dataset.id = row.id;
		return made;
	};
	return {
		element,
		add: (rows) => body.append(...rows.map(line)),
		/* whoever has the keyboard on a row keeps it */
		show(rows) {
			const held = document.activeElement?.closest?.('tr');
			const id = held && body.contains(held) ? held.dataset.id : null;
			const which = id ? [...held.querySelectorAll('a, button')].indexOf(document.activeElement) : -1;
			body.replaceChildren(...rows.map(line));
			if (id) body.querySelector(`[data-id="${CSS.escape(id)}"]`)?.querySelectorAll('a, button')[which]?.focus();
		},
		get size() {
			return body.children.length;
		},
	};
}

/* -- fields: what one may choose or type, with its name above */
export const field = (label, input, hint) => el('label', { class: 'field-of' }, el('span', {}, label), input, hint ? el('span', { class: 'quiet small' }, hint) : null);
export const input = (properties = {}) => el('input', { class: 'field', autocomplete: 'off', ...properties });
export function select(choices, chosen, properties = {}) {
	const element = el('select', { class: 'field', ...properties }, ...choices.map(([value, text]) => el('option', { value }, text)));
	element.value = chosen ?? choices[0]?.[0] ?? '';
	return element;
}

let pickers = 0;
/*
 * An agent or a person, by name: `input` to show, `value` his id (null: nobody, undefined: there is none of that name). Names that several
 * have are told apart by their organisation, or else their id.
 */
export function picker(kind, here, properties = {}) {
	const names = new Map();
	const list = el('datalist', { id: `picker-${++pickers}` });
	const element = input({ list: list.id, ...properties });
	let timer = 0;
	const load = async () => {
		const { items } = await operator.list(kind, { text: element.value.trim().split(' · ')[0] || undefined, limit: 50, ...here.narrow() });
		const twice = new Set(items.map(({ name }) => name).filter((name, i, all) => all.indexOf(name) !== i));
		for (const one of items) names.set(twice.has(one.name) ? `${one.name} · ${one.id}` : one.name, one.id);
		list.replaceChildren(...items.map((one) => el('option', { value: twice.has(one.name) ? `${one.name} · ${one.id}` : one.name })));
	};
	element.addEventListener('input', () => {
		clearTimeout(timer);
		if (!names.has(element.value.trim())) timer = setTimeout(() => load().catch(() => {}), 150);
	});
	element.addEventListener('focus', () => load().catch(() => {}), { once: true });
	return {
		input: el('span', { class: 'picker' }, element, list),
		field: element,
		/* who is meant: asks, if the list is not there yet */
		async value() {
			const name = element.value.trim();
			if (!name) return null;
			if (!names.has(name)) await load();
			return names.get(name);
		},
		set(id, name) {
			if (id) names.set(name, id);
			element.value = id ? name : '';
		},
	};
}

/* -- questions */
/*
 * A form in a dialog. `act(form)` does what is asked for; what it throws is shown, and the dialog stays. Resolves to what `act` gave, or
 * undefined if nothing was done.
 */
export function ask(title, { text = [], fields = [], does, danger = false, act }) {
	return new Promise((resolve) => {
		let result;
		const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
		const main = el('button', { class: `button main${danger ? ' danger' : ''}` }, does);
		const form = el('form', { class: 'ask' }, ...[text].flat().map((one) => (typeof one === 'string' ? el('p', {}, one) : one)), ...fields, problem,
			el('div', { class: 'doing' }, el('button', { class: 'button', type: 'button', onclick: () => element.close() }, t.back), main));
		const element = dialog(title, form);
		form.addEventListener('submit', async (event) => {
			event.preventDefault();
			main.disabled = true;
			problem.hidden = true;
			try {
				result = await act(form);
				element.close();
			} catch (error) {
				problem.textContent = failure(error);
				problem.hidden = false;
			}
			main.disabled = false;
		});
		element.addEventListener('close', () => resolve(result));
		/* what cannot be undone is not a press of Enter away */
		(danger ? form.querySelector('.doing button') : form.querySelector('input, select, textarea') ?? main).focus();
	});
}

/* Something to be copied, a key or a line for a terminal; it is not to be had again. */
export function once(title, text, secret, note) {
	const code = el('code', { class: 'once', tabindex: '0' }, secret);
	const copy = button(t.copy, async () => {
		try {
			await navigator.clipboard.writeText(secret);
			copy.textContent = t.copied;
			announce(t.copied);
		} catch {
			getSelection().selectAllChildren(code);
		}
	}, 'main');
	const element = dialog(title, el('div', { class: 'ask' }, el('p', {}, text), code, note ? el('p', { class: 'quiet small' }, note) : null,
		el('div', { class: 'doing' }, button(page.close, () => element.close()), copy)));
	copy.focus();
}

/* What has been done or has failed, above a view, until the next one. */
export function notices() {
	const element = el('div', { class: 'said-of', role: 'status' });
	return {
		element,
		say(text, bad = false) {
			element.replaceChildren(el('p', { class: bad ? 'problem' : 'fine' }, text));
		},
		clear: () => element.replaceChildren(),
		/* Does it and says what failed; resolves to false then. */
		async run(act) {
			try {
				await act();
				return true;
			} catch (error) {
				if (error.status === undefined) throw error;
				this.say(failure(error), true);
				return false;
			}
		},
	};
}

/* name: value, for all that have one */
export function facts(pairs) {
	return el('dl', { class: 'facts' }, ...pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
		.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', { dir: typeof value === 'string' ? 'auto' : null }, value))));
}
