//! What the reader of statements owes: a proof that is what its lines add up to.

use yishan::import::statement::{Statement, matching};

/// A bank's statement: what its balances prove is what its lines add up to, and every line is
/// somewhere once.
pub(crate) fn statement(bytes: &[u8]) -> bool {
    let statement = match Statement::read(bytes) {
        Ok(statement) => statement,
        Err(why) => {
            assert!(!why.text(true).is_empty() && !why.text(false).is_empty());
            return false;
        }
    };
    let found = matching::pair(&statement.lines, &[], &|_| Vec::new());
    assert!(found.lines.len() <= statement.lines.len() && found.pairs.is_empty());
    match statement.proof {
        Ok(proven) => {
            let sum: i128 = statement.lines.iter().map(|line| i128::from(line.amount.0)).sum();
            assert_eq!(
                i128::from(proven.opening.get()) + sum,
                i128::from(proven.closing.get()),
                "balances prove another sum"
            );
            true
        }
        Err(why) => {
            assert!(!why.text(true).is_empty() && !why.text(false).is_empty());
            false
        }
    }
}
