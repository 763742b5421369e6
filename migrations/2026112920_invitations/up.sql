-- Invitations to a group: links, and people who are asked by name.

-- Who makes links into the group: 0 members, 1 moderators.
ALTER TABLE groups ADD COLUMN invites_by SMALLINT NOT NULL DEFAULT 1;

-- Set: the link leads into this group, and not into the place.
ALTER TABLE invites ADD COLUMN group_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE;
-- The entry of the group's log about it.
ALTER TABLE invites ADD COLUMN action_id BIGINT;
CREATE INDEX invites_group ON invites (group_id, id) WHERE group_id IS NOT NULL;

-- The last invitation of a person to a group.
CREATE TABLE group_invitations (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The numbers of model::InvitationState.
    state SMALLINT NOT NULL,
    -- The entry of the group's log about it.
    action_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When it was made, answered or withdrawn.
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX group_invitations_pair ON group_invitations (group_id, account_id);
CREATE INDEX group_invitations_account ON group_invitations (account_id);
