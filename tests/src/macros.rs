//! From a call as one writes it to a [`Case`](crate::Case).

/// Checks a differentiable function with a result of any type; see the crate's documentation.
#[macro_export]
macro_rules! check {
    ($($f:ident)::+ ($($args:tt)*) $(by $oracle:expr)?) => { $crate::__sort!([any $($f)::+ $(by $oracle)?] [$($args)*] [] [] [] $($args)* ,) };
}

/// Checks a differentiable function with a scalar result: `grad`, `value_and_grad` and `grad_into` as well.
#[macro_export]
macro_rules! check_scalar {
    ($($f:ident)::+ ($($args:tt)*) $(by $oracle:expr)?) => { $crate::__sort!([scalar $($f)::+ $(by $oracle)?] [$($args)*] [] [] [] $($args)* ,) };
}

/// Checks a differentiable function without a result.
#[macro_export]
macro_rules! check_unit {
    ($($f:ident)::+ ($($args:tt)*) $(by $oracle:expr)?) => { $crate::__sort!([unit $($f)::+ $(by $oracle)?] [$($args)*] [] [] [] $($args)* ,) };
}

/// Sorts the arguments: all, the differentiable ones, the `&mut` ones. Each becomes `(kind p d e)`: `p` names the argument, `d`
/// its tangent or bar, `e` is the expression. Every expansion makes fresh names, by hygiene.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __sort {
    ($f:tt $src:tt [$($all:tt)*] $diff:tt $muts:tt const &mut $e:expr, $($rest:tt)*) => {
        $crate::__sort!($f $src [$($all)* (lent p d $e)] $diff $muts $($rest)*)
    };
    ($f:tt $src:tt [$($all:tt)*] $diff:tt $muts:tt const $e:expr, $($rest:tt)*) => {
        $crate::__sort!($f $src [$($all)* (constant p d $e)] $diff $muts $($rest)*)
    };
    ($f:tt $src:tt [$($all:tt)*] [$($diff:tt)*] [$($muts:tt)*] &mut $e:expr, $($rest:tt)*) => {
        $crate::__sort!($f $src [$($all)* (mutable p d $e)] [$($diff)* (mutable p d $e)] [$($muts)* (mutable p d $e)] $($rest)*)
    };
    ($f:tt $src:tt [$($all:tt)*] [$($diff:tt)*] $muts:tt &$e:expr, $($rest:tt)*) => {
        $crate::__sort!($f $src [$($all)* (shared p d $e)] [$($diff)* (shared p d $e)] $muts $($rest)*)
    };
    ($f:tt $src:tt [$($all:tt)*] [$($diff:tt)*] $muts:tt $e:expr, $($rest:tt)*) => {
        $crate::__sort!($f $src [$($all)* (owned p d $e)] [$($diff)* (owned p d $e)] $muts $($rest)*)
    };
    ($f:tt $src:tt $all:tt $diff:tt $muts:tt $(,)?) => { $crate::__case!($f $src $all $diff $muts) };
}

/// The [`Case`](crate::Case) of the sorted arguments.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __case {
    (
        [$result:ident $($f:ident)::+ $(by $oracle:expr)?] [$($src:tt)*]
        [$(($ak:ident $ap:ident $ad:ident $ae:expr))*] [$(($dk:ident $dp:ident $dd:ident $de:expr))*] [$(($mk:ident $mp:ident $md:ident $me:expr))*]
    ) => {{
        $(let $ap = $crate::__argument!(place $ak $ae);)*
        let call = |at: &[Vec<f64>]| {
            let mut at = at.iter();
            $($crate::__argument!(fresh $ak $ap);)*
            $($crate::__argument!(bind $dk $dp $dp at);)*
            let mut outcome = $crate::Outcome::new(&$($f)::+($($crate::__argument!(pass $ak $ap)),*));
            $(outcome.value.extend($crate::coordinates_of(&$mp));)*
            outcome.arguments = vec![$($crate::bits_of(&$dp)),*];
            $($crate::__argument!(left $ak $ap outcome);)*
            outcome
        };
        let jvp = |at: &[Vec<f64>], directions: &[Vec<f64>]| {
            let (mut at, mut directions) = (at.iter(), directions.iter());
            $($crate::__argument!(fresh $ak $ap);)*
            $($crate::__argument!(bind $dk $dp $dp at);)*
            $($crate::__argument!(tangent $dk $dp $dd directions);)*
            let result = $($f)::+::jvp($($crate::__argument!(pass $ak $ap),)* $($crate::__argument!(pass $dk $dd)),*);
            let (y, y_dot) = $crate::__result!(jvp $result result);
            let mut outcome = $crate::Outcome::new(&y);
            $(outcome.value.extend($crate::coordinates_of(&$mp));)*
            outcome.arguments = vec![$($crate::bits_of(&$dp)),*];
            $($crate::__argument!(left $ak $ap outcome);)*
            outcome.derivative = $crate::coordinates_of(&y_dot);
            $(outcome.derivative.extend($crate::coordinates_of(&$md));)*
            outcome
        };
        let jvps = |at: &[Vec<f64>], directions: &[Vec<Vec<f64>>]| {
            let mut at = at.iter();
            $($crate::__argument!(fresh $ak $ap);)*
            $($crate::__argument!(bind $dk $dp $dp at);)*
            let mut parameter = 0..;
            $($crate::__argument!(tangents $dk $dp $dd directions parameter);)*
            let result = $($f)::+::jvps($($crate::__argument!(pass $ak $ap),)* $($crate::__argument!(each $dk $dd)),*);
            let (y, y_dots) = $crate::__result!(jvps $result result);
            let mut outcome = $crate::Outcome::new(&y);
            $(outcome.value.extend($crate::coordinates_of(&$mp));)*
            outcome.arguments = vec![$($crate::bits_of(&$dp)),*];
            $($crate::__argument!(left $ak $ap outcome);)*
            for (lane, y_dot) in y_dots.iter().enumerate() {
                outcome.derivative.extend($crate::coordinates_of(y_dot));
                $(outcome.derivative.extend($crate::coordinates_of(&$md[lane]));)*
            }
            outcome
        };
        $crate::Case {
            name: concat!(stringify!($($f)::+), "(", stringify!($($src)*), ")"),
            arguments: vec![$($crate::coordinates_of(&$dp)),*],
            mutable: vec![$($crate::__argument!(is_mutable $dk)),*],
            epsilon: 0.0_f64$(.max($crate::epsilon_of(&$dp)))*,
            call: &call,
            jvp: &jvp,
            jvps: &jvps,
            vjp: &$crate::__entry!(vjp $result ($($f)::+) [$($ak $ap)*] [$($dk $dp $dd)*] [$($mk $md)*] [$($dk $dp)*]),
            // every bar is passed as `&mut`
            vjp_into: &$crate::__entry!(vjp_into $result ($($f)::+) [$($ak $ap)*] [$(mutable $dp $dd)*] [$(mutable $dd)*] [$($dk $dp)*]),
            gradients: $crate::__gradients!($result ($($f)::+) [$($ak $ap)*] [$($dk $dp $dd)*] [$($mk $md)*]),
            oracle: $crate::__oracle!($($oracle)?),
        }
        .run();
    }};
}

/// One entry point of reverse mode as a function of coordinates.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __entry {
    (
        $entry:ident $result:ident ($($f:ident)::+)
        [$($ak:ident $ap:ident)*] [$($bk:ident $bp:ident $bd:ident)*] [$($mk:ident $md:ident)*] [$($dk:ident $dp:ident)*]
    ) => {
        |at: &[Vec<f64>], seed: &[f64], bars: &mut [Vec<f64>]| {
            let _ = seed; // not every entry point takes one
            let mut at = at.iter();
            $($crate::__argument!(fresh $ak $ap);)*
            $($crate::__argument!(bind $dk $dp $dp at);)*
            let mut entry = bars.iter();
            $($crate::__argument!(bar $bk $bp $bd entry);)*
            let result = $crate::__seeded!($entry $result seed ($($f)::+) [$($crate::__argument!(pass $ak $ap)),*] [$(&mut $md),*] [$($ak $ap)*]);
            let (y, gradients) = $crate::__result!($entry $result result);
            let mut outcome = $crate::Outcome::new(&y);
            outcome.value.clear();
            outcome.arguments = vec![$($crate::bits_of(&$dp)),*];
            $($crate::__argument!(left $ak $ap outcome);)*
            outcome.derivative = $crate::coordinates_of(&gradients);
            $crate::write_back(bars, [$($crate::__argument!(exit $bk $bd)),*]);
            outcome
        }
    };
}

/// The entry points which scalar results have besides.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __gradients {
    (scalar $f:tt $all:tt [$($dk:ident $dp:ident $dd:ident)*] $muts:tt) => {
        Some([
            &$crate::__entry!(grad scalar $f $all [$($dk $dp $dd)*] $muts [$($dk $dp)*]),
            &$crate::__entry!(value_and_grad scalar $f $all [$($dk $dp $dd)*] $muts [$($dk $dp)*]),
            &$crate::__entry!(grad_into scalar $f $all [$(mutable $dp $dd)*] [$(mutable $dd)*] [$($dk $dp)*]),
        ])
    };
    ($result:ident $($rest:tt)*) => { None };
}

/// The call of an entry point: arguments, seed where there is one, bars.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __seeded {
    (vjp unit $seed:ident ($($f:ident)::+) [$($a:expr),*] [$($b:expr),*] $all:tt) => { $($f)::+::vjp($($a,)* $($b),*) };
    (vjp_into unit $seed:ident ($($f:ident)::+) [$($a:expr),*] [$($b:expr),*] $all:tt) => { $($f)::+::vjp_into($($a,)* $($b),*) };
    (vjp $result:ident $seed:ident ($($f:ident)::+) [$($a:expr),*] [$($b:expr),*] $all:tt) => {
{
        let seed = $crate::__seed!($seed ($($f)::+) $all);
        $($f)::+::vjp($($a,)* seed, $($b),*)
    }};
    (vjp_into $result:ident $seed:ident ($($f:ident)::+) [$($a:expr),*] [$($b:expr),*] $all:tt) => {
{
        let seed = $crate::__seed!($seed ($($f)::+) $all);
        $($f)::+::vjp_into($($a,)* seed, $($b),*)
    }};
    ($entry:ident scalar $seed:ident ($($f:ident)::+) [$($a:expr),*] [$($b:expr),*] $all:tt) => { $($f)::+::$entry($($a,)* $($b),*) };
}

/// An independent source of derivatives, where the check names one.
#[doc(hidden)]
#[macro_export]
macro_rules! __oracle {
    () => {
        None
    };
    ($oracle:expr) => {
        Some(&$oracle)
    };
}

/// A seed like the value, which takes a call on copies of the arguments.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __seed {
    ($seed:ident ($($f:ident)::+) [$($ak:ident $ap:ident)*]) => {{
        $($crate::__argument!(copy $ak $ap);)*
        $crate::Coordinates::tangent(&$($f)::+($($crate::__argument!(pass $ak $ap)),*), &mut $seed.iter().copied())
    }};
}

/// What an entry point returns, as value and derivative.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __result {
    (jvp unit $r:expr) => {{ let () = $r; ((), ()) }};
    (jvps unit $r:expr) => {{ let () = $r; ((), [(); $crate::LANES]) }};
    (vjp unit $r:expr) => { ((), $r) };
    (vjp_into unit $r:expr) => {{ let () = $r; ((), ()) }};
    (vjp_into $result:ident $r:expr) => { ($r, ()) };
    (grad scalar $r:expr) => { ((), $r) };
    (grad_into scalar $r:expr) => {{ let _ = $r; ((), ()) }};
    ($entry:ident $result:ident $r:expr) => { $r };
}

/// What is done with one argument, by its kind.
#[doc(hidden)]
#[macro_export]
#[rustfmt::skip]
macro_rules! __argument {
    (place constant $e:expr) => { $e };
    (place owned $e:expr) => { $e };
    (place $kind:ident $e:expr) => { ::std::borrow::ToOwned::to_owned(&$e) };
    // the argument with other coordinates
    (bind mutable $p:ident $like:ident $at:ident) => { let mut $p = $crate::read(&$like, $at.next()); };
    (bind $kind:ident $p:ident $like:ident $at:ident) => { let $p = $crate::read(&$like, $at.next()); };
    // a constant that is changed: as it was at first, and what is left of it
    (fresh lent $p:ident) => { let mut $p = ::std::clone::Clone::clone(&$p); };
    (fresh $kind:ident $p:ident) => {};
    (left lent $p:ident $outcome:ident) => { $outcome.arguments.push($crate::bits_of(&$p)); };
    (left $kind:ident $p:ident $outcome:ident) => {};
    (copy lent $p:ident) => { let mut $p = ::std::clone::Clone::clone(&$p); };
    (copy constant $p:ident) => {};
    (copy mutable $p:ident) => { let mut $p = ::std::clone::Clone::clone(&$p); };
    (copy $kind:ident $p:ident) => {};
    // its tangent
    (tangent mutable $p:ident $d:ident $at:ident) => { let mut $d = $crate::tangent(&$p, $at.next()); };
    (tangent $kind:ident $p:ident $d:ident $at:ident) => { let $d = $crate::tangent(&$p, $at.next()); };
    // its tangents in several directions
    (tangents mutable $p:ident $d:ident $at:ident $k:ident) => { let mut $d = $crate::tangents(&$p, $at, $k.next()); };
    (tangents $kind:ident $p:ident $d:ident $at:ident $k:ident) => { let $d = $crate::tangents(&$p, $at, $k.next()); };
    (each mutable $d:ident) => {{ let mut parts = $d.iter_mut(); [parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap()] }};
    (each shared $d:ident) => { [&$d[0], &$d[1], &$d[2]] };
    (each $kind:ident $d:ident) => { ::std::clone::Clone::clone(&$d) };
    // its bar, if it is passed
    (bar mutable $p:ident $d:ident $at:ident) => { let mut $d = $crate::tangent(&$p, $at.next()); };
    (bar $kind:ident $p:ident $d:ident $at:ident) => { $at.next(); };
    (exit mutable $d:ident) => { Some($crate::coordinates_of(&$d)) };
    (exit $kind:ident $d:ident) => { None };
    (pass mutable $p:ident) => { &mut $p };
    (pass lent $p:ident) => { &mut $p };
    (pass shared $p:ident) => { &$p };
    // by a variable, so that an array behind a constant reference still coerces to a slice
    (pass $kind:ident $p:ident) => {{ let copy = ::std::clone::Clone::clone(&$p); copy }};
    (is_mutable mutable) => { true };
    (is_mutable $kind:ident) => { false };
}

/// `coordinates!` of a struct with named fields: `record!(Spring, SpringTangent { stiffness, cubic } const { name })`.
#[macro_export]
macro_rules! record {
    ($t:ty, $tangent:ident $(<$($args:ty),*>)? { $($f:ident),* $(,)? } $(const { $($c:ident),* })?) => {
        $crate::coordinates!($t => $tangent $(<$($args),*>)? { Self { $($f),* $(; $($c),*)? } });
    };
}

/// [`Coordinates`](crate::Coordinates) of a type that derives `Differentiable`: its variants (a struct is one, called `Self`) with
/// their fields, constants last.
///
/// ```text
/// coordinates!(Point => PointTangent { Self { x, y } });
/// coordinates!([T: Coordinates<Tangent = T>] Shape<T> => ShapeTangent<T> { Self::Circle { 0 }, Self::Label { ; name } });
/// ```
#[macro_export]
macro_rules! coordinates {
    ($([$($generics:tt)*])? $t:ty => $tangent:ident $(<$($args:ty),*>)? { $($body:tt)* }) => {
        $crate::coordinates!(@variants [$($($generics)*)?] [$t] [$tangent] [$tangent $(<$($args),*>)?] [] $($body)*);
    };
    (@variants $g:tt $t:tt [$name:ident] $full:tt [$($done:tt)*] Self::$v:ident { $($f:tt)* } $(, $($rest:tt)*)?) => {
        $crate::coordinates!(@variants $g $t [$name] $full [$($done)* ([Self::$v] [$name::$v] $($f)*)] $($($rest)*)?);
    };
    (@variants $g:tt $t:tt [$name:ident] $full:tt [$($done:tt)*] Self { $($f:tt)* } $(,)?) => {
        $crate::coordinates!(@variants $g $t [$name] $full [$($done)* ([Self] [$name] $($f)*)]);
    };
    (@variants [$($g:tt)*] [$t:ty] $name:tt [$full:ty] [$(([$($path:tt)*] [$($dot:tt)*] $($f:tt $(: $ft:ty)?),* $(; $($c:tt),*)?))*]) => {
        #[allow(unused_variables, irrefutable_let_patterns, clippy::init_numbered_fields, reason = "variants without fields; structs; tuples by number")]
        impl<$($g)*> $crate::Coordinates for $t {
            type Tangent = $full;
            const EPSILON: f64 = f64::EPSILON;
            fn write(&self, out: &mut Vec<f64>) {
                match self { $($($path)* { .. } => { $crate::coordinates!(@fields self [$($path)*] write out [$($f)*]); })* }
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                match self { $($($path)* { .. } => { $crate::coordinates!(@fields self [$($path)*] write_bits out [$($f)*]); })* }
            }
            fn read(&self, from: &mut dyn Iterator<Item = f64>) -> Self {
                match self { $($($path)* { .. } => $crate::coordinates!(@make self [$($path)*] [$($path)*] read from [$($f)*] [$($($c)*)?] clone),)* }
            }
            fn tangent(&self, from: &mut dyn Iterator<Item = f64>) -> $full {
                match self { $($($path)* { .. } => $crate::coordinates!(@make self [$($path)*] [$($dot)*] tangent from [$($f)*] [$($($c)*)?] unit),)* }
            }
        }
        $crate::coordinates!(@dot [$($g)*] [$full] [$(([$($dot)*] $($f),*))*]);
    };
    (@dot [$($g:tt)*] [$full:ty] [$(([$($path:tt)*] $($f:tt),*))*]) => {
        #[allow(unused_variables, irrefutable_let_patterns, reason = "variants without fields; structs")]
        impl<$($g)*> $crate::Coordinates for $full {
            type Tangent = Self;
            const EPSILON: f64 = f64::EPSILON;
            fn write(&self, out: &mut Vec<f64>) {
                match self { $($($path)* { .. } => { $crate::coordinates!(@fields self [$($path)*] write out [$($f)*]); })* }
            }
            fn write_bits(&self, out: &mut Vec<u64>) {
                match self { $($($path)* { .. } => { $crate::coordinates!(@fields self [$($path)*] write_bits out [$($f)*]); })* }
            }
            fn read(&self, _: &mut dyn Iterator<Item = f64>) -> Self {
                self.clone()
            }
            fn tangent(&self, _: &mut dyn Iterator<Item = f64>) -> Self {
                self.clone()
            }
        }
    };
    (@fields $s:ident $path:tt $method:ident $out:ident [$($f:tt)*]) => {
        $($crate::coordinates!(@write $s $path $method $out $f);)*
    };
    (@write $s:ident [$($path:tt)*] $method:ident $out:ident $f:tt) => {
        if let $($path)* { $f: field, .. } = $s {
            $crate::Coordinates::$method(field, $out);
        }
    };
    (@make $s:ident $path:tt [$($to:tt)*] $method:ident $from:ident [$($f:tt)*] [$($c:tt)*] $constant:ident) => {
        $($to)* {
            $($f: $crate::coordinates!(@read $s $path $method $from $f),)*
            $($c: $crate::coordinates!(@$constant $s $path $c),)*
        }
    };
    (@read $s:ident [$($path:tt)*] $method:ident $from:ident $f:tt) => {{
        let $($path)* { $f: field, .. } = $s else { unreachable!() };
        $crate::Coordinates::$method(field, $from)
    }};
    (@clone $s:ident [$($path:tt)*] $c:tt) => {{ let $($path)* { $c: field, .. } = $s else { unreachable!() }; field.clone() }};
    (@unit $s:ident [$($path:tt)*] $c:tt) => { () };
}
