//! Which of some amounts add up to another, to the last unit: the combinations are counted, within a stated budget.

/// A combination has at most so many members.
pub const MEMBERS: usize = 6;
/// So many steps of a search, then it is given up and says so.
pub const BUDGET: u32 = 50_000;
/// More answers than so many are not counted.
pub const ANSWERS: usize = 50;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The combinations as indexes of the amounts, fewest members first; at most [`ANSWERS`].
    pub answers: Vec<Vec<usize>>,
    /// Whether every combination of up to [`MEMBERS`] was looked at.
    pub is_complete: bool,
}

/// Every combination of amounts that adds up to a sum. Amounts may be negative: credits that are netted.
pub fn of_sum(amounts: &[i64], sum: i64) -> Found {
    let mut order: Vec<usize> = (0..amounts.len()).filter(|index| amounts[*index] != 0).collect();
    // The largest first: what is left then decides soonest.
    order.sort_by_key(|index| (std::cmp::Reverse(amounts[*index].unsigned_abs()), *index));
    let mut search = Search {
        values: order.iter().map(|index| i128::from(amounts[*index])).collect(),
        ahead: Vec::new(),
        steps: 0,
        chosen: Vec::new(),
        answers: Vec::new(),
        gave_up: false,
    };
    search.look_ahead();
    search.step(0, i128::from(sum));
    let mut answers: Vec<Vec<usize>> = search
        .answers
        .iter()
        .map(|chosen| {
            let mut members: Vec<usize> = chosen.iter().map(|at| order[*at]).collect();
            members.sort_unstable();
            members
        })
        .collect();
    answers.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Found { answers, is_complete: !search.gave_up }
}

struct Search {
    values: Vec<i128>,
    /// For each position, the least and the most that up to [`MEMBERS`] later values can add.
    ahead: Vec<(i128, i128)>,
    steps: u32,
    chosen: Vec<usize>,
    answers: Vec<Vec<usize>>,
    gave_up: bool,
}

impl Search {
    fn look_ahead(&mut self) {
        let count = self.values.len();
        self.ahead = vec![(0, 0); count + 1];
        // Values stand by size, so the next ones of a sign are the largest that are left.
        for at in 0..count {
            let later = |sign: i128| -> i128 {
                let of_sign = self.values[at..].iter().filter(|value| value.signum() == sign);
                of_sign.take(MEMBERS).sum()
            };
            self.ahead[at] = (later(-1), later(1));
        }
    }

    fn step(&mut self, at: usize, left: i128) {
        if left == 0 && !self.chosen.is_empty() {
            self.answers.push(self.chosen.clone());
        }
        if self.chosen.len() == MEMBERS || self.gave_up {
            return;
        }
        for next in at..self.values.len() {
            self.steps += 1;
            if self.steps > BUDGET || self.answers.len() > ANSWERS {
                self.gave_up = true;
                return;
            }
            let (least, most) = self.ahead[next];
            // Nothing adds up to nothing where all that is left has one sign.
            if left < least || left > most || (left == 0 && (least == 0 || most == 0)) {
                return;
            }
            self.chosen.push(next);
            self.step(next + 1, left - self.values[next]);
            self.chosen.pop();
            if self.gave_up {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every subset, the slow way.
    fn brute(amounts: &[i64], sum: i64) -> Vec<Vec<usize>> {
        let mut all: Vec<Vec<usize>> = (1_u32..1 << amounts.len())
            .map(|mask| (0..amounts.len()).filter(|bit| mask & (1 << bit) != 0).collect::<Vec<_>>())
            .filter(|members| members.len() <= MEMBERS && members.iter().all(|index| amounts[*index] != 0))
            .filter(|members| members.iter().map(|index| amounts[*index]).sum::<i64>() == sum)
            .collect();
        all.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        all
    }

    #[test]
    fn every_combination_is_found_and_counted() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..300 {
            let count = 1 + next(9) as usize;
            let amounts: Vec<i64> = (0..count).map(|_| next(15) as i64 - 4).collect();
            let sum = next(20) as i64;
            let found = of_sum(&amounts, sum);
            if found.is_complete {
                assert_eq!(found.answers, brute(&amounts, sum), "{amounts:?} to {sum}");
            } else {
                assert!(found.answers.len() > ANSWERS);
            }
        }
    }

    #[test]
    fn equal_amounts_do_not_run_away() {
        let found = of_sum(&[100; 2_000], 300);
        assert!(!found.is_complete);
        assert!(found.answers.len() > ANSWERS);
        let none = of_sum(&(1..60).map(|n| n * 1000).collect::<Vec<i64>>(), 7);
        assert!(none.answers.is_empty());
    }
}
