//! A tamper-evident log of opaque records: bytes in, bytes out.
//!
//! ```
//! use yishan::tlog::{Checkpoint, Signer, Tree, leaf_hash};
//!
//! let mut tree = Tree::default();
//! for entry in ["first", "second", "third"] {
//!     tree.push(leaf_hash(entry.as_bytes()), &mut |_tile, _hashes| ())?;
//! }
//! // Never a fixed seed outside an example: 32 bytes from the operating system.
//! let signer = Signer::new("log.example/fund", &[7; 32])?;
//! let note = Checkpoint::new("log.example/fund", tree.size(), tree.root())?.sign(&signer)?;
//! assert!(note.starts_with("log.example/fund\n3\n"));
//!
//! let (checkpoint, _) = Checkpoint::open(note.as_bytes(), &signer.verifier(), &[])?;
//! assert_eq!(checkpoint.root(), tree.root());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whoever holds one signed checkpoint can check that an entry is in the log ([`check_inclusion`]),
//! that a later checkpoint only appended to it ([`check_consistency`]), and that published tiles
//! are the signed tree ([`TileReader`]). The formats are those of C2SP, so foreign clients can do
//! the same. Nothing here reads a clock, a file or the network.
//!
//! | file | what it follows |
//! |---|---|
//! | `hash`, `merkle` | RFC 6962 §2.1, RFC 9162 §2.1.1 |
//! | `beside` | FIPS 180-4 |
//! | `prove`, `proof` | RFC 9162 §2.1.3, §2.1.4 |
//! | `tile`, `bundle`, `reader` | C2SP tlog-tiles |
//! | `key`, `note` | C2SP signed-note |
//! | `cosignature` | C2SP tlog-cosignature |
//! | `checkpoint` | C2SP tlog-checkpoint |
//! | `tlog_proof` | C2SP tlog-proof |

mod beside;
mod bundle;
mod checkpoint;
mod cosignature;
mod hash;
mod key;
mod merkle;
mod note;
mod proof;
mod prove;
mod reader;
mod text;
mod tile;
mod tlog_proof;
mod tree;

pub use beside::leaf_hash_beside;
pub use bundle::{BundleError, MAX_ENTRY_LEN, decode_bundle, push_entry};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::MAX_TIME;
pub use hash::{Hash, HashError};
pub use key::{Algorithm, KeyError, MAX_NAME_LEN, Signer, Verified, Verifier};
pub use merkle::{EMPTY_ROOT, MAX_SIZE, leaf_hash, node_hash, root_of};
pub use note::{MAX_NOTE_LEN, MAX_SIGNATURES, Note, NoteError, open, sign, signed_by};
pub use proof::{MAX_PROOF_LEN, ProofError, check_consistency, check_inclusion};
pub use prove::{HashReader, ProveError, prove_consistency, prove_inclusion, root_at};
pub use reader::{ReadError, TileReader};
pub use tile::{
    MAX_LEVEL, MAX_PATH_LEN, TILE_WIDTH, TileError, TileId, TileKind, decode_tile, encode_tile,
    new_tiles,
};
pub use tlog_proof::{MAX_EXTRA_LEN, TlogProof, TlogProofError};
pub use tree::{Tree, TreeError};
