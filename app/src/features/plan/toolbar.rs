//! The tools over grid and chart.

use leptos::children::ViewFn;
use leptos::prelude::*;
use shared::base::sort;

use super::columns::{self, Column, Writes};
use super::cx::{Cx, Side, use_cx};
use super::grid::title;
use super::lists::Counters;
use super::row::Face;
use super::shapes::{SHAPES, Shape};
use crate::i18n::{t, t_signal};
use crate::platform::element;
use crate::ui::each::For;
use crate::ui::keep::Keep;
use crate::ui::popover::Popover;
use crate::ui::scale;
use crate::ui::show::Show;

/// A button that says its name when pointed at.
#[component]
fn Tool(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it shows.
    face: &'static str,
    /// Whether it can be pressed.
    #[prop(into)]
    enabled: Signal<bool>,
    /// What it does.
    act: fn(&Cx),
    /// Its name for tests and styles.
    #[prop(optional)]
    name: &'static str,
    /// A tablet has no room for it, and another way.
    #[prop(optional)]
    desk: bool,
) -> impl IntoView {
    let cx = use_cx();
    view! {
        <button
            class="plan-tool"
            class:plan-tool-desk=desk
            data-tool=name
            title=label
            aria-label=label
            disabled=move || !enabled.get()
            on:click=move |_| act(&cx)
        >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path
                    d=face
                    fill="none"
                    stroke="currentColor"
                    stroke-width="1.75"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                />
            </svg>
        </button>
    }
}

const UNDO: &str = "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4";
const REDO: &str = "M16 5l4 4-4 4M20 9H10a5.500 5.500 0 0 0 0 11h4";
const ADD: &str = "M12 5v14M5 12h14";
const REMOVE: &str = "M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5";
const INDENT: &str = "M4 5h16M11 10h9M11 14h9M4 19h16M4 9.500 7 12l-3 2.500";
const OUTDENT: &str = "M4 5h16M11 10h9M11 14h9M4 19h16M7 9.500 4 12l3 2.500";
const UP: &str = "M12 19V5M6.500 10.500 12 5l5.500 5.500";
const DOWN: &str = "M12 5v14M6.500 13.500 12 19l5.500-5.500";
const LINK: &str = "M10 13.500a3.500 3.500 0 0 0 5 0l4-4a3.500 3.500 0 0 0-5-5l-1.500 1.500M14 10.500a3.500 3.500 0 0 0-5 0l-4 4a3.500 3.500 0 0 0 5 5l1.500-1.500";
const PANEL: &str = "M4 5h16v14H4zM14 5v14M16.500 9h1.500M16.500 12h1.500";
const NEARER: &str = "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.300 15.300 20.500 20.500M10.500 8v5M8 10.500h5";
const FARTHER: &str = "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.300 15.300 20.500 20.500M8 10.500h5";
const FIT: &str = "M3 12h18M6.500 8.500 3 12l3.500 3.500M17.500 8.500 21 12l-3.500 3.500M3 5v2M21 5v2M3 17v2M21 17v2";
const PRINT: &str = "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z";
const HISTORY: &str = "M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4v4.500h4.500M12 8v4.500l3 2";
const SETTINGS: &str = "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5M15 5v4M9 10v4M13 15v4";
const FILTER: &str = "M4 5h16l-6 7.500V19l-4-2v-4.500z";
const TODAY: &str = "M4 6h16v14H4zM4 10h16M8 3.500V6M16 3.500V6M12 13v4";

/// The tools.
#[component]
pub(crate) fn Toolbar(
    /// More of them.
    tools: ViewFn,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    macro_rules! text {
        ($key:ident) => {
            t_signal!(i18n, plan.$key)
        };
    }
    let able = cx.open.can_undo_redo();
    // nothing to do while no plan is here, or only its first rows
    let here: Signal<bool> = Memo::new(move |_| cx.live.with(Option::is_some)).into();
    // they work on rows of the grid
    let gantt = move || cx.shape.get() == Shape::Gantt;
    let may = Signal::derive(move || here.get() && gantt() && cx.may(Writes::Plan));
    let chart = Signal::derive(move || here.get() && gantt());
    view! {
        <div class="plan-tools" role="toolbar" aria-label=t!(i18n, plan.tools)>
            <div class="plan-group">
                <Tool label=text!(undo) face=UNDO name="undo" enabled=Signal::derive(move || here.get() && able.get().0) act=Cx::undo />
                <Tool label=text!(redo) face=REDO enabled=Signal::derive(move || here.get() && able.get().1) act=Cx::redo />
            </div>
            <div class="plan-group">
                <Tool label=text!(add_task) face=ADD enabled=may act=Cx::add />
                <Tool label=text!(remove_task) face=REMOVE enabled=may act=Cx::remove />
                <Tool label=text!(outdent) face=OUTDENT enabled=may act=Cx::outdent />
                <Tool label=text!(indent) face=INDENT enabled=may act=Cx::indent />
                <Tool label=text!(move_up) face=UP enabled=may act=|cx| cx.shift(true) />
                <Tool label=text!(move_down) face=DOWN enabled=may act=|cx| cx.shift(false) />
                <Tool label=text!(link_tasks) face=LINK name="link" enabled=may act=Cx::link_chosen desk=true />
                <Tool label=text!(details) face=PANEL enabled=here act=Cx::open_panel desk=true />
            </div>
            <div class="plan-group">
                <Tool label=text!(zoom_out) face=FARTHER enabled=chart act=|cx| zoom(cx, false) />
                <Tool label=text!(zoom_in) face=NEARER enabled=chart act=|cx| zoom(cx, true) />
                <Tool label=text!(zoom_fit) face=FIT name="fit" enabled=chart act=Cx::fit />
                <Tool label=text!(show_today) face=TODAY enabled=chart act=Cx::show_today />
                <Tool label=text!(print) face=PRINT enabled=here act=|_| element::print() desk=true />
            </div>
            <Tool label=t_signal!(i18n, lens.tool) face=FILTER name="lens" enabled=here act=Cx::toggle_lens />
            <ColumnsMenu />
            <Tool label=text!(settings) face=SETTINGS name="settings" enabled=here act=Cx::open_settings desk=true />
            <Tool
                label=t_signal!(i18n, history.history_tool)
                face=HISTORY
                name="history"
                enabled=here
                act=|cx| cx.open_history(None)
            />
            <div class="plan-space"></div>
            <Counters />
            <Faces />
            <div class="plan-more">
                // what they load is not to hold the first rows up
                <Show when=move || here.get()>{tools.run()}</Show>
            </div>
        </div>
    }
}

fn zoom(cx: &Cx, nearer: bool) {
    let to = scale::step(cx.zoom.get_untracked(), nearer);
    cx.zoom_to(to, cx.chart_width.get_untracked() / 2.0);
}

/// Which columns, and whether slack is drawn.
#[component]
fn ColumnsMenu() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let all = move || {
        cx.model.with(|model| {
            let own = model.view.plan.fields.iter();
            let own = own.map(|field| Column::Own(field.id));
            columns::ALL.into_iter().chain(own).collect::<Vec<_>>()
        })
    };
    let toggle = move |column: Column| {
        let now = cx.columns.get_untracked();
        let next = untrack(all).into_iter();
        let next = next.filter(|c| now.contains(c) != (*c == column));
        cx.choose_columns(Some(next.collect()));
    };
    let open = RwSignal::new(false);
    let gantt = move || cx.shape.get() == Shape::Gantt;
    view! {
        <Popover
            open=open
            label=t_signal!(i18n, plan.view)
            class="plan-tool plan-tool-text"
            button=move || t!(i18n, plan.view)
        >
            <div class="plan-menu">
            <strong>{t!(i18n, shapes.view)}</strong>
            <div class="plan-menu-columns" role="group" aria-label=t!(i18n, shapes.view)>
            {SHAPES
                .into_iter()
                .map(|shape| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name="plan-shape"
                                data-shape=shape.key()
                                prop:checked=move || cx.shape.get() == shape
                                on:change=move |_| {
                                    if cx.finish() {
                                        open.set(false);
                                        cx.shape.set(shape);
                                    }
                                }
                            />
                            {move || cx.shape_words(shape)}
                        </label>
                    }
                })
                .collect_view()}
            </div>
            <hr />
            <div class="plan-menu-columns">
                <button
                    class="plan-link"
                    data-menu="resources"
                    on:click=move |_| {
                        open.set(false);
                        cx.side.set(Some(Side::Resources));
                    }
                >
                    {t!(i18n, resources.title)}
                </button>
                <button
                    class="plan-link"
                    data-menu="baselines"
                    on:click=move |_| {
                        open.set(false);
                        cx.side.set(Some(Side::Baselines));
                    }
                >
                    {t!(i18n, earned.baselines)}
                </button>
                <button
                    class="plan-link"
                    data-menu="earned"
                    on:click=move |_| {
                        open.set(false);
                        cx.side.set(Some(Side::Earned));
                    }
                >
                    {t!(i18n, earned.title)}
                </button>
                <button
                    class="plan-link"
                    data-menu="fields"
                    on:click=move |_| {
                        open.set(false);
                        cx.side.set(Some(Side::Fields));
                    }
                >
                    {t!(i18n, fields.title)}
                </button>
                <button
                    class="plan-link"
                    data-menu="settings"
                    on:click=move |_| {
                        open.set(false);
                        cx.open_settings();
                    }
                >
                    {t!(i18n, plan.settings)}
                </button>
            </div>
            <hr />
            <Show when=gantt>
            <strong>{t!(i18n, plan.columns)}</strong>
            <div class="plan-menu-columns">
            <For
                each=move || {
                    let all = all().into_iter();
                    all.filter(|c| !matches!(c, Column::Number | Column::Name)).collect::<Vec<_>>()
                }
                key=|c| *c
                let:column
            >
                <label>
                    <input
                        type="checkbox"
                        prop:checked=move || cx.columns.with(|c| c.contains(&column))
                        on:change=move |_| toggle(column)
                    />
                    {title(column)}
                </label>
            </For>
            </div>
            <button class="plan-link" on:click=move |_| cx.choose_columns(None)>
                {t!(i18n, plan.columns_usual)}
            </button>
            <button class="plan-link" on:click=move |_| cx.set_width(None)>
                {t!(i18n, lens.widths_usual)}
            </button>
            <hr />
            <strong>{t!(i18n, plan.chart)}</strong>
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || cx.show_slack.get()
                    on:change=move |_| cx.show_slack.update(|on| *on = !*on)
                />
                {t!(i18n, plan.show_slack)}
                </label>
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || cx.show_front.get()
                    on:change=move |_| cx.show_front.update(|on| *on = !*on)
                />
                {t!(i18n, plan.show_front)}
            </label>
            <Show when=move || cx.model.with(|model| model.baseline().is_some())>
                <label>
                    <input
                        type="checkbox"
                        prop:checked=move || cx.show_agreed.get()
                        on:change=move |_| cx.show_agreed.update(|on| *on = !*on)
                    />
                    {t!(i18n, earned.show_agreed)}
                </label>
            </Show>
            <strong>{t!(i18n, plan.picture)}</strong>
            <Keep
                make=Callback::new(move |form| {
                    open.set(false);
                    super::picture::draw(&cx, form)
                })
                file=Signal::derive(move || cx.file_name(""))
                label=String::new()
                failed=cx.picture_failed()
            />
                <hr />
                <button class="plan-link" on:click=move |_| cx.fold_all(true)>
                    {t!(i18n, plan.fold_all)}
                </button>
                <button class="plan-link" on:click=move |_| cx.fold_all(false)>
                    {t!(i18n, plan.unfold_all)}
                </button>
                <hr />
            </Show>
            </div>
        </Popover>
    }
}

/// Others who look at this plan.
#[component]
fn Faces() -> impl IntoView {
    let cx = use_cx();
    let present = cx.open.present();
    let people = Memo::new(move |_| {
        let mut people: Vec<_> = present.with(|p| p.iter().map(|p| p.person).collect());
        sort::plain(&mut people);
        people.dedup();
        people
    });
    view! {
        <div class="plan-faces">
            <For each=move || people.get() key=|p| *p let:person>
                <Face person=person />
            </For>
        </div>
    }
}
