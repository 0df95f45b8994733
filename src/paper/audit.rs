//! The printed form of an audit (命题审核表): what a paper is approved on.
//!
//! In: an [`Audit`] with the bank and the head of the exam. Out: a [`Sheet`] of A4: what is judged, for each form a table of its items by
//! chapter and type (双向细目表), the rules with what was found, and lines to sign on. Two forms stand on a page where they fit, with text
//! as large as that allows; otherwise each has a page, and what is longer than a page goes on overleaf.

mod table;

use super::head::ruled_labels;
use super::style::{FOOTER_RISE, MM, PaperStyle};
use super::words::Words;
use super::{Sheet, missing_in_head};
use crate::audit::{Audit, Cell as Figure, FormAudit, Found, Outcome, Row, percent};
use crate::bank::Bank;
use crate::blueprint::{Exam, Level};
use crate::diag::{Code, Diagnostic};
use crate::points::Points;
use crate::typeset::Setter;
use crate::typeset::atom::{ClozeStyle, TextStyle, natural_width, text_of};
use crate::typeset::block::BlockStyle;
use crate::typeset::display::{Document, NodeId, OutlineEntry, Page, Role};
use crate::typeset::galley::{Frame, Galley, Paragraph, Strip};
use crate::typeset::line::Alignment;
use crate::typeset::pages::{PageGeometry, paginate};
use table::{Cell, Table};

/// What an audit is printed from.
#[derive(Debug, Clone, Copy)]
pub struct AuditJob<'a> {
    /// The bank that the forms were drawn from.
    pub bank: &'a Bank,
    /// What is said once for all forms.
    pub exam: &'a Exam,
    /// What was found.
    pub audit: &'a Audit,
    /// [`Bank::fingerprint`].
    pub fingerprint: &'a str,
    /// How text looks; the page is A4 whatever the papers are printed on.
    pub style: &'a PaperStyle,
}

/// The page: A4 with even margins.
const PAGE: PageGeometry = PageGeometry {
    width: 210.0 * MM,
    height: 297.0 * MM,
    top: 14.0 * MM,
    bottom: 15.0 * MM,
    left: 17.0 * MM,
    right: 17.0 * MM,
    columns: 1,
    column_gap: 0.0,
};
/// How close text is set: its size in points, and the room above and below what stands in a cell, in em.
type Density = (f32, f32);
/// What is tried, the loosest first.
const DENSITIES: [Density; 8] =
    [(10.5, 0.26), (9.8, 0.24), (9.1, 0.2), (8.5, 0.16), (8.0, 0.12), (7.6, 0.1), (7.2, 0.08), (6.8, 0.08)];
/// So many forms stand on a page at most.
const FORMS_ON_A_PAGE: usize = 2;
/// The room for an opinion in points: at least, and where the page has room to spare.
const OPINION: (f32, f32) = (30.0, 110.0);
/// The column of headings has from and to so much of the width, where the figures do not leave it more.
const NARROWEST_HEADING: f32 = 0.22;
const WIDEST_HEADING: f32 = 0.36;
/// A column of figures is no wider than this, in em.
const WIDEST_FIGURE: f32 = 4.5;
/// What is taken where nothing makes a form fit one page.
const FLOWING: Density = (8.5, 0.16);
/// So many names of what is amiss are listed.
const NAMES: usize = 12;

/// Sets the audit of an exam.
pub fn audit_sheet(job: &AuditJob<'_>, setter: &mut Setter<'_>) -> Sheet {
    setter.emphasis = job.style.emphasis;
    setter.set_language(job.bank.info.language);
    let mut layout = (1, FLOWING);
    'fit: for on_a_page in [FORMS_ON_A_PAGE, 1] {
        for density in DENSITIES {
            if Writer::new(job, setter, density).fits(on_a_page) {
                layout = (on_a_page, density);
                break 'fit;
            }
        }
    }
    let (on_a_page, density) = layout;
    Writer::new(job, setter, density).write(on_a_page)
}

/// A form while it is being set.
struct Writer<'w, 's, 'f> {
    job: &'w AuditJob<'w>,
    words: Words,
    galley: Galley<'s, 'f>,
    /// The size of text in points.
    size: f32,
    /// The room above and below what stands in a cell, in em.
    padding: f32,
    frame: Frame,
}

impl<'w, 's, 'f> Writer<'w, 's, 'f> {
    fn new(job: &'w AuditJob<'w>, setter: &'s mut Setter<'f>, (size, padding): Density) -> Self {
        Self {
            job,
            words: Words(job.bank.info.language),
            galley: Galley::new(setter, PAGE.text_height()),
            size,
            padding,
            frame: Frame { x: 0.0, width: PAGE.text_width() },
        }
    }

    /// Whether every page holds so many forms.
    fn fits(mut self, on_a_page: usize) -> bool {
        self.job.audit.forms.chunks(on_a_page).all(|forms| {
            self.page(forms, OPINION.0);
            height(&std::mem::take(&mut self.galley.strips)) <= PAGE.text_height()
        })
    }

    fn write(mut self, on_a_page: usize) -> Sheet {
        let title = self.words.audit_title();
        let (mut pages, mut outline) = (Vec::new(), Vec::new());
        for forms in self.job.audit.forms.chunks(on_a_page) {
            // Set twice, so that the room for an opinion can take what is left; what the first leaves in the tree goes.
            let structure = self.galley.structure.clone();
            self.page(forms, OPINION.0);
            let spare = (PAGE.text_height() - height(&std::mem::take(&mut self.galley.strips)) - 1.0).max(0.0);
            self.galley.structure = structure;
            self.galley.overfull.clear();
            self.page(forms, (OPINION.0 + spare).min(OPINION.1));
            let (more, entries) = paginate(std::mem::take(&mut self.galley.strips), &PAGE);
            let before = pages.len();
            outline.extend(entries.into_iter().map(|entry| OutlineEntry { page: entry.page + before, ..entry }));
            pages.extend(more);
        }
        self.footers(&mut pages);
        let missing = missing_in_head(&mut self.galley.setter.shaper);
        let overfull = self.galley.overfull.drain(..).map(|overfull| {
            Diagnostic::placeless(Code::Overfull, format!("the audit does not fit its page: {overfull}"))
        });
        let diagnostics = overfull.chain(missing).collect();
        let info = &self.job.bank.info;
        let document = Document {
            title: format!("{} {title}", self.job.exam.title),
            author: info.authors.join(", "),
            language: info.language.tag(),
            pages,
            structure: self.galley.structure,
            outline,
        };
        Sheet { document, diagnostics }
    }

    /// All that is said of some forms.
    fn page(&mut self, forms: &[FormAudit], opinion: f32) {
        self.head(forms);
        self.title(self.words.audit_table());
        for (index, form) in forms.iter().enumerate() {
            self.galley.space(if index == 0 { 0.0 } else { 0.5 * self.size });
            self.items(form);
        }
        self.title(self.words.audit_rules());
        self.rules(forms);
        self.remarks(forms);
        self.galley.space(0.6 * self.size);
        self.opinion(forms, opinion);
    }

    /// Who gives the exam; the title; what is judged.
    fn head(&mut self, forms: &[FormAudit]) {
        let exam = self.job.exam;
        let above: Vec<&str> = [&exam.institution, &exam.term].into_iter().flatten().map(String::as_str).collect();
        if !above.is_empty() {
            let text = above.join(self.words.gap());
            self.centered(&text, TextStyle::body(1.2 * self.size), Role::P);
        }
        let first = self.galley.strips.len();
        let title = self.words.audit_title();
        self.centered(title, TextStyle::heading(1.65 * self.size), Role::H1);
        if let Some(strip) = self.galley.strips.get_mut(first) {
            strip.outline = Some((0, title.to_owned()));
        }
        self.galley.space(0.3 * self.size);
        let names: Vec<String> = forms.iter().map(|form| self.words.form(&form.form)).collect();
        let values = [
            exam.title.clone(),
            names.join(self.words.comma()),
            self.words.audit_conditions(exam.open_book, exam.minutes.value),
            self.words.audit_points(forms.first().map_or(Points::ZERO, |form| form.figures.total.total.points)),
            self.job.fingerprint.to_owned(),
            exam.seed.to_string(),
        ];
        let cells = self.words.audit_head().into_iter().zip(values);
        let cells: Vec<Cell> = cells.flat_map(|(head, value)| [Cell::head(head), Cell::words(value)]).collect();
        let rows: Vec<Vec<Cell>> = cells.chunks(4).map(<[Cell]>::to_vec).collect();
        let width = self.frame.width;
        self.table(&[0.13 * width, 0.45 * width, 0.13 * width, 0.29 * width], 0, &rows);
    }

    /// Chapters by types: items and points, and how the points are shared out among the levels.
    fn items(&mut self, form: &FormAudit) {
        let figures = &form.figures;
        let kinds = figures.kinds.len();
        let [total, share] = self.words.audit_totals();
        let heads = figures.kinds.iter().map(|kind| self.words.audit_type(*kind));
        let levels = Level::WORDS.iter().map(|(_, level)| self.words.level(*level));
        let heads = std::iter::once(Cell::head(self.words.form(&form.form)))
            .chain(heads.chain([total]).chain(levels).map(|head| Cell::head(head).small()))
            .collect();
        let mut rows: Vec<Vec<Cell>> = vec![heads];
        let language = self.job.bank.info.language;
        let mut longest: f32 = 0.0;
        for (chapter, row) in &figures.chapters {
            let heading = self.job.bank.chapters[*chapter].heading(language);
            let natural = natural_width(&text_of(self.galley.setter, &heading, TextStyle::body(self.size)));
            longest = longest.max(natural + self.size);
            rows.push(figures_of(Cell::head(heading).left().light().squeezed(), row));
        }
        rows.push(figures_of(Cell::head(total).left(), &figures.total));
        let whole = figures.total.total.points;
        let of_all = |points: Points| Cell::figure(percent(points.halves(), whole.halves()));
        let cells = figures.total.cells.iter().map(|cell| cell.points).chain([whole]).chain(figures.total.levels);
        rows.push(std::iter::once(Cell::head(share).left()).chain(cells.map(of_all)).collect());

        // Columns of figures are alike, but that of the sums is wider; what they do not need the headings have.
        let width = self.frame.width;
        let shares = kinds as f32 + 4.3;
        let narrowest = width - shares * WIDEST_FIGURE * self.size;
        let first = longest.clamp(NARROWEST_HEADING * width, WIDEST_HEADING * width).max(narrowest);
        let step = (width - first) / shares;
        let widths: Vec<f32> = std::iter::once(first)
            .chain(std::iter::repeat_n(step, kinds))
            .chain([1.3 * step])
            .chain([step; 3])
            .collect();
        self.table(&widths, 1, &rows);
    }

    /// The rules, with two columns for each form.
    fn rules(&mut self, forms: &[FormAudit]) {
        let [number, rule, asked, found, outcome] = self.words.audit_columns();
        let names = forms.iter().map(|form| format!("{}{}{found}", self.words.form(&form.form), self.words.thin_gap()));
        let heads = names.flat_map(|name| [Cell::head(name), Cell::head(outcome)]);
        let heads = [number, rule, asked].map(Cell::head).into_iter().chain(heads).collect();
        let mut rows: Vec<Vec<Cell>> = vec![heads];
        let findings = forms.first().map(|form| form.findings.as_slice()).unwrap_or_default();
        for (index, finding) in findings.iter().enumerate() {
            let mut row = vec![
                Cell::figure((index + 1).to_string()),
                Cell::head(self.words.rule(finding.rule)).left().light(),
                Cell::figure(finding.limit.to_string()),
            ];
            for form in forms {
                let finding = &form.findings[index];
                let found = finding.found.as_ref().map_or_else(|| "—".to_owned(), Found::to_string);
                let outcome = Cell::figure(self.words.outcome(finding.outcome));
                let outcome = if finding.outcome == Outcome::Fail { outcome.strong() } else { outcome };
                row.extend([Cell::figure(found), outcome]);
            }
            rows.push(row);
        }
        let width = self.frame.width;
        let left = [0.06 * width, 0.25 * width, 0.12 * width];
        let each = (width - left.iter().sum::<f32>()) / forms.len().max(1) as f32;
        let pair = [each - 0.09 * width, 0.09 * width];
        let widths: Vec<f32> = left.into_iter().chain(forms.iter().flat_map(|_| pair)).collect();
        self.table(&widths, 1, &rows);
    }

    /// What is amiss, by name.
    fn remarks(&mut self, forms: &[FormAudit]) {
        let mut remarks = Vec::new();
        for form in forms {
            let named =
                |finding: &&crate::audit::Finding| finding.outcome == Outcome::Fail && !finding.about.is_empty();
            for finding in form.findings.iter().filter(named) {
                let names = self.words.audit_names(finding.rule, &finding.about, NAMES);
                let rule = self.words.rule(finding.rule);
                remarks.push(format!("{} {rule}{}{names}", self.words.form(&form.form), self.words.colon()));
            }
        }
        if remarks.is_empty() {
            return;
        }
        self.galley.space(0.4 * self.size);
        let text = format!("{}{}", self.words.audit_remarks(), remarks.join(self.words.separator()));
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let size = 0.9 * self.size;
        let atoms = text_of(self.galley.setter, &text, TextStyle::body(size));
        let paragraph = Paragraph { size, pitch: 1.35 * size, alignment: Alignment::Left };
        self.galley.paragraph(atoms, self.frame, paragraph, node);
    }

    /// How the forms come out, room for an opinion, and lines to sign on.
    fn opinion(&mut self, forms: &[FormAudit], room: f32) {
        let verdicts: Vec<String> = forms.iter().map(|form| self.words.audit_verdict(form)).collect();
        let row = vec![Cell::head(self.words.audit_opinion()), Cell::words(verdicts.join(self.words.gap())).top()];
        let width = self.frame.width;
        let table = Table {
            x: self.frame.x,
            widths: &[0.13 * width, 0.87 * width],
            size: self.size,
            padding: self.padding,
            least: room,
        };
        table.set(&mut self.galley, 0, &[row]);
        self.galley.glue();
        self.galley.space(1.1 * self.size);
        let node = self.galley.structure.add(NodeId::ROOT, Role::P);
        let style = BlockStyle { text: TextStyle::body(self.size), pitch: 1.5 * self.size, clozes: ClozeStyle::Blank };
        let strip = ruled_labels(&mut self.galley, &self.words.audit_signatures(), self.frame, style, node);
        self.galley.push(strip);
    }

    fn table(&mut self, widths: &[f32], heads: usize, rows: &[Vec<Cell>]) {
        let table = Table { x: self.frame.x, widths, size: self.size, padding: self.padding, least: 0.0 };
        table.set(&mut self.galley, heads, rows);
    }

    /// The title of a part.
    fn title(&mut self, text: &str) {
        self.galley.space(0.7 * self.size);
        let node = self.galley.structure.add(NodeId::ROOT, Role::H2);
        let style = TextStyle::heading(self.size);
        let atoms = text_of(self.galley.setter, text, style);
        let paragraph = Paragraph { size: style.size, pitch: 1.6 * style.size, alignment: Alignment::Left };
        self.galley.paragraph(atoms, self.frame, paragraph, node);
        self.galley.glue();
    }

    fn centered(&mut self, text: &str, style: TextStyle, role: Role) {
        let node = self.galley.structure.add(NodeId::ROOT, role);
        let atoms = text_of(self.galley.setter, text, style);
        let paragraph = Paragraph { size: style.size, pitch: 1.5 * style.size, alignment: Alignment::Center };
        self.galley.paragraph(atoms, self.frame, paragraph, node);
        self.galley.glue();
    }

    /// The number of each page, where there are several.
    fn footers(&mut self, pages: &mut [Page]) {
        let count = pages.len();
        if count < 2 {
            return;
        }
        for (index, page) in pages.iter_mut().enumerate() {
            let text = self.words.page(index + 1, count);
            let style = TextStyle::body(self.job.style.footer);
            let atoms = text_of(self.galley.setter, &text, style);
            let paragraph = Paragraph { size: style.size, pitch: 1.5 * style.size, alignment: Alignment::Center };
            let frame = self.frame;
            let strip = self.galley.boxed(|galley| {
                galley.paragraph(atoms, frame, paragraph, NodeId::ARTIFACT);
            });
            page.items.extend(strip.into_items(PAGE.left, PAGE.height - PAGE.bottom * FOOTER_RISE));
        }
    }
}

/// A row of the table of items: its head, items and points of each type and of all, and the points of the levels.
fn figures_of(head: Cell, row: &Row) -> Vec<Cell> {
    let items = |cell: &Figure| {
        Cell::figure(if cell.items == 0 { String::new() } else { format!("{}/{}", cell.items, cell.points) })
    };
    let points =
        |points: &Points| Cell::figure(if *points == Points::ZERO { String::new() } else { points.to_string() });
    let cells = row.cells.iter().chain([&row.total]).map(items);
    std::iter::once(head).chain(cells).chain(row.levels.iter().map(points)).collect()
}

/// How high strips are together.
fn height(strips: &[Strip]) -> f32 {
    let first = strips.first().map_or(0.0, |strip| strip.space_before);
    strips.iter().map(|strip| strip.space_before + strip.height).sum::<f32>() - first
}
