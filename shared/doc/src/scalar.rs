//! Short values: what a field holds.

use automerge::{
    AutoCommit, ObjId, ObjType, ReadDoc, ScalarValue, ScalarValueRef, Value, ValueRef,
};
use serde::{Deserialize, Serialize};

/// A field's value. Text objects of foreign writers are read as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scalar {
    /// Nothing: a cleared field, as one that was never written.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Something that this version has no use for, as text for showing.
    Other(String),
}

impl Scalar {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text, or nothing where it is empty.
    pub(crate) fn text_or_null(text: &str) -> Self {
        if text.is_empty() {
            Self::Null
        } else {
            Self::Text(text.to_owned())
        }
    }

    pub(crate) fn show<T: ToString>(value: Option<T>) -> Self {
        value.map_or(Self::Null, |v| Self::Text(v.to_string()))
    }

    /// 1, or nothing.
    pub(crate) fn flag(set: bool) -> Self {
        match set {
            true => Self::Int(1),
            false => Self::Null,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// As text, for showing; empty for nothing.
    pub(crate) fn to_shown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Int(number) => number.to_string(),
            Self::Text(text) | Self::Other(text) => text.clone(),
        }
    }

    /// Bytes it takes, about.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Null => 1,
            Self::Int(_) => 8,
            Self::Text(text) | Self::Other(text) => text.len(),
        }
    }

    pub(crate) fn from_value(doc: &AutoCommit, value: &Value<'_>, id: &ObjId) -> Self {
        match value {
            Value::Object(ObjType::Text) => Self::Text(doc.text(id).unwrap_or_default()),
            Value::Object(other) => Self::Other(format!("{other:?}")),
            Value::Scalar(scalar) => Self::from_scalar(scalar.as_ref()),
        }
    }

    pub(crate) fn from_scalar(scalar: &ScalarValue) -> Self {
        match scalar {
            ScalarValue::Null => Self::Null,
            ScalarValue::Int(n) | ScalarValue::Timestamp(n) => Self::Int(*n),
            ScalarValue::Uint(n) => Self::Int(i64::try_from(*n).unwrap_or(i64::MAX)),
            ScalarValue::F64(n) if n.fract() == 0.0 && n.abs() < 9e15 => Self::Int(*n as i64),
            ScalarValue::Counter(n) => Self::Int(n.into()),
            ScalarValue::Str(text) => Self::Text(text.to_string()),
            other => Self::Other(other.to_string()),
        }
    }

    pub(crate) fn from_ref(
        doc: &AutoCommit,
        value: &ValueRef<'_>,
        id: impl FnOnce() -> ObjId,
    ) -> Self {
        match value {
            ValueRef::Object(ObjType::Text) => Self::Text(doc.text(id()).unwrap_or_default()),
            ValueRef::Object(other) => Self::Other(format!("{other:?}")),
            ValueRef::Scalar(scalar) => match scalar {
                ScalarValueRef::Null => Self::Null,
                ScalarValueRef::Int(n)
                | ScalarValueRef::Timestamp(n)
                | ScalarValueRef::Counter(n) => Self::Int(*n),
                ScalarValueRef::Uint(n) => Self::Int(i64::try_from(*n).unwrap_or(i64::MAX)),
                ScalarValueRef::F64(n) if n.fract() == 0.0 && n.abs() < 9e15 => {
                    Self::Int(*n as i64)
                }
                ScalarValueRef::Str(text) => Self::Text(text.to_string()),
                other => Self::Other(other.to_string()),
            },
        }
    }

    pub(crate) fn to_automerge(&self) -> ScalarValue {
        match self {
            Self::Null => ScalarValue::Null,
            Self::Int(number) => ScalarValue::Int(*number),
            Self::Text(text) | Self::Other(text) => ScalarValue::Str(text.as_str().into()),
        }
    }
}
