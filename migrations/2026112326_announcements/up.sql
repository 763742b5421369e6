-- What those who run the place tell everyone who has an account here.

CREATE TABLE announcements (
    id {id},
    -- As it was typed, and as clean HTML.
    source TEXT NOT NULL,
    content TEXT NOT NULL,
    -- When what it tells of begins and ends; it is shown until the end.
    starts_at BIGINT,
    ends_at BIGINT,
    all_day BOOLEAN NOT NULL,
    -- Shown from then on; in the future: scheduled. NULL: a draft, or taken back.
    published_at BIGINT,
    -- The streams were told that it is there.
    announced BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX announcements_published ON announcements (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE announcement_dismissals (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, announcement_id)
) {clustered};
CREATE INDEX announcement_dismissals_announcement ON announcement_dismissals (announcement_id);

CREATE TABLE announcement_reactions (
    id {id},
    announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- One emoji, or the shortcode of a custom one.
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX announcement_reactions_once ON announcement_reactions (announcement_id, name, account_id);
CREATE INDEX announcement_reactions_account ON announcement_reactions (account_id);
