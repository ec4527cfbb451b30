//! Wire types of the client's hooks, session state, project root, files replaced whole.
