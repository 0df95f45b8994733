//! `cardpress exam`: the forms of an exam, each as a paper and its answer key.

mod find;
mod fonts;
mod set;

use super::press::Press;
use super::ui::Ui;
use super::{Failure, Global, Ready, Verdict, load};
use crate::blueprint::{Blueprint, FormName};
use crate::diag::{self, Code, Diagnostic, any_error, did_you_mean};
use crate::export::png::RESOLUTIONS;
use crate::form::assemble;
use crate::paper::style::{self, PaperStyle};
use crate::source::Sources;
use clap::Args;
use find::PAPERS;
pub(super) use find::{BLUEPRINTS, Found};
pub(super) use fonts::{FontOptions, FontShelf};
use set::{Papers, Set, pictures};
use std::str::FromStr;

/// The blueprint that is drawn unless another is named.
pub(super) const USUAL: &str = "mock-exam";

/// Draw the forms of an exam and set each with its answer key
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cardpress exam --blueprint mock-exam --seed 7 --forms A,B")]
pub(super) struct Exam {
    /// The blueprint: a file, or a name in templates/blueprints/ of the current folder, or one built in
    #[arg(long, value_name = "FILE|NAME", default_value = USUAL)]
    blueprint: String,
    #[command(flatten)]
    options: Drawing,
}

#[derive(Debug, Args)]
pub(super) struct Drawing {
    /// The number that decides what is drawn [default: that of the blueprint]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The forms: names such as A,B,C, or how many; 26 are A to Z, more are 001 and on [default: those of the blueprint]
    #[arg(long, value_name = "NAMES|N")]
    forms: Option<Forms>,
    /// How papers look: a file, or a name in templates/papers/ of the current folder, or one built in [default: that of the
    /// blueprint]
    #[arg(long, value_name = "FILE|NAME")]
    paper: Option<String>,
    /// Make an answer sheet (答题卡) for each form, and a JSON file for those who read scans of it [default: as the blueprint says]
    #[arg(long)]
    answer_sheet: bool,
    #[command(flatten)]
    pub(super) fonts: FontOptions,
    /// Write each page as a PNG picture too, at 150 pixels to the inch or at so many, 36 to 600
    #[arg(
        long,
        value_name = "DPI",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "150",
        value_parser = clap::value_parser!(u16).range(resolutions())
    )]
    png: Option<u16>,
}

fn resolutions() -> std::ops::RangeInclusive<i64> {
    i64::from(*RESOLUTIONS.start())..=i64::from(*RESOLUTIONS.end())
}

/// The names of forms, as given on the command line.
#[derive(Debug, Clone)]
struct Forms(Vec<FormName>);

impl FromStr for Forms {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const MOST: usize = 9999;
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let count = text.parse().ok().filter(|count| (1..=MOST).contains(count));
            return count.map(FormName::series).map(Self).ok_or_else(|| format!("1 to {MOST} forms can be drawn"));
        }
        let mut names: Vec<FormName> = Vec::new();
        for name in text.split(',').map(str::trim) {
            let form = FormName::new(name).ok_or_else(|| {
                format!("`{name}` is no name of a form: allowed are 1 to {} letters, digits and `-`", FormName::LONGEST)
            })?;
            if names.iter().any(|other| other.clashes(&form)) {
                return Err(format!("two forms are called `{name}`"));
            }
            names.push(form);
        }
        Ok(Self(names))
    }
}

impl Exam {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let mut press = Press::new(&global.out);
        let shelf = FontShelf::new(&self.options.fonts);
        let verdict = stage(&mut ready, &BLUEPRINTS.find(&self.blueprint)?, &self.options, &shelf, &mut press, ui)?;
        if verdict == Verdict::Fine {
            press.finish(ui)?;
        }
        Ok(verdict)
    }
}

/// Draws the forms, sets them, and makes their files. What stands in the way is reported.
pub(super) fn stage(
    ready: &mut Ready,
    found: &Found,
    options: &Drawing,
    shelf: &FontShelf<'_>,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Verdict, Failure> {
    let Some(blueprint) = read(found, options, &mut ready.sources, ui)? else { return Ok(Verdict::Wrong) };
    let Some(style) = paper_style(&blueprint, options, &mut ready.sources, ui)? else { return Ok(Verdict::Wrong) };
    let assembled = assemble(&ready.bank, &blueprint);
    ui.report(&assembled.diagnostics, &ready.sources);
    if any_error(&assembled.diagnostics) {
        return Ok(Verdict::Wrong);
    }
    let (math, about_fonts) = shelf.fonts(ready, &blueprint, &assembled.forms, &style.fonts)?;
    let (pictures, mut diagnostics) = pictures(ready, &assembled.forms, math.fonts())?;
    let holes = any_error(&about_fonts);
    diagnostics.extend(about_fonts);
    if holes {
        diag::sort(&mut diagnostics);
        ui.report(&diagnostics, &ready.sources);
        return Ok(Verdict::Wrong);
    }
    let progress = ui.progress(assembled.forms.len() as u64, "setting forms");
    let fingerprint = ready.bank.fingerprint();
    let set = Set {
        name: &found.name,
        ready,
        blueprint: &blueprint,
        style: &style,
        fonts: math.fonts(),
        math: &math,
        pictures: &pictures,
        fingerprint: &fingerprint,
        png: options.png,
        progress: &progress,
    };
    // A thousand forms are half a gigabyte: what is set goes to the disk before more is set.
    let per_thread = if options.png.is_some() { 1 } else { FORMS_PER_THREAD };
    let at_once = per_thread * rayon::current_num_threads();
    for forms in assembled.forms.chunks(at_once) {
        let papers = set.all(forms)?;
        diagnostics.extend(papers.iter().flat_map(|papers| papers.diagnostics.iter().cloned()));
        // The rest is still set once something is wrong, so that everything that is wrong is said in one run.
        if !any_error(&diagnostics) {
            for file in papers.into_iter().flat_map(|Papers { files, .. }| files) {
                press.add(&format!("{}{}", found.name, file.ending), &file.bytes, file.content)?;
            }
        }
    }
    progress.finish_and_clear();

    // A card may stand on several forms, and on the paper as on the key.
    diag::sort(&mut diagnostics);
    diagnostics.dedup();
    ui.report(&diagnostics, &ready.sources);
    Ok(if any_error(&diagnostics) { Verdict::Wrong } else { Verdict::Fine })
}

/// How many forms are held in memory for each thread, at half a megabyte each. With few of them, threads wait for the slowest too often.
const FORMS_PER_THREAD: usize = 16;

/// Reads the blueprint and puts what the command line says in the place of what it says.
fn read(found: &Found, options: &Drawing, sources: &mut Sources, ui: &mut Ui) -> Result<Option<Blueprint>, Failure> {
    let source = found.source(sources)?;
    let loaded = Blueprint::read(sources, source);
    ui.report(&loaded.diagnostics, sources);
    Ok(loaded.blueprint.map(|mut blueprint| {
        blueprint.exam.seed = options.seed.unwrap_or(blueprint.exam.seed);
        if let Some(Forms(names)) = &options.forms {
            blueprint.exam.forms.clone_from(names);
        }
        blueprint.exam.answer_sheet |= options.answer_sheet;
        blueprint
    }))
}

/// Reads the paper style that the command line names, or else the blueprint. `None` if it has errors, which are reported.
fn paper_style(
    blueprint: &Blueprint,
    options: &Drawing,
    sources: &mut Sources,
    ui: &mut Ui,
) -> Result<Option<PaperStyle>, Failure> {
    let found = match (&options.paper, &blueprint.exam.paper) {
        (Some(argument), _) => PAPERS.find(argument)?,
        (None, None) => PAPERS.find(style::USUAL)?,
        (None, Some(paper)) => match PAPERS.named(&paper.value)? {
            Ok(found) => found,
            Err(known) => {
                let message = format!("there is no paper style `{}`", paper.value);
                let mut diagnostic = Diagnostic::new(Code::UnknownPaper, paper.span, message);
                diagnostic.help.extend(did_you_mean(&paper.value, known.0.iter().map(String::as_str)));
                diagnostic = diagnostic.help(format!("known: {}; your own stand in templates/papers/", known.list()));
                ui.report(&[diagnostic], sources);
                return Ok(None);
            }
        },
    };
    let source = found.source(sources)?;
    let loaded = PaperStyle::read(&found.name, sources, source);
    ui.report(&loaded.diagnostics, sources);
    Ok(loaded.style)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, String> {
        text.parse().map(|Forms(names)| names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn forms_are_named_or_counted() {
        assert_eq!(names("A,B"), Ok(vec!["A".into(), "B".into()]));
        assert_eq!(names("make-up, 2"), Ok(vec!["make-up".into(), "2".into()]));
        assert_eq!(names("2"), Ok(vec!["A".into(), "B".into()]));
        assert_eq!(names("26").map(|names| names[25].clone()), Ok("Z".into()));
        assert_eq!(names("27").map(|names| names[26].clone()), Ok("027".into()));
        for bad in ["", "0", "10000", "99999999999999999999", "A,,B", "A,a", "甲", "a b", "../x"] {
            assert!(names(bad).is_err(), "{bad}");
        }
    }
}
