//! What the readers of statements and of lists of funds owe: a proof that is what its lines add up
//! to, and a tree in which nothing counts twice.

use std::collections::BTreeSet;
use yishan::import::statement::{Statement, matching};
use yishan::rollup::List;

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

/// A list of funds: whoever stands above comes first, and no log and no line counts twice.
pub(crate) fn funds_list(bytes: &[u8]) -> bool {
    let Some(list) = std::str::from_utf8(bytes).ok().and_then(|text| List::parse(text).ok()) else {
        return false;
    };
    let logs = list.funds.iter().filter_map(|fund| fund.ledger.as_ref());
    let logs: Vec<&str> = logs.map(|ledger| ledger.key.name()).collect();
    assert_eq!(logs.iter().collect::<BTreeSet<_>>().len(), logs.len());
    for (fund, at) in list.funds.iter().zip(0..) {
        assert_eq!(fund.parent.is_none(), at == 0);
        assert!(fund.parent.is_none_or(|above| above < at) && list.depth(at) <= 2);
    }
    let ends =
        list.flows.iter().flat_map(|flow| [(flow.from, flow.paid), (flow.to, flow.received)]);
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends.iter().collect::<BTreeSet<_>>().len(), ends.len());
    true
}
