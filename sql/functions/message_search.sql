-- SPDX-License-Identifier: ISC
-- The newest rows of somebody's conversations whose text contains something, before a place. `pattern` is the text as a pattern
-- of LIKE. First the newest rows are read one by one, which finds what is frequent; the rest goes by pairs of characters if there are
-- some (word_pairs.sql), else by trigrams where there is such an index and the text is long enough for it (three characters), else on
-- from row to row.
CREATE OR REPLACE FUNCTION clawgw.message_search(person_id uuid, wanted text, pattern text, target_id uuid,
    before_at timestamptz, before_id uuid, max_rows integer)
RETURNS TABLE (id uuid, created_at timestamptz)
LANGUAGE plpgsql STABLE
SET enable_indexscan = on SET enable_bitmapscan = on SET enable_seqscan = off
AS $function$
#variable_conflict use_column
DECLARE
    -- a text without letters that have a case is found faster
    cased CONSTANT boolean := lower(wanted) <> upper(wanted);
    near CONSTANT integer := 2000;
    pairs CONSTANT bigint[] := clawgw.word_pairs(person_id, wanted);
    far_at timestamptz;
    seen integer;
    found integer := 0;
BEGIN
    SELECT min(line.created_at), count(*) INTO far_at, seen
    FROM (SELECT created_at FROM public.chat_messages
          WHERE user_id = person_id AND (created_at, id) < (before_at, before_id)
          ORDER BY created_at DESC, id DESC LIMIT near) line;
    RETURN QUERY
    SELECT line.id, line.created_at
    FROM public.chat_messages line
    WHERE line.user_id = person_id AND line.created_at >= far_at AND (line.created_at, line.id) < (before_at, before_id)
      AND line.role IN ('user', 'assistant') AND (target_id IS NULL OR line.agent_id = target_id)
      AND CASE WHEN cased THEN line.content ILIKE pattern ELSE line.content LIKE pattern END
    ORDER BY line.created_at DESC, line.id DESC
    LIMIT max_rows;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF seen < near OR found >= max_rows THEN
        RETURN;
    END IF;
    IF pairs <> '{}' AND coalesce(to_regclass('public.chat_messages_user_pairs'),
                                  to_regclass('public.clawgw_chat_messages_user_pairs')) IS NOT NULL THEN
        PERFORM set_config('enable_indexscan', 'off', true);
        RETURN QUERY
        SELECT line.id, line.created_at
        FROM public.chat_messages line
        WHERE clawgw.word_pairs(line.user_id, line.content) @> pairs AND octet_length(line.content) > length(line.content)
          AND line.user_id = person_id AND line.created_at < far_at AND line.content ILIKE pattern
          AND line.role IN ('user', 'assistant') AND (target_id IS NULL OR line.agent_id = target_id)
        ORDER BY line.created_at DESC, line.id DESC
        LIMIT max_rows - found;
    ELSIF length(wanted) >= 3 AND coalesce(to_regclass('public.chat_messages_user_words'), to_regclass('public.clawgw_chat_messages_user_words'))
                                   IS NOT NULL THEN
        PERFORM set_config('enable_indexscan', 'off', true);
        RETURN QUERY
        SELECT line.id, line.created_at
        FROM public.chat_messages line
        WHERE line.user_id = person_id AND line.created_at < far_at AND line.content ILIKE pattern
          AND line.role IN ('user', 'assistant') AND (target_id IS NULL OR line.agent_id = target_id)
        ORDER BY line.created_at DESC, line.id DESC
        LIMIT max_rows - found;
    ELSE
        RETURN QUERY
        SELECT line.id, line.created_at
        FROM public.chat_messages line
        WHERE line.user_id = person_id AND line.created_at < far_at
          AND line.role IN ('user', 'assistant') AND (target_id IS NULL OR line.agent_id = target_id)
          AND CASE WHEN cased THEN line.content ILIKE pattern ELSE line.content LIKE pattern END
        ORDER BY line.created_at DESC, line.id DESC
        LIMIT max_rows - found;
    END IF;
END
$function$;
