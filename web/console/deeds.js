/* SPDX-License-Identifier: ISC */
/* deeds.js: what is done to messages, jobs and letters: to one, or to all that match once their number was read and confirmed. */
import { el } from '../text.js';
import { operator } from './api.js';
import { ask, button } from './parts.js';
import { count, failure, named, t } from './words.js';

/* For those that are in these states (docs/operator-api.md). */
const table = {
	message: { redeliver: ['delivered', 'expired', 'failed'], expire: ['pending', 'delivered'], purge: ['completed', 'failed', 'expired', 'cancelled'] },
	job: { retry: ['dead', 'queued'], cancel: ['queued', 'running'], purge: ['done', 'dead'] },
	letter: { retry: ['failed', 'unknown', 'queued'], purge: ['sent', 'failed', 'unknown', 'received'] },
};

export const deeds = (subject) => Object.keys(table[subject]);

/* Buttons for one of them, as it is; `done(was, now)` afterwards. */
export function buttons(subject, id, state, said, done) {
	return Object.entries(table[subject]).filter(([, states]) => states.includes(state)).map(([deed]) => button(t.deeds[deed], async () => {
		const purge = deed === 'purge';
		const answer = await ask(t.sure[deed], {
			text: [t.effects[subject][deed]], does: t.deeds[deed], danger: purge || deed === 'cancel' || deed === 'expire',
			act: () => operator.deed({ subject, deed, id }),
		});
		if (!answer) return;
		said.say(t.isNow(named(t.states, answer.was), named(t.states, answer.now)));
		await said.run(() => done(answer));
	}, purges(deed)));
}

const purges = (deed) => (deed === 'purge' ? 'danger' : '');

/*
 * Counts first, then asks with the number; does it in pieces, as the gateway does at most some at once. Resolves to what there is to say, or
 * null if it was not wanted.
 */
export async function doneToAll(subject, deed, match) {
	const body = { subject, deed, match };
	const { matched } = await operator.deed(body);
	if (!matched) return t.noneToDo(t.deeds[deed]);
	const bar = el('progress', { max: String(matched), value: '0', hidden: true, 'aria-label': t.deeds[deed] });
	const outcome = await ask(t.deedsAll[deed], {
		text: [t.effects[subject][deed], t.allOf(count(matched)), bar],
		does: t.doTo[deed](count(matched)),
		danger: deed !== 'redeliver' && deed !== 'retry',
		act: async () => {
			let left = matched;
			let done = 0;
			bar.hidden = false;
			try {
				while (left > 0) {
					const answer = await operator.deed({ ...body, count: left });
					done += answer.done;
					bar.value = done;
					if (answer.done === 0 || answer.done >= answer.matched) break;
					const now = (await operator.deed(body)).matched;
					/* those that were done still match, or others have come: nobody has confirmed more than that */
					if (now > left - answer.done) break;
					left = now;
				}
			} catch (error) {
				if (!done) throw error;
				return { done, problem: failure(error) };
			}
			return { done };
		},
	});
	if (!outcome) return null;
	return `${t.doneOf(count(outcome.done), count(matched))}${outcome.problem ? ` ${outcome.problem}` : ''}`;
}
