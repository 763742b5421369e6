"""What one is told, one by one and in groups, and what waits because a policy says so."""

from mastodon.errors import MastodonNotFoundError

from bench import check, eventually
from mastodonpy_calls.kit import ids, pages_lead, refuses


def tell(world):
    """Is told of what others do, and is done with it."""
    eka, ana = world.eka, world.ana
    eka.notifications_clear()
    check(eka.notifications() == [], "something is left")
    post = eka.status_post("Tell me")
    eka.account_unfollow(ana.id)
    ana.account_unfollow(eka.id)
    ana.account_follow(eka.id)
    ana.status_favourite(post.id)
    ana.status_reblog(post.id)
    mention = ana.status_reply(ana.status(post.id), "hello")
    wanted = ["favourite", "follow", "mention", "reblog"]
    told = eventually(lambda: [all_ for all_ in [eka.notifications()] if sorted(one.type for one in all_) == wanted],
                      "the four are not told")[0]
    check({one.account.id for one in told} == {ana.id}, "somebody else is told of")
    by_kind = {one.type: one for one in told}
    check(by_kind["favourite"].status.id == post.id and by_kind["mention"].status.id == mention.id, "other posts")
    check(by_kind["follow"].status is None, "a follow has a post")
    check([one.type for one in eka.notifications(types=["follow", "reblog"])] ==
          [one.type for one in told if one.type in ("follow", "reblog")], "types are not kept to")
    check(ids(eka.notifications(mentions_only=True)) == [by_kind["mention"].id], "not the mention only")
    check(by_kind["mention"].id not in ids(eka.notifications(exclude_types=["mention"])), "it is not excluded")
    check(eka.notifications(account_id=world.oki.id) == [], "somebody else did this")
    check(eka.notifications(id=by_kind["mention"].id).status.id == mention.id, "one alone is another")
    check(eka.notifications_unread_count()["count"] == 4, "not four are unread")
    eka.markers_set("notifications", told[0].id)
    check(eka.notifications_unread_count()["count"] == 0, "what was read is unread")
    eka.notifications_dismiss(by_kind["mention"].id)
    check(by_kind["mention"].id not in ids(eka.notifications()), "it is still there")


def pages(world):
    """Turns the pages of what was told."""
    eka, ana = world.eka, world.ana
    eka.notifications_clear()
    for number in range(5):
        ana.status_post(f"@{eka.acct} {number}")
    eventually(lambda: len(eka.notifications()) == 5, "not all are told")
    pages_lead(eka, "notifications", lambda size: eka.notifications(limit=size))
    grouped = eka.grouped_notifications(limit=2)
    keys = [group.group_key for group in grouped.notification_groups]
    second = [group.group_key for group in eka.fetch_next(grouped).notification_groups]
    check(len(keys) == 2 and len(second) == 2 and not set(keys) & set(second), f"pages of groups: {keys} {second}")


def in_groups(world):
    """Is told in groups."""
    eka, ana, dewi = world.eka, world.ana, world.newcomer("dewi")
    eka.notifications_clear()
    post = eka.status_post("Like me, all of you")
    ana.status_favourite(post.id)
    eventually(lambda: len(eka.notifications()) == 1, "ana's like is not told")
    dewi.status_favourite(post.id)
    eventually(lambda: len(eka.notifications()) == 2, "dewi's like is not told")
    found = eka.grouped_notifications()
    check(len(found.notification_groups) == 1, f"groups: {found.notification_groups}")
    group = found.notification_groups[0]
    check(group.type == "favourite" and group.notifications_count == 2, f"group: {group}")
    check(group.status_id == post.id and ids(found.statuses) == [post.id], f"group: {group}")
    check(list(group.sample_account_ids) == [dewi.id, ana.id], f"group: {group}")
    check({one.id for one in [*found.accounts, *(found.partial_accounts or [])]} == {dewi.id, ana.id}, "other accounts")
    check(len(eka.grouped_notifications(expand_accounts="full").accounts) == 2, "not all accounts are there in full")
    check(eka.unread_grouped_notifications_count() == 1, "not one group is unread")
    alone = eka.grouped_notification(group.group_key)
    check(alone.notification_groups[0].group_key == group.group_key, "one alone is another")
    check(ids(eka.grouped_notification_accounts(group.group_key)) == [dewi.id, ana.id], "others liked it")
    eka.dismiss_grouped_notification(group.group_key)
    check(eka.grouped_notifications().notification_groups == [] and eka.notifications() == [], "it is still there")
    refuses(eka, "grouped_notification", group.group_key, error=MastodonNotFoundError)


def strangers(world):
    """Lets what strangers do wait, and accepts or dismisses it."""
    eka = world.eka
    people = [world.newcomer(name) for name in ("dewi", "fajar", "gita", "hana", "indra", "joko")]
    for person in people:
        eka.account_unfollow(person.id)
    eka.notifications_clear()
    policy = eka.update_notifications_policy(for_not_following="filter", for_private_mentions="filter")
    check(policy.for_not_following == "filter", f"policy: {policy}")
    check(eka.notifications_policy().for_not_following == "filter", "the policy was not kept")
    for person in people:
        person.status_post(f"@{eka.acct} do you hear me?")
    eventually(lambda: len(eka.notification_requests()) == 6, "not all wait")
    check(eka.notifications() == [], "a stranger is heard")
    pages_lead(eka, "requests", lambda size: eka.notification_requests(limit=size))
    requests = {request.account.id: request for request in eka.notification_requests()}
    check(eka.notifications_policy().summary.pending_requests_count == 6, "not six wait")
    dewi, fajar, gita, hana, indra, joko = (requests[person.id] for person in people)
    one = eka.notification_request(dewi.id)
    check(one.account.id == people[0].id and int(one.notifications_count) == 1, f"request: {one}")
    check("do you hear me?" in one.last_status.content, f"request: {one}")
    eka.accept_notification_request(dewi.id)
    eka.dismiss_notification_request(fajar.id)
    eka.accept_multiple_notification_requests([gita.id, hana.id])
    eka.dismiss_multiple_notification_requests([indra.id, joko.id])
    eventually(lambda: eka.notifications_merged() is True, "what was accepted is not merged")
    check(eka.notification_requests() == [], "somebody still waits")
    heard = {one.account.id for one in eka.notifications(types=["mention"])}
    check(heard == {people[0].id, people[2].id, people[3].id}, f"heard: {heard}")
    eka.update_notifications_policy(for_not_following="accept")
    check(eka.notifications_policy().for_not_following == "accept", "the policy is still the other")


STORY = [tell, pages, in_groups, strangers]
