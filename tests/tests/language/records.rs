//! Constants of types of the user's, and what they hold: handed on by reference, whichever way they were found.
use autodiff_core::differentiable;
use autodiff_tests::{check, check_scalar};
use std::collections::{BTreeMap, HashMap};

#[derive(Clone, Debug)]
struct Row {
    a: f64,
    v: Vec<f64>,
}
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    A,
    B,
}
#[derive(Clone, Debug)]
enum Shape {
    One(Row),
    Two { p: Row, q: Row },
    Zero,
}
struct Cfg {
    rows: Vec<Row>,
    shape: Shape,
    pair: (Row, Kind),
    opt: Option<Row>,
    boxed: Box<Row>,
    names: Vec<String>,
}

#[differentiable]
fn of_row(#[nodiff] row: &Row, q: f64) -> f64 {
    q.sin() * row.a * row.v[0]
}
#[differentiable]
fn of_pair(#[nodiff] row: &Row, #[nodiff] kind: Kind, q: f64) -> f64 {
    if kind == Kind::A { q.sin() * row.a * q.exp() } else { q * q }
}
#[differentiable]
fn of_name(name: &str, q: f64) -> f64 {
    match name {
        "a" => q.sin(),
        _ => q * q,
    }
}
#[differentiable]
fn of_lists(v: &[f64], #[nodiff] w: &[f64], q: f64) -> f64 {
    v.iter().zip(w).map(|(a, b)| a * b * q).sum()
}

#[differentiable]
fn pairs_of_a_slice(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    let mut t = 1.0;
    for (kind, row) in chain {
        t *= of_pair(row, *kind, q);
    }
    t
}
#[differentiable]
fn pairs_of_an_iterator(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    let mut t = 1.0;
    for (kind, row) in chain.iter() {
        t *= of_pair(row, *kind, q);
    }
    t
}
#[differentiable]
fn counted_pairs(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    let mut t = 1.0;
    for (i, (kind, row)) in chain.iter().enumerate() {
        t *= of_pair(row, *kind, q) + i as f64;
    }
    t
}
#[differentiable]
fn pairs_beside_values(#[nodiff] chain: &[(Kind, Row)], q: &[f64]) -> f64 {
    let mut t = 1.0;
    for ((kind, row), q) in chain.iter().zip(q) {
        t *= of_pair(row, *kind, *q);
    }
    t
}
#[differentiable]
fn mapped_pairs_beside_values(#[nodiff] chain: &[(Kind, Row)], q: &[f64]) -> f64 {
    chain.iter().zip(q).map(|((kind, row), q)| of_pair(row, *kind, *q)).sum()
}
#[differentiable]
fn mapped_pairs(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    chain.iter().map(|(kind, row)| of_pair(row, *kind, q)).sum()
}
#[differentiable]
fn mapped_and_taken_apart(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    chain.iter().map(|c| of_pair(&c.1, c.0, q)).sum()
}
#[differentiable]
fn folded_pairs(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    chain.iter().fold(1.0, |t, (kind, row)| t * of_pair(row, *kind, q))
}
#[differentiable]
fn dereferenced_pairs(#[nodiff] chain: &[(Kind, Row)], q: f64) -> f64 {
    let mut t = 1.0;
    for &(kind, ref row) in chain {
        t *= of_pair(row, kind, q);
    }
    t
}
#[differentiable]
fn rows_of_a_slice(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let mut t = 1.0;
    for row in rows {
        t *= of_row(row, q);
    }
    t
}
#[differentiable]
fn mapped_rows(#[nodiff] rows: &[Row], q: f64) -> f64 {
    rows.iter().map(|r| of_row(r, q)).sum()
}
#[differentiable]
fn rows_of_variants(#[nodiff] sh: &Shape, q: f64) -> f64 {
    match sh {
        Shape::One(r) => of_row(r, q),
        Shape::Two { p, q: r } => of_row(p, q) * of_row(r, q),
        Shape::Zero => q,
    }
}
#[differentiable]
fn rows_of_a_field_that_is_matched(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    match &cfg.shape {
        Shape::One(r) => of_row(r, q),
        Shape::Two { p, q: r } => of_row(p, q) * of_row(r, q),
        Shape::Zero => q,
    }
}
#[differentiable]
fn got_row(#[nodiff] rows: &[Row], q: f64, i: usize) -> f64 {
    if let Some(r) = rows.get(i) { of_row(r, q) } else { q }
}
#[differentiable]
fn fields_of_a_row(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let row = &rows[0];
    let Row { a, v } = &rows[1];
    of_row(row, q) + a * q * v[0]
}
#[differentiable]
fn pair_of_a_field(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    let (row, kind) = &cfg.pair;
    of_pair(row, *kind, q)
}
#[differentiable]
fn found_row(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let r = rows.iter().find(|r| r.a > 0.3).unwrap();
    of_row(r, q)
}
#[differentiable]
fn rows_of_a_field(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    let mut t = 1.0;
    for r in &cfg.rows {
        t *= of_row(r, q);
    }
    for r in cfg.rows.iter().rev().take(1) {
        t *= of_row(r, q);
    }
    t
}
#[differentiable]
fn optional_row(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    if let Some(r) = &cfg.opt { of_row(r, q) } else { q }
}
#[differentiable]
fn boxed_and_optional_rows(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    of_row(&cfg.boxed, q)
        * match cfg.opt.as_ref() {
            Some(r) => of_row(r, q),
            None => 1.0,
        }
}
#[differentiable]
fn last_and_largest_row(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    let r = cfg.rows.last().unwrap();
    let m = cfg.rows.iter().max_by(|x, y| x.a.partial_cmp(&y.a).unwrap()).unwrap();
    of_row(r, q) * of_row(m, q)
}
#[differentiable]
fn rows_of_a_closure(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    let h = |r: &Row| of_row(r, q);
    h(&cfg.rows[0]) * h(&cfg.rows[1])
}
#[differentiable]
fn mapped_names(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    cfg.names.iter().map(|n| of_name(n, q)).sum()
}
#[differentiable]
fn names_of_a_field(#[nodiff] cfg: &Cfg, q: f64) -> f64 {
    let mut t = 1.0;
    for n in &cfg.names {
        t *= of_name(n.as_str(), q);
        t *= of_name(n, q);
    }
    t
}
#[differentiable]
fn names_of_a_slice(names: &[&str], q: f64) -> f64 {
    let mut t = 1.0;
    for &n in names {
        t *= of_name(n, q);
    }
    for n in names {
        t *= of_name(n, q);
    }
    t
}
#[differentiable]
fn rows_of_a_map(#[nodiff] m: &BTreeMap<String, Row>, q: f64) -> f64 {
    let mut t = 1.0;
    for (name, row) in m {
        t *= of_row(row, q) * of_name(name, q);
    }
    t
}
#[differentiable]
fn values_of_a_map(#[nodiff] m: &BTreeMap<String, Row>, q: f64) -> f64 {
    let mut t = 1.0;
    for row in m.values() {
        t *= of_row(row, q);
    }
    t * m.get("b").map_or(1.0, |r| of_row(r, q))
}
#[differentiable]
fn looked_up_rows(#[nodiff] m: &HashMap<usize, Vec<f64>>, x: &[f64], q: f64) -> f64 {
    let mut t = 1.0;
    if let Some(w) = m.get(&1) {
        t *= of_lists(x, w, q);
    }
    t * of_lists(x, &m[&2], q)
}
#[differentiable]
fn rows_of_a_matrix(#[nodiff] w: &[Vec<f64>], x: &[f64], q: f64) -> f64 {
    let mut t = 1.0;
    for w in w {
        t *= of_lists(x, w, q);
    }
    w.iter().for_each(|w| t += of_lists(x, w, q));
    t
}
#[differentiable]
fn weighted_rows(#[nodiff] w: &[(f64, Vec<f64>)], x: &[f64], q: f64) -> f64 {
    let mut t = 1.0;
    for (k, w) in w {
        t *= of_lists(x, w, q) * k;
    }
    t
}
#[differentiable]
fn filtered_and_weighted_rows(#[nodiff] w: &[(f64, Vec<f64>)], x: &[f64], q: f64) -> f64 {
    w.iter().filter(|(k, _)| *k > 0.0).map(|(k, w)| of_lists(x, w, q) * k).sum()
}
#[differentiable]
fn owned_rows(#[nodiff] rows: Vec<Row>, q: f64) -> f64 {
    let mut t = 1.0;
    for r in &rows {
        t *= of_row(r, q);
    }
    for r in rows {
        t *= of_row(&r, q);
    }
    t
}
#[differentiable]
fn rows_beside_values(#[nodiff] rows: &Vec<Row>, q: &[f64]) -> f64 {
    let mut t = 1.0;
    for (r, &q) in rows.iter().zip(q.iter()) {
        t *= of_row(r, q);
    }
    for (q, r) in q.iter().zip(rows) {
        t += of_row(r, *q);
    }
    t
}
#[differentiable]
fn stepped_rows(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let mut t = 1.0;
    let mut it = rows.iter();
    while let Some(r) = it.next() {
        t *= of_row(r, q);
    }
    t
}
#[differentiable]
fn neighbours(#[nodiff] rows: &[Row], q: f64) -> f64 {
    rows.windows(2).map(|w| of_row(&w[0], q) * of_row(&w[1], q)).sum()
}
#[differentiable]
fn neighbours_taken_apart(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let mut t = 0.0;
    for w in rows.windows(2) {
        if let [a, b] = w {
            t += of_row(a, q) * of_row(b, q);
        }
    }
    t
}
#[differentiable]
fn arrays_of_rows(#[nodiff] rows: &[[Row; 2]], q: f64) -> f64 {
    let mut t = 0.0;
    for [a, b] in rows {
        t += of_row(a, q) * of_row(b, q);
    }
    t
}
#[differentiable]
fn flattened_rows(#[nodiff] rows: &[Option<Row>], q: f64) -> f64 {
    let mut t = 0.0;
    for r in rows.iter().flatten() {
        t += of_row(r, q);
    }
    for r in rows {
        if let Some(r) = r {
            t *= of_row(r, q);
        } else {
            t += q;
        }
    }
    t
}
#[differentiable]
fn mapped_variants(#[nodiff] shapes: &[Shape], q: f64) -> f64 {
    shapes
        .iter()
        .map(|s| match s {
            Shape::One(r) => of_row(r, q),
            Shape::Two { p, .. } => of_row(p, q),
            _ => 0.0,
        })
        .sum()
}
#[differentiable]
fn filtered_rows(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let mut t = 1.0;
    for r in rows.iter().filter(|r| r.a > 0.3) {
        t *= of_row(r, q);
    }
    t
}
#[differentiable]
fn smallest_row(#[nodiff] rows: &[Row], q: f64) -> f64 {
    let r = rows.iter().min_by(|a, b| a.a.total_cmp(&b.a)).expect("some");
    of_row(r, q) * of_row(&rows[0], q)
}
#[differentiable]
fn row_or_the_first(#[nodiff] rows: &[Row], q: f64, k: usize) -> f64 {
    let mut t = 1.0;
    for i in 0..3 {
        let r = rows.get(k + i).unwrap_or(&rows[0]);
        t *= of_row(r, q);
    }
    t
}
#[derive(Debug, Clone, PartialEq)]
enum Missing {
    Key(String),
    Empty,
}
#[differentiable]
fn looked_up_or_none(#[nodiff] m: &HashMap<String, Row>, names: &[&str], q: f64) -> Option<f64> {
    let mut t = 1.0;
    for n in names {
        let r = m.get(*n)?;
        t *= of_row(r, q);
    }
    Some(t)
}
#[differentiable]
fn looked_up_or_an_error(#[nodiff] m: &HashMap<String, Row>, name: &str, q: f64) -> Result<f64, Missing> {
    let r = m.get(name).ok_or(Missing::Key(name.to_string()))?;
    Ok(of_row(r, q) * r.a)
}
#[differentiable]
fn looked_up_or_an_error_that_is_made(#[nodiff] m: &HashMap<String, Row>, name: &str, q: f64) -> Result<f64, Missing> {
    let r = m.get(name).ok_or_else(|| Missing::Key(name.to_string()))?;
    Ok(of_row(r, q) * r.a)
}
#[differentiable]
fn looked_up_or_next(#[nodiff] m: &HashMap<String, Row>, names: &[&str], q: f64) -> f64 {
    let mut t = 1.0;
    for n in names {
        let Some(r) = m.get(*n) else { continue };
        t *= of_row(r, q);
    }
    t
}
#[differentiable]
fn first_and_found(#[nodiff] rows: &[Row], q: f64) -> Result<f64, Missing> {
    let first = rows.first().ok_or(Missing::Empty)?;
    let big = rows.iter().find(|r| r.a > 0.3).ok_or(Missing::Empty)?;
    let mut t = of_row(first, q);
    for r in rows {
        t += of_row(r, t) * of_row(big, q);
    }
    Ok(t)
}
#[differentiable]
fn option_of_a_field(#[nodiff] cfg: &Cfg, q: f64) -> Result<f64, String> {
    let r = cfg.opt.as_ref().ok_or_else(|| format!("none of {}", cfg.rows.len()))?;
    let Some(Row { a, v }) = cfg.rows.first() else { return Err("empty".into()) };
    Ok(of_row(r, q) * a + v[0] * q * q)
}
#[differentiable]
fn looked_up_or_an_error_ok(#[nodiff] m: &HashMap<String, Row>, name: &str, q: f64) -> f64 {
    looked_up_or_an_error(m, name, q).unwrap_or(q)
}
#[differentiable]
fn looked_up_or_an_error_that_is_made_ok(#[nodiff] m: &HashMap<String, Row>, name: &str, q: f64) -> f64 {
    looked_up_or_an_error_that_is_made(m, name, q).unwrap_or(q)
}
#[differentiable]
fn first_and_found_ok(#[nodiff] r: &[Row], q: f64) -> f64 {
    first_and_found(r, q).unwrap_or(q)
}
#[differentiable]
fn option_of_a_field_ok(#[nodiff] c: &Cfg, q: f64) -> f64 {
    option_of_a_field(c, q).unwrap_or(q)
}
fn row(a: f64) -> Row {
    Row { a, v: vec![a + 1.0] }
}
fn configuration(rows: &[Row]) -> Cfg {
    Cfg {
        rows: rows.to_vec(),
        shape: Shape::Two { p: row(0.1), q: row(0.3) },
        pair: (row(0.3), Kind::A),
        opt: Some(row(0.4)),
        boxed: Box::new(row(0.6)),
        names: vec!["a".into(), "b".into()],
    }
}
#[test]
fn records() {
    let ch = vec![(Kind::A, row(0.2)), (Kind::B, row(0.5)), (Kind::A, row(0.7))];
    let rs: Vec<Row> = ch.iter().map(|c| c.1.clone()).collect();
    let cfg = configuration(&rs);
    let q = [0.3, 0.4, 0.5];
    check_scalar!(pairs_of_a_slice(const &ch, 0.3));
    check_scalar!(pairs_of_an_iterator(const &ch, 0.3));
    check_scalar!(counted_pairs(const &ch, 0.3));
    check_scalar!(pairs_beside_values(const &ch, &q[..]));
    check_scalar!(mapped_pairs_beside_values(const &ch, &q[..]));
    check_scalar!(mapped_pairs(const &ch, 0.3));
    check_scalar!(mapped_and_taken_apart(const &ch, 0.3));
    check_scalar!(folded_pairs(const &ch, 0.3));
    check_scalar!(dereferenced_pairs(const &ch, 0.3));
    check_scalar!(rows_of_a_slice(const &rs, 0.3));
    check_scalar!(mapped_rows(const &rs, 0.3));
    check_scalar!(rows_of_variants(const &cfg.shape, 0.3));
    check_scalar!(rows_of_a_field_that_is_matched(const &cfg, 0.3));
    check_scalar!(got_row(const &rs, 0.3, const 1));
    check_scalar!(got_row(const &rs, 0.3, const 9));
    check_scalar!(fields_of_a_row(const &rs, 0.3));
    check_scalar!(pair_of_a_field(const &cfg, 0.3));
    check_scalar!(found_row(const &rs, 0.3));
    check_scalar!(rows_of_a_field(const &cfg, 0.3));
    check_scalar!(optional_row(const &cfg, 0.3));
    check_scalar!(boxed_and_optional_rows(const &cfg, 0.3));
    check_scalar!(last_and_largest_row(const &cfg, 0.3));
    check_scalar!(rows_of_a_closure(const &cfg, 0.3));
    check_scalar!(mapped_names(const &cfg, 0.3));
    check_scalar!(names_of_a_field(const &cfg, 0.3));
    check_scalar!(names_of_a_slice(const &["a", "b"], 0.3));
    let m: BTreeMap<String, Row> = [("a".to_string(), row(0.3)), ("b".to_string(), row(0.4))].into();
    let hm: HashMap<usize, Vec<f64>> = [(1, vec![0.3, 0.4]), (2, vec![0.5, 0.6])].into();
    check_scalar!(rows_of_a_map(const &m, 0.3));
    check_scalar!(values_of_a_map(const &m, 0.3));
    let x = [0.4, 0.7];
    check_scalar!(looked_up_rows(const &hm, &x[..], 0.3));
    let w = vec![vec![0.1, 0.2], vec![0.4, 0.5]];
    check_scalar!(rows_of_a_matrix(const &w, &x[..], 0.3));
    let kw = vec![(0.5, vec![0.1, 0.2]), (-0.5, vec![0.3, 0.1])];
    check_scalar!(weighted_rows(const &kw, &x[..], 0.3));
    check_scalar!(filtered_and_weighted_rows(const &kw, &x[..], 0.3));
    check_scalar!(owned_rows(const rs.clone(), 0.3));
    check_scalar!(rows_beside_values(const &rs, &q[..]));
    check_scalar!(stepped_rows(const &rs, 0.3));
    check_scalar!(neighbours(const &rs, 0.3));
    check_scalar!(neighbours_taken_apart(const &rs, 0.3));
    check_scalar!(arrays_of_rows(const &[[row(0.1), row(0.2)], [row(0.4), row(0.3)]], 0.3));
    check_scalar!(flattened_rows(const &[Some(row(0.1)), None], 0.3));
    check_scalar!(mapped_variants(const &[Shape::One(row(0.3)), Shape::Zero], 0.3));

    check_scalar!(filtered_rows(const &rs, 0.3));
    check_scalar!(smallest_row(const &rs, 0.3));
    check_scalar!(row_or_the_first(const &rs, 0.3, const 1));
}

#[test]
fn looked_up_records() {
    let rs: Vec<Row> = [0.2, 0.5, 0.7].map(row).to_vec();
    let mut cfg = configuration(&rs);
    let hs: HashMap<String, Row> = [("a".to_string(), row(0.3)), ("b".to_string(), row(0.4))].into();
    check!(looked_up_or_none(const &hs, const &["a", "b"], 0.3));
    check!(looked_up_or_none(const &hs, const &["a", "z"], 0.3));
    check_scalar!(looked_up_or_an_error_ok(const &hs, const "a", 0.3));
    check_scalar!(looked_up_or_an_error_ok(const &hs, const "z", 0.3));
    check_scalar!(looked_up_or_an_error_that_is_made_ok(const &hs, const "a", 0.3));
    check_scalar!(looked_up_or_an_error_that_is_made_ok(const &hs, const "z", 0.3));
    check_scalar!(looked_up_or_next(const &hs, const &["a", "z", "b"], 0.3));
    check_scalar!(first_and_found_ok(const &rs, 0.3));
    check_scalar!(first_and_found_ok(const &rs[..0], 0.3));
    check_scalar!(option_of_a_field_ok(const &cfg, 0.3));
    cfg.opt = None;
    check_scalar!(option_of_a_field_ok(const &cfg, 0.3));
}
