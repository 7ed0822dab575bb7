-- SPDX-License-Identifier: ISC
-- An administrator changes an agent (clawgw.agent_change).
-- $1 uuid: who   $2 uuid: the agent   $3 text: what is to be other than it is (jsonb)
-- May be repeated: a repeat changes nothing; only what it says was is what is by then.
SELECT clawgw.agent_change($1::uuid, $2::uuid, $3::text::jsonb) AS was
