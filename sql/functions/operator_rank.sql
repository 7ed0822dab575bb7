-- SPDX-License-Identifier: ISC
-- What an administrator may: rank 2 a platform_admin everything, 1 an org_admin what belongs to his organisation, 0 an agent_admin what his
-- agents do. No row for anybody else, nor for one who may not sign in. Functions that do more than the responders' role may ask here
-- first, so that such a role can do no more than the person who is signed in.
CREATE OR REPLACE FUNCTION clawgw.operator_rank(actor uuid, OUT rank integer, OUT tenant uuid) RETURNS SETOF record
LANGUAGE sql STABLE
AS $function$
    SELECT CASE users.role::text WHEN 'platform_admin' THEN 2 WHEN 'org_admin' THEN 1 ELSE 0 END, users.tenant_id
    FROM public.users
    JOIN public.tenants ON tenants.id = users.tenant_id
    WHERE users.id = actor AND users.is_active AND tenants.is_active
      AND users.role::text IN ('platform_admin', 'org_admin', 'agent_admin')
$function$;
