-- When nobody looks after a group any more, its members are asked who should.

-- The day on which a person was last here, in a browser or an app; it stays when they sign out.
ALTER TABLE users ADD COLUMN seen_at BIGINT;
UPDATE users SET seen_at = (
    SELECT MAX(seen.at) FROM (
        SELECT account_id AS who, last_used_at AS at FROM web_sessions
        UNION ALL
        SELECT account_id AS who, created_at AS at FROM web_sessions
        UNION ALL
        SELECT human_id AS who, last_used_at AS at FROM access_tokens WHERE human_id IS NOT NULL
        UNION ALL
        SELECT human_id AS who, created_at AS at FROM access_tokens WHERE human_id IS NOT NULL
    ) seen
    WHERE seen.who = users.account_id
);

CREATE TABLE successions (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The numbers of model::SuccessionState.
    state SMALLINT NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- The entry of the group's log about its beginning.
    action_id BIGINT NOT NULL
);
CREATE INDEX successions_group ON successions (group_id, id);
-- One at a time.
CREATE UNIQUE INDEX successions_open ON successions (group_id) WHERE state = 0;

CREATE TABLE succession_candidates (
    id {id},
    succession_id BIGINT NOT NULL REFERENCES successions (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX succession_candidates_pair ON succession_candidates (succession_id, account_id);

-- Kept until the votes are counted, and then gone: who chose whom is nobody's business.
CREATE TABLE succession_votes (
    id {id},
    succession_id BIGINT NOT NULL REFERENCES successions (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    candidate_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX succession_votes_pair ON succession_votes (succession_id, account_id);
