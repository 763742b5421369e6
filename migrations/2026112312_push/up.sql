-- Web Push: what apps asked to be told through their makers' push services, and our own keys for it.

CREATE TABLE push_subscriptions (
    id {id},
    -- One a token: it ends with it.
    token_id BIGINT NOT NULL REFERENCES access_tokens (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL,
    -- The app's public key (65 bytes, P-256) and its secret (16 bytes).
    p256dh {bytes} NOT NULL,
    auth {bytes} NOT NULL,
    -- RFC 8291, or the draft before it.
    standard BOOLEAN NOT NULL,
    -- 0 all, 1 whom one follows, 2 who follows one, 3 none.
    policy SMALLINT NOT NULL,
    -- The kinds of notifications, with a space on both sides of each: ' mention poll '.
    alerts TEXT NOT NULL,
    -- The token itself, sealed with our key: apps know by it which of their accounts is meant.
    sealed_token {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX push_subscriptions_token ON push_subscriptions (token_id);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id, id);

-- One row: the key pair by which push services know us (VAPID, PKCS #8), and the key that seals tokens.
CREATE TABLE push_keys (
    id {id},
    vapid {bytes} NOT NULL,
    seal {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
