//! Whether a selection can be made whole, by exchanging, bounding and branching.
//!
//! In: a selection in the making, and candidates that may be a part of what makes it whole. Out: what does, the proof that nothing
//! does, or word that the search was given up.
//!
//! Exchanges find quickly what is there. That nothing is there shows in counting: of candidates that all bar each other one can be
//! taken, so sections that are covered by fewer such groups than they want items cannot be filled. Where neither decides, the
//! search branches.

use super::choose::{Selection, Verdict};
use fixedbitset::FixedBitSet;

/// How many branches may be opened: like all bounds here a count, not a time, so that the answer is the same on any machine.
const MOST_BRANCHES: usize = 200;
/// How many exchanges are tried before counting shows whether more are worth it.
const FIRST_EXCHANGES: usize = 20;
/// How many are tried then.
const MOST_EXCHANGES: usize = 300;
/// For how many exchanges a candidate that was put out stays out, lest two put each other out for ever.
const REST: usize = 3;
/// The tables grow with the square of the open candidates; of more than these nothing is tried.
const MOST_CANDIDATES: usize = 4_096;

/// Candidates that give every section what it wants. Quick if `start` holds most of them; it may also hold others.
pub(super) fn fill(selection: &Selection<'_>, start: &[usize]) -> Verdict {
    let names: Vec<usize> = selection.open().collect();
    if names.len() > MOST_CANDIDATES {
        return Verdict::GivenUp;
    }
    let board = Board::new(selection, names);
    match board.fill(selection.wants().to_vec(), start) {
        Verdict::Found(found) => Verdict::Found(found.into_iter().map(|one| board.names[one]).collect()),
        other => other,
    }
}

/// The open candidates of a selection, numbered anew: those with the fewest rivals first.
struct Board {
    /// What the selection calls them.
    names: Vec<usize>,
    /// The section of each candidate.
    section: Vec<usize>,
    /// The candidates of each section.
    of_section: Vec<FixedBitSet>,
    /// The rivals of each candidate.
    rivals: Vec<FixedBitSet>,
}

/// A selection in the making, on a board.
#[derive(Clone)]
struct State {
    /// The candidates that may still be taken: their sections want more, and nothing that was taken bars them.
    open: FixedBitSet,
    /// How many items each section still wants.
    wants: Vec<usize>,
    /// What was taken.
    taken: Vec<usize>,
}

impl Board {
    fn new(selection: &Selection<'_>, mut names: Vec<usize>) -> Self {
        names.sort_by_cached_key(|name| selection.rivals(*name).count());
        let mut number = vec![0; selection.size()];
        for (one, name) in names.iter().enumerate() {
            number[*name] = one;
        }
        let none = FixedBitSet::with_capacity(names.len());
        let section: Vec<usize> = names.iter().map(|name| selection.section(*name)).collect();
        let mut of_section = vec![none.clone(); selection.wants().len()];
        for (one, section) in section.iter().enumerate() {
            of_section[*section].insert(one);
        }
        let mut rivals = vec![none; names.len()];
        for (rivals, name) in rivals.iter_mut().zip(&names) {
            rivals.extend(selection.rivals(*name).map(|rival| number[rival]));
        }
        Self { names, section, of_section, rivals }
    }

    fn fill(&self, wants: Vec<usize>, start: &[usize]) -> Verdict {
        let mut open = FixedBitSet::with_capacity(self.names.len());
        open.insert_range(..);
        let mut state = State { open, wants, taken: Vec::new() };
        let start: Vec<usize> =
            start.iter().filter_map(|name| self.names.iter().position(|other| other == name)).collect();
        if let Some(found) = self.exchange(&state, &start, FIRST_EXCHANGES) {
            return Verdict::Found(found);
        }
        if self.settle(&mut state).is_none() {
            return Verdict::Impossible;
        }
        if let Some(found) = self.exchange(&state, &start, MOST_EXCHANGES) {
            return Verdict::Found(found);
        }
        let mut branches_left = MOST_BRANCHES;
        self.descend(state, &mut branches_left)
    }

    fn take(&self, state: &mut State, one: usize) {
        let section = self.section[one];
        state.taken.push(one);
        state.open.remove(one);
        state.open.difference_with(&self.rivals[one]);
        state.wants[section] -= 1;
        if state.wants[section] == 0 {
            state.open.difference_with(&self.of_section[section]);
        }
    }

    /// Puts candidates into sections that lack items, each time the one that bars the fewest that are in, and puts these out.
    fn exchange(&self, state: &State, start: &[usize], most: usize) -> Option<Vec<usize>> {
        let mut trial = Trial {
            board: self,
            lacks: state.wants.clone(),
            inside: FixedBitSet::with_capacity(self.names.len()),
            bars: vec![0; self.names.len()],
        };
        for one in start.iter().copied().filter(|one| state.open.contains(*one)) {
            if trial.bars[one] == 0 && trial.lacks[self.section[one]] > 0 {
                trial.put_in(one);
            }
        }
        let mut rests_until = vec![0; self.names.len()];
        let mut exchanges = 0;
        while trial.lacks.iter().any(|lacking| *lacking > 0) {
            let fits = |one: &usize| trial.lacks[self.section[*one]] > 0 && rests_until[*one] <= exchanges;
            let waiting = state.open.difference(&trial.inside).filter(fits);
            let next = waiting.min_by_key(|one| (trial.bars[*one], rests_until[*one]))?;
            if trial.bars[next] > 0 {
                if exchanges == most {
                    return None;
                }
                exchanges += 1;
                for out in self.rivals[next].intersection(&trial.inside).collect::<Vec<_>>() {
                    trial.put_out(out);
                    rests_until[out] = exchanges + REST;
                }
            }
            trial.put_in(next);
        }
        Some(state.taken.iter().copied().chain(trial.inside.ones()).collect())
    }

    /// Tries to take the candidate that says most, and then to leave it out.
    fn descend(&self, mut state: State, branches_left: &mut usize) -> Verdict {
        loop {
            let Some(tightest) = self.settle(&mut state) else { return Verdict::Impossible };
            let rivals = |one: &usize| self.rivals[*one].intersection_count(&state.open);
            let branch = self.pool(&state, &tightest).ones().max_by_key(rivals);
            let Some(branch) = branch else { return Verdict::Found(state.taken) };
            if *branches_left == 0 {
                return Verdict::GivenUp;
            }
            *branches_left -= 1;
            let mut with = state.clone();
            self.take(&mut with, branch);
            match self.descend(with, branches_left) {
                Verdict::Impossible => state.open.remove(branch),
                end => return end,
            }
        }
    }

    /// Takes and closes what follows, until nothing more does; then names the sections with the least choice. `None` if some
    /// sections cannot be filled.
    fn settle(&self, state: &mut State) -> Option<Vec<usize>> {
        loop {
            // What bars nothing can stand for any other of its section.
            let harmless: Vec<usize> =
                state.open.ones().filter(|one| self.rivals[*one].is_disjoint(&state.open)).collect();
            for one in harmless {
                if state.open.contains(one) {
                    self.take(state, one);
                }
            }
            let wanting: Vec<usize> = (0..state.wants.len()).filter(|section| state.wants[*section] > 0).collect();
            let mut tightest = (usize::MAX, Vec::new());
            let mut changed = false;
            for section in &wanting {
                let slack = self.slack(state, &[*section])?;
                tightest = tightest.min((slack, vec![*section]));
                changed |= slack == 0 && self.follow(state, &[*section]);
            }
            // All sections together, then without the one that leaves the least choice to the others, and so on.
            let mut sections = wanting;
            while !changed && sections.len() > 1 {
                let slack = self.slack(state, &sections)?;
                changed = slack == 0 && self.follow(state, &sections);
                tightest = tightest.min((slack, sections.clone()));
                let mut least = (usize::MAX, Vec::new());
                for without in &sections {
                    let others: Vec<usize> = sections.iter().copied().filter(|section| section != without).collect();
                    least = least.min((self.slack(state, &others)?, others));
                }
                sections = least.1;
            }
            if !changed {
                return Some(tightest.1);
            }
        }
    }

    /// Where one of each group will be taken, what bars a whole group cannot be; and a group of one is taken.
    fn follow(&self, state: &mut State, sections: &[usize]) -> bool {
        let mut changed = false;
        let mut groups = self.groups(state, sections);
        while groups.advance() {
            if groups.single && state.open.contains(groups.member) {
                self.take(state, groups.member);
                changed = true;
            } else if !groups.barring.is_disjoint(&state.open) {
                state.open.difference_with(&groups.barring);
                changed = true;
            }
        }
        changed
    }

    /// The open candidates of sections.
    fn pool(&self, state: &State, sections: &[usize]) -> FixedBitSet {
        let mut pool = FixedBitSet::with_capacity(self.names.len());
        for section in sections {
            pool.union_with(&self.of_section[*section]);
        }
        pool.intersect_with(&state.open);
        pool
    }

    fn groups(&self, state: &State, sections: &[usize]) -> Groups<'_> {
        let left = self.pool(state, sections);
        Groups { board: self, left, member: 0, single: true, barring: FixedBitSet::new() }
    }

    /// By how much the groups that cover sections outnumber what these want; `None` if they are fewer.
    fn slack(&self, state: &State, sections: &[usize]) -> Option<usize> {
        let mut groups = self.groups(state, sections);
        let mut count = 0;
        while groups.advance() {
            count += 1;
        }
        let wanted: usize = sections.iter().map(|section| state.wants[*section]).sum();
        usize::checked_sub(count, wanted)
    }
}

/// A selection on a board while candidates are exchanged.
struct Trial<'b> {
    board: &'b Board,
    /// How many items each section lacks.
    lacks: Vec<usize>,
    /// The candidates that are in.
    inside: FixedBitSet,
    /// How many of those each candidate bars.
    bars: Vec<usize>,
}

impl Trial<'_> {
    fn put_in(&mut self, one: usize) {
        self.inside.insert(one);
        self.lacks[self.board.section[one]] -= 1;
        self.board.rivals[one].ones().for_each(|rival| self.bars[rival] += 1);
    }

    fn put_out(&mut self, one: usize) {
        self.inside.remove(one);
        self.lacks[self.board.section[one]] += 1;
        self.board.rivals[one].ones().for_each(|rival| self.bars[rival] -= 1);
    }
}

/// Walks through groups of candidates that all bar each other, so that one of each group can be taken.
struct Groups<'b> {
    board: &'b Board,
    /// What is in no group so far.
    left: FixedBitSet,
    /// A candidate of the group.
    member: usize,
    /// Whether it is the only one.
    single: bool,
    /// What all candidates of the group bar.
    barring: FixedBitSet,
}

impl Groups<'_> {
    /// Goes on to the next group: the first candidate that is left, and of the others each that fits. `false` if none is left.
    fn advance(&mut self) -> bool {
        let Some(member) = self.left.minimum() else { return false };
        (self.member, self.single) = (member, true);
        self.left.remove(member);
        self.barring.clone_from(&self.board.rivals[member]);
        while let Some(other) = self.left.intersection(&self.barring).next() {
            self.left.remove(other);
            self.barring.intersect_with(&self.board.rivals[other]);
            self.single = false;
        }
        true
    }
}
