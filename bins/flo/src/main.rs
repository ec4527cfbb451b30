//! The command line `flo`.

fn main() {}
