//! What an answer sheet says of itself.

use super::Words;
use crate::points::Points;

impl Words {
    /// The title of the answer sheet.
    pub fn sheet_title(self) -> &'static str {
        self.pick("答题卡", "Answer sheet")
    }

    /// What the candidate writes beside the number: name and class.
    pub fn sheet_candidate(self) -> [&'static str; 2] {
        let [name, _, class] = self.candidate();
        [name, class]
    }

    /// The head of the grid for the candidate's number.
    pub fn candidate_number(self) -> &'static str {
        self.candidate()[1]
    }

    /// What the grid for the candidate's number is, to those who cannot see it.
    pub fn number_grid(self, digits: usize) -> String {
        if self.chinese() {
            format!("学号填涂区：{digits} 列，每列 0 至 9")
        } else {
            format!("The candidate's number: {digits} columns with the digits 0 to 9")
        }
    }

    /// Beside the bubble that the invigilator fills where a candidate does not come.
    pub fn absent(self) -> [&'static str; 2] {
        if self.chinese() {
            ["缺考标记", "（考生禁填，由监考员填涂）"]
        } else {
            ["Absent", "(for the invigilator only)"]
        }
    }

    /// Before the bubble that is filled well, and before those that are not.
    pub fn filling(self) -> [&'static str; 2] {
        if self.chinese() { ["正确填涂", "错误填涂"] } else { ["Right", "Wrong"] }
    }

    /// What the filled bubbles show, to those who cannot see them.
    pub fn filling_shown(self) -> &'static str {
        self.pick(
            "正确填涂：涂满方括号之间；错误填涂：打勾、打叉、画线、只涂一半",
            "Right: the room between the brackets is full. Wrong: a tick, a cross, a line, half of it full",
        )
    }

    /// What the candidate must heed.
    pub fn sheet_rules(self) -> [&'static str; 4] {
        if self.chinese() {
            [
                "答题前先写清姓名、班级，把学号写在右边的空格内，并逐位填涂。",
                "选择题与判断题用 2B 铅笔填涂；改动时用橡皮擦净后再填涂。",
                "其余各题用 0.5 毫米黑色签字笔写在本题的答题区域内，写在框外的答案无效。",
                "保持卡面清洁，不折叠，不在四角的黑块和二维码上书写。",
            ]
        } else {
            [
                "Write your name and class, write your number into the boxes on the right, and fill one bubble in each column.",
                "Fill bubbles with a 2B pencil. To change an answer, rub it out fully first.",
                "Write all other answers in black ink within the frame of their question. What stands outside is not marked.",
                "Keep the sheet clean and flat. Do not write on the black marks in the corners or on the QR code.",
            ]
        }
    }

    /// At the head of every page but the first.
    pub fn sheet_reminder(self) -> &'static str {
        self.pick(
            "请在各题的答题区域内作答，写在框外的答案无效",
            "Write within the frame of each question; what stands outside is not marked",
        )
    }

    /// The head of a section, shorter than on the paper: 一、单项选择题（每小题 2 分，共 20 分）.
    pub fn sheet_section(self, index: usize, title: &str, count: usize, each: Option<Points>, total: Points) -> String {
        let number = self.section_number(index);
        match (self.chinese(), each) {
            (true, Some(each)) => format!("{number}、{title}（每小题 {each} 分，共 {total} 分）"),
            (true, None) => format!("{number}、{title}（共 {total} 分）"),
            (false, Some(each)) => format!("Section {number}. {title} ({count} × {each} points)"),
            (false, None) => format!("Section {number}. {title} ({total} points)"),
        }
    }

    /// What the QR code is, to those who cannot see it.
    pub fn qr_code(self, payload: &str) -> String {
        if self.chinese() { format!("二维码：{payload}") } else { format!("QR code: {payload}") }
    }

    /// The head of the frame of an item: its number, what it is worth, and whether it began on the page before.
    pub fn frame_head(self, number: usize, points: Points, goes_on: bool) -> String {
        let rest = match (self.chinese(), goes_on) {
            (true, false) => format!("（{points} 分）"),
            (true, true) => "（续）".to_owned(),
            (false, false) => format!(" ({points} points)"),
            (false, true) => " (continued)".to_owned(),
        };
        format!("{number}.{rest}")
    }

    /// What a frame is, to those who cannot see it.
    pub fn answer_area(self, number: usize) -> String {
        if self.chinese() {
            format!("第 {number} 题答题区")
        } else {
            format!("Room for the answer to question {number}")
        }
    }

    /// What a blank is, to those who cannot see it; `blank` counts from 1.
    pub fn answer_blank(self, number: usize, blank: usize) -> String {
        if self.chinese() {
            format!("第 {number} 题第 {blank} 空")
        } else {
            format!("Blank {blank} of question {number}")
        }
    }
}
