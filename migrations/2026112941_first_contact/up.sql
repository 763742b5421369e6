-- Whose posts wait until one was let through (model::FirstContact): one choice in place of a yes or no.
ALTER TABLE groups ADD COLUMN first_contact SMALLINT NOT NULL DEFAULT 0;
UPDATE groups SET first_contact = 2 WHERE holds_first;
ALTER TABLE groups DROP COLUMN holds_first;
