//! The options of a group in words, as its log tells which of them were changed.

use model::Circle;
use services::groups::GroupChange;

use crate::i18n::Words;

/// Each option that is changed, with what it is from then on.
pub(crate) fn told(w: Words, change: &GroupChange) -> Vec<String> {
    let line = |key: &str, value: &str| format!("{}: {value}", w.say(key));
    let switch = |key: &str, on: Option<bool>| {
        on.map(|on| line(key, &w.say(if on { "option-on" } else { "option-off" })))
    };
    let circle =
        |key: &str, who: Option<Circle>, named: Circle| switch(key, who.map(|who| who == named));
    let number = |key: &str, count: Option<i64>| count.map(|count| line(key, &count.to_string()));
    let list =
        |key: &str, names: Option<&Vec<String>>| names.map(|names| line(key, &names.join(", ")));
    let lines = [
        change.kind.map(|kind| w.say(&format!("kind-{kind}"))),
        switch("option-bridged", change.bridged),
        switch("option-local-only", change.local_only),
        switch("option-listed", change.listed),
        switch("option-members-shown", change.members_shown),
        switch("option-shares-votes", change.shares_votes),
        switch("option-log-names", change.log_names),
        circle("option-threads-by", change.threads_by, Circle::Moderators),
        circle("option-replies-by", change.replies_by, Circle::Moderators),
        circle("option-members-invite", change.invites_by, Circle::Members),
        change.first_contact.map(|whose| {
            line(
                "option-first-contact",
                &w.say(&format!("first-contact-{whose}")),
            )
        }),
        number("option-slow-mode", change.slow_mode),
        number("option-approvals", change.approvals.map(i64::from)),
        number("option-appeal-days", change.appeal_days),
        number("option-forget-days", change.forget_days),
        number("option-shield-hours", change.shield_hours),
        list("option-languages", change.languages.as_ref()),
        list("option-flairs", change.flairs.as_ref()),
        change
            .quotes
            .map(|policy| line("option-quotes", &w.say(&format!("option-quotes-{policy}")))),
    ];
    lines.into_iter().flatten().collect()
}
