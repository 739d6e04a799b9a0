//! Students, and the money promised and paid to them.

use crate::days::Town;

days! {
    what_was_paid_comes_back_and_is_no_income founded
    "sun pot books  ok
     chen gift 1000 wx #1 + gift 500 wx #2 for=books + nominate s-1 junior township  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen term 2026-autumn 2026-09-01 2027-01-20  ok
     li standard junior 1 600 from=2026-08-01  ok
     chen allocate s-1 600 within=2026-autumn/1 as a + allocate s-1 300 from=books as b + expense programme 50 as e  ok
     li approve @a + approve @b + approve @e  ok
     wang approve @b  ok
     zhao pay @a 600 wx #3 as p + pay @b 300 wx #4 as q + pay @e 50 wx #5 as x  ok
     = wx 550 free 350
     zhou acknowledge @p  ok
     zhou clawback @p 100 wx #6  NoRole
     chen clawback @a 100 wx #6  NotA
     chen clawback @x 10 wx #6  NotA
     chen clawback 99/0 100 wx #6  NoSuchLine
     chen clawback @p 601 wx #6  MoreThanPaid
     chen clawback @p 100 wx #6 for=books  NotItsPot
     chen clawback @q 100 wx #6  NotItsPot
     chen clawback @p 100 none #6  UnknownAccount
     chen clawback @p 100 wx #6 paid=ahead  PaidInFuture
     chen clawback @p 100 wx #3  RefUsed
     chen allocate s-1 100 within=2026-autumn/1  OffStandard
     zhao clawback @p 100 wx #6 why=duplicate as c  ok
     = wx 650 free 450
     chen clawback @q 300 wx #7 for=books as d  ok
     = wx 950 free 450
     chen clawback @p 501 wx #8  MoreThanPaid
     zhao reverse @q  StillNeeded
     zhou reverse @c  NoRole
     chen allocate s-1 100 within=2026-autumn/1 as f  ok
     chen reverse @c  ok
     = wx 850 free 350
     chen allocate s-1 100 within=2026-autumn/1  OffStandard
     zhao reverse @d  ok
     zhao reverse @q  ok
     chen clawback @q 1 wx #9 for=books  AlreadyReversed
     chen clawback @p 600 wx #9 why=left  ok
     = wx 1450 free 950";

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
     li admit s-1  ok
     ma nominate s-2 senior education  ok
     bo visit s-2 finding=unfit  ok
     sun appoint wu #1 auditor  ok
     wu visit s-2  ok
     wu admit s-2  NoRole
     bo admit s-2  ok";

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
     sun appoint ma #1 clerk as o  ok
     zhao pay @o 1 wx #5  NotApproved
     wang approve @o  ok
     zhao pay @o 1 wx #5  OverAllocated
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
}
