//! What generated code asks of slices: parts, arrays, permutations.

use std::cmp::Ordering;

/// Parts of one slice, to write to all of them: they must not overlap. And parts of adjoints, which are shared.
macro_rules! apart {
    ($mutable:ident, $shared:ident, $($name:ident)*) => {
        /// Parts of one slice, to write to all of them.
        ///
        /// # Panics
        ///
        /// Where they overlap.
        #[inline]
        pub fn $mutable<T>(x: &mut [T], $($name: std::ops::Range<usize>),*) -> ($(apart!(@mut $name T)),*) {
            match x.get_disjoint_mut([$($name),*]) {
                Ok([$($name),*]) => ($($name),*),
                Err(e) => panic!("mutable parts of one slice: {e}"),
            }
        }

        /// Parts of one slice of adjoints.
        #[inline]
        pub fn $shared<T>(x: &[T], $($name: std::ops::Range<usize>),*) -> ($(apart!(@ref $name T)),*) {
            ($(&x[$name]),*)
        }
    };
    (@mut $name:ident $t:ident) => { &mut [$t] };
    (@ref $name:ident $t:ident) => { &[$t] };
}

apart!(apart_mut, apart, a b);
apart!(apart_3_mut, apart_3, a b c);
apart!(apart_4_mut, apart_4, a b c d);

/// What `get`, `first` and `last` read by the same index as `[..]` does.
#[diagnostic::on_unimplemented(
    message = "`get`, `first` and `last` are taken to be those of slices, but they are called on `{Self}`",
    label = "this may be another element than that of `[..]`",
    note = "read by the index (`x[i]`), or give the method another name"
)]
pub trait Entries {}

impl<T> Entries for [T] {}
impl<T> Entries for Vec<T> {}
impl<T> Entries for std::collections::VecDeque<T> {}
impl<T, const N: usize> Entries for [T; N] {}
impl<X: Entries + ?Sized> Entries for &X {}
impl<X: Entries + ?Sized> Entries for &mut X {}
impl<X: Entries + ?Sized> Entries for Box<X> {}
#[cfg(feature = "nalgebra")]
impl<T, R, C, S> Entries for nalgebra::Matrix<T, R, C, S> {}

/// The index of an element of a slice, a vector or a matrix.
#[inline(always)]
pub fn within<X: Entries + ?Sized, I>(_: &X, index: I) -> I {
    index
}

/// The index of an entry that a list has handed out, told by where it lies.
#[inline]
pub fn index_in<T>(list: &[T], entry: &T) -> usize {
    let from = |x: *const T| x.addr() - list.as_ptr().addr();
    from(entry) / size_of::<T>().max(1)
}

/// The same of an entry that may be none.
#[inline]
pub fn place_in<T>(list: &[T], entry: Option<&T>) -> Option<usize> {
    entry.map(|entry| index_in(list, entry))
}

/// The indices of entries that a list has handed out.
pub fn indices_in<T>(list: &[T], entries: Vec<&T>) -> Vec<usize> {
    entries.into_iter().map(|entry| index_in(list, entry)).collect()
}

/// The entries of these indices.
pub fn entries_at<'a, T>(list: &'a [T], indices: &[usize]) -> Vec<&'a T> {
    indices.iter().map(|&at| &list[at]).collect()
}

/// The index of an entry that `enumerate` has numbered, beside its number.
#[inline]
pub fn numbered_in<T>(list: &[T], (number, entry): (usize, &T)) -> (usize, usize) {
    (number, index_in(list, entry))
}

/// The same of an entry that may be none.
#[inline]
pub fn numbered_place_in<T>(list: &[T], numbered: Option<(usize, &T)>) -> Option<(usize, usize)> {
    numbered.map(|numbered| numbered_in(list, numbered))
}

/// A slice as an array of its length.
///
/// # Panics
///
/// Where the slice has another length.
#[inline]
pub fn chunk<T, const N: usize>(x: &[T]) -> &[T; N] {
    match x.try_into() {
        Ok(chunk) => chunk,
        Err(_) => panic!("a slice of {} elements is no array of {N}", x.len()),
    }
}

/// A slice as an array of its length, to write to.
///
/// # Panics
///
/// Where the slice has another length.
#[inline]
pub fn chunk_mut<T, const N: usize>(x: &mut [T]) -> &mut [T; N] {
    let n = x.len();
    match x.try_into() {
        Ok(chunk) => chunk,
        Err(_) => panic!("a slice of {n} elements is no array of {N}"),
    }
}

/// The swaps, one after the other, that bring a slice into an order: entry `k` goes where `order` says.
fn swaps(order: &[usize]) -> Vec<(usize, usize)> {
    // where the element is now that was at an index, and which one is at an index
    let (mut place, mut content): (Vec<usize>, Vec<usize>) = ((0..order.len()).collect(), (0..order.len()).collect());
    let mut swaps = Vec::new();
    for (k, element) in order.iter().enumerate() {
        let at = place[*element];
        if at != k {
            swaps.push((k, at));
            content.swap(k, at);
            place[content[k]] = k;
            place[content[at]] = at;
        }
    }
    swaps
}

/// The swaps that sort a slice.
pub fn sorting<T>(x: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| compare(&x[*a], &x[*b]));
    swaps(&order)
}

/// The swaps that sort a slice by a key.
pub fn sorting_by_key<T, K: Ord>(x: &[T], mut key: impl FnMut(&T) -> K) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by_key(|a| key(&x[*a]));
    swaps(&order)
}

/// The swaps that sort a slice as `sort_unstable_by` does.
pub fn sorting_unstable<T: Clone + PartialEq>(
    x: &[T],
    mut compare: impl FnMut(&T, &T) -> Ordering,
) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| compare(&x[*a], &x[*b]));
    if order.windows(2).any(|w| compare(&x[w[0]], &x[w[1]]).is_eq()) {
        let mut sorted = x.to_vec();
        sorted.sort_unstable_by(&mut compare);
        match_ties(x, &sorted, &mut order, |a, b| compare(a, b).is_eq());
    }
    swaps(&order)
}

/// The swaps that sort a slice by a key as `sort_unstable_by_key` does.
pub fn sorting_unstable_by_key<T: Clone + PartialEq, K: Ord>(
    x: &[T],
    mut key: impl FnMut(&T) -> K,
) -> Vec<(usize, usize)> {
    sorting_unstable(x, |a, b| key(a).cmp(&key(b)))
}

/// The swaps that bring the element of rank `k` to its place as `select_nth_unstable_by` does.
pub fn selecting<T: Clone + PartialEq>(
    x: &[T],
    k: usize,
    mut compare: impl FnMut(&T, &T) -> Ordering,
) -> Vec<(usize, usize)> {
    let mut selected = x.to_vec();
    selected.select_nth_unstable_by(k, &mut compare);
    let (mut order, mut ranks): (Vec<usize>, Vec<usize>) = ((0..x.len()).collect(), (0..x.len()).collect());
    order.sort_by(|a, b| compare(&x[*a], &x[*b]));
    ranks.sort_by(|a, b| compare(&selected[*a], &selected[*b]));
    let ranked: Vec<T> = ranks.iter().map(|r| selected[*r].clone()).collect();
    match_ties(x, &ranked, &mut order, |a, b| compare(a, b).is_eq());
    let mut placed = order.clone();
    ranks.iter().zip(&order).for_each(|(rank, element)| placed[*rank] = *element);
    swaps(&placed)
}

/// Among elements that the order takes for equal, each sorted one is found again by its value: where an unstable algorithm
/// has put it depends on their number and size, so that it can't be told from indices.
fn match_ties<T: PartialEq>(x: &[T], sorted: &[T], order: &mut [usize], mut tied: impl FnMut(&T, &T) -> bool) {
    let mut from = 0;
    while from < order.len() {
        let first = order[from];
        let to = (from + 1..order.len()).find(|k| !tied(&x[first], &x[order[*k]])).unwrap_or(order.len());
        for k in from..to {
            let found = (k..to).find(|m| x[order[*m]] == sorted[k]).unwrap_or(k);
            order[k..=found].rotate_right(1);
        }
        from = to;
    }
}

/// Where the parts of `x.chunk_by(same)` begin and end.
pub fn runs<T>(x: &[T], same: impl FnMut(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let mut end = 0;
    let next = |run: &[T]| {
        let start = end;
        end += run.len();
        (start, end)
    };
    x.chunk_by(same).map(next).collect()
}

/// Where the parts of `x.split(at)` begin and end.
pub fn splits<T>(x: &[T], at: impl FnMut(&T) -> bool) -> Vec<(usize, usize)> {
    let mut next = 0;
    let part = |part: &[T]| {
        let start = next;
        next += part.len() + 1;
        (start, start + part.len())
    };
    x.split(at).map(part).collect()
}
