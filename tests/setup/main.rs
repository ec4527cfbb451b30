//! The program `setup-project`, run on throwaway repositories.
