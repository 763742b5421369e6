-- Reports in the hands of the moderators of the groups in which the reported posts stand.

-- Since when the server's staff answers it too; nothing while it is a group's business alone.
ALTER TABLE reports ADD COLUMN staff_at BIGINT;
UPDATE reports SET staff_at = created_at;

CREATE TABLE group_reports (
    report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 open, 1 resolved, 2 dismissed, 3 handed over to the server's staff
    state SMALLINT NOT NULL,
    -- The rule of the group that the reporter names, in free words.
    rule TEXT NOT NULL,
    claimed_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    claimed_at BIGINT,
    answered_by BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    -- What the reporter is told.
    answer TEXT NOT NULL,
    answered_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (report_id, group_id)
) {clustered};
CREATE INDEX group_reports_group ON group_reports (group_id, state, report_id);

-- Answers that the moderators of a group keep ready.
CREATE TABLE canned_answers (
    id {id},
    group_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX canned_answers_group ON canned_answers (group_id, id);
