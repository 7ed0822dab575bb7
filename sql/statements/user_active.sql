-- Any user who could log in.
SELECT id FROM users WHERE is_active ORDER BY created_at LIMIT 1
