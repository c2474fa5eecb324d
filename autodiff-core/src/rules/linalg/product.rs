//! Products of two matrices which are not `*`.
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix};

use super::{MatrixShape, MatrixValue, kernels};
use crate::Real;
use crate::rules::{Lanes, plus};

/// `y = <a, b>`
pub mod dot {
    use super::*;

    /// `b d`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        b: &impl MatrixValue<T, R, C>,
        d: &T,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        kernels::scaled(b.matrix(), *d)
    }
    /// `a d`
    #[inline]
    pub fn pull_1<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        _: &impl MatrixShape<T, R, C>,
        d: &T,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        kernels::scaled(a.matrix(), *d)
    }
    /// `<a', b>`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C: Dim>(
        _: &impl MatrixShape<T, R, C>,
        b: &impl MatrixValue<T, R, C>,
        a_dot: &impl MatrixValue<T, R, C>,
    ) -> T {
        a_dot.matrix().dot(b.matrix())
    }
    /// `<a, b'>`
    #[inline]
    pub fn push_1<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        _: &impl MatrixShape<T, R, C>,
        b_dot: &impl MatrixValue<T, R, C>,
    ) -> T {
        a.matrix().dot(b_dot.matrix())
    }

    /// Along several directions.
    pub mod each {
        use super::*;
        /// `<a', b>`
        #[inline]
        pub fn push_0<T: Real, R: Dim, C: Dim, const W: usize>(
            a: &impl MatrixShape<T, R, C>,
            b: &impl MatrixValue<T, R, C>,
            a_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [T; W] {
            Lanes.each(|lane| super::push_0(a, b, &a_dot[lane]))
        }
        /// `<a, b'>`
        #[inline]
        pub fn push_1<T: Real, R: Dim, C: Dim, const W: usize>(
            a: &impl MatrixValue<T, R, C>,
            b: &impl MatrixShape<T, R, C>,
            b_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [T; W] {
            Lanes.each(|lane| super::push_1(a, b, &b_dot[lane]))
        }
        /// `<a', b> + <a, b'>`
        #[inline]
        pub fn both<T: Real, R: Dim, C: Dim, const W: usize>(
            a: &(impl MatrixValue<T, R, C> + MatrixShape<T, R, C>),
            b: &(impl MatrixValue<T, R, C> + MatrixShape<T, R, C>),
            a_dot: &[impl MatrixValue<T, R, C>; W],
            b_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [T; W] {
            Lanes.each(|lane| plus(super::push_0(a, b, &a_dot[lane]), super::push_1(a, b, &b_dot[lane])))
        }
    }
}

/// `y = aᵀ b` (Giles 2.2.2, with `aᵀ` for `a`)
pub mod tr_mul {
    use super::*;

    /// `b dᵀ`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C1: Dim, C2: Dim>(
        b: &impl MatrixValue<T, R, C2>,
        d: &OMatrix<T, C1, C2>,
    ) -> OMatrix<T, R, C1>
    where
        DefaultAllocator: Allocator<C1, C2> + Allocator<R, C1>,
    {
        kernels::mul_owned_tr(b.matrix(), d)
    }
    /// `a d`
    #[inline]
    pub fn pull_1<T: Real, R: Dim, C1: Dim, C2: Dim>(
        a: &impl MatrixValue<T, R, C1>,
        d: &OMatrix<T, C1, C2>,
    ) -> OMatrix<T, R, C2>
    where
        DefaultAllocator: Allocator<C1, C2> + Allocator<R, C2>,
    {
        kernels::mul(a.matrix(), d)
    }
    /// `a'ᵀ b`
    #[inline]
    pub fn push_0<T: Real, R: Dim, C1: Dim, C2: Dim>(
        b: &impl MatrixValue<T, R, C2>,
        a_dot: &impl MatrixValue<T, R, C1>,
    ) -> OMatrix<T, C1, C2>
    where
        DefaultAllocator: Allocator<C1, C2>,
    {
        a_dot.matrix().tr_mul(b.matrix())
    }
    /// `aᵀ b'`
    #[inline]
    pub fn push_1<T: Real, R: Dim, C1: Dim, C2: Dim>(
        a: &impl MatrixValue<T, R, C1>,
        b_dot: &impl MatrixValue<T, R, C2>,
    ) -> OMatrix<T, C1, C2>
    where
        DefaultAllocator: Allocator<C1, C2>,
    {
        a.matrix().tr_mul(b_dot.matrix())
    }
}

/// `y = a × b`, of two columns or two rows: `<d, a' × b> = <b × d, a'>` and `<d, a × b'> = <d × a, b'>`.
pub mod cross {
    use super::*;

    /// `b × d`
    #[inline]
    pub fn pull_0<T: Real, R: Dim, C: Dim>(
        b: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        b.matrix().cross(d.matrix())
    }
    /// `d × a`
    #[inline]
    pub fn pull_1<T: Real, R: Dim, C: Dim>(
        a: &impl MatrixValue<T, R, C>,
        d: &impl MatrixValue<T, R, C>,
    ) -> OMatrix<T, R, C>
    where
        DefaultAllocator: Allocator<R, C>,
    {
        d.matrix().cross(a.matrix())
    }
    /// `a × b'`
    pub use pull_0 as push_1;
    /// `a' × b`
    pub use pull_1 as push_0;

    /// Along several directions.
    pub mod each {
        use super::*;
        /// `a' × b`
        #[inline]
        pub fn push_0<T: Real, R: Dim, C: Dim, const W: usize>(
            b: &impl MatrixValue<T, R, C>,
            a_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [OMatrix<T, R, C>; W]
        where
            DefaultAllocator: Allocator<R, C>,
        {
            Lanes.each(|lane| super::push_0(b, &a_dot[lane]))
        }
        /// `a × b'`
        #[inline]
        pub fn push_1<T: Real, R: Dim, C: Dim, const W: usize>(
            a: &impl MatrixValue<T, R, C>,
            b_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [OMatrix<T, R, C>; W]
        where
            DefaultAllocator: Allocator<R, C>,
        {
            Lanes.each(|lane| super::push_1(a, &b_dot[lane]))
        }
        /// `a' × b + a × b'`
        #[inline]
        pub fn both<T: Real, R: Dim, C: Dim, const W: usize>(
            b: &impl MatrixValue<T, R, C>,
            a_dot: &[impl MatrixValue<T, R, C>; W],
            a: &impl MatrixValue<T, R, C>,
            b_dot: &[impl MatrixValue<T, R, C>; W],
        ) -> [OMatrix<T, R, C>; W]
        where
            DefaultAllocator: Allocator<R, C>,
        {
            Lanes.each(|lane| plus(super::push_0(b, &a_dot[lane]), super::push_1(a, &b_dot[lane])))
        }
    }
}
