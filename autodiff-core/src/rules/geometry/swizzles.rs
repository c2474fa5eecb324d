//! Vectors and points made of some components of another: `v.xy()`, `p.zyx()`.
use super::*;
use crate::rules::MatrixValue;
use nalgebra::{ArrayStorage, Point};

/// What components are taken of: a vector, and vectors come out, or a point, and points come out.
#[allow(missing_docs)]
pub trait Swizzles<T: Real, const D: usize>: Differentiable {
    /// What so many components are.
    type Picked<const N: usize>: Differentiable<Gradient = SVector<T, N>>;
    /// All components.
    fn components(&self) -> SVector<T, D>;
    /// What these components are.
    fn of_components<const N: usize>(components: SVector<T, N>) -> Self::Picked<N>;
}

impl<T: Real, S: Storage<T, Const<D>>, const D: usize> Swizzles<T, D> for Column<T, D, S> {
    type Picked<const N: usize> = SVector<T, N>;
    #[inline(always)]
    fn components(&self) -> SVector<T, D> {
        self.clone_owned()
    }
    #[inline(always)]
    fn of_components<const N: usize>(components: SVector<T, N>) -> SVector<T, N> {
        components
    }
}

impl<T: Real, const D: usize> Swizzles<T, D> for Point<T, D> {
    type Picked<const N: usize> = Point<T, N>;
    #[inline(always)]
    fn components(&self) -> SVector<T, D> {
        self.coords
    }
    #[inline(always)]
    fn of_components<const N: usize>(components: SVector<T, N>) -> Point<T, N> {
        Point::from(components)
    }
}

#[inline]
fn picked<T: Real, const D: usize, const N: usize>(v: &SVector<T, D>, which: [usize; N]) -> SVector<T, N> {
    SVector::from_data(ArrayStorage([which.map(|k| v[k])]))
}

macro_rules! swizzles {
    ($($forward:ident $push:ident $receiver:ident $n:literal $which:expr;)*) => {
        /// The methods that take components.
        #[allow(missing_docs)]
        pub trait SwizzleMethods<T: Real, const D: usize>: Swizzles<T, D> {$(
            #[inline(always)]
            fn $receiver(&self) -> &Self {
                self
            }
            #[inline]
            fn $forward<M: Mode>(
                &self,
                _: M,
            ) -> (Self::Picked<$n>, impl FnOnce(&Self, SVector<T, $n>, &SVector<Cell<T>, D>) + use<Self, T, M, D>) {
                let pullback = |_: &Self, d: SVector<T, $n>, v_bar: &SVector<Cell<T>, D>| {
                    let which: [usize; $n] = $which;
                    which.iter().zip(d.iter()).for_each(|(k, d)| add_to(&v_bar[*k], *d));
                };
                (Self::of_components(picked(&self.components(), $which)), pullback)
            }
            #[inline]
            fn $push(&self, dot: impl MatrixValue<T, Const<D>, U1>) -> (Self::Picked<$n>, SVector<T, $n>) {
                let dot = dot.matrix().clone_owned();
                (Self::of_components(picked(&self.components(), $which)), picked(&dot, $which))
            }
        )*}
    };
}
swizzles! {
    xx_forward xx_push xx_receiver 2 [0, 0];
    xy_forward xy_push xy_receiver 2 [0, 1];
    xz_forward xz_push xz_receiver 2 [0, 2];
    yx_forward yx_push yx_receiver 2 [1, 0];
    yy_forward yy_push yy_receiver 2 [1, 1];
    yz_forward yz_push yz_receiver 2 [1, 2];
    zx_forward zx_push zx_receiver 2 [2, 0];
    zy_forward zy_push zy_receiver 2 [2, 1];
    zz_forward zz_push zz_receiver 2 [2, 2];
    xxx_forward xxx_push xxx_receiver 3 [0, 0, 0];
    xxy_forward xxy_push xxy_receiver 3 [0, 0, 1];
    xxz_forward xxz_push xxz_receiver 3 [0, 0, 2];
    xyx_forward xyx_push xyx_receiver 3 [0, 1, 0];
    xyy_forward xyy_push xyy_receiver 3 [0, 1, 1];
    xyz_forward xyz_push xyz_receiver 3 [0, 1, 2];
    xzx_forward xzx_push xzx_receiver 3 [0, 2, 0];
    xzy_forward xzy_push xzy_receiver 3 [0, 2, 1];
    xzz_forward xzz_push xzz_receiver 3 [0, 2, 2];
    yxx_forward yxx_push yxx_receiver 3 [1, 0, 0];
    yxy_forward yxy_push yxy_receiver 3 [1, 0, 1];
    yxz_forward yxz_push yxz_receiver 3 [1, 0, 2];
    yyx_forward yyx_push yyx_receiver 3 [1, 1, 0];
    yyy_forward yyy_push yyy_receiver 3 [1, 1, 1];
    yyz_forward yyz_push yyz_receiver 3 [1, 1, 2];
    yzx_forward yzx_push yzx_receiver 3 [1, 2, 0];
    yzy_forward yzy_push yzy_receiver 3 [1, 2, 1];
    yzz_forward yzz_push yzz_receiver 3 [1, 2, 2];
    zxx_forward zxx_push zxx_receiver 3 [2, 0, 0];
    zxy_forward zxy_push zxy_receiver 3 [2, 0, 1];
    zxz_forward zxz_push zxz_receiver 3 [2, 0, 2];
    zyx_forward zyx_push zyx_receiver 3 [2, 1, 0];
    zyy_forward zyy_push zyy_receiver 3 [2, 1, 1];
    zyz_forward zyz_push zyz_receiver 3 [2, 1, 2];
    zzx_forward zzx_push zzx_receiver 3 [2, 2, 0];
    zzy_forward zzy_push zzy_receiver 3 [2, 2, 1];
    zzz_forward zzz_push zzz_receiver 3 [2, 2, 2];
}

impl<T: Real, const D: usize, V: Swizzles<T, D>> SwizzleMethods<T, D> for V {}
