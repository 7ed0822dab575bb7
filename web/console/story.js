/* SPDX-License-Identifier: ISC */
/* story.js: a message, a job or a letter with all that happened to it; of a trace id, all that it led to. */
import { el } from '../text.js';
import { operator } from './api.js';
import { buttons } from './deeds.js';
import { facts, moment, notices, state } from './parts.js';
import { count, lasts, named, sentence, t, when } from './words.js';

const LONG = 1200; /* characters: longer ones are folded */

const link = (id) => el('a', { class: 'id', href: `#console/story/${id}` }, id);
const by = (id, name) => (id ? el('a', { href: `#console/agents/${id}`, dir: 'auto' }, name ?? id) : name);

/* What was written. It came from anybody: it is text, and never more. */
function written(title, text) {
	if (!text) return null;
	const body = el('div', { class: 'wording', dir: 'auto' }, text);
	if (text.length <= LONG) return el('section', {}, el('h4', {}, title), body);
	return el('details', {}, el('summary', {}, `${title} (${t.characters(count([...text].length))})`), body);
}

function line(step, before) {
	const gap = before ? Date.parse(step.at) - Date.parse(before.at) : 0;
	return el('li', { class: `step ${step.step}` },
		el('time', { datetime: step.at, title: when(step.at) }, when(step.at), gap >= 1 ? el('span', { class: 'quiet' }, ` +${lasts(gap)}`) : null),
		el('div', {}, el('b', {}, named(t.steps, step.step)),
			step.note ? el('div', { class: 'note-of', dir: 'auto' }, sentence(step.note)) : null,
			step.session ? el('div', { class: 'small quiet' }, `${t.session} `, el('code', {}, step.session)) : null,
			step.trace_id ? el('div', { class: 'small quiet' }, `${t.trace} `, el('a', { class: 'id', href: `#console/story/${encodeURIComponent(step.trace_id)}` }, step.trace_id)) : null,
			step.related ? el('div', { class: 'small' }, `${t.related} `, link(step.related)) : null));
}

function about(kind, whole) {
	const time = (at) => (at ? moment(at) : null);
	if (kind === 'message') return facts([[t.columns.agent, by(whole.agent_id, whole.agent)], [t.columns.sender, by(whole.sender_agent_id, whole.sender)], [t.columns.conversation, whole.conversation], [t.columns.created, time(whole.created_at)],
		[t.columns.handed, time(whole.delivered_at)], [t.columns.times, whole.handed_out ? count(whole.handed_out) : null], [t.columns.ended, time(whole.completed_at)], [t.columns.answers, whole.in_reply_to ? link(whole.in_reply_to) : null]]);
	if (kind === 'job') return facts([[t.columns.kind, named(t.kinds, whole.kind)], [t.columns.source, by(whole.source_agent_id, whole.source)], [t.columns.target, by(whole.target_agent_id, whole.target)], [t.columns.waitsFor, whole.waits_for ? sentence(whole.waits_for) : null],
		[t.columns.attempts, count(whole.attempts)], [t.columns.created, time(whole.created_at)], [t.columns.next, whole.state === 'queued' ? time(whole.run_at) : null], [t.columns.worker, whole.lease_owner], [t.columns.ended, time(whole.finished_at)],
		[t.columns.error, whole.last_error]]);
	return facts([[t.columns.direction, named(t.directions, whole.direction)], [t.columns.channel, named(t.channels, whole.channel)], [t.columns.agent, whole.agent], [t.columns.person, whole.person], [t.columns.subject, whole.subject],
		[t.columns.attempts, count(whole.attempts)], [t.columns.created, time(whole.created_at)], [t.columns.ended, time(whole.finished_at)], [t.columns.error, whole.error], [t.columns.answers, whole.answers ? link(whole.answers) : null],
		[t.columns.externalId, whole.external_id], [t.columns.bytes, whole.bytes ? count(whole.bytes) : null]]);
}

export function story(here, place) {
	const said = notices();
	const body = el('div', { class: 'stack' });
	let shown = '';

	function one({ subject, whole, story: steps }) {
		const { kind, id } = subject;
		const now = whole?.status ?? whole?.state ?? subject.state;
		return el('article', { class: 'card story' },
			el('header', {}, el('h3', {}, named(t.subjects, kind), ' ', state(now)), el('code', { class: 'id' }, id)),
			here.rank > 0 && here.mayChange && whole ? el('div', { class: 'doing' }, ...buttons(kind, id, now, said, ({ now: after }) => (after === 'gone' ? history.back() : refresh()))) : null,
			whole ? about(kind, whole) : el('p', { class: 'quiet' }, t.justGone),
			whole ? written(t.columns.content, whole.content) : null,
			whole ? written(t.columns.result, whole.result) : null,
			el('h4', {}, t.whatHappened),
			el('ol', { class: 'steps' }, ...steps.map((step, i) => line(step, steps[i - 1]))));
	}

	async function refresh() {
		let answer;
		try {
			answer = await operator.story(place.id);
		} catch (error) {
			if (error.status !== 404) throw error;
			body.replaceChildren(el('p', { class: 'none quiet' }, t.nothingHasId(place.id)));
			return;
		}
		/* nothing is taken from under the hands of whoever reads it */
		const text = JSON.stringify(answer);
		if (text === shown) return;
		shown = text;
		const folded = [...body.querySelectorAll('details')].map(({ open }) => open);
		body.replaceChildren(...answer.items.map(one));
		[...body.querySelectorAll('details')].forEach((details, i) => (details.open = folded[i] ?? false));
	}

	return { title: t.views.story, under: 'messages', element: el('div', {}, said.element, body), refresh, pause: 10000, news: () => {}, end: () => {} };
}
