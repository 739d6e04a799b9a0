//! What the ledger takes and what it refuses, as days in a small fund.

use crate::town::{FOUNDING, Town};
use std::collections::BTreeSet;
use yishan::domain::books::Books;
use yishan::domain::codec::{read_all, spelling};
use yishan::domain::refusal::Refusal;
use yishan::domain::text::Lang;

/// Declares days: each is a test of its own, and all together are [`DAYS`].
macro_rules! days {
    ($($name:ident $start:ident $table:expr;)+) => {
        /// Every day, for the count of refusals never seen.
        pub(crate) const DAYS: &[fn() -> Town] = &[$($name),+];

        $(fn $name() -> Town {
            let mut town = Town::$start();
            town.live($table);
            town
        })+

        mod day {
            $(#[test]
            fn $name() {
                super::$name();
            })+
        }
    };
}

days! {
    nothing_comes_before_the_founding unfounded
    "chen gift 100 wx #1  NotFounded
     sun open wx wechat federation  NotFounded
     sun found officers=sun:steward,li:approver + open wx wechat federation  NotFounded
     chen found officers=sun:steward,li:approver  UnknownOfficer
     sun zone=+09:00 found officers=sun:steward,li:approver  OtherZone
     sun made-zone=+09:00 found officers=sun:steward,li:approver  OtherZone
     sun made=-259201s found officers=sun:steward,li:approver  MadeTooEarly
     sun seq=1 found officers=sun:steward,li:approver  Sequence
     sun found officers=sun:steward,li:approver  ok
     sun found officers=sun:steward,li:approver  FoundTwice";

    a_fund_cannot_be_founded_so_that_it_could_never_decide unfounded
    "sun found quorum=2 officers=sun:steward,li:approver  QuorumTooHigh
     sun found quorum=0 officers=sun:steward,li:approver  QuorumTooHigh
     sun found limits=0:2 officers=sun:steward,li:approver  ApprovalsOutOfReach
     sun found limits=0:0 officers=sun:steward,li:approver  LimitsOrder
     sun found limits=1:1 officers=sun:steward,li:approver  LimitsOrder
     sun found limits=0:1,0:1 officers=sun:steward,li:approver  LimitsOrder
     sun found limits=0:1,9:1,8:1 officers=sun:steward,li:approver  LimitsOrder
     sun found officers=sun:steward+approver,li:approver  RolesOrder
     sun found officers=sun:steward,li:approver+approver  RolesOrder
     sun found officers=sun:steward,li:approver,li:approver  OfficerExists
     sun found key=7 officers=sun:steward,li:approver  KeyInUse
     li found officers=sun:steward,li:approver  NoRole
     sun found officers=sun:approver+steward  TooFewOfficers
     sun found solo officers=sun:steward,li:approver  SoloWithMany
     = size 0
     sun found officers=sun:steward,li:approver  ok";

    money_comes_in_and_goes_out_to_the_fen founded
    "chen gift 3817862 wx #1  ok
     chen gift 1 cash #2 + gift 50 cash #3  ok
     chen transfer 3800000 wx bank #4 + fee 3800 wx #5 + interest 17 bank #6  ok
     zhao transfer 7 cash wx #7  ok
     = wx 14069 bank 3800017 cash 44 free 3814130 promised 0";

    the_same_payment_is_booked_once founded
    "chen gift 100 wx #1  ok
     chen gift 100 wx #1  RefUsed
     chen gift 100 wx #2 + gift 100 wx #2  RefUsed
     chen gift 100 wx #2  ok
     chen fee 1 wx #2  RefUsed
     chen interest 1 wx #2  RefUsed
     chen transfer 1 wx bank #2  RefUsed
     = wx 200 free 200";

    only_the_right_officer_books founded
    "li gift 100 wx #1  NoRole
     zhou gift 100 wx #1  NoRole
     nobody gift 100 wx #1  UnknownOfficer
     li fee 1 wx #1  NoRole
     li interest 1 wx #1  NoRole
     li transfer 1 wx bank #1  NoRole
     chen open new cash federation  NoRole
     chen shut wx  NoRole
     chen appoint ma #1 clerk  NoRole
     chen retire li  NoRole
     li nominate s-1 junior township  NoRole
     li visit s-1  NoRole
     chen admit s-1  NoRole
     zhou leave s-1 moved  NoRole
     li allocate s-1 5  NoRole
     chen pay 1/0 5 wx #1  NoRole
     li acknowledge 1/0  NoRole
     li refund 1/0 5 wx #1  NoRole
     zhou close today  NoRole";

    accounts_open_once_and_shut_when_empty founded
    "sun open wx wechat federation  AccountExists
     sun shut none  UnknownAccount
     chen gift 100 none #1  UnknownAccount
     chen gift 100 cash #1  ok
     sun shut cash  AccountNotEmpty
     chen transfer 100 cash cash #2  SameAccount
     chen transfer 100 cash none #2  UnknownAccount
     chen transfer 100 none cash #2  UnknownAccount
     chen transfer 101 cash wx #2  NotEnoughHeld
     chen transfer 100 cash wx #2  ok
     sun shut cash  ok
     sun shut cash  AccountShut
     chen gift 100 cash #3  AccountShut
     chen interest 100 cash #3  AccountShut
     chen fee 100 cash #3  AccountShut
     chen transfer 1 wx cash #3  AccountShut
     sun open cash cash federation  AccountExists
     = wx 100 cash 0 free 100";

    a_voucher_is_taken_whole_or_not_at_all founded
    "chen gift 100 wx #1 + gift 200 wx #2 + fee 500 wx #3  NotEnoughHeld
     = wx 0 free 0
     chen gift 100 wx #1 + gift 200 wx #2 + fee 300 wx #3  ok
     = wx 0 free 0
     sun open a cash person + open a cash person  AccountExists
     chen gift 1 a #4  UnknownAccount";

    no_account_goes_below_zero founded
    "chen fee 1 wx #1  NotEnoughHeld
     chen gift 100 wx #2 as g  ok
     chen refund @g 100 bank #3  NotEnoughHeld
     chen fee 101 wx #4  NotEnoughHeld
     chen fee 100 wx #4  ok
     chen reverse @g  NotEnoughHeld
     = wx 0 free 0";

    nothing_is_paid_before_its_time founded
    "chen gift 100 wx #1 paid=ahead  PaidInFuture
     chen gift 100 wx #1 paid=now as g  ok
     chen gift 100 wx #2 paid=2000-01-01T00:00:00  ok
     chen refund @g 1 wx #3 paid=ahead  PaidInFuture
     chen fee 1 wx #3 paid=ahead  PaidInFuture
     chen interest 1 wx #3 paid=ahead  PaidInFuture
     chen transfer 1 wx bank #3 paid=ahead  PaidInFuture
     zhao pay 1/0 1 wx #3 paid=ahead  PaidInFuture";

    no_sum_passes_the_limit founded
    "chen gift 9007199254740991 wx #1 as g  ok
     chen gift 1 wx #2  TooMuchMoney
     chen gift 1 bank #2  TooMuchMoney
     chen interest 1 bank #2  TooMuchMoney
     chen nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 9007199254740991 as a  ok
     li approve @a  ok
     wang approve @a  ok
     = free 0 promised 9007199254740991
     chen interest 1 bank #3  TooMuchMoney
     zhao pay @a 9007199254740991 wx #4  ok
     chen interest 1 bank #5  ok
     chen gift 1 bank #6  TooMuchMoney
     = free 1 promised 0";

    refunds_of_a_gift_never_exceed_it founded
    "chen gift 100 wx #1 as g + gift 900 bank #2 as h  ok
     chen refund @g 101 wx #3  RefundTooLarge
     chen refund @g 60 wx #3 as r  ok
     chen refund @g 41 bank #4  RefundTooLarge
     chen refund @g 40 bank #4 as q  ok
     chen refund @g 1 bank #5  RefundTooLarge
     chen reverse @g  StillNeeded
     chen reverse @q  ok
     chen reverse @g  StillNeeded
     chen refund @g 41 bank #5  RefundTooLarge
     chen reverse @r  ok
     chen reverse @g  ok
     chen refund @g 1 bank #5  AlreadyReversed
     = wx 0 bank 900 free 900
     chen refund @r 1 bank #5  NotA
     chen refund 99/0 1 bank #5  NoSuchLine
     chen refund 0/0 1 bank #5  NotA
     chen gift 5 wx #6 as own + refund @own 5 wx #7  NoSuchLine
     chen refund @h 1 none #5  UnknownAccount
     chen refund @h 1 bank #2  RefUsed
     chen refund @h 900 bank #5  ok";

    every_movement_can_be_reversed_once founded
    "chen gift 100 wx #1 as g + gift 70 wx #2 as h  ok
     chen refund @h 10 wx #3 as r + fee 5 wx #4 as f  ok
     chen interest 3 wx #5 as i + transfer 20 wx bank #6 as t  ok
     = wx 138 bank 20 free 158
     li reverse @g  NoRole
     li reverse @r  NoRole
     li reverse @f  NoRole
     li reverse @i  NoRole
     li reverse @t  NoRole
     chen reverse @g as x + reverse @r + reverse @f + reverse @i  ok
     zhao reverse @t  ok
     = wx 70 bank 0 free 70
     chen reverse @g  AlreadyReversed
     chen reverse @t  AlreadyReversed
     chen reverse @x  NotReversible
     chen reverse 0/0  NotReversible
     chen reverse 1/0  NotReversible
     chen reverse 99/0  NoSuchLine
     chen gift 1 wx #9 + reverse 9/0  NoSuchLine
     chen reverse @h + reverse @h  AlreadyReversed
     = wx 70 bank 0 free 70";

    a_reversed_gift_keeps_its_reference founded
    "chen gift 100 wx #1 as g  ok
     chen reverse @g  ok
     chen gift 100 bank #1  RefUsed
     chen gift 100 bank #2  ok";

    a_student_goes_from_nomination_to_leaving_in_order founded
    "li admit s-1  UnknownStudent
     zhou visit s-1  UnknownStudent
     chen nominate s-1 junior township  ok
     chen nominate s-1 junior township  StudentExists
     li admit s-1  StudentIs
     chen allocate s-1 5  StudentIs
     zhou visit s-1 on=tomorrow  VisitAhead
     zhou visit s-1 finding=unfit  ok
     li admit s-1  StudentIs
     zhou visit s-1  ok
     li leave s-1 moved  StudentIs
     li admit s-1  ok
     li admit s-1  StudentIs
     chen visit s-1  ok
     chen allocate s-2 5  UnknownStudent
     chen leave s-1 finished  ok
     zhou visit s-1  StudentIs
     chen allocate s-1 5  StudentIs
     chen nominate s-1 junior township  StudentExists";

    who_nominated_or_visited_does_not_admit unfounded
    "sun found officers=sun:steward,ma:clerk+approver,bo:clerk+approver,li:approver  ok
     ma nominate s-1 senior education  ok
     bo visit s-1  ok
     ma admit s-1  SamePerson
     bo admit s-1  SamePerson
     li admit s-1  ok";

    nobody_proposes_approves_and_pays_the_same_money unfounded
    "sun found officers=sun:clerk+approver+cashier+steward,\
     ma:clerk+approver+cashier,bo:approver+cashier,li:cashier,wu:clerk+auditor  ok
     sun open wx wechat federation  ok
     ma gift 1000 wx #1 + nominate s-1 senior self  ok
     wu visit s-1  ok
     sun admit s-1  ok
     ma allocate s-1 500 as a  ok
     ma approve @a  SamePerson
     bo approve @a  ok
     bo approve @a  NotPending
     ma pay @a 500 wx #2  SamePerson
     bo pay @a 500 wx #2  SamePerson
     sun pay @a 500 wx #2 as p  ok
     sun acknowledge @p  SamePerson
     wu acknowledge @p  ok
     = wx 500 free 500 promised 0";

    large_money_needs_two_approvals founded
    "chen gift 900000 wx #1 + nominate s-1 college civil  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 99999 as a + allocate s-1 100000 as b  ok
     li approve @a  ok
     = free 800001 promised 99999
     li approve @b  ok
     = free 800001 promised 99999
     zhao pay @b 1 wx #2  NotApproved
     li approve @b  SamePerson
     chen approve @b  NoRole
     wang approve @b  ok
     = free 700001 promised 199999
     wang approve @b  NotPending
     wang approve 99/0  NoSuchLine
     wang approve 1/0  NoSuchLine";

    approval_books_the_promise_or_is_refused founded
    "chen gift 100 wx #1 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 60 as a + allocate s-1 60 as b  ok
     li approve @a  ok
     li approve @b  NotEnoughFree
     chen fee 41 wx #2  NotEnoughFree
     chen gift 20 wx #3  ok
     li approve @b  ok
     = wx 120 free 0 promised 120
     chen leave s-1 moved  ok
     zhao pay @a 60 wx #4  ok";

    a_student_who_left_is_promised_nothing_more founded
    "chen gift 100 wx #1 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 60 as a + leave s-1 wish  ok
     li approve @a  StudentIs
     li reject @a  ok
     li reject @a  NotPending
     li approve @a  StudentIs";

    a_proposal_is_rejected_by_an_approver_or_withdrawn_by_its_author founded
    "chen gift 100 wx #1 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 60 as a + allocate s-1 30 as b  ok
     zhou reject @a  NoRole
     sun reject @a  NoRole
     chen reject 99/9  NoSuchLine
     chen reject @a  ok
     li reject @b  ok
     li approve @a  NotPending
     zhao pay @a 1 wx #2  NotApproved
     li reverse @a  NotApproved
     = free 100 promised 0";

    payments_never_exceed_the_allocation founded
    "chen gift 1000 wx #1 + gift 500 bank #2 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 600 as a  ok
     li approve @a  ok
     zhao pay @a 601 wx #3  OverAllocated
     zhao pay @a 1 none #3  UnknownAccount
     zhao pay @a 501 bank #3  NotEnoughHeld
     zhao pay @a 400 wx #3 as p  ok
     zhao pay @a 201 wx #4  OverAllocated
     zhao pay @a 200 bank #3  RefUsed
     zhao pay @a 200 bank #4 as q  ok
     zhao pay @a 1 wx #5  OverAllocated
     zhao pay 1/0 1 wx #5  NoSuchLine
     li reverse @a  NothingLeft
     chen reverse @p  NoRole
     zhao reverse @p  ok
     zhao reverse @p  AlreadyReversed
     = wx 1000 bank 300 free 900 promised 400
     zhao pay @a 401 wx #6  OverAllocated
     zhao pay @a 400 wx #6  ok
     zhou acknowledge @p  AlreadyReversed
     zhou acknowledge 1/0  NoSuchLine
     zhou acknowledge @q way=signed  ok
     chen acknowledge @q way=visit  Acknowledged
     zhao reverse @q  Acknowledged
     = wx 600 bank 300 free 900 promised 0";

    a_payment_reversed_after_release_becomes_free founded
    "chen gift 1000 wx #1 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen allocate s-1 600 as a  ok
     li approve @a  ok
     zhao pay @a 250 wx #2 as p  ok
     chen reverse @a  NoRole
     li reverse @a  ok
     = wx 750 free 750 promised 0
     li reverse @a  AlreadyReversed
     zhao pay @a 1 wx #3  NotApproved
     zhao reverse @p  ok
     = wx 1000 free 1000 promised 0
     zhao pay @a 1 wx #3  NotApproved";

    an_officer_acts_only_once_a_quorum_of_stewards_agrees founded
    "sun appoint ma #1 clerk as a  ok
     ma gift 100 wx #1  UnknownOfficer
     sun approve @a  SamePerson
     li approve @a  NoRole
     wang approve @a  ok
     ma gift 100 wx #1  ok
     wang approve @a  NotPending
     sun appoint ma #2 clerk  OfficerExists
     sun appoint bo #1 clerk  KeyInUse
     sun appoint bo #200 clerk  KeyInUse
     sun appoint bo #2 clerk,clerk  RolesOrder
     sun appoint bo #2 auditor,clerk  RolesOrder
     sun appoint bo #2 clerk as b  ok
     sun appoint bo #3 clerk  OfficerExists
     wang reject @b  ok
     bo gift 100 wx #2  UnknownOfficer
     wang approve @b  NotPending
     wang appoint bo #2 clerk  KeyInUse
     wang appoint bo #3 clerk as c  ok
     wang reject @c  ok
     sun retire bo  UnknownOfficer";

    retirement_takes_effect_in_order_and_leaves_a_quorum founded
    "wang retire chen as a  ok
     chen gift 100 wx #1  ok
     wang approve @a  SamePerson
     sun approve @a + document #1  ok
     chen gift 100 wx #2  UnknownOfficer
     chen document #2  UnknownOfficer
     chen reject @a  UnknownOfficer
     sun retire chen  UnknownOfficer
     sun retire nobody  UnknownOfficer
     sun retire wang as b  ok
     wang approve @b  TooFewOfficers
     sun appoint chen #9 clerk as c  ok
     wang approve @c  ok
     chen gift 100 wx #2  ok
     sun appoint tan #10 steward as d  ok
     wang approve @d  ok
     wang approve @b  ok
     wang approve @b  UnknownOfficer
     tan retire wang  UnknownOfficer";

    a_term_ends_with_its_last_day founded
    "sun appoint ma #1 clerk until=2026-11-21  TermOver
     sun appoint ma #1 clerk,steward until=2026-11-22 as a  ok
     wang approve @a  ok
     ma gift 100 wx #1  ok
     sun retire wang as w  ok
     + 1d
     ma gift 100 wx #2  NotInOffice
     ma document #2  NotInOffice
     wang approve @w  TooFewOfficers
     sun retire ma as r  ok
     wang approve @r  ok
     ma gift 100 wx #2  UnknownOfficer
     sun appoint ma #2 clerk until=2026-11-24 as b  ok
     wang approve @b  ok
     ma gift 100 wx #2  ok";

    the_day_close_is_exact_to_the_fen founded
    "chen gift 1000 wx #1 as g + gift 50 cash #2 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen refund @g 10 wx #3 + fee 2 wx #4 + interest 1 wx #5 + transfer 9 wx bank #6  ok
     chen allocate s-1 600 as a  ok
     li approve @a  ok
     zhao pay @a 250 wx #7  ok
     chen reverse @g  StillNeeded
     chen close today \"from\":0->\"from\":1  CloseDiffers
     chen close today \"held\":{}->\"held\":{\"wx\":1}  CloseDiffers
     chen close today \"free\":0->\"free\":1  CloseDiffers
     chen close today \"promised\":0->\"promised\":1  CloseDiffers
     chen close today [2,1050]->[2,1051]  CloseDiffers
     chen close today [2,1050]->[3,1050]  CloseDiffers
     chen close today [1,10]->[1,11]  CloseDiffers
     chen close today [1,1]->[1,2]  CloseDiffers
     chen close today [1,2]->[2,2]  CloseDiffers
     chen close today [1,9]->[1,10]  CloseDiffers
     chen close today [1,600]->[1,599]  CloseDiffers
     chen close today [1,250]->[1,249]  CloseDiffers
     chen close today \"undone\":{\"gift\":[0,0]->\"undone\":{\"gift\":[1,0]  CloseDiffers
     chen close today \"bank\":9->\"bank\":8  CloseDiffers
     chen close today \"wx\":730->\"wx\":731  CloseDiffers
     chen close today \"free\":439->\"free\":440  CloseDiffers
     chen close today \"promised\":350->\"promised\":349  CloseDiffers
     chen close today \"primary\":1->\"primary\":2  CloseDiffers
     chen close today \"college\":0->\"college\":1  CloseDiffers
     chen close today  ok
     chen close today  CloseDay
     = wx 730 bank 9 cash 50 free 439 promised 350";

    days_are_closed_in_order_and_alone founded
    "chen close tomorrow  CloseAhead
     chen gift 5 wx #1 + close today  CloseNotAlone
     chen close today + gift 5 wx #1  CloseNotAlone
     chen close 2026-11-20  ok
     chen gift 5 wx #1  ok
     zhao close 2026-11-20  CloseDay
     zhao close 2026-11-19  CloseDay
     zhao close 2026-11-22 \"from\":3->\"from\":2  CloseDiffers
     zhao close 2026-11-22 \"opening\":{\"held\":{\"bank\":0->\"opening\":{\"held\":{\"bank\":1  CloseDiffers
     zhao close 2026-11-22 \"ever\":{\"done\":{\"gift\":[1,5]->\"ever\":{\"done\":{\"gift\":[1,6]  CloseDiffers
     zhao close 2026-11-22  ok
     sun close today  CloseDay
     + 1d
     sun close today \"gift\":[0,0]->\"gift\":[1,5]  CloseDiffers
     sun close today  ok
     chen close tomorrow  CloseAhead";

    a_voucher_is_entered_once_and_in_time founded
    "chen made=-259201s gift 1 wx #1  MadeTooEarly
     chen made=601s gift 1 wx #1  MadeTooLate
     chen made=-259200s gift 1 wx #1  ok
     chen made=600s gift 1 wx #2  ok
     chen nonce=900 gift 1 wx #3  ok
     chen nonce=900 gift 1 wx #4  NonceUsed
     li nonce=900 document #1  NonceUsed
     + 72h
     chen nonce=900 gift 1 wx #5  NonceUsed
     + 10m
     zhou nonce=901 document #2  ok
     chen nonce=900 gift 1 wx #5  NonceUsed
     + 1d
     zhou document #3  ok
     chen nonce=900 gift 1 wx #5  ok
     chen nonce=901 gift 1 wx #6  NonceUsed";

    the_clock_never_goes_back founded
    "chen at=-1s gift 1 wx #1  TimeWentBack
     chen at=0s gift 1 wx #1  ok
     chen at=60s gift 1 wx #2  ok
     chen at=59s gift 1 wx #3  TimeWentBack
     chen at=60s zone=+07:00 gift 1 wx #3  OtherZone
     chen at=60s made-zone=+00:00 gift 1 wx #3  OtherZone
     chen at=60s seq=3 gift 1 wx #3  Sequence
     chen at=60s seq=5 gift 1 wx #3  Sequence
     chen at=60s seq=4 gift 1 wx #3  ok";

    papers_are_tied_by_anyone_in_office founded
    "zhou document #1  ok
     chen document #2 kind=minutes  ok
     li document #3 kind=slip of=1/0  ok
     li document #3 kind=slip of=99/0  NoSuchLine
     chen document #4 rows=12  ok
     nobody document #5  UnknownOfficer";

    one_officer_alone_may_do_everything_and_nobody_joins unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward+auditor  ok
     sun open wx wechat person  ok
     sun gift 1000 wx #1 + nominate s-1 primary self + visit s-1 + admit s-1  ok
     sun allocate s-1 400 as a  ok
     sun approve @a  ok
     sun pay @a 400 wx #2 as p  ok
     sun acknowledge @p  ok
     sun appoint ma #9 clerk  SoloWithMany
     sun retire sun  TooFewOfficers
     sun close today  ok
     = wx 600 free 600 promised 0";
}

#[test]
fn a_ledger_keeps_at_most_200_accounts() {
    let mut town = Town::founded();
    for number in 3..200 {
        town.live(&format!("sun open a-{number} cash person  ok"));
    }
    town.live("sun open a-200 cash person  TooMany");
}

/// A fund with `count` clerks beside its steward.
fn crowd(count: usize) -> Town {
    let mut town = Town::unfounded();
    let clerks: Vec<_> = (0..count).map(|n| format!("c-{n}:clerk")).collect();
    let officers = format!("sun:steward,li:approver,{}", clerks.join(","));
    town.live(&format!("sun found officers={officers}  ok"));
    town
}

#[test]
fn a_student_has_at_most_16_visitors_who_may_come_again() {
    let mut town = crowd(17);
    town.live("c-0 nominate s-1 junior township  ok");
    for number in (0..16).chain(0..16) {
        town.live(&format!("c-{number} visit s-1  ok"));
    }
    town.live("c-16 visit s-1  TooMany");
}

/// Books whose snapshot was damaged: `old` became `new`.
fn damaged(town: &Town, old: &str, new: &str) -> Books {
    let snapshot = spelling(&town.books);
    assert!(snapshot.contains(old), "{old} is not in {snapshot}");
    read_all(snapshot.replacen(old, new, 1).as_bytes(), usize::MAX).unwrap()
}

/// Days on a damaged snapshot: the sums there contradict each other.
fn a_damaged_snapshot_is_not_built_upon() -> Town {
    let mut town = Town::founded();
    town.live("chen gift 100 wx #1  ok");
    let whole = town.books.clone();
    town.books = damaged(&town, "\"wx\":100},\"free\":100", "\"wx\":100},\"free\":101");
    assert_eq!(town.say("zhou document #1").unwrap_err().code(), "Unbalanced");
    town.books = whole;
    town.live(
        "chen nominate s-1 junior township  ok
         zhou visit s-1  ok
         li admit s-1  ok
         chen allocate s-1 60 as a  ok
         li approve @a  ok",
    );
    town.books = damaged(&town, "\"free\":40,\"promised\":60", "\"free\":99,\"promised\":1");
    assert_eq!(town.say("zhao pay @a 60 wx #2").unwrap_err().code(), "NotEnoughPromised");
    town
}

#[test]
fn sums_that_contradict_each_other_are_refused() {
    a_damaged_snapshot_is_not_built_upon();
}

#[test]
fn every_refusal_has_a_day_that_meets_it() {
    // These are said before the rules are asked: reading an entry, its signature, its keys.
    let outside = ["Form", "OtherOrigin", "WeakKey", "BadSignature"];
    let mut met: BTreeSet<_> = outside.into_iter().collect();
    for day in DAYS {
        met.extend(day().refused);
    }
    met.extend(a_damaged_snapshot_is_not_built_upon().refused);
    let mut full = crowd(17);
    full.live("c-0 nominate s-1 junior township  ok");
    let last = (0..17).map(|n| full.say(&format!("c-{n} visit s-1"))).last();
    met.insert(last.unwrap().unwrap_err().code());
    let never: Vec<_> = Refusal::CODES.iter().filter(|code| !met.contains(*code)).collect();
    assert!(never.is_empty(), "no day meets {never:?}");
}

#[test]
fn every_line_has_a_name_and_a_telling_in_both_languages() {
    let mut told = BTreeSet::new();
    for day in DAYS {
        for line in day().past.0.iter().flatten() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!line.tell(lang).is_empty());
            }
            told.insert(line.tag());
        }
    }
    let all: BTreeSet<_> = yishan::domain::line::Line::TAGS.iter().copied().collect();
    assert_eq!(told, all, "every kind of line has a happy day");
}

#[test]
fn the_founding_names_the_key_of_its_own_signer() {
    let mut town = Town::unfounded();
    assert_eq!(
        town.say(&FOUNDING.replacen("sun", "nobody", 1)).unwrap_err().code(),
        "UnknownOfficer"
    );
    town.live(&format!("{FOUNDING}  ok"));
    assert!(
        town.books
            .in_office(
                crate::town::id("zhou"),
                yishan::domain::time::Day::parse(b"2030-01-01").unwrap()
            )
            .is_ok()
    );
}
