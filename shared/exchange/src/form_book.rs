//! A form as an Excel file: laid out as on paper, with values as what they are.
//!
//! What is written comes as plain data ([`Book`]): whoever has the form works out what stands where.

mod layout;

use base::Moment;
use domain::money::Money;
use domain::number::Number;
use rust_xlsxwriter::XlsxError;
use serde::{Deserialize, Serialize};

/// A form to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// The sheet's name; what Excel does not take in one is left out.
    pub sheet: String,
    /// The heading.
    pub title: String,
    /// What stands below it, each with its label: number, standing, author.
    pub facts: Vec<(String, String)>,
    /// The page, from above.
    pub parts: Vec<Part>,
    /// Below all.
    pub footer: String,
    /// Printed wide rather than upright.
    pub landscape: bool,
}

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// The heading of a section.
    Heading(String),
    /// Fields beside each other; their shares of the four columns of the page, label and value together.
    Line(Vec<(String, Cell, u8)>),
    /// A table.
    Table(Table),
    /// The opinions.
    Opinions {
        /// Their heading.
        heading: String,
        /// What the columns are: whose, opinion, name, day.
        columns: [String; 4],
        /// Each.
        rows: Vec<Opinion>,
    },
}

/// A table of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// What the column of row numbers is called.
    pub number: String,
    /// What its columns are called.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// What the line of sums is called, and the sums.
    pub totals: Option<(String, Vec<Cell>)>,
}

/// What somebody who decides said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Whose it is: a department, a role.
    pub title: String,
    /// The decision, and what was said.
    pub said: String,
    /// Who it was; empty: nobody yet.
    pub name: String,
    /// The day; `None`: not yet.
    pub day: Option<Moment>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text; never a formula.
    Text(String),
    /// A number, with what it counts behind it.
    Number(Number, String),
    /// An amount, with what its currency is called behind it.
    Money(Money, String),
    /// A day.
    Date(Moment),
}

/// Writes the form as one sheet.
///
/// # Errors
/// The library refuses something, such as more rows than a sheet has.
pub fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    layout::Writer::new(book).write(book)
}
