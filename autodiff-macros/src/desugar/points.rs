//! nalgebra's functions of two points, by their definitions.
//!
//! ```text
//! nalgebra::distance(&p, &q)    =>    (q.coords - p.coords).norm()
//! nalgebra::center(&p, &q)      =>    Point::from((p.coords + q.coords).scale(0.5))
//! ```
use super::Desugar;
use syn::{Expr, parse_quote};

impl Desugar<'_> {
    pub(super) fn of_two_points(&self, c: &syn::ExprCall) -> Option<Expr> {
        let Expr::Path(path) = &*c.func else { return None };
        let (Some(crate_), Some(name), 2) = (path.path.segments.first(), path.path.segments.last(), c.args.len())
        else {
            return None;
        };
        let nalgebra = crate_.ident == "nalgebra" || crate_.ident == "na";
        if !nalgebra || path.path.segments.len() != 2 || !self.relevant(&Expr::Call(c.clone())) {
            return None;
        }
        let (p, q) = (&c.args[0], &c.args[1]);
        match name.ident.to_string().as_str() {
            "distance" => Some(parse_quote!(((#q).coords - (#p).coords).norm())),
            "distance_squared" => Some(parse_quote!(((#q).coords - (#p).coords).norm_squared())),
            "center" => Some(parse_quote! {
                #crate_::Point::from(((#p).coords + (#q).coords).scale(#crate_::convert(0.5)))
            }),
            _ => None,
        }
    }
}
