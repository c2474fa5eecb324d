//! Where the entries of an array, a vector or a matrix stand, for derivatives that go entry by entry.
//!
//! An entry of a matrix has a row and a column: from its number alone these are found by a division, which takes longer than
//! what is done with most entries.
use std::ops::Range;

/// Something with entries, which go column by column.
pub trait ByEntry {
    /// Where they stand, one after the other.
    type Positions: Iterator;

    /// See [`positions`].
    fn positions(&self) -> Self::Positions;
}

impl<T, const N: usize> ByEntry for [T; N] {
    type Positions = Range<usize>;

    #[inline(always)]
    fn positions(&self) -> Range<usize> {
        0..N
    }
}

/// Where the entries of an array, a vector or a matrix stand: what it is to be indexed by.
#[inline(always)]
pub fn positions<T: ByEntry>(whole: &T) -> T::Positions {
    whole.positions()
}

/// What the closure of `from_fn` is handed.
pub trait Position: Copy {
    /// The row of a matrix or vector; the index of what has one only.
    fn row(self) -> usize;

    /// The column of a matrix.
    fn column(self) -> usize;
}

impl Position for usize {
    #[inline(always)]
    fn row(self) -> usize {
        self
    }

    #[inline(always)]
    fn column(self) -> usize {
        0
    }
}

/// The row of an entry.
#[inline(always)]
pub fn row_of(at: impl Position) -> usize {
    at.row()
}

/// The column of an entry.
#[inline(always)]
pub fn column_of(at: impl Position) -> usize {
    at.column()
}

#[cfg(feature = "nalgebra")]
pub use self::of_matrices::{At, Places};

#[cfg(feature = "nalgebra")]
mod of_matrices {
    use super::{ByEntry, Position};
    use nalgebra::{
        DefaultAllocator, Dim, DimName, Matrix, OPoint, RawStorage, RawStorageMut, Scalar, allocator::Allocator,
    };
    use std::ops::{Index, IndexMut};

    /// Where an entry of a matrix, of a vector or of a point stands.
    #[derive(Clone, Copy, Debug)]
    pub struct At {
        row: usize,
        column: usize,
    }

    /// The places of a matrix, column by column.
    #[derive(Clone, Debug)]
    pub struct Places {
        next: At,
        rows: usize,
        columns: usize,
    }

    impl Iterator for Places {
        type Item = At;

        #[inline(always)]
        fn next(&mut self) -> Option<At> {
            if self.next.row == self.rows {
                self.next = At { row: 0, column: self.next.column + 1 };
            }
            let at = self.next;
            let inside = at.row < self.rows && at.column < self.columns;
            self.next.row += usize::from(inside);
            inside.then_some(at)
        }
    }

    impl<T, R: Dim, C: Dim, S: RawStorage<T, R, C>> ByEntry for Matrix<T, R, C, S> {
        type Positions = Places;

        #[inline(always)]
        fn positions(&self) -> Places {
            let (rows, columns) = self.shape();
            Places { next: At { row: 0, column: 0 }, rows, columns }
        }
    }

    impl Position for At {
        #[inline(always)]
        fn row(self) -> usize {
            self.row
        }

        #[inline(always)]
        fn column(self) -> usize {
            self.column
        }
    }

    impl<T, R: Dim, C: Dim, S: RawStorage<T, R, C>> Index<At> for Matrix<T, R, C, S> {
        type Output = T;

        #[inline(always)]
        fn index(&self, at: At) -> &T {
            &self[(at.row, at.column)]
        }
    }

    impl<T, R: Dim, C: Dim, S: RawStorageMut<T, R, C>> IndexMut<At> for Matrix<T, R, C, S> {
        #[inline(always)]
        fn index_mut(&mut self, at: At) -> &mut T {
            &mut self[(at.row, at.column)]
        }
    }

    impl<T: Scalar, D: DimName> Index<At> for OPoint<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        type Output = T;

        #[inline(always)]
        fn index(&self, at: At) -> &T {
            &self.coords[at]
        }
    }
}
