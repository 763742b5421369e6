//! Random words that prove something, and the hashes under which they are stored. They have 256 random
//! bits, so their SHA-256 needs no salt and cannot be searched for.

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Secret;

use crate::context::Ctx;
use crate::error::Result;

/// A new word: 43 characters that need no escaping anywhere.
pub(crate) fn new(ctx: &Ctx) -> Result<Secret<String>> {
    Ok(Secret(URL_SAFE_NO_PAD.encode(ctx.random::<32>()?)))
}

/// What is stored of a word.
pub(crate) fn hash(word: &str) -> Vec<u8> {
    digest(&SHA256, word.as_bytes()).as_ref().to_vec()
}

/// Are the two the same? Takes as long for any two of one length.
pub(crate) fn same(a: &str, b: &str) -> bool {
    constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

/// The challenge that a PKCE verifier answers (RFC 7636, S256).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
