//! What belongs together is paired, and what could be meant in two ways is asked about.

use super::*;

fn line(day: &str, fen: i64, party: &str) -> StatementLine {
    StatementLine {
        number: 1,
        time: Wall::parse(format!("2026-11-{day}T00:00:00").as_bytes()).unwrap(),
        timed: false,
        amount: Signed(fen),
        balance: None,
        kind: String::new(),
        party: party.into(),
        memo: String::new(),
        serial: String::new(),
    }
}

fn moved(entry: u64, day: &str, fen: i64, what: Moved) -> Movement {
    Movement {
        place: Place { entry, line: 0 },
        paid: Wall::parse(format!("2026-11-{day}T10:00:00").as_bytes()).unwrap(),
        amount: Signed(fen),
        what,
        reference: Some(Ref([u8::try_from(entry).unwrap(); 16])),
    }
}

fn paired(lines: &[StatementLine], movements: &[Movement]) -> Matching {
    pair(lines, movements, &|_| Vec::new())
}

#[test]
fn a_withdrawal_of_a_wallet_is_the_transfer_and_nothing_else() {
    let wallet = Moved::Transfer(Some(Wallet::Wechat));
    let lines = [line("03", 5000, "财付通支付科技有限公司"), line("03", 5000, "王某")];
    let movements = [moved(1, "03", 5000, Moved::Gift), moved(2, "02", 5000, wallet)];
    let found = paired(&lines, &movements);
    assert_eq!(found.pairs, [(0, 1), (1, 0)]);
    // A withdrawal that nobody booked is open, and is no gift.
    let found = paired(&lines[..1], &[]);
    assert_eq!((found.pairs.len(), found.lines), (0, vec![0]));
}

#[test]
fn two_of_one_amount_on_one_day_and_one_movement_are_a_question() {
    let lines = [line("03", 100, ""), line("03", 100, "")];
    let movements = [moved(1, "03", 100, Moved::Gift)];
    let found = paired(&lines, &movements);
    assert_eq!(found.pairs, []);
    let group = Group { amount: Signed(100), lines: vec![0, 1], movements: vec![0] };
    assert_eq!(found.groups, [group]);
    assert_eq!((found.lines.len(), found.movements.len()), (0, 0));
}

#[test]
fn equal_numbers_of_one_amount_go_together_in_the_order_of_their_days() {
    let lines = [line("03", 100, ""), line("05", 100, ""), line("20", 100, "")];
    let movements = [moved(2, "04", 100, Moved::Gift), moved(1, "02", 100, Moved::Gift)];
    let found = paired(&lines, &movements);
    assert_eq!(found.pairs, [(0, 1), (1, 0)]);
    assert_eq!(found.lines, [2]);
}

#[test]
fn a_day_too_far_and_a_fen_too_much_belong_to_nothing() {
    let lines = [line("10", 100, ""), line("10", 101, ""), line("10", -100, "")];
    let found = paired(&lines, &[moved(1, "06", 100, Moved::Gift)]);
    assert_eq!((found.lines, found.movements), (vec![0, 1, 2], vec![0]));
    let found = paired(&lines, &[moved(1, "07", 100, Moved::Gift)]);
    assert_eq!(found.pairs, [(0, 0)]);
}

#[test]
fn interest_is_only_interest_and_a_charge_only_a_charge() {
    let interest = StatementLine { kind: "结息".into(), ..line("21", 17, "") };
    let charge = StatementLine { kind: "短信费".into(), ..line("21", -200, "") };
    assert!(interest.is_interest() && charge.is_charge());
    let tax = StatementLine { kind: "利息税".into(), ..line("21", 17, "") };
    assert!(!tax.is_interest());
    let lines = [interest, charge];
    // What was booked as something else is not booked a second time.
    let other = [moved(1, "21", 17, Moved::Gift), moved(2, "21", -200, Moved::Pay)];
    assert_eq!(paired(&lines, &other).pairs, [(0, 0), (1, 1)]);
    let both = [moved(1, "21", 17, Moved::Gift), moved(2, "21", 17, Moved::Interest)];
    assert_eq!(paired(&lines, &both).pairs, [(0, 1)], "interest first");
    let same = [moved(1, "21", 17, Moved::Interest), moved(2, "21", -200, Moved::Fee)];
    assert_eq!(paired(&lines, &same).pairs, [(0, 0), (1, 1)]);
}

/// A donor may write what they like.
#[test]
fn what_a_person_wrote_is_neither_interest_nor_a_charge() {
    let gift = StatementLine {
        kind: "转账".into(),
        memo: "把今年的利息都捐了".into(),
        ..line("21", 17, "王某")
    };
    let print = StatementLine {
        kind: "转账".into(),
        memo: "印刷费和服务费".into(),
        ..line("21", -200, "某印刷厂")
    };
    let named = StatementLine { kind: "利息".into(), ..line("21", 17, "王某") };
    for written in [gift, print, named] {
        assert!(!written.is_interest() && !written.is_charge(), "{written:?}");
    }
    let dash =
        StatementLine { kind: "结息".into(), memo: "第四季度".into(), ..line("21", 17, "-") };
    assert!(dash.is_interest());
}

#[test]
fn the_banks_number_goes_before_every_other_sign() {
    let lines =
        [line("03", 100, ""), StatementLine { serial: "369".into(), ..line("29", 100, "") }];
    let movements = [moved(7, "03", 100, Moved::Gift)];
    let found = pair(&lines, &movements, &|_| vec![Ref([7; 16])]);
    assert_eq!((found.pairs, found.lines), (vec![(1, 0)], vec![0]));
    // The number of another amount says nothing.
    let movements = [moved(7, "29", 101, Moved::Gift)];
    assert_eq!(pair(&lines, &movements, &|_| vec![Ref([7; 16])]).pairs, []);
}

/// However many there are: nothing is lost, nothing is used twice, and the answer comes.
#[test]
fn every_line_and_movement_is_somewhere_once() {
    let mut seed = 0x5EED_u64;
    let mut roll = |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    for size in [0, 1, 5, 40, 400, 2_500] {
        let day = |n: u64| format!("{:02}", n + 1);
        let lines: Vec<_> = (0..size).map(|_| line(&day(roll(28)), 100, "")).collect();
        let movements: Vec<_> =
            (0..size).map(|n| moved(n % 200, &day(roll(28)), 100, Moved::Gift)).collect();
        let found = paired(&lines, &movements);
        let mut ours: Vec<usize> = found.pairs.iter().map(|p| p.0).collect();
        let mut theirs: Vec<usize> = found.pairs.iter().map(|p| p.1).collect();
        ours.extend(found.lines.iter().chain(found.groups.iter().flat_map(|g| &g.lines)));
        theirs.extend(found.movements.iter().chain(found.groups.iter().flat_map(|g| &g.movements)));
        for (mut all, name) in [(ours, "lines"), (theirs, "movements")] {
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..all.len()), "{name} of {size}");
            assert_eq!(all.len() as u64, size);
        }
        assert_eq!(found, paired(&lines, &movements));
    }
}
