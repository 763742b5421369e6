-- Polls, their options, who voted; and what an edit keeps beside the words.

CREATE TABLE polls (
    id {id},
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    multiple BOOLEAN NOT NULL,
    -- Nobody sees the counts of the options before the end.
    hide_totals BOOLEAN NOT NULL,
    expires_at BIGINT,
    -- Over: set by the clock, or by the word of its own server.
    ended BOOLEAN NOT NULL,
    -- People, not ballots; elsewhere by the word of its own server, which may not say.
    voters_count BIGINT,
    -- Set while others have yet to be told of new votes.
    telling_at BIGINT,
    -- Elsewhere: when its own server was last asked.
    asked_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX polls_status ON polls (status_id);
CREATE INDEX polls_account ON polls (account_id, id);

CREATE TABLE poll_options (
    poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
    position SMALLINT NOT NULL,
    title TEXT NOT NULL,
    votes_count BIGINT NOT NULL,
    PRIMARY KEY (poll_id, position)
) {clustered};

CREATE TABLE poll_votes (
    id {id},
    poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    choice SMALLINT NOT NULL,
    -- The address of the ballot where it came from elsewhere.
    uri TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX poll_votes_once ON poll_votes (poll_id, account_id, choice);
CREATE INDEX poll_votes_account ON poll_votes (account_id);

-- Pictures and the options of a poll, as they were.
ALTER TABLE status_edits ADD COLUMN parts {json} NOT NULL DEFAULT '{}';
