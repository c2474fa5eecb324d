//! `#[cfg(..)]` inside of a function: its derivatives are made for each way that the conditions may turn out, and stand under
//! the same conditions.
//!
//! ```text
//! fn f(x: f64) -> f64 {                         #[cfg(feature = "std")]         derivatives of { x.sin() }
//!     #[cfg(feature = "std")] { x.sin() }   =>  #[cfg(not(feature = "std"))]    derivatives of { libm::sin(x) }
//!     #[cfg(not(feature = "std"))] { libm::sin(x) }
//! }
//! ```
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Arm, Attribute, Block, Expr, ExprMatch, ExprStruct, Item, ItemFn, Meta, PatStruct, Stmt, Token, parse::Parse,
    parse::ParseStream, punctuated::Punctuated, visit::Visit, visit_mut, visit_mut::VisitMut,
};

/// So many conditions at most: each one doubles what there is to compile.
const CONDITIONS: usize = 3;

/// The ways that the conditions inside of a function may turn out: when, and what the function is then. One way, and no condition,
/// where there are none, or too many.
pub(crate) fn ways(function: &ItemFn) -> Vec<(Option<TokenStream>, ItemFn)> {
    let mut conditions = Conditions::default();
    conditions.visit_block(&function.block);
    let conditions = conditions.0;
    if conditions.is_empty() || conditions.len() > CONDITIONS {
        return vec![(None, function.clone())];
    }
    let way = |bits: usize| {
        let holds: Vec<bool> = (0..conditions.len()).map(|k| bits >> k & 1 == 1).collect();
        let parts = conditions.iter().zip(&holds).map(|(c, holds)| if *holds { quote!(#c) } else { quote!(not(#c)) });
        let when = quote!(all(#(#parts),*));
        let mut function = function.clone();
        Resolve { conditions: &conditions, holds: &holds }.visit_block_mut(&mut function.block);
        (Some(when), function)
    };
    (0..1 << conditions.len()).map(way).collect()
}

/// Items, or what stands in an `impl` block, under a condition.
pub(crate) fn under(when: Option<TokenStream>, tokens: TokenStream, in_block: bool) -> TokenStream {
    let Some(when) = when else { return tokens };
    let items = match in_block {
        true => syn::parse2::<All<syn::ImplItem>>(tokens.clone()).map(|all| all.0.iter().map(|i| quote!(#i)).collect()),
        false => syn::parse2::<All<Item>>(tokens.clone()).map(|all| all.0.iter().map(|i| quote!(#i)).collect()),
    };
    let items: Vec<TokenStream> = items.expect("items of ours");
    quote!(#(#[cfg(#when)] #items)*)
}

struct All<T>(Vec<T>);

impl<T: Parse> Parse for All<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(input.parse()?);
        }
        Ok(All(all))
    }
}

/// What `#[cfg(..)]` asks: a condition, or its opposite.
fn asked(attribute: &Attribute) -> Option<(Meta, bool)> {
    if !attribute.path().is_ident("cfg") {
        return None;
    }
    let mut condition: Meta = attribute.parse_args().ok()?;
    let mut holds = true;
    while condition.path().is_ident("not") {
        let Meta::List(list) = &condition else { return None };
        let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
        condition = inner.into_iter().next()?;
        holds = !holds;
    }
    Some((condition, holds))
}

/// The conditions in a function, each once.
#[derive(Default)]
struct Conditions(Vec<Meta>);

impl Visit<'_> for Conditions {
    fn visit_attribute(&mut self, a: &Attribute) {
        if let Some((condition, _)) = asked(a)
            && !self.0.contains(&condition)
        {
            self.0.push(condition);
        }
    }
    /// Of an item rustc takes care.
    fn visit_item(&mut self, _: &Item) {}
}

/// Leaves out what has conditions that do not hold, and the conditions that do.
struct Resolve<'a> {
    conditions: &'a [Meta],
    holds: &'a [bool],
}

impl Resolve<'_> {
    /// Whether what has these attributes stays.
    fn stays(&self, attributes: &mut Vec<Attribute>) -> bool {
        let mut stays = true;
        attributes.retain(|a| {
            let Some((condition, wanted)) = asked(a) else { return true };
            let known = self.conditions.iter().position(|c| *c == condition);
            known.is_none_or(|k| {
                stays &= self.holds[k] == wanted;
                false
            })
        });
        stays
    }

    /// Fields with their commas: before `..base` there has to be one.
    fn fields<T>(&self, fields: &mut Punctuated<T, Token![,]>, attrs: impl Fn(&mut T) -> &mut Vec<Attribute>) {
        let all = std::mem::take(fields).into_pairs();
        *fields = all.filter_map(|mut f| self.stays(attrs(f.value_mut())).then_some(f)).collect();
    }

    fn keeps(&self, s: &mut Stmt) -> bool {
        match s {
            Stmt::Local(l) => self.stays(&mut l.attrs),
            Stmt::Macro(m) => self.stays(&mut m.attrs),
            Stmt::Expr(e, _) => attributes(e).is_none_or(|a| self.stays(a)),
            Stmt::Item(_) => true,
        }
    }
}

impl VisitMut for Resolve<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|s| self.keeps(s));
        visit_mut::visit_block_mut(self, block);
    }
    fn visit_expr_match_mut(&mut self, m: &mut ExprMatch) {
        m.arms.retain_mut(|Arm { attrs, .. }| self.stays(attrs));
        visit_mut::visit_expr_match_mut(self, m);
    }
    fn visit_expr_struct_mut(&mut self, s: &mut ExprStruct) {
        self.fields(&mut s.fields, |f| &mut f.attrs);
        visit_mut::visit_expr_struct_mut(self, s);
    }
    fn visit_pat_struct_mut(&mut self, s: &mut PatStruct) {
        self.fields(&mut s.fields, |f| &mut f.attrs);
        visit_mut::visit_pat_struct_mut(self, s);
    }
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// The attributes of an expression that is a statement; operations can have none.
fn attributes(e: &mut Expr) -> Option<&mut Vec<Attribute>> {
    Some(match e {
        Expr::Block(e) => &mut e.attrs,
        Expr::Break(e) => &mut e.attrs,
        Expr::Call(e) => &mut e.attrs,
        Expr::Continue(e) => &mut e.attrs,
        Expr::Field(e) => &mut e.attrs,
        Expr::ForLoop(e) => &mut e.attrs,
        Expr::If(e) => &mut e.attrs,
        Expr::Index(e) => &mut e.attrs,
        Expr::Lit(e) => &mut e.attrs,
        Expr::Loop(e) => &mut e.attrs,
        Expr::Macro(e) => &mut e.attrs,
        Expr::Match(e) => &mut e.attrs,
        Expr::MethodCall(e) => &mut e.attrs,
        Expr::Paren(e) => &mut e.attrs,
        Expr::Path(e) => &mut e.attrs,
        Expr::Return(e) => &mut e.attrs,
        Expr::Try(e) => &mut e.attrs,
        Expr::Tuple(e) => &mut e.attrs,
        Expr::Unary(e) => &mut e.attrs,
        Expr::Unsafe(e) => &mut e.attrs,
        Expr::While(e) => &mut e.attrs,
        _ => return None,
    })
}
