//! Papers: a form, or its answer key, set on pages.
