"""What one does not want to read: filters, new and old."""

from mastodon.errors import MastodonNotFoundError

from bench import check
from mastodonpy_calls.kit import ids, refuses


def new_way(world):
    """Makes a filter, changes its words and posts, and removes it."""
    eka, ana = world.eka, world.ana
    made = eka.create_filter_v2(
        "drinks", ["home", "public"], "warn", expires_in=3600,
        keywords_attributes=[{"keyword": "kopi", "whole_word": True}])
    check(made.title == "drinks" and made.filter_action == "warn", f"filter: {made}")
    check(list(made.context) == ["home", "public"] and made.expires_at is not None, f"filter: {made}")
    check([word.keyword for word in made.keywords] == ["kopi"], f"words: {made.keywords}")
    check(ids(eka.filters_v2()) == [made.id], "it is not among the filters")
    post = ana.status_post("kopi and teh")
    hit = eka.status(post.id).filtered
    check(hit[0].filter.id == made.id and list(hit[0].keyword_matches) == ["kopi"], f"filtered: {hit}")

    changed = eka.update_filter_v2(made.id, title="no drinks", context=["home"], filter_action="hide")
    check((changed.title, list(changed.context), changed.filter_action) == ("no drinks", ["home"], "hide"), f"{changed}")
    check(eka.filter_v2(made.id).title == "no drinks", "the title was not kept")
    word = eka.add_filter_keyword_v2(made.id, "teh", whole_word=True)
    check(word.keyword == "teh" and word.whole_word is True, f"word: {word}")
    check({one.keyword for one in eka.filter_keywords_v2(made.id)} == {"kopi", "teh"}, "the word was not kept")
    eka.delete_filter_keyword_v2(word.id)
    check([one.keyword for one in eka.filter_keywords_v2(made.id)] == ["kopi"], "the word is still there")

    other = ana.status_post("something else")
    row = eka.add_filter_status_v2(made.id, other.id)
    check(row.status_id == other.id, f"row: {row}")
    check(ids(eka.filter_statuses_v2(made.id)) == [row.id], "the post is not in the filter")
    check(eka.filter_status_v2(row.id).status_id == other.id, "the row is of another post")
    check(list(eka.status(other.id).filtered[0].status_matches) == [other.id], "the post is not filtered")
    eka.delete_filter_status_v2(row.id)
    check(eka.filter_statuses_v2(made.id) == [] and eka.status(other.id).filtered == [], "the post is still filtered")
    refuses(ana, "filter_v2", made.id, error=MastodonNotFoundError)
    eka.delete_filter_v2(made.id)
    check(eka.filters_v2() == [] and eka.status(post.id).filtered == [], "it is still filtered")


def old_way(world):
    """Makes a filter of the old kind, and applies it as an old app does."""
    eka, ana = world.eka, world.ana
    made = eka.filter_create("kopi", ["home"], irreversible=False, whole_word=True, expires_in=3600)
    check(made.phrase == "kopi" and list(made.context) == ["home"] and made.whole_word is True, f"filter: {made}")
    check(ids(eka.filters()) == [made.id], "it is not among the filters")
    check(eka.filter(made.id).expires_at is not None, "it never ends")
    ana.status_post("kopi susu #saring")
    kept = ana.status_post("kopiah #saring")
    shown = eka.filters_apply(eka.timeline_hashtag("saring"), eka.filters(), "home")
    check(ids(shown) == [kept.id], f"what is left: {shown}")
    changed = eka.filter_update(made.id, phrase="teh", context=["home", "thread"], whole_word=False)
    check((changed.phrase, list(changed.context), changed.whole_word) == ("teh", ["home", "thread"], False), f"{changed}")
    eka.filter_delete(made.id)
    check(eka.filters() == [], "it is still among the filters")


STORY = [new_way, old_way]
