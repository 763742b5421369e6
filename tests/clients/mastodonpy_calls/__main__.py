"""Calls every public method of Mastodon.py and looks at what came of it. Ends well only where each was called, or
is left out for a reason that stands in `LEFT_OUT`. The names of nouns as arguments tell only these.

The server is new, with the variables that every program here is told, and it has `registrations=approval`, `rules`,
`terms_of_service`, `extended_description`, `show_domain_blocks=all`, an announcement and an emoji."""

import sys
import traceback
import warnings
from pathlib import Path

# The folder above instead of this one: a noun here may have the name of a module of Python (`collections`).
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import Settings, step
from mastodonpy_calls import (
    collecting, filtering, following, listing, media, moderating, notifying, paging, people, place, profiles, pushing,
    quoting, reading, searching, sign_in, statuses, streaming, tagging, trending, years,
)
from mastodonpy_calls.kit import METHODS, World, called, refused

# A method and why it is not called.
LEFT_OUT = {}

# The order matters only at both ends: nobody can call before signing in, and some are sent away at the end.
NOUNS = [
    sign_in, place, profiles, people, following, statuses, media, reading, tagging, quoting, listing, filtering, searching,
    notifying, collecting, paging, streaming, pushing, trending, years, moderating,
]


def main():
    # Old routes are still answered, and say that they are old.
    warnings.simplefilter("ignore")
    wanted = sys.argv[1:]
    world = World(Settings())
    failures = told(sign_in.begin, world)
    if failures:
        sys.exit("\n".join(failures))
    for noun in NOUNS:
        name = noun.__name__.rsplit(".", 1)[-1]
        if wanted and name not in wanted:
            continue
        for part in noun.STORY:
            failures += told(part, world)
    failures += told(sign_in.end, world)
    if not wanted:
        failures += uncalled()
    for words in failures:
        print(words)
    print(f"only refused, as they should be: {', '.join(sorted(refused - called))}")
    print(f"calls: {len(called | refused)} of {len(METHODS)}, {len(LEFT_OUT)} left out")
    if failures:
        sys.exit(f"{len(failures)} things are not as they must be")
    step("done: everything happened")


def told(part, world):
    """Tells one part of a story; what went wrong, as words. The others are told all the same."""
    step(part.__doc__.splitlines()[0].rstrip("."))
    name = f"{part.__module__.rsplit('.', 1)[-1]}.{part.__name__}"
    try:
        part(world)
    except SystemExit as end:
        words = f"{name}: {end.code}"
    except Exception:
        words = f"{name}: FAILED: {traceback.format_exc(limit=-4)}"
    else:
        return []
    step(f"FAILED: {words.strip().splitlines()[-1]}")
    return [words]


def uncalled():
    """The list of what is left out is exact: all else was called, and nothing of it."""
    made = called | refused
    return (
        [f"FAILED: {name} was not called" for name in sorted(METHODS - made - set(LEFT_OUT))]
        + [f"FAILED: {name} is left out, and was called" for name in sorted(made & set(LEFT_OUT))]
        + [f"FAILED: {name} is left out, and does not exist" for name in sorted(set(LEFT_OUT) - METHODS)]
    )


if __name__ == "__main__":
    main()
