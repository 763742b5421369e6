"""A member with the command line client toot signs in by a code to copy, joins a group, posts into
it by a mention, reads the group's list, and opens the thread in which another member has answered."""

import json
import os
import subprocess
import sys
from pathlib import Path

import requests

from bench import Browser, Settings, check, eventually, step, text_of

TOOT = [sys.executable, "-m", "toot"]
LIMIT = 60


def main():
    settings = Settings()
    sign_in(settings)
    check(f"{settings.user}@" in toot("auth"), "toot does not know its account")
    mine = toot_json("whoami")
    check(mine["username"] == settings.user, f"signed in as {mine['username']}, not {settings.user}")
    check(toot("instance"), "toot cannot read the instance")
    story(settings, mine, join(settings))
    if settings.password_grant:
        sign_in_by_password(settings)
    step("done: everything happened")


def toot(*arguments, home=None):
    """One command of toot; what it printed."""
    environment = dict(os.environ)
    if home is not None:
        environment["XDG_CONFIG_HOME"] = str(home)
    done = subprocess.run([*TOOT, *arguments], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=LIMIT)
    words = " ".join(arguments)
    check(done.returncode == 0, f"toot {words}: {done.stdout}{done.stderr}")
    return done.stdout


def toot_json(*arguments):
    return json.loads(toot(*arguments, "--json"))


def sign_in(settings):
    step("registers and asks for the address to sign in at")
    asking = subprocess.Popen([*TOOT, "login", "--instance", settings.url], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = []
        for line in asking.stdout:
            said.append(line)
            if line.startswith(settings.url):
                break
        check(said and said[-1].startswith(settings.url), f"toot login: {''.join(said)}")

        step("signs in on the server's pages, agrees, and copies the code")
        code = Browser(settings).authorise(said[-1].strip())["code"]
        rest, _ = asking.communicate(f"n\n{code}\n", timeout=LIMIT)
        check(asking.returncode == 0, f"toot login refused the code: {rest}")
    finally:
        asking.kill()


def join(settings):
    step(f"finds the group @{settings.group} and joins it")
    group = toot_json("whois", f"@{settings.group}")
    check(group["group"] is True, "the group's account has no group: true")
    check(toot_json("follow", f"@{settings.group}")["following"], "following is not true after follow")
    check(settings.group in toot("whois", settings.group), "toot does not print the group")
    return group


def story(settings, mine, group):
    step("posts into the group by a mention")
    posted = toot_json("post", f"@{settings.group} hello from toot")
    check(any(mention["id"] == group["id"] for mention in posted["mentions"]), "the group is not mentioned")

    step("reads the group's list")
    titles = (group["display_name"], group["acct"], f"@{group['acct']}")
    lists = toot_json("lists", "list")
    shelf = next((one for one in lists if one["title"] in titles), None)
    check(shelf is not None, f"no list is titled after the group: {[one['title'] for one in lists]}")
    members = toot_json("lists", "accounts", "--id", shelf["id"])
    check([one["id"] for one in members] == [group["id"]], "the list holds other accounts")
    eventually(lambda: [one for one in toot_json("timelines", "list", shelf["id"]) if one["id"] == posted["id"]],
               "the thread is not in the group's list")
    check("hello from toot" in toot("timeline", "--list", shelf["title"], "--once"),
          "toot does not print the thread in the group's list")

    step("another member answers")
    reply = requests.post(
        f"{settings.url}/api/v1/statuses",
        json={"status": f"@{mine['acct']} and hello back", "in_reply_to_id": posted["id"]},
        headers={"Authorization": f"Bearer {settings.other_token}"}, timeout=LIMIT)
    check(reply.status_code == 200, f"the answer was refused: {reply.status_code} {reply.text[:300]}")
    answer = reply.json()

    step("opens the thread and sees the answer")
    seen = eventually(lambda: [one for one in toot_json("thread", posted["id"])["descendants"]
                               if one["id"] == answer["id"]], "the answer is not in the thread")
    check("and hello back" in text_of(seen[0]["content"]), f"content: {seen[0]['content']}")
    check("and hello back" in toot("thread", posted["id"]), "toot does not print the answer")
    eventually(lambda: [one for one in toot_json("notifications", "--type", "mention")
                        if one["status"]["id"] == answer["id"]], "no notification tells of the answer")

    step("likes and keeps the answer, takes the post back")
    check(toot_json("favourite", answer["id"])["favourited"], "favourited is not true")
    check(toot_json("bookmark", answer["id"])["bookmarked"], "bookmarked is not true")
    check("and hello back" in toot("bookmarks", "--once"), "the bookmark is not among the bookmarks")
    toot("delete", posted["id"])


def sign_in_by_password(settings):
    step("signs in once more with the password alone")
    home = Path(os.environ.get("XDG_CONFIG_HOME", ".")) / "second"
    toot("login_cli", "--instance", settings.url, "--email", settings.email,
         "--password", settings.password, home=home)
    check(f"{settings.user}@" in toot("auth", home=home), "toot does not know its account")


if __name__ == "__main__":
    main()
