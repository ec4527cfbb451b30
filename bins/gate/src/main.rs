//! The hook program `moflo-gate`.

fn main() {}
