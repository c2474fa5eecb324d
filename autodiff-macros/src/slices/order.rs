//! Permutations of a slice in place: swaps, which are undone by themselves.
//!
//! ```text
//! x.reverse()       =>    for k in 0..x.len() / 2 { x.swap(k, x.len() - 1 - k); }
//! x.sort_by(cmp)    =>    let swaps = sorting(&x[..], cmp); for k in 0..swaps.len() { let (i, j) = swaps[k]; x.swap(i, j); }
//! ```
use super::{Slices, bare};
use crate::atom::atom;
use syn::{Expr, ExprMethodCall, Stmt, parse_quote};

impl Slices<'_> {
    /// A method that moves the elements of a slice about, as a statement.
    pub(super) fn permuted(&mut self, m: &ExprMethodCall) -> Option<Vec<Stmt>> {
        let x = bare(&m.receiver).clone();
        if !self.is_place(&x) && !self.is_part(&x) {
            return None;
        }
        let x = atom(&x);
        let args: Vec<Expr> = m.args.iter().cloned().collect();
        match (m.method.to_string().as_str(), &args[..]) {
            ("reverse", []) => {
                let n = self.fresh("n");
                let mut stmts = vec![parse_quote!(let #n = #x.len();)];
                stmts.extend(self.reversed(&x, &parse_quote!(0), &parse_quote!(#n)));
                Some(stmts)
            }
            ("rotate_left", [k]) => Some(self.rotated(&x, k, true)),
            ("rotate_right", [k]) => Some(self.rotated(&x, k, false)),
            ("sort_by", [cmp]) => Some(self.swapped(&x, parse_quote!(::autodiff_core::rules::sorting(&#x[..], #cmp)))),
            ("sort_by_key" | "sort_by_cached_key", [key]) => {
                Some(self.swapped(&x, parse_quote!(::autodiff_core::rules::sorting_by_key(&#x[..], #key))))
            }
            ("sort_unstable_by", [cmp]) => {
                Some(self.swapped(&x, parse_quote!(::autodiff_core::rules::sorting_unstable(&#x[..], #cmp))))
            }
            ("sort_unstable_by_key", [key]) => {
                Some(self.swapped(&x, parse_quote!(::autodiff_core::rules::sorting_unstable_by_key(&#x[..], #key))))
            }
            ("select_nth_unstable_by", [k, cmp]) => {
                Some(self.swapped(&x, parse_quote!(::autodiff_core::rules::selecting(&#x[..], #k, #cmp))))
            }
            ("swap_with_slice", [y]) => Some(self.exchanged(&x, y)),
            ("copy_within", [range, to]) => self.copied_within(&x, range, to),
            _ => None,
        }
    }

    /// `x[a..b]`
    fn is_part(&self, e: &Expr) -> bool {
        matches!(e, Expr::Index(i) if matches!(&*i.index, Expr::Range(_)) && self.is_place(&i.expr))
    }

    /// Reverses what lies between two indices.
    fn reversed(&mut self, x: &Expr, from: &Expr, to: &Expr) -> Vec<Stmt> {
        let k = self.fresh("k");
        vec![parse_quote!(for #k in 0..(#to - #from) / 2 { #x.swap(#from + #k, #to - 1 - #k); })]
    }

    /// Three reversals.
    fn rotated(&mut self, x: &Expr, by: &Expr, left: bool) -> Vec<Stmt> {
        let (n, mid) = (self.fresh("n"), self.fresh("mid"));
        let mut stmts: Vec<Stmt> = vec![parse_quote!(let #n = #x.len();)];
        stmts.push(match left {
            true => parse_quote!(let #mid = #by;),
            false => {
                let by = atom(by);
                parse_quote!(let #mid = #n - #by;)
            }
        });
        let (zero, mid, end) = (parse_quote!(0), parse_quote!(#mid), parse_quote!(#n));
        stmts.extend(self.reversed(x, &zero, &mid));
        stmts.extend(self.reversed(x, &mid, &end));
        stmts.extend(self.reversed(x, &zero, &end));
        stmts
    }

    /// The swaps that a constant says.
    fn swapped(&mut self, x: &Expr, swaps: Expr) -> Vec<Stmt> {
        let (all, k) = (self.fresh("swaps"), self.fresh("k"));
        vec![
            parse_quote!(let #all = ::autodiff_core::stop_gradient(#swaps);),
            parse_quote!(for #k in 0..#all.len() { #x.swap(#all[#k].0, #all[#k].1); }),
        ]
    }

    fn exchanged(&mut self, x: &Expr, y: &Expr) -> Vec<Stmt> {
        let y = atom(y);
        let (other, k, n) = (self.fresh("other"), self.fresh("k"), self.fresh("n"));
        vec![
            parse_quote!(let #other = &mut *#y;),
            parse_quote!(let #n = #x.len();),
            parse_quote!(::core::assert_eq!(#n, #other.len(), "slices of different lengths");),
            parse_quote!(for #k in 0..#n { ::core::mem::swap(&mut #x[#k], &mut #other[#k]); }),
        ]
    }

    /// The elements in the order in which none is overwritten before it is copied.
    fn copied_within(&mut self, x: &Expr, range: &Expr, to: &Expr) -> Option<Vec<Stmt>> {
        let Expr::Range(r) = bare(range) else { return None };
        let (start, n, dest, k) = (self.fresh("start"), self.fresh("n"), self.fresh("dest"), self.fresh("k"));
        let first: Expr = r.start.as_deref().cloned().unwrap_or(parse_quote!(0));
        let end: Expr = match (r.end.as_deref(), &r.limits) {
            (None, _) => parse_quote!(#x.len()),
            (Some(e), syn::RangeLimits::HalfOpen(_)) => atom(e),
            (Some(e), _) => {
                let e = atom(e);
                parse_quote!(#e + 1)
            }
        };
        Some(vec![
            parse_quote!(let #start = #first;),
            parse_quote!(let #n = #end - #start;),
            parse_quote!(let #dest = #to;),
            parse_quote!(::core::assert!(#dest + #n <= #x.len(), "the destination is out of bounds");),
            parse_quote! {
                if #dest <= #start {
                    for #k in 0..#n { #x[#dest + #k] = #x[#start + #k]; }
                } else {
                    for #k in (0..#n).rev() { #x[#dest + #k] = #x[#start + #k]; }
                }
            },
        ])
    }

    /// `*x.select_nth_unstable_by(k, cmp).1` is `x[k]` after the swaps.
    pub(super) fn selected(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        let m = match e {
            Expr::Paren(p) => return self.selected(&mut p.expr, out),
            Expr::Unary(u) => return self.selected(&mut u.expr, out),
            Expr::Binary(b) => {
                self.selected(&mut b.left, out);
                return self.selected(&mut b.right, out);
            }
            Expr::Field(f) => match (bare(&f.base), &f.member) {
                (Expr::MethodCall(m), syn::Member::Unnamed(k)) if k.index == 1 => m.clone(),
                _ => return,
            },
            Expr::MethodCall(m) if m.method == "select_nth_unstable_by" => {
                let (x, k, at) = (atom(&m.receiver), m.args.first().cloned(), self.fresh("nth"));
                let Some(stmts) = self.permuted(m) else { return };
                out.push(parse_quote!(let #at = #k;));
                out.extend(stmts);
                let (front, rest, nth, back) =
                    (self.fresh("front"), self.fresh("rest"), self.fresh("one"), self.fresh("back"));
                out.push(parse_quote!(let (#front, #rest) = #x.split_at_mut(#at);));
                out.push(parse_quote!(let (#nth, #back) = #rest.split_at_mut(1);));
                *e = parse_quote!((&mut *#front, &mut #nth[0], &mut *#back));
                return;
            }
            _ => return,
        };
        if m.method == "select_nth_unstable_by"
            && let Some(stmts) = self.permuted(&m)
        {
            let (x, k, at) = (atom(&m.receiver), &m.args[0], self.fresh("nth"));
            out.push(parse_quote!(let #at = #k;));
            out.extend(stmts);
            *e = parse_quote!((&mut #x[#at]));
        }
    }
}
