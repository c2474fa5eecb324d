//! A matrix that is an array of rows in JSON and one vector in memory.
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};
use std::fmt;

/// Rows of equal length, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The number of rows: that of rows without columns cannot be had from `data`.
    pub count: usize,
    /// All entries, row by row.
    pub data: Vec<f64>,
}

impl Rows {
    /// `count` rows from their entries, row by row.
    #[must_use]
    pub fn new(count: usize, data: Vec<f64>) -> Self {
        assert!(data.len().is_multiple_of(count.max(1)), "{} entries in {count} rows", data.len());
        Self { count, data }
    }

    /// The length of a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.data.len() / self.count.max(1)
    }

    /// Sets all entries to zero, and the shape to that of `other`.
    pub(super) fn zeroed(&mut self, other: &Self) -> &mut [f64] {
        self.count = other.count;
        super::zeroed(&mut self.data, other.data.len())
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let width = self.width();
        serializer.collect_seq((0..self.count).map(|row| &self.data[row * width..][..width]))
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowsVisitor)
    }
}

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Rows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows of equal length")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows, A::Error> {
        let mut rows = Rows::default();
        while let Some(row) = seq.next_element::<Vec<f64>>()? {
            if rows.count > 0 && row.len() != rows.width() {
                return Err(A::Error::invalid_length(row.len(), &self));
            }
            rows.count += 1;
            rows.data.extend(row);
        }
        Ok(rows)
    }
}
