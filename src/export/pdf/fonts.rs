//! The fonts of one document, cut to the glyphs it has.
//!
//! In: the glyph runs of a document and the whole fonts. Out: a small font a face, with the new number, the width and the text of every
//! glyph in use. A font is cut for each document alone: a subset shared by a batch would make a file depend on its neighbours.

use super::PdfError;
use crate::fonts::{Face, FaceId, Fonts};
use crate::typeset::display::{Document, Glyph, Ink, NodeId, Run, Structure};
use printpdf::{Codepoint, FontId, Op, ParsedFont, PdfFontHandle, Pt, TextItem};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Stands in a font for the text of a glyph that says nothing of its own, such as the second one of a cluster: U+200B, which takes no
/// room. A glyph without any text would be guessed at by readers.
const SILENT: &str = "\u{200b}";

/// Glyphs that stand for a piece of text together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cluster<'a> {
    /// One glyph; or one that has all the text, and others without any.
    pub(super) glyphs: &'a [Glyph],
    /// What they say.
    pub(super) text: &'a str,
}

/// Divides a run into its clusters, in order. The text that [`check_clusters`] refuses is left out.
pub(super) fn clusters(run: &Run) -> impl Iterator<Item = Cluster<'_>> {
    let mut rest = run.text.as_str();
    run.glyphs.chunk_by(|_, next| next.text_length == 0).map(move |glyphs| {
        let length = glyphs.first().map_or(0, |glyph| usize::from(glyph.text_length));
        let (text, after) = rest.split_at_checked(length).unwrap_or_default();
        rest = after;
        Cluster { glyphs, text }
    })
}

/// That the glyphs of a run add up to its text.
fn check_clusters(run: &Run) -> Result<(), PdfError> {
    let divided: usize = clusters(run).map(|cluster| cluster.text.len()).sum();
    let asked: usize = run.glyphs.iter().map(|glyph| usize::from(glyph.text_length)).sum();
    if divided == run.text.len() && asked == divided {
        return Ok(());
    }
    Err(PdfError::Clusters { text: run.text.clone() })
}

/// A glyph as it is embedded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EmbeddedGlyph {
    /// Its number in the small font.
    pub(super) id: u16,
    /// Its advance in thousandths of an em, as the file says it: a reader's pen moves by this.
    pub(super) width: u16,
    /// What it says in the font's table of texts.
    pub(super) text: String,
}

/// A face as it is embedded.
pub(super) struct EmbeddedFace {
    /// Its name in the resources of a page.
    pub(super) id: FontId,
    /// The small font, as printpdf wants it.
    parsed: ParsedFont,
    /// Its glyphs by their number in the whole font.
    glyphs: BTreeMap<u16, EmbeddedGlyph>,
    /// The height of a flat capital in thousandths of an em.
    pub(super) cap_height: Option<i64>,
}

impl EmbeddedFace {
    /// A glyph by its number in the whole font.
    pub(super) fn glyph(&self, id: u16) -> &EmbeddedGlyph {
        // Every glyph of the document was collected before.
        &self.glyphs[&id]
    }

    /// Whether a reader that knows the font alone gets the text of the cluster right.
    pub(super) fn says(&self, cluster: Cluster<'_>) -> bool {
        matches!(cluster.glyphs, [glyph] if self.glyph(glyph.id).text == cluster.text)
    }
}

/// The faces of a document.
pub(super) struct EmbeddedFonts {
    faces: BTreeMap<FaceId, EmbeddedFace>,
}

impl EmbeddedFonts {
    /// Cuts the fonts to the glyphs of the document.
    pub(super) fn subset(document: &Document, fonts: &Fonts) -> Result<Self, PdfError> {
        let faces = usage(document, fonts)?
            .into_iter()
            .map(|(id, texts)| Ok((id, embed(id, fonts.face(id), texts)?)))
            .collect::<Result<_, PdfError>>()?;
        Ok(Self { faces })
    }

    /// A face that the document uses.
    pub(super) fn face(&self, id: FaceId) -> &EmbeddedFace {
        // Every face of the document was collected before.
        &self.faces[&id]
    }

    /// Drawing operations with every glyph of every face, each with what it says: printpdf embeds what it sees drawn.
    pub(super) fn specimen(&self) -> Vec<Op> {
        let size = Pt(1.0);
        let show = |face: &EmbeddedFace| {
            let glyph = |glyph: &EmbeddedGlyph| Codepoint { gid: glyph.id, offset: 0.0, cid: Some(glyph.text.clone()) };
            let glyphs = face.glyphs.values().map(glyph).collect();
            let font = PdfFontHandle::External(face.id.clone());
            [Op::SetFont { font, size }, Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] }]
        };
        // Outside of a text section printpdf has doubts.
        let shown = self.faces.values().flat_map(show);
        std::iter::once(Op::StartTextSection).chain(shown).chain([Op::EndTextSection]).collect()
    }

    /// All faces, in a fixed order.
    pub(super) fn into_printpdf(self) -> impl Iterator<Item = (FontId, ParsedFont, Option<i64>)> {
        self.faces.into_values().map(|face| (face.id, face.parsed, face.cap_height))
    }
}

/// For each face the glyphs in use, and what each says.
///
/// A font knows one text a glyph. Where a glyph says several things, the first of them in running text stands; a formula's glyphs
/// decide only where nothing else does, since a reader takes the LaTeX for them.
fn usage(document: &Document, fonts: &Fonts) -> Result<BTreeMap<FaceId, BTreeMap<u16, String>>, PdfError> {
    let mut used: BTreeMap<FaceId, BTreeMap<u16, Option<&str>>> = BTreeMap::new();
    for formulas in [false, true] {
        for item in document.pages.iter().flat_map(|page| &page.items) {
            let Ink::Glyphs(run) = &item.ink else { continue };
            if is_replaced(&document.structure, item.node) != formulas {
                continue;
            }
            check_clusters(run)?;
            let texts = used.entry(run.face).or_default();
            for cluster in clusters(run) {
                if cluster.glyphs.iter().any(|glyph| glyph.id == 0) {
                    let face = fonts.face(run.face).name.clone();
                    return Err(PdfError::MissingGlyph { face, text: cluster.text.to_owned() });
                }
                for (index, glyph) in cluster.glyphs.iter().enumerate() {
                    let said = Some(cluster.text).filter(|text| index == 0 && !text.is_empty());
                    let text = texts.entry(glyph.id).or_default();
                    *text = text.or(said);
                }
            }
        }
    }
    let owned = |texts: BTreeMap<u16, Option<&str>>| {
        texts.into_iter().map(|(glyph, text)| (glyph, text.unwrap_or(SILENT).to_owned())).collect()
    };
    Ok(used.into_iter().map(|(face, texts)| (face, owned(texts))).collect())
}

/// Whether readers take the words of a node for its ink.
pub(super) fn is_replaced(structure: &Structure, node: NodeId) -> bool {
    node != NodeId::ARTIFACT && super::structure::actual_text(&structure.nodes()[node.index()]).is_some()
}

fn embed(id: FaceId, face: &Face, texts: BTreeMap<u16, String>) -> Result<EmbeddedFace, PdfError> {
    let failed = |reason: String| PdfError::Font { face: face.name.clone(), reason };
    if let Some(glyph) = texts.keys().find(|glyph| u32::from(**glyph) >= face.font.num_glyphs()) {
        return Err(failed(format!("it has no glyph {glyph}")));
    }
    let mut remapper = subsetter::GlyphRemapper::new();
    for glyph in texts.keys() {
        remapper.remap(*glyph);
    }
    let bytes = subsetter::subset(&face.bytes, face.index, &remapper).map_err(|error| failed(error.to_string()))?;
    // A subset has no character table, and printpdf says so each time; all else that it says would show below.
    let mut parsed = ParsedFont::from_bytes(&bytes, 0, &mut Vec::new())
        .ok_or_else(|| failed("its subset cannot be read back".to_owned()))?;
    parsed.font_name = Some(format!("{}+{}", subset_tag(&bytes), face.name));
    // A subset has lost the table with the weight, too.
    parsed.pdf_font_metrics.us_weight_class = face.font.default_attributes().weight.value() as u16;
    let units_per_em = f32::from(parsed.pdf_font_metrics.units_per_em);
    let glyphs = texts
        .into_iter()
        .map(|(old, text)| {
            let id = remapper.get(old).ok_or_else(|| failed(format!("its subset lacks glyph {old}")))?;
            let advance = parsed.get_glyph_width(id).ok_or_else(|| failed(format!("glyph {old} has no width")))?;
            // Cut to a whole number, as printpdf cuts it.
            Ok((old, EmbeddedGlyph { id, width: (f32::from(advance) * 1000.0 / units_per_em) as u16, text }))
        })
        .collect::<Result<_, PdfError>>()?;
    let cap_height =
        face.font.metrics().cap_height.map(|height| (height.to_f32() * 1000.0 / face.units_per_em).round() as i64);
    Ok(EmbeddedFace { id: FontId(format!("F{}", id.index())), parsed, glyphs, cap_height })
}

/// Six capitals that tell the subsets of one font apart (ISO 32000-1, 9.6.4).
fn subset_tag(font: &[u8]) -> String {
    Sha256::digest(font).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, lengths: &[u8]) -> Run {
        let glyphs = lengths.iter().map(|length| Glyph { id: 1, x: 0.0, text_length: *length }).collect();
        Run { face: FaceId::BODY, size: 10.0, y: 0.0, text: text.to_owned(), glyphs, turned: None }
    }

    #[test]
    fn a_cluster_is_a_glyph_with_text_and_those_without_after_it() {
        let run = run("ffi模e\u{301}", &[3, 3, 0, 3, 0]);
        let found: Vec<_> = clusters(&run).map(|cluster| (cluster.text, cluster.glyphs.len())).collect();
        assert_eq!(found, [("ffi", 1), ("模", 2), ("e\u{301}", 2)]);
        assert!(check_clusters(&run).is_ok());
    }

    #[test]
    fn glyphs_that_do_not_add_up_to_the_text_are_refused() {
        for (text, lengths) in [("模型", &[3][..]), ("模型", &[2, 4]), ("a", &[1, 1]), ("a", &[]), ("", &[1])] {
            assert!(check_clusters(&run(text, lengths)).is_err(), "{text} {lengths:?}");
        }
    }
}
