-- Statuses that wait for their time, and the pictures that wait with them.

CREATE TABLE scheduled_statuses (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Who wrote it: not the account, where someone speaks for a group.
    human_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    -- What is to be published, as the use case takes it.
    draft TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX scheduled_statuses_account ON scheduled_statuses (account_id, id);
CREATE INDEX scheduled_statuses_due ON scheduled_statuses (account_id, due_at);
CREATE INDEX scheduled_statuses_human ON scheduled_statuses (human_id);

CREATE TABLE scheduled_media (
    media_id BIGINT NOT NULL PRIMARY KEY REFERENCES media_attachments (id) ON DELETE CASCADE,
    scheduled_id BIGINT NOT NULL REFERENCES scheduled_statuses (id) ON DELETE CASCADE,
    position SMALLINT NOT NULL
) {clustered};
CREATE INDEX scheduled_media_scheduled ON scheduled_media (scheduled_id, position);
