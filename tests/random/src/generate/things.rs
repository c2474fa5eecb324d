//! What dense programs work on beside numbers and buffers: points, an option, a stack, vectors, matrices and rotations of nalgebra.
use super::{
    Gen, constants,
    moments::{filled, names},
    room::Room,
    steps::Step,
};
use crate::ast::*;

pub(super) struct Thing {
    pub(super) name: &'static str,
    /// With a hole for a constant.
    pub(super) start: &'static str,
    /// A number that depends on all of it.
    pub(super) read: &'static str,
}

pub(super) const ALL: &[Thing] = &[
    Thing {
        name: "ps",
        start: "let mut ps: Vec<Point> = vec![Point { x: z, y: x[0] }, Point { x: x[1], y: @ }, Point::at(z), Point::at(x[3])];",
        read: "ps.iter().map(|p| p.x * p.y + p.x).sum::<§>()",
    },
    Thing {
        name: "vv",
        start: "let mut vv: Vec<Vec<§>> = vec![x.to_vec(), vec![z; 4], x.iter().map(|g| *g * @).collect(), vec![x[1]; 4]];",
        read: "vv.iter().map(|g| (g[0] * g[3] + g[1]).sin()).sum::<§>()",
    },
    Thing { name: "best", start: "let mut best: Option<§> = Some(x[1] * @);", read: "best.unwrap_or(z)" },
    Thing {
        name: "st",
        start: "let mut st: Vec<§> = vec![x[2], z * @];",
        read: "st.iter().fold(z, |c, g| (c * *g).sin() + *g)",
    },
    Thing {
        name: "d",
        start: "let mut d: DVector<§> = DVector::from_vec(vec![z, x[0], x[1] * @, x[3]]);",
        read: "d.dot(&d.map(|g| g.sin()))",
    },
    Thing {
        name: "mm",
        start: "let mut mm: DMatrix<§> = DMatrix::from_fn(4, 4, |i, j| x[(i + j) % 4] * @);",
        read: "mm.map(|g| g.tanh()).sum()",
    },
    Thing { name: "v3", start: "let mut v3: Vector3<§> = Vector3::new(z, x[1], @);", read: "v3.dot(&v3.yzx())" },
    Thing {
        name: "m3",
        start: "let mut m3: Matrix3<§> = Matrix3::from_fn(|i, j| x[i] * x[j + 1] * @);",
        read: "(m3 * m3).trace() + m3.m12",
    },
    Thing {
        name: "q4",
        start: "let mut q4: UnitQuaternion<§> = UnitQuaternion::from_scaled_axis(Vector3::new(z, @, x[1]));",
        read: "(q4 * Vector3::new(z, x[1], x[2])).x",
    },
];

impl Thing {
    pub(super) fn start(&self) -> Node {
        match self.start.contains('@') {
            true => statement!(self.start, Node::number(0.6)),
            false => statement!(self.start),
        }
    }
}

/// A number in it.
pub(super) fn entry(thing: &str, i: &str) -> Option<String> {
    match thing {
        "ps" => Some(format!("ps[{i}].x")),
        "d" => Some(format!("d[{i}]")),
        "v3" => Some(format!("v3[{i} % 3]")),
        "m3" => Some(format!("m3[({i} % 3, 2)]")),
        "mm" => Some(format!("mm[({i}, 1)]")),
        "vv" => Some(format!("vv[{i}][2]")),
        _ => None,
    }
}

/// `A`, `B` and `C` are numbers that are computed before, `I` and `J` places, `S` is a number that may be changed.
const TEXTS: &[(&str, &str)] = &[
    ("ps", "ps[I].x = A;"),
    ("ps", "ps[I].y += A;"),
    ("ps", "ps[I].x *= A.sin();"),
    ("ps", "ps.swap(I, J);"),
    ("ps", "ps[I] = ps[J];"),
    ("ps", "ps[I] = Point { x: A, y: B };"),
    ("ps", "ps[I] = Point { x: A, ..ps[J] };"),
    ("ps", "S += (ps[I].kick(A)).sin();"),
    ("ps", "S += (ps[I].energy(A)).sin();"),
    ("ps", "ps[I] = ps[J].turned(A);"),
    ("ps", "{ let b = ps[I]; ps[J].x = (b.y * A).sin(); S += b.x; }"),
    ("ps", "{ let b = &mut ps[I]; b.x += A; b.y = b.x.sin() * B; }"),
    ("ps", "{ let old = mem::replace(&mut ps[I], Point::at(A)); S += old.y; }"),
    ("ps", "{ let Point { x: g, y: h } = ps[I]; S += (g * h).sin(); ps[J].y = g; }"),
    ("ps", "{ let g = ps[I].x; let h = mem::replace(&mut ps[J].y, g); S += (h * A).sin(); }"),
    ("vv", "vv[I][J] = A;"),
    ("vv", "vv[I] = vec![A, B, A, B];"),
    ("vv", "{ let mut g = mem::take(&mut vv[I]); g[J] = (g[I] * A).sin(); vv[I] = g; }"),
    ("vv", "{ let g = vv.pop().unwrap(); vv.insert(I, g); vv[J][I] += A; }"),
    ("vv", "{ let g = vv.remove(I); S += g.iter().map(|h| *h * A).sum::<§>().sin(); vv.push(g); }"),
    ("vv", "vv = (0..4).map(|j| vv.iter().map(|g| (g[j] * A).sin()).collect()).collect();"),
    ("vv", "vv = vv.iter().rev().map(|g| g.iter().map(|h| (*h * A).sin()).collect::<Vec<§>>()).collect();"),
    ("vv", "for g in vv.iter_mut() { g.push(A); let h = g.remove(0); g[I] += h.sin(); }"),
    ("vv", "for g in &mut vv { for h in g.iter_mut() { *h = (*h * A).sin(); } }"),
    ("vv", "{ let g: Vec<§> = vv.iter().map(|h| h[I]).collect(); vv[J].copy_from_slice(&g); }"),
    ("vv", "{ let g = vv.concat(); S += g.iter().zip(x.iter().cycle()).map(|(g, h)| *g * *h).sum::<§>().sin(); }"),
    ("vv", "vv[I].iter_mut().zip(x).for_each(|(g, h)| *g = (*g * *h + A).sin());"),
    ("vv st", "vv[I] = st.iter().chain(x.iter()).take(4).copied().collect();"),
    ("best", "best = Some(A);"),
    ("best", "best = best.map(|g| (g * A).sin());"),
    ("best", "if let Some(g) = &mut best { *g += A.sin(); }"),
    ("best", "if let Some(g) = best { S += (g * A).sin(); }"),
    (
        "best",
        "match best { Some(g) if g > A => S += g, Some(g) => best = Some((g * B).sin()), None => best = Some(A) }",
    ),
    ("best", "if let Some(g) = best.take() { S += (g * A).sin(); }"),
    ("best", "S += (best.unwrap_or(A)).sin();"),
    ("best", "best = None;"),
    ("st", "st.push(A);"),
    ("st", "if let Some(g) = st.pop() { S += (g * A).sin(); }"),
    ("st", "while let Some(g) = st.pop() { S += (g * A).sin(); }"),
    ("st", "if st.len() > 1 { st[0] = A; st[1] *= B.sin(); }"),
    ("st", "st.truncate(2); st.push(A);"),
    ("st", "st.clear();"),
    ("st", "for g in st.iter_mut() { *g = (*g * A).sin(); }"),
    ("st", "for g in st.iter() { S += (*g * A).sin(); }"),
    ("st", "st = vec![A, B];"),
    ("st", "S += (st.iter().map(|g| *g * A).sum::<§>()).sin();"),
    ("st", "if let Some(g) = st.last_mut() { *g += A.sin(); }"),
    ("d", "d[I] = A;"),
    ("d", "d[I] += A.sin();"),
    ("d", "d = d.map(|g| (g * A).sin());"),
    ("d", "d *= A.sin();"),
    ("d", "S += (d.dot(&d) * A).sin();"),
    ("d", "S += (d.rows(1, 2).sum() * A).sin();"),
    ("d", "{ let old = d.clone(); d[I] = A; S += (old[J] * B).sin(); }"),
    ("d", "for g in d.iter_mut() { *g = (*g + A).sin(); }"),
    ("d", "d = DVector::from_element(4, A);"),
    ("d", "d.fill(A);"),
    ("mm", "mm[(I, J)] = A;"),
    ("mm", "mm[(I, J)] += A.sin();"),
    ("mm", "S += (mm.row(I).sum() * A).sin();"),
    ("mm", "S += (mm.column(I).dot(&mm.column(J)) * A).sin();"),
    ("mm", "mm = mm.transpose() * A.sin();"),
    ("mm", "mm = (&mm * &mm).map(|g| (g * A).sin());"),
    ("mm", "mm.swap_rows(I, J);"),
    ("mm", "S += (mm.trace() * A).sin();"),
    ("mm", "mm.fill(A);"),
    ("d mm", "d = (&mm * &d).map(|g| g.sin());"),
    ("d mm", "mm.set_column(I, &d);"),
    ("d mm", "d = mm.column(I) * A.sin();"),
    ("d mm", "mm += &d * d.transpose() * A.sin();"),
    ("d mm", "S += (d.transpose() * &mm * &d)[0].sin();"),
    ("d", "d.rows_mut(1, 2).fill(A);"),
    ("d", "{ let g = d.rows(0, 2).clone_owned(); d.rows_mut(2, 2).copy_from(&g); }"),
    ("d", "d = &d - &d.map(|g| (g * A).sin());"),
    ("d", "S += d.iter().zip(x.iter()).map(|(g, h)| *g * *h * A).sum::<§>().sin();"),
    ("d", "S += (&d * d.transpose()).trace().sin();"),
    ("d", "d = DVector::from_fn(4, |i, _| x[i] * A);"),
    ("d", "d = DVector::from_iterator(4, x.iter().map(|g| (*g * A).sin()));"),
    ("d", "d += DVector::from_column_slice(x) * A.sin();"),
    ("d", "S += (d.norm_squared() + A * A + B * B).sin();"),
    ("d", "d = d.component_mul(&d).map(|g| g.sin());"),
    ("mm", "mm.column_mut(I).fill(A);"),
    ("mm", "{ let g = mm.columns(1, 2).clone_owned(); S += (g.sum() * A).sin(); }"),
    ("mm", "S += (mm.view((0, 1), (2, 2)).sum() * A).sin();"),
    ("mm", "mm.view_mut((1, 0), (2, 2)).fill(A);"),
    ("mm", "for mut g in mm.column_iter_mut() { g *= A.sin(); }"),
    ("mm", "for g in mm.row_iter() { S += (g.sum() * A).sin(); }"),
    ("mm", "S += mm.column_iter().map(|g| g.sum() * A).sum::<§>().sin();"),
    ("mm", "S += mm.iter().map(|g| *g * A).sum::<§>().sin();"),
    ("mm", "for g in mm.iter_mut() { *g = (*g * A).sin(); }"),
    ("mm", "mm = mm.component_mul(&mm.transpose());"),
    ("mm", "mm = mm.map_with_location(|i, j, g| if i > j { g * A.sin() } else { g });"),
    ("d mm", "mm = DMatrix::from_fn(4, 4, |i, j| (d[i] * x[j]).sin());"),
    ("d mm", "mm.row_mut(I).copy_from(&d.transpose());"),
    ("d mm", "d = mm.row(I).transpose();"),
    ("d mm", "mm.column_mut(I).copy_from(&d);"),
    ("v3", "v3 += Vector3::new(A, B, A);"),
    ("v3", "v3 = v3.cross(&Vector3::new(A, B, A)).map(|g| g.sin());"),
    ("v3", "S += (v3.norm_squared() + A * A).sin();"),
    ("v3", "S += (v3 + Vector3::new(A, B, A)).norm().sin();"),
    ("v3", "v3.x = A;"),
    ("v3", "v3[I % 3] += A.sin();"),
    ("v3", "v3 *= A.sin();"),
    ("v3", "v3 = -v3 * A.sin() + Vector3::x();"),
    ("v3", "{ let g = v3; v3.y = A; S += g.dot(&v3).sin(); }"),
    ("v3", "v3.swap_rows(0, 2);"),
    ("v3", "for g in v3.iter_mut() { *g = (*g + A).sin(); }"),
    ("v3", "v3 = v3.zip_map(&v3.yzx(), |g, h| (g * h + A).sin());"),
    ("v3", "mem::swap(&mut v3.x, &mut S);"),
    ("m3", "m3 *= A.sin();"),
    ("m3", "m3 = (m3 * m3.transpose()).map(|g| g.sin());"),
    ("m3", "m3[(I % 3, J % 3)] = A;"),
    ("m3", "m3.m12 += A.sin();"),
    ("m3", "S += m3.determinant().sin();"),
    ("m3", "S += m3.row(1).dot(&m3.row(2)).sin();"),
    ("m3", "m3 = m3.transpose();"),
    ("m3", "m3.column_mut(1).fill(A);"),
    (
        "m3",
        "if let Some(g) = (m3 * m3.transpose() + Matrix3::identity()).try_inverse() { S += (g.trace() * A).sin(); }",
    ),
    ("v3 m3", "v3 = (m3 * v3).map(|g| g.sin());"),
    ("v3 m3", "m3 = Matrix3::from_diagonal(&v3);"),
    ("v3 m3", "m3.set_row(1, &v3.transpose());"),
    ("v3 m3", "m3.set_column(I % 3, &v3);"),
    ("v3 m3", "v3 += m3.column(I % 3) * A.sin();"),
    ("v3 m3", "m3 += (v3 * v3.transpose()).map(|g| g.sin()) * A.sin();"),
    ("v3 m3", "v3 = m3.row(J % 3).transpose();"),
    ("q4", "q4 = q4 * UnitQuaternion::from_scaled_axis(Vector3::new(A, B, A));"),
    ("q4", "q4 *= UnitQuaternion::from_euler_angles(A, B, A);"),
    ("q4", "q4 = q4.inverse();"),
    ("q4", "S += (q4.i * A + q4.w).sin();"),
    ("q4 v3", "v3 = q4 * v3;"),
    ("q4 v3", "v3 = q4.inverse() * v3 * A.sin();"),
    ("q4 v3", "v3 = q4.transform_vector(&v3);"),
    ("q4 m3", "m3 = q4.to_rotation_matrix().into_inner();"),
    ("q4 m3", "m3 = m3 * q4.to_rotation_matrix();"),
    ("ps v3", "v3 = Vector3::new(ps[I].x, A, ps[J].y);"),
    ("d v3", "v3 = d.fixed_rows::<3>(1).into_owned();"),
    ("d v3", "d.fixed_rows_mut::<3>(0).copy_from(&v3);"),
    ("d v3", "d.rows_mut(1, 3).copy_from(&v3);"),
    ("ps d", "d[I] = ps[J].x; ps[I].y = d[J];"),
    ("st ps", "st.push(ps[I].x); ps[I].x = A;"),
    ("best st", "if let Some(g) = best { st.push(g); }"),
    ("best st", "best = st.pop();"),
];

pub(super) const PLAIN: &[(usize, Step)] = &[(1, |g, r| g.with_things(r))];

pub(super) const NESTED: &[(usize, Step)] = &[
    (2, |g, r| {
        let p = g.fresh("p");
        let mut inside = r.having("ps")?.without("ps").within(&g.fresh("'l"));
        inside.scalars.extend([format!("{p}.x"), format!("{p}.y")]);
        let label = inside.around.last()?.clone();
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: for {p} in ps.iter_mut() @"), body)])
    }),
    (2, |g, r| {
        let (p, i) = (g.fresh("p"), g.fresh("i"));
        let mut inside = r.having("ps")?.without("ps").within(&g.fresh("'l"));
        inside.locals.extend([format!("{p}.x"), format!("{p}.y")]);
        inside.counters.push(i.clone());
        let label = inside.around.last()?.clone();
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: for ({i}, {p}) in ps.iter().enumerate() @"), body)])
    }),
    (1, |g, r| {
        let (p, i) = (g.fresh("p"), g.place_of(r));
        let mut inside = r.having("ps")?.without("ps");
        inside.scalars.extend([format!("{p}.x"), format!("{p}.y")]);
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{{ let {p} = &mut ps[{i}]; @ }}"), body)])
    }),
    (1, |g, r| {
        let b = g.fresh("b");
        let mut inside = r.having("best")?.without("best");
        inside.locals.push(b.clone());
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("if let Some({b}) = best @"), body)])
    }),
    (1, |g, r| {
        let b = g.fresh("b");
        let mut inside = r.having("st")?.within(&g.fresh("'l"));
        inside.things.retain(|thing| *thing != "st");
        inside.locals.push(b.clone());
        let label = inside.around.last()?.clone();
        let body = g.steps_of(&inside, 2);
        Some(vec![statement!(format!("{label}: while let Some({b}) = st.pop() @"), body)])
    }),
    (2, |g, r| Some(vec![statement!("@", g.steps_of(r, 3))])),
];

impl Gen {
    fn with_things(&mut self, room: &Room) -> Option<Vec<Node>> {
        let fits = |(needs, _): &&(&str, &str)| needs.split(' ').all(|n| room.things.contains(&n));
        let texts: Vec<_> = TEXTS.iter().chain(constants::TEXTS).filter(fits).collect();
        let (needs, text) = (!texts.is_empty()).then(|| *self.one(&texts))?;
        // what it borrows is not read beside it
        let apart = needs.split(' ').fold(room.clone(), |apart, thing| apart.without(thing));
        let mut before = String::new();
        let mut holes = Vec::new();
        for (c, value) in [('A', "value"), ('B', "other")] {
            if names(text, c).next().is_some() {
                before += &format!("let {value} = @; ");
                holes.push(Hole::from(self.tame_of(room)));
            }
        }
        let (i, j, number) = (self.place_of(&apart), self.place_of(&apart), self.number_in(room)?);
        let text = filled(text, &[('A', "value"), ('B', "other"), ('S', &number), ('I', &i), ('J', &j)]);
        Some(vec![Node::new(Ty::Unit, format!("{{ {before}{text} }}"), holes)])
    }
}

impl Room {
    pub(super) fn having(&self, thing: &str) -> Option<&Room> {
        self.things.contains(&thing).then_some(self)
    }
}
