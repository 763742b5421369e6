//! Base58 with Bitcoin's alphabet, as Multikey and `proofValue` use it. The cost grows with the
//! square of the length, therefore callers bound it; so does [`decode`].

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Enough for an RSA key of 8192 bits.
const MAX_LENGTH: usize = 2048;

/// Bytes to text.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    // Digits of base 58, the least first.
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = low_byte(carry % 58);
            carry /= 58;
        }
        while carry > 0 {
            digits.push(low_byte(carry % 58));
            carry /= 58;
        }
    }
    let digits = digits.iter().rev();
    std::iter::repeat_n(&0, zeros)
        .chain(digits)
        .filter_map(|digit| ALPHABET.get(usize::from(*digit)))
        .map(|character| char::from(*character))
        .collect()
}

/// Text to bytes; `None` for other characters and for what is far too long.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let zeros = text.bytes().take_while(|byte| *byte == b'1').count();
    // Bytes, the least first.
    let mut bytes: Vec<u8> = Vec::new();
    for character in text.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = low_byte(carry);
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(low_byte(carry));
            carry >>= 8;
        }
    }
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

fn low_byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn known_pairs() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\0", "1"),
            (b"\0\0\x01", "112"),
            (b"\x39", "z"),
            (b"\x3a", "21"),
            (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
            (b"\0\0\x28\x7f\xb4\xcd", "11233QC4"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        for text in ["0", "O", "I", "l", "a b", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode(&"z".repeat(3000)), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = decode(&text);
        }
    }
}
