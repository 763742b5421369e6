-- What a group decides about itself, its rules, who is muted in it, and how its acts are decided and answered.

-- Reaches nobody on another server.
ALTER TABLE groups ADD COLUMN local_only BOOLEAN NOT NULL DEFAULT FALSE;
-- Who may start a thread, and who may answer: 0 members, 1 moderators.
ALTER TABLE groups ADD COLUMN threads_by SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN replies_by SMALLINT NOT NULL DEFAULT 0;
-- Who may quote what stands in it: the numbers of model::QuotePolicy.
ALTER TABLE groups ADD COLUMN quotes SMALLINT NOT NULL DEFAULT 0;
-- The first post of a member waits until a moderator has seen it.
ALTER TABLE groups ADD COLUMN holds_first BOOLEAN NOT NULL DEFAULT FALSE;
-- Seconds between two posts of one member; 0 for none.
ALTER TABLE groups ADD COLUMN slow_mode BIGINT NOT NULL DEFAULT 0;
-- ISO 639 codes, parted by blanks.
ALTER TABLE groups ADD COLUMN languages TEXT NOT NULL DEFAULT '';
-- So many moderators have to agree to what weighs on a person or on the group.
ALTER TABLE groups ADD COLUMN approvals SMALLINT NOT NULL DEFAULT 1;
-- Does the public log name people?
ALTER TABLE groups ADD COLUMN log_names BOOLEAN NOT NULL DEFAULT FALSE;
-- Days in which an appeal is decided, and after which the log forgets people.
ALTER TABLE groups ADD COLUMN appeal_days BIGINT NOT NULL DEFAULT 14;
ALTER TABLE groups ADD COLUMN forget_days BIGINT NOT NULL DEFAULT 365;
-- Until then members alone may post and nobody new gets in by posting.
ALTER TABLE groups ADD COLUMN shield_until BIGINT;
-- The server's staff has stopped it: nothing new is written in it.
ALTER TABLE groups ADD COLUMN frozen_at BIGINT;

CREATE TABLE group_rules (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Its place in the list, from 1.
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    hint TEXT NOT NULL,
    -- {"id": {"text": "..", "hint": ".."}}
    translations {json} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX group_rules_group ON group_rules (group_id, position);

CREATE TABLE group_mutes (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    ends_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX group_mutes_pair ON group_mutes (group_id, account_id);

-- Written in a group that reached nobody elsewhere: it never leaves, whatever the group decides later.
ALTER TABLE statuses ADD COLUMN local_only BOOLEAN NOT NULL DEFAULT FALSE;

-- What waits for a moderator: the status is its author's alone (visibility 5) until then, and gets the
-- audience that was wished when it is let through.
CREATE TABLE held_statuses (
    status_id {id} REFERENCES statuses (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    visibility SMALLINT NOT NULL,
    -- The numbers of model::HeldFor.
    reason SMALLINT NOT NULL,
    -- The activity that it came with, to be passed on then.
    inbox_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX held_statuses_group ON held_statuses (group_id, status_id);

-- What an act was about besides people and posts, as JSON; '' for nothing.
ALTER TABLE moderation_actions ADD COLUMN detail TEXT NOT NULL DEFAULT '';
-- Set: people were taken out of the entry. It stands for the entry in the chain.
ALTER TABLE moderation_actions ADD COLUMN commitment {bytes};
CREATE INDEX moderation_actions_refers ON moderation_actions (refers_to) WHERE refers_to IS NOT NULL;
CREATE INDEX moderation_actions_target ON moderation_actions (target_account_id, id) WHERE target_account_id IS NOT NULL;
