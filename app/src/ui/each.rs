//! A view for each item of a list.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

/// Shows a view for each item and keeps the views of items whose key stays. As leptos' own, but with the same code for
/// all lists: theirs is compiled anew for each use.
#[component]
pub fn For<L, I, T, K, H, F, V>(
    /// The items.
    each: L,
    /// What an item is known by.
    key: K,
    /// The view of one item.
    children: F,
) -> impl IntoView
where
    L: Fn() -> I + Send + Sync + 'static,
    I: IntoIterator<Item = T>,
    T: Send + 'static,
    K: Fn(&T) -> H + Send + Sync + 'static,
    H: Hash,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    list(Box::new(move || {
        let items = each().into_iter();
        let item = |item: T| {
            let mut hasher = DefaultHasher::new();
            key(&item).hash(&mut hasher);
            let children = children.clone();
            Item {
                key: hasher.finish(),
                view: Box::new(move || children(item).into_any()),
            }
        };
        items.map(item).collect()
    }))
}

struct Item {
    key: u64,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

fn list(each: Box<dyn Fn() -> Vec<Item> + Send + Sync>) -> impl IntoView {
    view! { <leptos::prelude::For each=each key=|item| item.key children=|item| (item.view)() /> }
}
