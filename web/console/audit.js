/* SPDX-License-Identifier: ISC */
/* audit.js: who did what to whom, and what it was before. */
import { el } from '../text.js';
import { operator } from './api.js';
import { input, moment, notices, state, table } from './parts.js';
import { t } from './words.js';

/* Where there is something to see of it, it leads there. */
function target({ target: what, target_name: name }) {
	const [, kind, id] = /^(agent|message|job|letter|model):([0-9a-f-]{36})$/.exec(what ?? '') ?? [];
	if (!id) return name ?? what ?? '–';
	return el('a', { href: `#console/${{ agent: 'agents', model: 'models' }[kind] ?? 'story'}/${id}`, class: name ? null : 'id' }, name ?? id);
}

export function audit() {
	const said = notices();
	const rows = table(t.views.audit, [
		{ name: t.columns.time, cell: (row) => moment(row.created_at) },
		{ name: t.columns.who, kind: 'text', cell: (row) => row.who_name ?? row.who ?? '–' },
		{ name: t.columns.action, kind: 'text', cell: (row) => row.action },
		{ name: t.columns.target, kind: 'text', cell: target },
		{ name: t.columns.outcome, cell: (row) => state(row.outcome) },
		{ name: t.columns.change, kind: 'text', cell: (row) => row.change ?? '–' },
		{ name: t.columns.address, kind: 'text', cell: (row) => row.address ?? '–' },
	]);
	const none = el('p', { class: 'none quiet', hidden: true }, t.nothingThere);
	const which = input({ type: 'search', placeholder: t.actionOnly, 'aria-label': t.actionOnly });
	async function refresh() {
		const { items } = await operator.list('audit', { text: which.value.trim() || undefined, limit: 200 });
		rows.show(items);
		none.hidden = items.length > 0;
		rows.element.hidden = !items.length;
	}
	which.addEventListener('change', () => said.run(refresh));
	return { title: t.views.audit, element: el('div', {}, said.element, el('div', { class: 'bar' }, which), rows.element, none), refresh, pause: 30000, news: (kind) => kind === 'changed' && refresh().catch(() => {}), end: () => {} };
}
