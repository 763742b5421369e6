"""Every call that Mastodon.py has, made against a server: a story for each noun. `kit` holds what they share,
`__main__` tells them and counts."""
