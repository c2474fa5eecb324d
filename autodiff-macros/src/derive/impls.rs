//! The traits, for the type itself, its tangent, its adjoint and its shapes.
use super::input::{Field, Input, Variant, binding};
use super::types::Part;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Ident, WherePredicate};

/// All implementations.
pub(super) fn all(input: &Input) -> TokenStream {
    let tangents: Vec<WherePredicate> = self_tangents(input);
    let (p, t) = (Subject::primal(input), Subject::tangent(input));
    [
        differentiable(input, &p, input.differentiable()),
        differentiable(input, &t, input.differentiable().into_iter().chain(tangents.clone()).collect()),
        value(input, &input.name, input.differentiable()),
        value(input, &input.tangent, input.differentiable().into_iter().chain(tangents).collect()),
        coordinates(input, &p),
        coordinates(input, &t),
        tangent(input),
        lend_and_own(input),
        bar(input),
        clone(input, &input.tangent),
        clone(input, &input.shape),
        clone(input, &input.tangent_shape),
        comparisons(input),
        default(input),
        numbers(input),
        indexed(input),
        coords(input),
        snapshot(input),
    ]
    .into_iter()
    .collect()
}

/// A type that is differentiated: the derived one, or its tangent.
struct Subject<'a> {
    name: &'a Ident,
    shape: &'a Ident,
    /// The type of the field in it, of which the traits are asked.
    field: Box<dyn Fn(&Field) -> TokenStream>,
    /// Constants are `()` in tangents, and anything at all in the type itself.
    is_tangent: bool,
}

impl<'a> Subject<'a> {
    fn primal(input: &'a Input) -> Self {
        let field = Box::new(|f: &Field| f.ty.to_token_stream());
        Subject { name: &input.name, shape: &input.shape, field, is_tangent: false }
    }
    fn tangent(input: &'a Input) -> Self {
        let field = Box::new(|f: &Field| Part::Gradient.of(&f.projected()));
        Subject { name: &input.tangent, shape: &input.tangent_shape, field, is_tangent: true }
    }
}

/// That gradients of the fields are tangents of themselves, as those of all types are that one knows.
pub(super) fn self_tangents(input: &Input) -> Vec<WherePredicate> {
    input
        .active()
        .filter(|f| f.generic && !f.recursive)
        .map(|f| {
            let (gradient, bar) = (Part::Gradient.of(&f.projected()), Part::Bar.of(&f.projected()));
            syn::parse_quote!(#gradient: ::autodiff_core::Differentiable<Gradient = #gradient, OwnedBar = #bar>)
        })
        .collect()
}

/// The fields of whose types a trait may be asked.
fn asked(input: &Input) -> impl Iterator<Item = &Field> {
    input.active().filter(|f| !f.recursive)
}

/// `where` each of these types implements a trait, be it known or not: without `for`, rustc refuses a bound that is
/// false for all arguments.
fn if_all(types: impl IntoIterator<Item = TokenStream>, bound: &TokenStream) -> Vec<WherePredicate> {
    types.into_iter().map(|ty| syn::parse_quote!(for<'any> #ty: #bound)).collect()
}

pub(super) fn implement(
    trait_: TokenStream,
    generics: &Generics,
    name: &Ident,
    of: &Input,
    body: TokenStream,
) -> TokenStream {
    let mut generics = generics.clone();
    let owner = if *name == of.name {
        let lifetimes = of.of_type.lifetimes().cloned().map(syn::GenericParam::Lifetime);
        generics.params = lifetimes.chain(generics.params).collect();
        &of.of_type
    } else {
        &of.generics
    };
    let (with, _, clause) = generics.split_for_impl();
    let (_, arguments, _) = owner.split_for_impl();
    quote!(#[automatically_derived] impl #with #trait_ for #name #arguments #clause { #body })
}

/// `match self { .. }` with an arm for each variant, whose fields are bound to `a0`, `a1`, ..
fn each(input: &Input, owner: &Ident, arm: impl Fn(&Variant) -> TokenStream) -> TokenStream {
    let arms = input.variants.iter().map(|v| {
        let (pattern, body) = (v.pattern(owner, "a"), arm(v));
        quote!(#pattern => #body,)
    });
    quote!(match self { #(#arms)* })
}

/// `match (x, y) { .. }` with an arm for each variant on both sides, and one for two different variants.
fn both(
    input: &Input,
    on: &TokenStream,
    owners: [&Ident; 2],
    arm: impl Fn(&Variant) -> TokenStream,
    otherwise: &TokenStream,
) -> TokenStream {
    let arms = input.variants.iter().map(|v| {
        let (left, right, body) = (v.pattern(owners[0], "a"), v.pattern(owners[1], "b"), arm(v));
        quote!((#left, #right) => #body,)
    });
    let otherwise = (input.variants.len() > 1).then(|| quote!((a, b) => #otherwise,));
    quote!(match #on { #(#arms)* #otherwise })
}

/// An expression for each field of a variant, from its bindings.
fn parts<'a>(
    v: &'a Variant,
    part: impl Fn(&Field, &Ident, &Ident) -> TokenStream + 'a,
) -> impl Iterator<Item = TokenStream> + 'a {
    v.fields.iter().enumerate().map(move |(k, f)| part(f, &binding("a", k), &binding("b", k)))
}

fn differentiable(input: &Input, s: &Subject, predicates: Vec<WherePredicate>) -> TokenStream {
    let generics = input.generics_with(predicates);
    let (_, arguments, _) = input.generics.split_for_impl();
    let (shape, tangent, bar) = (s.shape, &input.tangent, &input.bar);
    let constant = |f: &Field| f.nodiff && !s.is_tangent;
    let of = |f: &Field| {
        let ty = (s.field)(f);
        quote!(<#ty as ::autodiff_core::Differentiable>)
    };
    let shapes = each(input, s.name, |v| {
        let values = parts(v, |f, a, _| {
            let of = of(f);
            if constant(f) { quote!({ let _ = #a; }) } else { quote!(#of::shape(#a)) }
        });
        v.with(shape, values)
    });
    let zeros = input.variants.iter().map(|v| {
        let pattern = v.pattern(shape, "a");
        let values = parts(v, |f, a, _| {
            let of = of(f);
            if constant(f) { quote!(*#a) } else { quote!(#of::zero_tangent(#a)) }
        });
        let value = v.with(tangent, values);
        quote!(#pattern => #value,)
    });
    let fits = both(
        input,
        &quote!((shape, tangent)),
        [shape, tangent],
        |v| {
            let checks = parts(v, |f, a, b| {
                if constant(f) {
                    quote!(#a == #b)
                } else {
                    let ty = (s.field)(f);
                    quote!(::autodiff_core::tangent::gradient_fits::<#ty>(#a, #b))
                }
            });
            quote!(true #(&& #checks)*)
        },
        &quote!({
            let _ = (a, b);
            false
        }),
    );
    let turned = both(
        input,
        &quote!((before, now)),
        [shape, shape],
        |v| {
            let turns = parts(v, |f, a, b| {
                let of = of(f);
                if constant(f) { quote!({ let _ = (#a, #b); false }) } else { quote!(#of::is_turned(#a, #b)) }
            });
            quote!(false #(|| #turns)*)
        },
        &quote!({
            let _ = (a, b);
            false
        }),
    );
    let body = quote! {
        type Tangent = #tangent #arguments;
        type Gradient = #tangent #arguments;
        type Bar = #bar #arguments;
        type OwnedBar = #bar #arguments;
        type Shape = #shape #arguments;
        #[inline]
        fn shape(&self) -> Self::Shape { #shapes }
        #[inline]
        fn zero_tangent(shape: &Self::Shape) -> Self::Gradient { match shape { #(#zeros)* } }
        #[inline]
        fn fits(shape: &Self::Shape, tangent: &Self::Tangent) -> bool { #fits }
        #[inline]
        fn is_turned(before: &Self::Shape, now: &Self::Shape) -> bool { #turned }
    };
    implement(quote!(::autodiff_core::Differentiable), &generics, s.name, input, body)
}

fn value(input: &Input, name: &Ident, predicates: Vec<WherePredicate>) -> TokenStream {
    let body = quote! {
        type Of = Self;
        #[inline(always)]
        fn value(&self) -> &Self { self }
    };
    implement(quote!(::autodiff_core::Value), &input.generics_with(predicates), name, input, body)
}

fn coordinates(input: &Input, s: &Subject) -> TokenStream {
    let bound = quote!(::autodiff_core::Coordinates);
    let generics = if s.is_tangent {
        input.generics_with(input.differentiable())
    } else {
        input.generics_with(if_all(asked(input).map(|f| f.ty.to_token_stream()), &bound))
    };
    let call = |method: TokenStream| {
        each(input, s.name, |v| {
            let calls = parts(v, |f, a, _| {
                if f.nodiff { quote!(let _ = #a;) } else { quote!(::autodiff_core::Coordinates::#method(#a, f);) }
            });
            quote!({ #(#calls)* })
        })
    };
    let (read, write) = (call(quote!(for_each_scalar)), call(quote!(map_scalars)));
    let texts = each(input, s.name, |v| {
        let name = v.path(&input.name).to_string().replace(' ', "");
        let fields = parts(v, |f, a, _| {
            let text = if f.nodiff {
                quote!({ let _ = #a; ::autodiff_core::Coordinates::describe(&()) })
            } else {
                quote!(::autodiff_core::Coordinates::describe(#a))
            };
            let member = f.member.to_token_stream().to_string();
            quote!((#member, #text))
        });
        quote!(::autodiff_core::coordinates::describe_fields(#name, &[#(#fields),*]))
    });
    let body = quote! {
        #[inline]
        fn for_each_scalar(&self, f: &mut dyn ::core::ops::FnMut(f64)) { let _ = &f; #read }
        #[inline]
        fn map_scalars(&mut self, f: &mut dyn ::core::ops::FnMut(f64) -> f64) { let _ = &f; #write }
        fn describe(&self) -> ::std::string::String { #texts }
    };
    implement(bound, &generics, s.name, input, body)
}

fn tangent(input: &Input) -> TokenStream {
    let generics = input.generics_with(input.differentiable());
    let (_, arguments, _) = input.generics.split_for_impl();
    let (name, bar) = (&input.tangent, &input.bar);
    let of = |f: &Field| {
        let ty = Part::Gradient.of(&f.projected());
        quote!(<#ty as ::autodiff_core::Tangent>)
    };
    let accumulate = both(
        input,
        &quote!((&mut *self, contribution)),
        [name, name],
        |v| {
            let calls = parts(v, |f, a, b| {
                let of = of(f);
                quote!(#of::accumulate(#a, #b);)
            });
            quote!({ #(#calls)* })
        },
        &quote! {
            ::autodiff_core::tangent::shapes_differ(
                "a tangent",
                &|| ::autodiff_core::Coordinates::describe(&b),
                &|| ::autodiff_core::Coordinates::describe(&*a),
            )
        },
    );
    // what is small is made without recursion where there is a choice
    let smallest = input.variants.iter().min_by_key(|v| (v.fields.iter().any(|f| f.recursive), v.fields.len()));
    let placeholder = smallest.map(|v| {
        let values = v.fields.iter().map(|f| {
            let of = of(f);
            quote!(#of::placeholder())
        });
        v.with(name, values)
    });
    let into = each(input, name, |v| {
        let values = parts(v, |f, a, _| {
            let of = of(f);
            quote!(#of::into_bar(#a))
        });
        v.with(bar, values)
    });
    let from = input.variants.iter().map(|v| {
        let pattern = v.pattern(bar, "a");
        let values = parts(v, |f, a, _| {
            let of = of(f);
            quote!(#of::from_bar(#a))
        });
        let value = v.with(name, values);
        quote!(#pattern => #value,)
    });
    let same = both(
        input,
        &quote!((self, other)),
        [name, name],
        |v| {
            let checks = parts(v, |f, a, b| {
                let of = of(f);
                quote!(#of::same_shape(#a, #b))
            });
            quote!(true #(&& #checks)*)
        },
        &quote!({
            let _ = (a, b);
            false
        }),
    );
    let body = quote! {
        type Bar = #bar #arguments;
        #[inline]
        #[track_caller]
        fn accumulate(&mut self, contribution: Self) { #accumulate }
        #[inline]
        fn placeholder() -> Self { #placeholder }
        #[inline]
        fn into_bar(self) -> Self::Bar { #into }
        #[inline]
        fn from_bar(bar: Self::Bar) -> Self { match bar { #(#from)* } }
        #[inline]
        fn same_shape(&self, other: &Self) -> bool { #same }
    };
    implement(quote!(::autodiff_core::Tangent), &generics, name, input, body)
}

fn lend_and_own(input: &Input) -> TokenStream {
    let generics = input.generics_with(input.differentiable());
    let (_, arguments, _) = input.generics.split_for_impl();
    let (name, bar) = (&input.tangent, &input.bar);
    let lend = quote! {
        #[inline]
        fn lend<R>(&mut self, f: impl ::core::ops::FnOnce(&#bar #arguments) -> R) -> R {
            ::autodiff_core::tangent::lend_by_move(self, f)
        }
    };
    let own = quote! {
        type Owned = Self;
        #[inline]
        fn own(&self) -> Self { ::core::clone::Clone::clone(self) }
    };
    let lend = implement(quote!(::autodiff_core::Lend<#bar #arguments>), &generics, name, input, lend);
    let own = implement(quote!(::autodiff_core::Own), &generics, name, input, own);
    quote!(#lend #own)
}

fn bar(input: &Input) -> TokenStream {
    let generics = input.generics_with(input.differentiable());
    let (_, arguments, _) = input.generics.split_for_impl();
    let (tangent, name) = (&input.tangent, &input.bar);
    let of = |f: &Field| {
        let ty = Part::Bar.of(&f.projected());
        quote!(<#ty as ::autodiff_core::Bar>)
    };
    let accumulate = both(
        input,
        &quote!((self, contribution)),
        [name, tangent],
        |v| {
            let calls = parts(v, |f, a, b| {
                let of = of(f);
                quote!(#of::accumulate(#a, #b);)
            });
            quote!({ #(#calls)* })
        },
        &quote! {
            ::autodiff_core::tangent::shapes_differ(
                "a contribution",
                &|| ::autodiff_core::Coordinates::describe(&b),
                &|| ::autodiff_core::Coordinates::describe(&::autodiff_core::Bar::get(a)),
            )
        },
    );
    let read = |method: TokenStream| {
        each(input, name, |v| {
            let values = parts(v, |f, a, _| {
                let of = of(f);
                quote!(#of::#method(#a))
            });
            v.with(tangent, values)
        })
    };
    let (get, take) = (read(quote!(get)), read(quote!(take)));
    let body = quote! {
        type Tangent = #tangent #arguments;
        #[inline]
        #[track_caller]
        fn accumulate(&self, contribution: Self::Tangent) { #accumulate }
        #[inline]
        fn get(&self) -> Self::Tangent { #get }
        #[inline]
        fn take(&self) -> Self::Tangent { #take }
    };
    implement(quote!(::autodiff_core::Bar), &generics, name, input, body)
}

/// `Clone` of a type whose fields certainly have it: derived, it would ask that of the type parameters.
fn clone(input: &Input, name: &Ident) -> TokenStream {
    let mut predicates = input.differentiable();
    if *name == input.tangent_shape {
        predicates.extend(self_tangents(input));
    }
    let body = each(input, name, |v| v.with(name, parts(v, |_, a, _| quote!(::core::clone::Clone::clone(#a)))));
    let body = quote!(#[inline] fn clone(&self) -> Self { #body });
    implement(quote!(::core::clone::Clone), &input.generics_with(predicates), name, input, body)
}

/// `Copy`, `Debug` and `PartialEq` of the tangent, where its fields have them.
fn comparisons(input: &Input) -> TokenStream {
    let name = &input.tangent;
    let generics = |bound: TokenStream| {
        let gradients = asked(input).map(|f| Part::Gradient.of(&f.projected()));
        input.generics_with(input.differentiable().into_iter().chain(if_all(gradients, &bound)))
    };
    let equal = both(
        input,
        &quote!((self, other)),
        [name, name],
        |v| {
            let checks = parts(v, |_, a, b| quote!(*#a == *#b));
            quote!(true #(&& #checks)*)
        },
        &quote!({
            let _ = (a, b);
            false
        }),
    );
    let text = each(input, name, |v| {
        let title = v.name.as_ref().unwrap_or(name).to_string();
        let tuple = v.fields.iter().all(|f| matches!(f.member, syn::Member::Unnamed(_)));
        let (start, fields): (_, Vec<_>) = if tuple {
            (quote!(debug_tuple), parts(v, |_, a, _| quote!(.field(#a))).collect())
        } else {
            let named = |f: &Field, a: &Ident, _: &Ident| {
                let member = f.member.to_token_stream().to_string();
                quote!(.field(#member, #a))
            };
            (quote!(debug_struct), parts(v, named).collect())
        };
        quote!(f.#start(#title) #(#fields)* .finish())
    });
    let eq = quote!(#[inline] fn eq(&self, other: &Self) -> bool { #equal });
    let fmt = quote!(fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { #text });
    let copy = (quote!(::core::marker::Copy), quote!());
    // what holds itself does so behind a pointer, which is no `Copy`
    let copy = (!input.active().any(|f| f.recursive)).then_some(copy);
    copy.into_iter()
        .chain([(quote!(::core::cmp::PartialEq), eq), (quote!(::core::fmt::Debug), fmt)])
        .map(|(bound, body)| implement(bound.clone(), &generics(bound), name, input, body))
        .collect()
}

/// `Default` of a struct's tangent, where its fields have it.
fn default(input: &Input) -> TokenStream {
    if input.is_enum {
        return TokenStream::new();
    }
    let bound = quote!(::core::default::Default);
    let gradients = asked(input).map(|f| Part::Gradient.of(&f.projected()));
    let generics = input.generics_with(input.differentiable().into_iter().chain(if_all(gradients, &bound)));
    let v = &input.variants[0];
    let value = v.with(&input.tangent, v.fields.iter().map(|_| quote!(::core::default::Default::default())));
    implement(bound, &generics, &input.tangent, input, quote!(#[inline] fn default() -> Self { #value }))
}

/// What a literal beside the tangent is a number of: the scalar type that the fields are made of.
fn numbers(input: &Input) -> TokenStream {
    let types: Vec<String> = input.active().map(|f| f.ty.to_token_stream().to_string()).collect();
    let named =
        |n: &str| types.iter().any(|t| t.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == n));
    let scalar = input
        .generics_with([])
        .type_params()
        .find(|p| crate::lower::is_scalar_bound(&p.bounds))
        .map(|p| p.ident.to_token_stream());
    let number = scalar.unwrap_or_else(|| if named("f32") && !named("f64") { quote!(f32) } else { quote!(f64) });
    let generics = input.generics_with(input.differentiable());
    implement(quote!(::autodiff_core::rules::Numbers), &generics, &input.tangent, input, quote!(type Number = #number;))
}

/// What is behind the `&mut` fields of a struct can be copied and put back, though the struct is not `Clone`.
fn snapshot(input: &Input) -> TokenStream {
    let writable = |f: &Field| matches!(&f.ty, syn::Type::Reference(r) if r.mutability.is_some());
    if input.is_enum || !input.variants[0].fields.iter().any(writable) {
        return TokenStream::new();
    }
    let trait_ = quote!(::autodiff_core::rules::Snapshot);
    let fields = &input.variants[0].fields;
    // what a field is, or refers to
    let held = |f: &Field| match &f.ty {
        syn::Type::Reference(r) if r.mutability.is_some() => (r.elem.to_token_stream(), quote!(*)),
        ty => (ty.to_token_stream(), quote!()),
    };
    let (types, derefs): (Vec<_>, Vec<_>) = fields.iter().map(held).unzip();
    let members: Vec<_> = fields.iter().map(|f| &f.member).collect();
    let names: Vec<Ident> = (0..fields.len()).map(|k| binding("a", k)).collect();
    let asked = if_all(fields.iter().filter(|f| f.generic).map(|f| held(f).0), &trait_);
    let body = quote! {
        type Kept = (#(<#types as #trait_>::Kept,)*);
        fn snapshot(&self) -> Self::Kept { (#(<#types as #trait_>::snapshot(&#derefs self.#members),)*) }
        fn write_back(&mut self, (#(#names,)*): Self::Kept) {
            #(<#types as #trait_>::write_back(&mut #derefs self.#members, #names);)*
        }
    };
    implement(trait_.clone(), &input.generics_with(asked), &input.name, input, body)
}

/// A part that a method hands out by reference is an index into the value, its tangent and its adjoint.
fn indexed(input: &Input) -> TokenStream {
    // what a part of borrowed data is would depend on the lifetime
    if input.is_enum || input.of_type.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let (name, tangent, bar) = (&input.name, &input.tangent, &input.bar);
    let (_, arguments, _) = input.generics.split_for_impl();
    let with = |bound: TokenStream| {
        let mut generics = input.generics_with(input.differentiable());
        generics.params.push(syn::parse_quote!(AutodiffPart: ::autodiff_core::rules::#bound<#name #arguments>));
        generics
    };
    let index = quote!(::core::ops::Index<::autodiff_core::rules::Part<AutodiffPart>>);
    let index_mut = quote!(::core::ops::IndexMut<::autodiff_core::rules::Part<AutodiffPart>>);
    let part = quote!(part: ::autodiff_core::rules::Part<AutodiffPart>);
    let of = |what: TokenStream| quote!(<AutodiffPart::Of as ::autodiff_core::Differentiable>::#what);
    let shared = |owner: &Ident, output: TokenStream, method: TokenStream| {
        let body = quote! {
            type Output = #output;
            #[inline(always)]
            fn index(&self, #part) -> &Self::Output { part.0.#method(self) }
        };
        implement(index.clone(), &with(quote!(PartOf)), owner, input, body)
    };
    let mutable = |owner: &Ident, bound: TokenStream, method: TokenStream| {
        let body = quote! {
            #[inline(always)]
            fn index_mut(&mut self, #part) -> &mut Self::Output { part.0.#method(self) }
        };
        implement(index_mut.clone(), &with(bound), owner, input, body)
    };
    [
        shared(name, quote!(AutodiffPart::Of), quote!(of)),
        shared(tangent, of(quote!(Tangent)), quote!(of_tangent)),
        shared(bar, of(quote!(Bar)), quote!(of_bar)),
        mutable(name, quote!(PartOfMut), quote!(of_mut)),
        mutable(tangent, quote!(PartOf), quote!(of_tangent_mut)),
        mutable(bar, quote!(PartOf), quote!(of_bar_mut)),
    ]
    .into_iter()
    .collect()
}

/// Where a field is named `coords`: tangents and adjoints hand it out as those of a point do.
fn coords(input: &Input) -> TokenStream {
    let Some(field) = input.variants.iter().flat_map(|v| &v.fields).find(|f| crate::ir::is_coords(&f.member)) else {
        return TokenStream::new();
    };
    if input.is_enum {
        return TokenStream::new();
    }
    let generics = input.generics_with(input.differentiable());
    let index = crate::ir::coords();
    let shared = |owner: &Ident, part: Part| {
        let output = part.of(&field.projected());
        let body = quote! {
            type Output = #output;
            #[inline(always)]
            fn index(&self, _: #index) -> &Self::Output { &self.coords }
        };
        implement(quote!(::core::ops::Index<#index>), &generics, owner, input, body)
    };
    let body = quote! {
        #[inline(always)]
        fn index_mut(&mut self, _: #index) -> &mut Self::Output { &mut self.coords }
    };
    let mutable = implement(quote!(::core::ops::IndexMut<#index>), &generics, &input.tangent, input, body);
    [shared(&input.tangent, Part::Gradient), shared(&input.bar, Part::Bar), mutable].into_iter().collect()
}
