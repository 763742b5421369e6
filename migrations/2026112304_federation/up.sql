-- What stands between this server and others: who they are, what they sent, what they are to get.

CREATE TABLE instances (
    id {id},
    domain TEXT NOT NULL,
    -- From NodeInfo, lower case; '' while unknown.
    software TEXT NOT NULL,
    version TEXT NOT NULL,
    -- Set by an administrator where NodeInfo misleads; wins over software.
    software_override TEXT,
    -- Which signature form worked last: 0 unknown, 1 draft-cavage, 2 RFC 9421
    signature_form SMALLINT NOT NULL,
    failures INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    last_ok_at BIGINT,
    described_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX instances_domain ON instances (domain);

CREATE TABLE domain_blocks (
    domain TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
) {clustered};

-- What happened here and waits for its two consumers. Deleted when both are through.
CREATE TABLE events (
    id {id},
    payload TEXT NOT NULL,
    -- Bit 1: the fan-out is done; bit 2: the deliveries are written.
    done SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX events_due ON events (next_attempt_at, id);

-- Received activities, byte for byte. The row stays (without its body) so that a replay has no effect.
CREATE TABLE inbox (
    id {id},
    activity_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    -- The domain of the actor: one host's flood waits behind itself.
    domain TEXT NOT NULL,
    -- What is done one after the other: the object's address.
    object_key TEXT NOT NULL,
    body TEXT NOT NULL,
    -- 0 waits, 1 done, 2 refused, 3 given up
    state SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX inbox_activity ON inbox (activity_id);
CREATE INDEX inbox_due ON inbox (next_attempt_at, id) WHERE state = 0;
CREATE INDEX inbox_received ON inbox (received_at);

-- Activities that we send, each once; deliveries point at them.
CREATE TABLE outbox_activities (
    id {id},
    -- Who signs.
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_activities_uri ON outbox_activities (uri);

CREATE TABLE deliveries (
    id {id},
    activity_id BIGINT NOT NULL REFERENCES outbox_activities (id) ON DELETE CASCADE,
    instance_id BIGINT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    -- What is sent one after the other to one host: the object's address.
    object_key TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (activity_id, inbox);
CREATE INDEX deliveries_host ON deliveries (instance_id, id);

-- The two forms in which a group announces, each with its own address, kept for the Undo.
CREATE TABLE announces (
    uri TEXT NOT NULL PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    -- 1 Announce{activity} (FEP-1b12), 2 Announce{id}
    form SMALLINT NOT NULL,
    created_at BIGINT NOT NULL
) {clustered};
CREATE INDEX announces_status ON announces (status_id, group_id);
