//! Donation boxes and collections on squares: counted by two, taken to the bank.

use crate::days::{Town, id};
use yishan::domain::line::boxes::totals;
use yishan::domain::sums::Move;

days! {
    a_box_is_opened_counted_by_two_and_taken_to_the_bank founded
    "chen box shop  NoRole
     sun box shop for=none  UnknownPot
     sun box shop permit=P-1  ok
     sun box shop  BoxExists
     li unbox shop 0,0,0,0,0,3,0,0 300  NoRole
     chen unbox none 0,0,0,0,0,3,0,0 300  UnknownBox
     chen unbox shop 0,0,0,0,0,3,0,0 300 on=tomorrow  OpeningAhead
     chen unbox shop 0,0,0,0,0,3,0,0 300 due=today  DueDay
     chen unbox shop 0,0,0,0,0,3,0,0 300 due=2027-01-01  DueDay
     chen unbox shop 0,0,0,0,0,3,0,0 299  CountDiffers
     chen unbox shop 1,1,1,1,1,1,1,1 18660 aside=1,0,2 as a  ok
     = free 0 cash 0
     zhao collect @a 18661 cash #1  CountsDiffer
     chen collect @a 18660 cash #1  SamePerson
     zhou collect @a 18660 cash #1  NoRole
     zhao collect @a 18660 bank #1  NotCash
     zhao collect @a 18660 none #1  UnknownAccount
     zhao collect 99/0 18660 cash #1  NoSuchLine
     zhao collect 2/0 18660 cash #1  NoSuchLine
     zhao collect @a 18660 cash #1 for=books  NotTheBoxs
     zhou difference @a shortage 60 cash  NotCounted
     zhao deposit @a:60 60 cash bank #2  NotCounted
     zhao collect @a 18660 cash #1 as c  ok
     = free 18660 cash 18660
     chen reverse @a  StillNeeded
     zhao collect @a 18660 cash #2  CountedTwice
     chen difference @a shortage 60 cash  NoRole
     zhou difference @a shortage 60 wx  OtherCash
     zhou difference @a shortage 60 cash for=books  NotTheBoxs
     zhou difference @a shortage 18661 cash  MoreThanLeft
     zhou difference @a shortage 60 cash as s  ok
     = free 18600 cash 18600
     zhao reverse @c  StillNeeded
     zhao deposit @a:18601 18601 cash bank #2  MoreThanLeft
     zhao deposit @a:18600 18600 cash wx #2  NotBank
     zhao deposit @a:18600 18600 wx bank #2  NotCash
     zhao deposit @a:18600 18599 cash bank #2  PartsDiffer
     zhao deposit @a:18600 18600 cash bank #1  RefUsed
     zhao deposit @a:18600 18600 cash bank #2 paid=ahead  PaidInFuture
     zhou deposit @a:18600 18600 cash bank #2  NoRole
     zhao deposit 99/0:1 1 cash bank #2  NoSuchLine
     zhao deposit @a:10000,@a:8601 18601 cash bank #2  MoreThanLeft
     zhao deposit @a:10000 10000 cash bank #2 as d  ok
     = free 18600 cash 8600 bank 10000
     zhou difference @a shortage 8601 cash  MoreThanLeft
     zhou difference @a surplus 60 cash as p  ok
     zhao deposit @a:8600,@a:60 8660 cash bank #3 as e  ok
     = free 18660 cash 0 bank 18660
     zhou reverse @p  MoreThanLeft
     chen reverse @d + reverse @e  ok
     = cash 18660 bank 0
     zhou reverse @p + reverse @s  ok
     = free 18660 cash 18660
     chen reverse @c  ok
     = free 0 cash 0
     zhao collect @a 18660 cash #1  RefUsed
     zhao reverse @a  ok
     zhao collect @a 18660 cash #4  NoSuchLine";

    the_money_of_a_box_is_for_its_pot_while_the_campaign_runs founded
    "sun campaign winter account=bank from=today until=2026-11-30 filing=A-1  ok
     sun pot coats campaign=winter + pot county source=fiscal year=2026  ok
     sun box shop for=coats + box hall for=county  ok
     chen unbox shop 0,0,0,0,1,0,0,0 500 as a + unbox hall 0,0,0,0,1,0,0,0 500 as b + unbox shop 0,0,0,0,1,0,0,0 500 on=2026-11-01 due=2026-11-04 as o  ok
     zhao collect @b 500 cash #1 for=county  OtherSource
     zhao collect @o 500 cash #1 for=coats  OutsideCampaign
     zhao collect @a 500 cash #1  NotTheBoxs
     zhao collect @a 500 cash #1 for=coats as c  ok
     = free 0 cash 500
     chen fee 1 cash #2  NotEnoughFree
     zhou difference @a shortage 100 cash  NotTheBoxs
     zhou difference @a shortage 100 cash for=coats as s  ok
     = free 0 cash 400
     sun open till cash federation  ok
     zhao deposit @a:400 400 till bank #2  OtherCash
     zhao deposit @a:400 400 cash bank #2 as d  ok
     sun shut cash  ok
     zhou reverse @s  AccountShut
     zhao reverse @d  AccountShut
     zhou difference @a surplus 1 cash for=coats  AccountShut";

    who_opened_a_box_does_not_say_what_is_missing unfounded
    "sun found officers=sun:steward,ma:clerk+approver,bo:approver+cashier,li:approver  ok
     sun box hall kind=square + open till cash federation  ok
     ma unbox hall 0,0,0,0,0,9,0,0 900 as a  ok
     bo collect @a 900 till #1  ok
     ma difference @a surplus 10 till  SamePerson
     bo difference @a surplus 10 till  SamePerson
     li difference @a surplus 10 till  ok
     = till 910";
}

/// 洮南 广场募捐: four sessions on the square, 4,750.00 yuan.
#[test]
fn four_sessions_on_the_square_come_to_4750_yuan() {
    let mut town = Town::founded();
    town.live("sun box square kind=square at=人民广场 permit=TM-2026-7  ok");
    for (session, (notes, fen)) in [
        ("8,4,7,12,20,130,10,50", 150_000),
        ("5,6,10,15,30,140,18,10", 145_000),
        ("4,3,10,10,10,35,20,50", 95_000),
        ("2,4,5,15,20,90,15,25", 85_000),
    ]
    .into_iter()
    .enumerate()
    {
        town.live(&format!(
            "chen unbox square {notes} {fen} witness=社区居委会 as o{session}  ok
             zhao collect @o{session} {fen} cash #{}  ok
             + 4d",
            1 + session
        ));
    }
    let (each, all) = totals(&town.books);
    assert_eq!((all.openings, all.counted.to_string().as_str()), (4, "4750.00"));
    assert_eq!(each.get(&id("square")), Some(&all));
    assert_eq!(town.books.sums.ever.net(Move::Collect).to_string(), "4750.00");
    town.live(
        "zhao deposit @o0:150000,@o1:145000 295000 cash bank #11  ok
         zhao deposit @o2:95000,@o3:85000 180000 cash bank #12  ok
         = cash 0 bank 475000 free 475000",
    );
    let (_, all) = totals(&town.books);
    assert_eq!((all.left().get(), all.deposited.to_string().as_str()), (0, "4750.00"));
    assert!(town.books.boxes.openings.iter().all(|(_, opening)| !opening.waits()));
}

#[test]
fn a_ledger_enters_at_most_1000_boxes() {
    let mut town = Town::founded();
    for first in (0..1000).step_by(100) {
        let all: Vec<_> = (first..first + 100).map(|n| format!("box b-{n}")).collect();
        town.live(&format!("sun {}  ok", all.join(" + ")));
    }
    town.live("sun box b-1000  TooMany");
}
