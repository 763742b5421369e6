//! Passwords: argon2id beside the runtime, few at a time, and the same work for names that do not exist.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use model::Secret;
use tokio::sync::Semaphore;

use crate::context::Ctx;
use crate::error::{Error, Problem, Result};

/// OWASP's second choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// What a password is compared with that belongs to nobody: the same parameters, and no password has it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGxpdmVzIGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Longer ones are refused before any work.
const MOST: usize = 128;
const LEAST: usize = 8;

/// Each takes 19 MiB: so many at a time.
static TURNS: Semaphore = Semaphore::const_new(2);

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What is wrong with a wanted password.
pub(crate) fn problem(password: &Secret<String>) -> Option<Problem> {
    let count = password.0.chars().count();
    let (code, text) = if count == 0 {
        ("ERR_BLANK", "a password is needed")
    } else if count < LEAST {
        ("ERR_TOO_SHORT", "a password has at least 8 characters")
    } else if count > MOST {
        ("ERR_TOO_LONG", "a password has at most 128 characters")
    } else {
        return None;
    };
    Some(Problem {
        field: "password",
        code,
        text: text.to_owned(),
    })
}

/// The PHC string of a password.
pub(crate) async fn hash(ctx: &Ctx, password: Secret<String>) -> Result<String> {
    let salt = ctx.random::<16>()?;
    let _turn = TURNS.acquire().await;
    tokio::task::spawn_blocking(move || {
        let hash: PasswordHash = argon2()?
            .hash_password_with_salt(password.0.as_bytes(), &salt)
            .ok()?;
        Some(hash.to_string())
    })
    .await
    .ok()
    .flatten()
    .ok_or_else(|| {
        Error::Database(database::Error::Other(
            "a password could not be hashed".to_owned(),
        ))
    })
}

/// Is it this password? Where there is nobody, the same work is done and the answer is no.
pub(crate) async fn matches(stored: Option<String>, password: &Secret<String>) -> bool {
    let fits = password.0.chars().count() <= MOST;
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
    let password = if fits {
        password.clone()
    } else {
        Secret(String::new())
    };
    let _turn = TURNS.acquire().await;
    let same = tokio::task::spawn_blocking(move || {
        let stored = PasswordHash::new(&stored)
            .or_else(|_no_hash| PasswordHash::new(NOBODY))
            .ok()?;
        Some(
            argon2()?
                .verify_password(password.0.as_bytes(), &stored)
                .is_ok(),
        )
    })
    .await
    .ok()
    .flatten()
    .unwrap_or(false);
    same && known && fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, World};

    #[test]
    fn only_the_right_password_matches() {
        let world = World::sqlite();
        testing::run(async {
            let right = Secret("correct horse battery".to_owned());
            let stored = hash(&world.ctx, right.clone()).await.unwrap();
            assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
            assert!(matches(Some(stored.clone()), &right).await);
            assert!(!matches(Some(stored), &Secret("wrong".to_owned())).await);
            assert!(!matches(None, &right).await);
            assert!(!matches(Some("not a hash".to_owned()), &right).await);
        });
    }

    #[test]
    fn nobody_costs_what_somebody_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(nobody.algorithm.as_str(), "argon2id");
        assert_eq!(nobody.params.to_string(), "m=19456,t=2,p=1");
        assert_eq!(nobody.hash.unwrap().as_bytes().len(), 32);
    }
}
