/// Random arguments, in another range each round.
pub struct Points {
    state: u64,
    round: usize,
}

impl Points {
    fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.state >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn f64(&mut self) -> f64 {
        let (low, high) = [(0.1, 0.9), (-2.0, 2.0), (1.0, 4.0), (-0.9, 0.9), (5.0, 20.0), (0.4, 3.0)][self.round % 6];
        low + (high - low) * self.unit()
    }
    pub fn f32(&mut self) -> f32 {
        self.f64() as f32
    }
    pub fn small(&mut self) -> u32 {
        (self.round % 4) as u32 + (self.unit() * 2.0) as u32
    }
    pub fn flag(&mut self) -> bool {
        self.unit() < 0.5
    }
    /// The same for all lists of a round.
    pub fn len(&mut self) -> usize {
        [4, 9, 3, 6, 2, 5][self.round % 6]
    }
}

fn main() {
    let k: usize = std::env::args().nth(1).expect("a case").parse().expect("its number");
    let run = case(k);
    for round in 0..12 {
        let tried = std::panic::catch_unwind(|| run(&mut Points { state: 17 + 1000 * round as u64, round }));
        match tried {
            Ok(()) => println!("right"),
            Err(e) => {
                let text = e.downcast_ref::<String>().cloned().unwrap_or_default();
                // what the harness says; all else is the function's own
                let ours = [": jvp", ": vjp", ": grad", ": value_and_grad", "<v, J u>", "gives", "too few", "too many"];
                if !text.contains("a bad test") && !text.contains("NaN") && ours.iter().any(|o| text.contains(o)) {
                    println!("wrong: round {round}: {text}");
                    continue;
                }
                println!("no value: {text}");
            }
        }
    }
}
