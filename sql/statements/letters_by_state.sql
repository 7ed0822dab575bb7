-- SPDX-License-Identifier: ISC
-- Letters of the last day by channel, direction and state; of the newest 10,000.
-- $1 uuid: only of this organisation, NULL: any
-- May be repeated: it only reads.
SELECT threads.channel, recent.direction, recent.state, count(*) AS letters
FROM (SELECT thread_id, direction, state FROM clawgw.letters
      WHERE created_at > now() - interval '1 day' ORDER BY created_at DESC, id DESC LIMIT 10000) recent
JOIN clawgw.threads ON threads.id = recent.thread_id
JOIN agents ON agents.id = threads.agent_id
WHERE $1::uuid IS NULL OR agents.tenant_id = $1::uuid
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
