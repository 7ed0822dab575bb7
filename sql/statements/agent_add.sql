-- SPDX-License-Identifier: ISC
-- A new agent, and the agent as one who takes part in conversations (clawgw.agent_create).
-- $1 uuid: id   $2 uuid: tenant   $3 text: name   $4 uuid: creator   $5 text: type   $6 uuid: model or NULL
-- $7 uuid: the model that steps in or NULL   $8 text: role description   $9 text: bio or NULL   $10 text: access mode
-- May be repeated: the caller made the ids, and a row that is there stays.
SELECT clawgw.agent_create($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::uuid, $7::uuid, $8::text, $9::text, $10::text)
