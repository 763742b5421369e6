"""Lists that are longer than a page: the people, servers and posts with which one deals, and those of the staff."""

from datetime import datetime, timedelta, timezone

from bench import check, eventually
from mastodonpy_calls.kit import Web, holds, ids, pages_lead

NAMES = ("dewi", "fajar", "gita", "hana", "indra")


def of_people(world):
    """Turns the pages of those whom one follows, mutes, blocks, has in a list, and of those who ask."""
    eka, ana = world.eka, world.ana
    people = [world.newcomer(name) for name in NAMES]
    eka.account_update_credentials(hide_collections=False)
    shelf = eka.list_create("Many")
    for person in people:
        eka.account_follow(person.id)
    eka.list_accounts_add(shelf.id, [person.id for person in people])
    pages_lead(ana, "those one follows", lambda size: ana.account_following(eka.id, limit=size))
    pages_lead(eka, "a list", lambda size: eka.list_accounts(shelf.id, limit=size))
    eka.list_delete(shelf.id)
    for do, undo, name, listed in (
        (eka.account_mute, eka.account_unmute, "mutes", eka.mutes),
        (eka.account_block, eka.account_unblock, "blocks", eka.blocks),
    ):
        for person in people:
            do(person.id)
        pages_lead(eka, name, lambda size: listed(limit=size))
        for person in people:
            undo(person.id)
        check(listed() == [], f"{name} are left")
    ana.account_update_credentials(locked=True)
    for person in people:
        person.account_unfollow(ana.id)
        person.account_follow(ana.id)
    pages_lead(ana, "those who ask", lambda size: ana.follow_requests(limit=size))
    for person in people:
        ana.follow_request_authorize(person.id)
    ana.account_update_credentials(locked=False)


def of_servers(world):
    """Turns the pages of the servers that one hides."""
    eka = world.eka
    domains = [f"spam{number}.example" for number in range(5)]
    for domain in domains:
        eka.domain_block(domain)
    pages_lead(eka, "hidden servers", lambda size: eka.domain_blocks(limit=size), key=lambda domain: domain)
    for domain in domains:
        eka.domain_unblock(domain)


def of_posts(world):
    """Turns the pages of conversations, of what waits, of quotes, of a list and of a link."""
    eka, ana, web = world.eka, world.ana, Web()
    people = [world.newcomer(name) for name in NAMES]
    for person in people:
        person.status_post(f"@{eka.acct} a letter", visibility="direct")
    eventually(lambda: len(eka.conversations()) >= 5, "not all letters are there")
    pages_lead(eka, "conversations", lambda size: eka.conversations(limit=size))

    soon = datetime.now(timezone.utc) + timedelta(hours=1)
    waiting = [eka.status_post(f"Later {number}", scheduled_at=soon + timedelta(hours=number)) for number in range(5)]
    pages_lead(eka, "what waits", lambda size: eka.scheduled_statuses(limit=size))
    for one in waiting:
        eka.scheduled_status_delete(one.id)

    post = ana.status_post(f"See {web.show('/pages', 'Pages')}", quote_approval_policy="public")
    for person in people:
        person.status_post(f"Indeed {web.url}/pages", quoted_status_id=post.id)
    pages_lead(eka, "quotes", lambda size: eka.status_quotes(post.id, limit=size))
    eventually(lambda: len(eka.timeline_link(f"{web.url}/pages")) >= 5, "not all are under the address")
    pages_lead(eka, "a link", lambda size: eka.timeline_link(f"{web.url}/pages", limit=size))

    hana = world.newcomer("hana")
    eka.account_follow(hana.id)
    shelf = eka.list_create("Paged")
    eka.list_accounts_add(shelf.id, [hana.id])
    posts = [hana.status_post(f"For the list {number}") for number in range(5)]
    holds(lambda: eka.timeline_list(shelf.id), posts[-1].id, "her posts are not in the list")
    pages_lead(eka, "the posts of a list", lambda size: eka.timeline_list(shelf.id, limit=size))
    eka.list_delete(shelf.id)


def of_the_staff(world):
    """Turns the pages of the staff: people, reports and blocks."""
    eka, oki = world.eka, world.oki
    target = world.newcomer("gita")
    for number in range(5):
        eka.report(target.id, comment=f"Number {number}")
    pages_lead(oki, "reports", lambda size: oki.admin_reports(limit=size))
    for one in oki.admin_reports():
        oki.admin_report_resolve(one.id)
    # Mastodon.py cannot turn the pages of people by itself.
    people = ids(oki.admin_accounts_v2(origin="local"))
    first = ids(oki.admin_accounts_v2(origin="local", limit=2))
    second = ids(oki.admin_accounts_v2(origin="local", limit=2, max_id=first[-1]))
    check((first, second) == (people[:2], people[2:4]), f"the pages of people: {first} {second}, not {people}")
    for name, make, listed, remove in (
        ("networks", lambda at: oki.admin_create_ip_block(f"192.0.2.{at}", "sign_up_block"),
         oki.admin_ip_blocks, oki.admin_delete_ip_block),
        ("e-mail domains", lambda at: oki.admin_create_email_domain_block(f"mail{at}.example"),
         oki.admin_email_domain_blocks, oki.admin_delete_email_domain_block),
        ("addresses", lambda at: oki.admin_create_canonical_email_block(email=f"spam{at}@mail.example"),
         oki.admin_canonical_email_blocks, oki.admin_delete_canonical_email_block),
        ("chosen servers", lambda at: oki.admin_create_domain_allow(f"good{at}.example"),
         oki.admin_domain_allows, oki.admin_delete_domain_allow),
    ):
        made = [make(number) for number in range(1, 6)]
        pages_lead(oki, name, lambda size: listed(limit=size))
        for one in made:
            remove(one.id)
        check(ids(listed()) == [], f"{name} are left")


STORY = [of_people, of_servers, of_posts, of_the_staff]
