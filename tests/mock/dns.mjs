// SPDX-License-Identifier: ISC
// dns.mjs: a stand-in for a name server (RFC 1035) that knows a few mail domains, for doctor.test.
//
//   dns.mjs ADDRESS        answers on port 53 of ADDRESS; prints a line when it does
//
// good.example has an MX that has an address, none.example is not there, plain.example has an address only, lost.example an MX without an
// address, null.example a null MX (RFC 7505). Whatever begins with silent gets no answer.
import { createSocket } from 'node:dgram';

const A = 1, MX = 15;
const name = (text) => Buffer.concat([...text.split('.').filter(Boolean).map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
const mx = (host) => Buffer.concat([Buffer.from([0, 10]), name(host)]);
const records = {
	'good.example': { [MX]: mx('mx.good.example') },
	'mx.good.example': { [A]: Buffer.from([127, 0, 0, 1]) },
	'plain.example': { [A]: Buffer.from([127, 0, 0, 1]) },
	'lost.example': { [MX]: mx('mx.lost.example') },
	'null.example': { [MX]: mx('') },
};

const socket = createSocket('udp4');
socket.on('message', (query, from) => {
	let at = 12;
	const labels = [];
	while (query[at] > 0) {
		labels.push(query.subarray(at + 1, at + 1 + query[at]).toString().toLowerCase());
		at += 1 + query[at];
	}
	const question = query.subarray(12, at + 5), asked = labels.join('.'), type = query.readUInt16BE(at + 1);
	const known = records[asked], data = known?.[type];
	if (asked.startsWith('silent'))
		return;
	const head = Buffer.from(query.subarray(0, 12));
	head.writeUInt16BE(known ? 0x8580 : 0x8583, 2); // an answer with authority; NXDOMAIN
	head.writeUInt16BE(1, 4);
	head.writeUInt16BE(data ? 1 : 0, 6);
	head.writeUInt32BE(0, 8);
	const answer = data ? [Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data] : [];
	socket.send(Buffer.concat([head, question, ...answer]), from.port, from.address);
});
socket.bind(53, process.argv[2], () => console.log('ready'));
