//! The end that runs inside a generated crate: each check in its turn, each result on a line of its own. A panic ends the
//! process, since code that need not unwind is a fifth cheaper to build; who started it goes on behind the check that failed.
use std::{panic, process::exit, sync::mpsc, thread, time::Duration};

/// `started i`, then `right i` or `wrong message`; what is started and not finished has crashed.
pub fn run(checks: &[(usize, fn())]) {
    let first: usize = std::env::args().nth(1).map_or(0, |a| a.parse().expect("where to begin"));
    panic::set_hook(Box::new(|panic| {
        println!("wrong {}", serde_json::Value::from(panic.payload_as_str().unwrap_or("a panic")));
        exit(1)
    }));
    for &(id, check) in &checks[first..] {
        println!("started {id}");
        let (send, receive) = mpsc::channel();
        let work = move || {
            check();
            let _ = send.send(());
        };
        thread::Builder::new().stack_size(64 << 20).spawn(work).expect("a thread");
        match receive.recv_timeout(Duration::from_secs(10)) {
            Ok(()) => println!("right {id}"),
            Err(_) => exit(1),
        }
    }
}
