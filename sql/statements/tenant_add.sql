-- A new organisation. `outcome`: added, slug (taken), timezone (unknown).
-- $1 uuid: id   $2 text: name   $3 text: slug   $4 text: time zone
WITH zone AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $4::text) AS known
), added AS (
    INSERT INTO tenants (id, name, slug, timezone)
    SELECT $1::uuid, $2::text, $3::text, $4::text FROM zone WHERE known
    ON CONFLICT DO NOTHING
    RETURNING true AS mine
)
SELECT CASE
           WHEN NOT known THEN 'timezone'
           WHEN EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM tenants WHERE id = $1::uuid) THEN 'added'
           ELSE 'slug'
       END AS outcome
FROM zone
