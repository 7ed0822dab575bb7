/* SPDX-License-Identifier: ISC */
/*
 * outbox.js: what was written and has not arrived, and drafts. Both outlive a reload. A message has its id from the beginning, so sending
 * it again, from here or from another tab, never makes two of it.
 */
import { api } from './api.js';

const KEY = 'clawgw.outbox';
let user = '';
let listener = () => {};
let timer = 0;
let pause = 1000;
let busy = false;

const load = () => {
	try {
		return JSON.parse(localStorage.getItem(KEY) ?? '[]');
	} catch {
		return [];
	}
};
const save = (items) => {
	try {
		localStorage.setItem(KEY, JSON.stringify(items));
	} catch {
		/* full or forbidden: the message is still on its way */
	}
};
const change = (id, fields) => save(load().map((item) => (item.message_id === id ? { ...item, ...fields } : item)));

export function begin(userId, on) {
	user = userId;
	listener = on;
	addEventListener('online', flush);
	flush();
}

export const mine = (agent) => load().filter((item) => item.user === user && item.agent === agent);

export function add(agent, conversation, content) {
	const item = { user, agent, conversation_id: conversation, content, message_id: crypto.randomUUID?.() ?? uuid(), at: new Date().toISOString() };
	save([...load(), item]);
	flush();
	return item;
}

/* Without a secure context there is no randomUUID. */
function uuid() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = (bytes[6] & 15) | 64;
	bytes[8] = (bytes[8] & 63) | 128;
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function retry(id) {
	change(id, { problem: undefined });
	flush();
}

export const drop = (id) => save(load().filter((item) => item.message_id !== id));

/* Sends what waits, in order; what the gateway refuses stays, with its words, for the person to decide. */
export async function flush() {
	clearTimeout(timer);
	if (busy) return;
	busy = true;
	try {
		for (;;) {
			const item = load().find((one) => one.user === user && !one.problem);
			if (!item) break;
			try {
				const { agent, content, message_id, conversation_id } = item;
				const answer = await api.send({ agent, content, message_id, ...(conversation_id ? { conversation_id } : {}) });
				/* what was written behind it belongs to the same new conversation */
				save(load().filter((one) => one.message_id !== message_id).map((one) =>
					one.agent === agent && !one.conversation_id && !conversation_id ? { ...one, conversation_id: answer.conversation_id } : one));
				pause = 1000;
				listener('sent', item, answer);
			} catch (error) {
				if (error.passing) {
					listener('waiting', item);
					timer = setTimeout(flush, pause);
					pause = Math.min(pause * 2, 30000);
					break;
				}
				if (error.status === 401) break;
				change(item.message_id, { problem: error.message || 'error' });
				listener('refused', { ...item, problem: error.message });
			}
		}
	} finally {
		busy = false;
	}
}

export const draft = (agent) => localStorage.getItem(`clawgw.draft.${user}.${agent}`) ?? '';
export function keepDraft(agent, text) {
	try {
		if (text) localStorage.setItem(`clawgw.draft.${user}.${agent}`, text);
		else localStorage.removeItem(`clawgw.draft.${user}.${agent}`);
	} catch {
		/* as above */
	}
}
