//! Pixels as image objects (ISO 32000-1, 8.9.5).
//!
//! In: the pictures of a document as its pages draw them. Out: one object a picture, however often it is drawn.

use super::objects::Objects;
use crate::raster::{Raster, RasterData};
use pdf_writer::{Filter, Name, Ref, Stream};
use std::sync::Arc;

/// The pictures of a document, in the order in which they are first drawn.
#[derive(Default)]
pub(super) struct Pictures {
    rasters: Vec<Arc<Raster>>,
}

impl Pictures {
    /// The name of a picture in the resources of a page.
    pub(super) fn name(&mut self, raster: &Arc<Raster>) -> String {
        // A paper has few pictures; that the same file was read twice does not make two of it.
        let same = |known: &Arc<Raster>| Arc::ptr_eq(known, raster) || known == raster;
        let position = self.rasters.iter().position(same).unwrap_or_else(|| {
            self.rasters.push(Arc::clone(raster));
            self.rasters.len() - 1
        });
        name(position)
    }

    /// Adds the pictures to a file. Returns their names in the resources of a page.
    pub(super) fn write(&self, objects: &mut Objects) -> Vec<(String, Ref)> {
        let write = |(position, raster): (usize, &Arc<Raster>)| (name(position), image(raster, objects));
        self.rasters.iter().enumerate().map(write).collect()
    }
}

fn name(position: usize) -> String {
    format!("I{position}")
}

fn image(raster: &Raster, objects: &mut Objects) -> Ref {
    let id = objects.number();
    match &raster.data {
        RasterData::Jpeg { bytes, components } => {
            let mut image = objects.plain_stream(id, bytes);
            image.filter(Filter::DctDecode);
            describe(&mut image, raster, if *components == 1 { b"DeviceGray" } else { b"DeviceRGB" });
        }
        RasterData::Rgb { pixels, alpha } => {
            let mask = alpha.as_ref().map(|alpha| {
                let mask = objects.number();
                describe(&mut objects.stream(mask, alpha), raster, b"DeviceGray");
                mask
            });
            let mut image = objects.stream(id, pixels);
            describe(&mut image, raster, b"DeviceRGB");
            if let Some(mask) = mask {
                image.pair(Name(b"SMask"), mask);
            }
        }
    }
    id
}

fn describe(image: &mut Stream<'_>, raster: &Raster, color_space: &[u8]) {
    // Both sides were read from 32 bits of a file, and no file has pictures that need them all.
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    image
        .pair(Name(b"Type"), Name(b"XObject"))
        .pair(Name(b"Subtype"), Name(b"Image"))
        .pair(Name(b"Width"), side(raster.width))
        .pair(Name(b"Height"), side(raster.height))
        .pair(Name(b"ColorSpace"), Name(color_space))
        .pair(Name(b"BitsPerComponent"), 8);
}
