/* SPDX-License-Identifier: ISC */
/* words.js: the console's language: its texts, numbers, times, and the gateway's words. */
import { el, locale, t as page } from '../text.js';
import en from './en.js';
import zh from './zh.js';

export const t = page.own ? en : zh;

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const exact = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const near = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const far = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export const count = (value) => (value === null || value === undefined ? '–' : number.format(value));
export const compact = (value) => (value < 10000 ? count(value) : short.format(value));
export const when = (at) => exact.format(new Date(at));

/* Short: today's by the clock. */
export function at(time) {
	const then = new Date(time);
	return (then.toDateString() === new Date().toDateString() ? near : far).format(then);
}

/* A duration in its largest unit: "450ms", "4.2s", "12m". */
export function lasts(milliseconds) {
	if (milliseconds === null || milliseconds === undefined) return '–';
	if (milliseconds > 0 && milliseconds < 1000) return new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', unitDisplay: 'narrow', maximumFractionDigits: 0 }).format(milliseconds);
	const [unit, length] = [['day', 86400000], ['hour', 3600000], ['minute', 60000], ['second', 1000]].find((one) => milliseconds >= one[1]) ?? ['second', 1000];
	const value = milliseconds / length;
	return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

export const money = (value, currency) => {
	if (value === null || value === undefined) return '–';
	try {
		return new Intl.NumberFormat(locale, { style: 'currency', currency: currency || 'EUR', maximumFractionDigits: 4 }).format(value);
	} catch {
		return `${number.format(value)} ${currency}`;
	}
};

/* The name of a state, a step, a role …; those that are not known, as they came. */
export const named = (names, name) => names[name] ?? String(name ?? '–');

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/* Words as an element; ids in them lead to their stories. */
function linked(text, lang = null) {
	const element = el('span', { lang });
	let from = 0;
	for (const match of text.matchAll(ID)) {
		element.append(text.slice(from, match.index), el('a', { class: 'id', href: `#console/story/${match[0]}` }, match[0]));
		from = match.index + match[0].length;
	}
	element.append(text.slice(from));
	return element;
}

/* A sentence of the gateway's, which are English: where the page speaks another language it says so to those who hear it. */
export const sentence = (words) => linked(words, page.own ? null : 'en');

/* The page's own words for what the gateway says with a code; where it has none, the gateway's sentence. */
export const told = (words, theirs) => (words ? linked(words) : sentence(theirs));

/* An error of ours, with the words for it. */
export const refusal = (words) => Object.assign(new Error(words), { status: 0, words });

/* What went wrong, in words. */
export function failure(error) {
	if (error.words) return error.words;
	const known = t.failures[error.code] ?? t.failures[error.status];
	if (page.own && error.message) return error.message;
	return known ?? (error.message || page.failed);
}
