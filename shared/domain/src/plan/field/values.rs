//! The values of one field.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use base::TaskId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FieldValue;

/// The values of a field by task. A copy shares them until one of the two changes: plans are copied with each edit, and
/// a field may have ten thousand values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldValues(Arc<FxHashMap<TaskId, FieldValue>>);

impl Deref for FieldValues {
    type Target = FxHashMap<TaskId, FieldValue>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for FieldValues {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<FxHashMap<TaskId, FieldValue>> for FieldValues {
    fn from(values: FxHashMap<TaskId, FieldValue>) -> Self {
        Self(Arc::new(values))
    }
}

impl FromIterator<(TaskId, FieldValue)> for FieldValues {
    fn from_iter<I: IntoIterator<Item = (TaskId, FieldValue)>>(values: I) -> Self {
        Self(Arc::new(values.into_iter().collect()))
    }
}

impl<'a> IntoIterator for &'a FieldValues {
    type Item = (&'a TaskId, &'a FieldValue);
    type IntoIter = std::collections::hash_map::Iter<'a, TaskId, FieldValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for FieldValues {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(s)
    }
}

impl<'de> Deserialize<'de> for FieldValues {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        FxHashMap::deserialize(d).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_its_values_until_one_of_the_two_changes() {
        let (one, two) = (TaskId::from_bytes([1; 8]), TaskId::from_bytes([2; 8]));
        let mut values: FieldValues = [(one, FieldValue::YesNo(true))].into_iter().collect();
        let copy = values.clone();
        assert!(Arc::ptr_eq(&values.0, &copy.0));
        values.insert(two, FieldValue::YesNo(false));
        assert_eq!((values.len(), copy.len()), (2, 1));
        let json = serde_json::to_string(&values).unwrap();
        assert_eq!(serde_json::from_str::<FieldValues>(&json).unwrap(), values);
    }
}
