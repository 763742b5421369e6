"""Web Push: an app subscribes, is written to, and reads what was sealed for it."""

from mastodon.errors import MastodonNotFoundError

from bench import check, eventually
from mastodonpy_calls.kit import Web, refuses


def push(world):
    """Subscribes, is told of a mention under seal, changes what is wanted, and ends it."""
    eka, ana, web = world.eka, world.ana, Web()
    private, public = eka.push_subscription_generate_keys()
    made = eka.push_subscription_set(
        f"{web.url}/push", public, mention_events=True, favourite_events=False, policy="all")
    check(made.endpoint == f"{web.url}/push" and made.server_key, f"subscription: {made}")
    check(made.alerts.mention is True and made.alerts.favourite is False, f"alerts: {made.alerts}")
    check(eka.push_subscription().id == made.id, "the subscription was not kept")
    post = ana.status_post(f"@{eka.acct} a secret push")
    headers, body = eventually(lambda: web.posted, "nothing was pushed")[0]
    headers = {name.lower(): value for name, value in headers.items()}
    told = eka.push_subscription_decrypt_push(body, private, headers["encryption"], headers["crypto-key"])
    check(told.notification_type == "mention" and told.access_token == eka.access_token, f"told: {told}")
    check("a secret push" in told.body and ana.acct in told.title, f"told: {told}")
    same = eka.notifications(id=told.notification_id)
    check(same.status.id == post.id, "the notification is another")

    changed = eka.push_subscription_update(mention_events=False, favourite_events=True, policy="followed")
    check(changed.alerts.mention is False and changed.alerts.favourite is True, f"alerts: {changed.alerts}")
    check(eka.push_subscription().alerts.favourite is True, "the change was not kept")
    eka.push_subscription_delete()
    refuses(eka, "push_subscription", error=MastodonNotFoundError)


STORY = [push]
