"""What the place says about itself, and what it tells everyone."""

from bench import check, text_of

def about(world):
    """Reads what the server says about itself."""
    eka, url = world.eka, world.settings.url
    host = url.split("://")[1]
    second = eka.instance_v2()
    check(second.domain == host, f"domain: {second.domain}")
    check("Balai" in second.version, f"version: {second.version}")
    check(second.configuration.statuses.max_characters >= 500, "fewer than 500 characters")
    check(eka.instance().domain == host, "instance is not that of version 2")
    first = eka.instance_v1()
    check(first.uri in (host, url), f"uri: {first.uri}")
    check(first.stats.user_count >= 4, f"stats: {first.stats}")
    check(eka.instance_health() is True, "not healthy")
    check(eka.stream_healthy() is True, "the streams are not healthy")
    node = eka.instance_nodeinfo()
    check(node.software.name == "balai", f"nodeinfo: {node.software}")
    check(node.usage.users.total >= 4, f"nodeinfo: {node.usage}")
    weeks = eka.instance_activity()
    check(len(weeks) == 12 and int(weeks[0].registrations) >= 4, f"activity: {weeks}")
    check(eka.instance_peers() == [], "it knows other servers")
    check(eka.instance_domain_blocks() == [], "it blocks other servers (or does not say: show_domain_blocks=all)")
    languages = {one.code: one.name for one in eka.instance_languages()}
    check(languages.get("en") == "English", f"languages: {languages}")
    check(eka.timeline_is_available("public", local=True, with_auth=True, fail_hard=True), "no public timeline")


def words(world):
    """Reads the rules, the terms and the long description."""
    eka = world.eka
    rules = eka.instance_rules()
    check(rules, "the cast has no rules (`balai settings set rules=...`)")
    check([rule.text for rule in rules] == [rule.text for rule in eka.library.instance_v2().rules], "other rules")
    terms = eka.instance_terms_of_service()
    check(text_of(terms.content), "the cast has no terms (`balai settings set terms_of_service=...`)")
    check(terms.effective is True, f"terms: {terms}")
    check(eka.instance_terms_of_service(terms.effective_date).content == terms.content, "the terms of a day are others")
    check(text_of(eka.instance_extended_description().content), "the cast has no extended_description")
    check(eka.instance_translation_languages() == {}, "something translates")


def emoji(world):
    """Sees the custom emoji."""
    found = world.eka.custom_emojis()
    check(found, "the cast has no custom emoji (`balai emoji add ...`)")
    check(found[0].shortcode and found[0].url.startswith("http"), f"emoji: {found[0]}")
    check(found[0].visible_in_picker is True, f"emoji: {found[0]}")


def announcements(world):
    """Reads an announcement, reacts to it, and puts it away."""
    eka, ana = world.eka, world.ana
    told = eka.announcements()
    check(told, "the cast has no announcement (`balai announcement create ...`)")
    one = told[0]
    check(text_of(one.content) and one.read is False, f"announcement: {one}")
    eka.announcement_reaction_create(one.id, "🎉")
    ana.announcement_reaction_create(one, "🎉")
    seen = {reaction.name: reaction for reaction in eka.announcements()[0].reactions}
    check(seen["🎉"]["count"] == 2 and seen["🎉"].me is True, f"reactions: {seen}")
    eka.announcement_reaction_delete(one.id, "🎉")
    seen = {reaction.name: reaction for reaction in eka.announcements()[0].reactions}
    check(seen["🎉"]["count"] == 1 and seen["🎉"].me is False, f"reactions: {seen}")
    eka.announcement_dismiss(one.id)
    left = [announcement for announcement in eka.announcements() if not announcement.read]
    check(one.id not in [announcement.id for announcement in left], "the announcement is not put away")
    check(one.id in [announcement.id for announcement in ana.announcements()], "it is put away for all")


STORY = [about, words, emoji, announcements]
