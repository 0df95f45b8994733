//! What papers say of themselves, in the language of the bank.

mod audit;
mod sheet;

use crate::bank::Language;
use crate::card::{CardType, letter};
use crate::points::Points;
use std::fmt;

/// The wording of a language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    fn chinese(self) -> bool {
        self.0 == Language::Chinese
    }

    fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        if self.chinese() { chinese } else { english }
    }

    /// The title with the form: 《…》期末考试（A卷）.
    pub fn title(self, title: &str, form: &str) -> String {
        if self.chinese() { format!("{title}（{form}卷）") } else { format!("{title} (Form {form})") }
    }

    /// A chapter, as the head of its part of a workbook.
    pub fn chapter(self, number: Option<u32>, title: &str) -> String {
        match (number, self.chinese()) {
            (Some(number), true) => format!("第 {number} 章　{title}"),
            (Some(number), false) => format!("Chapter {number}. {title}"),
            (None, _) => title.to_owned(),
        }
    }

    /// A course with the form: 《…》试卷（A卷）.
    pub fn course(self, course: &str, form: &str) -> String {
        match (self.chinese(), course.starts_with('《')) {
            (true, false) => self.title(&format!("《{course}》试卷"), form),
            (true, true) => self.title(&format!("{course}试卷"), form),
            (false, _) => self.title(course, form),
        }
    }

    /// The title of the answer key.
    pub fn key_title(self) -> &'static str {
        self.pick("参考答案及评分标准", "Answer key and marking scheme")
    }

    /// Between two things that are said in one line.
    pub fn gap(self) -> &'static str {
        self.pick("　", "    ")
    }

    /// Closed or open book, minutes, marks.
    pub fn conditions(self, open_book: bool, minutes: u32, points: Points) -> String {
        if self.chinese() {
            let book = if open_book { "开卷" } else { "闭卷" };
            format!("{book}　　考试时间 {minutes} 分钟　　满分 {points} 分")
        } else {
            let book = if open_book { "Open book" } else { "Closed book" };
            let minutes = count_of(minutes, "minute");
            format!("{book}     Time: {minutes}     Total: {}", english_points(points))
        }
    }

    /// The number of a section: 一, or A.
    pub fn section_number(self, index: usize) -> String {
        if self.chinese() { chinese_number(index + 1) } else { letter(index).to_string() }
    }

    /// The head of a section: 一、单项选择题（本大题共 10 小题，每小题 2 分，共 20 分）.
    pub fn section_head(self, index: usize, title: &str, count: usize, each: Option<Points>, total: Points) -> String {
        let number = self.section_number(index);
        match (self.chinese(), each) {
            (true, Some(each)) => {
                format!("{number}、{title}（本大题共 {count} 小题，每小题 {each} 分，共 {total} 分）")
            }
            (true, None) => format!("{number}、{title}（本大题共 {count} 小题，共 {total} 分）"),
            // Of a single question the total says what it is worth.
            (false, Some(each)) if count > 1 => {
                let (each, total) = (english_points(each), english_points(total));
                format!("Section {number}. {title} ({count} questions, {each} each, {total})")
            }
            (false, _) => {
                let questions = count_of(count, "question");
                format!("Section {number}. {title} ({questions}, {})", english_points(total))
            }
        }
    }

    /// What the outline calls a section: 一、单项选择题.
    pub fn section_entry(self, index: usize, title: &str) -> String {
        let number = self.section_number(index);
        if self.chinese() { format!("{number}、{title}") } else { format!("Section {number}. {title}") }
    }

    /// The usual title of a section of a type.
    pub fn section_title(self, kind: CardType) -> &'static str {
        if self.chinese() {
            return kind.chinese();
        }
        match kind {
            CardType::SingleChoice => "Single choice",
            CardType::MultipleChoice => "Multiple choice",
            CardType::TrueFalse => "True or false",
            CardType::Cloze => "Fill in the blanks",
            CardType::Term => "Terms",
            CardType::ShortAnswer => "Short answer",
            CardType::Essay => "Essay",
            CardType::Calculation => "Calculation",
            CardType::Basic => "Questions",
        }
    }

    /// What an item is worth: （8 分）.
    pub fn item_points(self, points: Points) -> String {
        if self.chinese() { format!("（{points} 分）") } else { format!("({}) ", english_points(points)) }
    }

    /// What a scoring point earns: 2 分.
    pub fn marks(self, points: Points) -> String {
        if self.chinese() { format!("{points} 分") } else { english_points(points) }
    }

    /// The lines that candidates fill in.
    pub fn candidate(self) -> [&'static str; 3] {
        if self.chinese() { ["姓名", "学号", "班级"] } else { ["Name", "Number", "Class"] }
    }

    /// What candidates fill in along the sealed line.
    pub fn sealed_candidate(self) -> [&'static str; 4] {
        if self.chinese() {
            ["学院", "专业/班级", "学号", "姓名"]
        } else {
            ["College", "Class", "Number", "Name"]
        }
    }

    /// What the sealed line says, in the pieces that circles part.
    pub fn sealed_line(self) -> &'static [&'static str] {
        if self.chinese() {
            &["密", "封", "线", "内", "不", "得", "答", "题"]
        } else {
            &["Do", "not", "answer", "beyond", "this", "line"]
        }
    }

    /// The heads of the score table.
    pub fn score_table(self) -> ScoreTable {
        if self.chinese() {
            ScoreTable { number: "题号", total: "总分", adder: "合分人", score: "得分" }
        } else {
            ScoreTable { number: "Section", total: "Total", adder: "Added by", score: "Score" }
        }
    }

    /// The heads of the box at a section: its score, who marked it.
    pub fn score_box(self) -> [&'static str; 2] {
        if self.chinese() { ["得分", "评卷人"] } else { ["Score", "Marker"] }
    }

    /// The head of the row that says what each section is worth.
    pub fn points(self) -> &'static str {
        self.pick("分值", "Points")
    }

    /// What stands before the instructions.
    pub fn instructions(self) -> &'static str {
        self.pick("注意事项", "Instructions")
    }

    /// The page number: 第 1 页 共 4 页.
    pub fn page(self, page: usize, of: usize) -> String {
        if self.chinese() { format!("第 {page} 页　共 {of} 页") } else { format!("Page {page} of {of}") }
    }

    /// Where a key comes from: seed and fingerprint.
    pub fn origin(self, seed: u64, fingerprint: &str) -> String {
        if self.chinese() {
            format!("种子 {seed}　题库 {fingerprint}")
        } else {
            format!("Seed {seed}, bank {fingerprint}")
        }
    }

    /// Before an explanation.
    pub fn explanation(self) -> &'static str {
        self.pick("解析", "Why")
    }

    /// Before a model answer.
    pub fn answer(self) -> &'static str {
        self.pick("参考答案", "Answer")
    }

    /// Before the scoring points, with what they add up to: 评分要点（共 8 分）.
    pub fn rubric(self, points: Points) -> String {
        if self.chinese() {
            format!("评分要点（共 {points} 分）")
        } else {
            format!("Scoring points ({points} in all)")
        }
    }

    /// A judgement.
    pub fn judgement(self, is_true: bool) -> &'static str {
        match (self.chinese(), is_true) {
            (true, true) => "√",
            (true, false) => "×",
            (false, true) => "T",
            (false, false) => "F",
        }
    }

    /// Between the answers of several blanks.
    pub fn separator(self) -> &'static str {
        self.pick("；", "; ")
    }

    /// The blank of an item that is answered by a letter or a mark.
    pub fn blank(self) -> &'static str {
        self.pick("（　　）", "(       )")
    }
}

/// The heads of a score table.
#[derive(Debug, Clone, Copy)]
pub struct ScoreTable {
    /// Before the numbers of the sections.
    pub number: &'static str,
    /// Above the sum.
    pub total: &'static str,
    /// Above the name of who added the scores up.
    pub adder: &'static str,
    /// Before the scores.
    pub score: &'static str,
}

/// 1 minute, 2 minutes.
fn count_of(count: impl fmt::Display, unit: &str) -> String {
    let count = count.to_string();
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

fn english_points(points: Points) -> String {
    count_of(points, "point")
}

/// 1 to 99 in Chinese: 一, 十, 十二, 二十三.
pub fn chinese_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        1..=9 => DIGITS[number].to_owned(),
        10..=99 => {
            let tens = if number < 20 { "" } else { DIGITS[number / 10] };
            format!("{tens}十{}", DIGITS[number % 10])
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_headed_as_papers_have_it() {
        let words = Words(Language::Chinese);
        let (two, twenty) = (Some(Points::whole(2)), Points::whole(20));
        assert_eq!(
            words.section_head(0, "单项选择题", 10, two, twenty),
            "一、单项选择题（本大题共 10 小题，每小题 2 分，共 20 分）"
        );
        assert_eq!(words.section_head(11, "论述题", 2, None, twenty), "十二、论述题（本大题共 2 小题，共 20 分）");
    }

    #[test]
    fn a_course_stands_in_title_marks_once() {
        let words = Words(Language::Chinese);
        assert_eq!(words.course("大语言模型", "A"), "《大语言模型》试卷（A卷）");
        assert_eq!(words.course("《大语言模型》", "A"), "《大语言模型》试卷（A卷）");
        assert_eq!(Words(Language::English).course("Language Models", "A"), "Language Models (Form A)");
    }

    #[test]
    fn english_counts_agree_with_their_nouns() {
        let words = Words(Language::English);
        let (one, two, half) = (Points::whole(1), Points::whole(2), Points::from_number(0.5));
        let head = |count, each, total| words.section_head(0, "Terms", count, each, total);
        assert_eq!(head(10, Some(two), Points::whole(20)), "Section A. Terms (10 questions, 2 points each, 20 points)");
        assert_eq!(head(2, Some(one), two), "Section A. Terms (2 questions, 1 point each, 2 points)");
        assert_eq!(head(2, half, one), "Section A. Terms (2 questions, 0.5 points each, 1 point)");
        assert_eq!(head(1, Some(two), two), "Section A. Terms (1 question, 2 points)");
        assert_eq!(head(3, None, Points::whole(9)), "Section A. Terms (3 questions, 9 points)");
        assert_eq!(words.conditions(false, 1, one), "Closed book     Time: 1 minute     Total: 1 point");
        assert_eq!((words.marks(one), words.item_points(two)), ("1 point".to_owned(), "(2 points) ".to_owned()));
    }

    #[test]
    fn numbers_are_chinese_up_to_99() {
        let numbers = [1, 10, 11, 20, 35, 99].map(chinese_number);
        assert_eq!(numbers, ["一", "十", "十一", "二十", "三十五", "九十九"]);
    }
}
