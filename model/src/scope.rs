//! OAuth scopes: Mastodon's words, what covers what.

use std::fmt;

/// One scope, out of the table of those that exist.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(&'static str);

macro_rules! scopes {
    ($( $name:ident = $word:literal, )+) => {
        impl Scope {
            $( #[doc = concat!("`", $word, "`")] pub const $name: Self = Self($word); )+
            /// Every scope that exists.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
        }
    };
}

scopes! {
    PROFILE = "profile",
    READ = "read",
    READ_ACCOUNTS = "read:accounts",
    READ_BLOCKS = "read:blocks",
    READ_BOOKMARKS = "read:bookmarks",
    READ_COLLECTIONS = "read:collections",
    READ_FAVOURITES = "read:favourites",
    READ_FILTERS = "read:filters",
    READ_FOLLOWS = "read:follows",
    READ_GROUPS = "read:groups",
    READ_LISTS = "read:lists",
    READ_MUTES = "read:mutes",
    READ_NOTIFICATIONS = "read:notifications",
    READ_SEARCH = "read:search",
    READ_STATUSES = "read:statuses",
    WRITE = "write",
    WRITE_ACCOUNTS = "write:accounts",
    WRITE_BLOCKS = "write:blocks",
    WRITE_BOOKMARKS = "write:bookmarks",
    WRITE_COLLECTIONS = "write:collections",
    WRITE_CONVERSATIONS = "write:conversations",
    WRITE_FAVOURITES = "write:favourites",
    WRITE_FILTERS = "write:filters",
    WRITE_FOLLOWS = "write:follows",
    WRITE_GROUPS = "write:groups",
    WRITE_LISTS = "write:lists",
    WRITE_MEDIA = "write:media",
    WRITE_MUTES = "write:mutes",
    WRITE_NOTIFICATIONS = "write:notifications",
    WRITE_REPORTS = "write:reports",
    WRITE_STATUSES = "write:statuses",
    FOLLOW = "follow",
    PUSH = "push",
    ADMIN_READ = "admin:read",
    ADMIN_READ_ACCOUNTS = "admin:read:accounts",
    ADMIN_READ_REPORTS = "admin:read:reports",
    ADMIN_READ_DOMAIN_ALLOWS = "admin:read:domain_allows",
    ADMIN_READ_DOMAIN_BLOCKS = "admin:read:domain_blocks",
    ADMIN_READ_IP_BLOCKS = "admin:read:ip_blocks",
    ADMIN_READ_EMAIL_DOMAIN_BLOCKS = "admin:read:email_domain_blocks",
    ADMIN_READ_CANONICAL_EMAIL_BLOCKS = "admin:read:canonical_email_blocks",
    ADMIN_WRITE = "admin:write",
    ADMIN_WRITE_ACCOUNTS = "admin:write:accounts",
    ADMIN_WRITE_REPORTS = "admin:write:reports",
    ADMIN_WRITE_DOMAIN_ALLOWS = "admin:write:domain_allows",
    ADMIN_WRITE_DOMAIN_BLOCKS = "admin:write:domain_blocks",
    ADMIN_WRITE_IP_BLOCKS = "admin:write:ip_blocks",
    ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS = "admin:write:email_domain_blocks",
    ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS = "admin:write:canonical_email_blocks",
}

impl Scope {
    /// The scope with this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.0 == word)
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Does holding this scope allow what `needed` stands for?
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        if self == needed {
            return true;
        }
        if self == Self::FOLLOW {
            // Deprecated alias of Mastodon 2.4: reading and writing of blocks, follows and mutes.
            return matches!(
                needed.0,
                "read:blocks"
                    | "read:follows"
                    | "read:mutes"
                    | "write:blocks"
                    | "write:follows"
                    | "write:mutes"
            );
        }
        // `profile` is the part of `read:accounts` that tells who one is.
        if needed == Self::PROFILE {
            return matches!(self.0, "read" | "read:accounts");
        }
        needed
            .0
            .strip_prefix(self.0)
            .is_some_and(|rest| rest.starts_with(':'))
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A set of scopes, printed with spaces as OAuth writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// What an application gets that asks for nothing.
    #[must_use]
    pub fn standard() -> Self {
        Self(vec![Scope::READ])
    }

    /// Reads a list separated by spaces, commas or plus signs.
    ///
    /// # Errors
    /// The first word that is no scope.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut scopes = Vec::new();
        for word in text
            .split([' ', ',', '+', '\n'])
            .filter(|word| !word.is_empty())
        {
            let scope =
                Scope::named(word).ok_or_else(|| word.chars().take(60).collect::<String>())?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(Self(scopes))
    }

    /// Does one of them allow what `needed` stands for?
    #[must_use]
    pub fn cover(&self, needed: Scope) -> bool {
        self.0.iter().any(|scope| scope.covers(needed))
    }

    /// Is each of `other` allowed by these?
    #[must_use]
    pub fn cover_all(&self, other: &Self) -> bool {
        other.0.iter().all(|needed| self.cover(*needed))
    }

    /// Are there none?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_covers_its_children_and_nothing_else() {
        let read = Scopes::parse("read").unwrap();
        assert!(read.cover(Scope::READ_ACCOUNTS));
        assert!(!read.cover(Scope::WRITE_STATUSES));
        assert!(!read.cover(Scope::ADMIN_READ));
        assert!(!read.cover(Scope::ADMIN_READ_ACCOUNTS));
        assert!(
            Scopes::parse("admin:read")
                .unwrap()
                .cover(Scope::ADMIN_READ_REPORTS)
        );
        assert!(!Scopes::parse("read:accounts").unwrap().cover(Scope::READ));
    }

    #[test]
    fn follow_is_the_old_name_of_six_scopes() {
        let follow = Scopes::parse("follow").unwrap();
        assert!(follow.cover(Scope::WRITE_BLOCKS) && follow.cover(Scope::READ_MUTES));
        assert!(!follow.cover(Scope::READ_STATUSES));
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert_eq!(Scopes::parse("read wirte"), Err("wirte".to_owned()));
    }
}
