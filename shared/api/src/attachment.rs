//! Attachments of forms: uploaded in parts, under their content address.

use serde::{Deserialize, Serialize};

/// How long a part is, in bytes; the last one is shorter.
pub const PART: u64 = 1 << 20;
/// The longest attachment, in bytes.
pub const LONGEST_ATTACHMENT: u64 = 256 << 20;

dto! {
    /// An attachment that is about to be uploaded. Its content address is in the path.
    pub struct NewAttachment {
        /// How many bytes it has.
        pub size: u64,
    }

    /// How far an attachment has come.
    pub struct AttachmentState {
        /// How many bytes it has.
        pub size: u64,
        /// The parts of [`PART`] bytes that are at the server, by their place from 0, ascending.
        pub parts: Vec<u32>,
        /// Whether all is there, and has the hash that it should.
        pub whole: bool,
    }
}

/// How many parts so many bytes have.
pub const fn parts(size: u64) -> u64 {
    size.div_ceil(PART)
}
