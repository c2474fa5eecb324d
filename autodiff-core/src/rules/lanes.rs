//! Several directions in one pass of forward mode: `W` tangents beside each value, and the value computed once.
//!
//! What is one tangent in `push` is an array of them in `push_lanes`, and what is done to it is done lane by lane. Arrays of
//! numbers go through vector registers; of vectors, matrices and structs there are `W` tangents as they always are, so that
//! every rule serves both.

use crate::tangent::Tangent;

/// How many directions forward mode goes along at once.
///
/// ```
/// use autodiff_core::rules::Lanes;
///
/// let lanes = Lanes::<4>;
/// assert_eq!(lanes.each(|lane| 2.0 * lane as f64), [0.0, 2.0, 4.0, 6.0]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Lanes<const W: usize>;

impl<const W: usize> Lanes<W> {
    /// The tangent that each lane gives.
    #[inline(always)]
    pub fn each<T: Tangent>(self, mut f: impl FnMut(usize) -> T) -> [T; W] {
        // a plain loop is what the compiler makes vector instructions of; a closure inside of `from_fn` may stay a call
        let mut all = std::array::from_fn(|_| T::placeholder());
        for lane in 0..W {
            all[lane] = f(lane);
        }
        all
    }
    /// What each lane gives, whatever that is.
    #[inline(always)]
    pub fn all<T>(self, f: impl FnMut(usize) -> T) -> [T; W] {
        std::array::from_fn(f)
    }
    /// What each lane gives of its part of `bundle`, which is moved.
    ///
    /// ```
    /// use autodiff_core::rules::Lanes;
    ///
    /// let (a, b) = ([1, 2], [vec![3], vec![4]]);
    /// let both = Lanes::<2>.each_of((a, b), |_, (a, b)| (b, a));
    /// assert_eq!(both, [(vec![3], 1), (vec![4], 2)]);
    /// ```
    #[inline(always)]
    pub fn each_of<B: Bundle<W>, T>(self, bundle: B, mut f: impl FnMut(usize, B::Lane) -> T) -> [T; W] {
        let mut parts = bundle.lanes();
        std::array::from_fn(|lane| f(lane, parts.next().expect("a part for each lane")))
    }
    /// References of the type that is wanted: a closure behind `dyn` is told what it gives.
    ///
    /// ```
    /// use autodiff_core::rules::Lanes;
    ///
    /// fn sums(x: [&[i32]; 2]) -> [i32; 2] {
    ///     x.map(|x| x.iter().sum())
    /// }
    /// let x = [vec![1, 2], vec![3]];
    /// assert_eq!(sums(Lanes.lent(&mut |lane| &x[lane])), [3, 3]);
    /// ```
    #[inline(always)]
    pub fn lent<T>(self, f: &mut dyn FnMut(usize) -> T) -> [T; W] {
        std::array::from_fn(f)
    }
    /// [`lent`](Lanes::lent), from the parts of a bundle.
    #[inline(always)]
    pub fn lent_of<B: Bundle<W>, T>(self, bundle: B, f: &mut dyn FnMut(B::Lane) -> T) -> [T; W] {
        let mut parts = bundle.lanes();
        std::array::from_fn(|_| f(parts.next().expect("a part for each lane")))
    }
    /// The value that the last of `W` passes gives, and what each gives beside it.
    #[inline(always)]
    pub fn passes<Y, D>(self, mut pass: impl FnMut(usize) -> (Y, D)) -> (Y, [D; W]) {
        let mut value = None;
        let dots = std::array::from_fn(|lane| {
            let (y, y_dot) = pass(lane);
            value = Some(y);
            y_dot
        });
        (value.expect("there is at least one direction"), dots)
    }
}

/// One of several tangents, moved out of their array.
///
/// ```
/// use autodiff_core::rules::moved;
///
/// let mut dots = [vec![1.0], vec![2.0]];
/// assert_eq!(moved(&mut dots[1]), [2.0]);
/// ```
#[inline(always)]
pub fn moved<T: Tangent>(dot: &mut T) -> T {
    dot.moved()
}

/// Something with a part for each lane: an array, or a pair of such.
pub trait Bundle<const W: usize> {
    /// The part of one lane.
    type Lane;
    /// All parts.
    fn lanes(self) -> impl Iterator<Item = Self::Lane>;
}

impl<T, const W: usize> Bundle<W> for [T; W] {
    type Lane = T;
    #[inline(always)]
    fn lanes(self) -> impl Iterator<Item = T> {
        self.into_iter()
    }
}

impl<A: Bundle<W>, B: Bundle<W>, const W: usize> Bundle<W> for (A, B) {
    type Lane = (A::Lane, B::Lane);
    #[inline(always)]
    fn lanes(self) -> impl Iterator<Item = (A::Lane, B::Lane)> {
        self.0.lanes().zip(self.1.lanes())
    }
}

/// Pairs to a pair.
///
/// ```
/// assert_eq!(autodiff_core::rules::unzip([(1, 'a'), (2, 'b')]), ([1, 2], ['a', 'b']));
/// ```
#[inline(always)]
pub fn unzip<A, B, const W: usize>(pairs: [(A, B); W]) -> ([A; W], [B; W]) {
    let mut seconds = [const { None }; W];
    let mut slots = seconds.iter_mut();
    let firsts = pairs.map(|(a, b)| {
        if let Some(slot) = slots.next() {
            *slot = Some(b);
        }
        a
    });
    (firsts, seconds.map(|b| b.expect("a part for each lane")))
}

/// What a function is handed once more, for another direction: what is behind `&mut` is as it was before the first time.
pub trait Again {
    /// What is kept of it.
    type Kept;
    /// Keeps it.
    fn keep(self) -> Self::Kept;
    /// Puts it back.
    fn put_back(self, kept: &Self::Kept);
}

impl<T: ?Sized> Again for &T {
    type Kept = ();
    #[inline(always)]
    fn keep(self) {}
    #[inline(always)]
    fn put_back(self, (): &()) {}
}

impl<T: super::Snapshot<Kept: Clone> + ?Sized> Again for &mut T {
    type Kept = T::Kept;
    #[inline]
    fn keep(self) -> T::Kept {
        self.snapshot()
    }
    #[inline]
    fn put_back(self, kept: &T::Kept) {
        self.write_back(kept.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_taken_apart_and_put_together() {
        let nested = Lanes::<3>.each_of(([1, 2, 3], (["a", "b", "c"], [(); 3])), |lane, (a, (b, ()))| (lane, (a, b)));
        let (lanes, rest) = unzip(nested);
        assert_eq!((lanes, unzip(rest)), ([0, 1, 2], ([1, 2, 3], ["a", "b", "c"])));
    }

    #[test]
    fn passes_begin_alike() {
        let mut state = vec![1.0, 2.0];
        let kept = Again::keep(&mut state[..]);
        let (value, dots) = Lanes::<3>.passes(|lane| {
            if lane > 0 {
                Again::put_back(&mut state[..], &kept);
            }
            state[0] += 1.0;
            (state[0], lane)
        });
        assert_eq!((value, dots, state), (2.0, [0, 1, 2], vec![2.0, 2.0]));
        Again::keep(&1.0);
    }
}
