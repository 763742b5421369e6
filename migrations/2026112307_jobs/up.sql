-- What is to be done later, or takes too long for a request. Deleted when it is done or given up.
CREATE TABLE jobs (
    id {id},
    -- What the job is about, where a second one would replace it.
    key TEXT,
    payload TEXT NOT NULL,
    -- Slow ones wait for each other, never the quick ones for them.
    slow BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    due_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_key ON jobs (key) WHERE key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (slow, due_at, id);
