-- SPDX-License-Identifier: ISC
-- Whether an agent (a row of agents) may act and be written to: the one place that says so. The caller looks up whether the
-- organisation and the creator are active (NULL where there is none), because only then can the planner put this in the
-- caller's place.
CREATE OR REPLACE FUNCTION clawgw.agent_may_act(agent anyelement, tenant_active boolean, creator_active boolean)
RETURNS boolean
LANGUAGE sql STABLE
AS $function$
    SELECT (agent).status IS DISTINCT FROM 'stopped' AND NOT coalesce((agent).is_expired, false)
           AND coalesce((agent).expires_at > now(), true)
           /*[agents.deleted_at*/ AND coalesce((agent).deleted_at, 'infinity') = 'infinity' /*]*/
           AND coalesce(tenant_active, true) AND coalesce(creator_active, true)
$function$;
