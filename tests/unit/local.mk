# tests/unit: one program per file of src/base and src/http
