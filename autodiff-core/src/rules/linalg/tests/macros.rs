//! How a row is tested: its operands are read as the table of the macro crate says, in brackets.

/// `rows! { kind!(rule ..); .. }`: makes the tests, and the list of the rules which have one.
macro_rules! rows {
    ($($kind:ident!($rule:ident $($rest:tt)*);)*) => {
        pub(super) const TESTED: &[&str] = &[$(stringify!($rule)),*];
        $($kind!($rule $($rest)*);)*
    };
}

/// `unary!(rule [reads] |a| y; operands)`: owned, and as views with strides.
macro_rules! unary {
    ($rule:ident $reads:tt |$a:ident| $y:expr; $($x:expr),*) => {
        #[test]
        fn $rule() {
            $(
                let x = random(&$x, 1);
                check(
                    stringify!($rule),
                    &x,
                    |$a| $y,
                    |_a, _y, d| call!($rule pull_0 $reads _a _a _y, d),
                    |_a, _y, t| call!($rule push_0 $reads _a _a _y, t),
                );
                check(
                    concat!(stringify!($rule), " of a view"),
                    &x,
                    |a| { views!(f a $a); $y },
                    |a, _y, d| { views!(f a _a); call!($rule pull_0 $reads _a _a _y, d) },
                    |a, _y, t| { views!(f a _a, g t t); call!($rule push_0 $reads _a _a _y, t) },
                );
            )*
        }
    };
}

/// `binary!(rule [reads of operand 0] [reads of operand 1] |a, b| y; pairs)`: owned, and as views with strides.
macro_rules! binary {
    ($rule:ident $reads_0:tt $reads_1:tt |$a:ident, $b:ident| $y:expr; $($pair:expr),*) => {
        #[test]
        fn $rule() {
            $(
                let (a, b) = (random(&$pair.0, 1), random(&$pair.1, 2));
                owned!($rule $reads_0 $reads_1 |$a, $b| $y; a, b);
                check(
                    concat!(stringify!($rule), " of views, operand 0"),
                    &a,
                    |a| { views!(f a $a, g b $b); $y },
                    |a, _y, d| { views!(f a _a, g b _b); call!($rule pull_0 $reads_0 _a _b _y, d) },
                    |a, _y, t| { views!(f a _a, g b _b, h t t); call!($rule push_0 $reads_0 _a _b _y, t) },
                );
                check(
                    concat!(stringify!($rule), " of views, operand 1"),
                    &b,
                    |b| { views!(f a $a, g b $b); $y },
                    |b, _y, d| { views!(f a _a, g b _b); call!($rule pull_1 $reads_1 _a _b _y, d) },
                    |b, _y, t| { views!(f a _a, g b _b, h t t); call!($rule push_1 $reads_1 _a _b _y, t) },
                );
            )*
        }
    };
}

/// `binary!` for operands that cannot be views, because one of them is a scalar.
macro_rules! scaled {
    ($rule:ident $reads_0:tt $reads_1:tt |$a:ident, $b:ident| $y:expr; $($pair:expr),*) => {
        #[test]
        fn $rule() {
            $(
                let (a, b) = (random(&$pair.0, 1), random(&$pair.1, 2));
                owned!($rule $reads_0 $reads_1 |$a, $b| $y; a, b);
            )*
        }
    };
}

macro_rules! owned {
    ($rule:ident $reads_0:tt $reads_1:tt |$a:ident, $b:ident| $y:expr; $x_0:ident, $x_1:ident) => {
        check(
            concat!(stringify!($rule), ", operand 0"),
            &$x_0,
            |$a| { let $b = &$x_1; $y },
            |_a, _y, d| call!($rule pull_0 $reads_0 _a (&$x_1) _y, d),
            |_a, _y, t| call!($rule push_0 $reads_0 _a (&$x_1) _y, t),
        );
        check(
            concat!(stringify!($rule), ", operand 1"),
            &$x_1,
            |$b| { let $a = &$x_0; $y },
            |_b, _y, d| call!($rule pull_1 $reads_1 (&$x_0) _b _y, d),
            |_b, _y, t| call!($rule push_1 $reads_1 (&$x_0) _b _y, t),
        );
    };
}

/// `views!(frame matrix view, ..)`: of each matrix a view into a larger one.
macro_rules! views {
    ($($frame:ident $m:ident $view:ident),*) => {
        $(
            let $frame = frame(&$m);
            let $view = &$frame.generic_view_with_steps((1, 1), $m.shape_generic(), (0, 1));
        )*
    };
}

/// Calls a rule with what it reads, and an adjoint or a tangent.
macro_rules! call {
    ($rule:ident $f:ident [$($read:ident)*] $a:tt $b:tt $y:tt, $d:expr) => {
        rules::$rule::$f($(read!($read $a $b $y),)* $d)
    };
}

/// What the table of rules calls the operands: `a b y`, or `A B` for their kept shapes.
macro_rules! read {
    (a $a:tt $b:tt $y:tt) => {
        $a
    };
    (b $a:tt $b:tt $y:tt) => {
        $b
    };
    (y $a:tt $b:tt $y:tt) => {
        $y
    };
    (A $a:tt $b:tt $y:tt) => {
        &rules::shape($a)
    };
    (B $a:tt $b:tt $y:tt) => {
        &rules::shape($b)
    };
}
