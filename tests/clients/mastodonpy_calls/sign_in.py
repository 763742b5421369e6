"""An app is registered, eka signs in with it and out again; and what Mastodon.py knows of versions."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import requests
from mastodon.errors import MastodonIllegalArgumentError, MastodonUnauthorizedError

from bench import Browser, check
from mastodonpy_calls.kit import SCOPES, App, refuses

CALLBACK = "http://127.0.0.1:1/callback"


def begin(world):
    """Registers an app and signs in with it."""
    settings = world.settings
    nobody = App(settings)
    world.client = nobody.create_app(
        "Calls", scopes=SCOPES, redirect_uris=[CALLBACK, "urn:ietf:wg:oauth:2.0:oob"],
        website="https://calls.example", api_base_url=settings.url)
    client_id, secret = world.client
    check(client_id and secret, "the app has no id or secret")
    eka = App(settings, client_id=client_id, client_secret=secret)

    about = eka.oauth_authorization_server_info()
    check(about.issuer.rstrip("/") == settings.url, f"issuer: {about.issuer}")
    check("authorization_code" in about.grant_types_supported, f"grants: {about.grant_types_supported}")
    check(set(SCOPES) <= set(about.scopes_supported), f"scopes: {about.scopes_supported}")

    url = eka.auth_request_url(redirect_uris=CALLBACK, scopes=SCOPES, state="s", allow_http=True)
    check(parse_qs(urlsplit(url).query)["client_id"] == [client_id], f"the app is not in {url}")
    answer = Browser(settings).authorise(url, CALLBACK)
    check(answer.get("state") == "s", f"the state came back changed: {answer}")
    token = eka.log_in(code=answer["code"], redirect_uri=CALLBACK, scopes=SCOPES, allow_http=True)
    check(token == eka.access_token, "the token is not kept")
    kept = eka.persistable_login_credentials().split("\n")
    check(kept == [token, settings.url, client_id, secret, ""], f"to be kept: {kept}")
    app = eka.app_verify_credentials()
    check(app.name == "Calls" and app.website == "https://calls.example", f"the app: {app}")
    check(set(app.scopes) == set(SCOPES), f"the app's scopes: {app.scopes}")
    me = eka.me()
    check(me.username == settings.user, f"signed in as {me.username}")
    world.eka = eka


def versions(world):
    """The version that Mastodon.py goes by."""
    eka = world.eka
    version = eka.retrieve_mastodon_version()
    check(version.split(".")[0] == "4", f"the version is {version}")
    check(eka.verify_minimum_version("4.0.0", cached=True), "the server is older than 4.0.0")
    check(not eka.verify_minimum_version("99.0.0"), "the server is newer than 99.0.0")
    eka.clear_caches()
    check(eka.library.mastodon_api_version >= 7, f"API version {eka.library.mastodon_api_version}")
    check(eka.get_supported_version().startswith("4."), "Mastodon.py supports nothing")
    eka.set_language("en")
    check(eka.library.lang == "en", "the language was not kept")
    eka.set_language(None)
    drift = abs(eka.get_approx_server_time() - datetime.now())
    check(drift < timedelta(minutes=1), f"the server's clock is {drift} away")


class Secure(requests.Session):
    """As if TLS ended in front of the server: Mastodon.py asks for it here, and knows no exception."""

    def request(self, method, url, **more):
        answer = super().request(method, url.replace("https://", "http://", 1), **more)
        answer._content = answer.content.replace(b'"http://', b'"https://')
        return answer


def who_in_oauths_words(world):
    """Who am I, in the words of OAuth."""
    app = App(world.settings, access_token=world.eka.access_token, session=Secure())
    info = app.oauth_userinfo()
    check(info.preferred_username == world.settings.user, f"userinfo: {info}")
    check(info.sub and info.iss, f"userinfo: {info}")


def end(world):
    """Signs in once more with the password alone, and out everywhere."""
    client_id, secret = world.client
    again = App(world.settings, client_id=client_id, client_secret=secret)
    if world.settings.password_grant:
        again.log_in(world.settings.email, world.settings.password, scopes=SCOPES, allow_http=True)
        check(again.me().username == world.settings.user, "signed in as somebody else")
        again.revoke_access_token(allow_http=True)
    refuses(again, "log_in", world.settings.email, "not the password", scopes=SCOPES, allow_http=True,
            error=MastodonIllegalArgumentError)
    token = world.eka.access_token
    world.eka.revoke_access_token(allow_http=True)
    check(world.eka.access_token is None, "Mastodon.py keeps the token")
    over = App(world.settings, access_token=token)
    refuses(over, "account_verify_credentials", error=MastodonUnauthorizedError)


STORY = [versions, who_in_oauths_words]
