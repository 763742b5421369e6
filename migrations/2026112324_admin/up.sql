-- What the staff of this server set on people and on other servers, and what they did.

-- One row where an account (of any server) is limited; a suspension stands in accounts.
CREATE TABLE account_restrictions (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    silenced_at BIGINT,
    sensitized_at BIGINT
);
CREATE INDEX account_restrictions_silenced ON account_restrictions (account_id) WHERE silenced_at IS NOT NULL;

-- What someone was told when the staff did something about their account.
CREATE TABLE account_warnings (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    report_id BIGINT,
    -- none, sensitive, disable, silence, suspend..: the numbers of model::WarningAction
    action SMALLINT NOT NULL,
    text TEXT NOT NULL,
    -- The statuses that it is about, as a JSON list of ids.
    status_ids {json} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX account_warnings_target ON account_warnings (target_account_id, id);

-- Blocks of servers get an id, a severity and comments (reason is the private one). What was blocked
-- before was cut off whole.
ALTER TABLE domain_blocks ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
-- 0 noop, 1 silence, 2 suspend
ALTER TABLE domain_blocks ADD COLUMN severity SMALLINT NOT NULL DEFAULT 2;
ALTER TABLE domain_blocks ADD COLUMN reject_media BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE domain_blocks ADD COLUMN reject_reports BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE domain_blocks ADD COLUMN obfuscate BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE domain_blocks ADD COLUMN public_comment TEXT NOT NULL DEFAULT '';
UPDATE domain_blocks SET id = created_at * 65536
    + (SELECT count(*) FROM domain_blocks before WHERE before.domain <= domain_blocks.domain);
CREATE UNIQUE INDEX domain_blocks_id ON domain_blocks (id);

-- The only servers that one deals with, where the setting allow_list is on.
CREATE TABLE domain_allows (
    id {id},
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX domain_allows_domain ON domain_allows (domain);

-- Who may not sign up.
CREATE TABLE email_domain_blocks (
    id {id},
    domain TEXT NOT NULL,
    -- Sign-ups wait for approval instead of being refused.
    allow_with_approval BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_domain_blocks_domain ON email_domain_blocks (domain);

-- How often a blocked e-mail domain was tried, by day; from how many nobody knows: addresses are not kept.
CREATE TABLE email_domain_attempts (
    block_id BIGINT NOT NULL REFERENCES email_domain_blocks (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (block_id, day)
) {clustered};

CREATE TABLE ip_blocks (
    id {id},
    -- A network in its canonical form: 192.0.2.0/24, 2001:db8::/32
    ip TEXT NOT NULL,
    -- 0 sign_up_requires_approval, 1 sign_up_block, 2 no_access
    severity SMALLINT NOT NULL,
    comment TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ip_blocks_ip ON ip_blocks (ip);

-- SHA-256 of an e-mail address without dots and plus-parts, so that the address itself is not kept.
CREATE TABLE canonical_email_blocks (
    id {id},
    canonical_email_hash TEXT NOT NULL,
    reference_account_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX canonical_email_blocks_hash ON canonical_email_blocks (canonical_email_hash);

-- What was decided about hashtags; one row where someone decided.
CREATE TABLE tag_reviews (
    tag_id {id} REFERENCES tags (id) ON DELETE CASCADE,
    -- As it is shown: the same letters, other case. '' for the name as it is.
    display_name TEXT NOT NULL,
    usable BOOLEAN NOT NULL,
    listable BOOLEAN NOT NULL,
    trendable BOOLEAN NOT NULL,
    reviewed_at BIGINT
);

-- What was decided about statuses and links that trend.
CREATE TABLE trend_reviews (
    -- 0 a status, 1 a link, 2 a publisher of links
    kind SMALLINT NOT NULL,
    subject TEXT NOT NULL,
    allowed BOOLEAN NOT NULL,
    reviewed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
) {clustered};
