-- Words and links that a group wants to look at, or refuses.
CREATE TABLE group_words (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The numbers of model::GroupWordKind and model::GroupWordAct.
    kind SMALLINT NOT NULL,
    phrase TEXT NOT NULL,
    act SMALLINT NOT NULL,
    -- The rule of the group that a refused author is told; rules are written anew as a whole, so it may be gone.
    rule_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX group_words_group ON group_words (group_id, id);

-- Which word or link made it wait; empty where another reason did.
ALTER TABLE held_statuses ADD COLUMN word TEXT NOT NULL DEFAULT '';
