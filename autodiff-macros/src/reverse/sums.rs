//! What a loop adds to one entry of an adjoint is summed up beside it: a sum in memory would wait for itself in every iteration.
//!
//! ```text
//! for j in 0..n { alpha_bar[i] += t[j] * bar; }
//! =>
//! let mut alpha_sum = 0.0;
//! for j in 0..n { alpha_sum += t[j] * bar; }
//! if !(0..n).is_empty() { alpha_bar[i] += alpha_sum; }
//! ```
//! A loop without iterations touches nothing: the entry need not be there.
use super::{
    Transform, declared,
    order::{Access, Body},
    stmt,
};
use crate::{ir::*, lower::identifiers};
use quote::ToTokens;
use syn::Expr;

impl Transform<'_> {
    /// Takes such sums out of the body of a loop over a range: what comes before the loop, and what comes after it.
    pub(super) fn sums(&mut self, id: Id, (var, range): (Var, &Native), block: &mut Block) -> (Vec<Stmt>, Vec<Stmt>) {
        let (mut before, mut after) = (vec![], vec![]);
        let Some(bounds) = bounds(&range.expr).filter(|_| !self.func.generic) else { return (before, after) };
        let mut found: Vec<(String, Var)> = vec![];
        for (k, target) in self.summed(id, var, block) {
            let text = target.to_text(&self.vars);
            let known = found.iter().find(|(t, _)| *t == text).map(|(_, sum)| *sum);
            let sum = known.unwrap_or_else(|| {
                let name = self.info(target.base).name.to_string();
                let sum = self.fresh(&format!("{}_sum", name.trim_end_matches("_bar").trim_end_matches("_cells")));
                self.vars[sum.0 as usize].mutable = true;
                let zero = Op::Runtime { name: "zero_scalar".into(), args: vec![] };
                before.push(stmt(Kind::Let { var: sum, ty: None, op: zero }));
                let value = Op::Use(Operand::var(sum));
                let add = stmt(Kind::Accumulate { target: target.clone(), cells: true, value });
                after.push(stmt(if_any(bounds, range, add)));
                found.push((text, sum));
                sum
            });
            if let Kind::Accumulate { target, cells, .. } = &mut block.stmts[k].kind {
                (*target, *cells) = (Place::var(sum), false);
            }
        }
        (before, after)
    }

    /// The statements of a loop's body that add to an entry which is the same one in all iterations and which nobody reads in there.
    fn summed(&self, id: Id, var: Var, block: &Block) -> Vec<(usize, Place)> {
        let mut body = Body::new(self, id, var);
        if !block.stmts.iter().all(|s| body.gathers(s)) {
            return vec![];
        }
        let (counter, own) = (body.counter(), declared(block));
        let made_inside =
            |e: &Expr| identifiers(e.to_token_stream()).any(|n| own.iter().any(|v| self.info(*v).name == n));
        let read = |v: Var| body.touched.iter().any(|t| t.root == v && t.access != Access::Adds);
        let adds = block.stmts.iter().enumerate().filter_map(|(k, s)| match &s.kind {
            Kind::Accumulate { target, cells: true, .. } => Some((k, target)),
            _ => None,
        });
        let fits = |target: &Place| {
            let Some((v, _)) = self.bars.iter().find(|(_, bar)| **bar == target.base) else { return false };
            let indices = || target.natives().map(|n| &n.expr);
            let entry = target.proj.iter().all(|p| matches!(p, Proj::Index(_))) && !target.proj.is_empty();
            let primal = Place { base: *v, proj: target.proj.clone() };
            self.scalar_place(&primal)
                && self.facts.is_declared_outside(*v, id)
                && !own.contains(&target.base)
                && entry
                && indices().all(|index| counter.is_steady(index) && !made_inside(index))
                && body.touches(target, Access::Adds).iter().all(|t| !read(t.root))
        };
        adds.filter(|(_, target)| fits(target)).map(|(k, target)| (k, target.clone())).collect()
    }
}

impl Body<'_> {
    /// Gathers what a statement does to adjoints; whether all of it is known.
    fn gathers(&mut self, s: &Stmt) -> bool {
        match &s.kind {
            // what is done to primal values
            Kind::StackPop { .. } | Kind::StackReserve { .. } | Kind::StackDecl(_) => true,
            Kind::Restore { .. } | Kind::RestorePiece(_) | Kind::Undo { .. } => true,
            Kind::Update { place, .. } if self.is_primal(place.base) => true,
            Kind::Loop { kind: Loop::For { .. }, body, .. } => body.stmts.iter().all(|s| self.gathers(s)),
            Kind::ForReversed { body, .. } | Kind::ForEach { body, .. } => body.stmts.iter().all(|s| self.gathers(s)),
            _ => self.statement(s),
        }
    }
}

/// `if !range.is_empty() { s }`
fn if_any(bounds: &Expr, range: &Native, s: Stmt) -> Kind {
    let expr = syn::parse_quote!(!(#bounds).is_empty());
    let cond = Native { expr, reads: range.reads.clone(), pure: true };
    Kind::If { cond, then: Block { stmts: vec![s] }, els: Block::default() }
}

/// The `a..b` of `(a..b).rev().step_by(2)`.
fn bounds(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::Range(r) => (r.start.is_some() && r.end.is_some()).then_some(e),
        Expr::Paren(p) => bounds(&p.expr),
        Expr::Group(g) => bounds(&g.expr),
        Expr::MethodCall(m) if m.method == "rev" || m.method == "step_by" => bounds(&m.receiver),
        _ => None,
    }
}

impl Place {
    /// How a place is written.
    fn to_text(&self, vars: &[VarInfo]) -> String {
        crate::emit::place_expr(vars, self, Pass::Copy).to_token_stream().to_string()
    }
}
