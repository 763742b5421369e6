-- Accounts (people, groups, servers' actors, here and elsewhere), the members of this server,
-- and what stands between two accounts. Times are Unix milliseconds, enums small numbers (crate model).

CREATE TABLE accounts (
    id {id},
    -- '' for accounts of this server: so one unique key holds names of people and groups together.
    domain TEXT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    display_name TEXT NOT NULL,
    note TEXT NOT NULL,
    note_source TEXT NOT NULL,
    fields {json} NOT NULL,
    -- The file key of a picture of ours, or the address of one elsewhere; '' for none.
    avatar TEXT NOT NULL,
    header TEXT NOT NULL,
    locked BOOLEAN NOT NULL,
    discoverable BOOLEAN NOT NULL,
    indexable BOOLEAN NOT NULL,
    show_collections BOOLEAN NOT NULL,
    statuses_count BIGINT NOT NULL,
    followers_count BIGINT NOT NULL,
    following_count BIGINT NOT NULL,
    last_status_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    suspended_at BIGINT
);
CREATE UNIQUE INDEX accounts_name ON accounts (username_key, domain);
CREATE UNIQUE INDEX accounts_uri ON accounts (uri);
CREATE INDEX accounts_domain ON accounts (domain, id);

-- Where an account of another server receives, and what it publishes of itself.
CREATE TABLE remote_actors (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    -- The shared inbox where there is one, else the inbox: one delivery each.
    delivery_inbox TEXT NOT NULL,
    outbox TEXT NOT NULL,
    followers TEXT NOT NULL,
    featured TEXT NOT NULL,
    moderators TEXT NOT NULL,
    instance_id BIGINT NOT NULL,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX remote_actors_delivery ON remote_actors (delivery_inbox);

-- Keys: ours with a private half, those of others without.
CREATE TABLE actor_keys (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    -- 0 RSA, 1 Ed25519
    kind SMALLINT NOT NULL,
    public_der {bytes} NOT NULL,
    private_der {bytes},
    fetched_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX actor_keys_uri ON actor_keys (uri);
CREATE INDEX actor_keys_account ON actor_keys (account_id, kind);

-- People who sign in here.
CREATE TABLE users (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role SMALLINT NOT NULL,
    locale TEXT NOT NULL,
    default_visibility SMALLINT NOT NULL,
    default_sensitive BOOLEAN NOT NULL,
    default_language TEXT,
    confirmed_at BIGINT,
    approved_at BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email_key);

CREATE TABLE follows (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state SMALLINT NOT NULL,
    reblogs BOOLEAN NOT NULL,
    notify BOOLEAN NOT NULL,
    -- The address of the Follow activity where it came from elsewhere.
    uri TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX follows_pair ON follows (account_id, target_id);
CREATE INDEX follows_following ON follows (account_id, state, id);
CREATE INDEX follows_followers ON follows (target_id, state, id);

CREATE TABLE blocks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uri TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX blocks_pair ON blocks (account_id, target_id);
CREATE INDEX blocks_target ON blocks (target_id, account_id);

CREATE TABLE mutes (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    hide_notifications BOOLEAN NOT NULL,
    ends_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mutes_pair ON mutes (account_id, target_id);

CREATE TABLE lists (
    id {id},
    owner_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    -- 0 followed, 1 list, 2 none
    replies_policy SMALLINT NOT NULL,
    exclusive BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX lists_owner ON lists (owner_id, id);

CREATE TABLE list_accounts (
    id {id},
    list_id BIGINT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX list_accounts_pair ON list_accounts (list_id, account_id);
CREATE INDEX list_accounts_account ON list_accounts (account_id);

CREATE TABLE markers (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    timeline TEXT NOT NULL,
    last_read_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, timeline)
) {clustered};

-- The settings that an administrator changes at run time.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {clustered};
