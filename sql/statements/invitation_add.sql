-- SPDX-License-Identifier: ISC
-- An invitation for an openclaw agent; its older ones that nobody has used end. No row if there is no such agent. `may_act`: else
-- it would be refused.
-- $1 bytea: digest of the code   $2 uuid: the agent   $3 interval: how long it is good
-- May be repeated: the caller made the code.
WITH target AS MATERIALIZED (
    SELECT id, name, clawgw.agent_may_act(agents, (SELECT is_active FROM tenants WHERE id = agents.tenant_id),
                                          (SELECT is_active FROM users WHERE id = agents.creator_id)) AS may_act
    FROM agents
    WHERE id = $2::uuid AND agent_type = 'openclaw' /*[agents.deleted_at*/ AND coalesce(deleted_at, 'infinity') = 'infinity' /*]*/
), ended AS (
    UPDATE clawgw.invitations SET expires_at = least(expires_at, clock_timestamp())
    FROM target
    WHERE agent_id = target.id AND target.may_act AND used_at IS NULL AND expires_at > now() AND digest <> $1::bytea
), added AS (
    INSERT INTO clawgw.invitations (digest, agent_id, created_at, expires_at)
    SELECT $1::bytea, id, clock_timestamp(), clock_timestamp() + $3::interval FROM target WHERE may_act
    ON CONFLICT (digest) DO NOTHING
)
SELECT name::text AS name, may_act, now() + $3::interval AS expires_at FROM target
