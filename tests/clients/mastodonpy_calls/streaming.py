"""What is heard as it happens: each stream by itself, and several through one socket."""

import queue
import threading
import time

from mastodon import StreamListener

from bench import check, eventually

LIMIT = 20


class Ear(StreamListener):
    """Keeps what it hears."""

    def __init__(self):
        super().__init__()
        self.heard = queue.Queue()

    def on_any_event(self, name, data=None, for_stream=None):
        self.heard.put((name, data))

    def waits_for(self, name, fits, words):
        end = time.monotonic() + LIMIT
        others = []
        while time.monotonic() < end:
            try:
                event, data = self.heard.get(timeout=0.5)
            except queue.Empty:
                continue
            if event == name and fits(data):
                return data
            others.append(event)
        check(False, f"{words}; heard: {others}")


def open_(stream, *arguments, **named):
    """An ear at a stream that is open."""
    ear = Ear()
    handle = stream(*arguments, listener=ear, run_async=True, timeout=60, **named)
    eventually(lambda: handle.connection is not None, "the stream does not open", patience=LIMIT)
    return ear, handle


def close(handle):
    """Not here: closing waits for the next line of the stream."""
    threading.Thread(target=handle.close, daemon=True).start()


def one_by_one(world):
    """Listens at each stream, and hears what belongs there."""
    eka, ana = world.eka, world.ana
    world.befriend(eka, ana)
    shelf = eka.library.list_create("Listening")
    eka.library.list_accounts_add(shelf.id, [ana.id])
    streams = {
        "user": open_(eka.stream_user),
        "local": open_(eka.stream_local),
        "public": open_(eka.stream_public),
        "public with media": open_(eka.stream_public, local=True, only_media=True),
        "hashtag": open_(eka.stream_hashtag, "dengar"),
        "hashtag here": open_(eka.stream_hashtag, "dengar", local=True),
        "list": open_(eka.stream_list, shelf.id),
        "direct": open_(eka.stream_direct),
        "notifications": open_(eka.stream_user_notifications),
    }
    check(all(handle.is_receiving() for _, handle in streams.values()), "a stream does not receive")
    post = ana.status_post("Listen #dengar")
    for name in ("user", "local", "public", "hashtag", "hashtag here", "list"):
        streams[name][0].waits_for("update", lambda status: status.id == post.id, f"{name} does not hear a post")
    ana.status_update(post.id, "Listen closely #dengar")
    for name in ("user", "public", "list"):
        streams[name][0].waits_for("status.update", lambda status: status.id == post.id, f"{name} does not hear an edit")
    ana.status_delete(post.id)
    for name in ("user", "public", "hashtag"):
        streams[name][0].waits_for("delete", lambda gone: str(gone) == str(post.id), f"{name} does not hear it go")
    mention = ana.status_post(f"@{eka.acct} hello")
    for name in ("user", "notifications"):
        streams[name][0].waits_for("notification", lambda told: told.status and told.status.id == mention.id,
                                   f"{name} does not hear a mention")
    letter = ana.status_post(f"@{eka.acct} psst", visibility="direct")
    streams["direct"][0].waits_for("conversation", lambda talk: talk.last_status.id == letter.id,
                                   "direct does not hear a letter")
    filter_ = eka.create_filter_v2("loud", ["home"], "warn")
    streams["user"][0].waits_for("filters_changed", lambda _: True, "user does not hear of a filter")
    eka.delete_filter_v2(filter_.id)
    heard = [event for event, _ in streams["public with media"][0].heard.queue]
    check("update" not in heard, f"a post without media is heard where only media are: {heard}")
    for _, handle in streams.values():
        close(handle)
    eka.library.list_delete(shelf.id)


def through_one_socket(world):
    """Listens to several streams through one socket, and stops listening to one."""
    eka, ana = world.eka, world.ana
    world.befriend(eka, ana)
    at_home, here = Ear(), Ear()
    with eka.stream_open_websocket(timeout=60) as socket:
        eka.stream_user(at_home, websocket_handle=socket)
        local = eka.stream_local(here, websocket_handle=socket)
        check(len(socket.subscriptions()) == 2 and socket.is_receiving(), "the socket does not listen")
        # A subscription is not answered: what is said before it stands is not heard.
        time.sleep(0.5)
        post = ana.status_post("Through one socket")
        for name, ear in (("user", at_home), ("local", here)):
            ear.waits_for("update", lambda status: status.id == post.id, f"{name} does not hear a post")
        local.close()
        time.sleep(0.5)
        other = ana.status_post("Once more")
        at_home.waits_for("update", lambda status: status.id == other.id, "user does not hear a post")
        check(here.heard.empty(), "who stopped listening still hears")


STORY = [one_by_one, through_one_socket]
