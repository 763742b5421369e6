"""Every command of the command line client toot with every option that it has, by the installed program:
what it prints must be what happened. The commands are read from the program itself, so that a new one
cannot be forgotten: it is run here, or it stands in LEFT_OUT with its reason."""

import json
import os
import signal
import sys
import tempfile
import traceback
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click
import requests

from bench import Settings, check, eventually, need, step, text_of
from props import Terminal, link_page, picture, plain

LIMIT = 60
TOOT = [str(Path(sys.executable).with_name("toot")), "--max-width", "300"]

# The name of a command ("lists add"), and one sentence that says why it is not run.
LEFT_OUT = {}


# --- What was tried -------------------------------------------------------------------------------

TRIED = {}
TEXT = "text"  # beside the names of options: the command was also run for eyes, not as --json


def leaves(command, path=()):
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from leaves(inner, (*path, name))
    else:
        yield " ".join(path), command


def options(command):
    return [one for one in command.params if isinstance(one, click.Option)]


def note(words):
    """Keeps which command this was and which of its options it was given."""
    command, rest, path = program(), list(words), []
    while isinstance(command, click.Group):
        path.append(rest.pop(0))
        command = command.commands[path[-1]]
    used = {one.name for one in options(command) if {*one.opts, *one.secondary_opts} & set(rest)}
    TRIED.setdefault(" ".join(path), set()).update(used, set() if "json" in used else {TEXT})


def program():
    from toot.cli import cli
    return cli


def untried():
    """One line for each command or option that was not tried, and each reason that is out of date."""
    every = dict(leaves(program()))
    for name in LEFT_OUT.keys() - every.keys():
        yield f"LEFT_OUT names {name}, which toot does not have"
    for name in LEFT_OUT.keys() & TRIED.keys():
        yield f"LEFT_OUT names {name}, which was run"
    for name, command in every.items():
        if name in LEFT_OUT:
            continue
        wanted = {TEXT, *(one.name for one in options(command))}
        missing = sorted(wanted - TRIED.get(name, set()))
        if name not in TRIED:
            yield f"toot {name} was not run"
        elif missing:
            yield f"toot {name} was not run with {', '.join(missing)}"


# --- Running it -----------------------------------------------------------------------------------


def run(words, environment, stdin):
    """The installed program in a process of its own. Its modules are loaded once, here: to load them again for
    each of some hundred commands would take more time than all the rest."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        asked.write(stdin.encode())
        asked.seek(0)
        child = os.fork()
        if child == 0:
            be_the_program(words, environment, (asked, said, complained))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for stream in (said, complained):
            stream.seek(0)
        return code, said.read().decode(), complained.read().decode()


def be_the_program(words, environment, streams):
    """What the program's own first lines do; never returns."""
    code = 70
    try:
        signal.alarm(LIMIT)
        os.environ.clear()
        os.environ.update(environment)
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        sys.argv = list(words)
        program()()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class World:
    """The server, and a home of toot's own in which two people are signed in."""

    def __init__(self, home):
        self.settings = Settings()
        self.url = self.settings.url
        self.home = home
        self.host = self.url.partition("://")[2]
        self.me, self.ana = self.settings.user, None
        # A file that a pager has to stop at nowhere, and no draft of somebody else.
        self.environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"),
                            "XDG_CACHE_HOME": str(home / "cache"), "TMPDIR": str(home),
                            "COLUMNS": "300", "LINES": "100000"}
        os.environ["XDG_CONFIG_HOME"] = self.environment["XDG_CONFIG_HOME"]

    def toot(self, *words, as_user=None, stdin="", home=None, fails=None):
        """One command of toot; what it printed. With `fails`, the words with which it must refuse."""
        environment = self.environment if home is None else {**self.environment, "XDG_CONFIG_HOME": str(home)}
        who = [] if as_user is None else ["--as", f"{as_user}@{self.host}"]
        code, said, complained = run([*TOOT, *who, *words], environment, stdin)
        told = f"toot {' '.join(words)}: {said[-2000:]}{complained[-2000:]}"
        if fails is not None:
            check(code == 1, f"did not refuse: {told}")
            check(fails in complained, f"does not say '{fails}': {told}")
            return complained
        check(code == 0, told)
        note(words)
        return said

    def json(self, *words, **more):
        return json.loads(self.toot(*words, "--json", **more))

    def says(self, words, *parts, **more):
        """Runs the command for eyes; each of `parts` must be printed, in this order."""
        said = plain(self.toot(*words, **more))
        at = 0
        for part in parts:
            found = said.find(str(part), at)
            check(found >= 0, f"toot {' '.join(words)} does not print '{part}' (in its place): {said[-2000:]}")
            at = found + len(str(part))
        return said

    def post(self, text, *words, **more):
        return self.json("post", text, *words, **more)

    def api(self, method, path, token=None, **more):
        """What toot has no command for: who else there is, and what lies behind."""
        bearer = token or self.token()
        return requests.request(method, f"{self.url}{path}", headers={"Authorization": f"Bearer {bearer}"},
                                timeout=LIMIT, **more)

    def config(self):
        return Path(self.environment["XDG_CONFIG_HOME"]) / "toot" / "config.json"

    def token(self):
        return json.loads(self.config().read_text())["users"][f"{self.me}@{self.host}"]["access_token"]


def ids(entries):
    return [one["id"] for one in entries]


def pair(world, word, thing, flag, *, entity=lambda answer: answer, says, unsays):
    """A command and its undoing: as JSON and for eyes."""
    done = entity(world.json(word, thing))
    check(done[flag] is True, f"{flag} is not true after {word}: {done}")
    undone = entity(world.json(f"un{word}", thing))
    check(undone[flag] is False, f"{flag} is not false after un{word}: {undone}")
    world.says([word, thing], says)
    world.says([f"un{word}", thing], unsays)


# --- Chapters -------------------------------------------------------------------------------------


def signing_in(world):
    """By a code to copy, by the password, as a second person; out again."""
    from toot_story import sign_in
    settings, me = world.settings, f"{world.me}@{world.host}"
    sign_in(settings)
    note(["login", "--instance", settings.url])
    world.says(["auth"], f"* {me} ACTIVE", "Auth tokens are stored in", world.config())

    other = world.home / "other"
    login = ["login_cli", "--instance", settings.url, "--email", settings.email, "--password"]
    world.toot(*login, "not the password", home=other, fails="Login failed")
    world.says([*login, settings.password], "Successfully logged in", home=other)
    check(world.json("whoami", home=other)["username"] == world.me, "the password signed in somebody else")
    world.says(["logout", me], f"Account {me} logged out", home=other)
    world.says(["auth"], "You are not logged in to any accounts", home=other)
    world.toot("whoami", home=other, fails="requires you to be logged in")

    seat_the_other(world)
    ana = f"{world.ana}@{world.host}"
    world.says(["activate", ana], f"Account {ana} activated")
    check(world.json("whoami")["username"] == world.ana, "activate changes nothing")
    world.says(["activate", me], f"Account {me} activated")
    world.says(["auth"], f"* {me} ACTIVE")


def seat_the_other(world):
    """The other member comes with a token, which toot's file takes as if they had signed in."""
    other = world.api("GET", "/api/v1/accounts/verify_credentials", world.settings.other_token).json()
    world.ana = other["username"]
    kept = json.loads(world.config().read_text())
    kept["users"][f"{world.ana}@{world.host}"] = {
        "instance": world.host, "username": world.ana, "access_token": world.settings.other_token}
    world.config().write_text(json.dumps(kept))


def the_server(world):
    """What toot tells about the server and about itself."""
    about = world.json("instance")
    check(about["uri"] == world.host, f"uri: {about['uri']}")
    world.says(["instance"], about["title"], world.host, f"running Mastodon {about['version']}")
    world.says(["instance", world.url], about["title"])
    world.says(["diag", "--server", "--files"], "## Toot Diagnostics", "Server:", about["title"],
               about["uri"], f"version {about['version']}", "Config file:", '"access_token": "*****"')
    world.says(["env"], "## Toot Diagnostics")


def profiles(world):
    """Looking at people, and changing one's own page with each option."""
    mine = world.json("whoami")
    world.says(["whoami"], f"@{world.me}", f"ID: {mine['id']}", "Since: ", "Followers: ", "Statuses: ", mine["url"])
    theirs = world.json("whois", f"@{world.ana}@{world.host}")
    check(theirs["acct"] == world.ana, f"found {theirs['acct']}")
    world.says(["whois", world.ana], f"@{world.ana}", f"ID: {theirs['id']}", theirs["url"])
    group = world.json("whois", world.settings.group)
    check(group["group"] is True, "the group is not told as one")
    world.toot("whois", "nobody_of_this_name", fails="Account not found")

    world.toot("update-account", fails="Please specify at least one option")
    for name in ("update-account", "update_account"):
        change_profile(world, name)


def change_profile(world, name):
    avatar, header = picture(world.home / "avatar.png", 120, 120), picture(world.home / "header.png", 300, 100)
    before = world.json("whoami")
    after = world.json(name, "--display-name", f"Eka {name}", "--note", "Likes\n\nbread & #butter",
                       "--avatar", avatar, "--header", header, "--bot", "--discoverable", "--locked",
                       "--privacy", "unlisted", "--sensitive", "--language", "nl")
    check(after["display_name"] == f"Eka {name}", f"display_name: {after['display_name']}")
    check(text_of(after["note"]).split() == ["Likesbread", "&", "#butter"], f"note: {after['note']}")
    check(after["note"].count("<p>") == 2, f"the note's paragraphs: {after['note']}")
    check(after["source"]["note"] == "Likes\n\nbread & #butter", f"source: {after['source']}")
    check(after["bot"] and after["locked"] and after["discoverable"], f"flags: {after}")
    check((after["source"]["privacy"], after["source"]["sensitive"], after["source"]["language"])
          == ("unlisted", True, "nl"), f"source: {after['source']}")
    for part in ("avatar", "header"):
        check(after[part] != before[part], f"the {part} is the old one")
        shown = requests.get(after[part], timeout=LIMIT)
        check(shown.headers["Content-Type"].startswith("image/"), f"{part}: {shown.headers}")
    check(world.post("as the profile says")["visibility"] == "unlisted", "a post does not follow the profile")
    world.says(["whoami"], f"Eka {name}", "Likes", "bread & #butter")

    world.says([name, "--no-bot", "--no-discoverable", "--no-locked", "--privacy", "public", "--no-sensitive",
                "--display-name", "Eka"], "Account updated")
    again = world.json("whoami")
    check(not (again["bot"] or again["locked"] or again["discoverable"]), f"flags: {again}")
    check(again["source"]["privacy"] == "public" and not again["source"]["sensitive"], "the source is not set back")


def people(world):
    """Following, muting and blocking, and the lists of whom."""
    ana = world.ana
    # Whom somebody follows is their own affair here until they say otherwise.
    opened = world.api("PATCH", "/api/v1/accounts/update_credentials", world.settings.other_token,
                       json={"hide_collections": False})
    check(opened.status_code == 200, f"hide_collections: {opened.text}")
    check(world.json("follow", ana)["following"] is True, "following is not true")
    check(ana in [one["acct"] for one in world.json("following")], "following does not list her")
    world.says(["following"], f"* @{ana}")
    check(world.me in [one["acct"] for one in world.json("followers", ana)], "followers does not list me")
    world.says(["followers", ana], f"* @{world.me}")
    world.says(["following", world.me], f"* @{ana}")
    check(world.json("followers") == [] or ana not in world.toot("followers"), "follows without having followed")
    world.says(["follow", world.me], f"You are now following {world.me}", as_user=ana)
    world.says(["followers"], f"* @{ana}")
    check(world.json("unfollow", world.me, as_user=ana)["following"] is False, "following is not false")
    world.says(["unfollow", ana], f"You are no longer following {ana}")
    check(ana not in world.toot("following"), "following lists whom I left")

    for word, flag, listed in (("mute", "muting", "muted"), ("block", "blocking", "blocked")):
        world.says([listed], f"No accounts {listed}")
        check(world.json(word, ana)[flag] is True, f"{flag} is not true")
        check([one["acct"] for one in world.json(listed)] == [ana], f"{listed} does not list her")
        world.says([listed], f"{listed.capitalize()} accounts:", f"* @{ana}")
        check(world.json(f"un{word}", ana)[flag] is False, f"{flag} is not false")
        check(world.json(listed) == [], f"{listed} is not empty")
    world.says(["mute", ana], f"You have muted {ana}")
    world.says(["unmute", ana], f"{ana} is no longer muted")
    world.says(["block", ana], f"You are now blocking {ana}")
    world.toot("follow", world.me, as_user=ana, fails="")
    world.says(["unblock", ana], f"{ana} is no longer blocked")


def follow_requests(world):
    """A locked account lets people in, or does not."""
    ana = world.ana
    world.toot("update-account", "--locked")
    try:
        check(world.json("follow", world.me, as_user=ana)["requested"] is True, "requested is not true")
        check([one["acct"] for one in world.json("follow-requests", "list")] == [ana], "the request is not listed")
        world.says(["follow-requests", "list"], f"* @{ana}")
        check(world.json("follow-requests", "reject", ana)["followed_by"] is False, "followed_by is not false")
        check(world.json("follow-requests", "list") == [], "the request is still listed")
        world.toot("follow", world.me, as_user=ana)
        check(world.json("follow-requests", "accept", ana)["followed_by"] is True, "followed_by is not true")
        check(ana in world.toot("followers"), "who was let in does not follow")
        for word, said in (("accept", "is now following you"), ("reject", "rejected")):
            world.toot("unfollow", world.me, as_user=ana)
            world.toot("follow", world.me, as_user=ana)
            world.says(["follow-requests", word, ana], ana, said)
        check(ana not in world.toot("followers"), "who was refused follows")
    finally:
        world.toot("update-account", "--no-locked")


def posting(world):
    """A post in each of its forms."""
    posted = world.says(["post", "hello from the command line"], "Toot posted: ").split("Toot posted: ")[1].strip()
    check(requests.get(posted, timeout=LIMIT).status_code == 200, f"{posted} is no page")
    piped = world.json("post", stdin="first line\nsecond line\n")
    check("first line" in piped["content"] and "<br" in piped["content"], f"content: {piped['content']}")
    world.toot("post", fails="You must specify either text or media to post")

    for visibility in ("public", "unlisted", "private", "direct"):
        seen = world.post(f"{visibility} words", "--visibility", visibility)["visibility"]
        check(seen == visibility, f"{visibility} became {seen}")
    warned = world.post("the butler did it", "--spoiler-text", "who did it", "--sensitive", "--language", "nl",
                        "--content-type", "text/plain")
    check((warned["spoiler_text"], warned["sensitive"], warned["language"]) == ("who did it", True, "nl"),
          f"{warned['spoiler_text']}, {warned['sensitive']}, {warned['language']}")

    reply = world.post("so they say", "--reply-to", warned["id"])
    check(reply["in_reply_to_id"] == warned["id"], "the reply is to something else")
    last = world.post("and again", "--reply-last")
    check(last["in_reply_to_id"] == reply["id"], "the last post was another")
    check([ids(world.json("thread", reply["id"])[part]) for part in ("ancestors", "descendants")]
          == [[warned["id"]], [last["id"]]], "the thread is not the three")
    world.says(["thread", reply["id"]], "the butler did it", "so they say", "and again")
    hers = world.post("written as somebody else", "--using", f"{world.ana}@{world.host}")
    check(hers["account"]["username"] == world.ana, f"written by {hers['account']['username']}")
    world.toot("post", "to nobody", "--reply-to", "1", fails="")

    write_in_an_editor(world)


def write_in_an_editor(world):
    """An editor needs a terminal: the program of this name puts a line above what it is given."""
    editor = world.home / "editor"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "out of an editor" | cat - "$1" > "$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    words = ["post", "--editor", str(editor), "and its beginning"]
    with Terminal([*TOOT, *words], world.environment) as terminal:
        terminal.sees("Toot posted: ")
        terminal.ends()
    note(words)
    newest = world.json("timelines", "account", world.me, "--limit", "1")[0]
    check(text_of(newest["content"]).replace("\n", " ").startswith("out of an editor"), f"{newest['content']}")


def media(world):
    """Pictures alone and in a post, with descriptions and a small one of their own."""
    wide, square = picture(world.home / "wide.png", 200, 100), picture(world.home / "square.png", 90, 90)
    alone = world.json("upload", wide, "--description", "a wide one")
    check((alone["type"], alone["description"]) == ("image", "a wide one"), f"{alone}")
    check(alone["meta"]["original"]["width"] == 200, f"meta: {alone['meta']}")
    world.says(["upload", wide], "Successfully uploaded media ID", "type 'image'", "URL: ", "Preview URL: ")

    posted = world.post("two pictures", "--media", wide, "--description", "the wide one", "--thumbnail", square,
                        "--media", square, "--description", "the square one")
    check([one["description"] for one in posted["media_attachments"]] == ["the wide one", "the square one"],
          f"descriptions: {[one['description'] for one in posted['media_attachments']]}")
    for one in posted["media_attachments"]:
        for address in (one["url"], one["preview_url"]):
            shown = requests.get(address, timeout=LIMIT)
            check(shown.status_code == 200 and shown.headers["Content-Type"].startswith("image/"), f"{address}")
    small = posted["media_attachments"][0]["meta"]["small"]
    check(small["width"] == small["height"], f"the thumbnail is not the one that was given: {small}")
    world.says(["status", posted["id"]], "two pictures", "Media:", posted["media_attachments"][0]["url"],
               posted["media_attachments"][1]["url"], f"ID {posted['id']}", "Visibility: public")
    only = world.json("post", "--media", wide)
    check(only["content"] == "" and len(only["media_attachments"]) == 1, f"{only['content']}")
    five = [word for _ in range(5) for word in ("--media", wide)]
    world.toot("post", "too many", *five, fails="Cannot attach more than 4 files")


def later(world):
    """Posts that wait for their time, and a time that is none."""
    due = (datetime.now(timezone.utc) + timedelta(hours=3)).replace(microsecond=0)
    waiting = world.post("in three hours", "--scheduled-at", due.isoformat(), "--visibility", "unlisted")
    check(datetime.fromisoformat(waiting["scheduled_at"].replace("Z", "+00:00")) == due, f"{waiting}")
    check(waiting["scheduled_at"].endswith(".000Z"), f"scheduled_at has no fractional seconds: {waiting}")
    check((waiting["params"]["text"], waiting["params"]["visibility"]) == ("in three hours", "unlisted"),
          f"params: {waiting['params']}")
    local = (datetime.now() + timedelta(minutes=20)).strftime("%Y-%m-%d")
    world.says(["post", "in twenty minutes", "--scheduled-in", "20m"], "Toot scheduled for: ", local)
    kept = [one["params"]["text"] for one in world.api("GET", "/api/v1/scheduled_statuses").json()]
    check({"in three hours", "in twenty minutes"} <= set(kept), f"what waits: {kept}")
    shown = [text_of(one["content"]) for one in world.json("timelines", "account", world.me)]
    check("in three hours" not in shown, "it did not wait")

    world.toot("post", "some time", "--scheduled-at", "tomorrow, perhaps", fails="Record invalid")
    answer = world.api("POST", "/api/v1/statuses", json={"status": "some time", "scheduled_at": "abc"})
    check((answer.status_code, answer.json()) == (422, {"error": "Record invalid"}),
          f"a time that is none: {answer.status_code} {answer.text}")
    world.toot("post", "too soon", "--scheduled-in", "1m", fails="")


def polls(world):
    """A question with answers: put, shown, answered by somebody else."""
    asked = world.post("which?", "--poll-option", "bread", "--poll-option", "cake", "--poll-option", "both",
                       "--poll-expires-in", "2 days", "--poll-multiple")
    poll = asked["poll"]
    check([one["title"] for one in poll["options"]] == ["bread", "cake", "both"], f"{poll}")
    check(poll["multiple"] is True and not poll["expired"] and poll["own_votes"] == [], f"{poll}")
    ends = datetime.fromisoformat(poll["expires_at"].replace("Z", "+00:00")) - datetime.now(timezone.utc)
    check(timedelta(hours=47) < ends < timedelta(hours=49), f"expires_at: {poll['expires_at']}")
    world.says(["polls", "show", poll["id"]], "bread", "0% (0)", "cake", "both", f"Poll {poll['id']} · 0 votes")
    voted = world.json("polls", "vote", poll["id"], "0", "2", as_user=world.ana)
    check((voted["voted"], voted["own_votes"], voted["votes_count"], voted["voters_count"]) == (True, [0, 2], 2, 1),
          f"{voted}")
    check([one["votes_count"] for one in world.json("polls", "show", poll["id"])["options"]] == [1, 0, 1], "counts")
    world.toot("polls", "vote", poll["id"], "0", as_user=world.ana, fails="already voted")

    hidden = world.post("secretly?", "--poll-option", "yes", "--poll-option", "no", "--poll-hide-totals")["poll"]
    check([one["votes_count"] for one in hidden["options"]] == [None, None], f"{hidden}")
    world.says(["polls", "vote", hidden["id"], "1"], "You voted!", "yes", "no  ✓ Your vote", as_user=world.ana)
    world.says(["status", asked["id"]], "which?", "bread", "50% (1)", "2 votes")


def marks(world):
    """What one does to a post, and takes back; who else did; the end of a post."""
    posted = world.post("#marked and remarked")
    world.says(["status", posted["id"]], f"@{world.me}", "#marked and remarked", f"ID {posted['id']}")
    check(world.json("status", posted["url"].rsplit("/", 1)[1])["id"] == posted["id"], "the id in the address")
    past = {"favourite": "favourited", "bookmark": "bookmarked", "pin": "pinned", "reblog": "reblogged"}
    for word, flag in past.items():
        pair(world, word, posted["id"], flag, says=f"Status {flag}", unsays=f"Status un{flag}",
             entity=lambda answer: answer.get("reblog") or answer)
    check(world.json("favourite", posted["url"])["id"] == posted["id"], "an address is not understood")
    world.toot("favourite", "1", fails="not found")

    world.says(["reblogged-by", posted["id"]], "This status is not reblogged by anyone")
    quiet = world.json("reblog", posted["id"], "--visibility", "unlisted", as_user=world.ana)
    check((quiet["visibility"], quiet["reblog"]["id"]) == ("unlisted", posted["id"]), f"{quiet['visibility']}")
    for name in ("reblogged-by", "reblogged_by"):
        check([one["acct"] for one in world.json(name, posted["id"])] == [world.ana], f"{name}")
        world.says([name, posted["id"]], "Account", "Display name", world.ana)

    world.toot("bookmark", posted["id"])
    second = world.post("marked later")
    world.toot("bookmark", second["id"])
    world.says(["bookmarks", "--once"], "marked later", "#marked and remarked")
    world.says(["bookmarks", "--reverse", "--once"], "#marked and remarked", "marked later")
    check(posted["id"] not in world.says(["bookmarks", "--count", "1"], second["id"]), "--count 1 shows two")

    world.toot("delete", posted["id"], as_user=world.ana, fails="")
    gone = world.json("delete", posted["id"])
    check(gone["text"] == "#marked and remarked", f"the text to write it anew: {gone.get('text')}")
    world.toot("status", posted["id"], fails="not found")
    world.says(["delete", second["id"]], "Status deleted")


def notifications(world):
    """What others did, by kind, in both orders, and cleared away."""
    world.says(["notifications", "--clear"], "Notifications cleared")
    world.says(["notifications"], "You have no notifications")
    posted = world.post("look at this")
    world.toot("follow", world.me, as_user=world.ana)
    world.toot("favourite", posted["id"], as_user=world.ana)
    world.toot("reblog", posted["id"], as_user=world.ana)
    world.post(f"@{world.me} and here I am", as_user=world.ana)
    wanted = ["mention", "reblog", "favourite", "follow"]
    eventually(lambda: [one["type"] for one in world.json("notifications")] == wanted,
               "the four notifications do not come, the newest first")
    said = ["mentioned you", "and here I am", "boosted your status", "favourited your status", "now follows you"]
    world.says(["notifications"], *said)
    world.says(["notifications", "--reverse"], *said[:1:-1], *said[:2])
    check([one["type"] for one in world.json("notifications", "--type", "follow", "--type", "mention")]
          == ["mention", "follow"], "--type lets others through")
    check([one["type"] for one in world.json("notifications", "--exclude-type", "mention")] == wanted[1:],
          "--exclude-type does not")
    only = world.says(["notifications", "--mentions"], "mentioned you")
    check("favourited" not in only, "--mentions shows others")
    world.toot("notifications", "--clear")
    check(world.json("notifications") == [], "there is something after --clear")


def search(world):
    """People, tags and posts, each alone, a few, and from the middle."""
    posts = [world.post(f"a heron number {word} at the #heronpond") for word in ("one", "two", "three")]
    eventually(lambda: len(world.json("search", "heron")["statuses"]) == 3, "not all three are found")
    world.says(["search", "heron"], "Hashtags:", "#heronpond", "Statuses:", posts[2]["id"], posts[2]["url"])
    found = world.json("search", "heron", "--type", "hashtags")
    check([one["name"] for one in found["hashtags"]] == ["heronpond"], f"{found['hashtags']}")
    check(found["statuses"] == found["accounts"] == [], "--type hashtags finds others")
    by_id = {one["id"] for one in posts}
    first = ids(world.json("search", "heron", "--type", "statuses", "--limit", "2")["statuses"])
    rest = ids(world.json("search", "heron", "--type", "statuses", "--limit", "2", "--offset", "2")["statuses"])
    check(len(first) == 2 and len(rest) == 1 and {*first, *rest} == by_id, f"pages: {first}, {rest}")
    newer = world.json("search", "heron", "--type", "statuses", "--min-id", posts[0]["id"])["statuses"]
    check(set(ids(newer)) == {posts[1]["id"], posts[2]["id"]}, "--min-id does not bound")
    older = world.json("search", "heron", "--type", "statuses", "--max-id", posts[1]["id"])["statuses"]
    check(ids(older) == [posts[0]["id"]], "--max-id does not bound")
    world.says(["search", f"@{world.ana}@{world.host}", "--resolve", "--type", "accounts"], "Accounts:", f"@{world.ana}")
    check(ids(world.json("search", posts[1]["url"], "--resolve")["statuses"]) == [posts[1]["id"]], "by its address")
    world.says(["search", "no such words anywhere"], "Nothing found")


def tags(world):
    """Tags that one follows, so that their posts come home, and tags that stand on one's page."""
    tag = "tootfollows"
    world.post(f"born here #{tag}")
    eventually(lambda: world.json("search", tag, "--type", "hashtags")["hashtags"], "the tag is not found")
    world.toot("unfollow", world.ana)
    check(world.json("tags", "info", tag)["following"] is False, "following is not false")
    world.says(["tags", "info", f"#{tag}"], f"#{tag}", f"/tags/{tag}", "Not followed")
    world.says(["tags", "followed"], "You're not following any hashtags")
    check(world.json("tags", "follow", f"#{tag}")["following"] is True, "following is not true")
    world.says(["tags", "follow", tag], f"You are now following #{tag}")
    check([one["name"] for one in world.json("tags", "followed")] == [tag], "followed does not list it")
    world.says(["tags", "followed"], f"* #{tag}", f"/tags/{tag}")
    world.says(["tags", "info", tag], "Followed")
    hers = world.post(f"by whom I do not follow, about #{tag}", as_user=world.ana)
    eventually(lambda: hers["id"] in ids(world.json("timelines", "home")), "a followed tag does not come home")
    check(world.json("tags", "unfollow", tag)["following"] is False, "following is not false")
    world.toot("tags", "follow", tag)
    world.says(["tags", "unfollow", f"#{tag}"], f"You are no longer following #{tag}")
    check(world.json("tags", "followed") == [], "followed still lists it")

    world.says(["tags", "featured"], "You don't have any featured hashtags")
    featured = world.json("tags", "feature", tag)
    check((featured["name"], int(featured["statuses_count"])) == (tag, 1), f"{featured}")
    check([one["id"] for one in world.json("tags", "featured")] == [featured["id"]], "featured does not list it")
    world.says(["tags", "featured"], f"* #{tag}")
    check(world.json("tags", "unfeature", featured["id"]) == {}, "unfeature by id does not answer with nothing")
    world.says(["tags", "feature", f"#{tag}"], f"Tag #{tag} is now featured")
    world.says(["tags", "unfeature", f"#{tag}"], f"Tag #{tag} is no longer featured")
    world.toot("tags", "unfeature", tag, fails="is not featured")
    check(world.json("tags", "featured") == [], "featured still lists it")


def lists(world):
    """Lists by title and by id: made, filled, read, emptied, taken away."""
    ana = world.ana
    made = world.json("lists", "create", "Bakers", "--replies-policy", "followed")
    check((made["title"], made["replies_policy"]) == ("Bakers", "followed"), f"{made}")
    world.says(["lists", "create", "Smiths"], 'List "Smiths" created')
    shelf = {one["title"]: one for one in world.json("lists", "list")}
    check({"Bakers", "Smiths"} <= shelf.keys() and shelf["Smiths"]["replies_policy"] == "none", f"{shelf}")
    world.says(["lists", "list"], "ID", "Title", "Replies", made["id"], "Bakers", "followed")

    world.says(["lists", "accounts", "Bakers"], "This list has no accounts")
    world.toot("unfollow", ana)
    world.toot("lists", "add", "Bakers", ana, fails="You must follow")
    world.toot("follow", ana)
    world.says(["lists", "add", "Bakers", ana], f'Added account "{ana}"')
    check([one["acct"] for one in world.json("lists", "accounts", "--id", made["id"])] == [ana], "she is not in it")
    world.says(["lists", "accounts", "bakers"], "Accounts in list:", f"* @{ana}")
    # toot takes a single word for the title, also beside an id.
    check(world.json("lists", "remove", "--id", made["id"], "", ana) == {}, "remove answers something")
    check(world.json("lists", "add", "--id", made["id"], "", ana) == {}, "add answers something")
    world.says(["lists", "remove", "Bakers", ana], f'Removed account "{ana}"')
    check(world.json("lists", "accounts", "Bakers") == [], "she is still in it")
    check(world.json("lists", "delete", "--id", made["id"]) == {}, "delete answers something")
    world.says(["lists", "delete", "Smiths"], 'List "Smiths" deleted')
    world.toot("lists", "accounts", "Smiths", fails="List not found")
    old_lists(world)


def old_lists(world):
    """The old names of the same."""
    ana = world.ana
    world.says(["list_create", "Old", "--replies-policy", "list"], 'List "Old" created')
    made = next(one for one in world.json("lists", "list") if one["title"] == "Old")
    check(made["replies_policy"] == "list", f"{made}")
    world.says(["list_add", "--id", made["id"], "", ana], f'Added account "{ana}"')
    world.says(["list_accounts", "--id", made["id"]], f"* @{ana}")
    world.says(["list_remove", "--id", made["id"], "", ana], f'Removed account "{ana}"')
    world.says(["list_accounts", "Old"], "This list has no accounts")
    world.says(["list_delete", "--id", made["id"]], "deleted")
    check("Old" not in world.toot("lists", "list"), "it is still there")


# --- Timelines ------------------------------------------------------------------------------------


def timelines(world):
    """Each timeline from each of its sides, over three posts of somebody whom one follows."""
    world.toot("follow", world.ana)
    shelf = world.json("lists", "create", "Readers")
    world.toot("lists", "add", "Readers", world.ana)
    shown = picture(world.home / "shown.png", 60, 60)
    posts = [world.post("oldest #threeposts", "--media", shown, as_user=world.ana),
             world.post("middle #threeposts #andmore", as_user=world.ana),
             world.post("newest #threeposts #ANDMORE #butnot", as_user=world.ana)]
    newest_first = ids(posts)[::-1]
    for post in posts:
        world.toot("favourite", post["id"])

    anywhere = ["--instance", world.url]
    sides(world, newest_first, "timelines", "home")
    sides(world, newest_first, "timelines", "account", world.ana)
    sides(world, newest_first, "timelines", "list", "Readers")
    sides(world, newest_first, "timelines", "list", shelf["id"])
    sides(world, newest_first, "timelines", "public")
    sides(world, newest_first, "timelines", "public", "--local", *anywhere)
    sides(world, newest_first, "timelines", "tag", "threeposts")
    sides(world, newest_first, "timelines", "tag", "ThreePosts", *anywhere)
    sides(world, newest_first, "timelines", "favourites", cursors=cursors(world, "/api/v1/favourites"))
    choices(world, *newest_first)
    paged_by_hand(world)
    old_timelines(world, *newest_first)


def cursors(world, path):
    """The cursor of each entry where it is not the status's id: only the Link header tells it."""
    found = {}
    address = f"{path}?limit=1"
    for _ in range(20):
        page = world.api("GET", address)
        links = page.links
        if not page.json() or "prev" not in links:
            break
        found[page.json()[0]["id"]] = links["prev"]["url"].partition("min_id=")[2].partition("&")[0]
        if "next" not in links:
            break
        address = links["next"]["url"].removeprefix(world.url)
    return found


def sides(world, newest_first, *command, cursors=None):
    """The same three, however they are asked for, and the pages of one that the pager puts together."""
    newest, middle, oldest = newest_first
    at = cursors or {one: one for one in newest_first}
    what = " ".join(command)

    def shown(*more):
        return ids(world.json(*command, *more))

    eventually(lambda: shown()[:3] == newest_first, f"toot {what} does not begin with the three")
    for more, wanted in [
        (["--limit", "1"], [newest]),
        (["--max-id", at[newest], "--limit", "2"], [middle, oldest]),
        (["--since-id", at[oldest]], [newest, middle]),
        (["--min-id", at[oldest], "--limit", "1"], [middle]),
    ]:
        seen = shown(*more)
        check(seen == wanted, f"toot {what} {' '.join(more)}: {seen} instead of {wanted}")
    world.says([*command, "--no-pager", "--no-clear", "--limit", "2"], f"ID {newest}", f"ID {middle}",
               "There may be more results")
    world.says([*command, "--pager", "--clear", "--limit", "1"], f"ID {newest}", f"ID {middle}", f"ID {oldest}")


def choices(world, newest, middle, oldest):
    """What narrows the timelines of all and of a tag."""
    for command in (["timelines", "public"], ["timelines", "tag", "threeposts"]):
        check(world.json(*command, "--remote") == [], f"{command} --remote shows what is from here")
        world.says([*command, "--remote", "--no-pager"], "No statuses found")
        check(ids(world.json(*command, "--local"))[:3] == [newest, middle, oldest], f"{command} --local")
        check(ids(world.json(*command, "--only-media", "--limit", "1")) == [oldest], f"{command} --only-media")
    for more, wanted in [
        (["threeposts", "--all", "andmore"], [newest, middle]),
        (["threeposts", "--none", "andmore"], [oldest]),
        (["threeposts", "--all", "andmore", "--none", "butnot"], [middle]),
        (["butnot", "--any", "andmore"], [newest, middle]),
    ]:
        seen = ids(world.json("timelines", "tag", *more))
        check(seen == wanted, f"toot timelines tag {' '.join(more)}: {seen} instead of {wanted}")


def paged_by_hand(world):
    """In a terminal of few lines the pager waits for a key between the pages."""
    words = ["timelines", "tag", "threeposts", "--limit", "1"]
    with Terminal([*TOOT, *words], world.environment, lines=11) as terminal:
        terminal.sees("newest", "to continue")
        terminal.types(" ")
        terminal.sees("middle", "to continue")
        terminal.types("q")
        terminal.ends()


def old_timelines(world, newest, middle, oldest):
    """The old command: home, and each of the others by an option."""
    mine = world.post("what one answers to")
    reply = world.post("only an answer #threeposts", "--reply-to", mine["id"], as_user=world.ana)
    order = [f"ID {newest}", f"ID {middle}", f"ID {oldest}"]
    world.says(["timeline", "--once", "--count", "12"], *order)
    for more in (["--account", world.ana], ["--list", "Readers"], ["--public"], ["--public", "--local"],
                 ["--tag", "threeposts"], ["--tag", "threeposts", "--local"],
                 ["--public", "--instance", world.url], ["--tag", "threeposts", "--instance", world.url]):
        world.says(["timeline", *more, "--once"], *order)
        world.says(["timeline", *more, "--reverse"], *order[::-1])
    check(reply["id"] not in world.toot("timeline", "--account", world.ana), "an account's timeline shows answers")
    check(middle not in world.says(["timeline", "--tag", "threeposts", "-c", "2"], reply["id"], newest), "--count")
    world.toot("timeline", "--public", "--tag", "threeposts", fails="Only one of")


def trends(world):
    """What many speak of: posts, and the posts that share a page."""
    with link_page("A page that is spoken of") as page:
        posts = trending(world, page)
        newest_first = ids(posts)[::-1]
        anywhere = ["--instance", world.url]
        eventually(lambda: set(newest_first) <= set(ids(world.json("timelines", "trending"))), "they do not trend")
        every = ids(world.json("timelines", "trending"))
        check(ids(world.json("timelines", "trending", "--limit", "1")) == every[:1], "--limit 1 shows more")
        check(ids(world.json("timelines", "trending", "--offset", "1", *anywhere)) == every[1:], "--offset 1")
        world.says(["timelines", "trending", "--no-pager", "--no-clear"], *(f"ID {one}" for one in every))
        world.says(["timelines", "trending", "--pager", "--clear", *anywhere], *(f"ID {one}" for one in every))
        sides(world, newest_first, "timelines", "link", page)
        check(world.json("timelines", "link", "https://nowhere.example/") == [], "a link that nobody shared has posts")


def trending(world, page):
    """Three posts that share the page and that others like, and a staff that lets all of it trend."""
    staff = need("BALAI_TEST_TOKEN_STAFF")
    tokens = {world.me: world.token(), world.ana: world.settings.other_token, "staff": staff}
    for token in tokens.values():
        world.api("PATCH", "/api/v1/accounts/update_credentials", token, json={"discoverable": True})
    posts = [world.post(f"{word} {page}", as_user=who)
             for word, who in (("oldest", world.ana), ("middle", world.me), ("newest", world.ana))]
    for post in posts:
        for token in tokens.values():
            world.api("POST", f"/api/v1/statuses/{post['id']}/favourite", token)
    for noun, key, wanted in (("statuses", "id", set(ids(posts))), ("links", "url", {page})):
        def found():
            seen = world.api("GET", f"/api/v1/admin/trends/{noun}?limit=20", staff).json()
            return [one for one in seen if one[key] in wanted]

        eventually(lambda: len(found()) == len(wanted), f"the staff does not see which {noun} trend")
        for one in found():
            done = world.api("POST", f"/api/v1/admin/trends/{noun}/{one['id']}/approve", staff)
            check(done.status_code == 200, f"approve: {done.status_code} {done.text[:300]}")
    return posts


# --- The terminal program -------------------------------------------------------------------------


def terminal_program(world):
    """The screen full of posts: opens, shows the newest one, its author's name, and closes."""
    world.toot("update-account", "--display-name", "Eka of the screen")
    world.post("seen on a whole screen")
    words = ["tui", "--relative-datetimes", "--media-viewer", "true", "--colors", "16", "--cache-size", "5",
             "--default-visibility", "unlisted", "--always-show-sensitive", "--image-format", "block",
             "--show-display-names"]
    with Terminal([*TOOT, *words], world.environment) as terminal:
        terminal.sees("Type 'dismiss'")
        terminal.types("dismiss\r")
        terminal.sees("seen on a whole screen", "Eka of the screen")
        terminal.types("q")
        terminal.ends()
    note(words)
    with Terminal([*TOOT, "tui"], world.environment) as terminal:
        terminal.sees("seen on a whole screen")
        terminal.types("q")
        terminal.ends()


CHAPTERS = [signing_in, the_server, profiles, people, follow_requests, posting, media, later, polls, marks,
            notifications, search, tags, lists, timelines, trends, terminal_program]


def main():
    failures = []
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="toot-") as home:
        world = World(Path(home))
        for chapter in CHAPTERS:
            if only and chapter.__name__ not in ("signing_in", *only):
                continue
            step(f"{chapter.__name__}: {chapter.__doc__.split('.')[0].strip()}")
            try:
                chapter(world)
            except (SystemExit, LookupError, TypeError, ValueError, requests.RequestException) as failure:
                failures.append(f"{chapter.__name__}: {failure!r}")
                print(failures[-1], flush=True)
                if chapter is signing_in:
                    break
    every = dict(leaves(program()))
    for line in untried() if not only else []:
        failures.append(line)
        print(line, flush=True)
    step(f"calls: {len(TRIED.keys() & every.keys())} of {len(every)}, {len(LEFT_OUT)} left out")
    check(not failures, f"{len(failures)} things are not as they must be")
    check(not only, "these were only some of the chapters")
    step("done: everything happened")


if __name__ == "__main__":
    main()
