-- Whoever asks for a file by its key is asked what it belongs to: pictures of posts that are not for everyone
-- have addresses of their own (threats, row 121).
CREATE INDEX media_attachments_preview ON media_attachments (preview) WHERE preview <> '';
