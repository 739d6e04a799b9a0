//! The `yishan` command.

fn main() {}
