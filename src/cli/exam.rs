//! `cardpress exam`: the forms of an exam, each as a paper and its answer key.

use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, TEMPLATES, Verdict, load};
use crate::blueprint::{self, Blueprint, FormName};
use crate::diag::{self, Code, Diagnostic, any_error};
use crate::export::pdf::{self, PdfError};
use crate::fonts::Fonts;
use crate::form::{Form, assemble};
use crate::markup::html::media_name;
use crate::math;
use crate::paper::style::PaperStyle;
use crate::paper::{Job, answer_key, exam_paper};
use crate::raster::Raster;
use crate::source::Sources;
use crate::typeset::{Pictures, Setter};
use clap::Args;
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// The blueprint that is drawn unless another is named.
const USUAL: &str = "mock-exam";

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
        let verdict = stage(&mut ready, &find(&self.blueprint)?, &self.options, &mut press, ui)?;
        if verdict == Verdict::Fine {
            press.finish(ui)?;
        }
        Ok(verdict)
    }
}

/// A blueprint that was found, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// What its files are called.
    name: String,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    BuiltIn(&'static str),
}

fn own_blueprints() -> PathBuf {
    Path::new(TEMPLATES).join("blueprints")
}

/// The blueprints in `templates/blueprints/` of the current folder, in the order of their names.
pub(super) fn own() -> Result<Vec<Found>, Failure> {
    let folder = own_blueprints();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = crate::source::list(&folder)?;
    let names = names.iter().filter_map(|file| file.strip_suffix(".toml"));
    Ok(names
        .map(|name| Found { name: name.to_owned(), place: Place::File(folder.join(format!("{name}.toml"))) })
        .collect())
}

/// The blueprint that an argument means.
pub(super) fn find(argument: &str) -> Result<Found, Failure> {
    let path = Path::new(argument);
    if path.extension().is_some_and(|ending| ending == "toml") || path.components().count() > 1 {
        let name = path.file_stem().map_or_else(|| argument.to_owned(), |stem| stem.to_string_lossy().into_owned());
        return Ok(Found { name, place: Place::File(path.to_path_buf()) });
    }
    let own = own()?;
    if let Some(found) = own.iter().find(|found| found.name == argument) {
        return Ok(found.clone());
    }
    if let Some(text) = blueprint::builtin(argument) {
        return Ok(Found { name: argument.to_owned(), place: Place::BuiltIn(text) });
    }
    let own = own.into_iter().map(|found| found.name);
    let known: BTreeSet<String> = own.chain(blueprint::builtin_names().map(str::to_owned)).collect();
    Err(Failure::NoBlueprint { name: argument.to_owned(), known: diag::list_of(known.iter().map(String::as_str)) })
}

/// Draws the forms, sets them, and makes their files. What stands in the way is reported.
pub(super) fn stage(
    ready: &mut Ready,
    found: &Found,
    options: &Drawing,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Verdict, Failure> {
    let Some(blueprint) = read(found, options, &mut ready.sources, ui)? else { return Ok(Verdict::Wrong) };
    let assembled = assemble(&ready.bank, &blueprint);
    ui.report(&assembled.diagnostics, &ready.sources);
    if any_error(&assembled.diagnostics) {
        return Ok(Verdict::Wrong);
    }
    let (pictures, mut diagnostics) = pictures(ready, &assembled.forms)?;
    let progress = ui.progress(assembled.forms.len() as u64, "setting forms");
    let fingerprint = ready.bank.fingerprint();
    let set = Set {
        ready,
        blueprint: &blueprint,
        fonts: &Fonts::bundled(),
        math: &math::Cache::default(),
        pictures: &pictures,
        fingerprint: &fingerprint,
        progress: &progress,
    };
    // A thousand forms are half a gigabyte: what is set goes to the disk before more is set.
    let at_once = FORMS_PER_THREAD * rayon::current_num_threads();
    for forms in assembled.forms.chunks(at_once) {
        let papers = set.all(forms)?;
        diagnostics.extend(papers.iter().flat_map(|papers| papers.diagnostics.iter().cloned()));
        // The rest is still set once something is wrong, so that everything that is wrong is said in one run.
        if !any_error(&diagnostics) {
            forms.iter().zip(papers).try_for_each(|(form, papers)| add(&found.name, form, &papers, press))?;
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

/// Adds the files of a form.
fn add(exam: &str, form: &Form, papers: &Papers, press: &mut Press) -> Result<(), Failure> {
    let items = form.sections.iter().map(|section| section.items.len()).sum();
    let content = format!(
        "form {}: {}, {}, {}",
        form.name,
        count_of(items, "item"),
        if form.points().to_string() == "1" { "1 point".to_owned() } else { format!("{} points", form.points()) },
        count_of(papers.pages, "page"),
    );
    press.add(&format!("{exam}-{}.pdf", form.name), &papers.paper, content)?;
    let content = format!("key of form {}: {}", form.name, count_of(papers.key_pages, "page"));
    press.add(&format!("{exam}-{}-key.pdf", form.name), &papers.key, content)
}

/// Reads the blueprint and puts what the command line says in the place of what it says.
fn read(found: &Found, options: &Drawing, sources: &mut Sources, ui: &mut Ui) -> Result<Option<Blueprint>, Failure> {
    let loaded = match &found.place {
        Place::File(path) => Blueprint::load(path, sources)?,
        Place::BuiltIn(text) => {
            let source = sources.add(format!("{}.toml (built in)", found.name), *text);
            Blueprint::read(sources, source)
        }
    };
    ui.report(&loaded.diagnostics, sources);
    Ok(loaded.blueprint.map(|mut blueprint| {
        blueprint.exam.seed = options.seed.unwrap_or(blueprint.exam.seed);
        if let Some(Forms(names)) = &options.forms {
            blueprint.exam.forms.clone_from(names);
        }
        blueprint
    }))
}

/// The pictures on the forms, and which cannot be printed.
fn pictures(ready: &Ready, forms: &[Form]) -> Result<(Pictures, Vec<Diagnostic>), Failure> {
    let items = forms.iter().flat_map(|form| &form.sections).flat_map(|section| &section.items);
    let cards: BTreeSet<usize> = items.map(|item| item.card).collect();
    let cards: Vec<_> = cards.into_iter().map(|card| &ready.bank.cards[card]).collect();
    let files: BTreeMap<String, Vec<u8>> =
        ready.bank.media(cards.iter().copied())?.into_iter().map(|media| (media.name, media.bytes)).collect();
    let (mut pictures, mut diagnostics) = (Pictures::new(), Vec::new());
    for card in cards {
        for (_, text) in card.texts() {
            text.images(|image| {
                if pictures.contains_key(&*image.path) {
                    return;
                }
                let Some(bytes) = files.get(media_name(&image.path)) else { return };
                match Raster::decode(bytes, &image.path) {
                    Ok(raster) => {
                        pictures.insert(image.path.to_string(), Arc::new(raster));
                    }
                    Err(error) => diagnostics.push(
                        Diagnostic::new(Code::UnprintablePicture, text.span, error.to_string())
                            .help("or leave the card out of exams with `exam = false`"),
                    ),
                }
            });
        }
    }
    Ok((pictures, diagnostics))
}

/// A form as files.
struct Papers {
    paper: Vec<u8>,
    pages: usize,
    key: Vec<u8>,
    key_pages: usize,
    diagnostics: Vec<Diagnostic>,
}

/// What all forms of an exam are set from.
struct Set<'a> {
    ready: &'a Ready,
    blueprint: &'a Blueprint,
    fonts: &'a Fonts,
    math: &'a math::Cache,
    pictures: &'a Pictures,
    fingerprint: &'a str,
    progress: &'a ProgressBar,
}

impl Set<'_> {
    /// Sets forms in parallel; what comes out does not depend on how many threads did it.
    fn all(&self, forms: &[Form]) -> Result<Vec<Papers>, PdfError> {
        let setter = || Setter::new(self.fonts, self.math, self.pictures);
        let papers: Vec<_> = forms.par_iter().map_init(setter, |setter, form| self.one(form, setter)).collect();
        // Of several errors the first form's is said, whichever thread came first.
        papers.into_iter().collect()
    }

    fn one(&self, form: &Form, setter: &mut Setter<'_>) -> Result<Papers, PdfError> {
        let job = Job {
            bank: &self.ready.bank,
            exam: &self.blueprint.exam,
            form,
            fingerprint: self.fingerprint,
            style: &PaperStyle::A4,
        };
        let (paper, key) = (exam_paper(&job, setter), answer_key(&job, setter));
        let mut diagnostics = paper.diagnostics;
        diagnostics.extend(key.diagnostics);
        let stamp = pdf::Stamp::default();
        let bytes = |document| {
            // A page with missing characters cannot be written, and the build stops at them anyway.
            if any_error(&diagnostics) { Ok(Vec::new()) } else { pdf::pdf(document, self.fonts, &stamp) }
        };
        let papers = Papers {
            paper: bytes(&paper.document)?,
            pages: paper.document.pages.len(),
            key: bytes(&key.document)?,
            key_pages: key.document.pages.len(),
            diagnostics,
        };
        self.progress.inc(1);
        Ok(papers)
    }
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

    #[test]
    fn a_path_is_a_file_and_a_name_is_looked_up() {
        assert_eq!(find("mid.toml").map(|found| found.name).ok().as_deref(), Some("mid"));
        assert_eq!(find("a/b").map(|found| found.place).ok(), Some(Place::File("a/b".into())));
        assert!(find(USUAL).is_ok());
        assert!(matches!(find("nosuch"), Err(Failure::NoBlueprint { .. })));
    }
}
