//! `serve --demo`: an organisation to look at.
