-- What a link in a mail proves: that an address is read by its owner, or that a new password may be set.
-- The links themselves are in no table: they are made when the mail is written, and stored as hashes.

CREATE TABLE mail_proofs (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- 0 this address is mine, 1 a new password
    purpose SMALLINT NOT NULL,
    -- Where the mail went.
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) {clustered};
CREATE INDEX mail_proofs_account ON mail_proofs (account_id, purpose);
