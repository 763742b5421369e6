//! Stories of pictures: they wait, they are described, they go with their post.

use super::*;
use crate::statuses::tests::saying;
use crate::statuses::{self, Draft};
use crate::testing::{World, run};

#[test]
fn a_picture_waits_is_posted_and_goes_with_its_post() {
    let world = World::sqlite();
    run(async {
        let ctx = &world.ctx;
        let bytes = ::media::placeholder_avatar("ana");
        let details = Details {
            description: Some("a square".to_owned()),
            focus: Some((7.0, -0.5)),
            thumbnail: None,
        };
        let picture = upload(ctx, &world.ana, bytes.clone(), details, false)
            .await
            .unwrap();
        assert_eq!((picture.focus_x, picture.focus_y), (1.0, -0.5));
        assert!(picture.width > 0 && !picture.blurhash.is_empty());
        file(ctx, &picture.file, Part::All).await.unwrap();
        file(ctx, &picture.preview, Part::All).await.unwrap();
        assert!(matches!(
            show(ctx, &world.ben, picture.id).await,
            Err(Error::NotFound)
        ));
        let details = Details {
            description: Some("a blue square".to_owned()),
            focus: None,
            thumbnail: None,
        };
        let described = describe(ctx, &world.ana, picture.id, details)
            .await
            .unwrap();
        assert_eq!(described.focus_y, -0.5);

        let draft = Draft {
            media: vec![picture.id],
            ..saying("")
        };
        let stolen = statuses::publish(ctx, &world.ben, draft.clone(), None).await;
        assert!(matches!(stolen, Err(Error::Invalid(_))));
        let post = statuses::publish(ctx, &world.ana, draft.clone(), None)
            .await
            .unwrap();
        assert_eq!(post.media[0].description, "a blue square");
        let twice = statuses::publish(ctx, &world.ana, draft, None).await;
        assert!(matches!(twice, Err(Error::Invalid(_))));
        statuses::delete(ctx, &world.ana, post.status.id)
            .await
            .unwrap();
        assert!(matches!(
            file(ctx, &picture.file, Part::All).await,
            Err(Error::NotFound)
        ));

        let refused = upload(
            ctx,
            &world.ana,
            b"<svg/>".to_vec(),
            Details::default(),
            false,
        )
        .await;
        assert!(matches!(refused, Err(Error::Media(_))));
        for _ in 0..MAX_WAITING {
            upload(ctx, &world.ana, bytes.clone(), Details::default(), false)
                .await
                .unwrap();
        }
        let full = upload(ctx, &world.ana, bytes.clone(), Details::default(), false).await;
        assert!(matches!(full, Err(Error::LimitExceeded(_))));
        world.pass(2 * Millis::DAY);
        upload(ctx, &world.ana, bytes, Details::default(), false)
            .await
            .unwrap();
    });
}
