"""Posts that show another post, as far as its author agrees."""

from bench import check, eventually
from mastodonpy_calls.kit import ids, refuses


def quote(world):
    """Quotes a post, is seen among its quotes, and the author takes his consent back."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Beans are up", quote_approval_policy="public")
    check(eka.status(post.id).quote_approval.current_user == "automatic", "one may not quote it")
    quoting = eka.status_post("Look at this", quoted_status_id=post.id)
    check(quoting.quote.state == "accepted" and quoting.quote.quoted_status.id == post.id, f"quote: {quoting.quote}")
    check(ids(ana.status_quotes(post.id)) == [quoting.id], "it is not among the quotes")
    check(ana.status(post.id).quotes_count == 1, "the quote is not counted")
    eventually(lambda: [one for one in ana.notifications(types=["quote"]) if one.status.id == quoting.id],
               "the author is not told")
    revoked = ana.status_quote_revoke(post.id, quoting.id)
    check(revoked.id == quoting.id and revoked.quote.state == "revoked", f"revoked: {revoked}")
    check(eka.status(quoting.id).quote.quoted_status is None, "it is still shown")
    check(ana.status_quotes(post.id) == [], "it is still among the quotes")


def who_may(world):
    """Says who may quote a post."""
    eka, ana = world.eka, world.ana
    post = ana.status_post("Not for quoting")
    closed = ana.status_update_quote_approval_policy(post.id, "nobody")
    check(closed.quote_approval.automatic == [], f"policy: {closed.quote_approval}")
    check(eka.status(post.id).quote_approval.current_user == "denied", "one may still quote it")
    refuses(eka, "status_post", "See", quoted_status_id=post.id)
    opened = ana.status_update_quote_approval_policy(post.id, "public")
    check(opened.quote_approval.automatic == ["public"], f"policy: {opened.quote_approval}")
    check(eka.status_post("See", quoted_status_id=post.id).quote.state == "accepted", "it cannot be quoted")


STORY = [quote, who_may]
