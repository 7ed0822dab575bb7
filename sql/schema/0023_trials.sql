-- SPDX-License-Identifier: ISC
-- What operators do at the page: language models that are asked for a word, and what their tokens cost.

-- A model that is asked for a word, to see whether it answers: by a worker, as a job of the same id (kind "trial"). Kept for a day.
CREATE TABLE clawgw.trials (
    id uuid PRIMARY KEY,
    model_id uuid NOT NULL REFERENCES llm_models ON DELETE CASCADE,
    asked_by uuid NOT NULL,             -- who may see what came of it
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    answered boolean,
    said text,
    error text,                         -- why it did not answer
    milliseconds bigint,
    tokens bigint
);
CREATE INDEX trials_asked ON clawgw.trials (asked_at);

-- What a million tokens cost, whichever way they go, as an operator says it.
CREATE TABLE clawgw.model_prices (
    model_id uuid PRIMARY KEY REFERENCES llm_models ON DELETE CASCADE,
    price numeric NOT NULL CHECK (price >= 0),
    currency text NOT NULL DEFAULT ''
);
