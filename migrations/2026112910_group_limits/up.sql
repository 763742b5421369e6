-- What the server's administrators announced to a group, and how a group ends.

-- Set: on this day it leaves this server. Nobody new gets in until then.
ALTER TABLE groups ADD COLUMN leaves_at BIGINT;
-- Set: it is no more. The row stays for the log, and so that the name is taken.
ALTER TABLE groups ADD COLUMN closed_at BIGINT;
-- The answers in a group, as `statuses_group` has the threads: to take all of it along, and to set it free when the
-- group closes. Not both in one: timelines of threads would walk it.
CREATE INDEX statuses_group_answers ON statuses (group_id, id)
    WHERE group_id IS NOT NULL AND in_reply_to_id IS NOT NULL AND removed_at IS NULL;
