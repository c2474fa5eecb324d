// The modules of the compiler, for the root of a program that calls it: paths from here.
#[path = "../../src/again.rs"]
mod again;
#[path = "../../src/analysis/mod.rs"]
mod analysis;
#[path = "../../src/atom.rs"]
mod atom;
#[path = "../../src/attr.rs"]
mod attr;
#[path = "../../src/bits.rs"]
mod bits;
#[path = "../../src/callees.rs"]
mod callees;
#[path = "../../src/configured.rs"]
mod configured;
#[path = "../../src/ctxt.rs"]
mod ctxt;
#[path = "../../src/derive/mod.rs"]
mod derive;
#[path = "../../src/desugar/mod.rs"]
mod desugar;
#[path = "../../src/dump.rs"]
mod dump;
#[path = "../../src/emit/mod.rs"]
mod emit;
#[path = "../../src/expand.rs"]
mod expand;
#[path = "../../src/fence.rs"]
mod fence;
#[path = "../../src/forward/mod.rs"]
mod forward;
#[path = "../../src/functions.rs"]
mod functions;
#[path = "../../src/host.rs"]
mod host;
#[path = "../../src/hygiene.rs"]
mod hygiene;
#[path = "../../src/inner.rs"]
mod inner;
#[path = "../../src/ir/mod.rs"]
mod ir;
#[path = "../../src/lookups.rs"]
mod lookups;
#[path = "../../src/lower/mod.rs"]
mod lower;
#[path = "../../src/methods.rs"]
mod methods;
#[path = "../../src/moments/mod.rs"]
mod moments;
#[path = "../../src/names.rs"]
mod names;
#[path = "../../src/overload.rs"]
mod overload;
#[path = "../../src/parts/mod.rs"]
mod parts;
#[path = "../../src/patterns.rs"]
mod patterns;
#[path = "../../src/references/mod.rs"]
mod references;
#[path = "../../src/rename.rs"]
mod rename;
#[path = "../../src/reverse/mod.rs"]
mod reverse;
#[path = "../../src/rules.rs"]
mod rules;
#[path = "../../src/slice.rs"]
mod slice;
#[path = "../../src/slices/mod.rs"]
mod slices;
#[path = "../../src/sugar.rs"]
mod sugar;
#[path = "../../src/syntax.rs"]
mod syntax;
#[path = "../../src/tables.rs"]
mod tables;
#[path = "../../src/unchecked.rs"]
mod unchecked;
