-- A status is found by its page too: people copy that address.
CREATE INDEX statuses_url ON statuses (url) WHERE url <> '';
-- What an account boosted, in the order of the originals: the list that a group of another server is.
CREATE INDEX statuses_boosted_by ON statuses (account_id, reblog_of_id) WHERE reblog_of_id IS NOT NULL;
