-- Posts that show another post (FEP-044f), and who may quote what.

CREATE TABLE quotes (
    -- The post that quotes: one quote each.
    status_id {id} REFERENCES statuses (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- NULL as long as the quoted post is not known here.
    quoted_id BIGINT,
    quoted_account_id BIGINT,
    quoted_uri TEXT NOT NULL,
    -- 0 pending, 1 accepted, 2 rejected, 3 revoked, 4 deleted
    state SMALLINT NOT NULL,
    -- The address of the quoted author's consent; '' for none.
    stamp_uri TEXT NOT NULL,
    -- The address of the QuoteRequest, ours or theirs; '' for none.
    request_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX quotes_quoted ON quotes (quoted_id, state, status_id);
CREATE INDEX quotes_stamp ON quotes (stamp_uri);
CREATE INDEX quotes_account ON quotes (account_id);

-- Whom the author lets quote a post, at once and after a look: sums of 1 everyone, 2 followers,
-- 4 those whom the author follows, 8 others whom we cannot tell. No row: nobody.
CREATE TABLE quote_policies (
    status_id {id} REFERENCES statuses (id) ON DELETE CASCADE,
    automatic SMALLINT NOT NULL,
    manual SMALLINT NOT NULL
);

-- What someone here chose for new posts; no row: everyone.
CREATE TABLE quote_defaults (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    policy SMALLINT NOT NULL
);
