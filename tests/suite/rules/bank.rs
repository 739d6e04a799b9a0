//! Statements of banks, and how they agree with the books.

use crate::days::Town;

days! {
    one_statement_continues_the_other founded
    "chen gift 100 bank #1  ok
     chen statement bank 2026-11-01 2026-11-10 50 80 3 #1 as a  ok
     chen statement bank 2026-11-12 2026-11-11 80 90 1 #2  StatementOrder
     chen statement bank 2026-11-11 2026-11-22 80 90 1 #2  PeriodAhead
     chen statement bank 2026-11-11 2026-11-12 81 90 1 #2  StatementGap
     chen statement bank 2026-11-10 2026-11-12 80 90 1 #2  StatementGap
     chen statement bank 2026-11-12 2026-11-12 80 90 1 #2  StatementGap
     li statement bank 2026-11-11 2026-11-12 80 90 1 #2  NoRole
     chen statement gold 2026-11-11 2026-11-12 80 90 1 #2  UnknownAccount
     zhao statement bank 2026-11-11 2026-11-12 80 90 1 #2 as b  ok
     zhou statement wx 2026-11-11 2026-11-12 7 7 0 #3  ok
     zhou reverse @a  StillNeeded
     li reverse @b  NoRole
     zhou reverse @b  ok
     zhou reverse @b  AlreadyReversed
     chen statement bank 2026-11-11 2026-11-13 80 70 2 #4  ok
     = bank 100";

    a_period_closes_only_at_nothing_or_with_an_explanation founded
    "chen gift 100 bank #1 + gift 7 wx #2  ok
     chen close 2026-11-21  ok
     chen statement bank 2026-11-01 2026-11-21 0 90 2 #1 as s  ok
     chen reconcile bank 2026-11-20 100 90 [0,0] [0,0] [1,10] [0,0] 0  NoStatement
     chen reconcile wx 2026-11-21 7 7 [0,0] [0,0] [0,0] [0,0] 0  NoStatement
     zhao reconcile bank 2026-11-21 100 90 [0,0] [0,0] [1,10] [0,0] 0  NoRole
     chen reconcile bank 2026-11-21 99 90 [0,0] [0,0] [1,9] [0,0] 0  ReconcileDiffers
     chen reconcile bank 2026-11-21 100 91 [0,0] [0,0] [1,9] [0,0] 0  ReconcileDiffers
     chen reconcile bank 2026-11-21 100 90 [0,0] [0,0] [1,10] [0,0] 1  ReconcileDiffers
     chen reconcile bank 2026-11-21 100 90 [0,0] [0,0] [0,10] [0,0] 0  TallyOdd
     chen reconcile bank 2026-11-21 100 90 [0,0] [3,0] [1,10] [0,0] 0  TallyOdd
     chen reconcile bank 2026-11-21 100 90 [0,0] [0,0] [1,9] [0,0] 1  Unexplained
     chen reconcile bank 2026-11-21 100 90 [1,2] [1,3] [1,10] [1,4] 3  Unexplained
     chen reconcile bank 2026-11-21 100 90 [0,0] [0,0] [1,9] [0,0] 1 why=unknown as r  ok
     zhou reconcile bank 2026-11-21 100 90 [0,0] [0,0] [1,10] [0,0] 0  PeriodClosed
     zhou reverse @r  NotReversible
     zhou reverse @s  StillNeeded
     + 2d
     zhou statement bank 2026-11-22 2026-11-23 90 100 1 #2  ok
     zhou reconcile bank 2026-11-23 100 100 [0,0] [0,0] [0,0] [0,0] 0  DayNotClosed
     chen close 2026-11-23  ok
     zhou reconcile bank 2026-11-23 100 100 [0,0] [0,0] [0,0] [0,0] 0  ok";

    a_cashier_does_not_check_their_own_account unfounded
    "sun found quorum=1 officers=sun:clerk+cashier+steward,li:approver+auditor  ok
     sun open bank bank charity  ok
     sun gift 100 bank #1  ok
     sun close 2026-11-21  ok
     sun statement bank 2026-11-01 2026-11-21 0 100 1 #1  ok
     sun reconcile bank 2026-11-21 100 100 [0,0] [0,0] [0,0] [0,0] 0  CashierReconciles
     li reconcile bank 2026-11-21 100 100 [0,0] [0,0] [0,0] [0,0] 0  ok";

    one_officer_alone_checks_everything unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward+auditor  ok
     sun open bank bank charity  ok
     sun gift 100 bank #1  ok
     sun close 2026-11-21  ok
     sun statement bank 2026-11-01 2026-11-21 0 100 1 #1  ok
     sun reconcile bank 2026-11-21 100 100 [0,0] [0,0] [0,0] [0,0] 0  ok";
}
