/* SPDX-License-Identifier: ISC */
/* dialog.js: something to see or decide, above the page. Escape, the cross and a click beside it close it. */
import { el, icon, t } from './text.js';

export function dialog(title, ...children) {
	const element = el('dialog', { 'aria-label': title }, el('header', {}, el('h2', {}, title),
		el('button', { class: 'icon', type: 'button', 'aria-label': t.close, onclick: () => element.close() }, icon('close'))), el('div', { class: 'body scroll' }, ...children));
	element.addEventListener('close', () => element.remove());
	element.addEventListener('click', (event) => event.target === element && element.close());
	document.body.append(element);
	element.showModal();
	return element;
}
