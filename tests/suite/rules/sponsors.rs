//! Sponsors and their students: money that is only passed on.

use crate::days::Town;

/// Students admitted, by number.
fn admitted(town: &mut Town, students: std::ops::Range<u32>) {
    for n in students {
        town.live(&format!(
            "chen nominate s-{n} junior township  ok
             zhou visit s-{n}  ok
             li admit s-{n}  ok"
        ));
    }
}

days! {
    money_of_sponsors_is_passed_on_and_never_income founded
    "chen nominate s-1 junior township + nominate s-2 senior self  ok
     zhou visit s-1  ok
     li admit s-1  ok
     li pair p-1 d-1 s-1 30000  NoRole
     chen pair p-1 d-1 s-2 30000  StudentIs
     chen pair p-1 d-1 s-9 30000  UnknownStudent
     chen pair p-1 d-1 s-1 30000 from=2026-11-22 until=2026-11-21  PairDays
     chen pair p-1 d-1 s-1 30000 as m  ok
     chen pair p-1 d-2 s-1 30000  PairExists
     chen pair p-2 d-1 s-1 30000 kind=organisation  SponsorIs
     chen pair p-2 d-2 s-1 100 kind=organisation  ok
     zhao entrust p-1 30000 bank #1  NoRole
     chen entrust none 30000 bank #1  UnknownPair
     chen entrust p-1 30000 none #1  UnknownAccount
     chen entrust p-1 30000 bank #1 paid=ahead  PaidInFuture
     chen entrust p-1 30000 bank #1 as e + entrust p-2 100 wx #2  ok
     = agency 30100 free 0 bank 30000 wx 100
     chen entrust p-1 1 bank #1  RefUsed
     chen fee 1 wx #3  NotEnoughFree
     chen pass p-1 100 bank #3  NoRole
     zhao pass none 100 bank #3  UnknownPair
     zhao pass p-1 30001 bank #3  PairHolds
     zhao pass p-1 30000 wx #3  NotEnoughHeld
     zhao pass p-1 100 bank #3 paid=ahead  PaidInFuture
     zhao pass p-1 100 none #3  UnknownAccount
     zhao pass p-1 29000 bank #3 as p  ok
     = agency 1100 bank 1000
     chen reverse @e  PairHolds
     li reverse @p  NoRole
     zhao reverse @p  ok
     zhao pass p-1 29000 bank #4  ok
     chen unpair p-1  PairNotEmpty
     chen unpair p-1 fen=999 consent=1/0  PairNotEmpty
     chen unpair p-1 fen=1000  PairNotEmpty
     chen unpair p-1 fen=1000 consent=1/0  NotA
     chen unpair p-1 fen=1000 consent=99/0  NoSuchLine
     chen document #7 as any + document #7 of=@m as doc + document #7 of=@e as other  ok
     li unpair p-1 fen=1000 consent=@doc  NoRole
     chen unpair none  UnknownPair
     chen unpair p-1 fen=1000 consent=@any  ConsentOfOther
     chen unpair p-1 fen=1000 consent=@other  ConsentOfOther
     chen unpair p-1 fen=1000 consent=@doc as u  ok
     = agency 1100 free 0
     chen approve @u  NoRole
     li approve @u  ok
     = agency 100 free 1000
     chen unpair p-1  PairEnded
     chen entrust p-1 1 bank #5  PairEnded
     zhao pass p-1 1 bank #5  PairEnded
     chen reverse @e  PairEnded
     zhao reverse @p  AlreadyReversed
     zhao pay @u 1 bank #6  OverAllocated
     zhao pass p-2 100 way=sponsor wx #6  ok
     chen unpair p-2  ok
     = agency 0 free 1000 wx 0";

    the_end_of_a_pair_is_taken_back_exactly founded
    "chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen pair p-1 d-1 s-1 30000 as m  ok
     chen document #7 of=@m as doc  ok
     chen entrust p-1 30000 bank #1 as e  ok
     zhao pass p-1 10000 bank #2 as p  ok
     chen unpair p-1 fen=20000 consent=@doc as u + unpair p-1 fen=20000 consent=@doc as v  ok
     li reverse @u  NotApproved
     zhao pass p-1 1 bank #3 as q  ok
     li approve @u  PairNotEmpty
     zhao reverse @q  ok
     li approve @u  ok
     = agency 0 free 20000
     li approve @v  PairEnded
     zhao reverse @p  PairEnded
     chen reverse @e  PairEnded
     chen reverse @u  NoRole
     li reverse @u  ok
     = agency 20000 free 0
     li reverse @u  AlreadyReversed
     li reject @v  ok
     zhao reverse @p  ok
     = agency 30000 bank 30000
     zhao pass p-1 30000 way=sponsor bank #4  ok
     chen unpair p-1 as w  ok
     li reverse @w  NoRole
     chen reverse @w  ok
     chen entrust p-1 5 bank #5  ok
     = agency 5";

    what_a_pair_left_and_was_spent_since_is_not_taken_back founded
    "chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen pair p-1 d-1 s-1 30000 as m  ok
     chen document #7 of=@m as doc + entrust p-1 30000 bank #1  ok
     chen unpair p-1 fen=30000 consent=@doc as u  ok
     li approve @u  ok
     chen expense programme 30000 as x  ok
     li approve @x  ok
     li reverse @u  NotEnoughFree";

    who_keeps_away_from_a_student_passes_nothing_on_to_them founded
    "chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen pair p-1 d-1 s-1 30000 + entrust p-1 30000 bank #1  ok
     zhou conflict s-1 zhao  ok
     zhao pass p-1 30000 bank #2  Conflicted
     zhao pass p-1 30000 way=sponsor bank #2  Conflicted";

    who_made_a_pair_does_not_pay_its_money unfounded
    "sun found officers=sun:steward,chen:clerk+cashier,zhao:cashier,li:approver,zhou:auditor  ok
     sun open bank bank federation  ok
     chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen pair p-1 d-1 s-1 30000  ok
     chen entrust p-1 30000 bank #1  ok
     chen pass p-1 30000 bank #2  SamePerson
     zhao pass p-1 30000 bank #2  ok";
}

#[test]
fn three_sponsors_of_five_students_each_are_4500_yuan_a_month_in_agency_and_no_income() {
    let mut town = Town::founded();
    admitted(&mut town, 0..15);
    for n in 0..15 {
        let sponsor = n / 5;
        town.live(&format!(
            "chen pair p-{n} d-{sponsor} s-{n} 30000  ok
             chen entrust p-{n} 30000 bank #{}  ok",
            n + 1
        ));
    }
    let now = &town.books.sums.now;
    assert_eq!((now.agency.0.get(), now.free.get()), (450_000, 0));
    assert_eq!(town.books.sums.ever.received().get(), 0);
    let sponsors = &town.books.sponsors;
    assert_eq!((sponsors.going(), sponsors.counts(), sponsors.students()), (15, (3, 0), 15));
}

#[test]
fn five_persons_and_an_organisation_give_for_six_students_and_who_is_late_is_told() {
    let mut town = Town::founded();
    admitted(&mut town, 0..6);
    for n in 0..6 {
        let kind = if n == 5 { "organisation" } else { "person" };
        town.live(&format!("chen pair p-{n} d-{n} kind={kind} s-{n} 20000 until=2027-01-31  ok"));
    }
    town.live("chen entrust p-0 20000 bank #1  ok");
    let sponsors = &town.books.sponsors;
    assert_eq!((sponsors.counts(), sponsors.students()), ((5, 1), 6));
    let due = |pair: &str, day: &str| {
        let day = yishan::domain::time::Day::parse(day.as_bytes()).unwrap();
        let pair = sponsors.pairs.get(&crate::days::id(pair)).unwrap();
        (pair.due(day).get(), pair.arrears(day).get())
    };
    assert_eq!(due("p-0", "2026-11-21"), (0, 0));
    assert_eq!(due("p-0", "2026-11-22"), (20_000, 0));
    assert_eq!(due("p-1", "2026-12-21"), (20_000, 20_000));
    assert_eq!(due("p-0", "2026-12-22"), (40_000, 20_000));
    assert_eq!(due("p-5", "2030-01-01"), (60_000, 60_000));
}
