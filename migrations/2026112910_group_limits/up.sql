-- What the server's administrators announced to a group, and how a group ends.

-- Set: on this day it leaves this server. Nobody new gets in until then.
ALTER TABLE groups ADD COLUMN leaves_at BIGINT;
-- Set: it is no more. The row stays for the log, and so that the name is taken.
ALTER TABLE groups ADD COLUMN closed_at BIGINT;
-- What stands in a group, answers too: to take it along, and to set it free when the group closes.
CREATE INDEX statuses_in_group ON statuses (group_id, id) WHERE group_id IS NOT NULL AND removed_at IS NULL;
