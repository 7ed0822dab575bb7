-- Who has this key. One row per agent that it fits.
-- $1 text: hex SHA-256 of the key   $2 text: the key itself if it may be stored as it is, else NULL
-- May be repeated: it only reads.
SELECT id, name::text
FROM agents
WHERE api_key_hash IN ($1::text, $2::text) AND agent_type = 'openclaw' AND deleted_at IS NULL
LIMIT 2
