//! A program that fails, to the few lines that fail: all single cuts are judged at once, and those that still fail are made
//! together, or as many of them as still do.
use crate::{
    ast::{Block, Hole, Node, Program, Ty},
    judge::{Judge, Verdict},
};

/// What takes the place of the node with this number, in the order of the text: nothing, or other nodes.
#[derive(Clone)]
struct Cut {
    at: usize,
    put: Vec<Node>,
}

/// The smallest program found that fails in the way of `kind`.
pub fn shrink(judge: &Judge, program: &Program, kind: &str) -> Program {
    // what does not compile need not run
    let verdicts_on = |programs: &[Program]| match kind.split(':').next() {
        Some("refused" | "rustc") => judge.compile(programs),
        _ => judge.judge(programs),
    };
    let mut best = program.clone();
    while let Some(smaller) = smaller(&best, kind, &verdicts_on) {
        best = smaller;
    }
    best
}

/// Cuts of this many are judged at once: what takes out most comes first, so that the first programs to be built are soon small.
const AT_ONCE: usize = 48;

/// A smaller program that fails in the same way.
fn smaller(best: &Program, kind: &str, verdicts_on: &dyn Fn(&[Program]) -> Vec<Verdict>) -> Option<Program> {
    let fails = |v: &Verdict| v.kind() == kind;
    let mut cuts = cuts(best);
    cuts.sort_by_cached_key(|c| cut(best, std::slice::from_ref(c)).size());
    for some in cuts.chunks(AT_ONCE) {
        let singles: Vec<Program> = some.iter().map(|c| cut(best, std::slice::from_ref(c))).collect();
        let verdicts = verdicts_on(&singles);
        let good: Vec<Cut> = some.iter().zip(&verdicts).filter(|(_, v)| fails(v)).map(|(c, _)| c.clone()).collect();
        if good.is_empty() {
            continue;
        }
        let together: Vec<Program> = groups(&good).into_iter().map(|g| cut(best, g)).collect();
        let verdicts = verdicts_on(&together);
        let failing = together.into_iter().zip(&verdicts).filter(|(_, v)| fails(v)).map(|(p, _)| p);
        let smallest = failing.min_by_key(Program::size).filter(|p| p.size() < best.size());
        if smallest.is_some() {
            return smallest;
        }
    }
    None
}

/// All, halves, quarters, .. of the list, and the first alone.
fn groups(good: &[Cut]) -> Vec<&[Cut]> {
    let mut groups = vec![good, &good[..1]];
    let mut width = good.len().div_ceil(2);
    while width > 1 && groups.len() < 15 {
        groups.extend(good.chunks(width));
        width = width.div_ceil(2);
    }
    groups
}

/// Every single cut of a program.
fn cuts(program: &Program) -> Vec<Cut> {
    let mut found = Vec::new();
    let mut counter = 0;
    for f in &program.functions {
        cuts_of_block(&f.body, &mut counter, &mut found);
    }
    found
}

fn cuts_of_block(block: &Block, counter: &mut usize, found: &mut Vec<Cut>) {
    for n in &block.statements {
        let at = *counter;
        found.push(Cut { at, put: vec![] });
        for hole in &n.holes {
            if let Hole::Block(b) = hole
                && !b.statements.is_empty()
                && b.value.is_none()
            {
                found.push(Cut { at, put: b.statements.clone() });
            }
        }
        cuts_of_node(n, counter, found);
    }
    if let Some(n) = &block.value {
        cuts_of_node(n, counter, found);
    }
}

fn cuts_of_node(n: &Node, counter: &mut usize, found: &mut Vec<Cut>) {
    let at = *counter;
    *counter += 1;
    if n.ty != Ty::Unit && n.size() > 1 {
        let mut inner = Vec::new();
        same_type(n, &n.ty, &mut inner);
        found.extend(inner.into_iter().take(4).map(|n| Cut { at, put: vec![n] }));
    }
    if n.ty != Ty::Unit
        && let Some(simplest) = n.ty.simplest()
        && simplest.size() < n.size()
    {
        found.push(Cut { at, put: vec![simplest] });
    }
    for hole in &n.holes {
        match hole {
            Hole::Node(n) => cuts_of_node(n, counter, found),
            Hole::Block(b) => cuts_of_block(b, counter, found),
        }
    }
}

/// The nodes inside which may stand in for the whole.
fn same_type(n: &Node, ty: &Ty, found: &mut Vec<Node>) {
    for hole in &n.holes {
        let nodes: Vec<&Node> = match hole {
            Hole::Node(n) => vec![n],
            Hole::Block(b) => b.value.as_deref().into_iter().collect(),
        };
        for n in nodes {
            if n.ty == *ty {
                found.push(n.clone());
            } else {
                same_type(n, ty, found);
            }
        }
    }
}

/// The program with cuts made; one inside of another is not.
fn cut(program: &Program, cuts: &[Cut]) -> Program {
    let mut counter = 0;
    let mut cutter = |b: &Block| cut_block(b, cuts, &mut counter);
    let functions =
        program.functions.iter().map(|f| crate::ast::Function { body: cutter(&f.body), ..f.clone() }).collect();
    Program { functions, ..program.clone() }
}

fn cut_block(block: &Block, cuts: &[Cut], counter: &mut usize) -> Block {
    let statements = block.statements.iter().flat_map(|n| cut_node(n, cuts, counter)).collect();
    let value = block.value.as_ref().and_then(|n| cut_node(n, cuts, counter).pop()).map(Box::new);
    Block { statements, value }
}

fn cut_node(n: &Node, cuts: &[Cut], counter: &mut usize) -> Vec<Node> {
    let at = *counter;
    *counter += 1;
    let cut_here = cuts.iter().find(|c| c.at == at);
    let holes = n.holes.iter().map(|hole| match hole {
        Hole::Node(n) => Hole::Node(cut_node(n, cuts, counter).pop().unwrap_or_else(|| n.clone())),
        Hole::Block(b) => Hole::Block(cut_block(b, cuts, counter)),
    });
    let holes = holes.collect();
    match cut_here {
        Some(cut) => cut.put.clone(),
        None => vec![Node { holes, ..n.clone() }],
    }
}
