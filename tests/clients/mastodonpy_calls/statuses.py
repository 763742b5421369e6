"""Posts: written, answered, changed, marked in every way, kept for later, and taken back."""

from datetime import datetime, timedelta, timezone

from mastodon.errors import MastodonNotFoundError, MastodonVersionError

from bench import check, eventually, text_of
from mastodonpy_calls.kit import Web, ids, refuses


def write(world):
    """Writes a post, reads it alone and among others, and is answered."""
    eka, ana = world.eka, world.ana
    check(eka.get_status_length("see https://example.org/a/very/long/address") == 27, "an address counts otherwise")
    short = eka.toot("Good morning")
    check(text_of(short.content) == "Good morning" and short.visibility == "public", f"post: {short}")
    post = eka.status_post("Tea is ready", spoiler_text="tea", sensitive=True, visibility="public", language="en",
                           idempotency_key="tea")
    check(post.spoiler_text == "tea" and post.sensitive and post.language == "en", f"post: {post}")
    check(eka.status_post("Tea is ready", spoiler_text="tea", sensitive=True, visibility="public", language="en",
                          idempotency_key="tea").id == post.id, "one key made two posts")
    check(post.application is not None and post.application.name == "Calls", f"written with {post.application}")
    check(ana.status(post.id).uri == post.uri, "the number leads to another post")
    check(set(ids(ana.statuses([post.id, short.id]))) == {post.id, short.id}, "two at once are others")
    answer = ana.status_reply(ana.status(post.id), "I am coming")
    check(answer.in_reply_to_id == post.id and answer.mentions[0].id == eka.id, f"answer: {answer}")
    check(answer.spoiler_text == "tea", "an answer has another warning")
    again = eka.status_reply(answer, "Hurry")
    context = eka.status_context(answer.id)
    check(ids(context.ancestors) == [post.id] and ids(context.descendants) == [again.id], f"context: {context}")
    check(eka.status(post.id).replies_count == 1, "the answer is not counted")


def change(world):
    """Changes a post, and sees what it was before."""
    eka = world.eka
    post = eka.status_post("Tea at four", visibility="unlisted")
    changed = eka.status_update(post.id, "Tea at *five*", spoiler_text="later", sensitive=True)
    check(changed.id == post.id and changed.edited_at is not None, f"changed: {changed}")
    check(changed.spoiler_text == "later" and changed.visibility == "unlisted", f"changed: {changed}")
    source = eka.status_source(post.id)
    check(source.text == "Tea at *five*" and source.spoiler_text == "later", f"source: {source}")
    history = eka.status_history(post.id)
    check([text_of(one.content) for one in history] == ["Tea at four", "Tea at *five*"], f"history: {history}")
    check(history[0].account.id == eka.id and history[1].sensitive is True, f"history: {history}")


def favourite(world):
    """Likes a post, and takes it back."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Like me")
    liked = eka.status_favourite(post.id)
    check(liked.favourited is True and liked.favourites_count == 1, f"liked: {liked}")
    check(eka.favourites()[0].id == post.id, "it is not among what one likes")
    check(ids(ana.status_favourited_by(post.id)) == [eka.id], "others liked it")
    back = eka.status_unfavourite(post.id)
    check(back.favourited is False and back.favourites_count == 0, f"taken back: {back}")
    check(post.id not in ids(eka.favourites()), "it is still among what one likes")


def bookmark(world):
    """Bookmarks a post, and takes it back."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Keep me")
    check(eka.status_bookmark(post.id).bookmarked is True, "bookmarked is not true")
    check(eka.bookmarks()[0].id == post.id, "it is not among the bookmarks")
    check(eka.status_unbookmark(post.id).bookmarked is False, "bookmarked is not false")
    check(post.id not in ids(eka.bookmarks()), "it is still among the bookmarks")


def boost(world):
    """Boosts a post, and takes it back."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Pass me on")
    boosted = eka.status_reblog(post.id, visibility="public")
    check(boosted.reblog.id == post.id and boosted.reblog.reblogged is True, f"boosted: {boosted}")
    check(boosted.reblog.reblogs_count == 1, f"boosted: {boosted}")
    check(ids(ana.status_reblogged_by(post.id)) == [eka.id], "others boosted it")
    check(boosted.id in ids(ana.account_statuses(eka.id)), "the boost is not on the profile")
    check(boosted.id not in ids(ana.account_statuses(eka.id, exclude_reblogs=True)), "the boost is not excluded")
    back = eka.status_unreblog(post.id)
    check(back.id == post.id and back.reblogged is False, f"taken back: {back}")
    check(ana.status_reblogged_by(post.id) == [], "somebody still boosts it")


def pin(world):
    """Pins a post to the profile, and takes it off."""
    eka = world.eka
    post = eka.status_post("Read this first")
    check(eka.status_pin(post.id).pinned is True, "pinned is not true")
    check(ids(world.ana.account_statuses(eka.id, pinned=True)) == [post.id], "it is not pinned")
    check(eka.status_unpin(post.id).pinned is False, "pinned is not false")
    check(world.ana.account_statuses(eka.id, pinned=True) == [], "it is still pinned")


def mute(world):
    """Mutes a conversation, and listens again."""
    eka, ana = world.eka, world.ana
    post = eka.status_post("Talk to me")
    check(eka.status_mute(post.id).muted is True, "muted is not true")
    answer = ana.status_reply(ana.status(post.id), "@oki not heard")
    # Who is told is told at once, with oki: only then may eka listen again.
    eventually(lambda: [one for one in world.oki.notifications(types=["mention"]) if one.status.id == answer.id],
               "who is named in the answer is not told")
    check(eka.status_unmute(post.id).muted is False, "muted is not false")
    heard = ana.status_reply(ana.status(post.id), "heard")
    eventually(lambda: [one for one in eka.notifications(types=["mention"]) if one.status.id == heard.id],
               "an answer in a conversation that is no longer muted is not told")
    check(all(one.status.id != answer.id for one in eka.notifications(types=["mention"])), "a muted answer was told")


def later(world):
    """Writes a post for later, moves it, and gives it up."""
    eka = world.eka
    due = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
    waiting = eka.status_post("Later", scheduled_at=due, visibility="private")
    check(waiting.scheduled_at == due and waiting.params.text == "Later", f"waiting: {waiting}")
    check(ids(eka.scheduled_statuses()) == [waiting.id], "it does not wait")
    check(eka.scheduled_status(waiting.id).params.visibility == "private", "it is for others")
    moved = eka.scheduled_status_update(waiting.id, due + timedelta(hours=1))
    check(moved.scheduled_at == due + timedelta(hours=1), f"moved: {moved}")
    check(eka.scheduled_status(waiting.id).scheduled_at == moved.scheduled_at, "it was not moved")
    eka.scheduled_status_delete(waiting.id)
    check(eka.scheduled_statuses() == [], "it still waits")
    check(all(text_of(one.content) != "Later" for one in eka.account_statuses(eka.id)), "it was published")


def poll(world):
    """Asks a question with answers to choose from."""
    eka, ana = world.eka, world.ana
    asked = eka.status_post("Which?", poll=eka.make_poll(["Tea", "Coffee", "Water"], 3600, multiple=True))
    check([option.title for option in asked.poll.options] == ["Tea", "Coffee", "Water"], f"poll: {asked.poll}")
    check(asked.poll.multiple is True and asked.poll.expired is False, f"poll: {asked.poll}")
    voted = ana.poll_vote(asked.poll.id, [0, 2])
    check(voted.voted is True and list(voted.own_votes) == [0, 2], f"voted: {voted}")
    seen = eka.poll(asked.poll.id)
    check([option.votes_count for option in seen.options] == [1, 0, 1], f"seen: {seen}")
    check(seen.votes_count == 2 and seen.voters_count == 1, f"seen: {seen}")
    refuses(ana, "poll_vote", asked.poll.id, [0], saying="already voted")
    more = ana.poll_vote(asked.poll.id, [1])
    check(sorted(more.own_votes) == [0, 1, 2], f"one more of several was not taken: {more.own_votes}")
    single = eka.status_post("Yes?", poll=eka.make_poll(["Yes", "No"], 600, hide_totals=True)).poll
    check(single.options[0].votes_count is None, f"hidden: {single}")
    check(ana.poll_vote(single.id, 1).own_votes == [1], "one answer was not taken")


def card(world):
    """Posts an address, and sees what stands behind it."""
    eka, web = world.eka, Web()
    post = eka.status_post(f"Look: {web.show('/tea', 'All about tea')}")
    shown = eventually(lambda: eka.status_card(post.id), "the address has no card")
    check(shown.title == "All about tea" and shown.url == f"{web.url}/tea", f"card: {shown}")


def translate(world):
    """Asks for a translation where nothing translates."""
    post = world.ana.status_post("Selamat pagi", language="id")
    refuses(world.eka, "status_translate", post.id, "en", error=MastodonNotFoundError)


def take_back(world):
    """Takes a post back."""
    eka = world.eka
    post = eka.status_post("Never mind")
    gone = eka.status_delete(post.id, delete_media=True)
    check(gone.id == post.id and gone.text == "Never mind", f"taken back: {gone}")
    refuses(eka, "status", post.id, error=MastodonNotFoundError)
    check(post.id not in ids(eka.account_statuses(eka.id)), "it is still on the profile")
    refuses(world.ana, "status_delete", eka.status_post("Mine").id, error=MastodonNotFoundError)


def reads_old_lists(world):
    """Is refused by Mastodon.py itself where Mastodon has no such call any more."""
    refuses(world.eka, "reports", error=MastodonVersionError)


def news_of_answers(world):
    """Asks for news of an answer that was whole when it was given."""
    eka = world.eka
    context = eka.status_context(eka.status_post("Whole").id)
    check(eka.get_async_refresh_info(context) is None, "the answer was not whole")
    check(eka.await_async_refresh(context) is context, "there was something to wait for")
    refuses(eka, "get_async_refresh_status", "context:1:refresh", error=MastodonNotFoundError)


STORY = [
    write, change, favourite, bookmark, boost, pin, mute, later, poll, card, translate, take_back, reads_old_lists,
    news_of_answers,
]
