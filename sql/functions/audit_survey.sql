-- SPDX-License-Identifier: ISC
-- What was noted, newest first, for a platform_admin: what was noted belongs to no organisation. With its owner's rights: the responders'
-- role writes there and reads nothing.
CREATE OR REPLACE FUNCTION clawgw.audit_survey(actor uuid, only_action text, most integer)
RETURNS TABLE (created_at timestamptz, who text, action text, target text, outcome text, change text, address text, trace_id text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT audit.created_at, audit.actor, audit.action, audit.target, audit.outcome, audit.change, audit.address, audit.trace_id
    FROM clawgw.audit
    WHERE EXISTS (SELECT FROM clawgw.operator_rank($1) me WHERE me.rank = 2)
      AND (only_action IS NULL OR audit.action = only_action)
    ORDER BY audit.created_at DESC, audit.id DESC
    LIMIT most
$function$;
