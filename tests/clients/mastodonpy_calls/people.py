"""Other people: they sign up, are found, noted, featured, muted and blocked."""

from mastodon.errors import MastodonAPIError, MastodonIllegalArgumentError

from bench import check
from mastodonpy_calls.kit import PASSWORD, SCOPES, App, holds, ids, refuses


def sign_up(world):
    """Signs somebody up with an app, who can do something once the staff has agreed."""
    dewi = world.waiting("dewi")
    refuses(dewi, "account_verify_credentials", saying="pending approval")
    oki = world.oki
    waiting = oki.admin_accounts_v2(status="pending", origin="local")
    one = next((account for account in waiting if account.username == "dewi"), None)
    check(one is not None, f"dewi is not among those who wait: {[account.username for account in waiting]}")
    check(one.invite_request == "To grow tea." and one.approved is False, f"who waits: {one}")
    approved = oki.admin_account_approve(one.id)
    check(approved.approved is True, f"who was let in: {approved}")
    check(dewi.me().username == "dewi", "dewi is let in and cannot read who she is")
    world.is_in("dewi", dewi)
    # Her address needs no confirmation here; there is nothing to send again.
    refuses(dewi, "email_resend_confirmation", saying="awaiting confirmation")

    client_id, secret = world.client
    again = App(world.settings, client_id=client_id, client_secret=secret)
    token, problem = again.create_account(
        "dewi", PASSWORD, "dewi@mail.example", agreement=True, reason="Again.", scopes=SCOPES, return_detailed_error=True)
    check(token is None, "one name was taken twice")
    check(problem.details.username[0].error == "ERR_TAKEN", f"problem: {problem}")
    check(problem.details.email[0].error == "ERR_TAKEN", f"problem: {problem}")
    refuses(again, "create_account", "no body", PASSWORD, "nobody@mail.example", agreement=True, reason="No.",
            scopes=SCOPES, error=MastodonIllegalArgumentError)


def find(world):
    """Finds people by name, by number, several at once, and in the directory."""
    eka, ana = world.eka, world.ana
    check(eka.account(ana.id).acct == ana.acct, "the number leads to somebody else")
    check(ids(eka.accounts([ana.id, eka.id])) == [ana.id, eka.id], "two at once are others")
    check(eka.account_lookup(ana.acct).id == ana.id, "the name leads to somebody else")
    check(ana.id in ids(eka.account_search(ana.acct)), "the search does not find her")
    for person in (ana, world.newcomer("dewi"), world.newcomer("fajar")):
        person.account_update_credentials(discoverable=True, hide_collections=False)
    listed = eka.directory(order="new", local=True)
    names = [account.username for account in listed]
    check(names.index("fajar") < names.index("dewi") < names.index(ana.acct), f"the directory: {names}")
    page = eka.directory(order="new", local=True, limit=1)
    check(ids(eka.fetch_next(page)) == ids(listed)[1:2], "the second page of the directory is another")
    found = eka.account_search("a", limit=1)
    second = eka.fetch_next(found)
    check(second and second[0].id != found[0].id, "the second page of the search is the first")


def note(world):
    """Keeps a note about somebody."""
    eka, ana = world.eka, world.ana
    check(eka.account_note_set(ana.id, "has the keys").note == "has the keys", "the note is another")
    check(eka.account_relationships([ana.id])[0].note == "has the keys", "the note was not kept")
    check(ana.account_relationships(eka.id)[0].note == "", "the note is seen by others")
    check(eka.account_note_set(ana.id, "").note == "", "the note is still there")


def feature(world):
    """Features somebody on the own profile, by both names of the call."""
    eka, ana = world.eka, world.ana
    eka.account_follow(ana.id)
    for put, take in ((eka.account_endorse, eka.account_unendorse), (eka.account_pin, eka.account_unpin)):
        check(put(ana.id).endorsed is True, "endorsed is not true")
        check(ids(eka.endorsements()) == [ana.id], "she is not among the featured")
        check(take(ana.id).endorsed is False, "endorsed is not false")
        check(eka.endorsements() == [], "somebody is still featured")
    fajar = world.newcomer("fajar")
    refuses(eka, "account_endorse", fajar.id, error=MastodonAPIError)


def familiar(world):
    """Sees whom one knows among the followers of a stranger."""
    eka, ana, fajar = world.eka, world.ana, world.newcomer("fajar")
    for person in (ana, fajar):
        person.account_update_credentials(hide_collections=False)
    eka.account_follow(ana.id)
    ana.account_follow(fajar.id)
    found = eka.account_familiar_followers([fajar.id])
    check(found[0].id == fajar.id and ana.id in ids(found[0].accounts), f"familiar followers: {found}")


def suggested(world):
    """Is told whom one might follow, and waves somebody away."""
    gita = world.newcomer("gita")
    gita.account_follow(world.ana.id)
    suggested = gita.suggestions_v2()
    check(suggested and suggested[0].sources, f"suggestions: {suggested}")
    some = ids(gita.suggestions())
    check(some == [one.account.id for one in suggested], "the two versions suggest others")
    check(ids(gita.suggestions_v1()) == some, "the old version suggests others")
    check(gita.id not in some and world.ana.id not in some, "whom one follows, or oneself, is suggested")
    gita.suggestion_delete(some[0])
    check(some[0] not in ids(gita.suggestions()), "who was waved away is still suggested")


def mute(world):
    """Mutes somebody for an hour, and hears again."""
    eka, ana = world.eka, world.ana
    muted = eka.account_mute(ana.id, notifications=False, duration=3600)
    check(muted.muting is True and muted.muting_notifications is False, f"muted: {muted}")
    listed = eka.mutes()
    check(ids(listed) == [ana.id] and listed[0].mute_expires_at is not None, f"mutes: {listed}")
    post = ana.status_post("from behind the curtain")
    check(post.id not in ids(eka.timeline_local()), "a muted person is heard")
    check(eka.account_unmute(ana.id).muting is False, "still muting")
    check(eka.mutes() == [], "somebody is still muted")
    holds(eka.timeline_local, post.id, "who is no longer muted is not heard")


def block(world):
    """Blocks somebody, who is gone, and lets him back."""
    eka, fajar = world.eka, world.newcomer("fajar")
    eka.account_follow(fajar.id)
    blocked = eka.account_block(fajar.id)
    check(blocked.blocking is True and blocked.following is False, f"blocked: {blocked}")
    check(ids(eka.blocks()) == [fajar.id], "he is not among the blocked")
    refuses(fajar, "account_follow", eka.id)
    check(fajar.account_relationships(eka.id)[0].blocked_by is True, "he is not told")
    check(eka.account_unblock(fajar.id).blocking is False, "still blocking")
    check(eka.blocks() == [], "somebody is still blocked")


def hide_a_server(world):
    """Hides a whole server, and shows it again."""
    eka = world.eka
    eka.domain_block("spam.example")
    check(list(eka.domain_blocks()) == ["spam.example"], f"hidden: {eka.domain_blocks()}")
    eka.domain_unblock("spam.example")
    check(list(eka.domain_blocks()) == [], "it is still hidden")


STORY = [sign_up, find, note, feature, familiar, suggested, mute, block, hide_a_server]
