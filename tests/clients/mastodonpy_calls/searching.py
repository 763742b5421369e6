"""Search: people, hashtags and words."""

from bench import check
from mastodonpy_calls.kit import ids


def search(world):
    """Finds people, hashtags and posts, in both versions."""
    eka, ana = world.eka, world.ana
    ana.account_update_credentials(indexable=True)
    posts = [ana.status_post(f"A rhinoceros came by, number {number} #badak") for number in range(3)]
    found = eka.search("rhinoceros", result_type="statuses")
    check(ids(found.statuses) == [post.id for post in reversed(posts)], f"found: {ids(found.statuses)}")
    check(found.accounts == [] and found.hashtags == [], "more than posts was found")
    check(ids(eka.search_v2("rhinoceros", account_id=eka.id).statuses) == [], "her posts are others'")
    page = eka.search_v2("rhinoceros", result_type="statuses", limit=2)
    check(ids(page.statuses) == ids(found.statuses)[:2], "the first page is another")
    check(ids(eka.fetch_next(page).statuses) == ids(found.statuses)[2:], "the second page is another")
    check(ana.id in ids(eka.search(ana.acct).accounts), "she is not found")
    tags = eka.search_v2("badak", result_type="hashtags", exclude_unreviewed=False).hashtags
    check([tag.name for tag in tags] == ["badak"] and tags[0].url, f"tags: {tags}")
    by_address = eka.search(posts[0].url, resolve=True)
    check(ids(by_address.statuses) == [posts[0].id], "the address leads to another post")


def old_way(world):
    """Finds the same in the old version, whose hashtags are words."""
    eka, ana = world.eka, world.ana
    found = eka.search_v1("badak", resolve=False)
    check(list(found.hashtags) == ["badak"], f"hashtags: {found.hashtags}")
    check(ana.id in ids(eka.search_v1(ana.acct).accounts), "she is not found")


STORY = [search, old_way]
