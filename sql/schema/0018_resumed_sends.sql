-- SPDX-License-Identifier: ISC
-- Who took over a first request that was cut off (statement send_resume): its own repeat is known by it.
ALTER TABLE clawgw.idempotency_keys ADD COLUMN resumed_by uuid;
