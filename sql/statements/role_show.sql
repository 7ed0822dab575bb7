-- SPDX-License-Identifier: ISC
-- Who this session is, for whoever looks after an installation: its role's name, whether it may do whatever the owner of the schema may,
-- whether it reads the keys of models, and how many settings the role does not bring along (the session had to set them).
-- May be repeated: it only reads.
SELECT current_user::text AS role,
       pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = 'clawgw'), 'MEMBER') AS is_owner,
       has_column_privilege('llm_models', 'api_key_encrypted', 'SELECT') AS reads_keys,
       (SELECT count(*) FROM pg_settings WHERE source = 'session') AS unsettled
