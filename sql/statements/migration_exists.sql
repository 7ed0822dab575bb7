-- Whether anything was ever migrated here.
SELECT to_regclass('clawgw.migrations') IS NOT NULL AS migrated
