-- Sound and film are made fit while their owner waits: 0 ready, 1 in the works, 2 failed.
ALTER TABLE media_attachments ADD COLUMN state SMALLINT NOT NULL DEFAULT 0;
-- The upload as it came, until it was made fit; '' afterwards.
ALTER TABLE media_attachments ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- Milliseconds; 0 for what does not move.
ALTER TABLE media_attachments ADD COLUMN duration BIGINT NOT NULL DEFAULT 0;
-- As a fraction, 30/1; '' for none.
ALTER TABLE media_attachments ADD COLUMN frame_rate TEXT NOT NULL DEFAULT '';
-- Bits a second; 0 for unknown.
ALTER TABLE media_attachments ADD COLUMN bitrate BIGINT NOT NULL DEFAULT 0;

-- Is an address from elsewhere still part of any post?
CREATE INDEX media_attachments_remote ON media_attachments (remote_url) WHERE remote_url <> '';

-- Files that no row points at: not yet, or no more. What stays here for long is removed.
CREATE TABLE loose_files (
    file TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
) {clustered};
CREATE INDEX loose_files_since ON loose_files (since);

-- Secrets of this server that outlive a restart.
CREATE TABLE server_keys (
    name TEXT NOT NULL PRIMARY KEY,
    value {bytes} NOT NULL
) {clustered};

-- Copies of what lies on other servers, fetched when someone first looked.
CREATE TABLE remote_files (
    key TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    -- '' while it could not be had.
    file TEXT NOT NULL,
    -- The small one; '' for none.
    preview TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Failures in a row, and when to try again.
    failures INTEGER NOT NULL,
    retry_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) {clustered};
CREATE INDEX remote_files_used ON remote_files (used_at) WHERE file <> '';
CREATE INDEX remote_files_host ON remote_files (host);
