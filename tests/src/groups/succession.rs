//! A group that nobody looks after: its members choose who should.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use model::{GroupKind, Millis};

use crate::harness::{Browser, Stage, eventually, now, on_both_engines, runtime};

on_both_engines![the_members_choose_an_owner_on_the_page,];

fn the_members_choose_an_owner_on_the_page(stage: &Stage) {
    let later = Arc::new(AtomicI64::new(0));
    let told = Arc::clone(&later);
    let place = stage.instance_at(
        Arc::new(move || now().plus(told.load(Ordering::SeqCst))),
        |_config| {},
    );
    let [ana, ben, chi] = ["ana", "ben", "chi"].map(|name| place.person(name));
    let garden = place.group("garden", "The garden", &ana, GroupKind::Open);
    for member in [&ben, &chi] {
        member.towards(&garden.id, "follow").ok();
    }
    let sweep = || {
        let ctx = place.ctx();
        let done = runtime().block_on(async {
            services::succession::sweep(&ctx).await?;
            services::jobs::work(&ctx).await
        });
        done.expect("what is due is done");
    };
    let visitor = Browser::new(&place);
    sweep();
    assert!(!visitor.open("/@garden/log").text().contains("asked"));
    let bens = Browser::of(&place, &ben);
    assert_eq!(
        bens.ask(Method::GET, "/@garden/succession", None).status,
        404
    );

    later.store(31 * Millis::DAY, Ordering::SeqCst);
    let (bens, chis) = (Browser::of(&place, &ben), Browser::of(&place, &chi));
    sweep();
    let log = visitor.open("/@garden/log").text();
    assert!(log.contains("the members are asked"), "{log}");
    let letter = eventually("ben is asked", || ben.notified_of("mention").pop());
    let words = letter["status"]["content"].to_string();
    assert!(words.contains("/@garden/succession"), "{words}");
    assert_eq!(letter["account"]["acct"], "garden");
    let named = letter["status"]["mentions"].as_array().expect("a list");
    assert!(
        named.len() <= 1,
        "nobody learns who else is a member: {named:?}"
    );
    assert!(bens.open("/@garden").source.contains("/@garden/succession"));
    assert!(
        !visitor
            .open("/@garden")
            .source
            .contains("/@garden/succession")
    );

    let form = chis
        .open("/@garden/succession")
        .form_with("do", Some("stand"));
    chis.submit(&form.press("do", "stand"));
    let form = bens
        .open("/@garden/succession")
        .form_with("do", Some("vote"));
    let page = bens.submit(&form.fill("who", &chi.id).press("do", "vote"));
    let chosen = "<span class=\"tag\">";
    assert!(page.source.contains(chosen), "{}", page.source);
    // Nobody sees how others voted.
    let hers = chis.open("/@garden/succession").source;
    assert!(!hers.contains(chosen) && !hers.contains("@ben"), "{hers}");

    later.store(46 * Millis::DAY, Ordering::SeqCst);
    sweep();
    let chis = Browser::of(&place, &chi);
    chis.open("/@garden/queue").answer.is(200);
    let log = visitor.open("/@garden/log").text();
    assert!(
        log.contains("The members chose") && log.contains("another role"),
        "{log}"
    );
}
