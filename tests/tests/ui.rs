//! The text of every error, and code that must compile without a warning.
//!
//! `TRYBUILD=overwrite cargo test -p autodiff-tests --test ui` writes the expected texts anew.

#[test]
fn errors_and_silence() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}
