-- Nobody may answer it, or anything below it: by the word of a moderator, here or of a group elsewhere.
ALTER TABLE statuses ADD COLUMN locked_at BIGINT;
