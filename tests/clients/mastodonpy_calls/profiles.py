"""One's own profile: changed, dressed, undressed; and what one prefers."""

from io import BytesIO

from bench import check, text_of
from mastodonpy_calls.kit import png


def change(world):
    """Changes the profile, and sees it changed."""
    eka = world.eka
    account = eka.account_update_credentials(
        display_name="Eka", note="I grow tea.", bot=False, discoverable=True, indexable=True, hide_collections=False,
        fields=[("Town", "Bandung"), ("Tea", "green")], attribution_domains=["eka.example"],
        default_privacy="public", default_sensitive=False, default_language="en", default_quote_policy="public")
    check(account.display_name == "Eka", f"name: {account.display_name}")
    check("I grow tea." in text_of(account.note), f"note: {account.note}")
    check([(field.name, text_of(field.value)) for field in account.fields] == [("Town", "Bandung"), ("Tea", "green")],
          f"fields: {account.fields}")
    check(account.source.language == "en" and account.source.privacy == "public", f"source: {account.source}")
    same = eka.account_verify_credentials()
    check(same.display_name == "Eka" and same.discoverable is True, "the profile was not kept")
    check(world.ana.account(same.id).display_name == "Eka", "others do not see the name")


def prefer(world):
    """Chooses what a new post is like, and reads it among the preferences."""
    eka = world.eka
    eka.account_update_credentials(default_privacy="unlisted", default_sensitive=True, default_language="id")
    found = eka.preferences()
    check(found["posting:default:visibility"] == "unlisted", f"preferences: {found}")
    check(found["posting:default:sensitive"] is True, f"preferences: {found}")
    check(found["posting:default:language"] == "id", f"preferences: {found}")
    check(eka.status_post("quietly").visibility == "unlisted", "the default was not used")
    eka.account_update_credentials(default_privacy="public", default_sensitive=False, default_language="en")
    check(eka.preferences()["posting:default:visibility"] == "public", "the default is not back")


def dress(world):
    """Puts on pictures and takes them off."""
    eka = world.eka
    bare = eka.me()
    dressed = eka.account_update_credentials(
        avatar=BytesIO(png(120, 120)), avatar_mime_type="image/png",
        header=BytesIO(png(300, 100, (20, 120, 20))), header_mime_type="image/png",
        avatar_description="A red square", header_description="A green strip")
    check(dressed.avatar != bare.avatar and dressed.header != bare.header, "the pictures are the old ones")
    picture = eka.session.get(dressed.avatar, timeout=20)
    check(picture.status_code == 200 and picture.headers["Content-Type"].startswith("image/"),
          f"{dressed.avatar} answered {picture.status_code}")
    check(dressed.avatar_description == "A red square", f"description: {dressed.avatar_description}")
    undressed = eka.account_delete_avatar()
    check(undressed.avatar == bare.avatar and undressed.header == dressed.header, "not only the avatar is gone")
    check(eka.account_delete_header().header == bare.header, "the header is still there")
    check(eka.me().avatar == bare.avatar, "the avatar is still there")


def new_way(world):
    """Reads and changes the profile in the newer way."""
    eka = world.eka
    mine = eka.profile()
    check(mine.display_name == "Eka" and mine.note == "I grow tea.", f"profile: {mine}")
    changed = eka.profile_update(
        note="Tea and coffee.", show_media=False, fields=[("Town", "Bogor")],
        avatar=BytesIO(png(64, 64)), avatar_mime_type="image/png", avatar_description="Red")
    check(changed.note == "Tea and coffee." and changed.show_media is False, f"profile: {changed}")
    check([(field.name, field.value) for field in changed.fields] == [("Town", "Bogor")], f"fields: {changed.fields}")
    check(changed.avatar and changed.avatar_description == "Red", f"avatar: {changed.avatar}")
    seen = world.ana.account(eka.id)
    check("Tea and coffee." in text_of(seen.note) and seen.show_media is False, f"others see {seen}")
    eka.profile_update(show_media=True)
    check(eka.profile().show_media is True, "the media are not shown again")


STORY = [change, prefer, dress, new_way]
