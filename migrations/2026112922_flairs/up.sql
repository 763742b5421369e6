-- Flairs: the tags of a group, of which one stands on a thread.

-- One name a line, in the order in which they are offered.
ALTER TABLE groups ADD COLUMN flairs TEXT NOT NULL DEFAULT '';

CREATE TABLE status_flairs (
    status_id {id} REFERENCES statuses (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL
);
CREATE INDEX status_flairs_group ON status_flairs (group_id, name, status_id);
