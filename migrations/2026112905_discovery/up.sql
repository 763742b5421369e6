-- How groups are found: those that the server's staff shows first, and the words that they are sorted by.

CREATE TABLE featured_groups (
    group_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);

-- The languages and hashtags of what was said in public of late; counted anew every now and then.
CREATE TABLE group_topics (
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 a language, 1 a hashtag
    kind SMALLINT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (group_id, kind, word)
) {clustered};
CREATE INDEX group_topics_word ON group_topics (kind, word, group_id);
