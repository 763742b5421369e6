"""Looking back at a year, which is not for this place: apps are told so in the words that they know."""

from mastodon.errors import MastodonNotFoundError

from bench import check
from mastodonpy_calls.kit import refuses

YEAR = 2025


def look_back(world):
    """Asks for a review of a year where none is written."""
    eka = world.eka
    found = eka.annual_reports()
    check(found.annual_reports == [] and found.accounts == [] and found.statuses == [], f"reviews: {found}")
    check(eka.annual_report_state(YEAR).state == "ineligible", "a review could be written")
    for name in ("annual_report", "annual_report_generate", "annual_report_read"):
        refuses(eka, name, YEAR, error=MastodonNotFoundError)


STORY = [look_back]
