//! Where a differentiable function may stand, and how its companion is found.
use autodiff_core::differentiable;
use autodiff_tests::check_scalar;

#[differentiable]
fn private(x: f64) -> f64 {
    x * x
}

#[allow(unreachable_pub, reason = "visibilities of every kind are the point")]
mod library {
    use autodiff_core::differentiable;

    #[differentiable]
    pub fn public(x: f64) -> f64 {
        hidden(x) + 1.0
    }

    #[differentiable]
    fn hidden(x: f64) -> f64 {
        x * x * x
    }

    #[differentiable]
    pub(crate) fn restricted(x: f64) -> f64 {
        hidden(x) * 2.0
    }

    pub mod inner {
        use autodiff_core::differentiable;

        #[differentiable]
        pub(in crate::items) fn deep(x: f64) -> f64 {
            super::hidden(x) * super::restricted(x)
        }
    }

    pub use inner as reexported;

    /// A module that has its own idea of what the prelude is called.
    #[allow(dead_code, reason = "what is shadowed is not used")]
    pub mod shadowed {
        pub struct Option;
        pub struct Vec;
        pub trait Clone {}
        impl Clone for Option {}
        impl Clone for Vec {}

        #[autodiff_core::differentiable]
        pub fn in_a_hostile_scope(x: f64, n: usize) -> f64 {
            let mut s = x;
            for _ in 0..n {
                s = s * x.sin();
            }
            s
        }
    }
}

use library::public as renamed;
use library::reexported;

#[differentiable]
fn uses_all(x: f64) -> f64 {
    private(x) + library::public(x) + renamed(x) + library::restricted(x) * reexported::deep(x)
}

#[test]
fn in_modules() {
    check_scalar!(private(0.7));
    check_scalar!(library::public(0.7));
    check_scalar!(library::restricted(0.7));
    check_scalar!(library::inner::deep(0.7));
    check_scalar!(reexported::deep(0.7));
    check_scalar!(renamed(0.7));
    check_scalar!(uses_all(0.7));
    check_scalar!(library::shadowed::in_a_hostile_scope(0.7, const 3));
    assert_eq!(renamed::grad(2.0), 12.0);
    {
        use library::public as again;
        assert_eq!(again::vjp(2.0, 1.0), (9.0, 12.0));
    }
}

#[test]
fn glob_import() {
    use library::*;
    assert_eq!(public(1.0) + public::grad(1.0), 5.0);
}

#[test]
fn inside_a_function() {
    #[differentiable]
    fn local(x: f64) -> f64 {
        x.exp() * private(x)
    }
    #[differentiable]
    fn uses_local(x: f64) -> f64 {
        local(x) + local(2.0 * x)
    }
    check_scalar!(local(0.7));
    check_scalar!(uses_local(0.7));
    {
        #[differentiable]
        fn local(x: f64) -> f64 {
            x * 3.0
        }
        assert_eq!(local::grad(0.7), 3.0);
    }
}

#[test]
fn same_name_in_two_functions() {
    fn a() -> f64 {
        #[differentiable]
        fn f(x: f64) -> f64 {
            x * 2.0
        }
        f::grad(1.0)
    }
    fn b() -> f64 {
        #[differentiable]
        fn f(x: f64) -> f64 {
            x * 5.0
        }
        f::grad(1.0)
    }
    assert_eq!(a() + b(), 7.0);
}

macro_rules! make {
    ($name:ident, $t:ty, $k:expr) => {
        #[differentiable]
        fn $name(x: $t) -> $t {
            let y = x * $k;
            y * y
        }
    };
}
make!(made, f64, 3.0);
make!(made_single, f32, 1.0 + 1.0);

#[test]
fn by_a_macro() {
    check_scalar!(made(0.7));
    check_scalar!(made_single(0.7));
}

/// Companions are ordinary functions: they can be passed on.
#[test]
fn as_values() {
    fn minimise(f: impl Fn(f64) -> (f64, f64), mut x: f64) -> f64 {
        for _ in 0..100 {
            x -= 0.3 * f(x).1;
        }
        x
    }
    #[differentiable]
    fn bowl(x: f64) -> f64 {
        (x - 2.0) * (x - 2.0)
    }
    assert!((minimise(bowl::value_and_grad, 0.0) - 2.0).abs() < 1e-12);
    let table: [fn(f64) -> f64; 2] = [bowl::grad, private::grad];
    assert_eq!(table.map(|g| g(1.0)), [-2.0, 2.0]);
}
