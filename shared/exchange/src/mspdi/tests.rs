//! Reading and writing, rule by rule.
