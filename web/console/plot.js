/* SPDX-License-Identifier: ISC */
/*
 * plot.js: numbers over time, as SVG: amounts above each other, or lines. The axes say what they measure; the pointer or the arrow keys
 * show the values of a time; below it is all of it as a table. Where nobody counted there is a gap.
 */
import { el, locale } from '../text.js';
import { durations, linear, times } from './scale.js';
import { compact, count, lasts, t } from './words.js';

const HEIGHT = 200;
const TOP = 10;
const BOTTOM = 26;
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const both = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

function svg(tag, attributes, text) {
	const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	if (text !== undefined) element.textContent = text;
	return element;
}

/* series: [{ name, label, look }]; kind: amounts, lines; unit: count, perMinute, duration (milliseconds), age (seconds) */
export class Plot {
	constructor({ title, kind, unit, series }) {
		Object.assign(this, { title, kind, unit, series });
		this.data = null;
		this.at = -1; /* the time whose values are shown */
		this.picture = svg('svg', { class: 'plot', role: 'img', height: HEIGHT });
		this.bubble = el('div', { class: 'bubble', hidden: true });
		this.heard = el('div', { class: 'unseen', 'aria-live': 'polite' });
		this.legend = el('ul', { class: 'legend' });
		this.frame = el('div', { class: 'frame', tabindex: '0', role: 'group', 'aria-label': t.plotKeys(title) }, this.picture, this.bubble);
		this.rows = el('div', { class: 'scroll numbers', tabindex: '0', role: 'region', 'aria-label': title });
		this.numbers = el('details', { class: 'small' }, el('summary', {}, t.asTable), this.rows);
		this.element = el('figure', { class: 'figure' }, el('figcaption', {}, el('h3', {}, title), el('span', { class: 'quiet small' }, t.units[unit])), this.legend, this.frame, this.heard, this.numbers);
		this.numbers.addEventListener('toggle', () => this.tabulate());
		this.frame.addEventListener('pointermove', (event) => this.point(event.clientX));
		this.frame.addEventListener('pointerleave', () => this.show(-1));
		this.frame.addEventListener('blur', () => this.show(-1));
		this.frame.addEventListener('keydown', (event) => this.key(event));
		this.size = new ResizeObserver(([entry]) => {
			const width = Math.round(entry.contentRect.width);
			if (width === this.width) return;
			this.width = width;
			this.draw();
		});
		this.size.observe(this.frame);
	}

	/* data: { from, to, span, times, values: {name: […]} }, times in milliseconds, all in order */
	set(data) {
		const held = this.at >= 0 ? this.data?.times[this.at] : null;
		this.data = data;
		this.draw();
		this.tabulate();
		/* somebody looks at a time: he still does */
		this.show(held === null ? -1 : data.times.indexOf(held));
	}

	say = (value) => {
		if (value === null || value === undefined) return '–';
		return this.unit === 'duration' ? lasts(value) : this.unit === 'age' ? lasts(value * 1000) : count(value);
	};
	mark = (value) => (this.unit === 'count' || this.unit === 'perMinute' ? compact(value) : this.say(value));
	value = (one, i) => this.data.values[one.name]?.[i] ?? null;
	x = (time) => this.left + ((time - this.data.from) / (this.data.to - this.data.from)) * (this.width - this.left - 4);
	y = (value) => {
		const scaled = this.unit === 'duration' ? (Math.log(Math.max(value, this.low)) - Math.log(this.low)) / (Math.log(this.high) - Math.log(this.low)) : value / this.high;
		return HEIGHT - BOTTOM - scaled * (HEIGHT - BOTTOM - TOP);
	};

	/* The times that were counted without a break: [first, last] of each run. */
	runs() {
		const { times: all, span } = this.data;
		const runs = [];
		all.forEach((time, i) => {
			if (i > 0 && time - all[i - 1] < span * 1.5) runs.at(-1)[1] = i;
			else runs.push([i, i]);
		});
		return runs;
	}

	draw() {
		if (!this.data || !this.width) return;
		const { data } = this;
		const seen = this.series.flatMap((one) => data.values[one.name] ?? []).filter((value) => value !== null);
		const most = this.kind === 'amounts'
			? data.times.reduce((all, _, i) => Math.max(all, this.series.reduce((sum, one) => sum + (this.value(one, i) ?? 0), 0)), 0)
			: seen.reduce((all, one) => Math.max(all, one), 0);
		let marks;
		if (this.unit === 'duration') {
			marks = durations(seen.reduce((all, one) => Math.min(all, one), Infinity) || 1, Math.max(most, 1000));
			this.low = marks[0];
		} else if (this.unit === 'age') marks = linear(most / 60 || 1, 4, true).map((one) => one * 60);
		else marks = linear(most, 4, this.unit === 'count');
		this.high = marks.at(-1);
		const labels = marks.map((one) => this.mark(one));
		this.left = 10 + 7.5 * labels.reduce((all, one) => Math.max(all, [...one].reduce((sum, c) => sum + (c > '\u2e80' ? 1.6 : 1), 0)), 0);
		this.picture.setAttribute('width', this.width);
		this.picture.setAttribute('viewBox', `0 0 ${this.width} ${HEIGHT}`);
		this.picture.setAttribute('aria-label', this.summary());
		const parts = [];
		marks.forEach((one, i) => {
			const y = Math.round(this.y(one)) + 0.5;
			parts.push(svg('line', { class: i ? 'grid' : 'axis', x1: this.left, x2: this.width - 4, y1: y, y2: y }), svg('text', { class: 'mark', x: this.left - 6, y: y + 4, 'text-anchor': 'end' }, labels[i]));
		});
		const { marks: hours, days } = times(data.from, data.to, Math.max(2, Math.floor((this.width - this.left) / 80)));
		for (const time of hours) {
			const x = Math.round(this.x(time)) + 0.5;
			if (x < this.left) continue;
			parts.push(svg('line', { class: 'axis', x1: x, x2: x, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 4 }));
			if (x < this.width - 18 && x > this.left + 8) parts.push(svg('text', { class: 'mark', x, y: HEIGHT - 6, 'text-anchor': 'middle' }, (days ? date : clock).format(time)));
		}
		const runs = this.runs();
		parts.push(...(this.kind === 'amounts' ? this.amounts(runs) : this.lines(runs)));
		if (!data.times.length) parts.push(svg('text', { class: 'none', x: (this.width + this.left) / 2, y: HEIGHT / 2, 'text-anchor': 'middle' }, t.notCounted));
		this.guide = svg('line', { class: 'guide', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden' });
		this.picture.replaceChildren(...parts, this.guide);
		this.legend.replaceChildren(...this.series.filter((one) => this.has(one)).map((one) => el('li', {}, this.swatch(one), one.label, el('b', {}, this.say(this.total(one))))));
	}

	has = (one) => !one.rare || (this.data.values[one.name] ?? []).some((value) => value);

	swatch(one) {
		const picture = svg('svg', { class: 'swatch', width: 16, height: 10, 'aria-hidden': 'true' });
		picture.append(this.kind === 'amounts' ? svg('rect', { class: `area ${one.look}`, x: 3, y: 0, width: 10, height: 10, rx: 2 }) : svg('path', { class: `line ${one.look}`, d: 'M1 5H15' }));
		return picture;
	}

	/* Beside its name: of what is counted the sum, of what is measured the newest. */
	total(one) {
		const values = (this.data.values[one.name] ?? []).filter((value) => value !== null);
		if (this.kind !== 'amounts' && this.unit !== 'perMinute') return values.at(-1) ?? null;
		const sum = values.reduce((all, value) => all + value, 0);
		return this.unit === 'perMinute' ? Math.round((sum * this.data.span) / 60000) : sum;
	}

	amounts(runs) {
		const { times: all, span } = this.data;
		const below = all.map(() => 0);
		return this.series.map((one) => {
			let path = '';
			for (const [first, last] of runs) {
				let back = '';
				path += `M${this.x(all[first]).toFixed(1)} ${this.y(below[first]).toFixed(1)}`;
				for (let i = first; i <= last; i++) {
					const bottom = below[i];
					below[i] += this.value(one, i) ?? 0;
					const [x0, x1] = [this.x(all[i]).toFixed(1), this.x(all[i] + span).toFixed(1)];
					path += `V${this.y(below[i]).toFixed(1)}H${x1}`;
					back = `L${x1} ${this.y(bottom).toFixed(1)}L${x0} ${this.y(bottom).toFixed(1)}${back}`;
				}
				path += `${back}Z`;
			}
			return svg('path', { class: `area ${one.look}`, d: path });
		});
	}

	lines(runs) {
		const { times: all, span } = this.data;
		return this.series.map((one) => {
			let path = '';
			for (const [first, last] of runs) {
				let open = false;
				for (let i = first; i <= last; i++) {
					const value = this.value(one, i);
					const alone = !open && (i === last || this.value(one, i + 1) === null);
					if (value !== null) path += `${open ? 'L' : 'M'}${this.x(all[i] + span / 2).toFixed(1)} ${this.y(value).toFixed(1)}${alone ? 'h.01' : ''}`;
					open = value !== null;
				}
			}
			return svg('path', { class: `line ${one.look}`, d: path });
		});
	}

	summary() {
		const { times: all } = this.data;
		if (!all.length) return `${this.title}: ${t.notCounted}`;
		return t.plotSummary(this.title, both.format(all[0]), both.format(all.at(-1)), this.series.filter((one) => this.has(one)).map((one) => `${one.label} ${this.say(this.total(one))}`).join(', '));
	}

	/* -- the values of a time */
	point(clientX) {
		if (!this.data?.times.length) return;
		const x = clientX - this.picture.getBoundingClientRect().left;
		const time = this.data.from + ((x - this.left) / (this.width - this.left - 4)) * (this.data.to - this.data.from) - this.data.span / 2;
		let best = 0;
		this.data.times.forEach((one, i) => {
			if (Math.abs(one - time) < Math.abs(this.data.times[best] - time)) best = i;
		});
		this.show(x < this.left ? -1 : best);
	}

	key(event) {
		const last = (this.data?.times.length ?? 0) - 1;
		if (last < 0) return;
		const from = this.at < 0 ? last + 1 : this.at;
		const to = { ArrowLeft: Math.max(from - 1, 0), ArrowRight: Math.min(from + 1, last), Home: 0, End: last, Escape: -1 }[event.key];
		if (to === undefined) return;
		event.preventDefault();
		this.show(to);
		if (to >= 0) this.heard.textContent = `${both.format(this.data.times[to])}: ${this.series.filter((one) => this.has(one)).map((one) => `${one.label} ${this.say(this.value(one, to))}`).join(', ')}`;
	}

	show(i) {
		if (!this.guide) return;
		this.at = i;
		this.bubble.hidden = i < 0;
		this.guide.setAttribute('visibility', i < 0 ? 'hidden' : 'visible');
		if (i < 0) return;
		const x = this.x(this.data.times[i] + this.data.span / 2);
		this.guide.setAttribute('x1', x);
		this.guide.setAttribute('x2', x);
		this.bubble.replaceChildren(el('div', { class: 'quiet' }, both.format(this.data.times[i])),
			...this.series.filter((one) => this.has(one)).map((one) => el('div', { class: 'value' }, this.swatch(one), el('span', {}, one.label), el('b', {}, this.say(this.value(one, i))))));
		const wide = this.bubble.offsetWidth;
		this.bubble.style.setProperty('left', `${Math.max(0, Math.min(this.width - wide, x < this.width / 2 ? x + 12 : x - wide - 12))}px`);
	}

	/* -- the table; made when somebody wants it */
	tabulate() {
		if (!this.data || !this.numbers.open) return;
		const shown = this.series.filter((one) => this.has(one));
		this.rows.replaceChildren(el('table', {}, el('caption', { class: 'unseen' }, `${this.title}, ${t.units[this.unit]}`),
			el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t.time), ...shown.map((one) => el('th', { scope: 'col', class: 'number' }, one.label)))),
			el('tbody', {}, ...this.data.times.map((time, i) => el('tr', {}, el('th', { scope: 'row' }, both.format(time)), ...shown.map((one) => el('td', { class: 'number' }, this.say(this.value(one, i)))))).reverse())));
	}

	end() {
		this.size.disconnect();
	}
}
