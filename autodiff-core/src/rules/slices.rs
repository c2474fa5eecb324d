//! What generated code asks of slices: parts, arrays, permutations.

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
pub fn sorting<T>(x: &[T], mut compare: impl FnMut(&T, &T) -> std::cmp::Ordering) -> Vec<(usize, usize)> {
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

/// The swaps that bring the element of rank `k` to its place.
pub fn selecting<T>(x: &[T], k: usize, mut compare: impl FnMut(&T, &T) -> std::cmp::Ordering) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.select_nth_unstable_by(k, |a, b| compare(&x[*a], &x[*b]));
    swaps(&order)
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
