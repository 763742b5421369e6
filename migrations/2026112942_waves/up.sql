-- How often strangers knock at a group: who joins or asks to, what waits or is refused, what newcomers write; in
-- slots of ten minutes, for a week.
CREATE TABLE group_knocks (
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Unix time by slots.
    slot BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (group_id, slot)
) {clustered};

-- When the moderators were last told of a wave.
CREATE TABLE group_waves (
    group_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    told_at BIGINT NOT NULL
);
