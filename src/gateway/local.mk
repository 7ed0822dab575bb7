# src/gateway: one file per endpoint and the rules they share
