/* SPDX-License-Identifier: ISC */
/* api.js: requests to the gateway, and its events. */
export const base = new URL(document.querySelector('meta[name="clawgw-api"]')?.content ?? '../api/gateway/', document.baseURI);

/* What went wrong: status 0 for no connection, else the server's, and its words. */
export class ApiError extends Error {
	constructor(status, detail) {
		super(typeof detail === 'string' ? detail : detail?.message ?? '');
		this.status = status;
		this.code = detail?.code;
	}
	/* worth repeating as it is */
	get passing() {
		return this.status === 0 || this.status === 429 || this.status >= 500;
	}
}

/* `path` below the gateway's address; `patience`: milliseconds until the answer has to be there. */
export async function call(method, path, body, patience = 30000) {
	let response;
	try {
		response = await fetch(new URL(path, base), {
			method,
			credentials: 'same-origin',
			cache: 'no-store',
			headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(patience),
		});
	} catch {
		throw new ApiError(0, '');
	}
	const answer = await response.json().catch(() => null);
	if (!response.ok) throw new ApiError(response.status, answer?.detail);
	return answer;
}

export const query = (parameters) => {
	const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
	return given.length ? `?${new URLSearchParams(given)}` : '';
};

export const api = {
	who: () => call('GET', 'people/session'),
	signInByLink: (token) => call('POST', 'people/session', { token }),
	signInByName: (name, password) => call('POST', 'people/session', { name, password }),
	sendLink: (email) => call('POST', 'people/session/link', { email }),
	signOut: () => call('DELETE', 'people/session'),
	sessions: () => call('GET', 'people/sessions'),
	endSession: (id) => call('DELETE', `people/sessions/${id}`),
	agents: () => call('GET', 'people/agents'),
	conversations: (parameters) => call('GET', `people/conversations${query(parameters)}`),
	messages: (id, parameters) => call('GET', `people/conversations/${id}/messages${query(parameters)}`),
	read: (id, message_id) => call('POST', `people/conversations/${id}/read`, { message_id }),
	send: (message) => call('POST', 'people/messages', message),
	message: (id) => call('GET', `people/messages/${id}`),
	cancel: (id) => call('POST', `people/messages/${id}/cancel`),
	search: (parameters) => call('GET', `people/search${query(parameters)}`),
};

/*
 * The gateway's events: on.event(kind, data), on.reset() when the page has to load anew what it shows, on.state(connected). The
 * browser resumes by itself after a short break; after a longer one, or where events do not get through, `reset` comes every few
 * seconds instead.
 */
export function listen(on) {
	let source = null;
	let last = Date.now();
	let timer = 0;
	let polls = 0;
	let connected = false;
	const state = (now) => {
		if (now !== connected) on.state(connected = now);
	};
	const open = () => {
		source?.close();
		const url = new URL('events', base);
		source = new EventSource(url, { withCredentials: true });
		source.onopen = () => {
			last = Date.now();
			state(true);
		};
		source.addEventListener('reset', () => on.reset());
		source.addEventListener('hello', () => {
			last = Date.now();
			state(true);
			on.reset();
		});
		for (const kind of ['message', 'status', 'read', 'agent', 'alive'])
			source.addEventListener(kind, (event) => {
				last = Date.now();
				state(true);
				if (kind !== 'alive') on.event(kind, JSON.parse(event.data));
			});
		source.onerror = () => {
			if (source.readyState === EventSource.CLOSED) source = null;
		};
	};
	const tick = async () => {
		const live = source?.readyState === EventSource.OPEN && Date.now() - last < 45000;
		if (!live) {
			state(false);
			if (!source || Date.now() - last > 45000) {
				open();
				last = Date.now();
			}
			/* meanwhile by asking, ever less often */
			if (navigator.onLine && polls++ % 2 === 0) await on.reset();
		} else {
			polls = 0;
			state(true);
		}
		timer = setTimeout(tick, Math.min(3000 + polls * 500, 15000));
	};
	const wake = () => {
		clearTimeout(timer);
		polls = 0;
		tick();
	};
	addEventListener('online', wake);
	addEventListener('offline', () => state(false));
	document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
	open();
	timer = setTimeout(tick, 3000);
	return () => {
		clearTimeout(timer);
		source?.close();
	};
}
