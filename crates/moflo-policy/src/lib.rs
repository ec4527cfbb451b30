//! Shell analysis, rules and verdicts; pure.
