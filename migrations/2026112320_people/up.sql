-- What a person keeps beside the account: the further parts of a profile, notes on others, whom they
-- feature, what they hide.

-- One row an account that has more than the usual; without it the defaults hold.
CREATE TABLE profiles (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    avatar_description TEXT NOT NULL,
    header_description TEXT NOT NULL,
    -- Domains whose pages may name this account as their author; one a line.
    attribution_domains TEXT NOT NULL,
    show_media BOOLEAN NOT NULL,
    show_media_replies BOOLEAN NOT NULL,
    show_featured BOOLEAN NOT NULL
);

-- What someone wrote down about someone else, for their own eyes.
CREATE TABLE account_notes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    comment TEXT NOT NULL,
    PRIMARY KEY (account_id, target_id)
) {clustered};
CREATE INDEX account_notes_target ON account_notes (target_id);

-- Whom someone features on the own profile.
CREATE TABLE endorsements (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX endorsements_pair ON endorsements (account_id, target_id);
CREATE INDEX endorsements_target ON endorsements (target_id);

-- The languages that a follow brings home; without rows, all.
CREATE TABLE follow_languages (
    follow_id BIGINT NOT NULL REFERENCES follows (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    PRIMARY KEY (follow_id, language)
) {clustered};

-- Servers of which a person wants to see nothing.
CREATE TABLE account_domain_blocks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_domain_blocks_pair ON account_domain_blocks (account_id, domain);

-- Suggestions that a person sent away.
CREATE TABLE dismissed_suggestions (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, target_id)
) {clustered};
CREATE INDEX dismissed_suggestions_target ON dismissed_suggestions (target_id);

-- The directory: who agreed to be found, the active and the new first.
CREATE INDEX accounts_active ON accounts (last_status_at) WHERE discoverable AND suspended_at IS NULL;
CREATE INDEX accounts_new ON accounts (id) WHERE discoverable AND suspended_at IS NULL;
