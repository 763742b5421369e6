"""Following, being followed, and being asked first."""

from mastodon.errors import MastodonNotFoundError

from bench import check, eventually
from mastodonpy_calls.kit import holds, ids, lacks, pages_lead, refuses


def follow(world):
    """Follows somebody, sees it on both sides, and stops."""
    eka, ana = world.eka, world.ana
    for person in (eka, ana):
        person.account_update_credentials(hide_collections=False)
    eka.account_unfollow(ana.id)
    followed = eka.account_follow(ana.id, reblogs=False, notify=True)
    check(followed.following and followed.notifying and not followed.showing_reblogs, f"followed: {followed}")
    check(ana.account_relationships(eka.id)[0].followed_by is True, "she does not know it")
    check(ana.id in ids(eka.account_following(eka.id)), "she is not among those one follows")
    check(eka.id in ids(eka.account_followers(ana.id)), "one is not among her followers")
    both = {one.id: one for one in eka.account_relationships([ana.id, eka.id])}
    check(both[ana.id].following is True and both[eka.id].following is False, f"relationships: {both}")
    post = ana.status_post("for those who follow", visibility="private")
    holds(eka.timeline_home, post.id, "her post is not at home")
    left = eka.account_unfollow(ana.id)
    check(left.following is False and left.notifying is False, f"unfollowed: {left}")
    lacks(eka.timeline_home, post.id, "her post is still at home")
    check(eka.follows(f"@{ana.acct}").following is True, "not followed by the name")
    refuses(eka, "follows", "nobodyofthisname", error=MastodonNotFoundError)


def send_away(world):
    """Removes a follower."""
    eka, ana = world.eka, world.ana
    eka.account_follow(ana.id)
    check(ana.account_remove_from_followers(eka.id).followed_by is False, "followed_by is not false")
    check(eka.account_relationships(ana.id)[0].following is False, "one still follows")


def ask_first(world):
    """Is asked first: one is let in, the other refused."""
    eka, ana, dewi = world.eka, world.ana, world.newcomer("dewi")
    check(ana.account_update_credentials(locked=True).locked is True, "not locked")
    for person in (eka, dewi):
        person.account_unfollow(ana.id)
        asked = person.account_follow(ana.id)
        check(asked.requested is True and asked.following is False, f"asked: {asked}")
        check(ana.account_relationships(person.id)[0].requested_by is True, "requested_by is not true")
    check(set(ids(ana.follow_requests())) == {eka.id, dewi.id}, "they are not among those who ask")
    check(ana.follow_request_authorize(eka.id).followed_by is True, "who was let in does not follow")
    check(ana.follow_request_reject(dewi.id).requested_by is False, "who was refused still asks")
    check(ana.follow_requests() == [], "somebody still asks")
    eventually(lambda: eka.account_relationships(ana.id)[0].following, "one does not follow")
    check(dewi.account_relationships(ana.id)[0].requested is False, "she still asks")
    check(ana.account_update_credentials(locked=False).locked is False, "still locked")


def pages(world):
    """Turns the pages of a list of followers."""
    ana = world.ana
    ana.account_update_credentials(hide_collections=False)
    people = [world.newcomer(name) for name in ("dewi", "fajar", "gita", "hana", "indra")]
    for person in people:
        person.account_follow(ana.id)
    pages_lead(world.eka, "the followers", lambda size: world.eka.account_followers(ana.id, limit=size))
    found = set(ids(world.eka.account_followers(ana.id)))
    check({person.id for person in people} <= found, "a follower is missing")


STORY = [follow, send_away, ask_first, pages]
