//! Plans, previews, applies, verifies and removes what moflo needs in a repository.
