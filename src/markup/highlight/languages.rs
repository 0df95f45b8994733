//! The languages that code on cards is coloured in, as tables.
//!
//! In: the name after a fence. Out: a [`Language`]. A language is words and marks; a new one is a new entry of [`ALL`], and a test
//! says if its words are out of order.

use super::Class;

/// What the scanner knows of a language.
#[derive(Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit that a language has or has not, whatever the others"
)]
pub struct Language {
    /// What it is called after a fence, in small letters: the usual name first.
    names: &'static [&'static str],
    /// What begins a comment that ends with its line.
    pub(super) line_comments: &'static [&'static str],
    /// Such a comment begins only at the start of a word: `a#b` holds none.
    pub(super) comments_stand_apart: bool,
    /// What begins and ends a comment, and whether one may stand in another.
    pub(super) block_comment: Option<(&'static str, &'static str, bool)>,
    /// The kinds of strings; what begins with another comes before it.
    pub(super) quotes: &'static [Quote],
    /// A string begins only where a value may: `it's` holds none.
    pub(super) quotes_stand_apart: bool,
    /// Words that stand before a string and belong to it.
    pub(super) string_prefixes: &'static [&'static str],
    /// How strings without escapes are written.
    pub(super) raw: Raw,
    /// Words of the language, sorted.
    pub(super) keywords: &'static [&'static str],
    /// Words that are so at the head of a block only, sorted.
    pub(super) soft_keywords: &'static [&'static str],
    /// Types that are built in, sorted.
    pub(super) types: &'static [&'static str],
    /// Constants that are built in, sorted.
    pub(super) constants: &'static [&'static str],
    /// Commands that are called without parentheses, sorted.
    pub(super) commands: &'static [&'static str],
    /// Case does not matter in words; the tables are in small letters.
    pub(super) folds_case: bool,
    /// What a name with a capital letter is.
    pub(super) capitals: Capitals,
    /// Characters that belong to words beside letters, digits and `_`.
    pub(super) word_marks: &'static str,
    /// The characters of operators.
    pub(super) operators: &'static str,
    /// `@name` annotates what follows.
    pub(super) annotations: bool,
    /// `#name` at the start of a line is for the preprocessor.
    pub(super) directives: bool,
    /// `[name]` at the start of a line heads a section.
    pub(super) sections: bool,
    /// How the name of a member is told from its value.
    pub(super) member: Option<Member>,
}

/// What stands after the name of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) sign: char,
    /// White space must follow.
    pub(super) parted: bool,
}

/// A kind of string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// A backslash takes the meaning from the character after it.
    pub(super) escapes: bool,
    /// It may go over several lines.
    pub(super) lines: bool,
    /// What it is; quotes around the names of columns are none.
    pub(super) class: Option<Class>,
}

/// How strings without escapes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    /// As others, or not at all.
    Plain,
    /// `r#"…"#`; and `'a` is a lifetime.
    Rust,
    /// `R"x(…)x"`; and `1'000` is a number.
    Cpp,
}

/// What a name with a capital letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capitals {
    /// A name as any other.
    Names,
    /// A type.
    Types,
    /// A type, but for the name of a function before its parenthesis.
    TypesUnlessCalled,
}

impl Language {
    /// The language of this name, whatever its case.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|language| language.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// Every name that [`Language::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().flat_map(|language| language.names.iter().copied())
    }

    /// Its usual name.
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// Its words by table.
    #[cfg(test)]
    pub(super) fn tables(&self) -> [&'static [&'static str]; 5] {
        [self.keywords, self.soft_keywords, self.types, self.constants, self.commands]
    }
}

/// A string that ends with its line.
const fn line(quote: &'static str) -> Quote {
    Quote { open: quote, close: quote, escapes: true, lines: false, class: Some(Class::String) }
}

/// A string over several lines.
const fn block(quote: &'static str) -> Quote {
    Quote { lines: true, ..line(quote) }
}

/// A string in which a backslash is a backslash.
const fn verbatim(quote: Quote) -> Quote {
    Quote { escapes: false, ..quote }
}

/// A name in quotes.
const fn name(quote: &'static str) -> Quote {
    Quote { open: quote, close: quote, escapes: false, lines: false, class: None }
}

const C_QUOTES: &[Quote] = &[line("\""), line("'")];
const GO_QUOTES: &[Quote] = &[line("\""), line("'"), verbatim(block("`"))];
const JAVA_QUOTES: &[Quote] = &[block("\"\"\""), line("\""), line("'")];
const PYTHON_QUOTES: &[Quote] = &[block("\"\"\""), block("'''"), line("\""), line("'")];
const RUST_QUOTES: &[Quote] = &[block("\""), line("'")];
const SCRIPT_QUOTES: &[Quote] = &[line("\""), line("'"), block("`")];
const SHELL_QUOTES: &[Quote] = &[block("\""), verbatim(block("'")), block("`")];
// A quote that is doubled ends one string and begins the next.
const SQL_QUOTES: &[Quote] = &[verbatim(block("'")), name("\""), name("`")];
const TOML_QUOTES: &[Quote] = &[block("\"\"\""), verbatim(block("'''")), line("\""), verbatim(line("'"))];
const YAML_QUOTES: &[Quote] = &[line("\""), verbatim(line("'"))];

/// A language of which nothing is known.
const NONE: Language = Language {
    names: &[],
    line_comments: &[],
    comments_stand_apart: false,
    block_comment: None,
    quotes: &[],
    quotes_stand_apart: false,
    string_prefixes: &[],
    raw: Raw::Plain,
    keywords: &[],
    soft_keywords: &[],
    types: &[],
    constants: &[],
    commands: &[],
    folds_case: false,
    capitals: Capitals::Names,
    word_marks: "",
    operators: "",
    annotations: false,
    directives: false,
    sections: false,
    member: None,
};

/// What JavaScript and TypeScript have in common.
const SCRIPT: Language = Language {
    line_comments: SLASHES,
    block_comment: STARS,
    quotes: SCRIPT_QUOTES,
    constants: &["Infinity", "NaN", "false", "null", "true", "undefined"],
    capitals: Capitals::Types,
    word_marks: "$",
    operators: OPERATORS,
    annotations: true,
    ..NONE
};

const SLASHES: &[&str] = &["//"];
const STARS: Option<(&str, &str, bool)> = Some(("/*", "*/", false));
const OPERATORS: &str = "+-*/%=<>!&|^~?";

/// All of them.
#[rustfmt::skip] // a word a line would be a thousand lines
pub(super) static ALL: &[Language] = &[
    Language {
        names: &["python", "py", "python2", "python3"],
        line_comments: &["#"],
        quotes: PYTHON_QUOTES,
        string_prefixes: &["b", "br", "f", "fr", "r", "rb", "rf", "u"],
        keywords: &[
            "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
            "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
            "or", "pass", "raise", "return", "try", "while", "with", "yield"
        ],
        soft_keywords: &["case", "match"],
        types: &[
            "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set",
            "str", "tuple", "type"
        ],
        constants: &["Ellipsis", "False", "None", "NotImplemented", "True"],
        capitals: Capitals::Types,
        operators: OPERATORS,
        annotations: true,
        ..NONE
    },
    Language {
        names: &["c", "h"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: C_QUOTES,
        string_prefixes: &["L", "U", "u", "u8"],
        keywords: &[
            "_Atomic", "_Generic", "_Noreturn", "_Static_assert", "auto", "break", "case", "const", "continue",
            "default", "do", "else", "enum", "extern", "for", "goto", "if", "inline", "register", "restrict",
            "return", "sizeof", "static", "struct", "switch", "typedef", "union", "volatile", "while"
        ],
        types: &[
            "FILE", "bool", "char", "double", "float", "int", "int16_t", "int32_t", "int64_t", "int8_t", "intptr_t",
            "long", "ptrdiff_t", "short", "signed", "size_t", "ssize_t", "uint16_t", "uint32_t", "uint64_t",
            "uint8_t", "uintptr_t", "unsigned", "void", "wchar_t"
        ],
        constants: &["NULL", "false", "true"],
        operators: OPERATORS,
        directives: true,
        ..NONE
    },
    Language {
        names: &["cpp", "c++", "cc", "cxx", "hpp"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: C_QUOTES,
        string_prefixes: &["L", "LR", "R", "U", "UR", "u", "u8", "u8R", "uR"],
        raw: Raw::Cpp,
        keywords: &[
            "_Atomic", "_Generic", "_Noreturn", "_Static_assert", "alignas", "alignof", "and", "asm", "auto",
            "break", "case", "catch", "class", "co_await", "co_return", "co_yield", "concept", "const",
            "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do",
            "dynamic_cast", "else", "enum", "explicit", "export", "extern", "final", "for", "friend", "goto", "if",
            "inline", "mutable", "namespace", "new", "noexcept", "not", "operator", "or", "override", "private",
            "protected", "public", "register", "reinterpret_cast", "requires", "return", "sizeof", "static",
            "static_assert", "static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "try",
            "typedef", "typeid", "typename", "union", "using", "virtual", "volatile", "while", "xor"
        ],
        types: &[
            "FILE", "array", "bool", "char", "char16_t", "char32_t", "char8_t", "deque", "double", "float",
            "function", "int", "int16_t", "int32_t", "int64_t", "int8_t", "intptr_t", "list", "long", "map",
            "optional", "pair", "ptrdiff_t", "set", "shared_ptr", "short", "signed", "size_t", "ssize_t", "string",
            "string_view", "tuple", "uint16_t", "uint32_t", "uint64_t", "uint8_t", "uintptr_t", "unique_ptr",
            "unordered_map", "unordered_set", "unsigned", "variant", "vector", "void", "wchar_t", "weak_ptr"
        ],
        constants: &["NULL", "false", "nullptr", "true"],
        capitals: Capitals::Types,
        operators: OPERATORS,
        directives: true,
        ..NONE
    },
    Language {
        names: &["rust", "rs"],
        line_comments: SLASHES,
        block_comment: Some(("/*", "*/", true)),
        quotes: RUST_QUOTES,
        string_prefixes: &["b", "br", "c", "cr", "r"],
        raw: Raw::Rust,
        keywords: &[
            "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "fn",
            "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
            "static", "struct", "super", "trait", "type", "unsafe", "use", "where", "while"
        ],
        types: &[
            "Self", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
            "u32", "u64", "u8", "usize"
        ],
        constants: &["false", "true"],
        capitals: Capitals::Types,
        operators: OPERATORS,
        ..NONE
    },
    Language {
        names: &["java"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: JAVA_QUOTES,
        keywords: &[
            "abstract", "assert", "break", "case", "catch", "class", "continue", "default", "do", "else", "enum",
            "extends", "final", "finally", "for", "if", "implements", "import", "instanceof",
            "interface", "native", "new", "package", "private", "protected", "public",
            "record", "return", "sealed", "static", "strictfp", "super", "switch", "synchronized",
            "this", "throw", "throws", "transient", "try", "var", "volatile", "while", "yield"
        ],
        types: &["boolean", "byte", "char", "double", "float", "int", "long", "short", "void"],
        constants: &["false", "null", "true"],
        capitals: Capitals::Types,
        word_marks: "$",
        operators: OPERATORS,
        annotations: true,
        ..NONE
    },
    Language {
        names: &["javascript", "js", "jsx", "mjs"],
        keywords: &[
            "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
            "delete", "do", "else", "export", "extends", "finally", "for", "from", "function", "if",
            "import", "in", "instanceof", "let", "new", "of", "return", "static", "super", "switch", "this",
            "throw", "try", "typeof", "var", "void", "while", "with", "yield"
        ],
        ..SCRIPT
    },
    Language {
        names: &["typescript", "ts", "tsx"],
        keywords: &[
            "abstract", "as", "asserts", "async", "await", "break", "case", "catch", "class", "const", "continue",
            "debugger", "declare", "default", "delete", "do", "else", "enum", "export", "extends", "finally", "for",
            "from", "function", "if", "implements", "import", "in", "infer", "instanceof", "interface", "is",
            "keyof", "let", "module", "namespace", "new", "of", "override", "private", "protected", "public",
            "readonly", "return", "satisfies", "static", "super", "switch", "this", "throw", "try", "type",
            "typeof", "var", "void", "while", "with", "yield"
        ],
        types: &["any", "bigint", "boolean", "never", "number", "object", "string", "symbol", "unknown"],
        ..SCRIPT
    },
    Language {
        names: &["go", "golang"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: GO_QUOTES,
        keywords: &[
            "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func",
            "go", "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct",
            "switch", "type", "var"
        ],
        types: &[
            "any", "bool", "byte", "complex128", "complex64", "error", "float32", "float64", "int", "int16",
            "int32", "int64", "int8", "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr"
        ],
        constants: &["false", "iota", "nil", "true"],
        capitals: Capitals::TypesUnlessCalled,
        operators: OPERATORS,
        ..NONE
    },
    Language {
        names: &["csharp", "c#", "cs"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: C_QUOTES,
        keywords: &[
            "abstract", "as", "async", "await", "base", "break", "case", "catch", "checked", "class", "const",
            "continue", "default", "delegate", "do", "else", "enum", "event", "explicit", "extern", "finally",
            "fixed", "for", "foreach", "get", "goto", "if", "implicit", "in", "init", "interface", "internal", "is",
            "lock", "namespace", "new", "operator", "out", "override", "params", "partial", "private", "protected",
            "public", "readonly", "record", "ref", "required", "return", "sealed", "set", "sizeof", "stackalloc",
            "static", "struct", "switch", "this", "throw", "try", "typeof", "unchecked", "unsafe", "using", "var",
            "virtual", "volatile", "when", "where", "while", "yield"
        ],
        types: &[
            "bool", "byte", "char", "decimal", "double", "dynamic", "float", "int", "long", "nint", "nuint",
            "object", "sbyte", "short", "string", "uint", "ulong", "ushort", "void"
        ],
        constants: &["false", "null", "true"],
        capitals: Capitals::TypesUnlessCalled,
        operators: OPERATORS,
        directives: true,
        ..NONE
    },
    Language {
        names: &["shell", "sh", "bash", "zsh", "console"],
        line_comments: &["#"],
        comments_stand_apart: true,
        quotes: SHELL_QUOTES,
        keywords: &[
            "alias", "break", "case", "continue", "declare", "do", "done", "elif", "else", "esac", "eval", "exec",
            "exit", "export", "fi", "for", "function", "if", "in", "local", "readonly", "return", "select", "set",
            "shift", "source", "then", "trap", "unset", "until", "while"
        ],
        constants: &["false", "true"],
        commands: &[
            "awk", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "docker", "echo", "find", "git", "grep",
            "head", "kill", "ls", "make", "mkdir", "mv", "pip", "printf", "ps", "pwd", "python", "read", "rm",
            "sed", "sort", "ssh", "sudo", "tail", "tar", "tee", "test", "touch", "tr", "uniq", "wc", "wget", "xargs"
        ],
        word_marks: "-",
        operators: "|&<>=!",
        ..NONE
    },
    Language {
        names: &["sql", "mysql", "postgresql", "sqlite"],
        line_comments: &["--"],
        block_comment: STARS,
        quotes: SQL_QUOTES,
        keywords: &[
            "add", "all", "alter", "and", "any", "as", "asc", "begin", "between", "by", "cascade", "case", "check",
            "column", "commit", "constraint", "create", "cross", "database", "default", "delete", "desc",
            "distinct", "drop", "else", "end", "except", "exists", "explain", "fetch", "first", "for", "foreign",
            "from", "full", "function", "grant", "group", "having", "if", "in", "index", "inner", "insert",
            "intersect", "into", "is", "join", "key", "last", "left", "like", "limit", "natural", "not", "offset",
            "on", "or", "order", "outer", "over", "partition", "primary", "procedure", "references", "replace",
            "returning", "revoke", "right", "rollback", "row", "rows", "select", "set", "table", "temporary",
            "then", "to", "transaction", "trigger", "truncate", "union", "unique", "update", "using", "values",
            "view", "when", "where", "while", "with"
        ],
        types: &[
            "bigint", "binary", "bit", "blob", "boolean", "char", "date", "datetime", "decimal", "double", "float",
            "int", "integer", "interval", "json", "numeric", "real", "smallint", "text", "time", "timestamp",
            "tinyint", "varchar"
        ],
        constants: &["false", "null", "true", "unknown"],
        folds_case: true,
        operators: "+-*/%=<>!|",
        ..NONE
    },
    Language {
        names: &["json", "json5", "jsonc", "jsonl"],
        line_comments: SLASHES,
        block_comment: STARS,
        quotes: C_QUOTES,
        constants: &["false", "null", "true"],
        member: Some(Member { sign: ':', parted: false }),
        ..NONE
    },
    Language {
        names: &["toml"],
        line_comments: &["#"],
        quotes: TOML_QUOTES,
        constants: &["false", "inf", "nan", "true"],
        word_marks: "-.",
        sections: true,
        member: Some(Member { sign: '=', parted: false }),
        ..NONE
    },
    Language {
        names: &["yaml", "yml"],
        line_comments: &["#"],
        comments_stand_apart: true,
        quotes: YAML_QUOTES,
        quotes_stand_apart: true,
        constants: &["False", "True", "false", "no", "null", "off", "on", "true", "yes"],
        word_marks: "-./",
        member: Some(Member { sign: ':', parted: true }),
        ..NONE
    },
    Language { names: &["text", "plain", "plaintext", "txt"], ..NONE },
];
