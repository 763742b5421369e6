"""What many talk about: hashtags, posts and links, as far as the staff lets them be shown."""

from bench import check, eventually
from mastodonpy_calls.kit import Web, holds, lacks

NAMES = ("dewi", "fajar", "gita", "hana", "indra", "joko")


def talk(world):
    """Many people talk about one thing."""
    people = [world.ana, *(world.newcomer(name) for name in NAMES)]
    web = Web()
    world.trend = {"tag": "panen", "link": web.show("/harvest", "The harvest"), "web": web}
    world.trend["post"] = post = world.eka.status_post("The harvest is in", language="en")
    for person in people:
        person.account_update_credentials(discoverable=True, indexable=True)
        person.status_post(f"Look, {world.trend['link']} #panen", language="en")
        person.status_favourite(post.id)
        person.status_reblog(post.id)


def tags(world):
    """The staff lets a hashtag trend, and takes it away."""
    eka, oki, name = world.eka, world.oki, world.trend["tag"]
    def mine(tags):
        return [tag for tag in tags if tag.name == name]
    tag = eventually(lambda: mine(oki.admin_trending_tags()), "the staff does not see the hashtag")[0]
    check(tag.id is not None, f"tag: {tag}")
    check(oki.admin_approve_trending_tag(tag.id).trendable is True, "it may not trend")
    shown = eventually(lambda: mine(eka.trending_tags(limit=20)), "the hashtag does not trend")[0]
    check(sum(int(day.accounts) for day in shown.history) >= 7, f"history: {shown.history}")
    check(mine(eka.trends()), "the old call does not know it")
    check(oki.admin_reject_trending_tag(tag.id).trendable is False, "it may still trend")
    eventually(lambda: not mine(eka.trending_tags()), "the hashtag still trends")


def statuses(world):
    """The staff lets a post trend, and takes it away."""
    eka, oki, post = world.eka, world.oki, world.trend["post"]
    eka.account_update_credentials(discoverable=True)
    holds(oki.admin_trending_statuses, post.id, "the staff does not see the post")
    check(oki.admin_approve_trending_status(post.id).id == post.id, "another post was let in")
    holds(eka.trending_statuses, post.id, "the post does not trend")
    check(oki.admin_reject_trending_status(post.id).id == post.id, "another post was sent away")
    lacks(eka.trending_statuses, post.id, "the post still trends")


def links(world):
    """The staff lets a link trend, and takes it away."""
    eka, oki, url = world.eka, world.oki, world.trend["link"]
    def mine(cards):
        return [card for card in cards if card.url == url]
    card = eventually(lambda: mine(oki.admin_trending_links()), "the staff does not see the link")[0]
    check(card.title == "The harvest" and card.id is not None, f"card: {card}")
    check(oki.admin_approve_trending_link(card.id).url == url, "another link was let in")
    eventually(lambda: mine(eka.trending_links()), "the link does not trend")
    check(oki.admin_reject_trending_link(card.id).url == url, "another link was sent away")
    eventually(lambda: not mine(eka.trending_links()), "the link still trends")


STORY = [talk, tags, statuses, links]
