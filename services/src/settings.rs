//! Settings of the place: read from the database, changed by the command line and (later) pages.

use database::settings;
use model::about::About;
use model::settings::Settings;

use crate::context::Ctx;
use crate::error::{Error, Result};

/// Reads the settings and puts them in force; the server does it every second.
///
/// # Errors
/// The database.
pub async fn refresh(ctx: &Ctx) -> Result<()> {
    let rows = ctx
        .db
        .read(|conn| Ok::<_, Error>(settings::all(conn)?))
        .await?;
    let settings = in_force(ctx, &rows);
    if *ctx.settings() != settings {
        ctx.use_settings(settings);
    }
    Ok(())
}

/// What the rows amount to here: the password grant exists in test mode only, whatever a database says
/// that was used for tests before.
fn in_force(ctx: &Ctx, rows: &[(String, String)]) -> Settings {
    let mut settings = Settings::from_rows(rows);
    settings.password_grant &= ctx.test_mode;
    settings
}

/// Changes settings, all or none, by name and value.
///
/// # Errors
/// `Invalid` for an unknown name or value; `password_grant=on` outside test mode.
pub async fn set(ctx: &Ctx, changes: &[(String, String)]) -> Result<()> {
    let mut trial = Settings::default();
    for (name, value) in changes {
        trial.set(name, value).map_err(|error| {
            Error::invalid("setting", "ERR_INVALID", format!("{name}: {error}"))
        })?;
    }
    if trial.password_grant && !ctx.test_mode {
        return Err(Error::invalid(
            "setting",
            "ERR_INVALID",
            "password_grant: only in test mode",
        ));
    }
    if trial.email_confirmation && !ctx.sends_mail() {
        return Err(Error::invalid(
            "setting",
            "ERR_INVALID",
            "email_confirmation: say first how mail is sent (BALAI_SMTP_URL or BALAI_MAIL_DIR)",
        ));
    }
    let changes = changes.to_vec();
    let written = trial.to_rows();
    let now = ctx.now();
    let rows = ctx
        .write(move |conn| {
            for (name, value) in &changes {
                // As the type understood it, where one name was given twice the last one.
                let value = written.get(name.as_str()).unwrap_or(value);
                settings::put(conn, name, value)?;
                if About::DATED.contains(&name.as_str()) {
                    settings::put(conn, &format!("{name}_changed"), &now.0.to_string())?;
                }
            }
            Ok::<_, Error>(settings::all(conn)?)
        })
        .await?;
    ctx.use_settings(in_force(ctx, &rows));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, World};

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    database::both_engines! {
        fn all_or_none_are_set(fresh: &Fresh) {
            let world = World::new(fresh);
            let ctx = &world.ctx;
            testing::run(async {
                let wrong = [pair("title", "Balai Warga"), pair("registrations", "maybe")];
                assert!(set(ctx, &wrong).await.is_err());
                refresh(ctx).await.unwrap();
                assert_eq!(*ctx.settings(), Settings::default());

                let right = [pair("title", " Balai Warga "), pair("registrations", "open")];
                set(ctx, &right).await.unwrap();
                assert_eq!(ctx.settings().title, "Balai Warga");
                ctx.use_settings(Settings::default());
                refresh(ctx).await.unwrap();
                assert_eq!(ctx.settings().title, "Balai Warga");
                assert_eq!(ctx.settings().registrations.as_str(), "open");
            });
        }
    }
}
