-- What stands behind links: a card for an address, shared by all posts with it; and translations.

CREATE TABLE preview_cards (
    id {id},
    -- SHA-256 of the address, in hexadecimal.
    url_key TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Nothing could be said of it: it is not asked again before its time, and not shown.
    empty BOOLEAN NOT NULL,
    -- 0 link, 1 photo, 2 video
    kind SMALLINT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    language TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_url TEXT NOT NULL,
    provider_name TEXT NOT NULL,
    provider_url TEXT NOT NULL,
    -- The file key of our copy of the picture; '' for none.
    image TEXT NOT NULL,
    image_description TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    blurhash TEXT NOT NULL,
    published_at BIGINT,
    fetched_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX preview_cards_key ON preview_cards (url_key);
CREATE INDEX preview_cards_url ON preview_cards (url);

CREATE TABLE status_cards (
    status_id {id} REFERENCES statuses (id) ON DELETE CASCADE,
    card_id BIGINT NOT NULL REFERENCES preview_cards (id) ON DELETE CASCADE
);
CREATE INDEX status_cards_card ON status_cards (card_id, status_id);

CREATE TABLE translations (
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    -- When what was translated was last edited.
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (status_id, language)
) {clustered};
