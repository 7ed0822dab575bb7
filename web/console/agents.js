/* SPDX-License-Identifier: ISC */
/* agents.js: agents: who is there, why one does not answer, and what is done to them. */
import { ago, el, face, t as page } from '../text.js';
import { operator } from './api.js';
import { ask, button, facts, field, input, moment, notices, once, picker, select, state, table } from './parts.js';
import { count, named, refusal, t, told } from './words.js';
import { pager } from './pager.js';

/* How it stands, in a word. */
function standing(agent) {
	if (agent.status === 'stopped') return 'suspended';
	if (!agent.may_act) return 'disabled';
	return agent.type !== 'openclaw' || agent.online ? 'online' : 'away';
}

export function agents(here, place) {
	if (place.id) return agent(here, place);
	const said = notices();
	const rows = table(t.views.agents, [
		{ name: t.columns.name, kind: 'text', cell: (row) => el('a', { class: 'who-is', href: `#console/agents/${row.id}` }, face(row, 'bare'), el('span', { dir: 'auto' }, row.name)) },
		{ name: t.columns.state, cell: (row) => state(standing(row)) },
		{ name: t.columns.kind, cell: (row) => named(t.types, row.type) },
		...(here.rank === 2 ? [{ name: t.columns.tenant, kind: 'text', cell: (row) => row.tenant ?? '–' }] : []),
		{ name: t.columns.lastSeen, cell: (row) => (row.last_seen ? ago(row.last_seen) : '–') },
		{ name: t.columns.waiting, number: true, cell: (row) => count(row.pending + row.queued) },
		{ name: t.columns.working, number: true, cell: (row) => count(row.working) },
		{ name: t.columns.creator, kind: 'text', cell: (row) => row.creator ?? '–' },
	]);
	const list = pager('agents', here, rows, said);
	return {
		title: t.views.agents,
		element: el('div', {}, said.element, el('div', { class: 'bar' }, list.find, here.mayChange && here.offers('agent add') ? button(t.addAgent, () => add(here, said, list.load), 'main') : null), rows.element, list.none, list.more),
		refresh: list.refresh,
		pause: 15000,
		news: (kind) => kind === 'changed' && list.refresh().catch(() => {}),
		end: () => {},
	};
}

/* The line that joins its program, once. */
function joins(answer) {
	once(t.joinTitle, t.joinText, answer.command, t.until(new Date(answer.expires_at)));
}

async function add(here, said, done) {
	const name = input({ name: 'name', required: true, maxlength: '100' });
	const type = select([['openclaw', t.types.openclaw], ['native', t.types.native]], 'openclaw', { name: 'type' });
	const about = el('textarea', { class: 'field', rows: '3', name: 'about' });
	const model = el('select', { class: 'field', name: 'model' });
	const modelField = field(t.columns.model, model);
	modelField.hidden = true;
	type.addEventListener('change', () => (modelField.hidden = type.value !== 'native'));
	operator.list('models', here.narrow()).then(({ items }) => model.append(...items.filter(({ enabled }) => enabled).map((one) => el('option', { value: one.id }, one.name)))).catch(() => {});
	const answer = await ask(t.addAgent, {
		fields: [field(t.columns.name, name), field(t.columns.kind, type, t.typeHint), modelField, field(t.columns.about, about)],
		does: t.add,
		act: () => operator.add('agents', {
			name: name.value.trim(), type: type.value, role_description: about.value.trim() || undefined,
			model: type.value === 'native' ? model.value || undefined : undefined, ...here.narrow(),
		}),
	});
	if (!answer) return;
	said.say(t.added(name.value.trim()));
	if (answer.command) joins(answer);
	await said.run(done);
}

/* -- one agent */
/* What mends what is in its way (`code` of `why`, docs/operator-api.md), for whom at least, and where the gateway offers it; or the view where it is mended. */
const MENDS = {
	suspended: ['resume'], no_key: ['invite'], never_asked: ['invite'], away: ['invite'],
	creator_inactive: ['handOver', 1], name_ambiguous: ['rename', 1],
	tokens_of_day_used: ['limits', 1, 'agent limits'], calls_of_day_made: ['limits', 1, 'agent limits'],
};
const LEADS = {
	messages_wait: ['messages'], message_unanswered: ['messages'], working: ['messages'], job_waits: ['jobs'], job_failed: ['jobs'], letter_failed: ['letters'],
	no_model: ['models', 1], models_disabled: ['models', 1], model_disabled: ['models', 1], model_tokens_used: ['models', 1], no_worker: ['health', 2],
};

function agent(here, place) {
	const said = notices();
	const body = el('div', { class: 'stack' });
	let it = null;
	let shown = '';

	const care = (does) => operator.care('agents', place.id, does);

	const deeds = {
		async invite() {
			const answer = await ask(t.invite, { text: [t.inviteText], does: t.invite, act: () => care({ do: 'invite' }) });
			if (answer) joins(answer);
		},
		async rotate() {
			const answer = await ask(t.rotate, { text: [t.rotateText(it.name)], does: t.rotate, danger: true, act: () => care({ do: 'rotate' }) });
			if (answer) once(t.keyTitle, t.keyText, answer.api_key);
		},
		async suspend() {
			const answer = await ask(t.suspend, { text: [t.suspendText(it.name)], does: t.suspend, danger: true, act: () => care({ do: 'suspend' }) });
			if (answer) said.say(t.suspended(it.name));
		},
		resume: () => said.run(async () => {
			const answer = await care({ do: 'resume' });
			said.say(answer.may_act ? t.resumed(it.name) : t.resumedStill(it.name), !answer.may_act);
		}),
		async rename() {
			const name = input({ value: it.name, required: true, maxlength: '100' });
			const answer = await ask(t.rename, { fields: [field(t.columns.name, name)], does: t.rename, act: () => care({ do: 'change', name: name.value.trim() }) });
			if (answer) said.say(t.renamed(it.name, name.value.trim()));
		},
		async handOver() {
			const who = picker('people', here, { required: true });
			const answer = await ask(t.handOver, {
				text: [t.handOverText(it.name, it.creator ?? '–')], fields: [field(t.columns.creator, who.input)], does: t.handOver,
				act: async () => {
					const creator = await who.value();
					if (!creator) throw refusal(t.nobodyCalled(who.field.value));
					return care({ do: 'change', creator });
				},
			});
			if (answer) said.say(t.handedOver(it.name, who.field.value.trim()));
		},
		async limits() {
			const number = (value) => input({ type: 'number', min: '0', step: '1', value: value ?? '' });
			const tokens = number(it.max_tokens_per_day);
			const calls = number(it.max_calls_per_day < 0 ? '' : it.max_calls_per_day);
			const answer = await ask(t.limits, {
				fields: [field(t.columns.tokensPerDay, tokens, t.emptyNone), field(t.columns.callsPerDay, calls, t.emptyNone)], does: t.save,
				act: () => care({ do: 'change', max_tokens_per_day: tokens.value === '' ? null : Number(tokens.value), max_calls_per_day: calls.value === '' ? null : Number(calls.value) }),
			});
			if (answer) said.say(t.saved);
		},
	};
	const doing = (name, kind) => button(t[name], async () => {
		said.clear();
		await deeds[name]();
		await said.run(refresh);
	}, kind);

	/* a button beside the line that says what is wrong */
	function mend(code) {
		const [does, least = 0, offer] = MENDS[code] ?? [];
		return does && here.mayChange && here.rank >= least && (!offer || here.offers(offer)) ? doing(does, 'main') : null;
	}
	/* or where it is mended */
	function lead(code) {
		const [to, least = 0] = LEADS[code] ?? [];
		const which = ['messages', 'jobs', 'letters'].includes(to) ? `?agent=${it.id}&agent_name=${encodeURIComponent(it.name)}` : '';
		return to && here.rank >= least ? el('a', { href: `#console/${to}${which}` }, t.views[to]) : null;
	}

	function reason({ weight, code, sentence: words, values, since }) {
		const kind = weight === 1 ? 'bad' : weight === 2 ? 'warn' : 'good';
		return el('li', { class: kind, 'data-code': code }, el('div', {}, el('span', { class: 'unseen' }, `${t.weights[kind]}: `), told(t.reasons[code]?.(values ?? {}), words), since ? el('span', { class: 'quiet small' }, ` ${t.since} `, moment(since)) : null),
			mend(code), lead(code));
	}

	async function refresh() {
		const answer = await operator.agent(place.id);
		const text = JSON.stringify([answer, Math.floor(Date.now() / 60000)]);
		if (text === shown) return;
		shown = text;
		it = answer.agent;
		view.title = it.name;
		here.retitle?.();
		const grave = answer.why.filter(({ weight }) => weight <= 2);
		const openclaw = it.type === 'openclaw';
		const to = (kind) => el('a', { class: 'button', href: `#console/${kind}?agent=${it.id}&agent_name=${encodeURIComponent(it.name)}` }, t.views[kind]);
		const limit = (used, most) => (most > 0 || (most === 0 && used !== null) ? `${count(used)} / ${count(most)}` : count(used));
		body.replaceChildren(
			el('article', { class: 'card story' },
				el('header', {}, el('h3', {}, t.why, ' ', state(standing(it))), el('code', { class: 'id' }, it.id)),
				grave.some(({ weight }) => weight === 1) ? null : el('p', { class: grave.length ? 'quiet' : 'good-of' }, grave.length ? t.nothingGrave : t.nothingInWay),
				el('ul', { class: 'reasons' }, ...answer.why.map(reason))),
			here.mayChange ? el('div', { class: 'doing' },
				it.status === 'stopped' ? doing('resume') : doing('suspend', 'danger'), openclaw ? doing('invite') : null, openclaw ? doing('rotate') : null,
				here.rank > 0 ? doing('rename') : null, here.rank > 0 ? doing('handOver') : null, !openclaw && here.offers('agent limits') ? doing('limits') : null) : '',
			el('div', { class: 'doing' }, to('messages'), to('jobs'), to('letters')),
			facts([[t.columns.kind, named(t.types, it.type)], [t.columns.tenant, it.tenant], [t.columns.creator, it.creator], [t.columns.created, moment(it.created_at)], [t.columns.lastSeen, it.last_seen ? moment(it.last_seen) : openclaw ? t.never : null],
				[t.columns.key, openclaw ? (it.has_key ? t.yes : t.no) : null], [t.columns.model, it.models], [t.columns.waiting, count(it.pending + it.queued)], [t.columns.working, count(it.working)],
				[t.columns.tokensToday, openclaw ? null : limit(it.tokens_today, it.max_tokens_per_day)], [t.columns.callsToday, openclaw ? null : limit(it.calls_today, it.max_calls_per_day)], [t.columns.about, it.role_description]]));
	}

	const view = {
		title: page.agents, under: 'agents', element: el('div', {}, said.element, body), refresh, pause: 10000,
		news: (kind) => kind === 'changed' && refresh().catch(() => {}),
		end: () => {},
	};
	return view;
}
