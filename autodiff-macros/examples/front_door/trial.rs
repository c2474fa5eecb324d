pub fn run(_: Vec<crate::extract::Case>) -> String { String::new() }
