//! Addresses of what lies in memory, for pictures and for looking at files.

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag, Url};

/// The address of bytes or of a file; it ends with this value.
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// Of bytes of a media type.
    pub fn of_bytes(bytes: &[u8], media_type: &str) -> Option<Self> {
        let properties = BlobPropertyBag::new();
        properties.set_type(media_type);
        let parts = Array::of1(&Uint8Array::from(bytes));
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties).ok()?;
        Self::of(&blob)
    }

    /// Of a blob, or a file.
    pub(super) fn of(blob: &Blob) -> Option<Self> {
        Url::create_object_url_with_blob(blob).ok().map(Self)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
