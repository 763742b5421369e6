-- Reports: someone here, or another server, says that an account does what it should not.

CREATE TABLE reports (
    id {id},
    -- Who reports; of what other servers send it is the account that signed.
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- The group of ours in which the reported posts stand: its moderators are told too.
    group_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    category SMALLINT NOT NULL,
    comment TEXT NOT NULL,
    -- A JSON list of ids.
    rule_ids {json} NOT NULL,
    forwarded BOOLEAN NOT NULL,
    -- The address of the Flag that came from elsewhere.
    uri TEXT,
    assigned_account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    action_taken_at BIGINT,
    action_taken_by_account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reports_uri ON reports (uri) WHERE uri IS NOT NULL;
CREATE INDEX reports_account ON reports (account_id, id);
CREATE INDEX reports_target ON reports (target_account_id, id);
CREATE INDEX reports_group ON reports (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX reports_open ON reports (id) WHERE action_taken_at IS NULL;
CREATE INDEX reports_resolved ON reports (action_taken_at) WHERE action_taken_at IS NOT NULL;

CREATE TABLE report_statuses (
    report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    PRIMARY KEY (report_id, status_id)
) {clustered};
CREATE INDEX report_statuses_status ON report_statuses (status_id);
