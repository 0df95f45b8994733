//! Work that is done ahead: what one thread must do in order waits for nothing that the others can make before it.

use rayon::prelude::*;
use std::sync::mpsc;
use std::thread;

/// Makes something for each item on all threads, and takes it in the order of the items on this one. Ends at the first error of `take`.
///
/// `batch` items are in the making at a time: enough to keep every core busy, few enough not to be felt in memory. `waiting` batches may be
/// ready and not yet taken.
///
/// # Errors
/// Those of `take`.
pub(crate) fn ahead<T: Sync, M: Send, E>(
    items: &[T],
    batch: usize,
    waiting: usize,
    make: impl Fn(&T) -> M + Sync + Send,
    mut take: impl FnMut(&T, M) -> Result<(), E>,
) -> Result<(), E> {
    thread::scope(|scope| {
        let (sender, made) = mpsc::sync_channel(waiting);
        scope.spawn(move || {
            for batch in items.chunks(batch.max(1)) {
                if sender.send(batch.par_iter().map(&make).collect::<Vec<M>>()).is_err() {
                    return; // something could not be taken
                }
            }
        });
        items.iter().zip(made.into_iter().flatten()).try_for_each(|(item, made)| take(item, made))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_taken_in_order_up_to_the_first_error() {
        let items: Vec<usize> = (0..5_000).collect();
        let mut taken = Vec::new();
        let end = ahead(
            &items,
            512,
            2,
            |item| item * 2,
            |item, double| {
                taken.push((*item, double));
                if *item == 3_000 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!(end, Err("full"));
        assert_eq!(taken.len(), 3_001);
        assert!(taken.iter().enumerate().all(|(at, (item, double))| *item == at && *double == 2 * at));
    }
}
