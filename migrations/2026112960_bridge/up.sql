-- The bridge: what is written in a private group goes as letters of the group to those members whose servers are on
-- its list and are not known to keep private what is for members.
ALTER TABLE groups ADD COLUMN bridged BOOLEAN NOT NULL DEFAULT FALSE;

-- The letter by which one member heard of one post; answers to it are answers to that post.
CREATE TABLE bridge_letters (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bridge_letters_post ON bridge_letters (status_id, account_id);
CREATE INDEX bridge_letters_member ON bridge_letters (account_id, group_id);
CREATE INDEX bridge_letters_group ON bridge_letters (group_id);

-- Set: of the members of that group it speaks to this one alone.
ALTER TABLE outbox_activities ADD COLUMN member_id BIGINT;
