//! Conditions on how many items are taken of each cell, and what follows from them at once.
//!
//! In: cells (items that can stand for each other) with what they hold, and rows, each a weighted sum of cells that must lie between two
//! numbers. Out: whether the bounds on the cells that are known already leave room, and tighter bounds where they follow. All numbers
//! are whole, so everything that is said here is exact. It knows nothing of cards.

/// A cell in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term {
    /// The cell.
    pub(super) cell: usize,
    /// What an item of it counts, at least 1.
    pub(super) weight: i32,
}

/// A weighted sum of cells that lies between two numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// At least.
    pub(super) low: i32,
    /// At most.
    pub(super) high: i32,
    /// Its cells, no two alike.
    pub(super) terms: Vec<Term>,
}

/// Rows of which each cell of a larger row is in at most one, with the same weight. What some of them still need is not there for the others.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    /// The larger row.
    pub(super) whole: usize,
    /// The rows within it.
    pub(super) parts: Vec<usize>,
    /// The cells of the larger row that are in none of them.
    rest: Vec<Term>,
}

/// A row that says what items cost, over rows that must be filled: each takes its cheapest cells first, so the row comes to no less.
#[derive(Debug, Clone)]
struct Bill {
    /// The row of the costs.
    cost: usize,
    /// The rows to be filled, with what an item of each of their cells costs, the cheapest first.
    parts: Vec<(usize, Vec<Price>)>,
}

/// What an item of a cell costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Price {
    price: i32,
    cell: usize,
}

/// Cells and rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Problem {
    capacity: Vec<i32>,
    rows: Vec<Row>,
    /// The rows of each cell, with its weight there.
    rows_of: Vec<Vec<(usize, i32)>>,
    partitions: Vec<Partition>,
    bill: Option<Bill>,
}

/// How many items are taken of each cell at the least and at the most, and what that makes of each row.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    least: Vec<i32>,
    most: Vec<i32>,
    /// The least that each row can come to.
    floor: Vec<i32>,
    /// The most.
    ceiling: Vec<i32>,
}

impl Problem {
    /// Cells that hold so many items, without conditions.
    pub(super) fn new(capacity: Vec<i32>) -> Self {
        let rows_of = vec![Vec::new(); capacity.len()];
        Self { capacity, rows: Vec::new(), rows_of, partitions: Vec::new(), bill: None }
    }

    /// Adds a row and returns its number.
    pub(super) fn add(&mut self, row: Row) -> usize {
        let number = self.rows.len();
        for term in &row.terms {
            self.rows_of[term.cell].push((number, term.weight));
        }
        self.rows.push(row);
        number
    }

    /// Says that `parts` lie in `whole` without sharing a cell.
    pub(super) fn part(&mut self, whole: usize, parts: Vec<usize>) {
        let mut inside = vec![false; self.capacity.len()];
        parts.iter().flat_map(|part| &self.rows[*part].terms).for_each(|term| inside[term.cell] = true);
        let rest = self.rows[whole].terms.iter().copied().filter(|term| !inside[term.cell]).collect();
        self.partitions.push(Partition { whole, parts, rest });
    }

    /// Says that the weights of `cost` are what items cost of which each of `parts` must have so many. Each item of a part counts one
    /// there, and no cell is in two parts.
    pub(super) fn bill(&mut self, cost: usize, parts: &[usize]) {
        let mut prices = vec![0; self.capacity.len()];
        self.rows[cost].terms.iter().for_each(|term| prices[term.cell] = term.weight);
        let part = |part: &usize| {
            let cells = self.rows[*part].terms.iter().map(|term| Price { price: prices[term.cell], cell: term.cell });
            let mut cells: Vec<Price> = cells.collect();
            cells.sort_unstable();
            (*part, cells)
        };
        self.bill = Some(Bill { cost, parts: parts.iter().map(part).collect() });
    }

    /// The row of costs.
    #[cfg(test)]
    pub(super) fn billed(&self) -> Option<usize> {
        self.bill.as_ref().map(|bill| bill.cost)
    }

    /// No less can the row of [`Self::bill`] come to; `None` if there is none, or a part cannot be filled.
    pub(super) fn cheapest(&self, bounds: &Bounds) -> Option<i32> {
        let bill = self.bill.as_ref()?;
        let of_part = |(part, prices): &(usize, Vec<Price>)| Some(self.fill(bounds, *part, prices)?.cost);
        let more: Option<i32> = bill.parts.iter().map(of_part).sum();
        Some(bounds.floor[bill.cost] + more?)
    }

    /// The same cells under some of the rows: `keep` says between which numbers a row must lie now, if it is kept. What says how rows
    /// lie in each other is left out.
    pub(super) fn only(&self, mut keep: impl FnMut(usize, &Row) -> Option<std::ops::RangeInclusive<i32>>) -> Self {
        let mut problem = Self::new(self.capacity.clone());
        for (number, row) in self.rows.iter().enumerate() {
            if let Some(range) = keep(number, row) {
                problem.add(Row { low: *range.start(), high: *range.end(), terms: row.terms.clone() });
            }
        }
        problem
    }

    /// Adds a cell that holds so many items, without conditions, and returns its number.
    pub(super) fn add_cell(&mut self, capacity: i32) -> usize {
        self.capacity.push(capacity);
        self.rows_of.push(Vec::new());
        self.capacity.len() - 1
    }

    /// Puts a cell into a row.
    pub(super) fn add_term(&mut self, row: usize, term: Term) {
        self.rows_of[term.cell].push((row, term.weight));
        self.rows[row].terms.push(term);
    }

    /// Lets a row come to no more than `high`.
    pub(super) fn limit(&mut self, row: usize, high: i32) {
        self.rows[row].high = high;
    }

    /// How many cells there are.
    pub(super) fn cells(&self) -> usize {
        self.capacity.len()
    }

    /// The rows.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows that a cell is in, with its weight there.
    pub(super) fn rows_of(&self, cell: usize) -> &[(usize, i32)] {
        &self.rows_of[cell]
    }

    /// Nothing taken and nothing ruled out.
    pub(super) fn bounds(&self) -> Bounds {
        let sum = |row: &Row| row.terms.iter().map(|term| term.weight * self.capacity[term.cell]).sum();
        Bounds {
            least: vec![0; self.capacity.len()],
            most: self.capacity.clone(),
            floor: vec![0; self.rows.len()],
            ceiling: self.rows.iter().map(sum).collect(),
        }
    }

    /// What the rows come to where so many items of each cell are taken.
    pub(super) fn sums(&self, taken: &[i32]) -> Vec<i32> {
        self.rows.iter().map(|row| row.terms.iter().map(|term| term.weight * taken[term.cell]).sum()).collect()
    }

    /// Whether so many items of each cell keep the bounds and meet every row.
    pub(super) fn holds(&self, bounds: &Bounds, taken: &[i32]) -> bool {
        let inside = taken.iter().enumerate().all(|(cell, count)| bounds.range(cell).contains(count));
        inside && self.rows.iter().zip(self.sums(taken)).all(|(row, sum)| (row.low..=row.high).contains(&sum))
    }

    /// Draws the conclusions from the bounds as they are. `false` if nothing keeps them.
    pub(super) fn settle(&self, bounds: &mut Bounds) -> bool {
        self.follow(bounds, (0..self.rows.len()).collect())
    }

    /// Takes one more item of a cell, with all that follows. `false` if nothing is left then.
    pub(super) fn take(&self, bounds: &mut Bounds, cell: usize) -> bool {
        let mut news = Vec::new();
        self.raise(bounds, cell, bounds.least[cell] + 1, &mut news);
        bounds.least[cell] <= bounds.most[cell] && self.follow(bounds, news)
    }

    /// Takes no more of a cell than must be, with all that follows. `false` if nothing is left then.
    pub(super) fn close(&self, bounds: &mut Bounds, cell: usize) -> bool {
        let mut news = Vec::new();
        self.lower(bounds, cell, bounds.least[cell], &mut news);
        self.follow(bounds, news)
    }

    fn raise(&self, bounds: &mut Bounds, cell: usize, least: i32, news: &mut Vec<usize>) {
        let more = least - bounds.least[cell];
        bounds.least[cell] = least;
        for (row, weight) in &self.rows_of[cell] {
            bounds.floor[*row] += weight * more;
            news.push(*row);
        }
    }

    fn lower(&self, bounds: &mut Bounds, cell: usize, most: i32, news: &mut Vec<usize>) {
        let fewer = bounds.most[cell] - most;
        bounds.most[cell] = most;
        for (row, weight) in &self.rows_of[cell] {
            bounds.ceiling[*row] -= weight * fewer;
            news.push(*row);
        }
    }

    /// Draws the conclusions from rows that have changed, and from what these change in turn.
    fn follow(&self, bounds: &mut Bounds, mut news: Vec<usize>) -> bool {
        loop {
            while let Some(number) = news.pop() {
                let row = &self.rows[number];
                if bounds.floor[number] > row.high || bounds.ceiling[number] < row.low {
                    return false;
                }
                let (above, below) = (row.high - bounds.floor[number], bounds.ceiling[number] - row.low);
                self.tighten(bounds, &row.terms, above, below, &mut news);
            }
            for partition in &self.partitions {
                if !self.follow_partition(bounds, partition, &mut news) {
                    return false;
                }
            }
            if !self.follow_bill(bounds, &mut news) {
                return false;
            }
            if news.is_empty() {
                return true;
            }
        }
    }

    /// Tightens the bounds of cells of which the sum may rise by `above` from its least and fall by `below` from its most.
    fn tighten(&self, bounds: &mut Bounds, terms: &[Term], above: i32, below: i32, news: &mut Vec<usize>) {
        for Term { cell, weight } in terms.iter().copied() {
            let (least, most) = (bounds.least[cell], bounds.most[cell]);
            let room = weight * (most - least);
            if room > above {
                self.lower(bounds, cell, least + above / weight, news);
            }
            if room > below {
                // Where the ends pass each other now, a row of the cell comes to more than it may.
                self.raise(bounds, cell, most - below / weight, news);
            }
        }
    }

    fn follow_partition(&self, bounds: &mut Bounds, partition: &Partition, news: &mut Vec<usize>) -> bool {
        let Partition { whole, parts, rest } = partition;
        let needs = |bounds: &Bounds, part: usize| self.rows[part].low.max(bounds.floor[part]);
        let holds = |bounds: &Bounds, part: usize| self.rows[part].high.min(bounds.ceiling[part]);
        let (mut needed, mut held) = (bounds.floor[*whole], bounds.ceiling[*whole]);
        for part in parts {
            needed += needs(bounds, *part) - bounds.floor[*part];
            held += holds(bounds, *part) - bounds.ceiling[*part];
        }
        // How much the parts can take beyond what they need, and leave of what they hold.
        let (spare, surplus) = (self.rows[*whole].high - needed, held - self.rows[*whole].low);
        if spare < 0 || surplus < 0 {
            return false;
        }
        for part in parts {
            let above = needs(bounds, *part) + spare - bounds.floor[*part];
            let below = bounds.ceiling[*part] - (holds(bounds, *part) - surplus);
            self.tighten(bounds, &self.rows[*part].terms, above, below, news);
        }
        self.tighten(bounds, rest, spare, surplus, news);
        true
    }

    /// Fills a row with its cheapest cells, beyond what is taken of them; `None` if they do not suffice.
    fn fill(&self, bounds: &Bounds, part: usize, prices: &[Price]) -> Option<Fill> {
        let mut need = (self.rows[part].low - bounds.floor[part]).max(0);
        let mut fill = Fill { cost: 0, last: 0, next: None };
        for Price { price, cell } in prices.iter().copied() {
            let room = bounds.most[cell] - bounds.least[cell];
            let taken = room.min(need);
            need -= taken;
            fill.cost += price * taken;
            if taken > 0 {
                fill.last = price;
            }
            if taken < room {
                fill.next = Some(price);
                break;
            }
        }
        (need == 0).then_some(fill)
    }

    /// Rules out what is too dear, and takes what is too cheap to be left.
    fn follow_bill(&self, bounds: &mut Bounds, news: &mut Vec<usize>) -> bool {
        let Some(Bill { cost, parts }) = &self.bill else { return true };
        let high = self.rows[*cost].high;
        if high == i32::MAX {
            return true;
        }
        let Some(least) = self.cheapest(bounds) else { return false };
        let spare = high - least;
        if spare < 0 {
            return false;
        }
        for (part, prices) in parts {
            // What was lowered or raised in another part has not changed this one.
            let Some(Fill { last, next, .. }) = self.fill(bounds, *part, prices) else { return false };
            let mut need = (self.rows[*part].low - bounds.floor[*part]).max(0);
            for Price { price, cell } in prices.iter().copied() {
                let (least, most) = (bounds.least[cell], bounds.most[cell]);
                let filled = (most - least).min(need);
                need -= filled;
                if price > last {
                    // An item more stands in the place of one that costs no more than the last.
                    let more = spare / (price - last);
                    if more < most - least {
                        self.lower(bounds, cell, least + more, news);
                    }
                } else if filled > 0 && next.is_none_or(|next| next > price) {
                    // An item fewer is made up for by one that costs no less than the next.
                    let fewer = next.map_or(0, |next| spare / (next - price));
                    if fewer < filled {
                        self.raise(bounds, cell, least + filled - fewer, news);
                    }
                }
            }
        }
        true
    }
}

/// A row filled with its cheapest cells.
struct Fill {
    /// What that costs.
    cost: i32,
    /// What the dearest item of it costs, 0 if there is none.
    last: i32,
    /// What the cheapest item costs that is left, if one is.
    next: Option<i32>,
}

impl Bounds {
    /// How many items of a cell are taken, at the least and at the most.
    pub(super) fn range(&self, cell: usize) -> std::ops::RangeInclusive<i32> {
        self.least[cell]..=self.most[cell]
    }

    /// How many items of each cell are taken at the least.
    pub(super) fn least(&self) -> &[i32] {
        &self.least
    }

    /// Whether one more item of a cell may be taken, as far as is known.
    pub(super) fn is_open(&self, cell: usize) -> bool {
        self.least[cell] < self.most[cell]
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Up to seven cells of up to three items under up to five rows, with a row over all cells that the first rows part, and mostly with
    /// a row of what items of these cost.
    pub(in crate::form) fn problems() -> impl Strategy<Value = Problem> {
        let row = (vec(0..4_i32, 7), 0..6_i32, 0..5_i32);
        let costs = (vec(0..5_i32, 7), prop_oneof![Just(i32::MAX), 0..20_i32]);
        (vec(1..4_i32, 1..8), vec(row, 0..5), 0..8_i32, 0..4_i32, 0..7_usize, costs).prop_map(
            |(capacity, rows, low, width, cut, (prices, budget))| {
                let cells = capacity.len();
                let mut problem = Problem::new(capacity);
                let terms = |range: std::ops::Range<usize>| range.map(|cell| Term { cell, weight: 1 }).collect();
                let whole = problem.add(Row { low, high: low + width, terms: terms(0..cells) });
                let cut = cut.min(cells);
                let parts = [(0, cut / 2), (cut / 2, cut)]
                    .map(|(from, to)| problem.add(Row { low: low / 2, high: low, terms: terms(from..to) }));
                problem.part(whole, parts.to_vec());
                let prices = prices.iter().take(cells).enumerate().filter(|(_, price)| **price > 0);
                let terms = prices.map(|(cell, price)| Term { cell, weight: *price }).collect();
                let cost = problem.add(Row { low: 0, high: budget, terms });
                problem.bill(cost, &parts);
                for (weights, low, width) in rows {
                    let terms = (0..cells).filter(|cell| weights[*cell] > 0);
                    let terms = terms.map(|cell| Term { cell, weight: weights[cell] }).collect();
                    problem.add(Row { low, high: low + width, terms });
                }
                problem
            },
        )
    }

    /// Everything that meets the rows, by trying.
    pub(in crate::form) fn all(problem: &Problem) -> Vec<Vec<i32>> {
        let bounds = problem.bounds();
        let mut found: Vec<Vec<i32>> = vec![Vec::new()];
        for cell in 0..problem.cells() {
            found = found
                .into_iter()
                .flat_map(|taken| {
                    bounds.range(cell).map(move |count| {
                        let mut longer = taken.clone();
                        longer.push(count);
                        longer
                    })
                })
                .collect();
        }
        found.retain(|taken| problem.holds(&bounds, taken));
        found
    }

    proptest! {
        #[test]
        fn what_follows_loses_nothing(problem in problems(), takes in vec(0..7_usize, 0..4)) {
            let mut bounds = problem.bounds();
            let mut least = vec![0; problem.cells()];
            let mut open = problem.settle(&mut bounds);
            for cell in takes.into_iter().map(|cell| cell % problem.cells()) {
                open = open && problem.take(&mut bounds, cell);
                least[cell] = bounds.least()[cell].max(least[cell] + 1);
            }
            for taken in all(&problem).iter().filter(|taken| taken.iter().zip(&least).all(|(count, least)| count >= least)) {
                prop_assert!(open, "{taken:?} was there");
                prop_assert!(problem.holds(&bounds, taken), "{taken:?} was lost");
            }
        }
    }
}
