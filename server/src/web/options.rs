//! The options of a group in words, as its log tells which of them were changed.

use model::Circle;
use services::groups::GroupChange;

use crate::i18n::Words;

/// Each option that is changed, with what it is from then on.
pub(crate) fn told(w: Words, change: &GroupChange) -> Vec<String> {
    let line = |name: String, value: &str| format!("{name}: {value}");
    let switch = |name: String, on: Option<bool>| {
        let word = |on| {
            if on {
                w.say("option-on")
            } else {
                w.say("option-off")
            }
        };
        on.map(|on| line(name, &word(on)))
    };
    let circle =
        |name: String, who: Option<Circle>, named| switch(name, who.map(|who| who == named));
    let number =
        |name: String, count: Option<i64>| count.map(|count| line(name, &count.to_string()));
    let list = |name: String, names: Option<&Vec<String>>| {
        names.map(|names| line(name, &names.join(", ")))
    };
    let first_contact = change.first_contact.map(|whose| {
        let value = w.say(&format!("first-contact-{whose}"));
        line(w.say("option-first-contact"), &value)
    });
    let quotes = change.quotes.map(|policy| {
        let value = w.say(&format!("option-quotes-{policy}"));
        line(w.say("option-quotes"), &value)
    });
    let c = change;
    let moderators = Circle::Moderators;
    let lines = [
        c.kind.map(|kind| w.say(&format!("kind-{kind}"))),
        switch(w.say("option-bridged"), c.bridged),
        switch(w.say("option-local-only"), c.local_only),
        switch(w.say("option-listed"), c.listed),
        switch(w.say("option-members-shown"), c.members_shown),
        switch(w.say("option-shares-votes"), c.shares_votes),
        switch(w.say("option-log-names"), c.log_names),
        circle(w.say("option-threads-by"), c.threads_by, moderators),
        circle(w.say("option-replies-by"), c.replies_by, moderators),
        circle(
            w.say("option-members-invite"),
            c.invites_by,
            Circle::Members,
        ),
        first_contact,
        quotes,
        number(w.say("option-slow-mode"), c.slow_mode),
        number(w.say("option-approvals"), c.approvals.map(i64::from)),
        number(w.say("option-appeal-days"), c.appeal_days),
        number(w.say("option-forget-days"), c.forget_days),
        number(w.say("option-shield-hours"), c.shield_hours),
        list(w.say("option-languages"), c.languages.as_ref()),
        list(w.say("option-flairs"), c.flairs.as_ref()),
    ];
    lines.into_iter().flatten().collect()
}
