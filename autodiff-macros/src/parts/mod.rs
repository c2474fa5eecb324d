//! Methods that hand out references into `self`, and `Index` of the user's: a reference is the place that it leads to.
//!
//! ```text
//! #[differentiable] impl Grid { fn row(&self, i: usize) -> &[f64] { &self.data[i * self.n..(i + 1) * self.n] } }
//! =>  fn row__part(&self, i: usize) -> Part<Key>        where in a `Grid`, its tangent, its adjoint the reference leads
//!
//! let r = g.row(i);              =>    let r = &g[g.row__part(i)];
//! g.row_mut(i)[j] += x;          =>    g[g.row_mut__part(i)][j] += x;
//! m[(i, j)] *= x;                =>    m[site_mut(&m, (i, j))] *= x;
//! ```
//! From there on it is indexing like any other: followed, mirrored over cells, written through.
pub(crate) mod added;
pub(crate) mod aliases;
mod annotated;
mod calls;
pub(crate) mod cells;
pub(crate) mod effects;
mod getter;
mod items;
mod marked;
pub(crate) mod matrix;
mod objects;
mod operators;
pub(crate) mod seen;
pub(crate) mod standard;
mod state;
mod totals;
pub(crate) mod types;

pub(crate) use calls::{follow, is_part, is_site};
pub(crate) use getter::{getters, index};
pub(crate) use items::imported;
pub(crate) use marked::Marked;
pub(crate) use objects::{call_objects, holds_object, is_of_object, of_trait};
pub(crate) use operators::{as_method, call, is_method, methodical, ruled};
pub(crate) use state::{constants, is_of_constants};
