//! Plans as Excel files.
