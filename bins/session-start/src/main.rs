//! The hook program `moflo-session-start`.

fn main() {}
