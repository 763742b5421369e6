-- Servers whose people a group does not take, each with all below it.
CREATE TABLE group_domain_blocks (
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    -- Why, in the words of whoever chose it or of the list that it came from.
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, domain)
) {clustered};
