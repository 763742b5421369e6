//! How deliveries go out: once, in order, after a crash, past slow and dead servers.

use super::*;
use database::domain_blocks;
use model::Event;
use services::events::Deliverer as _;

database::both_engines! {
    fn each_server_gets_a_post_once_and_the_rows_go(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            let far = Stub::start().await;
            for name in ["dan", "eve"] {
                let follower = world.remote(&far, name, "mastodon").await;
                world.follows(follower.id, ana.id()).await;
            }
            world.says(&ana, "hello").await;
            assert_eq!(world.send().await, None);
            assert_eq!(far.taken(), ["Create"]);
            assert_eq!(world.waiting().await, 0);
        });
    }

    fn after_a_crash_everything_is_sent_that_was_not(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            let far = Stub::start().await;
            let dan = world.remote(&far, "dan", "mastodon").await;
            world.follows(dan.id, ana.id()).await;
            world.says(&ana, "one").await;
            world.settle().await;
            // The second never even became a delivery.
            world.says(&ana, "two").await;
            let world = world.restarted(fresh).await;
            world.send().await;
            assert_eq!(far.taken(), ["Create", "Create"]);
            assert_eq!(world.waiting().await, 0);
        });
    }

    fn an_event_that_is_delivered_twice_is_sent_once(fresh: &Fresh) {
        run(async {
            let world = World::new(fresh);
            let ana = world.person("ana").await;
            let far = Stub::start().await;
            let dan = world.remote(&far, "dan", "mastodon").await;
            world.follows(dan.id, ana.id()).await;
            let post = world.says(&ana, "hello").await;
            world.settle().await;
            let outbox = Outbox(Arc::clone(&world.fed));
            let event = Event::StatusPublished { status: post.status.id };
            outbox.deliver(world.ctx.id(), &event).await.unwrap();
            assert_eq!(world.waiting().await, 1);
        });
    }
}

fn story<F: Future<Output = ()>>(tell: impl FnOnce(World) -> F) {
    let fresh = Fresh::sqlite();
    run(async {
        let world = World::new(&fresh);
        tell(world).await;
    });
}

async fn with_follower(world: &World) -> (Viewer, Stub) {
    let ana = world.person("ana").await;
    let far = Stub::start().await;
    let dan = world.remote(&far, "dan", "mastodon").await;
    world.follows(dan.id, ana.id()).await;
    (ana, far)
}

#[test]
fn a_second_knock_is_tried_once_and_remembered() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        far.mind.lock().unwrap().only_rfc9421 = true;
        world.says(&ana, "one").await;
        world.send().await;
        assert_eq!((far.taken().len(), far.knocks()), (1, 2));
        world.says(&ana, "two").await;
        world.send().await;
        assert_eq!((far.taken().len(), far.knocks()), (2, 3));
    });
}

#[test]
fn what_is_about_one_post_arrives_in_its_order() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        let post = world.says(&ana, "frist").await;
        world.settle().await;
        let edit = services::statuses::Edit {
            text: Some("first".to_owned()),
            ..services::statuses::Edit::default()
        };
        let id = post.status.id;
        services::statuses::edit(&world.ctx, &ana, id, edit)
            .await
            .unwrap();
        world.settle().await;
        services::statuses::delete(&world.ctx, &ana, id)
            .await
            .unwrap();
        // The first one is slow, and the others wait for it.
        far.will(Reply {
            pause: Duration::from_millis(300),
            ..Reply::status(202)
        });
        world.send().await;
        assert_eq!(far.taken(), ["Create", "Update", "Delete"]);
    });
}

#[test]
fn a_server_is_left_alone_for_as_long_as_it_asks() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        far.will(Reply {
            retry_after: Some("120"),
            ..Reply::status(503)
        });
        world.says(&ana, "hello").await;
        assert_eq!(world.send().await, Some(START.plus(120_000)));
        world.pass(119_000);
        world.send().await;
        assert_eq!((far.knocks(), world.waiting().await), (1, 1));
        world.pass(1_000);
        world.send().await;
        assert_eq!((far.taken().len(), world.waiting().await), (1, 0));
    });
}

#[test]
fn refusals_are_believed_in_the_end() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        // Gone, too large, not understood: at once.
        for status in [410, 413, 422] {
            far.will(Reply::status(status));
            world.says(&ana, "hello").await;
            world.send().await;
            assert_eq!(world.waiting().await, 0, "{status}");
        }
        // Forbidden: after three tries.
        for _ in 0..3 {
            far.will(Reply::status(403));
        }
        world.says(&ana, "hello").await;
        for left in [1, 1, 0] {
            world.send().await;
            assert_eq!(world.waiting().await, left);
            world.pass(Millis::HOUR);
        }
        assert_eq!(far.taken().len(), 0);
    });
}

#[test]
fn one_post_that_a_server_stumbles_over_does_not_hold_up_the_others() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        far.will(Reply::status(500));
        world.says(&ana, "poison").await;
        world.send().await;
        world.says(&ana, "fine").await;
        world.pass(90_000);
        world.send().await;
        assert_eq!((far.taken().len(), world.waiting().await), (1, 1));
    });
}

#[test]
fn after_a_week_a_delivery_is_given_up() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        far.will(Reply::status(503));
        world.says(&ana, "hello").await;
        world.send().await;
        world.pass(7 * Millis::DAY + 1);
        assert_eq!(world.send().await, None);
        assert_eq!(far.taken().len(), 0);
    });
}

#[test]
fn a_blocked_server_gets_nothing_of_what_waits() {
    story(|world| async move {
        let (ana, far) = with_follower(&world).await;
        world.says(&ana, "hello").await;
        world.settle().await;
        let host = far.host.clone();
        world
            .db(move |conn| {
                let block = domain_blocks::DomainBlock {
                    id: model::RowId(1),
                    domain: host,
                    severity: model::DomainBlockSeverity::Suspend,
                    reject_media: false,
                    reject_reports: false,
                    obfuscate: false,
                    private_comment: String::new(),
                    public_comment: String::new(),
                    created_at: START,
                };
                domain_blocks::put(conn, &block)
            })
            .await;
        world.send().await;
        assert_eq!((far.knocks(), world.waiting().await), (0, 0));
    });
}

#[test]
fn slow_and_dead_servers_delay_nobody() {
    story(|world| async move {
        let ana = world.person("ana").await;
        // Nobody listens there any more; and this one thinks for a long time.
        let dead = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let host = listener.local_addr().unwrap().to_string();
            Stub {
                base: format!("http://{host}"),
                host,
                mind: Arc::default(),
            }
        };
        let (slow, well) = (Stub::start().await, Stub::start().await);
        slow.will(Reply {
            pause: Duration::from_secs(20),
            ..Reply::status(202)
        });
        for (stub, name) in [(&dead, "dan"), (&slow, "eve"), (&well, "fay")] {
            let follower = world.remote(stub, name, "mastodon").await;
            world.follows(follower.id, ana.id()).await;
        }
        let sending = tokio::spawn(sender::run(Arc::clone(&world.fed)));
        for round in 1..=2 {
            world.says(&ana, "hello").await;
            world.settle().await;
            let arrives = async {
                while well.taken().len() < round {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let in_time = tokio::time::timeout(Duration::from_secs(8), arrives).await;
            assert!(in_time.is_ok(), "the healthy server waits for the others");
        }
        sending.abort();
    });
}
