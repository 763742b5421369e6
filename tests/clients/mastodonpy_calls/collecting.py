"""Collections: people recommended under a name."""

from mastodon.errors import MastodonNotFoundError

from bench import check
from mastodonpy_calls.kit import ids, refuses


def collect(world):
    """Makes a collection, adds and removes people, changes it, and one of them leaves it."""
    eka, ana, dewi = world.eka, world.ana, world.newcomer("dewi")
    for person in (ana, dewi):
        person.account_update_credentials(discoverable=True)
    made = eka.collection_create(
        "Growers", description="People with plants", language="en", tag_name="kebun", discoverable=True,
        account_ids=[ana.id]).collection
    check(made.name == "Growers" and made.item_count == 1 and made.account_id == eka.id, f"collection: {made}")
    check(made.tag.name == "kebun" and made.discoverable is True and made.sensitive is False, f"collection: {made}")
    item = eka.collection_item_add(made.id, dewi.id).collection_item
    check(item.account_id == dewi.id and item.state == "accepted", f"item: {item}")
    seen = ana.collection(made.id)
    check({ana.id, dewi.id} <= set(ids(seen.accounts)), f"accounts: {ids(seen.accounts)}")
    check(seen.collection.item_count == 2, f"collection: {seen.collection}")
    check(ids(ana.account_collections(eka.id).collections) == [made.id], "it is not among her collections")
    check(ids(ana.account_in_collections(None).collections) == [made.id], "ana is in no collection")

    changed = eka.collection_update(made.id, name="Gardeners", sensitive=True).collection
    check(changed.name == "Gardeners" and changed.sensitive is True, f"changed: {changed}")
    check(changed.description == "People with plants" and changed.discoverable is True, f"changed: {changed}")
    eka.collection_item_delete(made.id, item.id)
    check(eka.collection(made.id).collection.item_count == 1, "she is still in it")
    anas = next(one for one in ana.collection(made.id).collection["items"] if one.account_id == ana.id)
    ana.collection_item_revoke(made.id, anas.id)
    check(ana.account_in_collections(ana.id).collections == [], "ana is still in it")
    refuses(eka, "collection_item_add", made.id, ana.id)

    second = eka.collection_create("Second").collection
    page = eka.account_collections(eka.id, limit=1)
    check(len(page.collections) == 1, "a page of one is longer")
    following = eka.fetch_next(page)
    check({*ids(page.collections), *ids(following.collections)} == {made.id, second.id}, "the pages are not the list")
    for one in (made, second):
        eka.collection_delete(one.id)
    refuses(eka, "collection", made.id, error=MastodonNotFoundError)


STORY = [collect]
