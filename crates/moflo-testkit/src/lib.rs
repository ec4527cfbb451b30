//! Throwaway repositories, hermetic environments and the real-client harness for tests.
