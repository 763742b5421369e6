//! A folder of one's own that is gone when the test is over.

use std::path::{Path, PathBuf};

use crate::skip::fail;

/// A fresh temporary folder, removed with all that is in it when dropped.
#[derive(Debug)]
pub struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// Makes a folder whose name starts with `balai-` and the given word.
    ///
    /// # Panics
    /// Where the folder for temporary files cannot be written.
    #[must_use]
    pub fn new(word: &str) -> Self {
        match tempfile::Builder::new()
            .prefix(&format!("balai-{word}-"))
            .tempdir()
        {
            Ok(folder) => Self { folder },
            Err(error) => fail(&format!("no temporary folder for {word}: {error}")),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path inside the folder; nothing is created.
    #[must_use]
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path().join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Sandbox;

    #[test]
    fn a_sandbox_is_gone_with_its_test() {
        let first = Sandbox::new("first");
        let second = Sandbox::new("first");
        assert_ne!(first.path(), second.path());

        std::fs::write(first.join("note"), "here").unwrap();
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists());
        assert!(second.path().is_dir());
    }
}
