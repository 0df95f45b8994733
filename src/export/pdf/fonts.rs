//! The fonts of one document, cut to the glyphs it has.
//!
//! In: the glyph runs of a document and the whole fonts. Out: a small font a face, with the new number, the width and the text of every
//! glyph in use. A font is cut for each document alone: a subset shared by a batch would make a file depend on its neighbours.

mod embed;

use super::PdfError;
use super::objects::Objects;
use crate::fonts::{Face, FaceId, Fonts};
use crate::typeset::display::{Document, Glyph, Ink, NodeId, Run, Structure};
use harfrust::GlyphId;
use pdf_writer::Ref;
use subsetter::GlyphRemapper;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EmbeddedGlyph<'a> {
    /// Its advance in thousandths of an em, as the file says it: a reader's pen moves by this.
    width: u16,
    /// What it says in the font's table of texts.
    text: &'a str,
}

/// A face as it is embedded.
pub(super) struct EmbeddedFace<'a> {
    /// Its name in the resources of a page.
    pub(super) name: String,
    face: &'a Face,
    /// The small font.
    subset: Vec<u8>,
    /// For each glyph of the whole font its number in the small one; 0 if it is not in use.
    numbers: Vec<u16>,
    /// The glyphs of the small font, without glyph 0.
    glyphs: Vec<EmbeddedGlyph<'a>>,
}

impl<'a> EmbeddedFace<'a> {
    /// The number in the small font of a glyph of the whole one, and its advance in thousandths of an em.
    pub(super) fn glyph(&self, id: u16) -> (u16, u16) {
        // Every glyph of the document was collected before.
        let number = self.numbers[usize::from(id)];
        (number, self.embedded(number).width)
    }

    /// Whether a reader that knows the font alone gets the text of the cluster right.
    pub(super) fn says(&self, cluster: Cluster<'_>) -> bool {
        matches!(cluster.glyphs, [glyph] if self.embedded(self.numbers[usize::from(glyph.id)]).text == cluster.text)
    }

    fn embedded(&self, number: u16) -> EmbeddedGlyph<'a> {
        self.glyphs[usize::from(number) - 1]
    }
}

/// The faces of a document.
pub(super) struct EmbeddedFonts<'a> {
    /// By [`FaceId::index`]; `None` for faces that are not in use.
    faces: Vec<Option<EmbeddedFace<'a>>>,
}

impl<'a> EmbeddedFonts<'a> {
    /// Cuts the fonts to the glyphs of the document.
    pub(super) fn subset(document: &'a Document, fonts: &'a Fonts) -> Result<Self, PdfError> {
        let usage = usage(document, fonts)?;
        let faces = usage.iter().zip(fonts.faces()).enumerate();
        let faces =
            faces.map(|(index, (texts, face))| texts.as_deref().map(|texts| cut(index, face, texts)).transpose());
        Ok(Self { faces: faces.collect::<Result<_, PdfError>>()? })
    }

    /// A face that the document uses.
    pub(super) fn face(&self, id: FaceId) -> &EmbeddedFace<'a> {
        // Every face of the document was collected before.
        self.faces[id.index()].as_ref().unwrap_or_else(|| unreachable!("{id:?} is in use"))
    }

    /// Whether every text of a glyph is one that a table of texts may have (ISO 19005-2, 6.2.11.7.2; ISO 14289-1, 7.21.7).
    pub(super) fn say_characters(&self) -> bool {
        let forbidden = ['\0', '\u{feff}', '\u{fffe}'];
        self.faces.iter().flatten().flat_map(|face| &face.glyphs).all(|glyph| !glyph.text.contains(forbidden))
    }

    /// Adds the fonts to a file. Returns their names in the resources of a page.
    pub(super) fn write(&self, objects: &mut Objects) -> Vec<(&str, Ref)> {
        self.faces.iter().flatten().map(|face| (face.name.as_str(), embed::write(face, objects))).collect()
    }
}

/// What each glyph of a whole font says, by its number; empty for a glyph without any text, `None` if it is not in use.
type Texts<'a> = Vec<Option<&'a str>>;

/// For each face in use what its glyphs say.
///
/// A font knows one text a glyph. Where a glyph says several things, the first of them in running text stands; a formula's glyphs
/// decide only where nothing else does, since a reader takes the LaTeX for them.
fn usage<'a>(document: &'a Document, fonts: &Fonts) -> Result<Vec<Option<Texts<'a>>>, PdfError> {
    let mut used: Vec<Option<Texts<'a>>> = fonts.faces().iter().map(|_| None).collect();
    for formulas in [false, true] {
        for item in document.pages.iter().flat_map(|page| &page.items) {
            let Ink::Glyphs(run) = &item.ink else { continue };
            if is_replaced(&document.structure, item.node) != formulas {
                continue;
            }
            check_clusters(run)?;
            let face = fonts.face(run.face);
            let texts = used[run.face.index()].get_or_insert_with(|| vec![None; face.font.num_glyphs() as usize]);
            for cluster in clusters(run) {
                if cluster.glyphs.iter().any(|glyph| glyph.id == 0) {
                    return Err(PdfError::MissingGlyph { face: face.name.clone(), text: cluster.text.to_owned() });
                }
                for (index, glyph) in cluster.glyphs.iter().enumerate() {
                    let Some(text) = texts.get_mut(usize::from(glyph.id)) else {
                        let reason = format!("it has no glyph {}", glyph.id);
                        return Err(PdfError::Font { face: face.name.clone(), reason });
                    };
                    let said = if index == 0 { cluster.text } else { "" };
                    // A soft hyphen shares its glyph with the hyphen, which readers that know the font alone take it for.
                    if text.is_none_or(|text| text.is_empty() || text == "\u{ad}" && !said.is_empty()) {
                        *text = Some(said);
                    }
                }
            }
        }
    }
    Ok(used)
}

/// Whether readers take the words of a node for its ink.
pub(super) fn is_replaced(structure: &Structure, node: NodeId) -> bool {
    node != NodeId::ARTIFACT && super::structure::actual_text(&structure.nodes()[node.index()]).is_some()
}

fn cut<'a>(index: usize, face: &'a Face, texts: &[Option<&'a str>]) -> Result<EmbeddedFace<'a>, PdfError> {
    let failed = |reason: String| PdfError::Font { face: face.name.clone(), reason };
    let metrics = face.font.glyph_metrics();
    let mut remapper = GlyphRemapper::new();
    let mut numbers = vec![0; texts.len()];
    let mut glyphs = Vec::new();
    for (id, text) in texts.iter().enumerate() {
        let Some(text) = text else { continue };
        // In a font there are no more glyphs than a u16 can count.
        numbers[id] = remapper.remap(id as u16);
        let width = (metrics.h_advance(GlyphId::new(id as u32)) * 1000.0 / face.units_per_em).round() as u16;
        glyphs.push(EmbeddedGlyph { width, text: if text.is_empty() { SILENT } else { text } });
    }
    let subset = subsetter::subset(&face.bytes, face.index, &remapper).map_err(|error| failed(error.to_string()))?;
    Ok(EmbeddedFace { name: format!("F{index}"), face, subset, numbers, glyphs })
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
