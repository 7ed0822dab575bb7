/* SPDX-License-Identifier: ISC */
/* room.js: one conversation: its lines, loaded in pieces as one scrolls, and the box to write in. */
import { api } from './api.js';
import { ready, words } from './markdown.js';
import * as outbox from './outbox.js';
import { announce, day, dayKey, el, face, icon, t, time } from './text.js';

const PIECE = 50;
const KEPT = 400; /* lines on the page at once */
const LATE = 120; /* pixels from the end that still count as reading along */
const UNSENT = ['sending', 'waiting', 'refused'];

export class Room {
	/* on.back(), on.changed(agent), on.past(agent), on.fresh(agent) */
	constructor(agent, conversation, on) {
		Object.assign(this, { agent, conversation, on });
		this.lines = new Map(); /* id -> { line, element }, in the order of the page */
		this.fresh = false; /* an answer has come that is not on the screen */
		this.told = 0; /* how many events have changed it */
		this.before = false;
		this.after = false;
		this.reading = true;
		this.build();
		ready.then(() => this.repaint());
	}

	build() {
		this.title = el('h2', { id: 'room-title' });
		this.state = el('p', { class: 'under' });
		this.column = el('div', { class: 'column' });
		this.scroller = el('div', { class: 'lines scroll', role: 'log', 'aria-labelledby': 'room-title', tabindex: '0' }, this.column);
		this.notice = el('div', { class: 'notice', role: 'status', hidden: true });
		this.input = el('textarea', { rows: '1', 'aria-label': t.write(this.agent.name), placeholder: t.write(this.agent.name), enterkeyhint: 'send', dir: 'auto' });
		this.button = el('button', { class: 'send', 'aria-label': t.send, title: t.send, disabled: true }, icon('send'));
		this.newest = el('button', { class: 'newest', type: 'button', hidden: true, onclick: () => this.toNewest() });
		this.writing = el('form', { class: 'write' }, this.newest, el('div', { class: 'box' }, this.input, this.button), el('p', { class: 'hint', 'aria-hidden': 'true' }, t.hint));
		this.element = el('main', { class: 'room' },
			el('header', {},
				el('button', { class: 'icon back', 'aria-label': t.back, onclick: () => this.on.back() }, icon('back')),
				el('div', { class: 'title' }, this.title, this.state),
				el('button', { class: 'icon', 'aria-label': t.conversations, title: t.conversations, onclick: () => this.on.past(this.agent) }, icon('past')),
				el('button', { class: 'icon', 'aria-label': t.newConversation, title: t.newConversation, onclick: () => this.on.fresh(this.agent) }, icon('add'))),
			this.notice, this.scroller, this.writing);
		this.input.value = outbox.draft(this.agent.id);
		this.input.addEventListener('input', () => this.typed());
		this.input.addEventListener('keydown', (event) => {
			if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
				event.preventDefault();
				this.submit();
			}
		});
		this.writing.addEventListener('submit', (event) => {
			event.preventDefault();
			this.submit();
		});
		this.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
		this.describe();
	}

	/* -- what is above and below the lines */
	describe() {
		const { agent } = this;
		this.title.textContent = agent.name;
		this.state.textContent = !agent.available ? t.unavailable : agent.online ? t.online : agent.last_seen ? t.lastSeen(this.on.ago(agent.last_seen)) : t.offlineAgent;
		this.input.disabled = !agent.available;
		this.notice.hidden = agent.available;
		this.notice.textContent = agent.available ? '' : t.unavailableText;
		this.typed();
		for (const { line, element } of this.lines.values()) if (line.status === 'pending') this.paintFoot(element, line);
	}

	typed() {
		const { input } = this;
		input.style.height = 'auto';
		if (input.isConnected) input.style.height = `${Math.min(input.scrollHeight, innerHeight * 0.4)}px`;
		this.button.disabled = !input.value.trim() || !this.agent.available;
		outbox.keepDraft(this.agent.id, input.value);
	}

	submit() {
		const content = this.input.value.trim();
		if (!content || !this.agent.available) return;
		const item = outbox.add(this.agent.id, this.conversation, content);
		this.input.value = '';
		this.typed();
		if (this.after) this.load();
		this.put(this.unsent(item), true);
		this.welcome();
		this.toEnd();
		this.on.changed(this.agent);
	}

	unsent = (item) => ({ id: item.message_id, role: 'user', sender: t.you, content: item.content, created_at: item.at,
		status: item.problem ? 'refused' : 'sending', error: item.problem ?? null });

	/* -- lines */
	async load(around) {
		if (!this.conversation) {
			this.clear();
			this.pour([], false, false);
			return;
		}
		const answer = await this.fetch(around ? { around, limit: PIECE } : { limit: PIECE });
		this.clear();
		this.pour(answer.items, answer.more_before, answer.more_after);
		if (around) {
			const found = this.lines.get(around)?.element;
			found?.classList.add('found');
			found?.scrollIntoView({ block: 'center' });
			setTimeout(() => found?.classList.remove('found'), 4000);
			this.reading = this.atEnd();
			this.mark();
		} else {
			this.toEnd();
		}
		this.seen();
	}

	/* What the answer says may be older than an event that came meanwhile: then it is asked for once more. */
	async fetch(piece) {
		const { told } = this;
		const answer = await api.messages(this.conversation, piece);
		return told === this.told ? answer : api.messages(this.conversation, piece);
	}

	/* An event of this conversation. */
	hear(kind, data) {
		this.told++;
		if (kind === 'message') {
			this.put(data.message);
			if (this.reading) this.seen();
		}
		if (kind === 'status') this.put({ id: data.message_id, status: data.status, error: data.error }, true);
	}

	clear() {
		this.lines.clear();
		this.column.replaceChildren();
	}

	pour(items, before, after) {
		this.before = before;
		this.after = false;
		for (const line of items) this.put(line, true);
		this.after = after;
		if (!after) for (const item of outbox.mine(this.agent.id)) if ((item.conversation_id ?? null) === this.conversation && !this.lines.has(item.message_id)) this.put(this.unsent(item), true);
		this.welcome();
	}

	/* After a break: what came or changed meanwhile. */
	async refresh() {
		if (!this.conversation || this.after) return;
		const along = this.atEnd();
		const answer = await this.fetch({ limit: PIECE });
		const known = answer.items.some((line) => this.lines.has(line.id));
		if (!known && this.lines.size) return this.load();
		for (const line of answer.items) this.put(line, true);
		this.welcome();
		if (along) this.toEnd();
		this.seen();
	}

	async older() {
		if (this.loading || !this.before) return;
		this.loading = true;
		const first = this.lines.keys().next().value;
		try {
			const answer = await api.messages(this.conversation, { before: first, limit: PIECE });
			this.before = answer.more_before;
			const height = this.scroller.scrollHeight - this.scroller.scrollTop;
			const rest = [...this.lines];
			const fresh = answer.items.filter((line) => !this.lines.has(line.id)).map((line) => [line.id, { line, element: this.paint(line) }]);
			this.lines = new Map([...fresh, ...rest]);
			while (this.lines.size > KEPT) {
				const last = [...this.lines.keys()].at(-1);
				this.lines.delete(last);
				this.after = true;
			}
			this.arrange();
			this.scroller.scrollTop = this.scroller.scrollHeight - height;
		} catch {
			/* scrolling again tries again */
		}
		this.loading = false;
	}

	async newer() {
		if (this.loading || !this.after) return;
		this.loading = true;
		try {
			const last = [...this.lines.keys()].at(-1);
			const answer = await api.messages(this.conversation, { after: last, limit: PIECE });
			this.after = answer.more_after;
			for (const line of answer.items) if (!this.lines.has(line.id)) this.lines.set(line.id, { line, element: this.paint(line) });
			const height = this.scroller.scrollHeight - this.scroller.scrollTop;
			let dropped = false;
			while (this.lines.size > KEPT) {
				this.lines.delete(this.lines.keys().next().value);
				this.before = dropped = true;
			}
			const old = this.scroller.scrollHeight;
			this.arrange();
			if (dropped) this.scroller.scrollTop = Math.max(0, this.scroller.scrollHeight - height - (this.scroller.scrollHeight - old));
		} catch {
			/* as above */
		}
		this.loading = false;
	}

	/* Adds a line at its place, or changes the one with its id. */
	put(line, quiet) {
		if (!quiet && line.role === 'assistant' && !line.progress && !this.reading) this.fresh = true;
		if (this.after && !this.lines.has(line.id)) return this.mark();
		const known = this.lines.get(line.id);
		if (!known && !line.role) return; /* news of a line that is not here */
		if (known) {
			const old = known.line;
			known.line = { ...old, ...line, content: line.content ?? old.content };
			if (old.content !== known.line.content || old.progress !== known.line.progress || old.truncated !== known.line.truncated) {
				const element = this.paint(known.line);
				element.className = known.element.className.replace(/ ?progress/, '') + (known.line.progress ? ' progress' : '');
				known.element.replaceWith(element);
				known.element = element;
				if (this.reading && !quiet) this.toEnd();
			} else {
				this.paintFoot(known.element, known.line);
			}
			if (old.created_at === known.line.created_at) return;
		} else {
			this.lines.set(line.id, { line, element: this.paint(line) });
		}
		const along = this.reading;
		const sorted = [...this.lines].sort(([, a], [, b]) => (a.line.created_at < b.line.created_at ? -1 : a.line.created_at > b.line.created_at ? 1 : 0));
		this.lines = new Map(sorted);
		this.arrange();
		this.scroller.querySelector('.empty')?.remove();
		this.column.hidden = false;
		if (along && !quiet) this.toEnd();
		else this.mark();
		if (line.role === 'assistant' && !quiet && !line.progress) announce(`${t.says(this.agent.name)}: ${line.content.slice(0, 200)}`);
	}

	/* Puts the lines' elements in order, with days between them, touching only what is not where it belongs. */
	arrange() {
		let at = this.column.firstChild;
		let previous = null;
		const place = (element) => {
			if (at === element) at = at.nextSibling;
			else this.column.insertBefore(element, at);
		};
		for (const { line, element } of this.lines.values()) {
			if (!previous || dayKey(previous.created_at) !== dayKey(line.created_at)) {
				const key = dayKey(line.created_at);
				if (at?.dataset?.day === key) at = at.nextSibling;
				else {
					const heading = el('div', { class: 'day' }, day(line.created_at));
					heading.dataset.day = key;
					this.column.insertBefore(heading, at);
				}
				previous = null;
			}
			element.classList.toggle('tight', !!previous && previous.role === line.role && !previous.status?.match(/failed|expired|refused/) &&
				new Date(line.created_at) - new Date(previous.created_at) < 180000);
			place(element);
			previous = line;
		}
		while (at) {
			const next = at.nextSibling;
			at.remove();
			at = next;
		}
	}

	repaint() {
		for (const entry of this.lines.values()) {
			if (entry.line.role !== 'assistant') continue;
			const element = this.paint(entry.line);
			element.className = entry.element.className;
			entry.element.replaceWith(element);
			entry.element = element;
		}
		if (this.reading) this.toEnd();
	}

	paint(line) {
		const mine = line.role === 'user';
		const said = mine ? el('div', { class: 'said plain', dir: 'auto' }, line.content) : words(line.content);
		const element = el('article', { class: `line ${mine ? 'mine' : ''}${line.progress ? ' progress' : ''}` },
			el('div', { class: 'head' }, mine ? el('span', { class: 'unseen' }, t.you) : el('b', { dir: 'auto' }, line.sender ?? this.agent.name),
				el('time', { datetime: line.created_at }, time(line.created_at))), said);
		if (line.truncated) {
			const button = el('button', { class: 'link small' }, t.more);
			button.addEventListener('click', async () => {
				button.disabled = true;
				const whole = await api.message(line.id).catch(() => null);
				if (whole) this.put({ id: line.id, content: whole.content, truncated: false }, true);
				else button.disabled = false;
			});
			element.append(el('div', { class: 'foot' }, t.cut, button));
		}
		element.append(el('div', { class: 'foot state' }));
		this.paintFoot(element, line);
		return element;
	}

	paintFoot(element, line) {
		const foot = element.querySelector('.state');
		const bad = ['failed', 'expired', 'refused'].includes(line.status);
		foot.className = `foot state${bad ? ' bad' : ''}`;
		if (line.progress) return foot.replaceChildren(el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')), t.inProgress);
		const word = {
			sending: t.sending, waiting: t.waitingToSend, refused: t.notSent, pending: this.agent.online ? t.pending : t.pendingOffline,
			working: t.working, failed: t.failedMessage, expired: t.expired, cancelled: t.cancelled,
		}[line.status];
		const why = bad ? line.error : null;
		/* the gateway's sentence is enough where it is in the language of the page */
		const lead = why && t.own && line.status !== 'refused' ? '' : word;
		foot.replaceChildren(...(word ? [el('span', {}, lead, lead && why ? ': ' : '', why ? el('span', { lang: 'en' }, why) : null)] : []));
		if (line.status === 'pending') foot.append(this.action(t.cancel, () => this.cancel(line)));
		if (bad || line.status === 'cancelled') foot.append(this.action(t.tryAgain, () => this.again(line)));
	}

	action(label, act) {
		return el('button', { class: 'link', type: 'button', onclick: act }, label);
	}

	async cancel(line) {
		try {
			await api.cancel(line.id);
			this.put({ id: line.id, status: 'cancelled' }, true);
		} catch (error) {
			if (error.status === 409) announce(t.tooLate);
			this.refresh().catch(() => {});
		}
	}

	again(line) {
		if (line.status === 'refused') {
			this.put({ id: line.id, status: 'sending', error: null }, true);
			outbox.retry(line.id);
			return;
		}
		const item = outbox.add(this.agent.id, this.conversation, line.content);
		this.put(this.unsent(item), true);
		this.toEnd();
	}

	/* The outbox has news about something of this agent's. */
	delivered(what, item, answer) {
		/* an event may have been quicker than the answer to what it is about */
		const status = this.lines.get(item.message_id)?.line.status;
		const newer = status && !UNSENT.includes(status);
		if (what === 'sent') {
			const begun = !this.conversation && !item.conversation_id;
			if (begun) this.conversation = answer.conversation_id;
			if (!newer) this.put({ id: item.message_id, status: answer.status, error: null }, true);
			/* events of a conversation whose id was not known yet have passed unheard */
			if (begun) this.refresh().catch(() => {});
		} else if (!newer) {
			this.put({ id: item.message_id, status: what, error: item.problem ?? null }, true);
		}
	}

	welcome() {
		const empty = this.lines.size === 0;
		this.scroller.querySelector('.empty')?.remove();
		this.column.hidden = empty;
		if (!empty) return;
		const { agent } = this;
		this.scroller.append(el('div', { class: 'empty' }, face(agent, 'bare'), el('h2', {}, t.start(agent.name)),
			agent.description ? el('p', { dir: 'auto' }, agent.description) : null,
			el('p', {}, agent.type !== 'openclaw' ? t.startNative : agent.online ? t.startOnline : t.startOffline)));
	}

	/* -- scrolling and reading */
	atEnd() {
		const { scrollTop, scrollHeight, clientHeight } = this.scroller;
		return scrollHeight - scrollTop - clientHeight < LATE;
	}

	toEnd() {
		this.reading = true;
		this.scroller.scrollTop = this.scroller.scrollHeight;
		this.mark();
	}

	/* Whoever reads further up has a way back down, which says when something new is there. */
	mark() {
		const away = this.after || (!this.reading && this.lines.size > 0);
		if (!away) this.fresh = false;
		this.newest.hidden = !away;
		this.newest.classList.toggle('fresh', this.fresh);
		this.newest.setAttribute('aria-label', this.fresh ? t.newBelow : t.toNewest);
		this.newest.title = this.fresh ? '' : t.toNewest;
		this.newest.replaceChildren(icon('down'), ...(this.fresh ? [t.newBelow] : []));
	}

	toNewest() {
		if (this.after) this.load().catch(() => {});
		else this.toEnd();
		if (!matchMedia('(pointer: coarse)').matches) this.input.focus();
	}

	scrolled() {
		this.reading = this.atEnd();
		if (this.scroller.scrollTop < 600) this.older();
		if (this.reading) {
			if (this.after) this.newer();
			else this.seen();
		}
		this.mark();
	}

	/* The last answer is on the screen: it counts as read. */
	seen() {
		const last = [...this.lines.values()].findLast(({ line }) => line.role === 'assistant')?.line;
		if (!last || !this.conversation || this.after || document.visibilityState !== 'visible' || !this.element.isConnected) return;
		const mark = `${last.id}${last.created_at}`;
		if (mark === this.marked) return;
		this.marked = mark;
		api.read(this.conversation, last.id).then(() => this.on.read(this.agent)).catch(() => {
			this.marked = null;
		});
	}
}
