-- SPDX-License-Identifier: ISC
-- What kind of server this is, and what time it is there.
-- May be repeated: it only reads.
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS version_number,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
       current_setting('fsync')::boolean AS fsync, current_setting('max_connections')::integer AS max_connections,
       clock_timestamp() AS now
