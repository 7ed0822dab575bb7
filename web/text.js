/* SPDX-License-Identifier: ISC */
/* text.js: the page's language, times in it, and elements made of text. Nothing here ever parses HTML. */
import en from './lang/en.js';
import zh from './lang/zh.js';

const chinese = (navigator.languages ?? [navigator.language])[0]?.toLowerCase().startsWith('zh') ?? false;
export const t = chinese ? zh : en;
export const locale = chinese ? 'zh-CN' : navigator.language || 'en';
document.documentElement.lang = chinese ? 'zh-CN' : 'en';

const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const date = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const far = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

export const time = (at) => clock.format(new Date(at));
export const dayKey = (at) => new Date(at).toDateString();

export function day(at) {
	const then = new Date(at);
	const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86400000);
	if (days === 0) return t.today;
	if (days === 1) return t.yesterday;
	return (days < 300 ? date : far).format(then);
}

export function ago(at) {
	const seconds = (new Date(at) - Date.now()) / 1000;
	const steps = [['day', 86400], ['hour', 3600], ['minute', 60]];
	for (const [unit, length] of steps)
		if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
	return t.justNow;
}

/* el('p', {class: 'quiet', onclick}, 'text', child, …): text is always text. */
export function el(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (value === undefined || value === null || value === false) continue;
		if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
		else element.setAttribute(name, value === true ? '' : value);
	}
	element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

const paths = {
	search: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14m5 12 4 4',
	send: 'M12 19V5m-6 6 6-6 6 6',
	back: 'M15 5l-7 7 7 7',
	add: 'M12 5v14M5 12h14',
	past: 'M4 12a8 8 0 1 0 3-6.2L4 8m0-4v4h4m4 0v4l3 2',
	close: 'M6 6l12 12M18 6 6 18',
	down: 'M12 5v14m-6-6 6 6 6-6',
	console: 'M4 20V4m0 16h16M8 16v-4m4 4V8m4 8v-6',
	person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8m-7 16c.6-3.500 3.500-5 7-5s6.400 1.500 7 5',
};

export function icon(name) {
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('aria-hidden', 'true');
	path.setAttribute('d', paths[name]);
	svg.append(path);
	return svg;
}

/* A coloured initial for an agent. */
export function face(agent, state) {
	let hue = 0;
	for (const c of agent.id ?? agent.name) hue = (hue * 31 + c.codePointAt(0)) % 360;
	const element = el('span', { class: `face ${state}`, 'aria-hidden': 'true' }, [...agent.name][0]?.toUpperCase() ?? '?');
	element.style.setProperty('--hue', hue);
	return element;
}

export function announce(text) {
	document.getElementById('announcer').textContent = text;
}
