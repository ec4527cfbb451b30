//! The hook program `moflo-prompt-hook`.

fn main() {}
