//! A program as two modules, of plain functions with the attribute and of the same over dual numbers, and the check of one by the other.
use crate::ast::*;
use std::collections::HashSet;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scalar {
    /// `f64`
    Plain,
    /// `Dual64`
    Dual,
}

impl Scalar {
    fn name(self) -> &'static str {
        if self == Scalar::Plain { "f64" } else { "Dual64" }
    }
}

/// `mod name { .. }`, laid out. Without `attribute`, the plain functions alone: is the program itself in order?
pub(crate) fn program(name: &str, program: &Program, attribute: bool) -> String {
    let attribute = if attribute { "#[differentiable]" } else { "" };
    let plain: String = program.functions.iter().map(|f| function(f, Scalar::Plain, attribute)).collect();
    let plain = if attribute.is_empty() { bare(&plain) } else { plain };
    let dual = bare(&program.functions.iter().map(|f| function(f, Scalar::Dual, "")).collect::<String>());
    let check = if attribute.is_empty() { call(program) } else { check(program) };
    pretty(&format!(
        "mod {name} {{
            use super::*;
            mod plain {{ use super::super::plain::*; {plain} }}
            mod dual {{ use super::super::dual::*; {dual} }}
            {check}
        }}"
    ))
}

/// The types of all programs, over `f64`.
pub(crate) fn plain_types() -> String {
    include_str!("types.rs.txt").replace('§', Scalar::Plain.name())
}

/// The same over dual numbers.
pub(crate) fn dual_types() -> String {
    bare(&include_str!("types.rs.txt").replace('§', Scalar::Dual.name()).replace(", Differentiable", ""))
}

/// Without the attributes.
fn bare(text: &str) -> String {
    text.replace("#[differentiable]", "").replace("#[nodiff] ", "")
}

/// Each function of the program, as the attribute is handed it.
pub(crate) fn plain_functions(program: &Program) -> Vec<String> {
    program.functions.iter().map(|f| function(f, Scalar::Plain, "")).collect()
}

/// The functions alone, as one would write them.
pub fn listing(program: &Program) -> String {
    pretty(&program.functions.iter().map(|f| function(f, Scalar::Plain, "#[differentiable]")).collect::<String>())
}

fn pretty(text: &str) -> String {
    match syn::parse_file(text) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("the generator wrote what is not Rust: {error}\n{text}"),
    }
}

fn function(f: &Function, scalar: Scalar, attribute: &str) -> String {
    let params: Vec<String> = f.params.iter().map(param).collect();
    let result = if f.result == Ty::Unit { String::new() } else { format!("-> {}", f.result.text()) };
    let head = format!("{attribute} pub fn {}({}) {result}", f.name, params.join(", ")).replace('§', scalar.name());
    head + &block(&f.body, scalar)
}

fn param(p: &Param) -> String {
    let ty = p.ty.text();
    let attribute = if p.ty == COUNTER { "#[nodiff] " } else { "" };
    match p.pass {
        Pass::Value => format!("{attribute}mut {}: {ty}", p.name),
        Pass::Shared => format!("{attribute}{}: &{ty}", p.name),
        Pass::Mutable => format!("{attribute}{}: &mut {ty}", p.name),
    }
}

fn block(b: &Block, scalar: Scalar) -> String {
    block_of(b, scalar, false)
}

fn block_of(b: &Block, scalar: Scalar, suffix: bool) -> String {
    let statements: String = b.statements.iter().map(|n| node(n, scalar, false) + "\n").collect();
    let value = b.value.as_deref().map(|n| node(n, scalar, suffix)).unwrap_or_default();
    format!("{{ {statements} {value} }}")
}

/// With `suffix`, what has a method called: numbers say their type.
fn node(n: &Node, scalar: Scalar, suffix: bool) -> String {
    let text = match (&n.text, scalar) {
        (Text::Number(x), Scalar::Plain) => return format!("{x:?}{}", if suffix { "_f64" } else { "" }),
        (Text::Number(x), Scalar::Dual) => return format!("c({x:?})"),
        (Text::Same(text) | Text::Split { plain: text, .. }, Scalar::Plain)
        | (Text::Same(text) | Text::Split { dual: text, .. }, Scalar::Dual) => text,
    };
    if suffix && text.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{text}_usize");
    }
    let text = text.replace('§', scalar.name());
    if text.contains('²') {
        let [first, second] = [&n.holes[0], &n.holes[1]].map(|hole| match hole {
            Hole::Node(n) => node(n, scalar, suffix),
            Hole::Block(b) => block(b, scalar),
        });
        return text.replace('¹', &first).replace('²', &second);
    }
    let mut pieces = text.split('@');
    let mut out = pieces.next().unwrap_or_default().to_string();
    for (hole, piece) in n.holes.iter().zip(pieces) {
        let suffix = suffix || (piece.starts_with(['.', ';']) || piece.starts_with(")."));
        out += &match hole {
            Hole::Node(n) => node(n, scalar, suffix),
            Hole::Block(b) => block_of(b, scalar, suffix),
        };
        out += piece;
    }
    // the `@` of a pattern
    out.replace('\u{1}', "@")
}

/// The words in a node.
pub(crate) fn mentions(n: &Node) -> HashSet<String> {
    let text = node(n, Scalar::Plain, false);
    text.split(|c: char| !c.is_alphanumeric()).map(String::from).collect()
}

fn reference(p: &Param) -> &'static str {
    match p.pass {
        Pass::Value => "",
        Pass::Shared => "&",
        Pass::Mutable => "&mut ",
    }
}

/// `fn check()` which only calls the last function: does it panic by itself?
fn call(program: &Program) -> String {
    let f = program.functions.last().expect("a program has a function");
    let arguments: Vec<String> = f.params.iter().map(|p| reference(p).to_string() + &p.example).collect();
    format!("pub fn check() {{ plain::{}({}); }}", f.name, arguments.join(", "))
}

/// `fn check()`: the last function by the harness, with the dual numbers as the oracle.
fn check(program: &Program) -> String {
    let f = program.functions.last().expect("a program has a function");
    let (mut lifts, mut duals, mut plains, mut outputs) = (String::new(), vec![], vec![], vec!["&y".to_string()]);
    for p in &f.params {
        let Param { name, example, .. } = p;
        if p.constant() {
            duals.push(reference(p).to_string() + example);
            plains.push(format!("const {}{example}", reference(p)));
            continue;
        }
        lifts += &format!("let mut {name} = ({example}).lift(&mut duals);");
        duals.push(reference(p).to_string() + name);
        plains.push(reference(p).to_string() + example);
        if p.pass == Pass::Mutable {
            outputs.push(format!("&{name}"));
        }
    }
    let macro_name = match f.result {
        // what `grad` and its kin add to `vjp` is the same in all programs
        Ty::Real if program.seed.is_multiple_of(5) => "check_scalar",
        Ty::Unit => "check_unit",
        _ => "check",
    };
    format!(
        "pub fn check() {{
            let oracle = |at: &[Vec<f64>], u: &[Vec<f64>]| {{
                let mut duals = duals(at, u);
                {lifts}
                let y = dual::{name}({duals});
                flat(&[{outputs}])
            }};
            {macro_name}!(plain::{name}({plains}) by oracle);
        }}",
        name = f.name,
        duals = duals.join(", "),
        plains = plains.join(", "),
        outputs = outputs.join(", "),
    )
}
