/* SPDX-License-Identifier: ISC */
/*
 * console.js: the console for operators: its views, where one is, and who may do what. main.js loads it for administrators; whoever is none
 * has nothing to load it for, and the gateway tells him nothing. Addresses are #console/view?filters and #console/view/id.
 */
import { el, icon } from '../text.js';
import { agents } from './agents.js';
import { operator, watch } from './api.js';
import { audit } from './audit.js';
import { channels } from './channels.js';
import { health } from './health.js';
import { list } from './lists.js';
import { models } from './models.js';
import { overview } from './overview.js';
import { input, select } from './parts.js';
import { people } from './people.js';
import { story } from './story.js';
import { failure, t } from './words.js';

const RANKS = { agent_admin: 0, org_admin: 1, platform_admin: 2 };

/* Which views there are, and for which rank at least. */
const views = {
	overview: [0, overview], messages: [0, list('messages')], jobs: [0, list('jobs')], letters: [0, list('letters')], agents: [0, agents],
	people: [1, people], models: [1, models], channels: [1, channels], health: [1, health], audit: [2, audit],
};

export const mayLook = (person) => person.user.role in RANKS;

export class Console {
	/* on.leave(): back to the conversations; on.lost(error): signed out */
	constructor(person, on) {
		Object.assign(this, { me: person, on, rank: RANKS[person.user.role], tenant: null, mayChange: false, offered: new Set(), view: null, timer: 0 });
		this.retitle = () => this.entitle();
		this.live = false;
		this.known = operator.overview({ period: '1h' }).then((answer) => this.learn(answer));
		this.known.catch(() => {});
		this.build();
		this.wake = () => document.hidden || this.tick();
	}

	/* what an overview says of who looks, and of what this gateway can do */
	learn(answer) {
		this.mayChange = answer.may_change;
		this.offered = new Set(answer.offers ?? []);
		this.badge.hidden = this.mayChange;
		this.links.get('health')?.parentElement.toggleAttribute('hidden', this.rank < 2 && !this.offers('health'));
		if (answer.tenants?.length > 1 && !this.tenants.childElementCount) {
			const which = select([['', t.allTenants], ...answer.tenants.map(({ id, name }) => [id, name])], this.tenant ?? '', { 'aria-label': t.columns.tenant });
			which.addEventListener('change', () => {
				this.tenant = which.value || null;
				this.listen();
				this.go();
			});
			this.tenants.append(which);
		}
	}

	offers = (what) => this.offered.has(what);
	narrow = () => (this.tenant ? { tenant: this.tenant } : {});

	build() {
		const wanted = input({ type: 'search', placeholder: t.findId, 'aria-label': t.findId, spellcheck: 'false' });
		this.links = new Map(Object.entries(views).filter(([, [least]]) => this.rank >= least).map(([name]) => [name, el('a', { href: `#console/${name}` }, t.views[name])]));
		this.badge = el('span', { class: 'state note', hidden: true }, t.readOnly);
		this.tenants = el('div', { class: 'tenants' });
		this.title = el('h2', { tabindex: '-1' });
		this.lost = el('div', { class: 'notice', role: 'status', hidden: true });
		this.place = el('div', { class: 'place' });
		this.main = el('main', { class: 'scroll' }, this.lost, el('header', {}, this.title, this.badge,
			el('form', { class: 'by-id', role: 'search', onsubmit: (event) => {
				event.preventDefault();
				const id = wanted.value.trim();
				if (id) location.hash = `#console/story/${encodeURIComponent(id)}`;
				wanted.value = '';
			} }, icon('search'), wanted)), this.place);
		this.element = el('div', { class: 'desk' }, el('nav', { 'aria-label': t.console },
			el('div', { class: 'top' }, el('button', { class: 'icon', 'aria-label': t.leave, title: t.leave, onclick: () => this.on.leave() }, icon('back')), el('h1', { class: 'brand', dir: 'auto' }, this.rank === 2 ? this.me.site_name : this.me.organisation.name)),
			this.tenants, el('ul', {}, ...[...this.links.values()].map((one) => el('li', {}, one)))), this.main);
	}

	/* it is on the screen */
	begin() {
		document.addEventListener('visibilitychange', this.wake);
		this.listen();
	}

	/* it is not any more: nothing is asked */
	end() {
		document.removeEventListener('visibilitychange', this.wake);
		clearTimeout(this.timer);
		this.unwatch?.();
		this.unwatch = null;
		this.view?.end();
		this.view = null;
		this.hash = null;
	}

	async listen() {
		this.unwatch?.();
		this.unwatch = null;
		await this.known.catch(() => {});
		if (!this.element.isConnected || !this.offers('events')) return;
		this.unwatch = watch(this.narrow(), { state: (live) => (this.live = live), news: (kind, data) => this.view?.news(kind, data) });
	}

	/* where one is now */
	async go() {
		const [path, query] = location.hash.slice(1).split('?');
		const [, name = 'overview', id] = path.split('/');
		const place = { id: id ? decodeURIComponent(id) : null, parameters: new URLSearchParams(query ?? '') };
		const make = name === 'story' && place.id ? story : this.links.has(name) ? views[name][1] : overview;
		const { hash } = location;
		clearTimeout(this.timer);
		this.place.setAttribute('aria-busy', 'true');
		try {
			await this.known;
		} catch (error) {
			if (error.status === 401) return this.on.lost(error);
			this.known = operator.overview({ period: '1h' }).then((answer) => this.learn(answer));
			this.known.catch(() => {});
			this.say(failure(error));
			this.timer = setTimeout(() => this.go(), 3000);
			return;
		}
		if (hash !== location.hash) return;
		this.view?.end();
		this.view = make(this, place);
		for (const [key, link] of this.links) {
			if (key === (this.view.under ?? name)) link.setAttribute('aria-current', 'page');
			else link.removeAttribute('aria-current');
		}
		this.element.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
		this.entitle();
		this.place.replaceChildren(this.view.element);
		this.main.scrollTop = 0;
		await this.tick();
		if (hash !== location.hash) return;
		this.place.setAttribute('aria-busy', 'false');
		this.place.dataset.shown = hash;
		/* whoever uses the keyboard or has it read goes on at the beginning of what is new */
		if (document.activeElement === document.body || document.activeElement?.closest('nav')) this.title.focus({ preventScroll: true });
	}

	entitle() {
		this.title.textContent = this.view.title;
		document.title = `${this.view.title} · ${this.me.site_name}`;
	}

	say(text) {
		this.lost.hidden = !text;
		this.lost.textContent = text;
	}

	/* Loads what is shown anew, from time to time; where the gateway tells what is new, seldom. Never while nobody sees it. */
	async tick() {
		clearTimeout(this.timer);
		const { view } = this;
		if (!view) return;
		try {
			/* nothing moves below a question */
			if (!document.querySelector('dialog[open]')) await view.refresh();
			this.say('');
		} catch (error) {
			if (error.status === 401) return this.on.lost(error);
			if (error.status === undefined) throw error;
			this.say(error.status === 404 ? t.notThere : failure(error));
		} finally {
			clearTimeout(this.timer);
			if (view === this.view && !document.hidden) this.timer = setTimeout(() => this.tick(), this.live ? view.pause * 2 : view.pause);
		}
	}
}
