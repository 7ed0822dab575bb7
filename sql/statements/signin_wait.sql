-- SPDX-License-Identifier: ISC
-- How long whoever tries to sign in has to wait: after the third failure in a row twice as long each time.
-- $1 text: digests of what is tried (bytea[])   $2 interval: the longest wait
-- May be repeated: it only reads.
SELECT coalesce(max(extract(epoch FROM last_at + least($2::interval, interval '1 second' * power(2, least(failures - 3, 20)))
                                       - clock_timestamp())), 0)::double precision AS seconds
FROM clawgw.signin_failures
WHERE key = ANY ($1::text::bytea[]) AND failures >= 3
