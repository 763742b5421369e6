"""A moderator opens the group itself in an app built on Mastodon.py, beside her own account: requests, bans,
posts that leave the group, pins, the group's settings, its announcements. Then she leaves, and the app is shut."""

import tempfile
import warnings
from pathlib import Path

from mastodon import Mastodon
from mastodon.errors import MastodonAPIError

from bench import Browser, Settings, check, eventually, need, step, text_of
from props import picture

CALLBACK = "http://127.0.0.1:1/callback"


def main():
    settings = Settings()
    # Old routes are still answered, and say that they are old.
    warnings.simplefilter("ignore")

    step("registers an app")
    client_id, secret = Mastodon.create_app("Console", api_base_url=settings.url, redirect_uris=CALLBACK)

    def log_in(group=None):
        app = Mastodon(client_id=client_id, client_secret=secret, api_base_url=settings.url)
        url = app.auth_request_url(redirect_uris=CALLBACK, allow_http=True)
        answer = Browser(settings).authorise(url, CALLBACK, group)
        check(answer.get("code"), f"no code came back: {answer}")
        app.log_in(code=answer["code"], redirect_uri=CALLBACK, allow_http=True)
        return app

    step("logs in as herself, and once more as the group")
    me, console = log_in(), log_in(settings.group)
    check(me.account_verify_credentials().username == settings.user, "she is somebody else")
    group = console.account_verify_credentials()
    check(group.acct == settings.group and group.group is True, f"the app is not the group: {group.acct}")
    member = Mastodon(access_token=settings.other_token, api_base_url=settings.url)
    asking = Mastodon(access_token=need("BALAI_TEST_TOKEN_ASKING"), api_base_url=settings.url)

    set_the_group(console, member, group)
    let_in_and_refuse(console, me, asking, group)
    ban(console, asking, group)
    mute(console, member, group)
    take_out(console, member, group)
    pin_and_speak(console, member, group)
    refuse(console, member)

    step("leaves the group: the app as the group is shut at once, her own goes on")
    me.account_unfollow(group.id)
    check(fails(console.notifications), "the app of an ex-moderator still works")
    check(me.account_verify_credentials().username == settings.user, "she lost her own app")
    step("done: everything happened")


def fails(call, *words):
    """Is it refused?"""
    try:
        call(*words)
    except MastodonAPIError:
        return True
    return False


def set_the_group(console, member, group):
    step("edits the profile: the group's name, text, picture, and who joins by approval")
    with tempfile.TemporaryDirectory() as folder:
        file = picture(Path(folder, "gate.png"), 64, 64)
        console.account_update_credentials(display_name="The old garden", note="Seeds and bread", avatar=file,
                                           locked=True, discoverable=True, fields=[("1", "Be kind")])
    shown = member.account(group.id)
    check(shown.display_name == "The old garden" and shown.locked is True, f"the group is as before: {shown}")
    check("Seeds and bread" in text_of(shown.note) and shown.avatar != group.avatar, f"the group is as before: {shown}")
    check([(one.name, text_of(one.value)) for one in shown.fields] == [("1", "Be kind")], f"fields: {shown.fields}")


def let_in_and_refuse(console, me, asking, group):
    step("hears of a request, as the group and as herself, and lets her in")
    eka = asking.account_verify_credentials()

    def ask():
        check(asking.account_follow(group.id).requested, "she did not have to ask")
        eventually(lambda: [one for one in console.notifications(types=["follow_request"]) if one.account.id == eka.id],
                   "the group does not hear of the request")
        check([one.id for one in console.follow_requests()] == [eka.id], "she does not stand in the queue")

    ask()
    letter = eventually(lambda: [one for one in me.notifications(types=["mention"]) if one.account.id == group.id],
                        "no letter of the group tells of the queue")[0]
    check(letter.status.visibility == "direct" and f"/@{group.acct}/queue" in letter.status.content,
          f"the letter has no link: {letter.status.content}")
    check(console.follow_request_authorize(eka.id).followed_by, "she is not let in")
    check(asking.account_relationships(group.id)[0].following, "she does not follow")
    eventually(lambda: [one for one in console.notifications(types=["follow"]) if one.account.id == eka.id],
               "the group does not hear that she joined")
    check(console.follow_requests() == [], "she still stands in the queue")
    check(eka.id in [one.id for one in console.account_followers(group.id)], "she is not among the followers")

    step("sends her away, and refuses her the next time")
    check(console.account_remove_from_followers(eka.id).followed_by is False, "she is not sent away")
    check(not asking.account_relationships(group.id)[0].following, "she still follows")
    ask()
    console.follow_request_reject(eka.id)
    check(not asking.account_relationships(group.id)[0].requested, "she still asks")


def ban(console, asking, group):
    step("blocks her: a ban; and lifts it")
    eka = asking.account_verify_credentials()
    check(console.account_block(eka.id).blocking, "she is not banned")
    check([one.id for one in console.blocks()] == [eka.id], "she does not stand among the banned")
    check(fails(asking.account_follow, group.id), "a banned person may ask again")
    check(console.account_unblock(eka.id).blocking is False, "she is still banned")
    check(console.blocks() == [], "the list of bans is not empty")
    check(asking.account_follow(group.id).requested, "she may not ask again")


def mute(console, member, group):
    step("mutes somebody for an hour: he reads and does not write")
    ben = member.account_verify_credentials()
    check(console.account_mute(ben.id, duration=3600).muting, "he is not muted")
    check([one.id for one in console.mutes()] == [ben.id], "he does not stand among the muted")
    check(fails(member.status_post, f"@{group.acct} and another thing"), "he still writes")
    check(console.account_unmute(ben.id).muting is False, "he is still muted")


def threads_of(app, group):
    return [one.reblog.id for one in app.account_statuses(group.id) if one.reblog is not None]


def take_out(console, member, group):
    step("takes posts out of the group, by un-boost and by delete; their author keeps them")
    first, second = (member.status_post(f"@{group.acct} {word}") for word in ("cheap seeds", "cheaper seeds"))
    eventually(lambda: {first.id, second.id} <= set(threads_of(console, group)), "the threads are not in the group")
    console.status_unreblog(first.id)
    console.status_delete(second.id)
    check(not {first.id, second.id} & set(threads_of(console, group)), "they are still in the group")
    check(console.status_reblog(first.id).reblog.id == first.id, "it does not come back")
    check(threads_of(console, group) == [first.id], "it has not come back")
    console.status_unreblog(first.id)
    for one in (first, second):
        check(member.status(one.id).account.id == one.account.id, "it is not its author's any more")


def pin_and_speak(console, member, group):
    step("pins a thread, and takes it down")
    thread = member.status_post(f"@{group.acct} We meet on Sunday")
    check(console.status_pin(thread.id).pinned, "it is not pinned")
    check([one.id for one in member.account_statuses(group.id, pinned=True)] == [thread.id], "it is not on top")
    check(console.status_unpin(thread.id).pinned is False, "it is still pinned")
    check(member.account_statuses(group.id, pinned=True) == [], "it is still on top")
    check(console.status_reblog(thread.id).reblog.id == thread.id, "its boost is another post's")
    check(threads_of(console, group) == [thread.id], "it is boosted twice")

    step("speaks as the group")
    said = console.status_post("The gate is open until nine")
    check(said.account.id == group.id and said.visibility == "public", f"it is not the group that speaks: {said}")
    eventually(lambda: [one for one in member.timeline_home() if one.id == said.id], "a member does not read it")
    check("ten" in text_of(console.status_update(said.id, "The gate is open until ten").content), "it is not changed")
    answer = console.status_reply(member.status(thread.id), "At the gate")
    check(answer.account.id == group.id, "somebody else answers")
    console.status_delete(said.id)
    check(fails(member.status, said.id), "it is still there")


def refuse(console, member):
    step("is refused what groups do not do")
    somebody = member.account_verify_credentials()
    other = member.status_post("in no group")
    for call, thing in ((console.account_follow, somebody.id), (console.status_favourite, other.id),
                        (console.status_reblog, other.id), (console.status_pin, other.id),
                        (console.status_delete, other.id), (console.list_create, "mine")):
        check(fails(call, thing), f"{call.__name__} works for a group")


if __name__ == "__main__":
    main()
