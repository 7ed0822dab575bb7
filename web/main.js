/* SPDX-License-Identifier: ISC */
/* main.js: who is here, the agents on the left, the room on the right, and what the gateway tells. */
import { api, listen } from './api.js';
import { dialog } from './dialog.js';
import * as outbox from './outbox.js';
import { Room } from './room.js';
import { signIn, tokenFromAddress } from './signin.js';
import { ago, announce, el, face, icon, t, time, day } from './text.js';

const HITS = 30; /* found at a time, and past conversations */

const app = document.getElementById('app');
const waiting = document.getElementById('loading');
let me = null;
let agents = [];
let room = null;
let house = null;
let list = null;
let lost = null;
let desk = null; /* the operators' console, once it was opened */
let stop = () => {};

if (waiting) waiting.textContent = t.loading;
start();

async function start() {
	const token = tokenFromAddress();
	if (token) return signIn(app, token, enter);
	/* both at once: who is signed in sees the agents a moment sooner */
	const early = api.agents();
	early.catch(() => {});
	try {
		enter(await api.who(), early);
	} catch (error) {
		if (error.status === 401 || error.status === 403) return signIn(app, null, enter);
		waiting.textContent = t.offline;
		setTimeout(start, 3000);
	}
}

/* -- the house */
/* `early`: the agents, if they were asked for already */
function enter(person, early) {
	me = person;
	document.title = person.site_name;
	const find = el('input', { class: 'field', type: 'search', placeholder: t.searchPlaceholder, 'aria-label': t.search, autocomplete: 'off' });
	list = el('ul', { class: 'list' });
	lost = el('div', { class: 'notice', role: 'status', hidden: true }, t.offline);
	house = el('div', { class: 'house' },
		el('nav', { class: 'side', 'aria-label': t.agents },
			el('header', {}, el('h1', { class: 'brand', dir: 'auto' }, person.organisation.name)),
			el('div', { class: 'find', role: 'search' }, icon('search'), find),
			el('div', { class: 'scroll' }, list),
			el('footer', {}, el('div', { class: 'who' }, el('div', { class: 'name', dir: 'auto' }, person.user.name)),
				operates() ? el('a', { class: 'icon', href: '#console', 'aria-label': t.console, title: t.console }, icon('console')) : null,
				el('button', { class: 'icon', 'aria-label': t.menu, title: t.menu, onclick: account }, icon('person')))),
		el('div', { class: 'room' }));
	app.replaceChildren(house);
	app.setAttribute('aria-busy', 'false');
	house.prepend(lost);
	let typing = 0;
	find.addEventListener('input', () => {
		clearTimeout(typing);
		typing = setTimeout(() => search(find.value.trim()), 180);
	});
	find.addEventListener('keydown', (event) => {
		if (event.key === 'Escape') {
			find.value = '';
			search('');
		}
	});
	addEventListener('keydown', (event) => {
		if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
			event.preventDefault();
			house.classList.remove('in-room');
			find.focus();
		}
	});
	addEventListener('popstate', route);
	outbox.begin(person.user.id, (what, item, answer) => {
		if (room?.agent.id === item.agent) room.delivered(what, item, answer);
		if (what === 'sent') loadAgents().catch(() => {});
	});
	loadAgents(early).then(() => {
		performance.mark('agents');
		route();
	}, lostSession);
	stop = listen({ event: told, reset: () => Promise.all([loadAgents(), room?.refresh()]).catch(lostSession), state: connection });
	setInterval(() => room?.describe(), 60000);
	document.addEventListener('visibilitychange', () => room?.seen());
}

function connection(there) {
	lost.hidden = there || navigator.onLine;
	if (there) outbox.flush();
}

function lostSession(error) {
	if (error?.status !== 401) return;
	stop();
	location.reload();
}

/* -- agents */
async function loadAgents(asked = api.agents()) {
	agents = (await asked).items;
	paintAgents();
	if (room) {
		const agent = agents.find((one) => one.id === room.agent.id);
		if (agent) {
			room.agent = agent;
			room.describe();
		}
	}
}

const stateOf = (agent) => (agent.type !== 'openclaw' && agent.available ? 'here' : agent.online ? 'here' : 'gone');

function paintAgents() {
	const focused = document.activeElement?.closest?.('[data-agent]')?.dataset.agent;
	const sorted = [...agents].sort((a, b) => (b.last_message_at ?? '').localeCompare(a.last_message_at ?? '') || a.name.localeCompare(b.name));
	if (list.dataset.found) return;
	list.replaceChildren(...sorted.map((agent) => {
		const status = !agent.available ? t.unavailable : agent.online ? t.online : agent.last_seen ? t.lastSeen(ago(agent.last_seen)) : t.offlineAgent;
		const button = el('button', { class: 'entry', 'aria-current': room?.agent.id === agent.id ? 'true' : null, onclick: () => go(agent) },
			face(agent, stateOf(agent)),
			el('span', {}, el('span', { class: 'name', dir: 'auto', style: null }, agent.name), el('div', { class: 'under' }, agent.description && agent.online ? agent.description : status),
				el('span', { class: 'unseen' }, ` ${status}`)),
			agent.unread ? el('span', { class: 'count' }, el('span', { 'aria-hidden': 'true' }, agent.unread > 99 ? '99+' : String(agent.unread)), el('span', { class: 'unseen' }, t.unread(agent.unread))) : null);
		button.dataset.agent = agent.id;
		return el('li', {}, button);
	}));
	if (focused) list.querySelector(`[data-agent="${focused}"]`)?.focus();
	const unread = agents.reduce((sum, agent) => sum + agent.unread, 0);
	if (!desk?.element.isConnected) document.title = unread ? `(${unread}) ${me.site_name}` : me.site_name;
	if (!room) nowhere();
}

function nowhere() {
	const none = agents.length === 0;
	house.querySelector(':scope > .room').replaceWith(el('main', { class: 'room' },
		el('div', { class: 'empty' }, el('h2', {}, none ? t.noAgents : t.choose), el('p', {}, none ? t.noAgentsText : t.chooseText))));
}

/* -- where one is: #agent, #agent/conversation, #agent/conversation/row */
function go(agent, conversation = '', row = '') {
	const hash = `#${[agent.id, conversation, row].filter(Boolean).join('/')}`;
	if (hash !== location.hash) history.pushState(null, '', hash);
	route();
}

async function route() {
	if (operates() && /^#console(\/|\?|$)/.test(location.hash)) return openConsole();
	closeConsole();
	const [agentId, conversation, row] = location.hash.slice(1).split('/');
	const agent = agents.find((one) => one.id === agentId);
	if (!agent) {
		room = null;
		house.classList.remove('in-room');
		paintAgents();
		return nowhere();
	}
	if (room && room.agent.id === agent.id && !row && (!conversation || conversation === room.conversation)) {
		house.classList.add('in-room');
		paintAgents();
		return room.input.focus();
	}
	let wanted = conversation ?? null;
	if (wanted === 'new') wanted = null;
	else if (!wanted) wanted = (await api.conversations({ agent: agent.id, limit: 10 }).catch(() => null))?.items.find((one) => one.channel === 'web')?.id ?? null;
	enterRoom(agent, wanted, row);
}

function enterRoom(agent, conversation, row) {
	const old = house.querySelector(':scope > .room');
	room = new Room(agent, conversation, {
		ago,
		back: () => history.length > 1 && matchMedia('(max-width: 47.99rem)').matches ? (history.pushState(null, '', location.pathname), route()) : route(),
		changed: () => {},
		read: () => loadAgents().catch(() => {}),
		past,
		fresh: (one) => go(one, 'new'),
	});
	old.replaceWith(room.element);
	room.typed();
	house.classList.add('in-room');
	paintAgents();
	const here = room;
	room.load(row).catch((error) => {
		if (error.status === 404) {
			here.conversation = null;
			here.load();
		} else lostSession(error);
	});
	if (!matchMedia('(pointer: coarse)').matches) room.input.focus();
}

/* -- the console, for those who look after agents, an organisation or the gateway */
function operates() {
	return ['agent_admin', 'org_admin', 'platform_admin'].includes(me.user.role);
}

async function openConsole() {
	if (!desk) {
		const look = el('link', { rel: 'stylesheet', href: 'console/console.css' });
		const there = new Promise((resolve) => ['load', 'error'].forEach((kind) => look.addEventListener(kind, resolve)));
		document.head.append(look);
		const { Console } = await import('./console/console.js').catch(() => ({}));
		await there;
		if (!Console) return leaveConsole();
		desk ??= new Console(me, { leave: leaveConsole, lost: lostSession });
	}
	if (!/^#console/.test(location.hash)) return;
	if (!desk.element.isConnected) {
		/* nobody reads in a room that is not to be seen */
		room = null;
		nowhere();
		house.hidden = true;
		app.append(desk.element);
		desk.begin();
	}
	desk.go();
}

function leaveConsole() {
	history.pushState(null, '', location.pathname);
	route();
}

function closeConsole() {
	if (!desk?.element.isConnected) return;
	desk.end();
	desk.element.remove();
	house.hidden = false;
	document.title = me.site_name;
}

/* -- what the gateway tells */
function told(kind, data) {
	if (kind === 'agent') {
		const agent = agents.find((one) => one.id === data.id);
		if (!agent) return loadAgents().catch(() => {});
		agent.online = data.online && agent.available;
		agent.last_seen = data.at;
		paintAgents();
		if (room?.agent.id === agent.id) room.describe();
		/* it may have been switched off, or on again */
		if (!data.online) reloadAgents();
		return;
	}
	if (room && data.conversation_id === room.conversation) room.hear(kind, data);
	if (kind === 'message' || kind === 'read') reloadAgents();
}

/* Once for several events. */
function reloadAgents() {
	clearTimeout(reloadAgents.timer);
	reloadAgents.timer = setTimeout(() => loadAgents().catch(() => {}), 150);
}

/* -- search */
async function search(wanted) {
	if (!wanted) {
		delete list.dataset.found;
		return paintAgents();
	}
	list.dataset.found = wanted;
	const answer = await api.search({ q: wanted, limit: HITS }).catch(() => null);
	if (!answer || list.dataset.found !== wanted) return;
	list.replaceChildren();
	addHits(wanted, answer);
	if (!answer.items.length) list.append(el('li', { class: 'row quiet' }, t.nothingFound(wanted)));
	announce(answer.items.length ? t.found(answer.items.length) : t.nothingFound(wanted));
}

function addHits(wanted, answer) {
	list.append(...answer.items.map((hit) => el('li', {}, el('button', { class: 'hit', onclick: () => {
		const agent = agents.find((one) => one.id === hit.agent_id);
		if (agent) go(agent, hit.conversation_id, hit.id);
	} },
	el('span', { class: 'top' }, el('span', { class: 'name', dir: 'auto' }, hit.role === 'user' ? `${t.you} → ${hit.agent}` : hit.agent), el('span', {}, `${day(hit.created_at)} ${time(hit.created_at)}`)),
	el('span', { class: 'text', dir: 'auto' }, hit.cut_before ? '…' : '', hit.before, el('mark', {}, hit.match), hit.after, hit.cut_after ? '…' : '')))));
	if (answer.more) moreBelow(list, 'li', async () => {
		const next = await api.search({ q: wanted, limit: HITS, before: answer.items.at(-1).id });
		if (list.dataset.found === wanted) addHits(wanted, next);
	});
}

/* A button at the end of a list that is replaced by what comes behind it. */
function moreBelow(where, tag, act) {
	const button = el('button', { class: 'link small', onclick: async () => {
		const before = row.previousElementSibling;
		button.disabled = true;
		try {
			await act();
		} catch {
			button.disabled = false;
			return;
		}
		row.remove();
		before?.nextElementSibling?.querySelector('button')?.focus();
	} }, t.more);
	const row = el(tag, { class: 'row' }, button);
	where.append(row);
}

/* -- dialogs */
async function past(agent) {
	const rows = el('ul', { class: 'list' });
	const element = dialog(t.conversations, rows);
	const add = async (before) => {
		const answer = await api.conversations({ agent: agent.id, limit: HITS, before });
		rows.append(...answer.items.map((one) => el('li', {}, el('button', { class: 'hit', 'aria-current': one.id === room?.conversation ? 'true' : null, onclick: () => {
			element.close();
			go(agent, one.id);
		} }, el('span', { class: 'name', dir: 'auto' }, one.title), el('span', { class: 'under' }, `${day(one.last_message_at)} ${time(one.last_message_at)}`)))));
		if (answer.more) moreBelow(rows, 'li', () => add(answer.items.at(-1).id));
	};
	await add().catch(() => {});
	if (!rows.children.length) rows.replaceWith(el('p', { class: 'row quiet' }, t.noConversations));
}

async function account() {
	const { items } = await api.sessions().catch(() => ({ items: [] }));
	const rows = el('div', {});
	const element = dialog(me.user.name, el('h3', { class: 'row quiet small' }, t.sessions), rows,
		el('div', { class: 'row' }, el('span', {}), el('button', { class: 'button', onclick: async () => {
			await api.signOut().catch(() => {});
			stop();
			location.replace(location.pathname);
		} }, t.signOut)));
	for (const session of items) {
		const row = el('div', { class: 'row' }, el('div', {}, el('div', {}, session.browser?.match(/(Firefox|Edg|Chrome|Safari)/)?.[1] ?? session.browser ?? session.way),
			el('div', { class: 'under' }, session.current ? t.thisDevice : `${session.address ?? ''} · ${t.lastUsed(ago(session.last_seen))}`)));
		if (!session.current) row.append(el('button', { class: 'link small', onclick: async () => {
			await api.endSession(session.id).catch(() => {});
			row.remove();
		} }, t.endSession));
		rows.append(row);
	}
	return element;
}
