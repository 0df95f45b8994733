//! Pixels as image objects (ISO 32000-1, 8.9.5).
//!
//! In: the pictures of a document as its pages draw them. Out: one object a picture, however often it is drawn.

use crate::raster::{Raster, RasterData};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
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

    /// Adds the pictures to a file. Returns the dictionary of their names; `None` if there are none.
    pub(super) fn write(&self, file: &mut Document) -> Option<Dictionary> {
        let mut names = Dictionary::new();
        for (position, raster) in self.rasters.iter().enumerate() {
            let image = image(raster, file);
            names.set(name(position), file.add_object(image));
        }
        (!names.is_empty()).then_some(names)
    }
}

fn name(position: usize) -> String {
    format!("I{position}")
}

fn image(raster: &Raster, file: &mut Document) -> Stream {
    match &raster.data {
        RasterData::Jpeg { bytes, components } => {
            let mut header = header(raster, if *components == 1 { "DeviceGray" } else { "DeviceRGB" });
            header.set("Filter", "DCTDecode");
            Stream::new(header, bytes.clone()).with_compression(false)
        }
        RasterData::Rgb { pixels, alpha } => {
            let mut header = header(raster, "DeviceRGB");
            if let Some(alpha) = alpha {
                let mask = Stream::new(self::header(raster, "DeviceGray"), alpha.clone());
                header.set("SMask", file.add_object(mask));
            }
            Stream::new(header, pixels.clone())
        }
    }
}

fn header(raster: &Raster, color_space: &str) -> Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => Object::Integer(raster.width.into()),
        "Height" => Object::Integer(raster.height.into()),
        "ColorSpace" => color_space,
        "BitsPerComponent" => 8,
    }
}
