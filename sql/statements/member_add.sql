-- SPDX-License-Identifier: ISC
-- A new person whom agents may know.
-- $1 uuid: id   $2 uuid: tenant   $3 text: name   $4 text: e-mail address   $5 text: Feishu open id
-- $6 text: Feishu user id   $7 text: position; the last four may be NULL
-- May be repeated: the caller made the ids, and a row that is there stays.
INSERT INTO org_members (id, tenant_id, name, email, open_id, external_id, title, status, synced_at
    /*[org_members.department_path , department_path ]*/)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, coalesce($7::text, ''), 'active', clock_timestamp()
    /*[org_members.department_path , '' ]*/)
ON CONFLICT (id) DO NOTHING
