//! A type that the files beside it show nothing of.

#[derive(Clone, Copy)]
pub struct Counter {
    pub n: f64,
}

impl Counter {
    /// Its name is that of a number's method.
    pub fn min(&mut self, by: f64) -> f64 {
        self.n += by;
        self.n
    }
}
