//! The end that runs inside a generated crate: each check in its turn, each result on a line of its own.
use std::{panic, sync::mpsc, thread, time::Duration};

/// `Started i`, then `Right i` or `Wrong i message`; what is started and not finished has crashed.
pub fn run(checks: &[(usize, fn())]) {
    let first: usize = std::env::args().nth(1).map_or(0, |a| a.parse().expect("where to begin"));
    panic::set_hook(Box::new(|_| {}));
    for &(id, check) in &checks[first..] {
        println!("started {id}");
        let (send, receive) = mpsc::channel();
        let work = move || {
            let result = panic::catch_unwind(check).map_err(|e| match e.downcast::<String>() {
                Ok(text) => *text,
                Err(e) => e.downcast::<&str>().map_or("a panic".into(), |text| (*text).into()),
            });
            let _ = send.send(result);
        };
        thread::Builder::new().stack_size(64 << 20).spawn(work).expect("a thread");
        match receive.recv_timeout(Duration::from_secs(10)) {
            Ok(Ok(())) => println!("right {id}"),
            Ok(Err(text)) => println!("wrong {id} {}", serde_json::Value::from(text)),
            Err(_) => std::process::exit(1),
        }
    }
}
