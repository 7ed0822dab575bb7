-- SPDX-License-Identifier: ISC
-- What Feishu proves itself with at our webhook, and how people are found by what it calls them.
/*[own*/
ALTER TABLE channel_configs ADD COLUMN encrypt_key varchar(255), ADD COLUMN verification_token varchar(255);
CREATE INDEX org_members_open_id ON org_members (open_id) WHERE open_id IS NOT NULL;
CREATE INDEX org_members_external_id ON org_members (external_id) WHERE external_id IS NOT NULL;
/*]*/
SELECT 1;
