-- The words of statuses, for search. Each engine has its own way; both name the status `rowid`. What stands
-- in it is written by database/src/search_index.rs alone, in the transaction of the status.
{sqlite} CREATE VIRTUAL TABLE __status_words USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
{postgres} CREATE TABLE __status_words (rowid BIGINT PRIMARY KEY REFERENCES statuses (id) ON DELETE CASCADE, words TSVECTOR NOT NULL);
{postgres} CREATE INDEX __status_words_words ON __status_words USING GIN (words);
