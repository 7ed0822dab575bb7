/* SPDX-License-Identifier: ISC */
/* scale.js: the marks of a plot's axes, at round numbers and round times. */

/* About `wanted` marks from 0 to at least `most`; of things that are counted, at whole numbers. */
export function linear(most, wanted, whole) {
	const rough = Math.max(most, whole ? 1 : 1e-9) / wanted;
	const power = 10 ** Math.floor(Math.log10(rough));
	let step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
	if (whole) step = Math.max(1, Math.round(step));
	const marks = [];
	for (let i = 0; i * step < most + step * 0.999; i++) marks.push(i * step);
	if (marks.length < 2) marks.push(step);
	return marks;
}

const SECOND = 1000;
const ROUND = [1, 10, 100, SECOND, 10 * SECOND, 60 * SECOND, 600 * SECOND, 3600 * SECOND, 6 * 3600 * SECOND, 86400 * SECOND, 7 * 86400 * SECOND, 30 * 86400 * SECOND, 365 * 86400 * SECOND];

/* Durations in milliseconds, each mark a multiple of the one before. */
export function durations(least, most) {
	let from = ROUND.findLastIndex((one) => one <= Math.max(least, 1));
	let to = ROUND.findIndex((one) => one >= Math.max(most, 1));
	if (to < 0) to = ROUND.length - 1;
	if (to === from) to = Math.min(to + 1, ROUND.length - 1);
	if (to === from) from--;
	return ROUND.slice(Math.max(from, 0), to + 1);
}

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const STEPS = [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 120 * HOUR, 240 * HOUR];

/* Local times between two, at most `most` of them: at full minutes and hours, or at midnights. */
export function times(from, to, most) {
	const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1);
	const marks = [];
	if (step >= 24 * HOUR) {
		const day = new Date(from);
		day.setHours(24, 0, 0, 0);
		for (; day.getTime() <= to; day.setDate(day.getDate() + step / (24 * HOUR))) marks.push(day.getTime());
		return { marks, days: true };
	}
	const midnight = new Date(from).setHours(0, 0, 0, 0);
	for (let at = midnight + Math.ceil((from - midnight) / step) * step; at <= to; at += step) marks.push(at);
	return { marks, days: false };
}
