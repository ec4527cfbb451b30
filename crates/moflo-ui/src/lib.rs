//! Errors with hints, exit status, tables and progress for the command line.
