-- SPDX-License-Identifier: ISC
-- A model's own words have told what it does not take.
-- $1 uuid: the model   $2 integer: the set of its quirks   $3 text: the words
-- May be repeated: it says the same.
INSERT INTO clawgw.model_quirks (model_id, quirks, words, learned_at)
-- not before the model's row was changed, whatever the clock of its writer says: what was just learned counts
SELECT id, $2::integer, $3::text, greatest(clock_timestamp(), updated_at) FROM llm_models WHERE id = $1::uuid
ON CONFLICT (model_id) DO UPDATE SET quirks = EXCLUDED.quirks, words = EXCLUDED.words, learned_at = EXCLUDED.learned_at
