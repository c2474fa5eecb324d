//! What a loop overwrites entry by entry is kept as one piece before it, and put back as one piece after the reversed loop: the
//! loops themselves stay free of it, and are vectorised as the primal's is.
//!
//! ```text
//! for i in 1..n { y[i] = e; }    =>    stack.extend(y[1..n]); for i in 1..n { y[i] = e; }      `y[i] += e` likewise
//!                                      for i in (1..n).rev() { .. }; y[1..n] = stack.pop_last(n - 1)
//! ```
use super::Transform;
use crate::{analysis::Facts, ir::*};
use syn::{BinOp, Expr, Ident};

impl Transform<'_> {
    /// Keeps what can be kept as one piece before a loop runs.
    pub(super) fn keep_pieces(&mut self, s: &Stmt, kind: &Loop, body: &Block) {
        let Loop::For { var, range } = kind else { return };
        if !Facts::ranged(s) || !is_half_open(&range.expr) {
            return;
        }
        let mut pieces = Vec::new();
        for st in &body.stmts {
            let Some((place, [behind, ahead])) = self.piece(s, st, *var, body) else { continue };
            let stack = self.fresh(&format!("{}_olds", self.info(place.base).name.clone()));
            let mode = self.facts.restores[&st.id].clone();
            let piece = Piece { stack, index: *var, range: range.clone(), place, behind, ahead, mode };
            self.stacks.push(stack);
            self.push(Kind::KeepPiece(piece.clone()));
            self.in_pieces.insert(st.id);
            pieces.push(piece);
        }
        self.pieces.insert(s.id, pieces);
    }

    pub(super) fn put_pieces_back(&mut self, s: &Stmt) {
        for piece in self.pieces.get(&s.id).cloned().unwrap_or_default() {
            self.ensure(piece.place.base);
            self.push(Kind::RestorePiece(piece));
        }
    }

    /// Whether a block does no more to `y` than give entries of it other values: its length stays.
    fn writes_entries_only(&self, y: Var, block: &Block) -> bool {
        let mut only = true;
        block.walk(&mut |s| {
            let entry = match &s.kind {
                Kind::Assign { place, .. } | Kind::Update { place, .. } => {
                    matches!(place.proj[..], [Proj::Index(_), ..])
                }
                _ => false,
            };
            only &= entry || !self.facts.written(self.func, s).contains(&y);
        });
        only
    }

    /// The place `y[i + c]` that a statement of the loop `s` over `i` overwrites, if nothing reads `y` while the loop is reversed;
    /// and how far from `i` it is, before it and after it.
    fn piece(&self, s: &Stmt, st: &Stmt, i: Var, body: &Block) -> Option<(Place, [usize; 2])> {
        let (Kind::Assign { place, init: false, .. } | Kind::Update { place, .. }) = &st.kind else { return None };
        let [Proj::Index(index)] = &place.proj[..] else { return None };
        let distance = distance(&index.expr, &self.info(i).name)?;
        let (y, info) = (place.base, self.info(place.base));
        let own = info.elements && !info.view && self.alias_of(y).is_none() && self.facts.roots_of(y) == [y];
        let own = own && self.writes_entries_only(y, body);
        if !own || !self.facts.restores.contains_key(&st.id) || self.facts.is_read_within(y, s) {
            return None;
        }
        Some((place.clone(), distance))
    }
}

/// How far an index `i`, `i - c` or `i + c` is from `i`: before it, and after it.
fn distance(index: &Expr, i: &Ident) -> Option<[usize; 2]> {
    let counter = |e: &Expr| matches!(e, Expr::Path(p) if p.path.is_ident(i));
    match index {
        Expr::Paren(p) => distance(&p.expr, i),
        e if counter(e) => Some([0, 0]),
        Expr::Binary(b) if counter(&b.left) => {
            let Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(c), .. }) = &*b.right else { return None };
            let c = c.base10_parse().ok()?;
            match b.op {
                BinOp::Sub(_) => Some([c, 0]),
                BinOp::Add(_) => Some([0, c]),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_half_open(range: &Expr) -> bool {
    match range {
        Expr::Paren(p) => is_half_open(&p.expr),
        Expr::Group(g) => is_half_open(&g.expr),
        Expr::Range(r) => matches!(r.limits, syn::RangeLimits::HalfOpen(_)) && r.start.is_some() && r.end.is_some(),
        _ => false,
    }
}
