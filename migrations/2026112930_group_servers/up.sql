-- The servers elsewhere whose people may ask to join a private group although they are not known to keep it
-- private: the group's own list.
CREATE TABLE group_servers (
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Canonical, with a port where it is not the default.
    domain TEXT NOT NULL,
    added_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, domain)
) {clustered};

-- Set: it speaks to the members of this private group alone. Asked again before each attempt to deliver it.
ALTER TABLE outbox_activities ADD COLUMN members_of BIGINT;

-- A group elsewhere whose threads are for its members.
ALTER TABLE remote_actors ADD COLUMN members_only BOOLEAN NOT NULL DEFAULT FALSE;
