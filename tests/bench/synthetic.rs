//! A bank of any size, the same on every machine: for the benches and for `tests/peers/`.
//!
//! The cards have the mix of types, the lengths and the formulas of the shipped bank; their words mean nothing.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// Cards to a chapter file.
const CHAPTER: usize = 1000;

const WORDS: &[&str] = &[
    "模型",
    "参数",
    "数据",
    "训练",
    "注意力",
    "机制",
    "编码器",
    "解码器",
    "词元",
    "梯度",
    "显存",
    "并行",
    "预训练",
    "微调",
    "对齐",
    "采样",
    "温度",
    "量化",
    "缓存",
    "推理",
    "损失",
    "规模",
    "扩展",
    "能力",
    "提示",
    "上下文",
    "位置编码",
    "归一化",
    "激活函数",
    "词表",
    "Transformer",
    "BERT",
    "GPT-3",
    "ZeRO",
    "RoPE",
    "KV cache",
    "LoRA",
    "RLHF",
];

const FORMULAS: &[&str] = &[
    r"\frac{QK^\top}{\sqrt{d_k}}",
    r"L(N) = (N_c / N)^{\alpha_N}",
    r"\mathrm{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
    r"C \approx 6ND",
    r"\theta_i = 10000^{-2i/d}",
    r"P(w_t \mid w_{<t})",
    r"16\Phi / N_d",
    r"\hat{y} = \arg\max_k z_k",
];

/// A small generator (splitmix64): the bank must not change with a crate.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    /// A sentence of about so many words, without its full stop.
    fn sentence(&mut self, words: usize) -> String {
        let mut text = String::new();
        for index in 0..words {
            if index > 0 && index % 5 == 0 {
                text.push('，');
            }
            let word = WORDS[self.below(WORDS.len())];
            let latin = word.is_ascii();
            if latin && !text.is_empty() && !text.ends_with('，') {
                text.push(' ');
            }
            text.push_str(word);
            if latin {
                text.push(' ');
            }
        }
        text.trim_end().to_owned()
    }
}

/// Writes a bank of `cards` cards into `folder`.
///
/// # Errors
/// What the file system says.
#[expect(clippy::disallowed_methods, reason = "it writes fixtures where it is told")]
pub(crate) fn write(folder: &Path, cards: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let chapters = cards.div_ceil(CHAPTER);
    let names: Vec<String> = (0..chapters).map(|chapter| format!("ch{chapter:03}")).collect();
    let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let head = format!("id = \"synthetic\"\ntitle = \"合成题库\"\nchapters = [{list}]\n");
    fs::write(folder.join("bank.toml"), head)?;
    for (chapter, name) in names.iter().enumerate() {
        let first = chapter * CHAPTER;
        let text = chapter_text(name, chapter, first..cards.min(first + CHAPTER));
        fs::write(folder.join(format!("{name}.toml")), text)?;
    }
    Ok(())
}

fn chapter_text(name: &str, number: usize, cards: std::ops::Range<usize>) -> String {
    let mut text = format!("[chapter]\nid = \"{name}\"\ntitle = \"合成章节\"\nnumber = {number}\n");
    for section in 1..=4 {
        let _ = write!(text, "[[chapter.section]]\nid = \"{number}.{section}\"\ntitle = \"第 {section} 节\"\n");
    }
    for index in cards {
        card(&mut text, number, index);
    }
    text
}

fn card(text: &mut String, chapter: usize, index: usize) {
    let mut dice = Dice(index as u64);
    let formula = FORMULAS[dice.below(FORMULAS.len())];
    let stem = dice.sentence(14);
    let kind = dice.below(100);
    let (section, difficulty) = (1 + dice.below(4), 1 + dice.below(5));
    let _ = write!(
        text,
        "\n[[card]]\nid = \"card-{index:06}\"\nsection = \"{chapter}.{section}\"\ndifficulty = {difficulty}\nsource = \"{chapter}.{section}\"\n"
    );
    let _ = writeln!(text, "explanation = '{}，见 ${formula}$。{}。'", dice.sentence(12), dice.sentence(10));
    let options = |text: &mut String, dice: &mut Dice| {
        let options: Vec<String> =
            (0..4).map(|option| format!("'{}其{}'", dice.sentence(4), ["一", "二", "三", "四"][option])).collect();
        let _ = writeln!(text, "options = [{}]", options.join(", "));
    };
    match kind {
        0..40 => {
            let _ = writeln!(text, "type = \"single-choice\"\nstem = '{stem}编号 {index} 的是（　　）。'");
            options(text, &mut dice);
            let _ = writeln!(text, "key = \"{}\"", ["A", "B", "C", "D"][dice.below(4)]);
        }
        40..53 => {
            let _ = writeln!(text, "type = \"multiple-choice\"\nstem = '{stem}编号 {index} 的有（　　）。'");
            options(text, &mut dice);
            let _ = writeln!(text, "key = \"{}\"", ["AB", "ACD", "BD", "ABC"][dice.below(4)]);
        }
        53..66 => {
            let _ =
                writeln!(text, "type = \"true-false\"\nstem = '{stem}，编号 {index}。'\nkey = {}", dice.below(2) == 0);
        }
        66..82 => {
            let hidden = dice.sentence(2);
            let _ = writeln!(
                text,
                "type = \"cloze\"\ntext = '{stem}，编号 {index}，称为{{{{c1::{hidden}}}}}，即 {{{{c2::${formula}$}}}}。'"
            );
        }
        82..90 => {
            let _ = writeln!(
                text,
                "type = \"term\"\nstem = '{}{index}'\nanswer = '{}。'",
                dice.sentence(2),
                dice.sentence(16)
            );
        }
        _ => {
            let _ = writeln!(
                text,
                "type = \"short-answer\"\nstem = '{stem}，编号 {index}。'\nanswer = '{}。'\npoints = 5",
                dice.sentence(20)
            );
            for points in [2, 2, 1] {
                let _ = writeln!(text, "[[card.rubric]]\npoints = {points}\ntext = '{}'", dice.sentence(6));
            }
        }
    }
}
