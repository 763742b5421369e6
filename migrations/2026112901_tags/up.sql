-- Hashtags that people follow and feature, and what trends.

CREATE TABLE followed_tags (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX followed_tags_pair ON followed_tags (account_id, tag_id);
CREATE INDEX followed_tags_tag ON followed_tags (tag_id, account_id);

CREATE TABLE featured_tags (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX featured_tags_pair ON featured_tags (account_id, tag_id);
CREATE INDEX featured_tags_tag ON featured_tags (tag_id);

-- What many used of late, whatever was decided about it: counted anew every now and then, a few hundred rows.
CREATE TABLE trends (
    -- The numbers of trend_reviews: 0 a status, 1 a link; 3 a hashtag
    kind SMALLINT NOT NULL,
    subject_id BIGINT NOT NULL,
    score BIGINT NOT NULL,
    -- Of a link: the host that it leads to; else ''.
    publisher TEXT NOT NULL,
    PRIMARY KEY (kind, subject_id)
) {clustered};
