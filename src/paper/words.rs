//! What papers say of themselves, in the language of the bank.

mod sheet;

use crate::bank::Language;
use crate::card::{CardType, letter};
use crate::points::Points;

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

    /// The title of the answer key.
    pub fn key_title(self) -> &'static str {
        self.pick("参考答案及评分标准", "Answer key and marking scheme")
    }

    /// Closed or open book, minutes, marks.
    pub fn conditions(self, open_book: bool, minutes: u32, points: Points) -> String {
        if self.chinese() {
            let book = if open_book { "开卷" } else { "闭卷" };
            format!("{book}　　考试时间 {minutes} 分钟　　满分 {points} 分")
        } else {
            let book = if open_book { "Open book" } else { "Closed book" };
            format!("{book}     Time: {minutes} minutes     Full marks: {points}")
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
            (false, Some(each)) => {
                let questions = if count == 1 { "question" } else { "questions" };
                format!("Section {number}. {title} ({count} {questions}, {each} points each, {total} points)")
            }
            (false, None) => format!("Section {number}. {title} ({count} questions, {total} points)"),
        }
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
        if self.chinese() { format!("（{points} 分）") } else { format!("({points} points) ") }
    }

    /// What a scoring point earns: 2 分.
    pub fn marks(self, points: Points) -> String {
        if self.chinese() { format!("{points} 分") } else { format!("{points} pt") }
    }

    /// The lines that candidates fill in.
    pub fn candidate(self) -> [&'static str; 3] {
        if self.chinese() { ["姓名", "学号", "班级"] } else { ["Name", "Number", "Class"] }
    }

    /// The heads of the score table: number, total, score.
    pub fn score_table(self) -> [&'static str; 3] {
        if self.chinese() { ["题号", "总分", "得分"] } else { ["Section", "Total", "Score"] }
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

    /// Before the scoring points.
    pub fn rubric(self) -> &'static str {
        self.pick("评分要点", "Scoring points")
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
    fn numbers_are_chinese_up_to_99() {
        let numbers = [1, 10, 11, 20, 35, 99].map(chinese_number);
        assert_eq!(numbers, ["一", "十", "十一", "二十", "三十五", "九十九"]);
    }
}
