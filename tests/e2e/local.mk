# tests/e2e: everything behind a real web server
