# tests/endpoint: handlers called directly
