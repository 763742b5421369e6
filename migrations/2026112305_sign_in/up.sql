-- Applications, tokens, browsers. Secrets are stored as SHA-256 (they are random, so no salt is needed).

CREATE TABLE apps (
    id {id},
    name TEXT NOT NULL,
    website TEXT,
    -- One a line.
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX apps_client ON apps (client_id);

-- Authorisation codes: ten minutes, one use.
CREATE TABLE access_grants (
    code_hash {bytes} NOT NULL PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    -- Whose token it becomes, and the human who agreed (the same, but when acting for a group).
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    human_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT,
    expires_at BIGINT NOT NULL,
    -- Set by the first use: a second one revokes this token.
    token_id BIGINT
) {clustered};

CREATE TABLE access_tokens (
    id {id},
    token_hash {bytes} NOT NULL,
    app_id BIGINT REFERENCES apps (id) ON DELETE CASCADE,
    -- NULL for a token of the application alone.
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    human_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX access_tokens_hash ON access_tokens (token_hash);
CREATE INDEX access_tokens_account ON access_tokens (account_id);

-- Signed-in browsers.
CREATE TABLE web_sessions (
    id {id},
    token_hash {bytes} NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX web_sessions_hash ON web_sessions (token_hash);

-- A post that is sent twice with one key is one post.
CREATE TABLE idempotency_keys (
    token_id BIGINT NOT NULL REFERENCES access_tokens (id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL,
    request_hash {bytes} NOT NULL,
    status_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (token_id, idempotency_key)
) {clustered};

-- The first-run link: a code that makes the first owner, once.
CREATE TABLE setup_codes (
    code_hash {bytes} NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
) {clustered};
