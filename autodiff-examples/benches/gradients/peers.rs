//! The same gradients by other crates for stable Rust, each used as its documentation says.
use crate::kernels::Kernel;
use num_dual::{Derivative, DualSVec64};
use std::cell::RefCell;

/// Directions that forward mode takes at once: a register or two.
const LANES: usize = 8;

/// Forward mode is left out where the function has more inputs: its time is so many times an eighth of the primal's.
const MOST_INPUTS: usize = 1100;

/// Their number types.
mod numbers {
    number!(num_dual::DualSVec64<{ super::LANES }>, Self::from_re, |x: &Self| x.re, num_dual::DualNum, by_reference);
    number!(echidna::Reverse<f64>, Self::constant, echidna::Scalar::value, num_traits::Float, by_value);
    number!(echidna::BReverse<f64>, Self::constant, echidna::Scalar::value, num_traits::Float, by_value);
    #[cfg(feature = "ad_trait")]
    number!(
        ad_trait::reverse_ad::adr::adr,
        ad_trait::AD::constant,
        ad_trait::AD::to_constant,
        ad_trait::nalgebra::ComplexField,
        by_value
    );
    #[cfg(feature = "ad_trait")]
    number!(
        ad_trait::forward_ad::adfn::adfn<{ super::LANES }>,
        ad_trait::AD::constant,
        ad_trait::AD::to_constant,
        ad_trait::nalgebra::ComplexField,
        by_value
    );
}

/// A gradient that is ready to run.
pub(crate) type Gradient<'a> = Box<dyn FnMut(&mut [f64]) + 'a>;

/// A crate in one of its modes: a gradient, or why there is none.
pub(crate) struct Peer<'a> {
    pub(crate) name: &'static str,
    pub(crate) gradient: Result<Gradient<'a>, String>,
}

/// All peers for a kernel.
pub(crate) fn all<K: Kernel>(kernel: &K) -> Vec<Peer<'_>> {
    let all = [
        Peer { name: "num-dual", gradient: forward(kernel, Box::new(|x_bar| num_dual(kernel, x_bar))) },
        Peer { name: "echidna tape", gradient: Ok(Box::new(|x_bar| echidna_tape(kernel, x_bar))) },
        Peer { name: "echidna bytecode", gradient: Ok(echidna_bytecode(kernel)) },
    ];
    #[cfg(feature = "ad_trait")]
    let all = all.into_iter().chain(ad_trait_modes::all(kernel));
    all.into_iter().collect()
}

fn forward<'a, K: Kernel>(kernel: &K, gradient: Gradient<'a>) -> Result<Gradient<'a>, String> {
    let inputs = kernel.x().len();
    let passes = inputs.div_ceil(LANES);
    if inputs > MOST_INPUTS { Err(format!("{passes} passes")) } else { Ok(gradient) }
}

/// Dual numbers with eight directions.
fn num_dual<K: Kernel>(kernel: &K, x_bar: &mut [f64]) {
    let mut x: Vec<_> = kernel.x().iter().map(|&x| DualSVec64::<LANES>::from_re(x)).collect();
    for start in (0..x.len()).step_by(LANES) {
        let chunk = start..x.len().min(start + LANES);
        for i in chunk.clone() {
            x[i].eps = Derivative::derivative_generic(nalgebra::Const, nalgebra::Const, i - start);
        }
        let eps = kernel.generic(&x).eps.unwrap_generic(nalgebra::Const, nalgebra::Const);
        for i in chunk {
            x_bar[i] = eps[i - start];
            x[i].eps = Derivative::none();
        }
    }
}

/// A tape that is written anew each time.
fn echidna_tape<K: Kernel>(kernel: &K, x_bar: &mut [f64]) {
    x_bar.copy_from_slice(&echidna::grad(|x| kernel.generic(x), kernel.x()));
}

/// A tape that is written once, and then run for each gradient: right as long as no branch depends on the numbers.
fn echidna_bytecode<K: Kernel>(kernel: &K) -> Gradient<'_> {
    let recorded = RefCell::new(None);
    let mut buffer = Vec::new();
    Box::new(move |x_bar| {
        let mut recorded = recorded.borrow_mut();
        let tape = recorded.get_or_insert_with(|| echidna::record(|x| kernel.generic(x), kernel.x()).0);
        x_bar.copy_from_slice(&tape.gradient_with_buf(kernel.x(), &mut buffer));
    })
}

#[cfg(feature = "ad_trait")]
mod ad_trait_modes {
    use super::{Gradient, LANES, Peer, forward};
    use crate::kernels::{Kernel, number::Number};
    use ad_trait::{
        AD,
        differentiable_function::{DerivativeMethodTrait, DifferentiableFunctionTrait, ForwardADMulti, ReverseAD},
        forward_ad::adfn::adfn,
    };

    struct Function<'a, K>(&'a K);

    impl<T: AD + Number, K: Kernel> DifferentiableFunctionTrait<T> for Function<'_, K> {
        const NAME: &'static str = "kernel";

        fn call(&self, inputs: &[T], _freeze: bool) -> Vec<T> {
            vec![self.0.generic(inputs)]
        }

        fn num_inputs(&self) -> usize {
            self.0.x().len()
        }

        fn num_outputs(&self) -> usize {
            1
        }
    }

    pub(super) fn all<K: Kernel>(kernel: &K) -> [Peer<'_>; 2] {
        let multi = ForwardADMulti::<adfn<LANES>>::new();
        [
            Peer { name: "ad_trait forward", gradient: forward(kernel, gradient(kernel, multi)) },
            Peer { name: "ad_trait reverse", gradient: Ok(gradient(kernel, ReverseAD::new())) },
        ]
    }

    fn gradient<M: DerivativeMethodTrait<T: Number> + 'static, K: Kernel>(kernel: &K, method: M) -> Gradient<'_> {
        Box::new(move |x_bar| {
            let (_, derivative) = method.derivative(kernel.x(), &Function(kernel));
            x_bar.copy_from_slice(derivative.as_slice());
        })
    }
}
