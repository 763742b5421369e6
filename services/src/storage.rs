//! Where our files lie: a folder, or a bucket of a storage service that speaks S3. Bytes go in whole and
//! come out whole or in part; what their names mean is decided in `files`.

use std::ops::Range;
use std::path::Path as Folder;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _,
    PutOptions, PutPayload, RetryConfig,
};

use crate::error::{Error, Result};

/// How long a storage service may be silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a request is repeated where the service says that it is busy.
const REPEAT_FOR: Duration = Duration::from_secs(20);

/// A bucket of a storage service that speaks S3.
#[derive(Clone)]
pub struct Bucket {
    /// `https://s3.example`, with `http` for labs.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// `us-east-1` where the service has none.
    pub region: String,
    /// Who we are there.
    pub access_key: String,
    /// And the proof of it.
    pub secret_key: String,
    /// Is the bucket part of the path, not of the host's name?
    pub path_style: bool,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({} at {})", self.bucket, self.endpoint)
    }
}

/// The place where files lie.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// For people: which folder, which bucket.
    name: String,
    /// Does it keep the type of a file beside the file?
    typed: bool,
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Storage({})", self.name)
    }
}

/// Which bytes of a file are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    All,
    /// From this one to that one, which is not wanted any more.
    Between(u64, u64),
    /// From this one on.
    From(u64),
    /// So many at the end.
    Last(u64),
}

/// A file that is being read.
pub struct Reading {
    /// How big the file is.
    pub size: u64,
    /// Which bytes come.
    pub range: Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, std::io::Result<Bytes>>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reading({:?} of {})", self.range, self.size)
    }
}

/// What became of a wish to read.
#[derive(Debug)]
pub enum Found {
    /// Here it comes.
    Here(Reading),
    /// The part begins behind the end of a file of this size.
    Beyond(u64),
}

impl Storage {
    /// A folder, made now where there is none.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn folder(folder: &Folder) -> Result<Self> {
        let unusable = |error: String| {
            Error::Database(database::Error::Other(format!(
                "the folder {} cannot be used: {error}",
                folder.display()
            )))
        };
        std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| unusable(error.to_string()))?
            // A picture that was answered for is there after a power cut.
            .with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            name: format!("the folder {}", folder.display()),
            typed: false,
        })
    }

    /// A bucket.
    ///
    /// # Errors
    /// Where the settings contradict each other. Whether the service answers is found by
    /// [`Storage::check`].
    pub fn bucket(bucket: &Bucket) -> Result<Self> {
        let plain = bucket.endpoint.starts_with("http://");
        let client = ClientOptions::new()
            .with_allow_http(plain)
            .with_timeout(PATIENCE)
            .with_connect_timeout(Duration::from_secs(5));
        let store = AmazonS3Builder::new()
            .with_endpoint(&bucket.endpoint)
            .with_bucket_name(&bucket.bucket)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(&bucket.secret_key)
            .with_virtual_hosted_style_request(!bucket.path_style)
            .with_allow_http(plain)
            .with_client_options(client)
            .with_retry(RetryConfig {
                max_retries: 3,
                retry_timeout: REPEAT_FOR,
                ..RetryConfig::default()
            })
            .build()
            .map_err(|error| {
                Error::Database(database::Error::Other(format!(
                    "the storage settings cannot be used: {error}"
                )))
            })?;
        Ok(Self {
            store: Arc::new(store),
            name: format!("the bucket {} at {}", bucket.bucket, bucket.endpoint),
            typed: true,
        })
    }

    /// Which folder or bucket this is, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes, reads and removes a small file, so that an unusable place is noticed at the start and not
    /// by the first member who sends a picture.
    ///
    /// # Errors
    /// What does not work, in one sentence.
    pub async fn check(&self) -> std::result::Result<(), String> {
        let path = Path::from("check/balai");
        let told = |doing: &str, error: object_store::Error| {
            format!("{} cannot be {doing}: {error}", self.name)
        };
        let written = Bytes::from_static(b"balai");
        self.store
            .put(&path, PutPayload::from_bytes(written.clone()))
            .await
            .map_err(|error| told("written to", error))?;
        let read = async { self.store.get(&path).await?.bytes().await }
            .await
            .map_err(|error| told("read from", error))?;
        if read != written {
            return Err(format!("{} gives back other bytes", self.name));
        }
        self.store
            .delete(&path)
            .await
            .map_err(|error| told("cleared", error))
    }

    /// Stores a file under a name that is new; it is there as a whole or not at all.
    ///
    /// # Errors
    /// `Database(Full)` where there is no room, else the storage.
    pub(crate) async fn put(&self, path: &str, bytes: Bytes, kind: &'static str) -> Result<()> {
        let mut options = PutOptions::default();
        if self.typed {
            options.attributes = Attributes::from_iter([
                (Attribute::ContentType, kind),
                (
                    Attribute::CacheControl,
                    "public, max-age=31536000, immutable",
                ),
            ]);
        }
        self.store
            .put_opts(&Path::from(path), PutPayload::from_bytes(bytes), options)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Reads a file or a part of it.
    ///
    /// # Errors
    /// `NotFound`, or the storage.
    pub(crate) async fn read(&self, path: &str, part: Part) -> Result<Found> {
        let path = Path::from(path);
        let range = match part {
            Part::All => None,
            Part::Between(from, to) => Some(GetRange::Bounded(from..to)),
            Part::From(from) => Some(GetRange::Offset(from)),
            Part::Last(count) => Some(GetRange::Suffix(count)),
        };
        let wanted = range.is_some();
        let options = GetOptions {
            range,
            ..GetOptions::default()
        };
        let got = match self.store.get_opts(&path, options).await {
            Ok(got) => got,
            Err(error @ object_store::Error::NotFound { .. }) => return Err(failed(error)),
            // Each kind of storage has its own error for a part that is not there.
            Err(error) if wanted => {
                let size = self.store.head(&path).await.map_err(failed)?.size;
                let beyond = match part {
                    Part::Between(from, _) | Part::From(from) => from >= size,
                    Part::Last(count) => count == 0 || size == 0,
                    Part::All => false,
                };
                return if beyond {
                    Ok(Found::Beyond(size))
                } else {
                    Err(failed(error))
                };
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Found::Here(Reading {
            size: got.meta.size,
            range: got.range.clone(),
            stream: got
                .into_stream()
                .map(|piece| piece.map_err(std::io::Error::other))
                .boxed(),
        }))
    }

    /// Removes a file; what is not there is removed already.
    ///
    /// # Errors
    /// The storage.
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        match self.store.delete(&Path::from(path)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// What the storage says in our words. The cause goes to the log, not to a client.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is handed to map_err by name"
)]
fn failed(error: object_store::Error) -> Error {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return Error::NotFound;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        let full = error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::StorageFull);
        if full {
            return Error::Database(database::Error::Full);
        }
        cause = error.source();
    }
    tracing::warn!(%error, "the storage of files does not do what it is asked");
    Error::Database(database::Error::Busy(format!("storage: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::run;

    #[test]
    fn parts_are_read_and_what_is_behind_the_end_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::folder(folder.path()).unwrap();
        run(async {
            storage.check().await.unwrap();
            let bytes = Bytes::from_static(b"0123456789");
            storage.put("ab/file", bytes, "image/png").await.unwrap();
            let read = async |part| match storage.read("ab/file", part).await.unwrap() {
                Found::Here(reading) => {
                    let pieces: Vec<_> = reading.stream.map(|piece| piece.unwrap()).collect().await;
                    (reading.range, pieces.concat())
                }
                Found::Beyond(size) => (size..size, Vec::new()),
            };
            assert_eq!(read(Part::All).await, (0..10, b"0123456789".to_vec()));
            assert_eq!(read(Part::Between(2, 4)).await, (2..4, b"23".to_vec()));
            assert_eq!(read(Part::Between(8, 99)).await, (8..10, b"89".to_vec()));
            assert_eq!(read(Part::From(7)).await, (7..10, b"789".to_vec()));
            assert_eq!(read(Part::Last(3)).await, (7..10, b"789".to_vec()));
            assert_eq!(read(Part::From(10)).await.0, 10..10);
            storage.delete("ab/file").await.unwrap();
            storage.delete("ab/file").await.unwrap();
            let gone = storage.read("ab/file", Part::From(1)).await;
            assert!(matches!(gone, Err(Error::NotFound)));
        });
    }

    #[test]
    fn an_unusable_folder_is_told_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let error = Storage::folder(&file.join("media"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("cannot be used"), "{error}");
    }
}
