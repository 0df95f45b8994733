//! What a user types and what they see: the console blocks under `tests/cli/` are run with the real program. See `tests/README.md`.

#[test]
fn console_blocks() {
    trycmd::TestCases::new().env("NO_COLOR", "1").env("SOURCE_DATE_EPOCH", "1767225600").case("tests/cli/*.trycmd");
}
