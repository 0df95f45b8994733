//! What does not fit its column, in words and points.

use std::fmt;

/// Something larger than the room it has, when everything that may shrink has been shrunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overfull {
    /// What it is.
    pub matter: Matter,
    /// Which way it sticks out.
    pub side: Side,
    /// How wide or high it is.
    pub points: f32,
    /// How much room there is.
    pub room: f32,
}

/// What may stick out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// Running text, or whatever has no other name.
    Line,
    /// A formula.
    Formula,
    /// A picture.
    Picture,
    /// A table, or one of its rows.
    Table,
}

/// The way in which something sticks out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Over the right edge.
    Width,
    /// Over the lower edge.
    Height,
}

impl fmt::Display for Overfull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.matter, self.side) {
            (Matter::Line, _) => "a line",
            (Matter::Formula, _) => "a formula",
            (Matter::Picture, _) => "a picture",
            (Matter::Table, Side::Width) => "a table",
            (Matter::Table, Side::Height) => "a row of a table",
        };
        let side = match self.side {
            Side::Width => "wide",
            Side::Height => "high",
        };
        // Rounded so that the first is never shown as fitting the second.
        write!(f, "{what} is {:.0} points {side}, and the room for it {:.0}", self.points.ceil(), self.room.floor())
    }
}
