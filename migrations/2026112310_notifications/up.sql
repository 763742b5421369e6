-- Notifications in full: what a policy holds back, groups of them, and what else they are about.

-- Held back by the policy of who is told, until the sender's request is accepted.
ALTER TABLE notifications ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;
-- The report, warning, severance or collection that it is about, or the time of the edit; 0 for none.
ALTER TABLE notifications ADD COLUMN object_id BIGINT NOT NULL DEFAULT 0;
-- The hour that the group of its kind and status began with (Unix time / 3600); 0 where it stands alone.
ALTER TABLE notifications ADD COLUMN bucket BIGINT NOT NULL DEFAULT 0;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, kind, from_id, status_id, object_id);
CREATE INDEX notifications_groups ON notifications (account_id, kind, status_id, bucket, id) WHERE bucket > 0;
CREATE INDEX notifications_from ON notifications (account_id, from_id, id);

-- What happens to notifications from strangers: 0 accept, 1 filter, 2 drop.
CREATE TABLE notification_policies (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    for_not_following SMALLINT NOT NULL,
    for_not_followers SMALLINT NOT NULL,
    for_new_accounts SMALLINT NOT NULL,
    for_private_mentions SMALLINT NOT NULL,
    for_limited_accounts SMALLINT NOT NULL
);

-- From whom everything is let through, since a request was accepted.
CREATE TABLE notification_permissions (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, from_id)
) {clustered};
CREATE INDEX notification_permissions_from ON notification_permissions (from_id);

-- One row a sender whose letters and mentions wait. How many they are is counted when it is read.
CREATE TABLE notification_requests (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    last_status_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notification_requests_pair ON notification_requests (account_id, from_id);
CREATE INDEX notification_requests_page ON notification_requests (account_id, id);
CREATE INDEX notification_requests_from ON notification_requests (from_id);

-- Follows that ended because a server or an account was blocked: one row a person who lost some.
CREATE TABLE severance_events (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    -- A domain or a handle.
    target_name TEXT NOT NULL,
    followers_count BIGINT NOT NULL,
    following_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX severance_events_account ON severance_events (account_id, id);
