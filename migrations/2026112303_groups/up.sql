-- Groups of this server, memberships (also of our people in groups elsewhere), bans, and the record
-- of every moderating act.

CREATE TABLE groups (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    -- Who may see the list of members: totals only, unless true.
    members_shown BOOLEAN NOT NULL,
    -- Are likes passed on to other group servers?
    shares_votes BOOLEAN NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    -- Also the id of the group's list in the member's app: it survives leaving and rejoining.
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    -- The list as the member arranged it: own title ('' for the group's name), only in its list, hidden.
    list_title TEXT NOT NULL,
    list_exclusive BOOLEAN NOT NULL,
    list_hidden BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX memberships_pair ON memberships (group_id, account_id);
CREATE INDEX memberships_group ON memberships (group_id, state, id);
CREATE INDEX memberships_account ON memberships (account_id, state, id);

CREATE TABLE group_bans (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    ends_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX group_bans_pair ON group_bans (group_id, account_id);

-- Append-only. group_id 0: an act of the server's own staff.
CREATE TABLE moderation_actions (
    id {id},
    group_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- 0 proposed, 1 approved, 2 executed, 3 appealed, 4 upheld, 5 overturned
    state SMALLINT NOT NULL,
    -- The account in whose name it was done, and the human who did it.
    account_id BIGINT NOT NULL,
    human_id BIGINT NOT NULL,
    target_account_id BIGINT,
    target_status_id BIGINT,
    rule TEXT,
    reason TEXT NOT NULL,
    ends_at BIGINT,
    -- The entry that this one answers.
    refers_to BIGINT,
    created_at BIGINT NOT NULL,
    -- The chain hashes a salted commitment of each entry, so that a name can be redacted later.
    salt {bytes} NOT NULL,
    previous_hash {bytes} NOT NULL,
    hash {bytes} NOT NULL
);
CREATE INDEX moderation_actions_group ON moderation_actions (group_id, id);
