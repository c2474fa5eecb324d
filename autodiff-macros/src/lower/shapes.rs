//! Values that may have another shape than what they replace: of another length, or of another variant.
use super::{Lower, stmt::strip};
use syn::{Block, Expr, Ident, Path, Stmt, Type};

impl Lower<'_> {
    /// Notes a variable of a type whose values differ in shape, or that starts as one that may.
    pub(super) fn introduce_shape(&mut self, name: &Ident, ty: Option<&Type>, init: Option<&Expr>) {
        if ty.map_or_else(|| init.is_some_and(|e| self.may_reshape(e)), varies) {
            self.varied.insert(name.to_string());
        }
    }

    /// A vector or a variant by its look: its length, or which variant it is, may not be that of what it replaces.
    pub(super) fn may_reshape(&self, e: &Expr) -> bool {
        let tail = |b: &Block| match b.stmts.last() {
            Some(Stmt::Expr(e, None)) => self.may_reshape(e) || made_inside(b, e).is_some_and(|e| self.may_reshape(e)),
            _ => false,
        };
        match strip(e) {
            Expr::Macro(m) => m.mac.path.is_ident("vec"),
            Expr::Path(p) => {
                is_variant(&p.path) || p.path.get_ident().is_some_and(|i| self.varied.contains(&i.to_string()))
            }
            Expr::Struct(s) => is_variant(&s.path),
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) => is_list(&p.path) || is_variant(&p.path) || returns_one(&p.path),
                _ => false,
            },
            Expr::MethodCall(m) => match m.method.to_string().as_str() {
                "collect" | "to_vec" | "split_off" => true,
                // of an option
                "take" | "pop" | "pop_front" | "pop_back" => m.args.is_empty(),
                // numbers are copied without
                "clone" => {
                    self.may_reshape(&m.receiver) || matches!(strip(&m.receiver), Expr::Index(_) | Expr::Field(_))
                }
                _ => false,
            },
            Expr::If(i) => tail(&i.then_branch) || i.else_branch.as_ref().is_some_and(|(_, e)| self.may_reshape(e)),
            Expr::Match(m) => m.arms.iter().any(|a| self.may_reshape(&a.body)),
            Expr::Block(b) => tail(&b.block),
            _ => false,
        }
    }
}

/// What a block's variable starts as: `Vec::new()` of `{ let mut list = Vec::new(); ..; list }`.
fn made_inside<'a>(b: &'a Block, e: &Expr) -> Option<&'a Expr> {
    let Expr::Path(p) = strip(e) else { return None };
    let name = p.path.get_ident()?;
    let of = |s: &'a Stmt| match s {
        Stmt::Local(l) => crate::analysis::activity::pattern_names(&l.pat).contains(&name.to_string()).then_some(l),
        _ => None,
    };
    b.stmts.iter().find_map(of).and_then(|l| Some(&*l.init.as_ref()?.expr))
}

fn varies(ty: &Type) -> bool {
    let names = ["Option", "Result", "Vec", "VecDeque"];
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| names.iter().any(|n| s.ident == n)))
}

/// Whether a function of this file returns such a value.
fn returns_one(path: &Path) -> bool {
    path.get_ident().and_then(|name| crate::parts::seen::result_of("", &name.to_string())).is_some_and(|ty| varies(&ty))
}

fn is_list(path: &Path) -> bool {
    path.segments.iter().any(|s| s.ident == "Vec" || s.ident == "VecDeque")
}

/// `Some`, `Shape::Circle`
fn is_variant(path: &Path) -> bool {
    let upper = |i: &Ident| i.to_string().starts_with(char::is_uppercase);
    let mut last = path.segments.iter().rev().map(|s| &s.ident);
    let (name, owner) = (last.next(), last.next());
    name.is_some_and(|n| n == "Some" || n == "None" || n == "Ok" || n == "Err" || upper(n) && owner.is_some_and(upper))
}
