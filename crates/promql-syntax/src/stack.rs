//! Room on the stack for functions that recurse as deep as expressions nest.

/// Calls a function that may call itself through this one, on whatever stack the thread has.
pub fn with_enough_stack<T>(call: impl FnOnce() -> T) -> T {
    const RED_ZONE: usize = 128 << 10;
    const SEGMENT: usize = 1 << 20;
    stacker::maybe_grow(RED_ZONE, SEGMENT, call)
}
