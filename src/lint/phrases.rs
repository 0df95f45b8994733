//! Turns of phrase that rules look for, in Chinese and in English.

use super::line::Line;
use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// Where one of a few words begins and ends, as far as it means what it says.
pub(super) struct Words(Option<Regex>);

/// What looks like an absolute word and is none, and quoted text, which an author does not say himself.
const NOT_MEANT: &str = r#"[不未非](?:一定|必然|必定|完全|所有|总是|只能|永远)|并非(?:所有|任何|一切|总是|完全)|一定(?:的|程度|比例|数|量|范围|条件|规模|概率|限度|意义|时|阶段|间隔|步)|所有(?:者|权|制)|完全(?:二叉|图|背包|平方)|(?:NP|图灵|NP )完全|“[^”]*”|‘[^’]*’|「[^」]*」|《[^》]*》|"[^"]*"|(?i-u:\bnot (?:all|every|always)\b|\ball of the above\b|\bat all\b)"#;

impl Words {
    pub(super) fn new(words: &[Cow<'static, str>]) -> Self {
        let one = |word: &Cow<'static, str>| {
            let escaped = regex::escape(word);
            if word.is_ascii() { format!(r"(?i-u:\b{escaped}\b)") } else { escaped }
        };
        let words: Vec<String> = words.iter().map(one).collect();
        // A pattern of escaped words can only be too large; then nothing is found.
        Self(if words.is_empty() { None } else { Regex::new(&format!("{NOT_MEANT}|({})", words.join("|"))).ok() })
    }

    /// The places of the words in a text.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let Some(regex) = self.0.as_ref().filter(|regex| regex.is_match(text)) else { return Vec::new() };
        let meant = regex.captures_iter(text).filter_map(|found| found.get(1)).map(|word| word.range());
        meant.filter(|word| !is_compound(text, word)).collect()
    }
}

/// Whether a word is a part of another that is written with a hyphen: All-Reduce.
fn is_compound(text: &str, word: &Range<usize>) -> bool {
    text[..word.start].ends_with(['-', '‑']) || text[word.end..].starts_with(['-', '‑'])
}

/// An option that is about the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// 以上都对
    All,
    /// 以上都不对
    None,
}

/// Patterns of this file: they are compiled by a test.
macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
    };
}

pattern!(
    NEGATION,
    concat!(
        r"(不(?:正确|属于|是|包括|包含|符合|恰当|准确|合理|妥当|成立|对|可能|能|会|需要|需|应|宜|具有|具备|支持|涉及|适合|适用|适宜|必))",
        r"[^，。；：？！“”]{0,16}?的(?:是|有|为|一项|选项|一组|（|(?:说法|做法|方法|叙述|描述|表述|论述|理解|判断)(?:是|有|为))",
        r"|(错误|有误|不当)的(?:是|有|为|一项|选项|（|(?:说法|做法|叙述|描述|表述|论述|理解|判断)(?:是|有|为))",
        r"|(除了?)[^，。；？]{1,24}?(?:之外|以外|外)，",
        r"|(?i:(?-u:\b)(?:which|following|all|each)(?-u:\b)[^.?!]*?(?-u:\b)(not|except)(?-u:\b))",
    )
);
pattern!(
    FIGURE,
    concat!(
        r"(如[下上左右]?图(?:所示|中)?|[下上左右]图(?:所示|中)?|见图)(?:[^灵像片神书论谱形案表腾]|$)",
        r"|(?i:(?-u:\b)((?:the|this)[ \n]+(?:figure|diagram|picture|image|graph|chart)[ \n]+(?:below|above|shows|on[ \n]+the[ \n]+(?:left|right))",
        r"|shown[ \n]+(?:in[ \n]+the[ \n]+(?:figure|diagram|picture|graph|chart)|below|above))(?-u:\b))",
    )
);
pattern!(
    LETTER,
    concat!(
        r"选项[ \n]?[A-J](?:[^A-Za-z0-9]|$)",
        r"|(?:^|[，。；：、（！？\n.]|而|但|故|则|其中)[ \n]*[A-J](?:[ \n]?[、，,和与及][ \n]?[A-J])*[ \n]?(?:项|错|不对|不正确|不成立|正确|有误|均|都|对(?:[，。；：、]|$))",
        r"|(?:答案|故选|应选|正确选项)[为是：]?[ \n]?[A-J](?:[^A-Za-z0-9]|$)",
        r"|(?-u:\b)(?:[Oo]ptions?|[Cc]hoices?|[Aa]nswers?)[ \n]+\(?[A-J](?-u:\b)",
        r"|(?-u:\b)[A-J][ \n]+(?:is|are)[ \n]+(?:right|wrong|correct|incorrect|true|false)(?-u:\b)",
    )
);
pattern!(
    ABOVE,
    concat!(
        r"^[ \n]*(?:(?:以上|上述|前述|前[两二三四五]|[A-J](?:[ \n]?[、和与及,，][ \n]?[A-J])+)[^，。；：]{0,8}(?:都|均|皆|全)[^，。；：]{0,6}",
        r"|(?:全部|全都|都)(?:正确|对|是|不正确|错误|不对|不是))[。.]?[ \n]*$",
    )
);
pattern!(
    ABOVE_ENGLISH,
    r"(?i)^[ \n]*(?:(all|both)|none|neither)[ \n]+(?:of[ \n]+(?:the[ \n]+)?(?:above|these|them|options|choices|answers|other)(?-u:\b)|(?:are|is)[ \n]+(?:correct|true|right))"
);
pattern!(OFFER, r"还是|哪|孰|或者|是否|吗|(?i:(?-u:\b)(?:or|which|either|whether)(?-u:\b))");

/// The negation of a stem that asks for what is not so, unless it is bold.
pub(super) fn negation(line: &Line) -> Option<Range<usize>> {
    // Captures are looked for where there is something to find: that is much slower.
    let pattern = NEGATION.as_ref().filter(|pattern| pattern.is_match(&line.text))?;
    let found = pattern.captures(&line.text)?;
    let word = found.iter().skip(1).flatten().next()?.range();
    (!line.is_strong(&word)).then_some(word)
}

/// Where a text speaks of a figure.
pub(super) fn figure(text: &str) -> Option<Range<usize>> {
    let found = FIGURE.as_ref().filter(|pattern| pattern.is_match(text))?.captures(text)?;
    found.iter().skip(1).flatten().next().map(|words| words.range())
}

/// Where an explanation calls an option by its letter.
pub(super) fn letter(text: &str) -> Option<Range<usize>> {
    let found = LETTER.as_ref()?.find(text)?;
    let (words, marks) = (found.as_str(), |character: char| !character.is_alphanumeric());
    let start = found.start() + words.len() - words.trim_start_matches(marks).len();
    Some(start..start + words.trim_matches(marks).len())
}

/// Whether an option is about the others.
pub(super) fn above(option: &str) -> Option<Above> {
    const LONGEST: usize = 80; // bytes: no such option is longer, and most others are out at once
    if option.len() > LONGEST {
        return None;
    }
    if option.starts_with(['a', 'A', 'b', 'B', 'n', 'N'])
        && let Some(found) = ABOVE_ENGLISH.as_ref()?.captures(option)
    {
        return Some(if found.get(1).is_some() { Above::All } else { Above::None });
    }
    let found = option.contains(['都', '均', '皆', '全']) && ABOVE.as_ref()?.is_match(option);
    found.then(|| if option.contains(['不', '非', '错', '无', '没']) { Above::None } else { Above::All })
}

/// Whether a question offers what to choose from, so that its answer may stand in it.
pub(super) fn offers(question: &str) -> bool {
    OFFER.as_ref().is_some_and(|offer| offer.is_match(question))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::lint::Lint;
    use crate::diag::Code;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&NEGATION, &FIGURE, &LETTER, &ABOVE, &ABOVE_ENGLISH, &OFFER] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn an_absolute_word_is_one_that_is_meant() {
        let words = Words::new(Lint::default().words(Code::AbsoluteWord));
        let found = |text: &str| words.find(text).into_iter().map(|place| text[place].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("损失一定下降，所有参数都更新"), ["一定", "所有"]);
        assert_eq!(found("It Always works for all inputs"), ["Always", "all"]);
        for fine in [
            "不一定更好",
            "在一定程度上",
            "一定的算力",
            "所有者权益",
            "“所有参数”一栏",
            "《永远》",
            "并非所有任务",
            "All-Reduce 通信",
            "AllReduce",
            "not all inputs",
            "overall",
        ] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn an_option_about_the_others_is_told_from_others() {
        for all in [
            "以上都对",
            "以上说法都正确。",
            "上述三项均是",
            "全部正确",
            "All of the above.",
            "A 和 B 都对",
            "both of these",
        ] {
            assert_eq!(above(all), Some(Above::All), "{all}");
        }
        for none in ["以上都不对", "上述均不正确", "以上皆非", "None of the above", "全都不是"] {
            assert_eq!(above(none), Some(Above::None), "{none}");
        }
        for other in ["以上一层的输出为输入", "全部参数都更新", "都用到注意力", "None", "all layers"]
        {
            assert_eq!(above(other), None, "{other}");
        }
    }

    #[test]
    fn a_letter_is_that_of_an_option() {
        let found = |text: &'static str| letter(text).map(|place| &text[place]);
        assert_eq!(found("因此选项 B 正确。"), Some("选项 B"));
        assert_eq!(found("只看最近的词。A 错在把条件当结论。"), Some("A 错"));
        assert_eq!(found("故选 C。"), Some("故选 C"));
        assert_eq!(found("Option C confuses the two."), Some("Option C"));
        assert_eq!(found("A、C 项混淆了两者。"), Some("A、C 项"));
        for fine in ["矩阵 A 对输入降维。", "LoRA 错误地", "A100 项", "Adam 都用", "类型 A 都是", "an option A1"]
        {
            assert_eq!(found(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_figure_is_one_that_is_not_there() {
        let found = |text: &'static str| figure(text).map(|place| &text[place]);
        assert_eq!(found("结构如下图所示，输出是"), Some("如下图所示"));
        assert_eq!(found("What does the figure below show?"), Some("the figure below"));
        for fine in ["如图灵测试", "以下图像任务", "计算图中的结点", "The figure of merit is"] {
            assert_eq!(found(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_negation_is_what_is_asked_for() {
        let found = |text: &'static str| NEGATION.as_ref().and_then(|pattern| pattern.captures(text)).is_some();
        for asks in [
            "下列说法不正确的是（　　）。",
            "不属于解码策略的一项是",
            "下列说法错误的是",
            "下列各项中，不是预训练任务的有（　　）。",
            "除 BERT 以外，",
            "Which of the following is not a decoder?",
            "All of these are optimizers EXCEPT",
        ] {
            assert!(found(asks), "{asks}");
        }
        for fine in [
            "不随意加大 n，主要原因是（　　）。",
            "模型不收敛的主要原因是",
            "What does the loss not depend on?",
            "这种不同的是",
        ] {
            assert!(!found(fine), "{fine}");
        }
    }
}
