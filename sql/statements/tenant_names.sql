-- SPDX-License-Identifier: ISC
-- Organisations, by name, as many as a page can offer.
-- May be repeated: it only reads.
SELECT id, name::text FROM tenants ORDER BY name, id LIMIT 200
