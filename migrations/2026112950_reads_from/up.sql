-- From when on a member reads what is for members: all of it for who was let into a private group, and what was
-- written since they came for who joins one that everyone reads. A private group that opens is not readable backwards.
ALTER TABLE memberships ADD COLUMN reads_from BIGINT NOT NULL DEFAULT 0;
