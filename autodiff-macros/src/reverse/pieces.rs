//! What a loop overwrites entry by entry is kept as one piece before it, and put back as one piece after the reversed loop: the
//! loops themselves stay free of it, and are vectorised as the primal's is.
//!
//! ```text
//! for i in 1..n { y[i] = e; }    =>    stack.extend(y[1..n]); for i in 1..n { y[i] = e; }      `y[i] += e` likewise
//!                                      for i in (1..n).rev() { .. }; y[1..n] = stack.pop_last(n - 1)
//! ```
use super::Transform;
use crate::{analysis::pieces, ir::*};

impl Transform<'_> {
    /// Keeps what can be kept as one piece before a loop runs.
    pub(super) fn keep_pieces(&mut self, s: &Stmt, kind: &Loop) {
        let Loop::For { var, range } = kind else { return };
        let mut kept = Vec::new();
        for (id, place, [behind, ahead]) in pieces(self.func, self.facts, s) {
            let stack = self.fresh(&format!("{}_olds", self.info(place.base).name.clone()));
            let mode = self.facts.restores[&id].clone();
            let piece = Piece { stack, index: *var, range: range.clone(), place, behind, ahead, mode };
            self.stacks.push(stack);
            self.push(Kind::KeepPiece(piece.clone()));
            self.in_pieces.insert(id);
            kept.push(piece);
        }
        self.pieces.insert(s.id, kept);
    }

    pub(super) fn put_pieces_back(&mut self, s: &Stmt) {
        for piece in self.pieces.get(&s.id).cloned().unwrap_or_default() {
            self.ensure(piece.place.base);
            self.push(Kind::RestorePiece(piece));
        }
    }
}
