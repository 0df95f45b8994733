//! `cardpress exam`: the forms of an exam, each as a paper and its answer key.

mod again;
mod find;
mod fonts;
mod forms;
mod history;
mod repeats;
mod set;

use super::press::Press;
use super::ui::{Ui, count_of};
use super::{Failure, Global, Ready, Verdict, load};
use crate::blueprint::Blueprint;
use crate::diag::{self, Code, Diagnostic, any_error, did_you_mean};
use crate::exam_lock::{ENDING, ExamLock, Head, PaperStamp, Printed};
use crate::export::png::RESOLUTIONS;
use crate::form::{Assembled, Earlier, Form, assemble};
use crate::lock::ContentHash;
use crate::paper::style::{self, PaperStyle};
use crate::source::{SourceId, Sources, Span};
use clap::Args;
pub(super) use find::{BLUEPRINTS, Found};
use find::{Known, PAPERS};
pub(super) use fonts::{FontOptions, FontShelf};
use forms::{Chosen, Forms};
use history::history;
use repeats::FormsLine;
use set::{Papers, Set, pictures};
use std::path::PathBuf;

/// The blueprint that is drawn unless another is named.
pub(super) const USUAL: &str = "mock-exam";

const EXAMPLES: &str = "Example:
  cardpress exam --blueprint mock-exam --seed 7 --forms A,B
  cardpress exam --lock output/mock-exam.lock

A batch in parts, on any machines, each into a folder of its own; together they are `--forms 10000`, byte for byte:
  seq 1 100 9901 | parallel 'cardpress exam -q --forms {}-$(({}+99))/10000 --out parts/{}'
  sbatch --array=0-99 --wrap 'n=$((SLURM_ARRAY_TASK_ID * 100));
    cardpress exam -q --forms $((n+1))-$((n+100))/10000 --out parts/$n'";

/// Draw the forms of an exam and set each with its answer key
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Exam {
    /// The blueprint: a file, or a name in templates/blueprints/ of the current folder, or one built in
    #[arg(long, value_name = "FILE|NAME", default_value = USUAL)]
    blueprint: String,
    /// Print an exam again: the papers, keys and answer sheets that this lock was written beside, byte for byte, or a word on every
    /// card that has changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["blueprint", "seed", "forms", "answer_sheet"])]
    lock: Option<PathBuf>,
    /// With --lock: print cards that have changed as they are now, if they still fit in their places
    #[arg(long, requires = "lock")]
    accept_changes: bool,
    #[command(flatten)]
    options: Drawing,
}

#[derive(Debug, Args)]
pub(super) struct Drawing {
    #[command(flatten)]
    choice: Choice,
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

/// What the command line puts in the place of what the blueprint says.
#[derive(Debug, Args)]
pub(super) struct Choice {
    /// The number that decides what is drawn [default: that of the blueprint]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The forms: names such as A,B,C, or how many; 26 are A to Z, more are 001 and on [default: those of the blueprint]. Or a part of
    /// so many, the same as in the whole: 101-200, or where the whole has other names than 001 to 999, 101-200/10000
    #[arg(long, value_name = "NAMES|N|N-M")]
    forms: Option<Forms>,
    /// How papers look: a file, or a name in templates/papers/ of the current folder, or one built in [default: that of the
    /// blueprint]
    #[arg(long, value_name = "FILE|NAME")]
    paper: Option<String>,
}

fn resolutions() -> std::ops::RangeInclusive<i64> {
    i64::from(*RESOLUTIONS.start())..=i64::from(*RESOLUTIONS.end())
}

impl Exam {
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<Verdict, Failure> {
        let Some(mut ready) = load(&global.bank, ui)? else { return Ok(Verdict::Wrong) };
        let mut press = Press::new(&global.out);
        let shelf = FontShelf::new(&self.options.fonts);
        let verdict = match &self.lock {
            Some(lock) => again::stage(&mut ready, lock, self.accept_changes, &self.options, &shelf, &mut press, ui)?,
            None => stage(&mut ready, &BLUEPRINTS.find(&self.blueprint)?, &self.options, &shelf, &mut press, ui)?,
        };
        if verdict == Verdict::Fine {
            press.finish(ui)?;
        }
        Ok(verdict)
    }
}

/// Draws the forms, sets them, and makes their files and their lock. What stands in the way is reported.
pub(super) fn stage(
    ready: &mut Ready,
    found: &Found,
    options: &Drawing,
    shelf: &FontShelf<'_>,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Verdict, Failure> {
    let Some(Drawn { source, mut blueprint, chosen, style, assembled, .. }) = draw(ready, found, &options.choice, ui)?
    else {
        return Ok(Verdict::Wrong);
    };
    blueprint.exam.answer_sheet |= options.answer_sheet;
    let forms = &assembled.forms[chosen.passed_over..];
    // Of a part of a series it is not known.
    let least = (chosen.passed_over == 0).then_some(assembled.repeats.least);
    let fingerprint = ready.bank.fingerprint();
    let exam = Printable {
        name: &found.name,
        blueprint: &blueprint,
        style: &style.style,
        forms,
        fingerprint: &fingerprint,
        png: options.png,
    };
    let Some(printed) = print(&exam, ready, shelf, press, ui)? else { return Ok(Verdict::Wrong) };
    let head = Head {
        exam: found.name.clone(),
        seed: blueprint.exam.seed,
        fingerprint,
        paper: style.stamp(),
        answer_sheet: blueprint.exam.answer_sheet,
        blueprint: ready.sources.get(source).text().to_owned(),
    };
    let lock = ExamLock::new(&ready.bank, head, forms, &printed)?;
    let content = format!("{}, to be printed again with `exam --lock`", count_of(forms.len(), "form"));
    press.add(&format!("{}{}.{ENDING}", found.name, chosen.ending), lock.to_toml().as_bytes(), content)?;
    if let Some(line) = FormsLine::of(&found.name, forms, least) {
        press.remark(move |ui| line.say(ui));
    }
    Ok(Verdict::Fine)
}

/// An exam whose forms are known.
struct Printable<'a> {
    /// What its files are called.
    name: &'a str,
    blueprint: &'a Blueprint,
    style: &'a PaperStyle,
    forms: &'a [Form],
    /// What keys say of the bank.
    fingerprint: &'a str,
    /// Pixels to the inch of the pictures of pages, if there are to be any.
    png: Option<u16>,
}

/// Sets the forms of an exam and makes their files; gives the hashes of these, form by form. `None` if something is wrong, which is
/// reported.
fn print(
    exam: &Printable<'_>,
    ready: &Ready,
    shelf: &FontShelf<'_>,
    press: &mut Press,
    ui: &mut Ui,
) -> Result<Option<Vec<Printed>>, Failure> {
    let (math, about_fonts) = shelf.fonts(ready, exam.blueprint, exam.forms, &exam.style.fonts)?;
    let (pictures, mut diagnostics) = pictures(ready, exam.forms, math.fonts())?;
    let holes = any_error(&about_fonts);
    diagnostics.extend(about_fonts);
    if holes {
        diag::sort(&mut diagnostics);
        ui.report(&diagnostics, &ready.sources);
        return Ok(None);
    }
    let progress = ui.progress(exam.forms.len() as u64, "setting forms");
    let set = Set {
        name: exam.name,
        ready,
        blueprint: exam.blueprint,
        style: exam.style,
        fonts: math.fonts(),
        math: &math,
        pictures: &pictures,
        fingerprint: exam.fingerprint,
        png: exam.png,
        progress: &progress,
    };
    // A thousand forms are half a gigabyte: what is set goes to the disk before more is set.
    let per_thread = if exam.png.is_some() { 1 } else { FORMS_PER_THREAD };
    let at_once = per_thread * rayon::current_num_threads();
    let mut printed = Vec::with_capacity(exam.forms.len());
    for forms in exam.forms.chunks(at_once) {
        let papers = set.all(forms)?;
        diagnostics.extend(papers.iter().flat_map(|papers| papers.diagnostics.iter().cloned()));
        printed.extend(papers.iter().map(|papers| papers.printed));
        // The rest is still set once something is wrong, so that everything that is wrong is said in one run.
        if !any_error(&diagnostics) {
            for file in papers.into_iter().flat_map(|Papers { files, .. }| files) {
                press.add(&format!("{}{}", exam.name, file.ending), &file.bytes, file.content)?;
            }
        }
    }
    progress.finish_and_clear();

    // A card may stand on several forms, and on the paper as on the key.
    diag::sort(&mut diagnostics);
    diagnostics.dedup();
    ui.report(&diagnostics, &ready.sources);
    Ok((!any_error(&diagnostics)).then_some(printed))
}

/// How many forms are held in memory for each thread, at half a megabyte each. With few of them, threads wait for the slowest too often.
const FORMS_PER_THREAD: usize = 16;

/// An exam that was drawn.
pub(super) struct Drawn {
    source: SourceId,
    /// The blueprint with what the command line says in the place of what it says.
    pub(super) blueprint: Blueprint,
    chosen: Chosen,
    style: Styled,
    /// The forms of earlier exams.
    pub(super) history: Vec<Earlier>,
    assembled: Assembled,
}

impl Drawn {
    /// The forms that were asked for.
    pub(super) fn forms(&self) -> &[Form] {
        &self.assembled.forms[self.chosen.passed_over..]
    }

    /// How its papers look.
    pub(super) fn style(&self) -> &PaperStyle {
        &self.style.style
    }
}

/// Reads a blueprint and draws its forms. `None` if something stands in the way, which is reported.
pub(super) fn draw(ready: &mut Ready, found: &Found, choice: &Choice, ui: &mut Ui) -> Result<Option<Drawn>, Failure> {
    let source = found.source(&mut ready.sources)?;
    let loaded = Blueprint::read(&ready.sources, source);
    ui.report(&loaded.diagnostics, &ready.sources);
    let Some(mut blueprint) = loaded.blueprint else { return Ok(None) };
    blueprint.exam.seed = choice.seed.unwrap_or(blueprint.exam.seed);
    let chosen = choice.forms.as_ref().map_or_else(Chosen::all, |forms| forms.choose(&mut blueprint));
    let paper = choice.paper.as_deref();
    let Some(style) = paper_style(&blueprint, paper, &mut ready.sources, ui)? else { return Ok(None) };
    let (history, diagnostics) = history(ready, found, &blueprint);
    ui.report(&diagnostics, &ready.sources);
    if any_error(&diagnostics) {
        return Ok(None);
    }
    let assembled = assemble(&ready.bank, &blueprint, &history);
    ui.report(&assembled.diagnostics, &ready.sources);
    let sound = !any_error(&assembled.diagnostics);
    Ok(sound.then_some(Drawn { source, blueprint, chosen, style, history, assembled }))
}

/// A paper style with the text that it was read from.
struct Styled {
    style: PaperStyle,
    hash: ContentHash,
}

impl Styled {
    /// What locks say of it.
    fn stamp(&self) -> PaperStamp {
        PaperStamp { name: self.style.name.clone(), hash: self.hash }
    }
}

/// Reads the paper style that the command line names, or else the blueprint. `None` if it has errors, which are reported.
fn paper_style(
    blueprint: &Blueprint,
    argument: Option<&str>,
    sources: &mut Sources,
    ui: &mut Ui,
) -> Result<Option<Styled>, Failure> {
    let found = match (argument, &blueprint.exam.paper) {
        (Some(argument), _) => PAPERS.find(argument)?,
        (None, None) => PAPERS.find(style::USUAL)?,
        (None, Some(paper)) => match PAPERS.named(&paper.value)? {
            Ok(found) => found,
            Err(known) => {
                ui.report(&[unknown_paper(&paper.value, paper.span, &known)], sources);
                return Ok(None);
            }
        },
    };
    read_style(&found, sources, ui)
}

/// That there is no such paper style.
fn unknown_paper(name: &str, span: Span, known: &Known) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Code::UnknownPaper, span, format!("there is no paper style `{name}`"));
    diagnostic.help.extend(did_you_mean(name, known.0.iter().map(String::as_str)));
    diagnostic.help(format!("known: {}; your own stand in templates/papers/", known.list()))
}

/// Reads a paper style that was found. `None` if it has errors, which are reported.
fn read_style(found: &Found, sources: &mut Sources, ui: &mut Ui) -> Result<Option<Styled>, Failure> {
    let source = found.source(sources)?;
    let loaded = PaperStyle::read(&found.name, sources, source);
    ui.report(&loaded.diagnostics, sources);
    let hash = ContentHash::of([sources.get(source).text()]);
    Ok(loaded.style.map(|style| Styled { style, hash }))
}
