//! The fonts of a run: those that the command line or the paper style names, and what is found on the machine for characters that
//! they lack.

use crate::blueprint::Blueprint;
use crate::cli::{Failure, Ready};
use crate::diag::{Code, Diagnostic};
use crate::fonts::Fonts;
use crate::fonts::named::{self, Chosen};
use crate::fonts::system::{Supply, SystemFonts};
use crate::form::Form;
use crate::math;
use crate::paper::characters::{self, Missing};
use crate::paper::style::FontNames;
use crate::text::spelled;
use clap::Args;
use std::cell::{LazyCell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Fonts as the command line names them.
#[derive(Debug, Args)]
pub(in crate::cli) struct FontOptions {
    /// The font of running text: a file (`song.ttc#2` is the third font of a collection), or a family; what it lacks comes from
    /// the bundled fonts
    #[arg(long, value_name = "FILE|FAMILY", help_heading = "Fonts")]
    font: Option<String>,
    /// The font of headings and strong text
    #[arg(long, value_name = "FILE|FAMILY", help_heading = "Fonts")]
    heading_font: Option<String>,
    /// A font for characters that the others lack, before the fonts of the machine are asked; may be given several times
    #[arg(long, value_name = "FILE|FAMILY", help_heading = "Fonts")]
    fallback_font: Vec<String>,
}

/// Where fonts come from. The list of the machine's is read when a page first needs one.
pub(in crate::cli) struct FontShelf<'o> {
    options: &'o FontOptions,
    system: LazyCell<SystemFonts>,
    /// What was said of fonts of the machine, so that each exam of a run does not say it again.
    said: RefCell<Vec<Diagnostic>>,
}

impl<'o> FontShelf<'o> {
    pub(in crate::cli) fn new(options: &'o FontOptions) -> Self {
        Self { options, system: LazyCell::new(SystemFonts::load), said: RefCell::default() }
    }

    /// The fonts that forms are set in, with the formulas that were set on the way, and what is to say of them: an error for a
    /// character that no font has, a warning where a page depends on the fonts of this machine.
    pub(in crate::cli) fn fonts(
        &self,
        ready: &Ready,
        blueprint: &Blueprint,
        forms: &[Form],
        style: &FontNames,
    ) -> Result<(math::Cache, Vec<Diagnostic>), Failure> {
        let math = math::Cache::new(self.chosen(style)?);
        let missing = characters::missing(&ready.bank, blueprint, forms, &math);
        if missing.is_empty() {
            return Ok((math, Vec::new()));
        }
        let wanted = missing.iter().flat_map(|missing| &missing.characters).copied().collect();
        let (mut diagnostics, mut found) = (Vec::new(), BTreeSet::new());
        let mut fonts = math.fonts().clone();
        for supply in self.system.supply(&wanted) {
            let warning = machine_font(&supply);
            if !self.said.borrow().contains(&warning) {
                self.said.borrow_mut().push(warning.clone());
                diagnostics.push(warning);
            }
            fonts.add_fallback(supply.face)?;
            found.extend(supply.characters);
        }
        for Missing { characters, place } in missing {
            let characters = &characters - &found;
            if !characters.is_empty() {
                diagnostics.push(Missing { characters, place }.diagnostic(&ready.sources));
            }
        }
        Ok((math::Cache::new(Arc::new(fonts)), diagnostics))
    }

    /// What the command line names, else what the style does, else the bundled fonts.
    fn chosen(&self, style: &FontNames) -> Result<Arc<Fonts>, Failure> {
        let FontOptions { font, heading_font, fallback_font } = self.options;
        let (body, heading) = (font.as_ref().or(style.body.as_ref()), heading_font.as_ref().or(style.heading.as_ref()));
        if body.is_none() && heading.is_none() && fallback_font.is_empty() {
            return Ok(Fonts::bundled());
        }
        let chosen = Chosen {
            body: body.map(|name| named::find(name, false, &self.system)).transpose()?,
            heading: heading.map(|name| named::find(name, true, &self.system)).transpose()?,
            fallback: fallback_font
                .iter()
                .map(|name| named::find(name, false, &self.system))
                .collect::<Result<_, _>>()?,
        };
        Ok(Arc::new(Fonts::with(&chosen)?))
    }
}

/// That a page has something which another machine may not have.
fn machine_font(supply: &Supply) -> Diagnostic {
    let are = if supply.characters.len() == 1 { "is" } else { "are" };
    let message = format!("{} {are} printed in a font of this machine: {}", spelled(&supply.characters), supply.origin);
    Diagnostic::placeless(Code::MachineFont, message).help(format!(
        "for the same pages on every machine keep the font with the bank and name it: `--fallback-font {}`",
        supply.origin.file
    ))
}
