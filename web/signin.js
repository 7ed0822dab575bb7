/* SPDX-License-Identifier: ISC */
/* signin.js: by a link, a link by mail, or name and password. */
import { api } from './api.js';
import { el, t } from './text.js';

/* A token in the address is taken out of it at once: neither history nor a bookmark keeps it. Nothing is sent before somebody presses
 * the button, so whoever only looks at the link (a mail scanner) uses nothing up. */
export function tokenFromAddress() {
	const match = /^#in=([A-Za-z0-9_-]{20,100})$/.exec(location.hash);
	if (match) history.replaceState(null, '', location.pathname + location.search);
	return match?.[1] ?? null;
}

/* The gateway's words are English; what it has to say here is known. */
function inWords(error) {
	const known = { 0: t.noConnection, 401: t.wrong, 403: t.disabled, 410: t.linkOver, 429: t.tooOften, 501: t.noMail };
	return (t.own ? error.message : '') || known[error.status] || error.message || t.failed;
}

function form(submit, ...children) {
	const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
	const element = el('form', { class: 'card' }, ...children, problem);
	element.addEventListener('submit', async (event) => {
		event.preventDefault();
		const button = element.querySelector('button');
		button.disabled = true;
		problem.hidden = true;
		try {
			await submit(new FormData(element), element);
		} catch (error) {
			problem.textContent = inWords(error);
			problem.hidden = false;
		}
		button.disabled = false;
	});
	return element;
}

export function signIn(app, token, done) {
	const byLink = token && form(async () => done(await api.signInByLink(token)),
		el('h2', {}, t.linkTitle), el('p', { class: 'quiet' }, t.linkText),
		el('button', { class: 'button main', autofocus: true }, t.linkButton));
	const byMail = form(async (data, element) => {
		await api.sendLink(data.get('email'));
		element.replaceChildren(el('p', { role: 'status' }, t.mailSent));
	}, el('label', {}, t.byMail, el('input', { class: 'field', name: 'email', type: 'email', required: true, autocomplete: 'email' })),
	el('button', { class: 'button' }, t.mailButton));
	const byName = form(async (data) => done(await api.signInByName(data.get('name'), data.get('password'))),
		el('label', {}, t.byName, el('input', { class: 'field', name: 'name', required: true, autocomplete: 'username' })),
		el('label', {}, t.password, el('input', { class: 'field', name: 'password', type: 'password', required: true, autocomplete: 'current-password' })),
		el('button', { class: 'button main' }, t.signIn));
	app.replaceChildren(el('main', { class: 'alone' }, el('h1', { class: 'brand' }, document.title),
		...(byLink ? [byLink] : [byName, el('div', { class: 'or' }, t.or), byMail, el('p', { class: 'quiet small' }, t.askOperator)])));
	app.querySelector('button, input')?.focus();
	app.setAttribute('aria-busy', 'false');
}
