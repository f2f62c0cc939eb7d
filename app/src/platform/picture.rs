//! Pictures made small, and what is drawn as a picture.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::object::ObjectUrl;

/// The longest side of a small picture, in pixels.
const SIDE: u32 = 256;
/// The most pixels of a picture that is decoded: four bytes each.
const MOST: u64 = 50_000_000;

/// A small picture of one of a media type; `None` where it is damaged, too large to be decoded, or no picture that is made
/// of pixels.
pub async fn thumbnail(bytes: &[u8], media_type: &str) -> Option<ObjectUrl> {
    let canvas = drawn(bytes, media_type, SIDE).await?;
    ObjectUrl::of(&as_png(canvas).await?)
}

/// The sides that a photograph is made smaller to, in pixels, until it is small enough.
const SMALLER: [u32; 3] = [1600, 1000, 600];

/// A picture as JPEG of at most so many bytes; `None` where it is damaged, no picture, or not to be made so small.
pub async fn jpeg(bytes: &[u8], media_type: &str, most: usize) -> Option<Vec<u8>> {
    for side in SMALLER {
        let canvas = drawn(bytes, media_type, side).await?;
        let buffer = JsFuture::from(as_type(canvas, "image/jpeg").await?.array_buffer());
        let made = Uint8Array::new(&buffer.await.ok()?).to_vec();
        if made.len() <= most {
            return Some(made);
        }
    }
    None
}

/// A picture on a canvas, its longer side at most so many pixels.
async fn drawn(bytes: &[u8], media_type: &str, most: u32) -> Option<HtmlCanvasElement> {
    let (width, height) = pixels(bytes)?;
    if u64::from(width) * u64::from(height) > MOST {
        return None;
    }
    let properties = BlobPropertyBag::new();
    properties.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties).ok()?;
    let window = web_sys::window()?;
    let made = window.create_image_bitmap_with_blob(&blob).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(made).await.ok()?.dyn_into().ok()?;
    let (width, height) = (bitmap.width().max(1), bitmap.height().max(1));
    let scale = (f64::from(most) / f64::from(width.max(height))).min(1.0);
    let side = |of: u32| ((f64::from(of) * scale).round() as u32).max(1);
    let canvas = window.document()?.create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    canvas.set_width(side(width));
    canvas.set_height(side(height));
    let pen = canvas.get_context("2d").ok()??;
    let pen: CanvasRenderingContext2d = pen.dyn_into().ok()?;
    let (wide, high) = (f64::from(side(width)), f64::from(side(height)));
    let drawn = pen.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, wide, high);
    bitmap.close();
    drawn.ok()?;
    Some(canvas)
}

/// What a canvas shows, as PNG; `None` where the browser makes none.
pub async fn png(canvas: HtmlCanvasElement) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(as_png(canvas).await?.array_buffer());
    Some(Uint8Array::new(&buffer.await.ok()?).to_vec())
}

async fn as_png(canvas: HtmlCanvasElement) -> Option<Blob> {
    as_type(canvas, "image/png").await
}

async fn as_type(canvas: HtmlCanvasElement, media_type: &str) -> Option<Blob> {
    let (sender, answer) = futures::channel::oneshot::channel::<Option<Blob>>();
    let made = Closure::once_into_js(move |blob: Option<Blob>| {
        // nobody waits any more: nothing to tell
        let _ = sender.send(blob);
    });
    canvas
        .to_blob_with_type(made.unchecked_ref(), media_type)
        .ok()?;
    answer.await.ok()?
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + count)?;
    Some(
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte)),
    )
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + count)?;
    let bytes = bytes.iter().rev();
    Some(bytes.fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// Width and height as a picture's first bytes say, before anybody decodes it: PNG, JPEG, GIF, WebP.
fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?));
    }
    if bytes.starts_with(b"GIF8") {
        return Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        return match bytes.get(12..16)? {
            b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
            b"VP8L" => {
                let both = little(bytes, 21, 4)?;
                Some(((both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1))
            }
            b"VP8 " => Some((
                little(bytes, 26, 2)? & 0x3FFF,
                little(bytes, 28, 2)? & 0x3FFF,
            )),
            _ => None,
        };
    }
    if !bytes.starts_with(b"\xFF\xD8") {
        return None;
    }
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // padding, and what has no length
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_of_a_picture_say_its_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 0x75, 0x30, 0, 0, 0, 7]);
        assert_eq!(pixels(&png), Some((30_000, 7)));
        assert_eq!(pixels(b"GIF89a\x10\x00\x02\x01"), Some((16, 258)));
        let jpeg = b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xC0\x00\x11\x08\x01\x00\x02\x00";
        assert_eq!(pixels(jpeg), Some((512, 256)));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x0F\0\0\xFF\0\0";
        assert_eq!(pixels(webp), Some((16, 256)));
    }

    #[test]
    fn what_is_cut_or_no_picture_has_no_size() {
        let mut all: Vec<&[u8]> = vec![
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"GIF8",
            b"RIFF",
            b"RIFF\0\0\0\0WEBPVP8?",
            b"\xFF\xD8",
            b"\xFF\xD8\xFF\xFF\xFF",
            b"\xFF\xD8\xFF\xE0\x00\x00",
            b"\xFF\xD8ab",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"plain",
        ];
        let marks = [0xFF_u8, 0xD8].repeat(1_000);
        all.push(&marks);
        for bytes in all {
            assert_eq!(pixels(bytes), None, "{bytes:?}");
        }
    }
}
