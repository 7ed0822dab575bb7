-- SPDX-License-Identifier: ISC
-- Whether somebody may write to an agent: one of the own organisation that is open to everybody in it, one that he made, or one
-- that the platform's permissions name him, his department or everybody for. Whether it can answer is another question.
CREATE OR REPLACE FUNCTION clawgw.person_may_write(person_id uuid, target_id uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $function$
    SELECT EXISTS (
        SELECT
        FROM public.agents agent
        JOIN public.users person ON person.id = person_id AND person.tenant_id = agent.tenant_id
        WHERE agent.id = target_id
          /*[agents.deleted_at*/ AND coalesce(agent.deleted_at, 'infinity') = 'infinity' /*]*/
          AND (agent.creator_id = person_id
               /*[agents.access_mode*/ OR agent.access_mode = 'company' /*]*/
               /*[!agents.access_mode OR EXISTS (SELECT FROM public.agent_permissions permission
                      WHERE permission.agent_id = target_id AND permission.scope_type::text = 'company') ]*/
               /*[agent_permissions.scope_id OR EXISTS (SELECT FROM public.agent_permissions permission
                      WHERE permission.agent_id = target_id
                        AND (permission.scope_type::text = 'user' AND permission.scope_id = person_id
                             OR permission.scope_type::text = 'department' AND permission.scope_id IN (
                                 SELECT member.department_id FROM public.org_members member
                                 WHERE member.user_id = person_id AND member.status = 'active'
                                   AND member.tenant_id = person.tenant_id))) ]*/))
$function$;
