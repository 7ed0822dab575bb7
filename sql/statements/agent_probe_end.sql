-- SPDX-License-Identifier: ISC
-- Take away the agent that agent_probe made.
-- $1 uuid: id
-- May be repeated: what is gone is gone.
DELETE FROM agents WHERE id = $1::uuid AND tenant_id IS NULL AND name = 'clawgw doctor'
