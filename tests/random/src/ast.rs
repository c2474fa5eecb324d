//! Programs as trees of text: a node is a piece of Rust with holes, and knows its type. That is all that printing and
//! shrinking have to know, so that a construct is one line where it is generated and nothing anywhere else.

/// A type of the generated language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    Unit,
    Real,
    Int,
    Bool,
    Array(Box<Ty>, usize),
    Vec(Box<Ty>),
    Deque(Box<Ty>),
    /// Of any length, behind a reference.
    Slice(Box<Ty>),
    Tuple(Vec<Ty>),
    Option(Box<Ty>),
    /// One of the types in `types.rs`.
    Named(&'static str),
    DVector,
    SVector(usize),
    DMatrix,
    SMatrix(usize),
}

/// State of the user's, a constant.
pub(crate) const COUNTER: Ty = Ty::Named("Counter");

impl Ty {
    pub(crate) fn array(of: Ty, len: usize) -> Ty {
        Ty::Array(Box::new(of), len)
    }
    pub(crate) fn vec(of: Ty) -> Ty {
        Ty::Vec(Box::new(of))
    }
    pub(crate) fn slice(of: Ty) -> Ty {
        Ty::Slice(Box::new(of))
    }
    pub(crate) fn option(of: Ty) -> Ty {
        Ty::Option(Box::new(of))
    }

    /// The type in Rust, with `§` for the scalar.
    pub(crate) fn text(&self) -> String {
        match self {
            Ty::Unit => "()".into(),
            Ty::Real => "§".into(),
            Ty::Int => "usize".into(),
            Ty::Bool => "bool".into(),
            Ty::Array(of, len) => format!("[{}; {len}]", of.text()),
            Ty::Vec(of) => format!("Vec<{}>", of.text()),
            Ty::Deque(of) => format!("VecDeque<{}>", of.text()),
            Ty::Slice(of) => format!("[{}]", of.text()),
            Ty::Tuple(of) => format!("({})", of.iter().map(|t| t.text() + ", ").collect::<String>()),
            Ty::Option(of) => format!("Option<{}>", of.text()),
            Ty::Named(name) => (*name).into(),
            Ty::DVector => "DVector<§>".into(),
            Ty::SVector(n) => format!("SVector<§, {n}>"),
            Ty::DMatrix => "DMatrix<§>".into(),
            Ty::SMatrix(n) => format!("SMatrix<§, {n}, {n}>"),
        }
    }

    /// The plainest value, for shrinking.
    pub(crate) fn simplest(&self) -> Option<Node> {
        let same = |text: &str| Some(Node::new(self.clone(), text, vec![]));
        let of = |text: &str, of: &Ty| Some(Node::new(self.clone(), text, vec![Hole::from(of.simplest()?)]));
        match self {
            Ty::Real => Some(Node::number(0.5)),
            Ty::Int => same("1"),
            Ty::Bool => same("true"),
            Ty::Array(t, n) if **t != Ty::Real => of(&format!("std::array::from_fn::<_, {n}, _>(|_| @)"), t),
            Ty::Array(t, n) => of(&format!("[@; {n}]"), t),
            Ty::Vec(t) => of("vec![@; 3]", t),
            Ty::Option(t) => of("Some(@)", t),
            Ty::DVector => of("DVector::from_element(3, @)", &Ty::Real),
            Ty::SVector(n) => of(&format!("SVector::<§, {n}>::repeat(@)"), &Ty::Real),
            Ty::Tuple(of) => {
                let text = format!("({})", "@, ".repeat(of.len()));
                Some(Node::new(self.clone(), text, of.iter().filter_map(Ty::simplest).map(Hole::from).collect()))
            }
            _ => None,
        }
    }

    /// What the elements are, of anything that is indexed by one number.
    pub(crate) fn element(&self) -> Option<&Ty> {
        match self {
            Ty::Array(of, _) | Ty::Vec(of) | Ty::Deque(of) | Ty::Slice(of) => Some(of),
            Ty::DVector | Ty::SVector(_) => Some(&Ty::Real),
            _ => None,
        }
    }

    /// Sequences that coerce to slices.
    pub(crate) fn sliceable(&self) -> bool {
        matches!(self, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_))
    }
}

/// An expression, or a statement when its type is `()`.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) ty: Ty,
    pub(crate) text: Text,
    pub(crate) holes: Vec<Hole>,
}

/// Rust with `@` for each hole and `§` for the scalar type; or with `¹` and `²` for two holes in another order.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Number(f64),
    Same(String),
    /// Where dual numbers need other words.
    Split {
        plain: String,
        dual: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Hole {
    Node(Node),
    Block(Block),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) statements: Vec<Node>,
    pub(crate) value: Option<Box<Node>>,
}

impl Node {
    pub(crate) fn new(ty: Ty, text: impl Into<String>, holes: Vec<Hole>) -> Node {
        Node { ty, text: Text::Same(text.into()), holes }
    }
    pub(crate) fn number(x: f64) -> Node {
        Node { ty: Ty::Real, text: Text::Number(x), holes: vec![] }
    }
    pub(crate) fn size(&self) -> usize {
        1 + self.holes.iter().map(Hole::size).sum::<usize>()
    }
}

impl Hole {
    fn size(&self) -> usize {
        match self {
            Hole::Node(n) => n.size(),
            Hole::Block(b) => b.size(),
        }
    }
}

impl Block {
    pub(crate) fn size(&self) -> usize {
        self.statements.iter().chain(self.value.as_deref()).map(Node::size).sum()
    }
}

impl From<Node> for Hole {
    fn from(n: Node) -> Hole {
        Hole::Node(n)
    }
}

impl From<Block> for Hole {
    fn from(b: Block) -> Hole {
        Hole::Block(b)
    }
}

/// `node!(type, "text with @ holes", hole, hole)`
macro_rules! node {
    ($ty:expr, $text:expr $(, $hole:expr)* $(,)?) => {
        $crate::ast::Node::new($ty, $text, vec![$($crate::ast::Hole::from($hole)),*])
    };
}
/// A statement.
macro_rules! statement {
    ($text:expr $(, $hole:expr)* $(,)?) => { node!($crate::ast::Ty::Unit, $text $(, $hole)*) };
}
pub(crate) use {node, statement};

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pass {
    Value,
    Shared,
    Mutable,
}

#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) pass: Pass,
    pub(crate) ty: Ty,
    /// What it is called with, and the least length of it.
    pub(crate) example: String,
    pub(crate) len: usize,
}

impl Param {
    pub(crate) fn constant(&self) -> bool {
        matches!(self.ty, Ty::Int | Ty::Bool) || self.ty == COUNTER || self.ty.element() == Some(&Ty::Int)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) result: Ty,
    pub(crate) body: Block,
}

/// A function and those that it calls, before it.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is generated from.
    pub seed: u64,
    pub(crate) functions: Vec<Function>,
}

impl Program {
    /// How many nodes it has.
    pub fn size(&self) -> usize {
        self.functions.iter().map(|f| f.body.size()).sum()
    }
}
