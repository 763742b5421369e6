"""Lists of people, and what they write."""

from mastodon.errors import MastodonNotFoundError

from bench import check
from mastodonpy_calls.kit import holds, ids, lacks, refuses


def gather(world):
    """Makes a list, puts people in, reads it, and removes it."""
    eka, ana, dewi = world.eka, world.ana, world.newcomer("dewi")
    before = len(eka.lists())
    eka.account_follow(ana.id)
    eka.account_follow(dewi.id)
    made = eka.list_create("Friends", replies_policy="followed", exclusive=False)
    check(made.title == "Friends" and made.replies_policy == "followed" and made.exclusive is False, f"list: {made}")
    check(len(eka.lists()) == before + 1 and made.id in [one.id for one in eka.lists()], "it is not among the lists")
    eka.list_accounts_add(made.id, [ana.id, dewi.id])
    check(set(ids(eka.list_accounts(made.id))) == {ana.id, dewi.id}, "they are not in the list")
    check(made.id in [one.id for one in eka.account_lists(ana.id)], "she is in no list")
    page = eka.list_accounts(made.id, limit=1)
    check(len(eka.fetch_remaining(page)) == 2, "the pages of the list are not the list")
    post = ana.status_post("For my friends")
    holds(lambda: eka.timeline_list(made.id), post.id, "her post is not in the list")

    changed = eka.list_update(made.id, "Close friends", replies_policy="none", exclusive=True)
    check((changed.title, changed.replies_policy, changed.exclusive) == ("Close friends", "none", True), f"{changed}")
    check(eka.list(made.id).title == "Close friends", "the title was not kept")
    lacks(eka.timeline_home, post.id, "an exclusive list leaves its people at home")
    eka.list_update(made.id, "Close friends", exclusive=False)
    holds(eka.timeline_home, post.id, "who is in no exclusive list is not at home")

    eka.list_accounts_delete(made.id, [dewi.id])
    check(ids(eka.list_accounts(made.id)) == [ana.id], "she is still in the list")
    refuses(ana, "list", made.id, error=MastodonNotFoundError)
    eka.list_delete(made.id)
    check(made.id not in [one.id for one in eka.lists()], "it is still among the lists")
    eka.account_unfollow(dewi.id)


def group(world):
    """Joins a group, and reads it as a list."""
    eka = world.eka
    check(eka.account_follow(world.group.id).following is True, "not a member")
    shelf = [one for one in eka.lists() if ids(eka.list_accounts(one.id)) == [world.group.id]]
    check(len(shelf) == 1, "no list is that of the group")
    post = eka.status_post(f"@{world.group.acct} a thread")
    holds(lambda: eka.timeline_list(shelf[0].id), post.id, "the thread is not in the group's list")
    check(eka.account_unfollow(world.group.id).following is False, "still a member")


STORY = [gather, group]
