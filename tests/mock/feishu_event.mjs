// SPDX-License-Identifier: ISC
// feishu_event.mjs: what Feishu (or Lark) sends to the address of an app, for the end-to-end tests.
//
//   feishu_event.mjs message ID SENDER TEXT [CHAT-TYPE [MENTIONS [TYPE]]]    an event im.message.receive_v1 of schema 2.0; SENDER is an
//                                             open id, MENTIONS is JSON, TEXT the content itself where a TYPE is given
//   feishu_event.mjs challenge WORD           what the console sends when the address is saved
//
// APP, TOKEN and KEY in the environment: the app's id, its verification token, and its encrypt key; with a key it comes encrypted.
import { createCipheriv, createHash, randomBytes } from 'node:crypto';

const { APP: app, TOKEN: token, KEY: key } = process.env;
const [what, ...words] = process.argv.slice(2);

// the fields and their order are those of open.feishu.cn/document/server-docs/im-v1/message/events/receive
function message(id, sender, text, chat, mentions, type) {
	return {
		schema: '2.0',
		header: { event_id: `e_${id}`, event_type: 'im.message.receive_v1', create_time: `${Date.now()}`, token, app_id: app, tenant_key: 't' },
		event: {
			sender: {
				sender_id: { union_id: 'on_1', user_id: sender.replace('ou_', 'fs_'), open_id: sender },
				sender_type: 'user', tenant_key: 't',
			},
			message: {
				message_id: id, create_time: `${Date.now()}`, update_time: `${Date.now()}`, chat_id: 'oc_chat', chat_type: chat || 'p2p',
				message_type: type || 'text', content: type ? text : JSON.stringify({ text }),
				mentions: mentions ? JSON.parse(mentions) : undefined,
			},
		},
	};
}

function encrypt(text) {
	const iv = randomBytes(16), cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
	return { encrypt: Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64') };
}

const event = what === 'message' ? message(...words) : { challenge: words[0], token, type: 'url_verification' };
process.stdout.write(JSON.stringify(key ? encrypt(JSON.stringify(event)) : event));
