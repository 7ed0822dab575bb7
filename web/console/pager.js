/* SPDX-License-Identifier: ISC */
/* pager.js: a list by name, some at a time, and the box that narrows it. */
import { el, t as page } from '../text.js';
import { operator } from './api.js';
import { button, input } from './parts.js';
import { t } from './words.js';

const PAGE = 100;

export function pager(kind, here, rows, said) {
	const box = input({ type: 'search', placeholder: t.findByName, 'aria-label': t.findByName });
	const more = el('div', { class: 'more-of' });
	const none = el('p', { class: 'none quiet', hidden: true }, t.nothingThere);
	let last = null;
	let turned = false;
	let asked = 0;
	let timer = 0;

	async function load(behind) {
		const mine = ++asked;
		const answer = await operator.list(kind, { text: box.value.trim() || undefined, limit: PAGE, after: behind?.id, after_name: behind?.name, ...here.narrow() });
		if (mine !== asked) return;
		if (behind) rows.add(answer.items);
		else rows.show(answer.items);
		last = answer.items.at(-1);
		none.hidden = rows.size > 0;
		rows.element.hidden = rows.size === 0;
		more.replaceChildren(...(answer.more ? [button(page.more, (event) => {
			turned = true;
			event.target.disabled = true;
			said.run(() => load(last));
		})] : []));
	}
	box.addEventListener('input', () => {
		clearTimeout(timer);
		turned = false;
		timer = setTimeout(() => said.run(() => load()), 200);
	});
	return { find: el('div', { role: 'search' }, box), more, none, load: () => load(), refresh: () => (turned ? Promise.resolve() : load()) };
}
