-- SPDX-License-Identifier: ISC
-- An administrator gives an agent another name or creator (clawgw.agent_hand_over): what it was, 'no_creator', or NULL: there is none for him.
-- $1 uuid: who does it   $2 uuid: the agent   $3 text: name   $4 uuid: creator
-- May be repeated: a repeat changes nothing.
SELECT clawgw.agent_hand_over($1::uuid, $2::uuid, $3::text, $4::uuid) AS was
