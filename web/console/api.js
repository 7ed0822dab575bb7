/* SPDX-License-Identifier: ISC */
/* api.js: what the console asks the gateway (docs/operator-api.md), and what the gateway tells it. */
import { base, call, query } from '../api.js';

const SLOW = 60000; /* milliseconds: a model is asked, a host is looked at */

const get = (path, parameters = {}, patience) => call('GET', `operator/${path}${query(parameters)}`, undefined, patience);
const post = (path, body, patience) => call('POST', `operator/${path}`, body, patience);

export const operator = {
	overview: (parameters) => get('overview', parameters),
	health: (parameters) => get('health', parameters),
	checks: () => get('checks'),
	/* `kind`: messages, jobs, letters; agents, people, models, channels, audit */
	list: (kind, parameters) => get(kind, parameters),
	story: (id) => get(`stories/${encodeURIComponent(id)}`),
	deed: (body) => post('deeds', body, SLOW),
	agent: (id) => get(`agents/${id}`),
	model: (id) => get(`models/${id}`),
	trial: (id) => get(`trials/${id}`),
	add: (kind, body) => post(kind, body),
	/* `does`: {do: "suspend", …} */
	care: (kind, id, does) => post(`${kind}/${id}`, does, SLOW),
	testChannel: (body) => post('channels/test', body, SLOW),
};

const NEWS = ['now', 'counted', 'changed'];

/*
 * The operators' events: on.news(kind, data); on.state(true) as soon as they come, false when they do not: whoever shows something asks by
 * himself then. The stream is closed while the page is not to be seen. Returns what ends it.
 */
export function watch(parameters, on) {
	let source = null;
	const close = () => {
		source?.close();
		source = null;
		on.state(false);
	};
	const open = () => {
		if (source || document.hidden) return;
		source = new EventSource(new URL(`operator/events${query(parameters)}`, base), { withCredentials: true });
		source.addEventListener('hello', () => on.state(true));
		source.onerror = () => {
			on.state(false);
			/* refused: it is not tried again by itself */
			if (source?.readyState === EventSource.CLOSED) source = null;
		};
		for (const kind of NEWS) source.addEventListener(kind, (event) => on.news(kind, JSON.parse(event.data)));
	};
	const seen = () => (document.hidden ? close() : open());
	document.addEventListener('visibilitychange', seen);
	open();
	return () => {
		document.removeEventListener('visibilitychange', seen);
		close();
	};
}
