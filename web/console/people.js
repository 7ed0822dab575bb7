/* SPDX-License-Identifier: ISC */
/* people.js: who may sign in, as what, and whom one lets in or out. */
import { ago, el } from '../text.js';
import { operator } from './api.js';
import { pager } from './pager.js';
import { ask, button, field, input, notices, once, select, state, table } from './parts.js';
import { count, named, t } from './words.js';

const ROLES = ['member', 'agent_admin', 'org_admin', 'platform_admin'];
const choices = (here) => ROLES.filter((one) => one !== 'platform_admin' || here.rank === 2).map((one) => [one, t.roles[one]]);

export function people(here) {
	const said = notices();
	const signs = (answer) => once(t.linkTitle, t.linkText, answer.url, t.until(new Date(answer.expires_at)));

	/* name, question, what is done; `then` says what came of it */
	async function care(row, does, question, then) {
		said.clear();
		const act = (form) => operator.care('people', row.id, { do: does, ...question?.more?.(form) });
		let answer;
		if (question) answer = await ask(question.title, { ...question, act });
		else await said.run(async () => (answer = await act()));
		if (!answer) return;
		then(answer);
		await said.run(list.refresh);
	}

	const deeds = (row) => {
		if (row.id === here.me.user.id) return el('span', { class: 'quiet' }, t.thatIsYou);
		if (!here.mayChange || (row.role === 'platform_admin' && here.rank < 2)) return '–';
		const role = () => {
			const which = select(choices(here), row.role, { name: 'role' });
			return care(row, 'role', { title: t.changeRole(row.name), fields: [field(t.columns.role, which, t.roleHint)], does: t.save, more: () => ({ role: which.value }) }, () => said.say(t.saved));
		};
		return el('span', { class: 'doing' },
			row.active ? button(t.signInLink, () => care(row, 'link', { title: t.signInLink, text: [t.linkAsk(row.name)], does: t.signInLink }, signs)) : null,
			button(t.role, role),
			row.sessions ? button(t.signOut, () => care(row, 'sign_out', { title: t.signOut, text: [t.signOutText(row.name, row.sessions)], does: t.signOut, danger: true }, (answer) => said.say(t.signedOut(row.name, answer.ended)))) : null,
			row.active ? button(t.suspend, () => care(row, 'suspend', { title: t.suspend, text: [t.suspendPerson(row.name)], does: t.suspend, danger: true }, () => said.say(t.suspended(row.name))), 'danger')
				: button(t.resume, () => care(row, 'resume', null, () => said.say(t.resumed(row.name)))));
	};

	const rows = table(t.views.people, [
		{ name: t.columns.name, kind: 'text', cell: (row) => row.name },
		{ name: t.columns.state, cell: (row) => state(row.active ? 'active' : 'suspended') },
		{ name: t.columns.role, cell: (row) => named(t.roles, row.role) },
		...(here.rank === 2 ? [{ name: t.columns.tenant, kind: 'text', cell: (row) => row.tenant ?? '–' }] : []),
		{ name: t.columns.sessions, number: true, cell: (row) => count(row.sessions) },
		{ name: t.columns.lastSeen, cell: (row) => (row.last_seen ? ago(row.last_seen) : '–') },
		{ name: t.columns.deeds, cell: deeds },
	]);
	const list = pager('people', here, rows, said);

	async function add() {
		const name = input({ required: true, maxlength: '100' });
		const role = select(choices(here), 'member');
		const answer = await ask(t.addPerson, {
			fields: [field(t.columns.name, name), field(t.columns.role, role, t.roleHint)], does: t.add,
			act: () => operator.add('people', { name: name.value.trim(), role: role.value, ...here.narrow() }),
		});
		if (!answer) return;
		said.say(t.added(name.value.trim()));
		signs(answer);
		await said.run(list.load);
	}

	return {
		title: t.views.people,
		element: el('div', {}, said.element, el('div', { class: 'bar' }, list.find, here.mayChange && here.offers('person add') ? button(t.addPerson, add, 'main') : null), rows.element, list.none, list.more),
		refresh: list.refresh,
		pause: 30000,
		news: (kind) => kind === 'changed' && list.refresh().catch(() => {}),
		end: () => {},
	};
}
