-- Who has this key, and mark the agent seen unless that was done less than $3 ago.
-- One row per agent that the key fits; only when there is exactly one has anything been written.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- $3 interval: how old a last-seen time may get
WITH agent AS MATERIALIZED (
    SELECT id, count(*) OVER () AS twins
    FROM agents
    WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' AND deleted_at IS NULL
    LIMIT 2
), seen AS (
    UPDATE agents SET openclaw_last_seen = clock_timestamp(), status = 'running'
    FROM agent
    WHERE agents.id = agent.id AND agent.twins = 1
      AND (openclaw_last_seen IS NULL
           OR openclaw_last_seen NOT BETWEEN now() - $3::interval AND now() + interval '1 minute')
    RETURNING true
)
SELECT agent.id,
       -- a lost last-seen time harms nobody, so its commit need not wait for the disk
       (SELECT set_config('synchronous_commit', 'off', true) FROM seen) IS NOT NULL AS written
FROM agent
