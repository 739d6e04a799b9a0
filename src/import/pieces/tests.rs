//! The same rows, however the file is cut.
