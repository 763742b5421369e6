-- Statuses and all that hangs on them.

CREATE TABLE statuses (
    id {id},
    uri TEXT NOT NULL,
    url TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Written here, or received.
    local BOOLEAN NOT NULL,
    visibility SMALLINT NOT NULL,
    -- The first status of the thread (its own id there).
    root_id BIGINT NOT NULL,
    in_reply_to_id BIGINT,
    in_reply_to_account_id BIGINT,
    -- Where this is a boost: what is boosted, and all below but the counts is empty.
    reblog_of_id BIGINT,
    -- The group in whose thread it stands; kept, with removed_at set, when a moderator took it out.
    group_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    removed_at BIGINT,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    -- What the author typed, for editing again; '' for what came from elsewhere.
    source TEXT NOT NULL,
    spoiler_text TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    language TEXT,
    app_id BIGINT,
    replies_count BIGINT NOT NULL,
    reblogs_count BIGINT NOT NULL,
    favourites_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    -- Set: the row is a tombstone. Its texts are empty, its address stays taken.
    deleted_at BIGINT
);
CREATE UNIQUE INDEX statuses_uri ON statuses (uri);
CREATE INDEX statuses_account ON statuses (account_id, id);
CREATE INDEX statuses_thread ON statuses (root_id, id);
CREATE INDEX statuses_parent ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX statuses_boosts ON statuses (reblog_of_id, account_id) WHERE reblog_of_id IS NOT NULL;
CREATE INDEX statuses_group ON statuses (group_id, id) WHERE group_id IS NOT NULL AND in_reply_to_id IS NULL;
CREATE INDEX statuses_public ON statuses (id) WHERE visibility = 0 AND reblog_of_id IS NULL AND deleted_at IS NULL;
CREATE INDEX statuses_local ON statuses (id) WHERE local AND visibility = 0 AND reblog_of_id IS NULL AND deleted_at IS NULL;

CREATE TABLE mentions (
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Addressed without being named in the text.
    silent BOOLEAN NOT NULL,
    PRIMARY KEY (status_id, account_id)
) {clustered};
CREATE INDEX mentions_account ON mentions (account_id, status_id);

CREATE TABLE tags (
    id {id},
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (name);

CREATE TABLE status_tags (
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, status_id)
) {clustered};
CREATE INDEX status_tags_status ON status_tags (status_id);

CREATE TABLE media_attachments (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT REFERENCES statuses (id) ON DELETE CASCADE,
    position SMALLINT NOT NULL,
    -- image, gifv, video, audio, unknown: Mastodon's words
    kind TEXT NOT NULL,
    -- The random key of our files; '' for a picture that stays elsewhere.
    file TEXT NOT NULL,
    preview TEXT NOT NULL,
    mime TEXT NOT NULL,
    remote_url TEXT NOT NULL,
    description TEXT NOT NULL,
    blurhash TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    preview_width INTEGER NOT NULL,
    preview_height INTEGER NOT NULL,
    focus_x DOUBLE PRECISION NOT NULL,
    focus_y DOUBLE PRECISION NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_attachments_status ON media_attachments (status_id);
CREATE INDEX media_attachments_waiting ON media_attachments (account_id, id) WHERE status_id IS NULL;
CREATE INDEX media_attachments_file ON media_attachments (file) WHERE file <> '';

-- What a status said before it was edited.
CREATE TABLE status_edits (
    id {id},
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    spoiler_text TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX status_edits_status ON status_edits (status_id, id);

CREATE TABLE favourites (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    -- The address of the Like where it came from elsewhere.
    uri TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX favourites_pair ON favourites (account_id, status_id);
CREATE INDEX favourites_account ON favourites (account_id, id);
CREATE INDEX favourites_status ON favourites (status_id, id);

CREATE TABLE bookmarks (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bookmarks_pair ON bookmarks (account_id, status_id);
CREATE INDEX bookmarks_account ON bookmarks (account_id, id);
CREATE INDEX bookmarks_status ON bookmarks (status_id);

CREATE TABLE status_pins (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX status_pins_pair ON status_pins (account_id, status_id);
CREATE INDEX status_pins_status ON status_pins (status_id);

-- Threads of which someone wants to hear no more.
CREATE TABLE thread_mutes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    root_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, root_id)
) {clustered};

-- Home timelines of the members here, written when something is posted. One entry an owner and
-- original: the first boost or the post itself, whichever came first.
CREATE TABLE home_entries (
    owner_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The status or boost to show.
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    original_id BIGINT NOT NULL,
    PRIMARY KEY (owner_id, status_id)
) {clustered};
CREATE UNIQUE INDEX home_entries_original ON home_entries (owner_id, original_id);
CREATE INDEX home_entries_status ON home_entries (status_id);

CREATE TABLE notifications (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    from_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    -- 0 where the notification is about no status: so one unique key holds for all.
    status_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, kind, from_id, status_id);
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE INDEX notifications_status ON notifications (status_id);

-- Conversations of direct statuses, one row a participant here.
CREATE TABLE conversations (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    root_id BIGINT NOT NULL,
    last_status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    unread BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversations_pair ON conversations (account_id, root_id);
CREATE INDEX conversations_newest ON conversations (account_id, last_status_id);
CREATE INDEX conversations_status ON conversations (last_status_id);
