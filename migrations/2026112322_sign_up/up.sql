-- How people came here, and when their browsers and apps were last seen.

-- Links by which a member lets others in. Their maker is shown the code again, so it is no hash.
CREATE TABLE invites (
    id {id},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    max_uses BIGINT,
    uses BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invites_code ON invites (code);
CREATE INDEX invites_account ON invites (account_id, id);

-- What a member said and by which way; not of those whom the command line made.
CREATE TABLE sign_ups (
    account_id {id} REFERENCES accounts (id) ON DELETE CASCADE,
    -- The app that may ask for another mail.
    app_id BIGINT REFERENCES apps (id) ON DELETE SET NULL,
    invite_id BIGINT REFERENCES invites (id) ON DELETE SET NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_app ON sign_ups (app_id);
CREATE INDEX sign_ups_invite ON sign_ups (invite_id);

-- To the day; the network is a /24 or /48, never an address.
ALTER TABLE web_sessions ADD COLUMN last_used_at BIGINT;
ALTER TABLE web_sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE web_sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
CREATE INDEX web_sessions_account ON web_sessions (account_id, id);
ALTER TABLE access_tokens ADD COLUMN last_used_at BIGINT;
CREATE INDEX access_tokens_human ON access_tokens (human_id, app_id);
CREATE INDEX access_grants_human ON access_grants (human_id);
