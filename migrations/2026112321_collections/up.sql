-- Collections: accounts that someone recommends together under a name. They stay on this server.

CREATE TABLE featured_collections (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    language TEXT,
    -- A hashtag without its sign; '' for none.
    tag TEXT NOT NULL,
    sensitive BOOLEAN NOT NULL,
    discoverable BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX featured_collections_account ON featured_collections (account_id, id);

CREATE TABLE featured_collection_items (
    id {id},
    collection_id BIGINT NOT NULL REFERENCES featured_collections (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 accepted, 1 revoked by who was in it: the row stays, so that nobody is put in again.
    state SMALLINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX featured_collection_items_pair ON featured_collection_items (collection_id, account_id);
CREATE INDEX featured_collection_items_account ON featured_collection_items (account_id, state, collection_id);
