//! Vectors and matrices of nalgebra.
use super::{Gen, Var};
use crate::ast::*;

impl Gen {
    pub(super) fn matrix(&mut self) -> Option<Vec<Node>> {
        let name = self.fresh("m");
        let n = [self.real(1), self.real(1), self.real(1), self.real(1)];
        let [a, b, c, d] = n;
        let (ty, value) = match self.below(6) {
            0 => (Ty::SVector(2), node!(Ty::Unit, "SVector::<§, 2>::new(@, @)", a, b)),
            1 => (Ty::SMatrix(2), node!(Ty::Unit, "SMatrix::<§, 2, 2>::new(@, @, @, @)", a, b, c, d)),
            2 => (Ty::DMatrix, node!(Ty::Unit, "DMatrix::from_row_slice(2, 2, &[@, @, @, @])", a, b, c, d)),
            3 => {
                let m = self.var(|v| v.ty == Ty::DMatrix)?;
                let w = self.var(|v| v.ty == Ty::DMatrix)?;
                (Ty::DMatrix, node!(Ty::Unit, format!("&{} * &{} + {}.transpose() * @", m.place, w.place, m.place), a))
            }
            4 => {
                let m = self.var(|v| v.ty == Ty::SMatrix(2))?;
                let x = self.var(|v| v.ty == Ty::SVector(2))?;
                (Ty::SVector(2), node!(Ty::Unit, format!("{} * {} + {} * @", m.place, x.place, x.place), a))
            }
            _ => {
                let x = self.var(|v| v.ty == Ty::SVector(2))?;
                (Ty::SVector(2), node!(Ty::Unit, format!("{}.map(|t| t.sin() * @)", x.place), a))
            }
        };
        self.scope.push(Var::new(&name, ty, true));
        Some(vec![statement!(format!("let mut {name} = @;"), Node { ty: Ty::Named("matrix"), ..value })])
    }

    pub(super) fn matrix_change(&mut self) -> Option<Vec<Node>> {
        let m = self.var(|v| v.mutable && matches!(v.ty, Ty::SVector(_) | Ty::SMatrix(_) | Ty::DMatrix))?;
        let (place, e) = (&m.place, self.bounded(1));
        let (i, j) = (self.below(2), self.below(2));
        Some(vec![match (&m.ty, self.below(4)) {
            (Ty::SVector(_), 0) => statement!(format!("{place}.x = @;"), e),
            (Ty::SVector(_), 1) => statement!(format!("{place} *= @;"), e),
            (Ty::SVector(_), _) => {
                let w = self.var(|v| v.ty == m.ty)?;
                statement!(format!("{place} += {} * @;", w.place), e)
            }
            (_, 0) => statement!(format!("{place}[({i}, {j})] = @;"), e),
            (_, 1) => statement!(format!("{place}[({i}, {j})] *= @;"), e),
            (_, 2) => statement!(format!("{place}.fill(@);"), e),
            _ => {
                let w = self.var(|v| v.ty == m.ty)?;
                statement!(format!("{place} = {}.transpose() * @;", w.place), e)
            }
        }])
    }

    pub(super) fn of_matrix(&mut self, _depth: usize) -> Option<Node> {
        let m = self.var(|v| matches!(v.ty, Ty::SVector(_) | Ty::SMatrix(_) | Ty::DMatrix | Ty::DVector))?;
        let place = &m.place;
        let (i, j) = (self.below(2), self.below(2));
        Some(match (&m.ty, self.below(4)) {
            (Ty::SVector(_) | Ty::DVector, 0) => node!(Ty::Real, format!("{place}.dot(&{place})")),
            (Ty::SVector(2), 1) => {
                let w = self.var(|v| v.ty == m.ty)?;
                node!(Ty::Real, format!("{place}.dot(&{})", w.place))
            }
            (Ty::SVector(_) | Ty::DVector, 1) => node!(Ty::Real, format!("{place}.sum()")),
            (Ty::SVector(_) | Ty::DVector, 2) => node!(Ty::Real, format!("{place}.norm_squared()")),
            (Ty::SVector(_) | Ty::DVector, _) => node!(Ty::Real, format!("{place}[{i}]")),
            (_, 0) => node!(Ty::Real, format!("{place}.trace()")),
            (_, 1) => node!(Ty::Real, format!("{place}.sum()")),
            (_, 2) => node!(Ty::Real, format!("{place}.column({i}).dot(&{place}.column({j}))")),
            _ => node!(Ty::Real, format!("{place}[({i}, {j})]")),
        })
    }
}
