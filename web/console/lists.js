/* SPDX-License-Identifier: ISC */
/* lists.js: messages, jobs and letters: filtered, page by page, and what is done to all that match. */
import { el, t as page } from '../text.js';
import { operator } from './api.js';
import { deeds, doneToAll } from './deeds.js';
import { button, field, input, moment, notices, picker, select, state, table } from './parts.js';
import { count, named, refusal, t, when } from './words.js';

const AGES = ['15m', '1h', '6h', '1d', '7d', '30d'];

/* An excerpt; a row's way to its story. */
const open = (row, text) => el('a', { href: `#console/story/${row.id}`, dir: 'auto' }, text || row.id.slice(0, 8));
const agent = (id, name) => (id && name ? el('a', { href: `#console/agents/${id}`, dir: 'auto' }, name) : name ?? '–');

const kinds = {
	messages: {
		subject: 'message',
		states: ['pending', 'delivered', 'completed', 'failed', 'expired', 'cancelled'],
		columns: () => [
			{ name: t.columns.content, kind: 'text', cell: (row) => open(row, row.content) },
			{ name: t.columns.state, cell: (row) => state(row.status) },
			{ name: t.columns.agent, cell: (row) => agent(row.agent_id, row.agent) },
			{ name: t.columns.sender, kind: 'text', cell: (row) => row.sender ?? '–' },
			{ name: t.columns.created, cell: (row) => moment(row.created_at) },
			{ name: t.columns.ended, cell: (row) => moment(row.completed_at) },
		],
	},
	jobs: {
		subject: 'job',
		states: ['queued', 'running', 'done', 'dead'],
		columns: () => [
			{ name: t.columns.content, kind: 'text', cell: (row) => open(row, row.content) },
			{ name: t.columns.state, cell: (row) => state(row.state) },
			{ name: t.columns.kind, cell: (row) => named(t.kinds, row.kind) },
			{ name: t.columns.source, kind: 'text', cell: (row) => row.source ?? '–' },
			{ name: t.columns.target, cell: (row) => agent(row.agent_id, row.target) },
			{ name: t.columns.attempts, number: true, cell: (row) => count(row.attempts) },
			{ name: t.columns.created, cell: (row) => moment(row.created_at) },
			{ name: t.columns.error, kind: 'text', cell: (row) => row.last_error ?? '–' },
		],
	},
	letters: {
		subject: 'letter',
		states: ['queued', 'sending', 'sent', 'failed', 'unknown', 'received'],
		columns: () => [
			{ name: t.columns.subject, kind: 'text', cell: (row) => open(row, row.subject) },
			{ name: t.columns.state, cell: (row) => state(row.state) },
			{ name: t.columns.direction, cell: (row) => named(t.directions, row.direction) },
			{ name: t.columns.agent, cell: (row) => agent(row.agent_id, row.agent) },
			{ name: t.columns.person, kind: 'text', cell: (row) => row.person ?? '–' },
			{ name: t.columns.channel, cell: (row) => named(t.channels, row.channel) },
			{ name: t.columns.created, cell: (row) => moment(row.created_at) },
			{ name: t.columns.error, kind: 'text', cell: (row) => row.error ?? '–' },
		],
	},
};

export function list(kind) {
	return (here, place) => {
		const { subject, states, columns } = kinds[kind];
		const said = notices();
		const rows = table(t.views[kind], columns());
		const more = el('div', { class: 'more-of' });
		const none = el('p', { class: 'none quiet', hidden: true }, t.nothingThere);
		const given = place.parameters;
		const of = {
			state: select([['', t.any], ...states.map((one) => [one, named(t.states, one)])], given.get('state') ?? ''),
			agent: picker('agents', here, { placeholder: t.any }),
			person: here.rank > 0 ? picker('people', here, { placeholder: t.any }) : null,
			text: input({ type: 'search', value: given.get('text') ?? '' }),
			age: select([['', t.any], ...AGES.map((one) => [one, t.ages[one]])], given.get('older_than') ?? ''),
		};
		let next = null;
		let turned = false; /* more than the first page is there: it is not loaded anew by itself */
		let asked = 0;
		const named_of = (which) => {
			const id = given.get(which);
			if (id) of[which]?.set(id, given.get(`${which}_name`) ?? id);
		};
		named_of('agent');
		named_of('person');

		/* which of them, for a list or a deed; throws where a name means nobody */
		async function wanted() {
			const which = { state: of.state.value || undefined, text: of.text.value.trim() || undefined, older_than: of.age.value || undefined };
			for (const name of ['agent', 'person']) {
				const id = await of[name]?.value();
				if (id === undefined && of[name]) throw refusal(t.nobodyCalled(of[name].field.value));
				which[name] = id ?? undefined;
			}
			return { ...which, ...here.narrow() };
		}

		/* the address says what is shown: it can be kept, sent, and gone back to */
		async function search(event) {
			event?.preventDefault();
			await said.run(async () => {
				const which = await wanted();
				const parameters = new URLSearchParams();
				for (const name of ['state', 'agent', 'person', 'text', 'older_than']) if (which[name]) parameters.set(name, which[name]);
				for (const name of ['agent', 'person']) if (which[name]) parameters.set(`${name}_name`, of[name].field.value.trim());
				const hash = `#console/${kind}${parameters.size ? `?${parameters}` : ''}`;
				if (hash !== location.hash) history.replaceState(null, '', hash);
				said.clear();
				turned = false;
				await load();
			});
		}

		async function load(from) {
			const mine = ++asked;
			const answer = await operator.list(kind, { ...(await wanted()), from, limit: 50 });
			if (mine !== asked) return;
			next = answer.next;
			if (from) rows.add(answer.items);
			else rows.show(answer.items);
			none.hidden = rows.size > 0 || Boolean(next);
			rows.element.hidden = rows.size === 0;
			more.replaceChildren(...(next ? [answer.looked_until ? el('p', { class: 'quiet small' }, t.lookedUntil(when(answer.looked_until))) : '',
				button(page.more, (event) => {
					turned = true;
					event.target.disabled = true;
					said.run(() => load(next));
				})] : []));
		}

		const filters = el('form', { class: 'filters', role: 'search', 'aria-label': t.filter, onsubmit: search }, field(t.columns.state, of.state), field(t.columns.agent, of.agent.input),
			of.person ? field(t.columns.person, of.person.input) : null, field(t.words, of.text), field(t.olderThan, of.age),
			el('button', { class: 'button main' }, t.filter));
		for (const one of [of.state, of.age]) one.addEventListener('change', search);

		const all = el('div', { class: 'doing' });
		if (here.rank > 0 && here.mayChange) {
			const choice = select(deeds(subject).map((deed) => [deed, t.deedsAll[deed]]), undefined, { 'aria-label': t.allThatMatch });
			all.append(el('span', { class: 'quiet' }, t.allThatMatch), choice, button(t.countFirst, () => said.run(async () => {
				const told = await doneToAll(subject, choice.value, await wanted());
				if (told) said.say(told);
				await load();
			})));
		}
		return {
			title: t.views[kind],
			element: el('div', {}, said.element, filters, all.childElementCount ? all : null, rows.element, none, more),
			refresh: () => (turned ? Promise.resolve() : load()),
			pause: 15000,
			news: () => {},
			end: () => {},
		};
	};
}
