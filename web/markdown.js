/* SPDX-License-Identifier: ISC */
/*
 * markdown.js: an agent's words as elements. markdown-it (the Debian package) reads them with html off: tags stay text, and so does
 * a link whose address is none of http, https and mailto. Without the package the words are shown as they came.
 */
import { el } from './text.js';

const LONGEST = 100000; /* longer texts are shown plain: nobody reads them for their bold type */
let reader = null;

export const ready = import('./vendor/markdown-it.js')
	.then(({ default: MarkdownIt }) => {
		reader = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
		reader.disable('image');
		reader.validateLink = (url) => /^(https?:|mailto:)/i.test(url.trim());
		reader.renderer.rules.link_open = (tokens, index, options, env, self) => {
			tokens[index].attrSet('target', '_blank');
			tokens[index].attrSet('rel', 'noopener noreferrer nofollow');
			return self.renderToken(tokens, index, options);
		};
		/* the policy of the page knows no inline styles, so the sides of columns become classes */
		for (const cell of ['th_open', 'td_open'])
			reader.renderer.rules[cell] = (tokens, index, options, env, self) => {
				const token = tokens[index];
				const style = token.attrGet('style') ?? '';
				token.attrs = null;
				if (style.endsWith('right')) token.attrSet('class', 'end');
				if (style.endsWith('center')) token.attrSet('class', 'middle');
				return self.renderToken(tokens, index, options);
			};
	})
	.catch(() => {});

export function words(text) {
	if (!reader || text.length > LONGEST) return el('div', { class: 'said plain', dir: 'auto' }, text);
	const element = el('div', { class: 'said md', dir: 'auto' });
	element.innerHTML = reader.render(text);
	for (const block of element.querySelectorAll('pre, table')) block.tabIndex = 0;
	for (const block of element.querySelectorAll('p, li, h1, h2, h3, h4, h5, h6, td, th')) block.dir = 'auto';
	return element;
}
