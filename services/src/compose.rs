//! From what was typed to what is stored: HTML, mentions, hashtags, language, and whether it is too long.
