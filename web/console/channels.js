/* SPDX-License-Identifier: ISC */
/* channels.js: how agents reach people, and whether a letter to oneself arrives. */
import { el } from '../text.js';
import { operator } from './api.js';
import { button, notices, state, table } from './parts.js';
import { named, sentence, t } from './words.js';

export function channels(here) {
	const said = notices();
	const tests = here.mayChange && here.offers('channel test');
	const none = el('p', { class: 'none quiet', hidden: true }, t.noChannels);

	/* Sends a letter to whoever presses the button. */
	const test = (body) => button(t.testChannel, async (event) => {
		const pressed = event.currentTarget;
		pressed.disabled = true;
		said.say(t.sendingTest);
		await said.run(async () => {
			const answer = await operator.testChannel(body);
			if (answer.sent) said.say(t.testSent(answer.to ?? ''));
			else said.element.replaceChildren(el('p', { class: 'problem' }, t.testFailed, ' ', sentence(answer.error ?? ''), answer.advice ? ' · ' : '', answer.advice ? sentence(answer.advice) : ''));
		});
		pressed.disabled = false;
	});

	const rows = table(t.views.channels, [
		{ name: t.columns.agent, cell: (row) => el('a', { href: `#console/agents/${row.agent_id}`, dir: 'auto' }, row.agent) },
		{ name: t.columns.channel, cell: (row) => named(t.channels, row.type) },
		{ name: t.columns.state, cell: (row) => state(row.configured ? 'enabled' : 'disabled') },
		...(here.rank === 2 ? [{ name: t.columns.tenant, kind: 'text', cell: (row) => row.tenant ?? '–' }] : []),
		{ name: t.columns.app, kind: 'text', cell: (row) => row.app_id ?? '–' },
		...(tests ? [{ name: t.columns.deeds, cell: (row) => (row.type === 'feishu' ? test({ channel: 'feishu', agent: row.agent_id }) : '–') }] : []),
	]);
	async function refresh() {
		const { items } = await operator.list('channels', { limit: 1000, ...here.narrow() });
		rows.show(items);
		none.hidden = items.length > 0;
		rows.element.hidden = !items.length;
	}
	return {
		title: t.views.channels,
		element: el('div', {}, said.element, el('section', { class: 'card mail' }, el('h3', {}, t.channels.email), el('p', { class: 'quiet' }, t.mailText), tests ? el('div', { class: 'doing' }, test({ channel: 'email' })) : null), el('h3', {}, t.ofAgents), rows.element, none),
		refresh,
		pause: 60000,
		news: () => {},
		end: () => {},
	};
}
