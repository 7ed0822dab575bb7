-- SPDX-License-Identifier: ISC
-- What a search for words of scripts without blanks goes by (sql/functions/word_pairs.sql). Texts of ASCII only have none.
/*[own*/
CREATE INDEX chat_messages_user_pairs ON chat_messages USING gin (clawgw.word_pairs(user_id, content))
    WHERE octet_length(content) > length(content);
/*]*/
