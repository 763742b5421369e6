"""Pictures of posts: sent, described, shown, described anew."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from mastodon.errors import MastodonNotFoundError

from bench import check
from mastodonpy_calls.kit import ids, png, refuses


def show(world):
    """Sends a picture, describes it, and posts it."""
    eka, ana = world.eka, world.ana
    sent = eka.media_post(BytesIO(png(160, 120)), "image/png", description="Red", focus=(0.5, -0.5), synchronous=True)
    check(sent.type == "image" and sent.description == "Red", f"sent: {sent}")
    check((sent.meta.original.width, sent.meta.original.height) == (160, 120), f"sent: {sent.meta}")
    check((sent.meta.focus.x, sent.meta.focus.y) == (0.5, -0.5), f"sent: {sent.meta}")
    changed = eka.media_update(sent.id, description="Still red", focus=(0, 0))
    check(changed.description == "Still red" and changed.meta.focus.x == 0, f"changed: {changed}")
    check(eka.media(sent.id).description == "Still red", "the description was not kept")
    refuses(ana, "media", sent.id, error=MastodonNotFoundError)
    colours = eka.decode_blurhash(sent, out_size=(4, 4), return_linear=False)
    red, green, _ = colours[0][0]
    check(red > 150 > green, f"the hash of a red picture is not red: {colours[0][0]}")

    post = eka.status_post("Look", media_ids=[sent])
    check(ids(post.media_attachments) == [sent.id], f"post: {post}")
    for address in (post.media_attachments[0].url, post.media_attachments[0].preview_url):
        picture = eka.session.get(address, timeout=20)
        check(picture.status_code == 200 and picture.headers["Content-Type"].startswith("image/"),
              f"{address} answered {picture.status_code}")
    check(post.id in ids(ana.account_statuses(eka.id, only_media=True)), "it is not among the posts with media")
    check(post.id in ids(ana.timeline_public(only_media=True)), "it is not among the public posts with media")


def describe_anew(world):
    """Describes the picture of a post anew with an edit."""
    eka = world.eka
    with TemporaryDirectory() as folder:
        file = Path(folder) / "green.png"
        file.write_bytes(png(80, 80, (20, 160, 20)))
        sent = eka.media_post(file, description="Green")
    post = eka.status_post("Look again", media_ids=sent)
    anew = eka.generate_media_edit_attributes(sent.id, description="A meadow", focus=(0.25, 0.25))
    changed = eka.status_update(post.id, "Look again, closer", media_attributes=[anew])
    shown = changed.media_attachments[0]
    check(shown.id == sent.id and shown.description == "A meadow", f"changed: {shown}")
    check(shown.meta.focus.x == 0.25, f"changed: {shown.meta}")
    history = eka.status_history(post.id)
    check([one.media_attachments[0].description for one in history] == ["Green", "A meadow"], f"history: {history}")


STORY = [show, describe_anew]
