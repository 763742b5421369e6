-- What the moderators of a group note down about someone, for each other.
CREATE TABLE group_notes (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX group_notes_about ON group_notes (group_id, account_id, id);
CREATE INDEX group_notes_account ON group_notes (account_id);
CREATE INDEX group_notes_author ON group_notes (author_id);
CREATE INDEX group_notes_age ON group_notes (created_at);
