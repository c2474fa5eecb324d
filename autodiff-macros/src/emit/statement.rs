//! A statement of the IR as Rust.
use super::{Printer, mirror, names_a_variant, place_expr, runtime};
use crate::{host::beside, ir::*, lower::is_range};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{BinOp, Ident, Lifetime};

impl Printer<'_> {
    pub(super) fn stmt(&self, s: &Stmt) -> TokenStream {
        let in_lanes = if self.tangents.is_some() { self.stmt_in_lanes(s) } else { None };
        in_lanes.unwrap_or_else(|| self.stmt_alone(s))
    }

    pub(super) fn stmt_alone(&self, s: &Stmt) -> TokenStream {
        let rt = runtime();
        match &s.kind {
            Kind::Let { var, ty, op } => {
                let (m, name, op) = (self.mutability(*var), self.name(*var), self.op(op));
                let ty = ty.as_ref().map(|t| quote!(: #t));
                quote!(let #m #name #ty = #op;)
            }
            Kind::LetPair { vars: [a, b], op } => {
                let (pair, op) = (self.patterns(&[*a, *b]), self.op(op));
                quote!(let #pair = #op;)
            }
            Kind::Declare { var, ty } => {
                let (m, name) = (self.mutability(*var), self.name(*var));
                let ty = ty.as_ref().map(|t| quote!(: #t));
                quote!(let #m #name #ty;)
            }
            Kind::Assign { place, value, .. } => {
                let (place, value) = (self.place(place), self.operand(value));
                quote!(#place = #value;)
            }
            Kind::Update { place, op, value } => {
                let (place, value) = (self.place(place), self.operand(value));
                quote!(#place #op #value;)
            }
            Kind::Undo { place, op, value, mode } => {
                let (place, value) = (self.place(place), self.operand(value));
                let undo = match op {
                    BinOp::AddAssign(_) => quote!(#place -= #value;),
                    _ => quote!(#place += #value;),
                };
                if *mode == Mode::Restore {
                    return undo;
                }
                // what came later is put back in these cases alone: what is there otherwise is no number to count from
                let mode = self.mode(mode);
                quote!(if #rt::restores(#mode) { #undo })
            }
            Kind::SwapEntries { place, how, i, j, cells } => {
                let (i, j) = (&i.expr, &j.expr);
                if *cells {
                    let place = place_expr(self.vars, place, Pass::Ref);
                    let name = Ident::new(&format!("{how}_cells"), how.span());
                    quote!(#rt::#name(#place, #i, #j);)
                } else {
                    let place = self.place(place);
                    quote!(#place.#how(#i, #j);)
                }
            }
            Kind::Replace { kept, place, value, mode } => {
                let (of_shape, named) = (self.mode_of_shape(mode, place), value.natives().is_empty());
                let (kept, place, value) = (self.name(*kept), self.place(place), self.operand(value));
                match (*mode == Mode::Restore, named) {
                    (true, true) => quote!(let #kept = ::core::mem::replace(&mut #place, #value);),
                    (false, true) => quote!(let #kept = #rt::Mode::replace(#of_shape, &mut #place, #value);),
                    // the value may read what it replaces
                    (true, false) => quote!(let #kept = #place; #place = #value;),
                    (false, false) => {
                        let new = Ident::new("new", Span::mixed_site());
                        quote!(let #kept = { let #new = #value; #rt::Mode::replace(#of_shape, &mut #place, #new) };)
                    }
                }
            }
            Kind::Swap { a, b, cells: false } => {
                let (a, b) = (self.place(a), self.place(b));
                quote!(::core::mem::swap(&mut #a, &mut #b);)
            }
            Kind::Swap { a, b, cells: true } => {
                let (a, b) = (self.place(a), self.place(b));
                quote!(#rt::swap_bars(&#a, &#b);)
            }
            Kind::Alias { arm: true, .. } => TokenStream::new(),
            Kind::Alias { pat, expr, .. } => let_(pat, &expr.to_token_stream()),
            Kind::Native { tokens, .. } => quote!(#tokens;),
            Kind::If { cond, then, els } => {
                let (cond, then) = (&cond.expr, self.block(then));
                if els.stmts.is_empty() {
                    quote!(if #cond { #then })
                } else {
                    let els = self.block(els);
                    quote!(if #cond { #then } else { #els })
                }
            }
            Kind::Match { scrutinee, arms, .. } => {
                let arms = arms.iter().map(|a| {
                    let (pat, body) = (&a.pat, self.block(&a.body));
                    let guard = a.guard.as_ref().map(|g| {
                        let g = &g.expr;
                        quote!(if #g)
                    });
                    quote!(#pat #guard => { #body })
                });
                quote!(match #scrutinee { #(#arms)* })
            }
            Kind::Loop { label, kind, body } => {
                let lifetime = self.label_of(*label, body);
                let body = self.block(body);
                match kind {
                    Loop::For { var, range, .. } => {
                        let (name, range) = (self.name(*var), &range.expr);
                        quote!(#lifetime for #name in #range { #body })
                    }
                    Loop::While(cond) => {
                        let cond = &cond.expr;
                        quote!(#lifetime while #cond { #body })
                    }
                    Loop::Forever => quote!(#lifetime loop { #body }),
                }
            }
            Kind::Labelled { label, body } => {
                let (label, body) = (lifetime(*label), self.block(body));
                quote!(#label: { #body })
            }
            Kind::Jump { label, again } => {
                let label = lifetime(*label);
                if *again { quote!(continue #label;) } else { quote!(break #label;) }
            }
            Kind::Rest(body) => self.block(body),
            Kind::Return(result) => {
                let result = self.operand(result);
                quote!(return #result;)
            }
            Kind::Accumulate { target, cells, value } => {
                let value = self.op(value);
                if *cells {
                    let target = place_expr(self.vars, target, Pass::Ref);
                    quote!(#rt::add_to(#target, #value);)
                } else {
                    let target = place_expr(self.vars, target, Pass::Mut);
                    quote!(#rt::accumulate(#target, #value);)
                }
            }
            Kind::Set { target, value } => {
                let (target, value) = (self.place(target), self.op(value));
                quote!(#target = #value;)
            }
            Kind::Pullback { pullback, callee, args } => {
                let (pullback, mut handed) = (self.name(*pullback), self.args(args));
                if let (Callee::Method(name, _), Some(Arg::Operand(receiver))) = (callee, args.first()) {
                    let (receiver, name) = (self.lent(name, receiver), beside(name, "receiver"));
                    handed[0] = quote!(#receiver.#name());
                }
                quote!(#pullback(#(#handed),*);)
            }
            Kind::Pull { callee, args } => {
                let call = self.call(callee, "pull", None, args, &[]);
                quote!(#call;)
            }
            Kind::SlotDecl(v) => {
                let name = self.name(*v);
                quote!(let mut #name = ::core::option::Option::None;)
            }
            Kind::MarkDecl(v) => {
                let name = self.name(*v);
                quote!(let mut #name = 0usize;)
            }
            Kind::SlotSet { slot, vars } => {
                let slot = self.name(*slot);
                let values = vars.iter().map(|v| {
                    let name = self.name(*v);
                    let info = &self.vars[v.0 as usize];
                    // variables of the user's may be in use still; ours have no other use
                    if info.active && !info.scalar && !info.reference {
                        quote!(#rt::copy(&#name))
                    } else {
                        quote!(#name)
                    }
                });
                quote!(#slot = ::core::option::Option::Some((#(#values,)*));)
            }
            Kind::SlotOpen { slot, vars, body } => {
                let (slot, vars, body) = (self.name(*slot), self.patterns(vars), self.block(body));
                quote!(if let ::core::option::Option::Some(#vars) = #slot { #body })
            }
            Kind::SlotTake { slot, var } => {
                let (slot, var) = (self.name(*slot), self.patterns(&[*var]));
                quote!(let #var = #slot.expect("the block was left");)
            }
            Kind::StackDecl(v) => {
                let name = self.name(*v);
                quote!(let mut #name = ::std::vec::Vec::new();)
            }
            Kind::StackReserve { stack, ranges } => {
                let (stack, trips) =
                    (self.name(*stack), ranges.iter().map(|r| &r.expr).map(|r| quote!(#rt::trips(#r))));
                let trips = trips.reduce(|a, b| quote!(#a.saturating_mul(#b)));
                quote!(#rt::reserve(&mut #stack, #trips);)
            }
            Kind::StackFill { stack, var, range, body, vars } => {
                let (stack, var, range) = (self.name(*stack), self.name(*var), &range.expr);
                let (body, vars) = (self.block(body), self.names(vars));
                quote!(::core::iter::Extend::extend(&mut #stack, ::core::iter::Iterator::map(#range, |#var| { #body #vars }));)
            }
            Kind::StackPush { stack, vars } => {
                let (stack, vars) = (self.name(*stack), self.names(vars));
                quote!(#stack.push(#vars);)
            }
            Kind::StackPop { stack, vars } => {
                let (stack, vars) = (self.name(*stack), self.patterns(vars));
                quote!(let #vars = #stack.pop().expect("one residual for each iteration");)
            }
            Kind::StackLoop { stack, mark, vars, body } => {
                let (stack, vars, body) = (self.name(*stack), self.patterns(vars), self.block(body));
                match mark {
                    None => quote!(while let ::core::option::Option::Some(#vars) = #stack.pop() { #body }),
                    Some(mark) => {
                        let mark = self.name(*mark);
                        quote!(while #stack.len() > #mark {
                            let #vars = #stack.pop().expect("one residual for each iteration");
                            #body
                        })
                    }
                }
            }
            Kind::ForReversed { var, range, body } => {
                let (name, reversed) = (self.name(*var), mirror::reversed(&range.expr));
                match &body.stmts[..] {
                    // all of them at once: a stack that might be empty in every iteration keeps the loop from being vectorised
                    [Stmt { kind: Kind::StackPop { stack, vars }, .. }, rest @ ..]
                        if range.pure && is_range(&range.expr) =>
                    {
                        let (stack, vars, range) = (self.name(*stack), self.patterns(vars), &range.expr);
                        let body = self.block(&Block { stmts: rest.to_vec() });
                        let kept = quote!(#rt::popped(&mut #stack, #rt::trips(#range)));
                        quote!(for (#name, #vars) in ::core::iter::Iterator::zip(#reversed, #kept) { #body })
                    }
                    _ => {
                        let body = self.block(body);
                        quote!(for #name in #reversed { #body })
                    }
                }
            }
            Kind::ForEach { index, source, body } => {
                let (name, source, body) = (self.name(*index), self.operand(source), self.block(body));
                quote!(for #name in #rt::positions(&#source) { #body })
            }
            Kind::Keep { kept, place, mode } => {
                let whole_view = place.proj.is_empty() && self.vars[place.base.0 as usize].view;
                let behind = self.is_behind(place);
                let mode = self.mode_of_shape(mode, place);
                let (kept, place) = (self.name(*kept), self.place(place));
                if whole_view {
                    return quote!(let #kept = #rt::Mode::keep(#mode, || #rt::own(&#place)););
                }
                if behind {
                    return quote!(let #kept = #rt::Mode::keep(#mode, || ::core::option::Option::Some(#rt::snapshot(&*#place))););
                }
                quote!(let #kept = #rt::Mode::keep(#mode, || #rt::copy(&#place));)
            }
            Kind::Restore { kept, place, mode } => {
                let (certain, whole) = (*mode == Mode::Restore, place.proj.is_empty());
                let whole_view = place.proj.is_empty() && self.vars[place.base.0 as usize].view;
                let behind = self.is_behind(place);
                let mode = self.mode_of_shape(mode, place);
                let (kept, place) = (self.name(*kept), self.place(place));
                if whole_view {
                    return quote!(#rt::restore_view(#mode, &mut #place, #kept););
                }
                if behind {
                    return quote!(#rt::restore_behind(#mode, &mut *#place, #kept););
                }
                let restore = quote!(#rt::Mode::restore(#mode, &mut #place, #kept););
                if certain || whole {
                    return restore;
                }
                // where nobody asks the entry may be gone
                quote!(if #rt::restores(#mode) { #restore })
            }
            Kind::NotRead { state, typed, mode } => {
                let (state, mode) = (self.name(*state), self.mode(mode));
                // what rustc says it says where the state is declared
                let (check, read) = (Ident::new("is_not_read", state.span()), Ident::new("read", state.span()));
                let check = match typed {
                    true => quote!((&&#rt::Constant(&#state)).#check(#read)),
                    false => quote!(#rt::#check(#read)),
                };
                quote!({
                    use #rt::{ViaNothing as _, ViaShape as _};
                    let #read = #mode;
                    #check;
                })
            }
            Kind::KeepPiece(p) => {
                let (stack, index, clipped) = (self.name(p.stack), self.name(p.index), self.clipped(p));
                let (place, mode) = (self.place(&p.place), self.mode(&p.mode));
                let kept = quote!(#rt::Mode::keep(#mode, || #rt::copy(&#place)));
                quote!(::core::iter::Extend::extend(&mut #stack, ::core::iter::Iterator::map(#clipped, |#index| #kept));)
            }
            Kind::RestorePiece(p) => {
                let (stack, index, clipped) = (self.name(p.stack), self.name(p.index), self.clipped(p));
                let (place, mode, range) = (self.place(&p.place), self.mode(&p.mode), &p.range.expr);
                quote! {
                    for (#index, kept) in ::core::iter::Iterator::zip(#clipped, #rt::last_of(&mut #stack, #rt::trips(#range))) {
                        #rt::Mode::restore(#mode, &mut #place, kept);
                    }
                }
            }
        }
    }

    /// All that a `&mut` parameter, or a `&mut` to constants, refers to.
    fn is_behind(&self, place: &Place) -> bool {
        let info = &self.vars[place.base.0 as usize];
        place.proj.is_empty() && info.reference && (info.param || info.writable && !info.active) && !info.view
    }

    /// The range of a piece, as far as its entries exist: what lies beyond is the loop's own panic.
    fn clipped(&self, p: &Piece) -> TokenStream {
        let (rt, range, base) = (runtime(), &p.range.expr, self.name(p.place.base));
        let (behind, ahead) = (Literal::usize_unsuffixed(p.behind), Literal::usize_unsuffixed(p.ahead));
        quote!(#rt::clipped(#range, #behind, #ahead, #base.len()))
    }

    /// A loop's label, where a jump names it.
    fn label_of(&self, label: Label, body: &Block) -> Option<TokenStream> {
        let mut used = false;
        body.walk(&mut |s| used |= matches!(&s.kind, Kind::Jump { label: l, .. } if *l == label));
        used.then(|| {
            let lifetime = lifetime(label);
            quote!(#lifetime:)
        })
    }
}

/// `let pat = expr;`
pub(super) fn let_(pat: &syn::Pat, expr: &TokenStream) -> TokenStream {
    if names_a_variant(pat) {
        // of a struct or of an enum, nobody knows
        quote!(#[allow(irrefutable_let_patterns)] let #pat = #expr else { ::core::unreachable!() };)
    } else if mirror::refutable(pat) {
        quote!(let #pat = #expr else { ::core::unreachable!() };)
    } else {
        quote!(let #pat = #expr;)
    }
}

fn lifetime(label: Label) -> Lifetime {
    Lifetime::new(&format!("'l{}", label.0), Span::mixed_site())
}
