"""Hashtags: read, followed, shown on the own profile."""

from bench import check
from mastodonpy_calls.kit import holds, ids, pages_lead


def read(world):
    """Reads the posts of a hashtag."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Morning #kopi")
    check(post.tags[0].name == "kopi", f"tags: {post.tags}")
    check(post.id in ids(eka.timeline_hashtag("kopi")), "the post is not under its hashtag")
    check(post.id in ids(eka.timeline_hashtag("kopi", local=True)), "it is not from here")
    check(ids(eka.account_statuses(ana.id, tagged="kopi")) == [post.id], "not under her tagged posts")
    tag = eka.tag("kopi")
    check(tag.name == "kopi" and tag.url.startswith(world.settings.url), f"tag: {tag}")
    check(tag.following is False and tag.featuring is False, f"tag: {tag}")
    check(sum(int(day.uses) for day in tag.history) == 1, f"history: {tag.history}")


def follow(world):
    """Follows a hashtag: its posts come home, until one stops."""
    eka, gita = world.eka, world.newcomer("gita")
    check(eka.account_relationships(gita.id)[0].following is False, "gita is followed, and should not be")
    check(eka.tag_follow("teh").following is True, "following is not true")
    check(eka.tag("teh").following is True, "the tag is not followed")
    check(eka.timeline_hashtag("teh") == [], "there are posts already")
    check([tag.name for tag in eka.followed_tags()] == ["teh"], "the tag is not among the followed")
    post = gita.status_post("Good #Teh")
    holds(eka.timeline_home, post.id, "a post with a followed hashtag does not come home")
    check(eka.tag_unfollow("teh").following is False, "following is not false")
    check(eka.followed_tags() == [], "a tag is still followed")
    other = gita.status_post("More #teh")
    marker = world.ana.status_post("After the tea")
    holds(eka.timeline_home, marker.id, "the post of somebody followed does not come home")
    check(other.id not in ids(eka.timeline_home()), "a hashtag that is no longer followed comes home")
    for name in ("satu", "dua", "tiga", "empat", "lima"):
        eka.tag_follow(name)
    pages_lead(eka, "followed tags", lambda size: eka.followed_tags(limit=size), key=lambda tag: tag.name)
    for tag in eka.followed_tags():
        eka.tag_unfollow(tag)


def feature(world):
    """Shows hashtags on the own profile, in the old way and the new."""
    eka, ana = world.eka, world.ana
    eka.status_post("Sowing #Kebun")
    eka.status_post("Reaping #kebun")
    check("kebun" in [tag.name.lower() for tag in eka.featured_tag_suggestions()], "what one uses is not suggested")
    made = eka.featured_tag_create("kebun")
    check(made.name.lower() == "kebun" and int(made.statuses_count) == 2, f"featured: {made}")
    check(made.last_status_at is not None, f"featured: {made}")
    check([tag.id for tag in eka.featured_tags()] == [made.id], "it is not among the featured")
    check([tag.name.lower() for tag in ana.account_featured_tags(eka.id)] == ["kebun"], "others do not see it")
    check(eka.tag("kebun").featuring is True, "featuring is not true")
    eka.featured_tag_delete(made.id)
    check(eka.featured_tags() == [], "it is still featured")
    check(eka.tag_feature("sawah").featuring is True, "featuring is not true")
    check([tag.name for tag in eka.featured_tags()] == ["sawah"], "it is not among the featured")
    check(eka.tag_unfeature("sawah").featuring is False, "featuring is not false")
    check(ana.account_featured_tags(eka.id) == [], "others still see it")


STORY = [read, follow, feature]
