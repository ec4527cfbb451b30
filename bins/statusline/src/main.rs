//! The hook program `moflo-statusline`.

fn main() {}
