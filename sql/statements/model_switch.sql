-- SPDX-License-Identifier: ISC
-- An administrator lets agents use a language model, or not (clawgw.model_switch): whether they might before, NULL: there is none for him.
-- $1 uuid: who does it   $2 uuid: the model   $3 boolean: they may
-- May be repeated: a repeat changes nothing.
SELECT clawgw.model_switch($1::uuid, $2::uuid, $3::boolean) AS was
