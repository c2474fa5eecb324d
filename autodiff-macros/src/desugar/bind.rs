//! What an iterator hands out, and patterns that take it apart: no tuple is built where a pattern takes it apart again.
use crate::atom::atom;
use syn::{
    Expr, Ident, Member, Pat, Stmt, parse_quote,
    visit_mut::{self, VisitMut},
};

/// An item of an iterator, or an argument of a closure.
#[derive(Clone)]
pub(super) enum Item {
    Value(Expr),
    Pair(Box<Item>, Box<Item>),
    /// A reference to the item: what a predicate is handed.
    Ref(Box<Item>),
}

impl Item {
    pub(super) fn ident(ident: &Ident) -> Item {
        Item::Value(parse_quote!(#ident))
    }

    pub(super) fn pair(a: Item, b: Item) -> Item {
        Item::Pair(Box::new(a), Box::new(b))
    }

    /// A reference to it.
    pub(super) fn by_ref(&self) -> Item {
        match self {
            Item::Value(e) => {
                let e = atom(e);
                Item::Value(parse_quote!(&#e))
            }
            item => Item::Ref(Box::new(item.clone())),
        }
    }

    /// What it refers to.
    pub(super) fn behind(&self) -> Item {
        match self {
            Item::Ref(item) => (**item).clone(),
            Item::Value(Expr::Reference(r)) => Item::Value((*r.expr).clone()),
            Item::Value(e) => {
                let e = atom(e);
                Item::Value(parse_quote!(*#e))
            }
            pair => pair.clone(),
        }
    }

    pub(super) fn expr(&self) -> Expr {
        match self {
            Item::Value(e) => e.clone(),
            Item::Pair(a, b) => {
                let (a, b) = (a.expr(), b.expr());
                parse_quote!((#a, #b))
            }
            Item::Ref(item) => {
                let e = atom(&item.expr());
                parse_quote!(&#e)
            }
        }
    }

    /// The two parts, where it has two.
    fn parts(&self) -> Option<(Item, Item)> {
        match self {
            Item::Pair(a, b) => Some(((**a).clone(), (**b).clone())),
            Item::Ref(item) => match &**item {
                Item::Pair(a, b) => Some((a.by_ref(), b.by_ref())),
                Item::Ref(inner) => inner.by_ref().parts(),
                Item::Value(_) => None,
            },
            Item::Value(_) => None,
        }
    }
}

/// Statements that bind names, and names that stand for pairs.
#[derive(Default)]
pub(super) struct Bound {
    pub(super) stmts: Vec<Stmt>,
    pairs: Vec<(Ident, Item)>,
}

impl Bound {
    pub(super) fn bind(&mut self, pat: &Pat, item: Item) {
        match (pat, &item) {
            (Pat::Paren(p), _) => self.bind(&p.pat, item),
            (Pat::Type(t), Item::Value(e)) if !matches!(&*t.pat, Pat::Reference(_)) => {
                self.stmts.push(parse_quote!(let #t = #e;))
            }
            (Pat::Type(t), _) => self.bind(&t.pat, item),
            (Pat::Wild(_), Item::Value(Expr::Path(_))) => {}
            (Pat::Reference(r), _) => self.bind(&r.pat, item.behind()),
            (Pat::Tuple(t), _) if t.elems.len() == 2 && item.parts().is_some() => {
                let (a, b) = item.parts().expect("just seen");
                self.bind(&t.elems[0], a);
                self.bind(&t.elems[1], b);
            }
            (Pat::Tuple(t), Item::Value(Expr::Tuple(v)))
                if t.elems.len() == v.elems.len() && !t.elems.iter().any(|p| matches!(p, Pat::Rest(_))) =>
            {
                // all values first: none of them may be hidden by the names of others
                for (p, e) in t.elems.iter().zip(&v.elems) {
                    self.bind(p, Item::Value(e.clone()));
                }
            }
            (Pat::Ident(p), Item::Pair(..) | Item::Ref(_))
                if p.by_ref.is_none() && p.subpat.is_none() && p.mutability.is_none() =>
            {
                self.pairs.push((p.ident.clone(), item))
            }
            _ => {
                let e = item.expr();
                self.stmts.push(parse_quote!(let #pat = #e;));
            }
        }
    }

    /// Puts what the names of pairs stand for into an expression: `p.0` is the first part.
    pub(super) fn resolve(&self, e: &mut Expr) {
        if !self.pairs.is_empty() {
            Pairs(&self.pairs).visit_expr_mut(e);
        }
    }

    pub(super) fn resolve_block(&self, block: &mut syn::Block) {
        if !self.pairs.is_empty() {
            Pairs(&self.pairs).visit_block_mut(block);
        }
    }
}

struct Pairs<'a>(&'a [(Ident, Item)]);

impl Pairs<'_> {
    /// The item that a place expression over such a name is.
    fn item(&self, e: &Expr) -> Option<Item> {
        match e {
            Expr::Path(p) => {
                let name = p.path.get_ident()?;
                self.0.iter().find(|(n, _)| n == name).map(|(_, item)| item.clone())
            }
            Expr::Paren(p) => self.item(&p.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => match self.item(&u.expr)? {
                Item::Value(_) => None,
                item => Some(item.behind()),
            },
            Expr::Field(f) => {
                let mut item = self.item(&f.base)?;
                while let Item::Ref(inner) = item {
                    item = *inner;
                }
                let Item::Pair(a, b) = item else { return None };
                match &f.member {
                    Member::Unnamed(i) if i.index == 0 => Some(*a),
                    Member::Unnamed(i) if i.index == 1 => Some(*b),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl VisitMut for Pairs<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match self.item(e) {
            Some(item) => *e = item.expr(),
            None => visit_mut::visit_expr_mut(self, e),
        }
    }
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        super::macros::visit_mut(mac, &mut |e| self.visit_expr_mut(e));
    }
}
