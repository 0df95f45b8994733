//! Bars of plain text, to stand in a column of a table.

/// How long the longest bar is, in characters.
const LONGEST: usize = 20;

/// A bar for `value` where `most` has the longest; in steps of an eighth of a character, so that what is there is seen. Empty for 0.
pub(super) fn bar(value: usize, most: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if value == 0 || most == 0 {
        return String::new();
    }
    let eighths = (value.min(most) * LONGEST * 8).div_ceil(most);
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(3, 3), "█".repeat(20));
        assert_eq!(bar(9, 3), bar(3, 3));
        assert_eq!(bar(1, 2), "█".repeat(10));
        assert_eq!(bar(1, 16), "█▎");
        assert_eq!(bar(1, 100_000), "▏");
        assert_eq!((bar(0, 3), bar(0, 0)), (String::new(), String::new()));
    }
}
