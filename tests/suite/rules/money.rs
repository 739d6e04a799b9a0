//! Money that comes in, moves and goes back.

use crate::days::Town;

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

    gifts_of_one_voucher_are_judged_as_if_each_came_alone founded
    "chen gift 100 wx #1 + gift 200 wx #2 + gift 300 cash #3 + gift 400 wx #4 + gift 5 wx #5  ok
     chen gift 1 wx #6 + gift 1 wx #7 + gift 1 wx #6  RefUsed
     chen gift 1 wx #6 + gift 1 wx #1 + gift 1 wx #7 paid=ahead  RefUsed
     chen gift 1 wx #6 + gift 1 wx #1 paid=ahead  PaidInFuture
     chen gift 1 wx #6 + gift 1 wx #7 paid=ahead + gift 1 wx #1  PaidInFuture
     chen gift 1 wx #6 + gift 9007199254740991 wx #1  RefUsed
     chen gift 9007199254740991 wx #6 + gift 1 wx #1  TooMuchMoney
     chen gift 1 wx #6 + gift 9007199254740991 wx #7 + gift 9007199254740991 wx #8  TooMuchMoney
     chen gift 1 wx #6 + gift 1 wx #7 + gift 1 none #1 + gift 1 none #8  UnknownAccount
     li gift 1 wx #1 + gift 1 wx #6  NoRole
     chen gift 1 wx #6 + gift 2 wx #7 + fee 3 wx #8 + gift 4 wx #9 + gift 5 wx #10  ok
     = wx 714 cash 300 free 1014
     chen gift 9007199254739973 bank #11 + gift 1 bank #12  ok
     = bank 9007199254739974
     chen gift 1 bank #13 + gift 1 bank #14  TooMuchMoney";

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
}
