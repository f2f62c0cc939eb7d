//! What is wrong or missing in a form, each with the way to it.

use leptos::prelude::*;
use shared::pack::fill::FillProblem;

use super::state::Cx;
use super::words;
use crate::i18n::{t, t_string};
use crate::platform::screen;
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// At most so many are listed.
const MOST: usize = 12;

/// The list; nothing where all is well.
#[component]
pub(super) fn Missing(cx: Cx) -> impl IntoView {
    let i18n = cx.i18n;
    let count = move || cx.problems.with(Vec::len);
    let writes = move || cx.writing.with(|writing| writing.turn().is_some());
    let listed = move || {
        let problems = cx.problems.get();
        problems.into_iter().take(MOST).enumerate()
    };
    view! {
        <Show when=writes>
            <section class="form-left" aria-live="polite" data-left=count>
                <Show
                    when=move || { count() > 0 }
                    fallback=move || view! {
                        <p class="form-done"><Icon name="check" /> {t!(i18n, forms.nothing_left)}</p>
                    }
                >
                    <details
                        open=move || cx.told.get()
                        on:toggle=move |_| {
                            // whoever looks at the list is told at the fields too
                            cx.told.set(true);
                        }
                    >
                        <summary>
                            <Icon name="failed" />
                            {move || t_string!(i18n, forms.left, n = count()).to_string()}
                        </summary>
                        <ul>
                            <For
                                each=listed
                                key=|(at, problem)| (*at, format!("{problem:?}"))
                                children=move |(_, problem)| view! { <Line cx=cx problem=problem /> }
                            />
                        </ul>
                        <Show when=move || { count() > MOST }>
                            <p class="muted">
                                {move || t_string!(i18n, forms.left_more, n = count() - MOST).to_string()}
                            </p>
                        </Show>
                    </details>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn Line(cx: Cx, problem: FillProblem) -> impl IntoView {
    let form = cx.form.get_value();
    let words = {
        let (form, problem) = (form.clone(), problem.clone());
        move || words::problem(cx.i18n, &form, &problem)
    };
    let go = move |_| {
        let standing = cx.standing(&problem.field);
        standing.touched.set(true);
        match &problem.cell {
            Some((row, column)) => standing.go.set(Some((*row, column.clone()))),
            None => {
                let id = super::field::id(&problem.field);
                screen::scroll_into_view(&id);
                screen::focus(&id);
            }
        }
    };
    view! {
        <li>
            <button type="button" class="form-jump" on:click=go>{words}</button>
        </li>
    }
}
