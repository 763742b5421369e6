-- Filters: what a person does not want to read, by words and by single posts.

CREATE TABLE filters (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    -- A bit each: 1 home, 2 notifications, 4 public, 8 thread, 16 account.
    contexts SMALLINT NOT NULL,
    -- 0 warn, 1 hide, 2 blur
    action SMALLINT NOT NULL,
    expires_at BIGINT,
    -- Set when its time has come: it is still listed, and matches nothing.
    ended BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX filters_account ON filters (account_id, id);

CREATE TABLE filter_keywords (
    id {id},
    filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE,
    keyword TEXT NOT NULL,
    whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);

CREATE TABLE filter_statuses (
    id {id},
    filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX filter_statuses_pair ON filter_statuses (filter_id, status_id);
CREATE INDEX filter_statuses_status ON filter_statuses (status_id);

-- A number that every change of someone's filters renews: what was made of them is kept under it.
CREATE TABLE filter_versions (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    version BIGINT NOT NULL
);
