# tests/store: statements against a real PostgreSQL
