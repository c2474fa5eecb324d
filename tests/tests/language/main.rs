//! Control flow and data flow: every construct of the language, by the checks of the harness.
#![allow(
    unused_assignments,
    clippy::blocks_in_conditions,
    clippy::redundant_pattern,
    clippy::manual_repeat_n,
    clippy::obfuscated_if_else,
    clippy::iter_nth,
    clippy::redundant_closure_call,
    clippy::redundant_closure,
    clippy::unnecessary_fold,
    clippy::double_ended_iterator_last,
    clippy::iter_next_slice,
    clippy::map_flatten,
    clippy::filter_next,
    clippy::suspicious_map,
    clippy::unnecessary_filter_map,
    clippy::explicit_into_iter_loop,
    clippy::explicit_iter_loop,
    clippy::explicit_counter_loop,
    clippy::manual_filter_map,
    clippy::map_identity,
    clippy::misrefactored_assign_op,
    clippy::needless_late_init,
    clippy::never_loop,
    clippy::mut_range_bound,
    unreachable_pub,
    clippy::needless_range_loop,
    clippy::assign_op_pattern,
    clippy::manual_memcpy,
    clippy::needless_return,
    clippy::let_and_return,
    clippy::manual_range_contains,
    clippy::collapsible_else_if,
    clippy::ptr_arg,
    clippy::manual_swap,
    clippy::neg_cmp_op_on_partial_ord,
    clippy::print_literal,
    clippy::deref_addrof,
    clippy::useless_vec,
    clippy::eq_op,
    clippy::needless_borrows_for_generic_args,
    clippy::unnecessary_to_owned,
    clippy::while_let_on_iterator,
    clippy::while_let_loop,
    clippy::search_is_some,
    clippy::manual_find,
    clippy::manual_map,
    reason = "the programs under test are written in every style that users write in"
)]

mod apart;
mod at_once;
mod borrowing;
mod boxes;
mod branches;
mod calls;
mod cells;
mod chains;
mod changing;
mod chosen;
mod closures;
mod configured;
mod constants;
mod copies;
mod corners;
mod counters;
mod counting;
mod decompositions;
mod destructuring;
mod detached;
mod effects;
mod entries;
mod enums;
mod exits;
mod foreign;
mod found;
mod functionals;
mod functions;
mod gathered;
mod growing;
mod handed;
mod handing;
mod iterations;
mod iterators;
mod kinds;
mod lending;
mod lengths;
mod lent;
mod lent_parts;
mod lookups;
mod loops;
mod mapped;
mod maps;
mod marked;
mod mem;
mod methods;
mod moments;
mod mutable;
mod native;
mod nearest;
mod objects;
mod operators;
mod options;
mod order;
mod overwriting;
mod own_names;
mod own_operators;
mod own_state;
mod own_vectors;
mod parts;
mod permutations;
mod previous;
mod records;
mod references;
mod renewed;
mod replacing;
mod restored;
mod scopes;
mod selections;
mod slices;
mod splicing;
mod split;
mod stepping;
mod structs;
mod tables;
mod turns;
mod types;
mod unread;
mod unused;
mod vectors;
