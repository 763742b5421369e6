//! Lists of servers: how they are read, what they cost, and what blocking does.

use database::{follows, memberships, moderation_actions};
use model::{AccountKind, MembershipState, Page};

use super::*;
use crate::groups::{Deed, Why, act};
use crate::statuses::Received;
use crate::statuses::tests::note;
use crate::testing::{self, World, log_is_whole};

#[test]
fn lists_are_read_in_both_forms() {
    let plain = "evil.example\n\n*.spam.example\nnot a domain\nEvil.example\n# a remark\n";
    let (found, unread) = read(plain).unwrap();
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!((names, unread), (vec!["evil.example", "spam.example"], 1));
    let export = "\u{feff}#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n\
        evil.example,suspend,false,false,\"spam, \"\"ads\"\"\",false\r\n\
        ev**.example,silence,false,false,,true\r\n";
    let (found, unread) = read(export).unwrap();
    assert_eq!(found["evil.example"], "spam, \"ads\"");
    assert_eq!((found.len(), unread), (1, 1));
    assert!(matches!(read("nothing here"), Err(Error::Invalid(_))));
    let long = "a.example\n".repeat(MOST_ROWS + 1);
    assert!(matches!(read(&long), Err(Error::Invalid(_))));
    assert!(matches!(
        read(&"x".repeat(MOST_BYTES + 1)),
        Err(Error::Invalid(_))
    ));
}

database::both_engines! {
    fn a_list_is_looked_at_and_taken_over_at_once(fresh: &Fresh) {
        let world = World::new(fresh);
        let (ctx, ana, garden) = (&world.ctx, &world.ana, world.garden.id);
        testing::run(async {
            let deep = world.remote(AccountKind::Person, "eve", "deep.evil.example").await;
            for who in [world.dan.id, deep.id] {
                crate::relationships::receive_follow(ctx, who, garden, &format!("https://x.example/{who}"))
                    .await
                    .unwrap();
            }
            let list: String = (0..5000).map(|number| format!("s{number}.example\n")).collect();
            let list = format!("{list}evil.example\nbalai.example\n");
            let seen = preview(ctx, ana, garden, &list).await.unwrap();
            assert_eq!((seen.servers.len(), seen.known), (5001, 1));
            let first = &seen.servers[0];
            assert_eq!((first.domain.as_str(), first.members, first.writers), ("evil.example", 1, 0));
            assert_eq!((first.followers, seen.servers[1].is_none()), (1, true));
            let refused = preview(ctx, &world.ben, garden, &list).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))));

            let servers: Vec<ServerText> = seen
                .servers
                .iter()
                .map(|one| ServerText { domain: one.domain.clone(), reason: "from a list".to_owned() })
                .collect();
            world.events().await;
            let deed = Deed::BlockServers { servers };
            act(ctx, ana, garden, deed.clone(), Why::because("spam")).await.unwrap();
            // One entry, and it says how many, not which.
            let log = world.db(move |c| Ok(moderation_actions::page(c, garden, &Page::first(9))?)).await;
            assert_eq!(log.len(), 1);
            assert!(log[0].detail.contains("5001") && !log[0].detail.contains("evil"), "{}", log[0].detail);
            let state = |who| world.db(move |c| Ok(memberships::find(c, garden, who)?.map(|row| row.state)));
            assert_eq!(state(deep.id).await, Some(MembershipState::Left));
            assert_eq!(state(world.dan.id).await, Some(MembershipState::Member));
            assert!(world.db(move |c| Ok(follows::find(c, deep.id, garden)?)).await.is_none());
            let told = world.events().await;
            assert!(told.iter().any(|event| matches!(event, model::Event::FollowRejected { .. })), "{told:?}");
            // Again is nothing; whoever is shut out comes in by no door.
            let again = act(ctx, ana, garden, deed, Why::default()).await.unwrap();
            assert_eq!(again, crate::groups::Done::Already);
            let refused = crate::relationships::receive_follow(ctx, deep.id, garden, "https://x.example/2").await;
            assert!(refused.is_err() || state(deep.id).await == Some(MembershipState::Left));
            let mut incoming = note("https://deep.evil.example/1", "buy @garden");
            incoming.mentions = vec![world.garden.uri.clone()];
            let got = crate::statuses::receive(ctx, deep.id, incoming, false).await.unwrap();
            assert!(matches!(got, Received::Dropped(_)), "{got:?}");
            assert!(log_is_whole(ctx, garden).await.unwrap());

            let deed = Deed::UnblockServers { domains: vec!["evil.example".to_owned()] };
            act(ctx, ana, garden, deed, Why::default()).await.unwrap();
            assert_eq!(list_len(&world).await, 5000);
            let own = Deed::BlockServers { servers: ticked(&["balai.example".to_owned()]) };
            assert!(matches!(act(ctx, ana, garden, own, Why::default()).await, Err(Error::Invalid(_))));
        });
    }
}

async fn list_len(world: &World) -> usize {
    list(&world.ctx, &world.ana, world.garden.id)
        .await
        .unwrap()
        .len()
}
