-- What was applied, in order.
SELECT version, name, applied_at FROM clawgw.migrations ORDER BY version
