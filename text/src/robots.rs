//! `robots.txt` (RFC 9309): may a program of this name read this path?

/// So much of the file is read.
const MAX_READ: usize = 500 * 1024;
/// So many rules of one group are kept.
const MAX_RULES: usize = 1000;

/// May `agent` (a bare name such as `balai`) read `path` by this file?
#[must_use]
pub fn robots_allow(file: &[u8], agent: &str, path: &str) -> bool {
    let text = String::from_utf8_lossy(file.get(..MAX_READ).unwrap_or(file));
    let mut ours = Group::default();
    let mut everyones = Group::default();
    // Lines with names stand together; the rules behind them are for all of these.
    let (mut for_us, mut for_everyone, mut in_names) = (false, false, false);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        match key.as_str() {
            "user-agent" => {
                if !in_names {
                    (for_us, for_everyone) = (false, false);
                }
                in_names = true;
                for_us |= value.eq_ignore_ascii_case(agent);
                for_everyone |= value == "*";
                ours.named |= for_us;
            }
            "allow" | "disallow" => {
                in_names = false;
                let rule = (key == "allow", value.to_owned());
                if for_us {
                    ours.add(rule.clone());
                }
                if for_everyone {
                    everyones.add(rule);
                }
            }
            _ => {}
        }
    }
    let group = if ours.named { ours } else { everyones };
    group.allows(path)
}

#[derive(Default)]
struct Group {
    named: bool,
    rules: Vec<(bool, String)>,
}

impl Group {
    fn add(&mut self, rule: (bool, String)) {
        if self.rules.len() < MAX_RULES && !rule.1.is_empty() && rule.1.len() <= 1024 {
            self.rules.push(rule);
        }
    }

    /// The longest rule that fits decides; of two alike the one that allows.
    fn allows(&self, path: &str) -> bool {
        self.rules
            .iter()
            .filter(|(_, pattern)| fits(pattern, path))
            .max_by_key(|(allows, pattern)| (pattern.len(), *allows))
            .is_none_or(|(allows, _)| *allows)
    }
}

/// `*` stands for anything, `$` at the end for the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest
            .split_at_checked(at + piece.len())
            .map_or("", |(_, rest)| rest);
        last = Some(piece);
    }
    !whole || rest.is_empty() || last.is_some_and(|last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_of_the_right_group_decides() {
        let file = b"User-agent: *\nDisallow: /private\nAllow: /private/open\n\n\
            User-agent: Other\nUser-Agent: balai # us\nDisallow: /only-us\n";
        assert!(robots_allow(file, "balai", "/private"));
        assert!(!robots_allow(file, "balai", "/only-us/x"));
        assert!(!robots_allow(file, "someone", "/private/x"));
        assert!(robots_allow(file, "someone", "/private/open/x"));
        assert!(robots_allow(b"", "balai", "/"));
        assert!(!robots_allow(b"user-agent: *\ndisallow: /", "balai", "/"));
        assert!(robots_allow(b"user-agent: *\ndisallow:", "balai", "/"));
    }

    #[test]
    fn stars_and_ends_are_understood() {
        assert!(fits("/*.pdf$", "/a/b.pdf"));
        assert!(!fits("/*.pdf$", "/a/b.pdf?x"));
        assert!(fits("/a*c", "/abcd"));
        assert!(!fits("/a$", "/ab"));
    }
}
