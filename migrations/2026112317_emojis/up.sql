-- Custom emoji: ours, which administrators add, and those that other servers told of.

CREATE TABLE custom_emojis (
    id {id},
    -- '' for ours.
    domain TEXT NOT NULL,
    shortcode TEXT NOT NULL,
    -- The file key of a picture of ours, or the address of one elsewhere.
    image TEXT NOT NULL,
    -- The same without movement; '' where there is none of its own.
    still TEXT NOT NULL,
    mime TEXT NOT NULL,
    category TEXT NOT NULL,
    in_picker BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX custom_emojis_name ON custom_emojis (domain, shortcode);
