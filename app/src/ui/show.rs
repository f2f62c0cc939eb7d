//! A view on a condition.

use std::sync::Arc;

use leptos::prelude::*;

/// Shows its children while a condition holds, and what stands for them else. As leptos' own, but with the same code
/// for all conditions and children: theirs is compiled anew for each use.
#[component]
pub fn Show<W>(
    /// The condition; the view is made anew only when it changes.
    when: W,
    /// What is shown while it holds.
    children: ChildrenFn,
    /// What is shown else.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    shown(Arc::new(when), children, fallback)
}

fn shown(
    when: Arc<dyn Fn() -> bool + Send + Sync>,
    children: ChildrenFn,
    fallback: ViewFn,
) -> impl IntoView {
    // not one of the arena: it may be asked once more while its owner goes
    let holds = ArcMemo::new(move |_| when());
    move || {
        if holds.get() {
            children()
        } else {
            fallback.run()
        }
    }
}
