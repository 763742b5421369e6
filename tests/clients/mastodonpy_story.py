"""A member with an app built on Mastodon.py joins a group, posts into it by a mention, reads the
group's list, and opens the thread in which another member has answered."""

import warnings

from mastodon import Mastodon
from mastodon.errors import MastodonAPIError

from bench import Browser, Settings, check, eventually, step, text_of

CALLBACK = "http://127.0.0.1:1/callback"
STATE = "a state with / and & in it"


def main():
    settings = Settings()
    # Old routes are still answered, and say that they are old.
    warnings.simplefilter("ignore")

    step("registers an app")
    client_id, secret = Mastodon.create_app(
        "Story", api_base_url=settings.url, website="https://story.example",
        redirect_uris=[CALLBACK, "urn:ietf:wg:oauth:2.0:oob"])
    check(client_id and secret, "the app has no id or secret")

    me = Mastodon(client_id=client_id, client_secret=secret, api_base_url=settings.url)
    sign_in(settings, me)
    first_screens(settings, me)
    group = join(settings, me)
    story(settings, me, group)

    step("signs out")
    me.revoke_access_token(allow_http=True)
    step("done: everything happened")


def sign_in(settings, me):
    step("signs in on the server's pages and agrees")
    code = agree(settings, me)
    check(me.log_in(code=code, redirect_uri=CALLBACK, allow_http=True), "no token")
    again = Mastodon(client_id=me.client_id, client_secret=me.client_secret, api_base_url=settings.url)
    try:
        again.log_in(code=code, redirect_uri=CALLBACK, allow_http=True)
    except Exception:
        pass
    else:
        check(False, "a code could be used twice")
    # A code that is used twice ends the token of its first use (RFC 6749, 4.1.2).
    try:
        me.account_verify_credentials()
    except MastodonAPIError:
        pass
    else:
        check(False, "the token of a code that was used twice is still good")
    step("signs in once more")
    me.log_in(code=agree(settings, me), redirect_uri=CALLBACK, allow_http=True)


def agree(settings, me):
    """Goes through the pages in a browser of its own; the code that comes back to the app."""
    url = me.auth_request_url(redirect_uris=CALLBACK, state=STATE, allow_http=True)
    answer = Browser(settings).authorise(url, CALLBACK)
    check(answer.get("state") == STATE, f"the state came back changed: {answer}")
    check(answer.get("code"), f"no code came back: {answer}")
    return answer["code"]


def first_screens(settings, me):
    step("opens the app: who am I, what is this server, what is new")
    mine = me.account_verify_credentials()
    check(mine.username == settings.user, f"signed in as {mine.username}, not {settings.user}")
    check(mine.source is not None, "no source in verify_credentials")
    check("Balai" in me.instance_v2().version, "instance v2 does not name Balai in its version")
    check(me.instance_v1().uri, "instance v1 has no uri")
    preferences = me.preferences()
    check("posting:default:visibility" in preferences, f"preferences: {preferences}")
    for name, read in {
        "home": me.timeline_home,
        "local": me.timeline_local,
        "public": me.timeline_public,
        "notifications": me.notifications,
        "emojis": me.custom_emojis,
        "filters": me.filters_v2,
        "announcements": me.announcements,
        "lists": me.lists,
        "tags": me.followed_tags,
        "conversations": me.conversations,
        "bookmarks": me.bookmarks,
        "favourites": me.favourites,
    }.items():
        check(isinstance(read(), list), f"{name} is not a list")
    me.markers_get(["home", "notifications"])


def join(settings, me):
    step(f"finds the group @{settings.group} and joins it")
    found = me.search(f"@{settings.group}", result_type="accounts", resolve=True).accounts
    group = next((account for account in found if account.acct == settings.group), None)
    check(group is not None, f"search does not find @{settings.group}: {[one.acct for one in found]}")
    check(group.group is True, "the group's account has no group: true")
    check(group.id == me.account_lookup(settings.group).id, "search and lookup disagree")
    relationship = me.account_follow(group.id)
    check(relationship.following, f"following is not true after follow: {relationship}")
    check(me.account_relationships(group.id)[0].following, "the relationship was not kept")
    return group


def story(settings, me, group):
    step("posts into the group by a mention")
    text = f"@{settings.group} hello from Mastodon.py"
    posted = me.status_post(text, idempotency_key="one")
    check(posted.id == me.status_post(text, idempotency_key="one").id,
          "the same idempotency key made two statuses")
    try:
        me.status_post("something else", idempotency_key="one")
    except MastodonAPIError:
        pass
    else:
        check(False, "the same idempotency key was taken for another text")
    check(any(mention.id == group.id for mention in posted.mentions), "the group is not mentioned")
    check("hello from Mastodon.py" in text_of(posted.content), f"content: {posted.content}")

    step("reads the group's list")
    mine = [one for one in me.lists() if one.title in (group.display_name, group.acct, f"@{group.acct}")]
    check(len(mine) == 1, f"no list is titled after the group: {[one.title for one in me.lists()]}")
    shelf = mine[0]
    check(str(shelf.id).isdigit(), f"the list's id is not numeric: {shelf.id}")
    check(me.list(shelf.id).title == shelf.title, "the list alone has another title")
    check([one.id for one in me.list_accounts(shelf.id)] == [group.id], "the list holds other accounts")
    eventually(lambda: [one for one in me.timeline_list(shelf.id) if one.id == posted.id],
               "the thread is not in the group's list")
    eventually(lambda: [one for one in me.account_statuses(group.id)
                        if one.reblog is not None and one.reblog.id == posted.id],
               "the group did not boost the thread")
    eventually(lambda: [one for one in me.timeline_home()
                        if posted.id in (one.id, one.reblog.id if one.reblog else None)],
               "the thread is not at home")

    step("another member answers")
    other = Mastodon(access_token=settings.other_token, api_base_url=settings.url)
    answer = other.status_reply(other.status(posted.id), "and hello back")
    check(answer.in_reply_to_id == posted.id, "the answer is not in the thread")

    step("opens the thread and sees the answer")
    seen = eventually(lambda: [one for one in me.status_context(posted.id).descendants
                               if one.id == answer.id], "the answer is not in the thread")
    check("and hello back" in text_of(seen[0].content), f"content: {seen[0].content}")
    check([one.id for one in me.status_context(answer.id).ancestors] == [posted.id],
          "the answer does not stand under the post")
    notice = eventually(lambda: [one for one in me.notifications(types=["mention"])
                                 if one.status is not None and one.status.id == answer.id],
                        "no notification tells of the answer")
    check(notice[0].account.id == answer.account.id, "the notification names somebody else")
    check(answer.id not in [one.id for one in me.timeline_list(shelf.id)],
          "the group's list shows an answer, not only threads")

    step("likes the answer, changes the post, takes it back")
    check(me.status_favourite(answer.id).favourited, "favourited is not true")
    check(me.status_unfavourite(answer.id).favourited is False, "favourited is not false")
    changed = me.status_update(posted.id, f"@{settings.group} hello, changed")
    check("changed" in text_of(changed.content) and changed.edited_at, "the post did not change")
    me.status_delete(posted.id)
    try:
        me.status(posted.id)
    except MastodonAPIError:
        pass
    else:
        check(False, "a deleted status is still there")


if __name__ == "__main__":
    main()
