-- Where what an account does is delivered: its followers elsewhere, counted by inbox. What is sent to a group of
-- twenty thousand is found by its two thousand servers, without walking its members.
CREATE TABLE follower_inboxes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    instance_id BIGINT NOT NULL,
    followers BIGINT NOT NULL,
    PRIMARY KEY (account_id, inbox)
) {clustered};
INSERT INTO follower_inboxes (account_id, inbox, instance_id, followers)
SELECT f.target_id, r.delivery_inbox, MIN(r.instance_id), COUNT(*)
FROM follows f
INNER JOIN remote_actors r ON r.account_id = f.account_id
WHERE f.state = 1
GROUP BY f.target_id, r.delivery_inbox;
