-- When a moderator last looked at the requests of a group: until then its moderators are written to once.

CREATE TABLE queue_looks (
    group_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    looked_at BIGINT NOT NULL
) {clustered};
