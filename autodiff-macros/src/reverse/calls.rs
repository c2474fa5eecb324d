//! The reverse step of a call.
use super::{Transform, bars::State, declared_inside, lent, step::by_value, unread::tells_unread};
use crate::{
    analysis::{Link, is_mut, is_reference, lent_constants},
    emit,
    ir::*,
};

/// What a reverse step hands to a pullback, as it is gathered argument by argument.
struct Handed<'a> {
    s: &'a Stmt,
    callee: &'a Callee,
    /// The callee is run again as a whole, and so handed everything.
    rerun: bool,
    /// Arguments once more.
    again: Vec<Arg>,
    /// The adjoint of each argument.
    bars: Vec<Arg>,
    /// Arguments with plain adjoints, and the cells that stand for these during the call.
    after: Vec<(Operand, Var)>,
    /// What the callee may overwrite.
    borrowed: Vec<Var>,
}

impl Transform<'_> {
    /// `pullback(references again.., out_bar, adjoints of all arguments)`
    pub(super) fn call(&mut self, s: &Stmt, var: Var, callee: &Callee, args: &[Arg], rerun: bool) {
        if let Some(shares) = self.shares.remove(&s.id) {
            return self.contribute_cells(shares);
        }
        // what is lent is put back, also where nobody asks for the result
        let writes = args.iter().filter_map(Arg::operand).any(|a| is_mut(self.func, a))
            || !lent_constants(self.func, s).is_empty();
        let out_bar = match self.at_definition(var) {
            Some(bar) => by_value(&bar),
            None if !writes => return,
            None => self.zero_seed(var),
        };
        let (pullback, args, first) = match (callee, args) {
            (Callee::Parameter, [Arg::Operand(Operand::Place(function, _)), rest @ ..]) => {
                self.ensure_bar(function.base);
                (Some(self.bars[&function.base]), rest, 1)
            }
            _ => (self.pullbacks.get(&s.id).copied(), args, 0),
        };
        if !s.lambdas().is_empty() {
            self.prepare(s);
            s.lambdas().into_iter().flat_map(|l| &l.native).for_each(|n| self.ensure_native(n));
        }
        let Handed { again, bars, after, .. } = self.handed(s, callee, args, rerun, first);
        let args = again.into_iter().chain([Arg::Operand(out_bar)]).chain(bars).collect();
        match pullback {
            Some(pullback) => self.push(Kind::Pullback { pullback, callee: callee.clone(), args }),
            None => self.push(Kind::Pull { callee: callee.clone(), args }),
        }
        for (v, before) in self.lent.remove(&s.id).unwrap_or_default() {
            self.ensure(v);
            let (place, done) = (super::sweep::whole(self.func, &Place::var(v)), self.fresh("_done"));
            self.runtime(done, "write_back", vec![Operand::Place(place, Pass::Mut), Operand::var(before)]);
        }
        self.contribute_cells(after);
    }

    fn contribute_cells(&mut self, shares: Vec<(Operand, Var)>) {
        for (arg, cells) in shares {
            self.contribute(&arg, Op::Runtime { name: "from_bar".into(), args: vec![Operand::var(cells)] });
        }
    }

    /// All that goes with the arguments of a call, of which the first is that at `first`.
    fn handed<'s>(&mut self, s: &'s Stmt, callee: &'s Callee, args: &[Arg], rerun: bool, first: usize) -> Handed<'s> {
        let borrowed = args.iter().filter_map(Arg::operand).filter(|a| is_mut(self.func, a));
        let borrowed = borrowed.filter_map(|a| a.place().map(|p| p.base)).collect();
        let mut handed = Handed { s, callee, rerun, again: vec![], bars: vec![], after: vec![], borrowed };
        for (k, arg) in args.iter().enumerate() {
            self.hand(arg, k + first, &mut handed);
        }
        handed
    }

    /// `let c = f::at_once(args, c_bar, adjoints of all arguments)`: the value of a call whose result's adjoint is known.
    pub(super) fn call_at_once(&mut self, s: &Stmt, var: Var, callee: &Callee, args: &[Arg], way: &[Link]) {
        let Callee::Path(path) = callee else { unreachable!("a free function") };
        // the reverse sweep makes anew what is made on the way
        let (states, scopes) = (self.states.clone(), self.scopes.clone());
        self.running = true;
        let seed = self.seed_of_call(var, way);
        let Handed { bars, after, .. } = self.handed(s, callee, args, false, 0);
        self.running = false;
        (self.states, self.scopes) = (states, scopes);
        let told = emit::tells_generics(args);
        let args = self.shared_args(args).into_iter().chain([Arg::Operand(Operand::var(seed))]).chain(bars).collect();
        let callee = Callee::Path(emit::derivative_path(path, "at_once", told));
        self.push(Kind::Let { var, ty: None, op: Op::Call { callee, args, rerun: false } });
        after.iter().for_each(|(_, cells)| self.keep(*cells));
        self.shares.insert(s.id, after);
    }

    /// A zero adjoint of a result that nobody reads.
    fn zero_seed(&mut self, var: Var) -> Operand {
        let zero = self.fresh(&format!("{}_bar", self.info(var).name.clone()));
        let (name, args) = match self.shape_vars.get(&var).copied() {
            Some(shape) => ("zero", vec![Operand::by_ref(shape)]),
            None if self.info(var).scalar => ("zero_scalar", vec![]),
            None => ("zero", vec![Operand::by_ref(var)]),
        };
        self.runtime(zero, name, args);
        Operand::var(zero)
    }

    /// The argument at `k`, and its adjoint.
    fn hand(&mut self, arg: &Arg, k: usize, handed: &mut Handed) {
        match arg {
            Arg::Closure(lambda) => {
                handed.again.push(lent(arg.clone()));
                handed.bars.push(Arg::Closure(Box::new(self.function_bar(handed.s, lambda))));
            }
            Arg::Function(path) => {
                handed.again.push(lent(arg.clone()));
                handed.bars.push(lent(Arg::Function(emit::derivative_path(path, "pull", true))));
            }
            Arg::Operand(o @ Operand::Place(p, pass)) => {
                p.natives().cloned().collect::<Vec<_>>().iter().for_each(|n| self.ensure_native(n));
                self.hand_again(o, p, *pass, k, handed);
                self.hand_bar(o, p, *pass, handed);
            }
            Arg::Operand(Operand::Native(n)) => {
                let receiver = k == 0 && matches!(handed.callee, Callee::Method(..));
                let nothing = self.func.asks_nothing(handed.s, k);
                self.hand_constant(n, receiver, nothing, handed);
            }
        }
    }

    /// An active argument once more, if it is a reference, or if the callee is run again.
    fn hand_again(&mut self, o: &Operand, p: &Place, pass: Pass, k: usize, handed: &mut Handed) {
        let info = self.info(p.base);
        let borrows = info.borrows && !info.writable;
        let by_reference = pass != Pass::Value || (info.reference || borrows) && p.proj.is_empty();
        let mutable = is_mut(self.func, o);
        if !handed.rerun && !by_reference {
            return;
        }
        self.ensure_operand(o);
        let again = if handed.rerun && mutable {
            // in which state the function leaves it nobody knows
            let before = self.befores[&(handed.s.id, k)];
            let (place, done) = (super::sweep::whole(self.func, p), self.fresh("_done"));
            let copy = Operand::Place(Place::var(before), Pass::Copy);
            self.runtime(done, "write_back", vec![Operand::Place(place, Pass::Mut), copy]);
            Operand::Place(Place::var(before), Pass::Mut)
        } else if !by_reference {
            Operand::Place(p.clone(), if self.scalar_place(p) { Pass::Value } else { Pass::Copy })
        } else if mutable && pass == Pass::Value {
            reborrow(p)
        } else if borrows && pass == Pass::Value {
            Operand::Place(p.clone(), Pass::Copy)
        } else {
            o.clone()
        };
        handed.again.push(Arg::Operand(again));
    }

    /// The adjoint of an active argument: its cells, or cells for the time of the call.
    fn hand_bar(&mut self, o: &Operand, p: &Place, pass: Pass, handed: &mut Handed) {
        let mutable = is_mut(self.func, o);
        // cells of a view are not those of a matrix
        let view = self.info(p.base).view && pass != Pass::Mut && p.proj.is_empty();
        // a call that is reversed at once adds to nothing but parameters, whose adjoints are there already
        let later = self.running && pass == Pass::Value && !self.info(p.base).reference && !self.info(p.base).borrows;
        let own = self.facts.diff.contains(&p.base) && self.is_cells(p.base) && !view && !later;
        // `s.push(s.len)`: the callee may overwrite what it was handed a copy of, so that the copy has an adjoint of its own
        let copy = pass == Pass::Value && !mutable && handed.borrowed.contains(&p.base);
        if own && !copy {
            self.ensure_bar(p.base);
            let mut target = self.bar_of(p);
            if self.info(p.base).reference && p.proj.is_empty() {
                // cells behind one reference: those of an array pass for a slice's
                target.proj.push(Proj::Deref);
            }
            let parameter = matches!(handed.callee, Callee::Parameter);
            let lends = !parameter && mutable && self.may_lend(p.base);
            return handed.bars.push(Arg::Operand(Operand::Place(target, if lends { Pass::Mut } else { Pass::Ref })));
        }
        let cells = self.fresh(&format!("{}_cells", self.info(p.base).name.clone()));
        if self.info(p.base).scalar && p.proj.is_empty() {
            self.runtime(cells, "zero_scalar_bar", vec![]);
        } else {
            let source = self.shaped(o, &syn::parse_quote!(()));
            self.runtime(cells, "zero_bar", vec![source]);
        }
        handed.bars.push(Arg::Operand(Operand::by_ref(cells)));
        handed.after.push((o.clone(), cells));
    }

    /// A constant, and an adjoint that nobody reads, or asks for (`nothing`).
    fn hand_constant(&mut self, n: &Native, receiver: bool, nothing: bool, handed: &mut Handed) {
        self.ensure_native(n);
        let reference = receiver || is_reference(self.func, n);
        if reference || handed.rerun {
            handed.again.push(Arg::Operand(again_native(self.func, n)));
        }
        let cells = self.fresh("constant_bar");
        if nothing {
            self.push(Kind::Let { var: cells, ty: None, op: Op::Native(unit()) });
        } else if self.func.single && emit::is_open_literal(&n.expr) {
            self.runtime(cells, "zero_scalar_bar", vec![]);
        } else {
            // an argument by value has cells of its shape, which are added to unseen
            let name = if reference && tells_unread(handed.callee) { "unread_bar" } else { "constant_bar" };
            self.runtime(cells, name, vec![Operand::Native(n.clone())]);
        }
        handed.bars.push(Arg::Operand(Operand::by_ref(cells)));
    }

    /// Whether a place's adjoint can be handed on as `&mut`.
    fn may_lend(&self, v: Var) -> bool {
        self.facts.exclusive.contains(&v) || !self.info(v).reference && !self.info(v).view
    }

    /// The adjoint of a closure that is handed on: it runs the closure again and adds to the adjoints of what it captures.
    ///
    /// ```text
    /// |t| t * a    =>    |t, out_bar, t_bar| { let t1 = t * a; add_to(t_bar, pull_0(&a, &out_bar)); add_to(&a_bar, pull_1(&t, &out_bar)); }
    /// ```
    fn function_bar(&mut self, s: &Stmt, lambda: &Lambda) -> Lambda {
        let out_bar = self.fresh("out_bar");
        let bars: Vec<Var> =
            lambda.params.iter().map(|p| self.fresh(&format!("{}_bar", self.info(*p).name.clone()))).collect();
        let body = self.inner(declared_inside(s), |r| {
            for (p, bar) in lambda.params.iter().zip(&bars) {
                r.bars.insert(*p, *bar);
                r.states.insert(*p, State::Live);
            }
            r.run_again(&lambda.body);
            r.contribute(&lambda.result, Op::Use(Operand::var(out_bar)));
            r.steps(&lambda.body);
        });
        let params = lambda.params.iter().copied().chain([out_bar]).chain(bars).collect();
        Lambda { params, body, result: Operand::Native(unit()), native: None }
    }
}

fn unit() -> Native {
    Native { expr: syn::parse_quote!(()), reads: vec![], pure: true }
}

/// A constant reference handed on a second time: a mutable one is borrowed again.
fn again_native(func: &Func, n: &Native) -> Operand {
    let writable = matches!(&n.expr, syn::Expr::Path(_)) && n.reads.iter().any(|v| func.info(*v).writable);
    let e = &n.expr;
    let expr = if writable { syn::parse_quote!(&mut *#e) } else { e.clone() };
    Operand::Native(Native { expr, ..n.clone() })
}

fn reborrow(p: &Place) -> Operand {
    let mut p = p.clone();
    p.proj.push(Proj::Deref);
    Operand::Place(p, Pass::Mut)
}
