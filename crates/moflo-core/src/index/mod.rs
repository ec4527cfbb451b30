//! Brings the index up to date: what changed is found, read and published in one commit.
