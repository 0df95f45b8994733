//! What an audit form (命题审核表) says.

use super::{Words, count_of, english_points};
use crate::audit::{FormAudit, Outcome, Rule};
use crate::bank::Language;
use crate::blueprint::Level;
use crate::card::CardType;
use crate::points::Points;

impl Words {
    /// The title of the form.
    pub fn audit_title(self) -> &'static str {
        self.pick("命题审核表", "Exam audit form")
    }

    /// What stands before the exam, its forms, its conditions, its points, its bank and its seed.
    pub fn audit_head(self) -> [&'static str; 6] {
        if self.chinese() {
            ["考试名称", "试卷", "考试方式", "满分", "题库指纹", "抽题种子"]
        } else {
            ["Exam", "Forms", "Conditions", "Points", "Bank", "Seed"]
        }
    }

    /// How the exam is held: 闭卷，120 分钟.
    pub fn audit_conditions(self, open_book: bool, minutes: u32) -> String {
        match (self.chinese(), open_book) {
            (true, true) => format!("开卷，{minutes} 分钟"),
            (true, false) => format!("闭卷，{minutes} 分钟"),
            (false, true) => format!("Open book, {}", count_of(minutes, "minute")),
            (false, false) => format!("Closed book, {}", count_of(minutes, "minute")),
        }
    }

    /// A form: A卷.
    pub fn form(self, name: &str) -> String {
        if self.chinese() { format!("{name}卷") } else { format!("Form {name}") }
    }

    /// Between two words that Chinese does not part.
    pub fn thin_gap(self) -> &'static str {
        self.pick("", " ")
    }

    /// Between a name and what it has.
    pub fn colon(self) -> &'static str {
        self.pick("：", ": ")
    }

    /// Between names in a row.
    pub fn comma(self) -> &'static str {
        self.pick("、", ", ")
    }

    /// The title of the table of chapters by types, with what its cells hold.
    pub fn audit_table(self) -> &'static str {
        self.pick(
            "一、双向细目表（各格为“题数/分值”；易、中、难为分值）",
            "1. Items by chapter and type (items/points; easy, medium and hard in points)",
        )
    }

    /// A type at the head of a narrow column.
    pub fn audit_type(self, kind: CardType) -> &'static str {
        if self.chinese() {
            return kind.chinese();
        }
        match kind {
            CardType::SingleChoice => "Single choice",
            CardType::MultipleChoice => "Multi choice",
            CardType::TrueFalse => "True or false",
            CardType::Cloze => "Fill in",
            CardType::Term => "Terms",
            CardType::ShortAnswer => "Short answer",
            CardType::Essay => "Essay",
            CardType::Calculation => "Sums",
            CardType::Basic => "Other",
        }
    }

    /// A level of difficulty at the head of a column.
    pub fn level(self, level: Level) -> &'static str {
        if self.chinese() {
            return level.chinese();
        }
        match level {
            Level::Easy => "Easy",
            Level::Medium => "Med.",
            Level::Hard => "Hard",
        }
    }

    /// The head of the row and the column that add up, and of the row of shares of the points.
    pub fn audit_totals(self) -> [&'static str; 2] {
        if self.chinese() { ["合计", "占总分"] } else { ["Total", "Share of points"] }
    }

    /// The title of the rules.
    pub fn audit_rules(self) -> &'static str {
        self.pick("二、审核项目", "2. Rules")
    }

    /// The heads of the columns of the rules: number, rule, what is asked, what a form has, how it comes out.
    pub fn audit_columns(self) -> [&'static str; 5] {
        if self.chinese() {
            ["序号", "审核项目", "要求", "实测", "结论"]
        } else {
            ["No.", "Rule", "Asked", "found", "Result"]
        }
    }

    /// How a rule comes out.
    pub fn outcome(self, outcome: Outcome) -> &'static str {
        match (self.0, outcome) {
            (_, Outcome::NotJudged) => "—",
            (Language::Chinese, Outcome::Pass) => "合格",
            (Language::Chinese, Outcome::Fail) => "不合格",
            (Language::English, Outcome::Pass) => "Pass",
            (Language::English, Outcome::Fail) => "Fail",
        }
    }

    /// A rule in a line.
    pub fn rule(self, rule: Rule) -> &'static str {
        let (chinese, english) = match rule {
            Rule::ChapterCoverage => ("章覆盖率", "Chapters with an item"),
            Rule::SectionCoverage => ("节覆盖率", "Sections with an item"),
            Rule::ItemTypes => ("题型数", "Types of item"),
            Rule::SectionCount => ("大题数", "Sections of the paper"),
            Rule::SectionPoints => ("每大题分值", "Points of a section"),
            Rule::ObjectiveItemPoints => ("客观题每题分值", "Points of an objective item"),
            Rule::ObjectivePoints => ("客观题总分值", "Points of all objective items"),
            Rule::TotalPoints => ("卷面总分", "Points in all"),
            Rule::EasyShare => ("易题占分", "Points of easy items"),
            Rule::MediumShare => ("中等题占分", "Points of medium items"),
            Rule::HardShare => ("难题占分", "Points of hard items"),
            Rule::KeyPositions => ("单选题各字母答案数", "Keys at each letter"),
            Rule::KeyRun => ("单选题相同答案连续题数", "Same key on end"),
            Rule::TrueStatements => ("判断题正确命题数", "True statements"),
            Rule::LongestKey => ("单选题正确项最长的题数", "Key is the longest option"),
            Rule::Enemies => ("互斥题同卷", "Enemy items together"),
            Rule::Overlap => ("各卷之间重题率", "In common with another form"),
            Rule::History => ("与往届试卷重题率", "In common with earlier exams"),
        };
        self.pick(chinese, english)
    }

    /// What a failure is about, with how many there are beyond those named: 未覆盖：1.2、1.3 等 5 项.
    pub fn audit_names(self, rule: Rule, names: &[String], most: usize) -> String {
        let label = match rule {
            Rule::ChapterCoverage | Rule::SectionCoverage => self.pick("未覆盖 ", "none of "),
            Rule::SectionPoints => self.pick("大题 ", "section "),
            Rule::ObjectiveItemPoints | Rule::KeyRun | Rule::LongestKey => self.pick("题号 ", "items "),
            Rule::Enemies => self.pick("卡片 ", "cards "),
            Rule::Overlap | Rule::History => self.pick("与 ", "with "),
            _ => "",
        };
        let shown = names.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(self.comma());
        let rest = match (names.len() > most, self.chinese()) {
            (false, _) => String::new(),
            (true, true) => format!(" 等 {} 项", names.len()),
            (true, false) => format!(" and {} more", names.len() - most),
        };
        format!("{label}{shown}{rest}")
    }

    /// Before what failures are about.
    pub fn audit_remarks(self) -> &'static str {
        self.pick("说明：", "Remarks: ")
    }

    /// What the auditor fills in.
    pub fn audit_opinion(self) -> &'static str {
        self.pick("审核意见", "Opinion")
    }

    /// How a form comes out: A卷：审核 17 项，合格 14 项，不合格 3 项。
    pub fn audit_verdict(self, form: &FormAudit) -> String {
        let (pass, fail) = (form.count(Outcome::Pass), form.count(Outcome::Fail));
        let (name, judged) = (self.form(&form.form), pass + fail);
        match (self.chinese(), fail) {
            (true, 0) => format!("{name}：审核 {judged} 项，全部合格。"),
            (true, _) => format!("{name}：审核 {judged} 项，合格 {pass} 项，不合格 {fail} 项。"),
            (false, 0) => format!("{name} keeps all {judged} rules."),
            (false, _) => format!("{name} keeps {pass} of {judged} rules and breaks {fail}."),
        }
    }

    /// Who signs, and when.
    pub fn audit_signatures(self) -> [&'static str; 4] {
        if self.chinese() {
            ["命题人", "审核人", "教研室主任", "日期"]
        } else {
            ["Author", "Reviewer", "Head", "Date"]
        }
    }

    /// Points in a cell: 100 分.
    pub fn audit_points(self, points: Points) -> String {
        if self.chinese() { format!("{points} 分") } else { english_points(points) }
    }
}
