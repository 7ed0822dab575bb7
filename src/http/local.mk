# src/http: FastCGI, requests, responses, JSON, validation
