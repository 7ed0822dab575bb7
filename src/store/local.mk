# src/store: one file per noun; the only place that knows libpq
