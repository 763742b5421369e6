"""The staff: reports, what is done about people, what is blocked, and what is counted."""

from datetime import datetime, timedelta, timezone

from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from bench import check, eventually
from mastodonpy_calls.kit import ids, refuses


def report(world):
    """Reports somebody; the staff takes it up and answers it."""
    eka, oki, indra = world.eka, world.oki, world.newcomer("indra")
    post = indra.status_post("Buy my tea, buy my tea")
    rules = eka.instance_rules()
    made = eka.report(indra.id, [post.id], comment="He sells", category="violation", rule_ids=[rules[0].id])
    check(made.category == "violation" and made.comment == "He sells", f"report: {made}")
    check(list(made.status_ids) == [post.id] and made.target_account.id == indra.id, f"report: {made}")
    check(made.action_taken is False, f"report: {made}")
    one = oki.admin_report(made.id)
    check(one.account.username == world.settings.user and one.target_account.username == "indra", f"report: {one}")
    check(ids(one.statuses) == [post.id], f"reported posts: {ids(one.statuses)}")
    check([rule.text for rule in one.rules] == [rules[0].text], f"rules that were broken: {one.rules}")
    check(made.id in ids(oki.admin_reports()), "it is not among the open reports")
    check(ids(oki.admin_reports(target_account_id=indra.id)) == [made.id], "not only the report about him")
    check(made.id not in ids(oki.admin_reports(resolved=True)), "it is already resolved")
    check(oki.admin_report_assign(made.id).assigned_account.username == oki.acct, "nobody has taken it up")
    check(oki.admin_report_unassign(made.id).assigned_account is None, "somebody still has it")
    resolved = oki.admin_report_resolve(made.id)
    check(resolved.action_taken is True and resolved.action_taken_at is not None, f"resolved: {resolved}")
    check(made.id in ids(oki.admin_reports(resolved=True)), "it is not among the resolved")
    check(oki.admin_report_reopen(made.id).action_taken is False, "it is still resolved")
    oki.admin_account_moderate(indra.id, report_id=made.id, text="Please do not sell here.")
    check(oki.admin_report(made.id).action_taken is True, "a warning did not answer the report")
    eventually(lambda: [one for one in indra.notifications() if one.type == "moderation_warning"], "he is not warned")
    refuses(eka, "admin_reports", saying="403")


def find(world):
    """The staff finds people, in both versions."""
    oki, ana = world.oki, world.ana
    check(oki.admin_account(ana.id).email.startswith(f"{ana.acct}@"), "her address is another")
    check(ids(oki.admin_accounts_v2(username=ana.acct, origin="local", status="active")) == [ana.id], "she is not found")
    check(ids(oki.admin_accounts_v2(permissions="staff")) == [oki.id], "others are of the staff")
    for ask in (oki.admin_accounts, oki.admin_accounts_v1):
        # Mastodon.py leaves these accounts as they came.
        def names(**wish):
            return [one["username"] for one in ask(**wish)]
        check(ana.acct in names(), "she is not among the active")
        check(names(username=ana.acct) == [ana.acct], "not only she is found")
        check(names(staff_only=True) == [oki.acct], "others are of the staff")
        check(names(remote=True) == [], "somebody is from elsewhere")
    check(len(oki.admin_accounts_v2(origin="local", limit=2)) == 2, "the limit is not kept")


def act(world):
    """The staff covers, limits, disables and suspends somebody, and undoes each; refuses one and removes one."""
    eka, oki, kiki = world.eka, world.oki, world.newcomer("kiki")
    post = kiki.status_post("Here I am")
    oki.admin_account_moderate(kiki.id, "sensitive", send_email_notification=False)
    check(eka.status(post.id).sensitive is True, "her posts are not covered")
    check(oki.admin_account_unsensitive(kiki.id).sensitized is False, "she is still covered")
    oki.admin_account_moderate(kiki.id, "silence")
    check(oki.admin_account(kiki.id).silenced is True and eka.account(kiki.id).limited is True, "she is not limited")
    check(kiki.id in ids(oki.admin_accounts_v2(status="silenced")), "she is not among the limited")
    check(oki.admin_account_unsilence(kiki.id).silenced is False, "she is still limited")
    oki.admin_account_moderate(kiki.id, "disable")
    refuses(kiki, "account_verify_credentials", saying="disabled")
    check(oki.admin_account_enable(kiki.id).disabled is False, "she is still disabled")
    check(isinstance(kiki.timeline_home(), list), "she cannot read")
    refuses(oki, "admin_account_delete", kiki.id)
    oki.admin_account_moderate(kiki.id, "suspend", text="Enough.")
    refuses(eka, "status", post.id, error=MastodonNotFoundError)
    check(oki.admin_account_unsuspend(kiki.id).suspended is False, "she is still suspended")
    check(eka.status(post.id).id == post.id, "her post did not come back")

    oki.admin_account_moderate(kiki.id, "suspend")
    removed = oki.admin_account_delete(kiki.id)
    check(removed.username == "kiki", f"removed: {removed}")
    world.waiting("lala")
    lala = oki.admin_accounts_v1(status="pending", username="lala")[0]["id"]
    check(oki.admin_account_reject(lala).username == "lala", "somebody else was refused")
    refuses(oki, "admin_account", lala, error=MastodonNotFoundError)
    refuses(eka, "admin_account_moderate", oki.id, "suspend", error=MastodonAPIError)


def block_servers(world):
    """The staff blocks a server, changes the block, and lets it in again; and keeps a list of chosen ones."""
    oki = world.oki
    made = oki.admin_create_domain_block(
        "evil.example", severity="silence", reject_media=True, private_comment="seen", public_comment="spam")
    check((made.domain, made.severity, made.reject_media) == ("evil.example", "silence", True), f"block: {made}")
    check((made.private_comment, made.public_comment) == ("seen", "spam"), f"block: {made}")
    changed = oki.admin_update_domain_block(made.id, severity="suspend", reject_reports=True)
    check((changed.severity, changed.reject_reports) == ("suspend", True), f"changed: {changed}")
    check(changed.public_comment == "spam", f"changed: {changed}")
    check(oki.admin_domain_blocks(made.id).severity == "suspend", "the change was not kept")
    check(ids(oki.admin_domain_blocks()) == [made.id], "it is not among the blocks")
    oki.admin_delete_domain_block(made.id)
    check(oki.admin_domain_blocks() == [], "it is still blocked")

    chosen = oki.admin_create_domain_allow("good.example")
    check(chosen.domain == "good.example", f"chosen: {chosen}")
    check(oki.admin_domain_allow(chosen.id).domain == "good.example", "one alone is another")
    check(ids(oki.admin_domain_allows()) == [chosen.id], "it is not among the chosen")
    oki.admin_delete_domain_allow(chosen.id)
    check(oki.admin_domain_allows() == [], "it is still chosen")


def block_addresses(world):
    """The staff blocks e-mail domains, single addresses and networks, and lets them in again."""
    oki = world.oki
    made = oki.admin_create_email_domain_block("spam.example")
    check(made.domain == "spam.example" and len(made.history) == 7, f"block: {made}")
    check(oki.admin_email_domain_block(made.id).domain == "spam.example", "one alone is another")
    check(ids(oki.admin_email_domain_blocks()) == [made.id], "it is not among the blocks")
    oki.admin_delete_email_domain_block(made.id)
    check(oki.admin_email_domain_blocks() == [], "it is still blocked")

    one = oki.admin_create_canonical_email_block(email="s.pammer+x@mail.example")
    check(len(one.canonical_email_hash) == 64, f"block: {one}")
    check(ids(oki.admin_test_canonical_email_block("spammer@mail.example")) == [one.id], "the same address passes")
    check(oki.admin_test_canonical_email_block("other@mail.example") == [], "another address is blocked")
    check(oki.admin_canonical_email_block(one.id).canonical_email_hash == one.canonical_email_hash, "another one")
    check(ids(oki.admin_canonical_email_blocks()) == [one.id], "it is not among the blocks")
    oki.admin_delete_canonical_email_block(one.id)
    check(oki.admin_canonical_email_blocks() == [], "it is still blocked")

    net = oki.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="bots", expires_in=3600)
    check((net.ip, net.severity, net.comment) == ("192.0.2.0/24", "sign_up_block", "bots"), f"block: {net}")
    check(net.expires_at > datetime.now(timezone.utc), f"block: {net}")
    changed = oki.admin_update_ip_block(net.id, severity="sign_up_requires_approval", comment="perhaps")
    check((changed.ip, changed.severity, changed.comment) ==
          ("192.0.2.0/24", "sign_up_requires_approval", "perhaps"), f"changed: {changed}")
    check(oki.admin_ip_block(net.id).comment == "perhaps", "the change was not kept")
    check(ids(oki.admin_ip_blocks()) == [net.id], "it is not among the blocks")
    oki.admin_delete_ip_block(net.id)
    check(oki.admin_ip_blocks() == [], "it is still blocked")


def count(world):
    """The staff sees numbers."""
    oki = world.oki
    world.eka.status_post("One more #hitung")
    now = datetime.now(timezone.utc)
    measured = {one.key: one for one in oki.admin_measures(
        now - timedelta(days=1), now, active_users=True, new_users=True, interactions=True, opened_reports=True,
        resolved_reports=True, tag_uses="hitung", instance_accounts="far.example")}
    check(int(measured["new_users"].total) >= 4, f"measures: {measured['new_users']}")
    check(int(measured["opened_reports"].total) >= 1, f"measures: {measured['opened_reports']}")
    check(int(measured["tag_uses"].total) == 1, f"measures: {measured['tag_uses']}")
    check(int(measured["instance_accounts"].total) == 0, f"measures: {measured['instance_accounts']}")
    check(len(measured["new_users"].data) == 2, "not two days")
    parts = {one.key: one.data for one in oki.admin_dimensions(
        now - timedelta(days=1), now, limit=3, languages=True, sources=True, servers=True, space_usage=True,
        software_versions=True, tag_servers="hitung")}
    check(set(parts) == {"languages", "sources", "servers", "space_usage", "software_versions", "tag_servers"}, f"{parts}")
    check("balai" in [one.key for one in parts["software_versions"]], f"software: {parts['software_versions']}")
    cohorts = oki.admin_retention(now - timedelta(days=1), now, frequency="day")
    check(len(cohorts) == 2 and cohorts[1].data[0].rate <= 1, f"retention: {cohorts}")
    check(int(cohorts[1].data[0].value) >= 4, f"retention: {cohorts}")


STORY = [report, find, act, block_servers, block_addresses, count]
