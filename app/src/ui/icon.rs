//! Icons as line drawings: 24 units square, in the colour of the text.

use leptos::prelude::*;

/// An icon by name; decorative: the text beside it, or the button's label, says the same.
#[component]
pub fn Icon(
    /// Which one.
    name: &'static str,
) -> impl IntoView {
    let path = match name {
        "home" => "M3 11.5 12 4l9 7.5M5.5 10v10h13V10M10 20v-6h4v6",
        "projects" => "M4 5h7v7H4zM13 5h7v4h-7zM13 12h7v7h-7zM4 15h7v4H4z",
        "book" => {
            "M5 4.500h11.500a2 2 0 0 1 2 2V20H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h11.500M9 8.500h6M9 11.500h6"
        }
        "admin" => {
            "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.200.8 3.500 2.700 3.500 5.500"
        }
        "account" => {
            "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c0-4.500 3.500-6.500 7.500-6.500s7.500 2 7.500 6.500"
        }
        "offline" => {
            "M7 18h9.500M19.300 16.300A4 4 0 0 0 17.500 9h-.7A6.500 6.500 0 0 0 9 5.400M6.300 7.900A6 6 0 0 0 5 9.700 4.200 4.200 0 0 0 7 18M4 3l17 17"
        }
        "syncing" => {
            "M20 11a8 8 0 0 0-14.500-3.500L4 9M4 4v5h5M4 13a8 8 0 0 0 14.500 3.500L20 15M20 20v-5h-5"
        }
        "synced" => {
            "M7 18h10.500a4 4 0 0 0 0-8h-.7a6 6 0 0 0-11.600 1.600A3.300 3.300 0 0 0 7 18zM9 13.500l2.200 2.200 4-4.200"
        }
        "failed" => "M12 3.500 22 20.500H2zM12 10v5M12 17.700v.3",
        "lock" => "M6 11h12v9.500H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
        "search" => {
            "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.300 15.300 20.500 20.500"
        }
        "close" => "M6 6l12 12M18 6 6 18",
        "plus" => "M12 5v14M5 12h14",
        "more" => "M5.500 12v.1M12 12v.1M18.500 12v.1",
        "check" => "M5 12.500 10 17.500 19.500 7",
        "device" => "M7 3h10v18H7zM11 18h2",
        "server" => "M4 5h16v6H4zM4 13h16v6H4zM7.500 8v.1M7.500 16v.1",
        "eye" => {
            "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
        }
        "help" => {
            "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.500v.2"
        }
        "menu" => "M4 7h16M4 12h16M4 17h16",
        "conflict" => "M6 4v16M6 12h6a4 4 0 0 0 4-4V4M18 20v-4a4 4 0 0 0-4-4",
        "leave" => "M14 8V5H4v14h10v-3M9 12h11.500M17 8.500l3.500 3.500-3.500 3.500",
        "open" => "M4 5h16v14H4zM14 5v14",
        "comment" => "M4 5h16v11.500h-8.500L7 20.500v-4H4zM8 9h8M8 12.500h5",
        "file" => "M6 3h8l4 4v14H6zM14 3v4h4",
        "back" => "M14.500 5.500 8 12l6.500 6.500",
        _ => "M12 12v.1",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}

/// The product's mark: a plumb line.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M5 3h14" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
            <path d="M12 3v9" stroke="currentColor" stroke-width="1.5" />
            <path d="M8.500 12h7l-1 4.500L12 22l-2.500-5.500z" fill="currentColor" />
        </svg>
    }
}
