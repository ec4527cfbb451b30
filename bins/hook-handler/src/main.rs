//! The hook program `moflo-hook-handler`.

fn main() {}
