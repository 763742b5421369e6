"""Timelines: what is in them, how their pages are turned, and how far one has read."""

from mastodon.errors import MastodonNotFoundError

from bench import check, eventually
from mastodonpy_calls.kit import Web, holds, ids, pages_lead, refuses


def timelines(world):
    """Reads the timelines: home, of this place, of all, of a link."""
    eka, ana = world.eka, world.ana
    eka.account_follow(ana.id)
    public = ana.status_post("For everyone")
    close = ana.status_post("For followers", visibility="private")
    for name, read in {
        "timeline": eka.timeline,
        "home": eka.timeline_home,
        "local": eka.timeline_local,
        "public": eka.timeline_public,
        "local by name": lambda: eka.timeline("local"),
    }.items():
        holds(read, public.id, f"a public post is not in {name}")
    holds(eka.timeline_home, close.id, "a post for followers is not at home")
    check(close.id not in ids(eka.timeline_public()), "a post for followers is for everyone")
    check(eka.timeline_public(remote=True) == [], "something came from elsewhere")
    check(public.id in ids(eka.timeline_public(local=True)), "it is not from here")
    web = Web()
    linked = ana.status_post(f"Read {web.show('/news', 'News')}")
    eventually(lambda: ana.library.status(linked.id).card, "the address has no card")
    holds(lambda: eka.timeline_link(f"{web.url}/news"), linked.id, "the post is not under its address")


def pages(world):
    """Turns the pages of the timelines, forward and back."""
    eka, ana = world.eka, world.ana
    eka.account_follow(ana.id)
    posts = [ana.status_post(f"Page {number} #pages") for number in range(6)]
    holds(eka.timeline_home, posts[-1].id, "the last post is not at home")
    pages_lead(eka, "home", lambda size: eka.timeline_home(limit=size))
    pages_lead(eka, "the posts of a person", lambda size: eka.account_statuses(ana.id, limit=size))
    pages_lead(eka, "a hashtag", lambda size: eka.timeline_hashtag("pages", limit=size))
    newest = [post.id for post in reversed(posts)]
    first = eka.timeline_hashtag("pages", limit=2)
    every = [post.id for post in eka.pagination_iterator(first)]
    check(every == newest, f"one by one: {every}, not {newest}")
    by_page = [ids(page) for page in eka.pagination_page_iterator(first) if page]
    check(by_page == [newest[:2], newest[2:4], newest[4:]], f"page by page: {by_page}")
    info = eka.get_pagination_info(first, "next")
    check(ids(eka.fetch_next(info)) == newest[2:4], f"what is kept of a page leads elsewhere: {info}")
    check(ids(eka.timeline_hashtag("pages", since_id=posts[3].id)) == newest[:2], "since_id")
    check(ids(eka.timeline_hashtag("pages", min_id=posts[0].id, limit=2)) == [posts[2].id, posts[1].id], "min_id")
    check(ids(eka.timeline_hashtag("pages", max_id=posts[1].id)) == [posts[0].id], "max_id")


def pages_of_marks(world):
    """Turns the pages of what one likes and keeps, whose order is that of liking."""
    eka, ana = world.eka, world.ana
    posts = [ana.status_post(f"Mark {number}") for number in range(5)]
    for post in (posts[3], posts[0], posts[4], posts[1], posts[2]):
        eka.status_favourite(post.id)
        eka.status_bookmark(post.id)
    order = [posts[number].id for number in (2, 1, 4, 0, 3)]
    check(ids(eka.favourites())[:5] == order, "favourites are in another order")
    pages_lead(eka, "favourites", lambda size: eka.favourites(limit=size))
    pages_lead(eka, "bookmarks", lambda size: eka.bookmarks(limit=size))


def markers(world):
    """Notes how far one has read."""
    eka = world.eka
    home = eka.timeline_home()[0]
    set_ = eka.markers_set(["home"], [home.id])
    check(str(set_.home.last_read_id) == str(home.id), f"markers: {set_}")
    before = set_.home.version
    again = eka.markers_set("home", home)
    check(again.home.version > before, f"the version does not grow: {again}")
    found = eka.markers_get(["home", "notifications"])
    check(str(found["home"].last_read_id) == str(home.id), f"markers: {found}")


def letters(world):
    """Writes a letter that two read, and marks the conversation as read."""
    eka, ana = world.eka, world.ana
    letter = ana.status_post(f"@{eka.acct} between us", visibility="direct")
    def mine():
        return [one for one in eka.conversations() if one.last_status and one.last_status.id == letter.id]
    found = eventually(mine, "the letter is in no conversation")[0]
    check(found.unread is True and ids(found.accounts) == [ana.id], f"conversation: {found}")
    check(eka.conversations_read(found.id).unread is False, "unread is not false")
    check(mine()[0].unread is False, "it is still unread")
    refuses(world.newcomer("dewi"), "status", letter.id, error=MastodonNotFoundError)
    refuses(world.newcomer("dewi"), "conversations_read", found.id, error=MastodonNotFoundError)


STORY = [timelines, pages, pages_of_marks, markers, letters]
