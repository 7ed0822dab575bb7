# src/base: what every program needs and nothing of gateways
