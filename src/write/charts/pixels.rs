//! A picture as PNG: 1920 pixels wide, two to a point.

use super::paint::{Grain, paint};
use super::picture::{POINT, Picture};
use plotters_bitmap::BitMapBackend;
use plotters_bitmap::bitmap_pixel::RGBPixel;
use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};

/// Two pixels to a point.
const GRAIN: Grain = Grain(POINT / 2);
/// So that a text program shows a picture of 960 by 540 points: 144 pixels an inch.
const PIXELS_PER_METRE: u32 = 5_669;

/// The bytes of a PNG file: no time, no name of a program, nothing but the picture.
pub(super) fn write(picture: &Picture<'_>) -> Result<Vec<u8>, String> {
    let size = GRAIN.size(picture);
    let mut pixels = vec![0xff; size.0 as usize * size.1 as usize * 3];
    {
        let surface = BitMapBackend::<'_, RGBPixel>::with_buffer_and_format(&mut pixels, size);
        let mut surface = surface.map_err(|error| error.to_string())?;
        paint(picture, GRAIN, &mut surface).map_err(|error| error.to_string())?;
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    // Paper and bars are rows of equal pixels, which need no filter.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: PIXELS_PER_METRE, yppu: PIXELS_PER_METRE, unit: Unit::Meter }));
    let failed = |error: png::EncodingError| error.to_string();
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
